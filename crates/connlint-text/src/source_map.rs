use std::borrow::Cow;
use std::ops::Range;

use crate::{Decoded, Raw, Span};

/// One stretch of a [`SourceMap`]: `decoded` came from `raw`.
///
/// A verbatim run has the same bytes on both sides and is mapped byte by byte. Any other run is
/// one escape: it is mapped as a whole, so that no span ever ends inside an escape sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Where the run stands in the decoded text.
    pub decoded: Span<Decoded>,
    /// Where it came from.
    pub raw: Span<Raw>,
    /// Whether the bytes are the same on both sides.
    pub verbatim: bool,
}

/// Where each byte of a decoded value came from.
///
/// Offsets outside the decoded text are taken as its nearest edge, so that conversion is total.
///
/// ```
/// use connlint_text::{Raw, Span, SourceMap};
///
/// let map = SourceMap::verbatim(Span::new(10, 20));
/// assert_eq!(map.to_raw(Span::new(2, 4)), Span::<Raw>::new(12, 14));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceMap(Repr);

/// A value without an escape, by far the commonest, needs no list.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Repr {
    Verbatim(Span<Raw>),
    /// In order, without gaps on the decoded side; never empty.
    Runs(Box<[Run]>),
}

impl SourceMap {
    /// The map of a value that stands in the file as it is, at `raw`.
    pub const fn verbatim(raw: Span<Raw>) -> Self {
        Self(Repr::Verbatim(raw))
    }

    /// The map of a value that was decoded as one piece, with no finer knowledge.
    pub fn opaque(raw: Span<Raw>, decoded_len: u32) -> Self {
        let decoded = Span::new(0, decoded_len);
        Self(Repr::Runs(Box::new([Run { decoded, raw, verbatim: false }])))
    }

    /// Whether the decoded text is a slice of the file.
    pub const fn is_verbatim(&self) -> bool {
        matches!(self.0, Repr::Verbatim(_))
    }

    /// All bytes of the file that the value came from.
    pub fn raw(&self) -> Span<Raw> {
        match &self.0 {
            Repr::Verbatim(raw) => *raw,
            Repr::Runs(runs) => {
                let bounds = runs.first().zip(runs.last());
                bounds.map_or_else(Span::default, |(first, last)| first.raw.join(last.raw))
            }
        }
    }

    /// The length of the decoded text in bytes.
    pub fn decoded_len(&self) -> u32 {
        match &self.0 {
            Repr::Verbatim(raw) => raw.len(),
            Repr::Runs(runs) => runs.last().map_or(0, |run| run.decoded.end()),
        }
    }

    /// The runs in order.
    pub fn runs(&self) -> impl Iterator<Item = Run> + '_ {
        let (one, many) = match &self.0 {
            Repr::Verbatim(raw) => {
                let decoded = Span::new(0, raw.len());
                (Some(Run { decoded, raw: *raw, verbatim: true }), &[][..])
            }
            Repr::Runs(runs) => (None, &runs[..]),
        };
        one.into_iter().chain(many.iter().copied())
    }

    /// The runs that end at or behind `offset`.
    fn runs_from(&self, offset: u32) -> impl Iterator<Item = Run> + '_ {
        let passed = match &self.0 {
            Repr::Verbatim(_) => 0,
            Repr::Runs(runs) => runs.partition_point(|run| run.decoded.end() < offset),
        };
        // Skipping in a slice takes no time.
        self.runs().skip(passed)
    }

    /// The bytes of the file that a part of the value came from.
    ///
    /// An escape that is only touched is covered whole. An empty span stays empty, in front of
    /// the byte it stands before, or behind the last one at the end.
    pub fn to_raw(&self, span: Span<Decoded>) -> Span<Raw> {
        let runs = match &self.0 {
            Repr::Verbatim(raw) => {
                let at = |offset: u32| raw.start() + offset.min(raw.len());
                return Span::new(at(span.start()), at(span.end()));
            }
            Repr::Runs(runs) => runs,
        };
        let Some(last) = runs.last() else { return Span::default() };
        // The run that holds the byte at `offset`.
        let holding = |offset: u32| {
            let index = runs.partition_point(|run| run.decoded.end() <= offset);
            runs.get(index)
        };
        let start = match holding(span.start()) {
            Some(run) if run.verbatim => run.raw.start() + (span.start() - run.decoded.start()),
            Some(run) => run.raw.start(),
            None => last.raw.end(),
        };
        if span.is_empty() {
            return Span::empty(start);
        }
        let end = match holding(span.end() - 1) {
            Some(run) if run.verbatim => run.raw.start() + (span.end() - run.decoded.start()),
            Some(run) => run.raw.end(),
            None => last.raw.end(),
        };
        Span::new(start, end)
    }

    /// The bytes of the file that a part of the value came from, and nothing else did.
    ///
    /// Where [`to_raw`](Self::to_raw) covers an escape that is only touched, this leaves it out, as
    /// it does what lies between two runs. So it says what may be shown of the file where `span`
    /// may be shown of the value.
    ///
    /// ```
    /// use connlint_text::{SourceMap, Span};
    ///
    /// let map = SourceMap::opaque(Span::new(10, 20), 8);
    /// assert_eq!(map.to_raw(Span::new(0, 4)), Span::new(10, 20));
    /// assert_eq!(map.to_raw_within(Span::new(0, 4)).count(), 0);
    /// assert_eq!(map.to_raw_within(Span::new(0, 8)).next(), Some(Span::new(10, 20)));
    /// ```
    pub fn to_raw_within(&self, span: Span<Decoded>) -> impl Iterator<Item = Span<Raw>> + '_ {
        let (one, many) = match &self.0 {
            Repr::Verbatim(raw) => {
                let decoded = Span::new(0, raw.len());
                (Some(Run { decoded, raw: *raw, verbatim: true }), &[][..])
            }
            Repr::Runs(runs) => {
                let first = runs.partition_point(|run| run.decoded.end() <= span.start());
                (None, &runs[first..])
            }
        };
        let runs = one.into_iter().chain(many.iter().copied());
        runs.take_while(move |run| run.decoded.start() < span.end()).filter_map(move |run| {
            if !run.verbatim {
                return span.covers(run.decoded).then_some(run.raw);
            }
            let start = span.start().max(run.decoded.start()) - run.decoded.start();
            let end = span.end().min(run.decoded.end()) - run.decoded.start();
            Some(Span::new(start, end).shifted(run.raw.start()))
        })
    }

    /// The part of the value that came from `span`, or `None` where none did.
    ///
    /// An escape that is only touched is covered whole.
    pub fn to_decoded(&self, span: Span<Raw>) -> Option<Span<Decoded>> {
        let mut found: Option<Span<Decoded>> = None;
        for run in self.runs() {
            let touched = run.raw.overlaps(span) || (span.is_empty() && run.raw.covers(span));
            if !touched {
                continue;
            }
            let part = if run.verbatim {
                let start = span.start().max(run.raw.start()) - run.raw.start();
                let end = span.end().min(run.raw.end()) - run.raw.start();
                Span::new(start, end).shifted(run.decoded.start())
            } else {
                run.decoded
            };
            found = Some(found.map_or(part, |so_far| so_far.join(part)));
        }
        found
    }

    /// The map of a value that was decoded twice: `self` came out of `outer`'s decoded text.
    ///
    /// The raw side of `self` counts bytes of what `outer` decoded.
    ///
    /// ```
    /// use connlint_text::{MapBuilder, Raw, Span};
    ///
    /// // The JSON string "a\u0062" inside a quoted dotenv value.
    /// let file = r#"K='{"k":"a\u0062"}'"#;
    /// let mut outer = MapBuilder::new(file);
    /// outer.copy(3..18);
    /// let outer = outer.finish();
    ///
    /// let mut inner = MapBuilder::new(outer.text());
    /// inner.copy(6..7);
    /// inner.replace(7..13, "b");
    /// let inner = inner.finish();
    ///
    /// let both = inner.map().then(outer.map());
    /// assert_eq!(both.to_raw(Span::new(1, 2)).of(file), r"\u0062");
    /// ```
    #[must_use]
    pub fn then(&self, outer: &Self) -> Self {
        if let (Repr::Verbatim(inner), Repr::Verbatim(outer_raw)) = (&self.0, &outer.0) {
            let shifted = inner.shifted(outer_raw.start());
            return Self::verbatim(shifted);
        }
        let mut runs = Runs::default();
        for run in self.runs() {
            let middle = Span::<Decoded>::new(run.raw.start(), run.raw.end());
            if !run.verbatim {
                runs.push(Run { raw: outer.to_raw(middle), ..run });
                continue;
            }
            // A verbatim run may cross several runs of the outer map: split it there.
            let crossed = outer.runs_from(middle.start());
            for part in crossed.take_while(|part| part.decoded.start() <= middle.end()) {
                let start = middle.start().max(part.decoded.start());
                let end = middle.end().min(part.decoded.end());
                if start >= end && !(middle.is_empty() && start == end) {
                    continue;
                }
                let from = run.decoded.start() + (start - middle.start());
                let decoded = Span::new(from, from + (end - start));
                let raw = if part.verbatim {
                    let from = start - part.decoded.start();
                    Span::new(from, from + (end - start)).shifted(part.raw.start())
                } else {
                    part.raw
                };
                runs.push(Run { decoded, raw, verbatim: part.verbatim });
            }
        }
        runs.finish()
            .unwrap_or_else(|| Self::verbatim(outer.to_raw(Span::empty(self.raw().start()))))
    }
}

/// Runs in the making: joins neighbours that are verbatim and adjacent on both sides.
#[derive(Debug, Default)]
struct Runs(Vec<Run>);

impl Runs {
    fn push(&mut self, run: Run) {
        if run.decoded.is_empty() && run.raw.is_empty() {
            return;
        }
        if let Some(last) = self.0.last_mut()
            && last.verbatim
            && run.verbatim
            && last.raw.end() == run.raw.start()
            && last.decoded.end() == run.decoded.start()
        {
            last.raw = last.raw.join(run.raw);
            last.decoded = last.decoded.join(run.decoded);
            return;
        }
        self.0.push(run);
    }

    fn finish(self) -> Option<SourceMap> {
        match self.0[..] {
            [] => None,
            [Run { verbatim: true, raw, decoded }] if decoded.start() == 0 => {
                Some(SourceMap::verbatim(raw))
            }
            _ => Some(SourceMap(Repr::Runs(self.0.into_boxed_slice()))),
        }
    }
}

/// A decoded value and where each of its bytes came from.
///
/// `Debug` shows the map only: the text may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodedText<'a> {
    text: Cow<'a, str>,
    map: SourceMap,
}

impl<'a> DecodedText<'a> {
    /// A value that stands in `file` as it is, at `span`.
    ///
    /// # Panics
    ///
    /// Where `span` does not fit `file`: it came from another file.
    pub fn verbatim(file: &'a str, span: Span<Raw>) -> Self {
        let text = file.get(span.range()).expect("a span of this file");
        Self { text: Cow::Borrowed(text), map: SourceMap::verbatim(span) }
    }

    /// A value with its map; the lengths must agree.
    pub fn new(text: impl Into<Cow<'a, str>>, map: SourceMap) -> Self {
        let text = text.into();
        debug_assert_eq!(text.len(), map.decoded_len() as usize, "the map is of another text");
        Self { text, map }
    }

    /// The decoded text. Secret until a grammar has classified it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where each byte came from.
    pub const fn map(&self) -> &SourceMap {
        &self.map
    }

    /// All bytes of the file that the value came from.
    pub fn raw(&self) -> Span<Raw> {
        self.map.raw()
    }

    /// The text, borrowed from the file where nothing was decoded.
    pub fn into_text(self) -> Cow<'a, str> {
        self.text
    }

    /// The value decoded once more: `inner` was decoded out of this text.
    #[must_use]
    pub fn then<'b>(&self, inner: DecodedText<'b>) -> DecodedText<'b> {
        let map = inner.map.then(&self.map);
        DecodedText { text: inner.text, map }
    }

    /// The part of this value at `span`, with its own map.
    #[must_use]
    pub fn part(&self, span: Span<Decoded>) -> DecodedText<'_> {
        let span = Span::<Decoded>::new(
            span.start().min(self.map.decoded_len()),
            span.end().min(self.map.decoded_len()),
        );
        let inner = SourceMap::verbatim(Span::new(span.start(), span.end()));
        DecodedText { text: Cow::Borrowed(span.of(&self.text)), map: inner.then(&self.map) }
    }
}

impl std::fmt::Debug for DecodedText<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DecodedText").field("raw", &self.raw()).finish_non_exhaustive()
    }
}

/// The bytes that are set aside for a value with an escape in it.
const ROOM: usize = 256;

/// Decodes a value piece by piece, and keeps the map beside it.
///
/// The text is borrowed as long as it is one uninterrupted slice of the source.
#[derive(Debug)]
pub struct MapBuilder<'a> {
    source: &'a str,
    owned: String,
    /// Whether `owned` holds what was decoded so far.
    is_owned: bool,
    runs: Runs,
    decoded: u32,
}

impl<'a> MapBuilder<'a> {
    /// A builder over `source`, whose offsets the raw side of the map counts.
    pub fn new(source: &'a str) -> Self {
        Self { source, owned: String::new(), is_owned: false, runs: Runs::default(), decoded: 0 }
    }

    /// Takes `range` of the source over as it stands.
    pub fn copy(&mut self, range: Range<usize>) {
        let raw = Span::<Raw>::from_range(range);
        let Some(text) = self.source.get(raw.range()) else { return };
        if text.is_empty() {
            return;
        }
        self.materialise_unless(raw.start());
        if self.is_owned {
            self.owned.push_str(text);
        }
        self.push(raw, raw.len(), true);
    }

    /// Takes `range` of the source as an escape that stands for `text`.
    ///
    /// An empty `text` drops the range, an empty `range` inserts.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        let raw = Span::<Raw>::from_range(range);
        self.materialise_unless(u32::MAX);
        self.owned.push_str(text);
        self.push(raw, u32::try_from(text.len()).unwrap_or(u32::MAX), false);
    }

    /// Takes one decoded character for `range`.
    pub fn replace_char(&mut self, range: Range<usize>, char: char) {
        self.replace(range, char.encode_utf8(&mut [0; 4]));
    }

    /// Length of what was decoded so far, in bytes.
    pub const fn len(&self) -> u32 {
        self.decoded
    }

    /// Whether nothing was decoded so far.
    pub const fn is_empty(&self) -> bool {
        self.decoded == 0
    }

    /// The decoded value with its map.
    pub fn finish(self) -> DecodedText<'a> {
        self.finish_at(0)
    }

    /// As [`finish`](Self::finish); an empty value is said to stand at `offset`.
    pub fn finish_at(self, offset: usize) -> DecodedText<'a> {
        if self.decoded == 0 {
            let at = Span::from_range(offset..offset);
            return DecodedText { text: Cow::Borrowed(""), map: SourceMap::verbatim(at) };
        }
        let runs = Runs(self.runs.0.into_iter().filter(|run| !run.decoded.is_empty()).collect());
        let map = runs.finish().unwrap_or_else(|| SourceMap::verbatim(Span::default()));
        let text = match &map.0 {
            Repr::Verbatim(raw) => Cow::Borrowed(raw.of(self.source)),
            Repr::Runs(_) => Cow::Owned(self.owned),
        };
        DecodedText { text, map }
    }

    /// From borrowed to owned, unless the next copied byte is adjacent to the last one.
    fn materialise_unless(&mut self, next: u32) {
        if self.is_owned {
            return;
        }
        match self.runs.0[..] {
            [] if next != u32::MAX => {}
            [run] if run.verbatim && run.raw.end() == next => {}
            _ => {
                self.is_owned = true;
                self.owned.reserve(self.decoded as usize + ROOM);
                for run in &self.runs.0 {
                    // The first escape comes here, so all runs so far are verbatim.
                    if run.verbatim {
                        self.owned.push_str(run.raw.of(self.source));
                    }
                }
            }
        }
    }

    fn push(&mut self, raw: Span<Raw>, decoded_len: u32, verbatim: bool) {
        let decoded = Span::new(self.decoded, self.decoded + decoded_len);
        self.decoded += decoded_len;
        self.runs.push(Run { decoded, raw, verbatim });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample() -> DecodedText<'static> {
        // raw:      a \n b c \t d
        let mut value = MapBuilder::new(r"a\nbc\td");
        value.copy(0..1);
        value.replace(1..3, "\n");
        value.copy(3..5);
        value.replace(5..7, "\t");
        value.copy(7..8);
        value.finish()
    }

    #[test]
    fn decoded_to_raw() {
        let value = sample();
        assert_eq!(value.text(), "a\nbc\td");
        for (start, end, raw) in [
            (0, 1, 0..1),
            (1, 2, 1..3),
            (0, 2, 0..3),
            (2, 3, 3..4),
            (1, 5, 1..7),
            (0, 6, 0..8),
            (2, 2, 3..3),
            (6, 6, 8..8),
            (9, 12, 8..8),
        ] {
            let span = value.map().to_raw(Span::new(start, end));
            assert_eq!(span, Span::from_range(raw), "{start}..{end}");
        }
    }

    #[test]
    fn raw_to_decoded() {
        let value = sample();
        for (raw, decoded) in [
            (0..1, Some(0..1)),
            (2..3, Some(1..2)), // the second half of an escape is the whole escape
            (3..8, Some(2..6)),
            (8..8, Some(6..6)),
            (20..21, None),
        ] {
            let span = value.map().to_decoded(Span::from_range(raw.clone()));
            assert_eq!(span, decoded.map(Span::from_range), "{raw:?}");
        }
    }

    #[test]
    fn dropped_bytes_leave_a_gap() {
        let mut value = MapBuilder::new("ab\\\ncd");
        value.copy(0..2);
        value.replace(2..4, "");
        value.copy(4..6);
        let value = value.finish();
        assert_eq!(value.text(), "abcd");
        assert_eq!(value.map().to_raw(Span::new(1, 3)), Span::new(1, 5));
        assert_eq!(value.map().to_raw(Span::new(2, 3)), Span::new(4, 5));
    }

    #[test]
    fn leading_escape_is_kept() {
        let mut value = MapBuilder::new(r"\nab");
        value.replace(0..2, "\n");
        value.copy(2..4);
        assert_eq!(value.finish().text(), "\nab");
    }

    #[test]
    fn plain_copy_borrows() {
        let mut value = MapBuilder::new("'abc'");
        value.copy(1..3);
        value.copy(3..4);
        let value = value.finish();
        assert!(value.map().is_verbatim());
        assert!(matches!(value.into_text(), Cow::Borrowed("abc")));
    }

    #[test]
    fn empty_value_has_a_place() {
        let value = MapBuilder::new("K=").finish_at(2);
        assert_eq!(value.raw(), Span::empty(2));
        assert_eq!(value.text(), "");
    }

    #[test]
    fn part_of_a_value() {
        let value = sample();
        let part = value.part(Span::new(1, 4));
        assert_eq!(part.text(), "\nbc");
        assert_eq!(part.raw(), Span::new(1, 5));
        assert_eq!(part.map().to_raw(Span::new(1, 2)), Span::new(3, 4));
    }

    /// A source of letters and two-byte escapes, and what it decodes to.
    fn escaped() -> impl Strategy<Value = (String, Vec<bool>)> {
        prop::collection::vec(any::<bool>(), 0..24).prop_map(|escapes| {
            let raw = escapes.iter().map(|&e| if e { "\\n" } else { "x" }).collect();
            (raw, escapes)
        })
    }

    fn decode<'a>(raw: &'a str, escapes: &[bool]) -> DecodedText<'a> {
        let mut builder = MapBuilder::new(raw);
        let mut at = 0;
        for &escape in escapes {
            if escape {
                builder.replace(at..at + 2, "\n");
                at += 2;
            } else {
                builder.copy(at..at + 1);
                at += 1;
            }
        }
        builder.finish()
    }

    proptest! {
        #[test]
        fn every_byte_maps_to_its_own_escape((raw, escapes) in escaped()) {
            let value = decode(&raw, &escapes);
            prop_assert_eq!(value.text().len(), escapes.len());
            for (index, &escape) in escapes.iter().enumerate() {
                let span = value.map().to_raw(Span::from_range(index..index + 1));
                prop_assert_eq!(span.of(&raw), if escape { "\\n" } else { "x" });
                prop_assert_eq!(value.map().to_decoded(span), Some(Span::from_range(index..index + 1)));
            }
        }

        #[test]
        fn maps_chain((raw, escapes) in escaped(), start in 0usize..8, len in 0usize..16) {
            let outer = decode(&raw, &escapes);
            let end = (start + len).min(outer.text().len());
            let start = start.min(end);
            // The inner layer drops the first byte and takes the rest verbatim.
            let text = outer.text().to_owned();
            let mut inner = MapBuilder::new(&text);
            inner.copy(start..end);
            let inner = inner.finish_at(start);
            let both = outer.then(inner);
            for index in 0..both.text().len() {
                let one = Span::from_range(index..index + 1);
                let direct = Span::from_range(start + index..start + index + 1);
                prop_assert_eq!(both.map().to_raw(one), outer.map().to_raw(direct));
            }
        }
    }
}
