use crate::{Raw, Span};

/// A position for people: both count from 1, columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// Where the lines of a text start. `\n` ends a line; a `\r` before it belongs to the line.
///
/// ```
/// use connlint_text::{LineColumn, LineIndex};
///
/// let text = "a\nzürich=1\n";
/// let index = LineIndex::new(text);
/// assert_eq!(index.line_column(text, 2), LineColumn { line: 2, column: 1 });
/// assert_eq!(index.line_column(text, 5), LineColumn { line: 2, column: 3 });
/// ```
#[derive(Debug, Clone)]
pub struct LineIndex {
    /// Offset of the first byte of each line; never empty.
    starts: Vec<u32>,
    /// Characters before each block of [`BLOCK`] bytes; empty where every byte is a character. A
    /// block ends where a character ends.
    characters: Vec<u32>,
    len: u32,
}

/// How many bytes are counted at the most to find a column.
const BLOCK: usize = 256;

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = std::iter::once(0).chain(newlines.map(|at| offset(at + 1))).collect();
        let mut characters = Vec::new();
        if !text.is_ascii() {
            let (mut before, mut from) = (0, 0);
            while from < text.len() {
                characters.push(before);
                let end = text.floor_char_boundary(characters.len() * BLOCK);
                before += count(text.get(from..end));
                from = end;
            }
            characters.push(before);
        }
        Self { starts, characters, len: offset(text.len()) }
    }

    /// The line of a byte, from 1. Offsets behind the text are on its last line.
    pub fn line(&self, offset: u32) -> u32 {
        let line = self.starts.partition_point(|&start| start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// Line and column of a byte of `text`, the text this index was made of.
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let offset = offset.min(self.len);
        let line = self.line(offset);
        let start = self.line_span(line).start();
        let characters = self.characters(text, offset) - self.characters(text, start);
        LineColumn { line, column: characters.saturating_add(1) }
    }

    /// The number of characters before a byte of `text`.
    fn characters(&self, text: &str, offset: u32) -> u32 {
        let block = offset as usize / BLOCK;
        let Some(before) = self.characters.get(block) else { return offset };
        let start = text.floor_char_boundary(block * BLOCK);
        before + count(text.get(start..text.floor_char_boundary(offset as usize)))
    }

    /// The bytes of a line (from 1) with its line end; empty behind the last line.
    pub fn line_span(&self, line: u32) -> Span<Raw> {
        let index = line.saturating_sub(1) as usize;
        let start = self.starts.get(index).copied().unwrap_or(self.len);
        let end = self.starts.get(index + 1).copied().unwrap_or(self.len);
        Span::new(start, end)
    }

    /// The number of lines; a text that ends in a line end has an empty last line.
    pub fn lines(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }
}

fn count(text: Option<&str>) -> u32 {
    u32::try_from(text.unwrap_or_default().chars().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions() {
        let text = "a\r\n\nλμ";
        let index = LineIndex::new(text);
        for (offset, line, column) in
            [(0, 1, 1), (2, 1, 3), (3, 2, 1), (4, 3, 1), (6, 3, 2), (8, 3, 3), (99, 3, 3)]
        {
            assert_eq!(index.line_column(text, offset), LineColumn { line, column }, "{offset}");
        }
        assert_eq!(index.lines(), 3);
        let long = "é".repeat(3000) + "\n" + &"ä".repeat(1024);
        let index = LineIndex::new(&long);
        for (offset, line, column) in [
            (0, 1, 1),
            (2048, 1, 1025),
            (6000, 1, 3001),
            (6001, 2, 1),
            (8049, 2, 1025),
            (8047, 2, 1024),
            (8049, 2, 1025),
        ] {
            assert_eq!(index.line_column(&long, offset), LineColumn { line, column }, "{offset}");
        }
        let index = LineIndex::new(text);
        assert_eq!(index.line_span(1), Span::new(0, 3));
        assert_eq!(index.line_span(9), Span::empty(8));
    }
}
