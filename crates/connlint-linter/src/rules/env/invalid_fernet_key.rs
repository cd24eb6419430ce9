use connlint_hosts::HostFormat;
use connlint_text::{Span, message};

use crate::rules::setting::{is_whole, sets};
use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL612" "invalid-fernet-key", Correctness, Error,
    since: "0.1.0", fix: None, Site => check, where: [Setting]
}

/// The length of 32 bytes in base64, without the `=` at the end.
const KEY_LEN: usize = 43;

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let site = cx.site;
    let text = site.value.text();
    // An empty key means that nothing is encrypted, and is what some images start with.
    if !sets(site, "core", "fernet_key") || !is_whole(site) || text.trim().is_empty() {
        return;
    }
    // `your-fernet-key` in a guide is for somebody to replace.
    let is_to_replace = ["your", "change", "replace", "generate"]
        .iter()
        .any(|word| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    if is_to_replace && (cx.document.format == HostFormat::Markdown || cx.is_example) {
        return;
    }
    if text.split(',').all(|key| is_key(key.trim())) {
        return;
    }
    report
        .report(Span::from_range(0..text.len()), message!["this is no Fernet key"])
        .label("32 bytes in URL-safe base64 are wanted, which is 44 characters")
        .help("make one with `cryptography.fernet.Fernet.generate_key()`")
        .note("Airflow raises AirflowException at the first connection or variable with a secret in it");
}

fn is_key(key: &str) -> bool {
    let is_sign = |char: char| char.is_ascii_alphanumeric() || "-_+/".contains(char);
    let digits = key.trim_end_matches('=');
    digits.len() == KEY_LEN && digits.len() < key.len() && digits.chars().all(is_sign)
}
