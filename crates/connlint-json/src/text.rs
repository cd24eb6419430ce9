use std::borrow::Cow;
use std::fmt;

/// A text as Python holds it: code points, lone surrogates among them.
///
/// `Debug` shows nothing of it: the text may be a secret.
///
/// ```
/// use connlint_json::PyText;
///
/// let text = PyText::from_code_points([0x61, 0xd800]);
/// assert_eq!(text.as_str(), None);
/// assert_eq!(text.to_lossy(), "a\u{fffd}");
/// assert_eq!(PyText::from_code_points([0x61]), PyText::from("a"));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum PyText<'a> {
    /// Unicode, as nearly all texts are.
    Str(Cow<'a, str>),
    /// Code points with lone surrogates among them: JSON can write them, UTF-8 cannot.
    Surrogates(Vec<u32>),
}

impl<'a> PyText<'a> {
    /// The text of these code points.
    pub fn from_code_points(points: impl IntoIterator<Item = u32>) -> Self {
        let mut text = String::new();
        let mut points = points.into_iter();
        while let Some(point) = points.next() {
            let Some(char) = char::from_u32(point) else {
                let before = text.chars().map(u32::from);
                return Self::Surrogates(before.chain([point]).chain(points).collect());
            };
            text.push(char);
        }
        Self::Str(Cow::Owned(text))
    }

    /// The text as UTF-8, unless it has a lone surrogate.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            Self::Surrogates(_) => None,
        }
    }

    /// The text as UTF-8, with U+FFFD for each lone surrogate.
    pub fn to_lossy(&self) -> Cow<'_, str> {
        match self {
            Self::Str(text) => Cow::Borrowed(text),
            Self::Surrogates(points) => Cow::Owned(
                points
                    .iter()
                    .map(|&point| char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect(),
            ),
        }
    }

    /// The same, without a copy of what is UTF-8 already.
    pub fn into_lossy(self) -> Cow<'a, str> {
        match self {
            Self::Str(text) => text,
            Self::Surrogates(_) => Cow::Owned(self.to_lossy().into_owned()),
        }
    }

    /// The code points.
    pub fn code_points(&self) -> impl Iterator<Item = u32> + '_ {
        let (text, points) = match self {
            Self::Str(text) => (&**text, &[][..]),
            Self::Surrogates(points) => ("", &points[..]),
        };
        text.chars().map(u32::from).chain(points.iter().copied())
    }

    /// Whether there is no character: what Python calls falsy.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Str(text) => text.is_empty(),
            Self::Surrogates(points) => points.is_empty(),
        }
    }

    /// Whether it has a lone surrogate, which cannot be encoded as UTF-8.
    pub const fn has_lone_surrogate(&self) -> bool {
        matches!(self, Self::Surrogates(_))
    }

    /// The same, independent of the document.
    pub fn into_owned(self) -> PyText<'static> {
        match self {
            Self::Str(text) => PyText::Str(Cow::Owned(text.into_owned())),
            Self::Surrogates(points) => PyText::Surrogates(points),
        }
    }

    /// The same, borrowed where it can be.
    #[must_use]
    pub fn borrowed(&'a self) -> Self {
        match self {
            Self::Str(text) => Self::Str(Cow::Borrowed(text)),
            Self::Surrogates(points) => Self::Surrogates(points.clone()),
        }
    }
}

impl Default for PyText<'_> {
    fn default() -> Self {
        Self::Str(Cow::Borrowed(""))
    }
}

impl<'a> From<&'a str> for PyText<'a> {
    fn from(text: &'a str) -> Self {
        Self::Str(Cow::Borrowed(text))
    }
}

impl From<String> for PyText<'_> {
    fn from(text: String) -> Self {
        Self::Str(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for PyText<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Str(text)
    }
}

impl PartialEq<str> for PyText<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<&str> for PyText<'_> {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl fmt::Debug for PyText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PyText(..)")
    }
}
