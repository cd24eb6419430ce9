use connlint_parser::{FailureKind, Uri};
use connlint_text::message;

use super::broken_userinfo;
use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL105" "invalid-port", Correctness, Error,
    since: "0.1.0", fix: None, Uri => check
}

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    let Some(failure) = &uri.failure else { return };
    if broken_userinfo(uri).is_some() {
        return;
    }
    let authority = uri.authority.as_ref().map_or("", |authority| authority.text.as_ref());
    match failure.kind {
        FailureKind::PortNotANumber if authority.contains(',') => {
            cx.report(failure.span, message!["several hosts in a connection URI"])
                .label("taken for one port")
                .help("write a JSON connection with all hosts in `host`, or put them into `extra`")
                .note(message![airflow(uri.profile), " raises ValueError: a URI holds one host"]);
        }
        FailureKind::PortNotANumber => {
            cx.report(failure.span, message!["the port is not a number"])
                .label("only the digits 0-9 may stand here")
                .help("write a port number, or leave the `:` out to use the default")
                .note(message![
                    airflow(uri.profile),
                    " raises ValueError, and its message prints what stands here"
                ]);
        }
        FailureKind::PortOutOfRange => {
            cx.report(failure.span, message!["the port is not between 0 and 65535"])
                .help("write a port number between 1 and 65535")
                .note(message![
                    airflow(uri.profile),
                    " raises ValueError: Port out of range 0-65535"
                ]);
        }
        FailureKind::TooManyDigits
            if uri.port.as_ref().is_some_and(|it| it.span == failure.span) =>
        {
            cx.report(failure.span, message!["the port is not between 0 and 65535"])
                .help("write a port number between 1 and 65535")
                .note(message![
                    airflow(uri.profile),
                    " raises ValueError: Python reads no number of so many digits"
                ]);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::Linter;

    /// From 4,301 digits on, Python does not get as far as the range.
    #[test]
    fn a_port_of_thousands_of_digits_is_none() {
        for digits in [6, 4_300, 4_301, 30_000] {
            let text = format!("AIRFLOW_CONN_A=http://h.example.com:{}\n", "7".repeat(digits));
            let linted = Linter::default().lint(".env", &text);
            let codes: Vec<_> = linted.findings.iter().map(|finding| finding.rule.code).collect();
            assert!(codes.contains(&"CL105"), "{digits} digits: {codes:?}");
        }
    }
}
