use connlint_hosts::{Role, Surface};
use connlint_text::{Edit, Encoding, Span, message};

use crate::rules::airflow;
use crate::{Reporter, Severity, SiteCx, declare_rule};

declare_rule! {
    "CL111" "surrounding-whitespace", Portability, Info,
    since: "0.1.0", fix: Always, Site => check, where: [Space, NotAscii]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let text = cx.site.value.text();
    let leading = text.len() - text.trim_start().len();
    let trailing = text.trim_end().len();
    if text.trim().is_empty() || (leading == 0 && trailing == text.len()) {
        return;
    }
    let (severity, note) = match (cx.site.role, cx.site.surface) {
        // `urlsplit` removes blanks in front, and line ends and tabs anywhere, but no blank at the end.
        (Role::Connection, Surface::ConnectionsFile)
            if text[trailing..].contains(|c| !matches!(c, '\t' | '\n' | '\r')) =>
        {
            (Severity::Error, ": the white space becomes a part of the last field")
        }
        (Role::Connection, _) => (Severity::Info, " strips it; other readers of the value do not"),
        (Role::BackendClass, _) => {
            (Severity::Error, " raises AirflowConfigException: no Airflow command works")
        }
        _ => return,
    };
    let span = if leading > 0 { 0..leading } else { trailing..text.len() };
    let whole = Span::from_range(0..text.len());
    report
        .report(Span::from_range(span), message!["white space around the value"])
        .severity(severity)
        .help("remove it")
        .note(message![airflow(cx.profile), note])
        .safe_fix("remove the white space", vec![Edit::encode(whole, Encoding::Trim)]);
}
