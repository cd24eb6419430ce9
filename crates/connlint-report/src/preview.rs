use connlint_linter::{Fix, FixEdit};
use connlint_text::{Raw, Span};

use crate::places::Places;
use crate::view::View;

/// The longest text a change may replace or bring in to be shown.
const MAX_CHANGE: usize = 2048;

/// The most changes of a fix that are shown.
const MAX_EDITS: usize = 16;

/// The lines that a fix changes, before and after, as they may be shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Preview {
    /// Lines that go.
    pub(crate) removed: Vec<String>,
    /// Lines that come.
    pub(crate) added: Vec<String>,
}

impl Preview {
    /// What the fix changes; `None` where that cannot be seen or is too much to show.
    pub(crate) fn of(fix: &Fix, view: &View<'_>, places: &Places<'_>) -> Option<Self> {
        let is_small = |edit: &FixEdit| {
            edit.edit.span.len() as usize <= MAX_CHANGE && edit.edit.text.len() <= MAX_CHANGE
        };
        if fix.edits.len() > MAX_EDITS || !fix.edits.iter().all(is_small) {
            return None;
        }
        let mut preview = Self::default();
        for (lines, edits) in by_lines(fix, places) {
            let spots: Vec<_> = edits.iter().map(|edit| edit.edit.span).collect();
            let before = view.excerpt(lines, &spots).text;
            let after = view.edited(lines, &edits);
            if before != after {
                preview.removed.extend(before.lines().map(str::to_owned));
                preview.added.extend(after.lines().map(str::to_owned));
            }
        }
        (preview != Self::default()).then_some(preview)
    }
}

/// The edits, those in the same lines together with these lines.
fn by_lines<'f>(fix: &'f Fix, places: &Places<'_>) -> Vec<(Span<Raw>, Vec<&'f FixEdit>)> {
    let mut groups: Vec<(Span<Raw>, Vec<&FixEdit>)> = Vec::new();
    for edit in &fix.edits {
        let span = edit.edit.span;
        let first = places.line_span(places.line(span.start()));
        let last = places.line_span(places.line(span.end().saturating_sub(1).max(span.start())));
        // Line ends that the edit takes are part of its lines.
        let lines = first.join(last).join(span);
        match groups.last_mut() {
            Some((so_far, edits)) if lines.start() < so_far.end() || lines == *so_far => {
                *so_far = so_far.join(lines);
                edits.push(edit);
            }
            _ => groups.push((lines, vec![edit])),
        }
    }
    groups
}
