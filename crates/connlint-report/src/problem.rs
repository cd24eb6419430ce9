use std::fmt::Write as _;

use connlint_linter::Severity;
use connlint_text::{Message, Raw, Span};

use crate::places::Places;
use crate::snippet::Snippet;
use crate::style::Paint;
use crate::view::View;
use crate::{Style, printable};

/// Why connlint cannot do its job, at a place of a file that is written for connlint.
#[derive(Debug, Clone, Copy)]
pub struct Problem<'a> {
    /// What is wrong, in a clause.
    pub message: &'a Message,
    /// The place.
    pub span: Span<Raw>,
    /// The reason at the place.
    pub label: Option<&'a Message>,
    /// What to do.
    pub help: Option<&'a Message>,
    /// Whether the line may be shown.
    pub is_shown: bool,
}

/// A problem for people, drawn as findings are.
///
/// ```
/// use connlint_report::{Problem, Style, problem};
/// use connlint_text::{Span, message};
///
/// let text = "selct = []\n";
/// let drawn = problem(Style::PLAIN, "connlint.toml", text, Problem {
///     message: &message!["unknown key `selct`"],
///     span: Span::new(0, 5),
///     label: None,
///     help: Some(&message!["did you mean `select`?"]),
///     is_shown: true,
/// });
/// assert!(drawn.starts_with("error: unknown key `selct`\n   ╭─[connlint.toml:1:1]\n 1 │ selct = []\n"));
/// ```
pub fn problem(style: Style, path: &str, text: &str, problem: Problem<'_>) -> String {
    let severity = Severity::Error;
    let name = printable(path);
    let mut out = format!(
        "{}: {}\n",
        style.paint(Paint::Severity(severity), severity.as_str()),
        style.paint(Paint::Strong, problem.message.as_str())
    );
    if text.is_empty() {
        // Writing to a string does not fail.
        let _ = writeln!(out, "   ╰─[{name}]");
    } else {
        let visible = if problem.is_shown { vec![Span::from_range(0..text.len())] } else { vec![] };
        let places = Places::of(text);
        let view = View::showing(text, visible);
        let marks = vec![(problem.span, problem.label, true)];
        out.push_str(&Snippet::with(name, severity, marks, &view, &places).draw(style));
    }
    if let Some(help) = problem.help {
        out.push_str(&style.paragraph(Paint::Help, "help", help.as_str()));
    }
    out
}
