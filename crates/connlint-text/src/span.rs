use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Range;

mod sealed {
    pub trait Sealed {}
}

/// A coordinate space: what the offsets of a [`Span`] count.
pub trait Space: sealed::Sealed + Clone {
    /// The name shown by `Debug`.
    const NAME: &'static str;
}

/// Offsets count bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Raw {}

/// Offsets count bytes of a decoded value, after its host format's unquoting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decoded {}

impl sealed::Sealed for Raw {}
impl sealed::Sealed for Decoded {}

impl Space for Raw {
    const NAME: &'static str = "raw";
}

impl Space for Decoded {
    const NAME: &'static str = "decoded";
}

/// A half-open range of byte offsets in the coordinate space `S`.
///
/// Offsets are 32 bits wide: a document is at most 4 GiB, which its reader checks.
/// Spans of different spaces do not mix:
///
/// ```compile_fail
/// use connlint_text::{Decoded, Raw, Span};
/// let raw: Span<Raw> = Span::new(0, 1);
/// let decoded: Span<Decoded> = raw;
/// ```
pub struct Span<S> {
    start: u32,
    end: u32,
    space: PhantomData<fn() -> S>,
}

impl<S> Span<S> {
    /// The bytes from `start` up to, not including, `end`.
    ///
    /// An `end` before `start` is taken as `start`.
    pub const fn new(start: u32, end: u32) -> Self {
        let end = if end < start { start } else { end };
        Self { start, end, space: PhantomData }
    }

    /// The empty span at `offset`.
    pub const fn empty(offset: u32) -> Self {
        Self::new(offset, offset)
    }

    /// The span of a `usize` range; offsets beyond 4 GiB saturate.
    ///
    /// ```
    /// use connlint_text::{Raw, Span};
    /// assert_eq!(Span::<Raw>::from_range(2..5), Span::new(2, 5));
    /// ```
    pub fn from_range(range: Range<usize>) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self::new(clamp(range.start), clamp(range.end))
    }

    /// The offset of the first byte.
    pub const fn start(self) -> u32 {
        self.start
    }

    /// The offset behind the last byte.
    pub const fn end(self) -> u32 {
        self.end
    }

    /// The number of bytes.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether no byte is covered.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the byte at `offset` is covered.
    pub const fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }

    /// Whether every byte of `other` is covered; an empty `other` on either edge counts.
    pub const fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte, or one is empty and lies strictly inside the other.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The same length, `by` bytes further on.
    #[must_use]
    pub const fn shifted(self, by: u32) -> Self {
        Self::new(self.start.saturating_add(by), self.end.saturating_add(by))
    }

    /// The span as a range to index with.
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The covered part of `text`, or `""` where the span does not fit it.
    ///
    /// ```
    /// use connlint_text::{Decoded, Span};
    /// let login: Span<Decoded> = Span::new(4, 7);
    /// assert_eq!(login.of("x://app@h"), "app");
    /// assert_eq!(Span::<Decoded>::new(9, 99).of("short"), "");
    /// ```
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }
}

impl<S> Clone for Span<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Span<S> {}

impl<S> PartialEq for Span<S> {
    fn eq(&self, other: &Self) -> bool {
        (self.start, self.end) == (other.start, other.end)
    }
}

impl<S> Eq for Span<S> {}

impl<S> PartialOrd for Span<S> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<S> Ord for Span<S> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.start, self.end).cmp(&(other.start, other.end))
    }
}

impl<S> Hash for Span<S> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.start, self.end).hash(state);
    }
}

impl<S> Default for Span<S> {
    fn default() -> Self {
        Self::empty(0)
    }
}

impl<S: Space> fmt::Debug for Span<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", S::NAME, self.start, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations() {
        let span = Span::<Raw>::new(2, 5);
        for (start, end, covers, overlaps) in [
            (2, 5, true, true),
            (3, 4, true, true),
            (1, 3, false, true),
            (5, 6, false, false),
            (5, 5, true, false),
            (3, 3, true, true),
            (0, 2, false, false),
        ] {
            let other = Span::new(start, end);
            assert_eq!(span.covers(other), covers, "{span:?} covers {other:?}");
            assert_eq!(span.overlaps(other), overlaps, "{span:?} overlaps {other:?}");
        }
        assert_eq!(span.join(Span::new(7, 9)), Span::new(2, 9));
        assert_eq!(Span::<Raw>::new(5, 2), Span::empty(5));
    }
}
