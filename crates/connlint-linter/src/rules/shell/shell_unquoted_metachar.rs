use connlint_hosts::Quoting;
use connlint_text::{Edit, Piece, Raw, Span, message};

use crate::{Applicability, DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL701" "shell-unquoted-metachar", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let text = cx.document.text;
    for site in cx.document.sites.iter().filter(|site| site.quoting == Quoting::ShellBare) {
        let end = site.value_span.end();
        let behind = text.get(end as usize..).unwrap_or_default();
        let behind = behind.split(char::is_whitespace).next().unwrap_or_default();
        if !behind.strip_prefix('&').is_some_and(is_query) {
            continue;
        }
        let whole =
            Span::<Raw>::from_range(site.value_span.range().start..end as usize + behind.len());
        let draft = report
            .report_site(
                site,
                Span::new(end, end + 1),
                message!["the value ends at an `&` outside of quotes"],
            )
            .label("the shell runs what stands before in the background")
            .help("write the value between single quotes")
            .note("what stands behind the `&` is another command, options such as `--secret` too");
        let is_plain = |text: &str| !text.contains(['\'', '"', '\\', '$', '`', '<', '>', ';', '|']);
        if is_plain(whole.of(text)) {
            let quote = || Piece::Text("'".into());
            let pieces = vec![quote(), Piece::Keep(whole), quote()];
            let edit = Edit { span: whole, pieces };
            draft.raw_fix(Applicability::Unsafe, "write it between single quotes", vec![edit]);
        }
    }
}

/// `name=…`, the next part of a query.
fn is_query(text: &str) -> bool {
    let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.');
    text.split_once('=').is_some_and(|(name, _)| !name.is_empty() && name.chars().all(is_name))
}
