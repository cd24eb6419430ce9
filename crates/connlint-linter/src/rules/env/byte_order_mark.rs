use connlint_hosts::HostFormat;
use connlint_text::{Edit, Span, message};

use crate::{Applicability, DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL630" "byte-order-mark", Host, Error,
    since: "0.1.0", fix: Sometimes, Document => check
}

const MARK: char = '\u{FEFF}';

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let note = match cx.document.format {
        HostFormat::ConfigFile => "Airflow does not start: MissingSectionHeaderError",
        HostFormat::ConnectionsEnv => "it becomes a part of the first connection's id",
        HostFormat::Shell => "the shell does not find the first command",
        _ => return,
    };
    if !cx.document.text.starts_with(MARK) {
        return;
    }
    let span = Span::from_range(0..MARK.len_utf8());
    let draft = report
        .report_raw(span, message!["the file starts with a byte order mark"])
        .label("three bytes that no editor shows")
        .help("save the file as UTF-8 without a byte order mark")
        .note(note);
    if cx.document.format == HostFormat::ConfigFile {
        draft.raw_fix(Applicability::Safe, "take it out", vec![Edit { span, pieces: Vec::new() }]);
    }
}
