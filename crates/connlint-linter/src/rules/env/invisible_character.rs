use connlint_hosts::Role;
use connlint_text::{Edit, Span, message};

use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL633" "invisible-character", Correctness, Error,
    since: "0.1.0", fix: Always, Site => check, where: [NotAscii]
}

/// No-break space, soft hyphen, zero-width and directional characters, byte order mark.
const fn is_invisible(char: char) -> bool {
    matches!(
        char,
        '\u{A0}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'
    )
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let is_read = matches!(
        cx.site.role,
        Role::Connection | Role::BackendClass | Role::BackendKwargs | Role::Config
    );
    let text = cx.site.value.text();
    if !is_read || text.is_ascii() {
        return;
    }
    let found = text.char_indices().filter(|(_, char)| is_invisible(*char));
    let spans: Vec<_> =
        found.map(|(at, char)| Span::from_range(at..at + char.len_utf8())).collect();
    let Some(&first) = spans.first() else { return };
    let mut draft = report
        .report(first, message!["a character that nobody sees"])
        .label("it is a part of the value")
        .help("remove it")
        .note("such characters come along when text is copied from a web page or a chat");
    for other in spans.iter().skip(1).take(8) {
        draft = draft.also(*other, "and here");
    }
    let edits = spans.iter().map(|&span| Edit { span, pieces: Vec::new() }).collect();
    draft.unsafe_fix("remove it", edits);
}
