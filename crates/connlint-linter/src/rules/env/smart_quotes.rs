use connlint_hosts::Role;
use connlint_text::{Edit, Span, message};

use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL634" "smart-quotes", Correctness, Error,
    since: "0.1.0", fix: Always, Site => check, where: [NotAscii]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    // What is said about broken JSON names such quotes already.
    let is_read = matches!(cx.site.role, Role::Connection | Role::BackendClass);
    let text = cx.site.value.text();
    let trimmed = text.trim();
    let is_quote = |char: Option<char>| char.is_some_and(|char| straight(char).is_some());
    let is_around = is_quote(trimmed.chars().next()) || is_quote(trimmed.chars().next_back());
    if !is_read || text.is_ascii() || !is_around {
        return;
    }
    let quotes = text.char_indices().filter(|(_, char)| straight(*char).is_some());
    let spans: Vec<_> =
        quotes.map(|(at, char)| Span::from_range(at..at + char.len_utf8())).collect();
    let Some(&first) = spans.first() else { return };
    let edits = spans.iter().map(|&span| Edit { span, pieces: Vec::new() }).collect();
    report
        .report(first, message!["typographic quotes around the value"])
        .label("to Airflow this is a letter of the value")
        .help("remove them, or write straight quotes")
        .note("word processors, wikis and chats write them in place of straight ones")
        .unsafe_fix("remove them", edits);
}

/// The quote that a word processor made this one of.
const fn straight(char: char) -> Option<&'static str> {
    match char {
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' => Some("\""),
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' => Some("'"),
        _ => None,
    }
}
