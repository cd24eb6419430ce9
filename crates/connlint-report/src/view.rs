use std::ops::Range;

use connlint_linter::{Finding, FixEdit, Linted, ignore_parts, visible_parts};
use connlint_text::{Raw, Shown, Span, TextEdit};

use crate::places::Places;

/// What is cut off a long line.
const ELLIPSIS: &str = "…";

/// The most characters of a line that are shown.
const MAX_LINE: usize = 160;

/// The most bytes that are read to see how long they are when shown.
const MAX_READ: u32 = 4096;

/// The bytes on both sides of a place that are shown of a line that is too long.
const CONTEXT: u32 = 64;

/// A file with what of it may be shown, as far as its findings need it.
///
/// Only the sites that a finding points into are looked at again, and each of them once, so that
/// the work grows with the findings, not with findings times lines.
#[derive(Debug)]
pub(crate) struct View<'a> {
    text: &'a str,
    /// Sorted, and apart from each other.
    visible: Vec<Span<Raw>>,
}

/// A part of a file as it may be shown: some windows in a row, `…` where something is left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The text.
    pub(crate) text: String,
    /// Where each of the spots stands in it.
    pub(crate) spots: Vec<Range<usize>>,
}

impl<'a> View<'a> {
    /// The view of a file for its findings.
    pub(crate) fn of(linted: &Linted<'a>, places: &Places<'_>) -> Self {
        let mut visible = Vec::new();
        if let Some(document) = &linted.document {
            let needed = joined(linted.findings.iter().flat_map(spans_of).map(|span| {
                let last = span.end().saturating_sub(1).max(span.start());
                let first = places.line_span(places.line(span.start()));
                first.join(places.line_span(places.line(last)))
            }));
            for site in &document.sites {
                let next = needed.partition_point(|lines| lines.end() < site.span.start());
                if needed.get(next).is_some_and(|lines| lines.start() <= site.span.end()) {
                    visible_parts(document, site, linted.profile, &mut visible);
                }
            }
            // What a Dag asks for is a name, and made of the characters of one.
            visible.extend(document.references.iter().map(|reference| reference.span));
        }
        if let Some(document) = &linted.document
            && linted.findings.iter().any(|finding| finding.site.is_none())
        {
            visible.extend(ignore_parts(document));
        }
        Self { text: linted.text, visible: joined(visible) }
    }

    /// A text that may be shown where `visible` says so.
    pub(crate) const fn showing(text: &'a str, visible: Vec<Span<Raw>>) -> Self {
        Self { text, visible }
    }

    /// A stretch of the file, as much of it as there is room for around `spots`.
    ///
    /// A spot that is one delimiter is shown, whatever it stands in.
    pub(crate) fn excerpt(&self, stretch: Span<Raw>, spots: &[Span<Raw>]) -> Excerpt {
        let mut excerpt = Excerpt { text: String::new(), spots: vec![0..0; spots.len()] };
        let mut at = stretch.start();
        for window in self.windows(stretch, spots) {
            if window.start() > at {
                excerpt.text.push_str(ELLIPSIS);
            }
            let base = excerpt.text.len();
            let shown = self.shown(window, spots);
            for (spot, place) in spots.iter().zip(&mut excerpt.spots) {
                if window.covers(*spot) {
                    let found = shown.place(*spot);
                    *place = base + found.start..base + found.end;
                }
            }
            excerpt.text.push_str(shown.text());
            at = window.end();
        }
        if at < stretch.end() {
            excerpt.text.push_str(ELLIPSIS);
        }
        excerpt
    }

    /// The same stretch after some edits, cut in the same places; parts that the edits bring in
    /// are shown where their origin is.
    pub(crate) fn edited(&self, stretch: Span<Raw>, edits: &[&FixEdit]) -> String {
        let spots: Vec<_> = edits.iter().map(|edit| edit.edit.span).collect();
        let mut text = String::new();
        let mut at = stretch.start();
        for window in self.windows(stretch, &spots) {
            if window.start() > at {
                text.push_str(ELLIPSIS);
            }
            let mut draft = Draft::default();
            let mut copied = window.start();
            for edit in edits.iter().filter(|edit| window.covers(edit.edit.span)) {
                draft.copy(self, Span::new(copied, edit.edit.span.start()));
                draft.insert(self, edit);
                copied = edit.edit.span.end();
            }
            draft.copy(self, Span::new(copied, window.end()));
            let whole = Span::from_range(0..draft.text.len());
            text.push_str(Shown::of(&draft.text, whole, &draft.visible).text());
            at = window.end();
        }
        if at < stretch.end() {
            text.push_str(ELLIPSIS);
        }
        text
    }

    /// What may be shown of a window.
    fn visible(&self, window: Span<Raw>) -> &[Span<Raw>] {
        let first = self.visible.partition_point(|span| span.end() <= window.start());
        let last = self.visible.partition_point(|span| span.start() < window.end());
        self.visible.get(first..last).unwrap_or_default()
    }

    fn is_visible(&self, span: Span<Raw>) -> bool {
        self.visible(span).iter().any(|visible| visible.covers(span))
    }

    fn shown(&self, window: Span<Raw>, spots: &[Span<Raw>]) -> Shown {
        let delimiters = spots.iter().copied().filter(|spot| is_delimiter(spot.of(self.text)));
        let visible: Vec<_> = self.visible(window).iter().copied().chain(delimiters).collect();
        Shown::of(self.text, window, &visible)
    }

    /// The parts of a stretch that there is room for: all of it, or what is next to the spots.
    fn windows(&self, stretch: Span<Raw>, spots: &[Span<Raw>]) -> Vec<Span<Raw>> {
        if self.fits(stretch, spots) {
            return vec![stretch];
        }
        let around = spots.iter().map(|spot| {
            let start = spot.start().saturating_sub(CONTEXT).max(stretch.start());
            let end = spot.end().saturating_add(CONTEXT).min(stretch.end());
            Span::new(self.boundary(start), self.boundary(end))
        });
        joined(around)
    }

    /// Whether there is room for all of a stretch: what is masked counts as its mask.
    fn fits(&self, stretch: Span<Raw>, spots: &[Span<Raw>]) -> bool {
        stretch.len() <= MAX_READ
            && self
                .shown(stretch, spots)
                .text()
                .lines()
                .all(|line| line.chars().count() <= MAX_LINE)
    }

    /// The start of the character at `offset`.
    fn boundary(&self, offset: u32) -> u32 {
        (0..=offset).rev().find(|&at| self.text.is_char_boundary(at as usize)).unwrap_or(0)
    }

    /// The part of a spot on its first line, as far as a window goes where the line has no room.
    pub(crate) fn clipped(&self, spot: Span<Raw>, line: Span<Raw>) -> Span<Raw> {
        let start = spot.start().min(line.end());
        let end = spot.end().min(line.end());
        if self.fits(line, &[]) {
            return Span::new(start, end);
        }
        let end = end.min(start.saturating_add(CONTEXT));
        Span::new(start, self.boundary(end))
    }
}

/// A new text in the making, and what may be shown of it.
#[derive(Default)]
struct Draft {
    text: String,
    visible: Vec<Span<Raw>>,
}

impl Draft {
    fn copy(&mut self, view: &View<'_>, span: Span<Raw>) {
        let at = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        for visible in view.visible(span) {
            let start = visible.start().max(span.start()) - span.start();
            let end = visible.end().min(span.end()) - span.start();
            self.visible.push(Span::new(start, end).shifted(at));
        }
        self.text.push_str(span.of(view.text));
    }

    fn insert(&mut self, view: &View<'_>, edit: &FixEdit) {
        let FixEdit { edit: TextEdit { text, .. }, parts } = edit;
        let at = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        for part in parts {
            if part.from.is_none_or(|from| view.is_visible(from)) {
                self.visible.push(Span::from_range(part.range.clone()).shifted(at));
            }
        }
        self.text.push_str(text);
    }
}

/// All places of a finding and its fixes.
fn spans_of(finding: &Finding) -> impl Iterator<Item = Span<Raw>> {
    let labels = finding.labels.iter().map(|label| label.span);
    let edits = finding.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.edit.span);
    std::iter::once(finding.span).chain(labels).chain(edits)
}

/// A character that a grammar gives a meaning, which says nothing about what it stands in.
fn is_delimiter(text: &str) -> bool {
    matches!(text, "/" | "?" | "#" | "[" | "]" | "@" | ":" | "%" | "&" | "=" | "_" | "\"" | "'")
}

/// The spans in order, those that touch made one.
fn joined(spans: impl IntoIterator<Item = Span<Raw>>) -> Vec<Span<Raw>> {
    let mut sorted: Vec<_> = spans.into_iter().collect();
    sorted.sort_unstable();
    let mut joined: Vec<Span<Raw>> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match joined.last_mut() {
            Some(last) if span.start() <= last.end() => *last = last.join(span),
            _ => joined.push(span),
        }
    }
    joined
}
