use connlint_catalog::Field;
use connlint_text::message;

use crate::{ConnectionCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL326" "smtp-tls-port", Correctness, Error[Medium],
    since: "0.1.0", fix: None, Connection => check
}

fn check(cx: &ConnectionCx<'_>, report: &mut Reporter<'_>) {
    if cx.of.name != "smtp" || !cx.has_all_extras() {
        return;
    }
    let Some(port) = cx.field(Field::Port) else { return };
    match (&*port.text, cx.truthy("disable_ssl")) {
        ("587", None) => {
            report
                .report(port.span, message!["port 587 without `disable_ssl`"])
                // The mail of Airflow's own configuration takes login and password from here only.
                .severity(Severity::Info)
                .label("this port begins in the clear, and changes to TLS with STARTTLS")
                .help("add the extra `disable_ssl` = true, which leaves STARTTLS on, or use port 465")
                .note("SmtpHook speaks TLS from the start unless `disable_ssl` is true: SSLError, wrong version number");
        }
        ("465", Some(plain)) => {
            report
                .report(port.span, message!["port 465 with `disable_ssl`"])
                .label("this port expects TLS from the start")
                .also(plain.key_span, "begins in the clear")
                .help("remove `disable_ssl`, or use port 587")
                .note("connecting waits for a greeting that never comes");
        }
        _ => {}
    }
}
