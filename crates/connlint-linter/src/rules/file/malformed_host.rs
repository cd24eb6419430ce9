use connlint_hosts::HostIssueKind;
use connlint_text::message;

use crate::{DocumentCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL003" "malformed-host", Host, Error,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for issue in &cx.document.issues {
        let (message, severity, note) = match issue.kind {
            HostIssueKind::Syntax(what) => (
                message!["the file is malformed: ", what],
                Severity::Error,
                "what stands before this place was looked at",
            ),
            HostIssueKind::Line(what) => (
                message!["the reader of this file does not take this line: ", what],
                Severity::Warning,
                "the other lines were looked at",
            ),
            HostIssueKind::Ignored(what) => (
                message!["this is passed over in silence: ", what],
                Severity::Error,
                "what is meant here never reaches Airflow",
            ),
            HostIssueKind::Refused(what) => (
                message!["the reader of this file refuses this value: ", what],
                Severity::Error,
                "the file is not used, or the object that the value belongs to",
            ),
            HostIssueKind::Misread(what) => (
                message!["this is not read as it is written: ", what],
                Severity::Warning,
                "the value was looked at as its reader takes it",
            ),
            HostIssueKind::Limit(what) => (
                message!["not followed further: ", what],
                Severity::Warning,
                "this is a limit of connlint, not of Airflow",
            ),
            _ => continue,
        };
        report.report_raw(issue.span, message).severity(severity).note(note);
    }
}
