use connlint_text::{LineColumn, LineIndex, Raw, Span};

/// Lines and columns of a file, for places that are asked for roughly in order.
///
/// A column is counted from the place asked for before, where that is on the same line: a line of
/// a megabyte with ten thousand findings is read once, not ten thousand times.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    text: &'a str,
    index: LineIndex,
    last: (usize, LineColumn),
}

impl<'a> Places<'a> {
    /// Finds the lines of a file.
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, index: LineIndex::new(text), last: (0, LineColumn { line: 1, column: 1 }) }
    }

    /// Line and column of a byte.
    pub(crate) fn at(&mut self, offset: u32) -> LineColumn {
        let offset = (offset as usize).min(self.text.len());
        let line = self.line(u32::try_from(offset).unwrap_or(u32::MAX));
        let start = self.index.line_span(line).start() as usize;
        let (from, column) = match self.last {
            (last, place) if place.line == line => (last, place.column),
            _ => (start, 1),
        };
        let column = if from <= offset {
            column.saturating_add(characters(self.text, from, offset))
        } else {
            column.saturating_sub(characters(self.text, offset, from))
        };
        let place = LineColumn { line, column };
        self.last = (offset, place);
        place
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, offset: u32) -> u32 {
        self.index.line(offset)
    }

    /// The bytes of a line, without its line end.
    pub(crate) fn line_span(&self, line: u32) -> Span<Raw> {
        let span = self.index.line_span(line);
        let content = span.of(self.text).trim_end_matches(['\n', '\r']);
        Span::new(span.start(), span.start() + u32::try_from(content.len()).unwrap_or(0))
    }
}

/// The number of characters that start in these bytes.
fn characters(text: &str, start: usize, end: usize) -> u32 {
    let bytes = text.as_bytes().get(start..end).unwrap_or_default();
    // Continuation bytes of UTF-8 are no characters of their own.
    let count = bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_order_gives_the_same_places() {
        let text = "a\nzürich=é1\r\n\nx";
        let index = LineIndex::new(text);
        let end = u32::try_from(text.len()).unwrap() + 2;
        let boundaries = || (0..=end).filter(|&at| text.is_char_boundary(at as usize));
        for from in boundaries() {
            for to in boundaries() {
                let mut places = Places::of(text);
                places.at(from);
                assert_eq!(places.at(to), index.line_column(text, to), "{from} then {to}");
            }
        }
        assert_eq!(Places::of(text).line_span(2), Span::new(2, 13));
    }
}
