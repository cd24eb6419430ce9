use connlint_text::{LineColumn, LineIndex, Raw, Span};

/// The bytes between two places for which the number of characters before them is kept.
const STRIDE: usize = 128;

/// Lines and columns of a file.
///
/// The characters before a byte are counted from the nearest place for which their number is kept:
/// a line of a megabyte with ten thousand findings is read once, not ten thousand times.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    text: &'a str,
    index: LineIndex,
    /// How many characters start before each multiple of [`STRIDE`].
    characters: Vec<u32>,
}

impl<'a> Places<'a> {
    /// Finds the lines of a file.
    pub(crate) fn of(text: &'a str) -> Self {
        let mut characters = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut before = 0_u32;
        for block in text.as_bytes().chunks(STRIDE) {
            characters.push(before);
            before = before.saturating_add(characters_in(block));
        }
        characters.push(before);
        Self { text, index: LineIndex::new(text), characters }
    }

    /// Line and column of a byte.
    pub(crate) fn at(&self, offset: u32) -> LineColumn {
        let offset = (offset as usize).min(self.text.len());
        let line = self.line(u32::try_from(offset).unwrap_or(u32::MAX));
        let start = self.index.line_span(line).start() as usize;
        let before = self.characters_before(offset) - self.characters_before(start);
        LineColumn { line, column: before.saturating_add(1) }
    }

    /// The number of characters that start before a byte.
    fn characters_before(&self, offset: usize) -> u32 {
        let block = offset / STRIDE;
        let rest = self.text.as_bytes().get(block * STRIDE..offset).unwrap_or_default();
        self.characters.get(block).copied().unwrap_or(0).saturating_add(characters_in(rest))
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
fn characters_in(bytes: &[u8]) -> u32 {
    // Continuation bytes of UTF-8 are no characters of their own.
    let count = bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_index() {
        let long = "éx".repeat(STRIDE);
        for text in ["a\nzürich=é1\r\n\nx", "", &long] {
            let index = LineIndex::new(text);
            let places = Places::of(text);
            let end = u32::try_from(text.len()).unwrap() + 2;
            for offset in (0..=end).filter(|&at| text.is_char_boundary(at as usize)) {
                assert_eq!(places.at(offset), index.line_column(text, offset), "{offset}");
            }
        }
        assert_eq!(Places::of("a\nzürich=é1\r\n").line_span(2), Span::new(2, 13));
    }
}
