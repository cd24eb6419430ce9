use std::ops::Range;

use connlint_linter::Linted;
use connlint_text::{MASK, Span};
use similar::{DiffTag, TextDiff};

use crate::style::Paint;
use crate::{Style, printable};

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// What became of a file, as a unified diff of what may be shown; empty where nothing did.
///
/// The lines that differ are those of the files themselves. Where they look the same masked, a
/// line that starts with `\` says so.
pub fn diff(before: &Linted<'_>, after: &Linted<'_>, style: Style) -> String {
    if before.text == after.text {
        return String::new();
    }
    let name = printable(&before.path);
    let mut out = String::new();
    let mut push = |paint: Option<Paint>, line: &str| {
        let line = paint.map_or_else(|| line.to_owned(), |paint| style.paint(paint, line));
        out.push_str(&line);
        out.push('\n');
    };
    push(Some(Paint::Strong), &format!("--- {name}"));
    push(Some(Paint::Strong), &format!("+++ {name}"));
    let (old, new) = (shown_lines(before), shown_lines(after));
    for hunk in TextDiff::from_slices(&lines(before.text), &lines(after.text)).grouped_ops(CONTEXT)
    {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
        let removed = position(first.old_range().start..last.old_range().end);
        let added = position(first.new_range().start..last.new_range().end);
        push(Some(Paint::Help), &format!("@@ -{removed} +{added} @@"));
        for op in hunk {
            let gone = taken(&old, op.old_range());
            let come = taken(&new, op.new_range());
            if op.tag() == DiffTag::Equal {
                for line in gone {
                    push(None, &format!(" {line}"));
                }
                continue;
            }
            for line in &gone {
                push(Some(Paint::Removed), &format!("-{line}"));
            }
            for line in &come {
                push(Some(Paint::Added), &format!("+{line}"));
            }
            if gone.iter().zip(&come).any(|(gone, come)| gone == come) {
                push(
                    Some(Paint::Faint),
                    "\\ lines that look alike differ in what is masked, or in their ends",
                );
            }
        }
    }
    out
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The lines of the file as they may be shown, as many as it has.
fn shown_lines(linted: &Linted<'_>) -> Vec<String> {
    let shown = linted.shown(Span::from_range(0..linted.text.len()));
    lines(shown.text()).iter().map(|line| line.trim_end_matches(['\n', '\r']).to_owned()).collect()
}

fn taken(lines: &[String], range: Range<usize>) -> Vec<&str> {
    range.map(|nr| lines.get(nr).map_or(MASK, String::as_str)).collect()
}

/// First line and number of lines, as a hunk's header has them.
fn position(range: Range<usize>) -> String {
    let first = if range.is_empty() { range.start } else { range.start + 1 };
    match range.len() {
        1 => first.to_string(),
        len => format!("{first},{len}"),
    }
}
