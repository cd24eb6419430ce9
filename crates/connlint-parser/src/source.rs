//! Text on its way to the grammar, and the way back from a slice of it to the original.

use std::borrow::Cow;

use connlint_text::{Decoded, DecodedText, MapBuilder, Raw, SourceMap, Span};
use memchr::memchr3_iter;
use nom::Offset as _;

use crate::Part;

/// A text that was made from `original` by taking pieces out of it.
///
/// Nearly always one slice of it remains; a map is kept only where pieces were taken out of the
/// middle.
#[derive(Clone)]
pub(crate) struct Source<'a> {
    original: &'a str,
    rest: Rest<'a>,
}

#[derive(Clone)]
enum Rest<'a> {
    Slice(&'a str),
    Joined(String, SourceMap),
}

impl<'a> Source<'a> {
    /// A part of a text, which fits it.
    pub(crate) fn part_of(original: &'a str, range: std::ops::Range<usize>) -> Self {
        Self { original, rest: Rest::Slice(original.get(range).unwrap_or(original)) }
    }

    pub(crate) fn text(&self) -> &str {
        match &self.rest {
            Rest::Slice(text) => text,
            Rest::Joined(text, _) => text,
        }
    }

    /// This text without the given ranges of it, which are in order and do not overlap.
    pub(crate) fn without(self, ranges: &[std::ops::Range<usize>]) -> Self {
        match (&self.rest, ranges) {
            (_, []) => return self,
            (Rest::Slice(text), [range]) if range.start == 0 => {
                let rest = Rest::Slice(text.get(range.end..).unwrap_or_default());
                return Self { rest, ..self };
            }
            _ => {}
        }
        let text = self.text();
        let mut builder = MapBuilder::new(text);
        let mut at = 0;
        for range in ranges {
            builder.copy(at..range.start);
            builder.replace(range.clone(), "");
            at = range.end;
        }
        builder.copy(at..text.len());
        let kept = builder.finish_at(text.len());
        self.select(kept)
    }

    /// This text without what `urlsplit` removes before it looks: U+0000 to U+0020 in front,
    /// and every tab, carriage return and line feed.
    pub(crate) fn scrubbed(self) -> Self {
        let text = self.text();
        let leading = text.bytes().position(|byte| byte > b' ').unwrap_or(text.len());
        let tail = text.get(leading..).unwrap_or_default();
        let removed = memchr3_iter(b'\t', b'\r', b'\n', tail.as_bytes());
        let removed = removed.map(|at| leading + at..leading + at + 1);
        let in_front = (leading > 0).then_some(0..leading);
        let ranges: Vec<_> = in_front.into_iter().chain(removed).collect();
        self.without(&ranges)
    }

    /// A slice of [`text`](Self::text), with its place in the original.
    pub(crate) fn part(&self, slice: &str) -> Part<'a> {
        let span = self.span(slice);
        let text = match &self.rest {
            Rest::Slice(_) => Cow::Borrowed(span.of(self.original)),
            Rest::Joined(..) => Cow::Owned(slice.to_owned()),
        };
        Part { span, text }
    }

    /// The place in the original of a slice of [`text`](Self::text).
    pub(crate) fn span(&self, slice: &str) -> Span<Decoded> {
        let at = |base: &str| {
            let start = base.offset(slice);
            Span::<Decoded>::from_range(start..start + slice.len())
        };
        match &self.rest {
            Rest::Slice(_) => at(self.original),
            Rest::Joined(text, map) => to_original(map.to_raw(at(text))),
        }
    }

    /// What of this text was kept, as a part of the original.
    fn select(&self, kept: DecodedText<'_>) -> Self {
        let original = self.original;
        let map = match &self.rest {
            Rest::Slice(text) => {
                let start = original.offset(text);
                let place = Span::from_range(start..start + text.len());
                kept.map().then(&SourceMap::verbatim(place))
            }
            Rest::Joined(_, map) => kept.map().then(map),
        };
        let rest = if map.is_verbatim() {
            Rest::Slice(map.raw().of(original))
        } else {
            Rest::Joined(kept.into_text().into_owned(), map)
        };
        Self { original, rest }
    }
}

/// The original of a [`Source`] is the raw side of its map, and itself a decoded value.
const fn to_original(span: Span<Raw>) -> Span<Decoded> {
    Span::new(span.start(), span.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_borrowed() {
        for (original, rest) in
            [("x://h", "x://h"), (" \u{0}x", "x"), ("", ""), (" ", ""), ("é", "é")]
        {
            let source = Source::part_of(original, 0..original.len()).scrubbed();
            assert_eq!(source.text(), rest);
            assert!(matches!(source.rest, Rest::Slice(_)), "{original:?}");
        }
    }

    #[test]
    fn what_is_removed_from_the_middle_stays_in_the_span() {
        let source = Source::part_of("x://u:p\tw\n@h", 0..12).scrubbed();
        assert_eq!(source.text(), "x://u:pw@h");
        let part = source.part(&source.text()[6..8]);
        assert_eq!((part.text.as_ref(), part.span), ("pw", Span::new(6, 9)));
    }

    #[test]
    fn removals_chain() {
        let source = Source::part_of("\taXbX\nc", 0..7).without(&[2..3, 4..5]).scrubbed();
        assert_eq!(source.text(), "abc");
        assert_eq!(source.span(&source.text()[1..3]), Span::new(3, 7));
        assert_eq!(source.span(&source.text()[2..]), Span::new(6, 7));
    }
}
