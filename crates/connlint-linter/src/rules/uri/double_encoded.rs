use connlint_parser::Uri;
use connlint_text::{Edit, Span, message};

use crate::rules::airflow;
use crate::{Reporter, declare_rule};

declare_rule! {
    "CL116" "double-encoded", Correctness, Warning[Low],
    since: "0.1.0", fix: Always, Uri => check, where: [Percent]
}

/// A percent sign as an escape.
const PERCENT: &str = "%25";

fn check(uri: &Uri<'_>, cx: &mut Reporter<'_>) {
    if uri.failure.is_some() {
        return;
    }
    for part in [&uri.login, &uri.password].into_iter().flatten() {
        let bytes = part.text.as_bytes();
        let found: Vec<_> = memchr::memchr_iter(b'%', bytes)
            .filter(|&at| bytes[at..].starts_with(PERCENT.as_bytes()) && hides(part, at))
            .collect();
        let Some(&first) = found.first() else { continue };
        let edits = found.iter().map(|&at| {
            let sign = part.place(at..at + PERCENT.len());
            Edit::replace(Span::new(sign.start() + 1, sign.end()), "")
        });
        cx.report(
            part.place(first..first + PERCENT.len()),
            message!["an escape is encoded once more"],
        )
        .label("a `%`, and what follows looks like the rest of an escape")
        .help("encode it once")
        .note(message![airflow(uri.profile), " decodes once: an escape stays in the value"])
        .unsafe_fix("encode it once", edits.collect());
    }
}

/// Whether what follows the percent sign at `at` makes it an escape of a sign that has to be encoded.
fn hides(part: &connlint_parser::Part<'_>, at: usize) -> bool {
    let digits = part.text.get(at + PERCENT.len()..at + PERCENT.len() + 2);
    let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
    code.is_some_and(|code| b"@:/?#[]%&+= \\".contains(&code) || code >= 0x80)
}
