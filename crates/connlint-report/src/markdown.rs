use std::fmt::Write as _;

use connlint_linter::Linted;

use crate::places::Places;
use crate::{Renderer, RunInfo, Summary, printable};

/// A table in Markdown, for the summary of a job or a comment.
#[derive(Debug)]
pub(crate) struct Markdown;

impl Renderer for Markdown {
    fn begin(&self, _: &RunInfo) -> String {
        "# connlint\n\n".to_owned()
    }

    fn file(&self, linted: &Linted<'_>) -> String {
        if linted.findings.is_empty() {
            return String::new();
        }
        let places = Places::of(linted.text);
        let mut out = format!("## {}\n\n", cell(&printable(&linted.path)));
        out.push_str("| Place | Severity | Rule | Finding |\n| --- | --- | --- | --- |\n");
        for finding in &linted.findings {
            let place = places.at(finding.span.start());
            let rule = finding.rule;
            // Writing to a string does not fail.
            let _ = writeln!(
                out,
                "| {}:{} | {} | [{}]({}) | {} |",
                place.line,
                place.column,
                finding.severity,
                rule.name,
                rule.url(),
                cell(finding.message.as_str()),
            );
        }
        out
    }

    fn separator(&self) -> &'static str {
        "\n"
    }

    fn end(&self, summary: &Summary) -> String {
        let lead = if summary.findings() == 0 { "" } else { "\n" };
        format!("{lead}{}\n", summary.sentence())
    }
}

/// Text of a cell or heading: nothing in it is taken for markup, but code between backticks.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Several side by side are paired with as many, and else are none.
    let are_paired = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut is_code = false;
    for char in text.chars() {
        match char {
            '`' if are_paired => {
                is_code = !is_code;
                out.push(char);
            }
            // A pipe ends the cell even in code.
            '|' => out.push_str("\\|"),
            '<' if !is_code => out.push_str("&lt;"),
            '&' if !is_code => out.push_str("&amp;"),
            '\n' | '\r' => out.push(' '),
            '*' | '_' | '[' | ']' | '\\' | '`' | '~' | '#' if !is_code => {
                out.push('\\');
                out.push(char);
            }
            char => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_cell() {
        for (text, expected) in [
            ("`a_b|c` in *x_y*", "`a_b\\|c` in \\*x\\_y\\*"),
            ("<img onerror=x> & [a](b)", "&lt;img onerror=x> &amp; \\[a\\](b)"),
            ("one ` only", "one \\` only"),
            ("`<a>` then <b>\nc", "`<a>` then &lt;b> c"),
            ("```<a>`", "\\`\\`\\`&lt;a>\\`"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
