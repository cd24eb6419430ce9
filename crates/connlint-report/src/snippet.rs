use std::fmt;
use std::ops::Range;

use connlint_linter::{Finding, Severity};
use connlint_text::{LineColumn, Message, Raw, Span};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};

use crate::Style;
use crate::places::Places;
use crate::view::View;

/// The most places of a finding that are drawn beside its own.
const MAX_OTHERS: usize = 4;

/// The lines that a finding points at, as they may be shown, for miette to draw.
///
/// It holds no other line, and none of the file itself.
#[derive(Debug)]
pub(crate) struct Snippet {
    name: String,
    severity: Severity,
    text: String,
    lines: Vec<Line>,
    labels: Vec<Label>,
}

/// A place with what is said about it, and whether it is the one that counts.
pub(crate) type Mark<'a> = (Span<Raw>, Option<&'a Message>, bool);

#[derive(Debug)]
struct Line {
    number: u32,
    /// Where it stands in the text, with its line end.
    range: Range<usize>,
}

#[derive(Debug)]
struct Label {
    range: Range<usize>,
    /// Where it is in the file.
    place: LineColumn,
    message: Option<String>,
    is_primary: bool,
}

impl Snippet {
    /// The lines of a finding. A place that spans lines is shown by its first.
    pub(crate) fn of(
        name: String,
        finding: &Finding,
        view: &View<'_>,
        places: &Places<'_>,
    ) -> Self {
        let primary = (finding.span, finding.label.as_ref(), true);
        let others = finding.labels.iter().take(MAX_OTHERS);
        let others = others.map(|label| (label.span, Some(&label.message), false));
        let marks = std::iter::once(primary).chain(others).collect();
        Self::with(name, finding.severity, marks, view, places)
    }

    /// The lines of some marked places.
    pub(crate) fn with(
        name: String,
        severity: Severity,
        mut marks: Vec<Mark<'_>>,
        view: &View<'_>,
        places: &Places<'_>,
    ) -> Self {
        marks.sort_by_key(|&(span, _, is_primary)| (span.start(), !is_primary));
        let mut snippet =
            Self { name, severity, text: String::new(), lines: Vec::new(), labels: Vec::new() };
        let by_line = marks.chunk_by(|a, b| places.line(a.0.start()) == places.line(b.0.start()));
        let by_line: Vec<_> = by_line.collect();
        for marks in by_line {
            let number = places.line(marks[0].0.start());
            let line = places.line_span(number);
            let spots: Vec<_> = marks.iter().map(|mark| view.clipped(mark.0, line)).collect();
            let excerpt = view.excerpt(line, &spots);
            let base = snippet.text.len();
            snippet.text.push_str(&excerpt.text);
            snippet.text.push('\n');
            snippet.lines.push(Line { number, range: base..snippet.text.len() });
            for (&(span, message, is_primary), range) in marks.iter().zip(excerpt.spots) {
                snippet.labels.push(Label {
                    range: base + range.start..base + range.end,
                    place: places.at(span.start()),
                    message: message.map(ToString::to_string),
                    is_primary,
                });
            }
        }
        snippet
    }

    /// How many places of a finding are left out of its snippet.
    pub(crate) fn left_out(finding: &Finding) -> usize {
        finding.labels.len().saturating_sub(MAX_OTHERS)
    }

    /// The lines in a frame, each label below its place.
    pub(crate) fn draw(&self, style: Style) -> String {
        let mut theme =
            if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let styles = &mut theme.styles;
        let primary = match self.severity {
            Severity::Error => styles.error,
            Severity::Warning => styles.warning,
            Severity::Info => styles.advice,
        };
        let other = styles.help;
        styles.highlights = self
            .labels
            .iter()
            .map(|label| if label.is_primary { primary } else { other })
            .collect();
        theme.characters.error = String::new();
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_context_lines(0)
            .with_urls(false)
            .without_syntax_highlighting();
        let mut drawn = String::new();
        handler.render_report(&mut drawn, self).expect("every label is inside the snippet");
        // The first line is for a message, which we set in a line of its own.
        drawn.split_once('\n').map_or("", |(_, frame)| frame).to_owned()
    }
}

impl fmt::Display for Snippet {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Snippet {}

impl Diagnostic for Snippet {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().map(|label| {
            let span = SourceSpan::from(label.range.clone());
            let message = label.message.clone();
            if label.is_primary {
                LabeledSpan::new_primary_with_span(message, span)
            } else {
                LabeledSpan::new_with_span(message, span)
            }
        })))
    }
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let last_byte = span.offset() + span.len().saturating_sub(1);
        let line_at = |at: usize| self.lines.iter().position(|line| line.range.contains(&at));
        let (Some(first), Some(last)) = (line_at(span.offset()), line_at(last_byte)) else {
            return Err(MietteError::OutOfBounds);
        };
        let range = self.lines[first].range.start..self.lines[last].range.end;
        // A window of a long line has columns of its own; those of the file are wanted.
        let column = self
            .labels
            .iter()
            .find(|label| label.range.start == span.offset())
            .map_or(0, |label| label.place.column.saturating_sub(1));
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.text.as_bytes()[range.clone()],
            SourceSpan::from(range),
            self.lines[first].number.saturating_sub(1) as usize,
            column as usize,
            last - first + 1,
        )))
    }
}
