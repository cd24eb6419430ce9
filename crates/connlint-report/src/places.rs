use connlint_text::{LineColumn, LineIndex, Raw, Span};

/// Lines and columns of a file.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    text: &'a str,
    index: LineIndex,
}

impl<'a> Places<'a> {
    /// Finds the lines of a file.
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, index: LineIndex::new(text) }
    }

    /// Line and column of a byte.
    pub(crate) fn at(&self, offset: u32) -> LineColumn {
        self.index.line_column(self.text, offset)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_without_their_ends() {
        assert_eq!(Places::of("a\nzürich=é1\r\n").line_span(2), Span::new(2, 13));
    }
}
