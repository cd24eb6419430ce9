use crate::disclose::is_harmless;
use crate::{DecodedText, MapBuilder, Raw, Span};

/// What stands for a secret, whatever its length.
pub const MASK: &str = "****";

/// A view of a part of a file in which only what is known to be public can be read.
///
/// The view is made from a list of spans to show, not of spans to hide: what nobody vouched for
/// is masked. Line breaks and indentation are always kept, so that lines keep their numbers.
/// Masks have a fixed width, so they do not tell the length of what they hide.
///
/// ```
/// use connlint_text::{Shown, Span};
///
/// let file = "PG=postgres://app:s3cr3t@db/app\n";
/// let visible = [Span::new(0, 18), Span::new(24, 31)];
/// let shown = Shown::of(file, Span::new(0, 32), &visible);
/// assert_eq!(shown.text(), "PG=postgres://app:****@db/app\n");
///
/// // A label on the secret becomes a label on its mask.
/// assert_eq!(shown.place(Span::new(20, 21)), 18..22);
/// ```
#[derive(Debug, Clone)]
pub struct Shown(DecodedText<'static>);

impl Shown {
    /// The bytes of `file` in `window`, with only `visible` readable.
    ///
    /// `visible` may be in any order and may overlap; what lies outside the window is ignored.
    pub fn of(file: &str, window: Span<Raw>, visible: &[Span<Raw>]) -> Self {
        let mut visible: Vec<_> = visible.iter().copied().filter(|v| v.overlaps(window)).collect();
        visible.sort_unstable();
        let mut view = MapBuilder::new(file);
        let mut at = window.start();
        for span in visible {
            let start = span.start().max(at);
            let end = span.end().min(window.end());
            if start >= end {
                continue;
            }
            mask(file, Span::new(at, start), &mut view);
            show(file, Span::new(start, end), &mut view);
            at = end;
        }
        mask(file, Span::new(at, window.end()), &mut view);
        let view = view.finish_at(window.start() as usize);
        let map = view.map().clone();
        Self(DecodedText::new(view.into_text().into_owned(), map))
    }

    /// The view's text.
    pub fn text(&self) -> &str {
        self.0.text()
    }

    /// Where a span of the file stands in the view; a span outside it is at its nearest end.
    pub fn place(&self, span: Span<Raw>) -> std::ops::Range<usize> {
        if let Some(found) = self.0.map().to_decoded(span) {
            return found.range();
        }
        let raw = self.0.map().raw();
        if span.start() < raw.start() { 0..0 } else { self.text().len()..self.text().len() }
    }
}

/// Copies public text, control characters (but line breaks and tabs) replaced.
fn show(file: &str, span: Span<Raw>, view: &mut MapBuilder<'_>) {
    let text = span.of(file);
    let start = span.start() as usize;
    let mut copied = 0;
    let is_dangerous = |&(at, char): &(usize, char)| match char {
        '\n' | '\t' => false,
        // Alone it takes the terminal back to the start of the line, to write over it.
        '\r' => !text[at + 1..].starts_with('\n'),
        _ => !is_harmless(char),
    };
    for (at, char) in text.char_indices().filter(is_dangerous) {
        view.copy(start + copied..start + at);
        view.replace(start + at..start + at + char.len_utf8(), "\u{FFFD}");
        copied = at + char.len_utf8();
    }
    view.copy(start + copied..span.end() as usize);
}

/// One mask for each line of `span` that holds anything but indentation.
fn mask(file: &str, span: Span<Raw>, view: &mut MapBuilder<'_>) {
    let range = span.range();
    // A span that cuts a character has no text of its own; hide it as a whole.
    let Some(text) = file.get(range.clone()) else {
        view.replace(range, MASK);
        return;
    };
    let mut at = range.start;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let content = line.trim_end_matches(['\n', '\r']);
        let starts_line = at == 0 || file.as_bytes().get(at - 1) == Some(&b'\n');
        let indent = if starts_line {
            content.len() - content.trim_start_matches([' ', '\t']).len()
        } else {
            0
        };
        view.copy(at..at + indent);
        if indent < content.len() {
            view.replace(at + indent..at + content.len(), MASK);
        }
        view.copy(at + content.len()..end);
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn view(file: &str, visible: &[(u32, u32)]) -> String {
        let visible: Vec<_> = visible.iter().map(|&(start, end)| Span::new(start, end)).collect();
        Shown::of(file, Span::from_range(0..file.len()), &visible).text().to_owned()
    }

    #[test]
    fn only_the_vouched_for_is_readable() {
        assert_eq!(view("a=bcd", &[]), "****");
        assert_eq!(view("a=bcd", &[(0, 2)]), "a=****");
        assert_eq!(view("a=bcd", &[(3, 4), (0, 3), (2, 3)]), "a=bc****");
        assert_eq!(view("  a: b\r\n\n\tc", &[(2, 5)]), "  a: ****\r\n\n\t****");
        assert_eq!(view("é", &[(0, 1)]), "****");
    }

    #[test]
    fn escape_sequences_are_neutralised() {
        assert_eq!(view("a\u{1b}[0m", &[(0, 5)]), "a\u{fffd}[0m");
        assert_eq!(view("a\u{2067}b", &[(0, 5)]), "a\u{fffd}b");
        assert_eq!(view("a\rb\tc\r\n", &[(0, 7)]), "a\u{fffd}b\tc\r\n");
    }

    proptest! {
        #[test]
        fn hidden_bytes_do_not_show(
            secret in "[A-Z]{1,12}",
            before in "[a-z =\n]{0,8}",
            after in "[a-z =\n]{0,8}",
        ) {
            let file = format!("{before}{secret}{after}");
            let (start, end) = (before.len(), before.len() + secret.len());
            let visible = [Span::from_range(0..start), Span::from_range(end..file.len())];
            let shown = Shown::of(&file, Span::from_range(0..file.len()), &visible);
            prop_assert_eq!(shown.text(), format!("{before}{MASK}{after}"));
            prop_assert_eq!(shown.place(Span::from_range(start..end)), start..start + MASK.len());
        }
    }
}
