use std::fmt;

/// A JSON value that is no array or object, as defaults and permitted values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A string.
    String(&'static str),
}

impl Scalar {
    /// The text, where it is a string.
    ///
    /// ```
    /// use connlint_catalog::Scalar;
    /// assert_eq!(Scalar::String("token").as_str(), Some("token"));
    /// assert_eq!(Scalar::Integer(2).as_str(), None);
    /// ```
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::String(text) => Some(text),
            Self::Null | Self::Boolean(_) | Self::Integer(_) => None,
        }
    }

    /// Whether Python's `if value:` takes the branch.
    pub const fn is_truthy(self) -> bool {
        match self {
            Self::Null => false,
            Self::Boolean(value) => value,
            Self::Integer(value) => value != 0,
            Self::String(text) => !text.is_empty(),
        }
    }
}

/// As JSON writes it.
///
/// ```
/// use connlint_catalog::Scalar;
/// assert_eq!(Scalar::Boolean(true).to_string(), "true");
/// assert_eq!(Scalar::String("a").to_string(), "\"a\"");
/// ```
impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            // No string of the catalogue needs another escape; a test holds it to that.
            Self::String(text) => {
                f.write_str("\"")?;
                for character in text.chars() {
                    if matches!(character, '"' | '\\') {
                        f.write_str("\\")?;
                    }
                    write!(f, "{character}")?;
                }
                f.write_str("\"")
            }
        }
    }
}

/// A kind of JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum JsonType {
    /// `"…"`
    String,
    /// A number without a fraction.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`
    Boolean,
    /// `[…]`
    Array,
    /// `{…}`
    Object,
    /// `null`
    Null,
}

impl JsonType {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::String,
        Self::Integer,
        Self::Number,
        Self::Boolean,
        Self::Array,
        Self::Object,
        Self::Null,
    ];

    /// The name JSON Schema gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
            Self::Null => "null",
        }
    }
}

/// The kinds of JSON value that something may have; empty where nothing is known.
///
/// ```
/// use connlint_catalog::{JsonType, JsonTypes};
///
/// let types = JsonTypes::of(&[JsonType::String, JsonType::Null]);
/// assert!(types.allows(JsonType::Null) && !types.allows(JsonType::Integer));
/// assert!(JsonTypes::of(&[JsonType::Number]).allows(JsonType::Integer));
/// assert!(JsonTypes::UNKNOWN.allows(JsonType::Array));
/// assert_eq!(types.to_string(), "string or null");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct JsonTypes(u8);

impl JsonTypes {
    /// Nothing is known: any value passes.
    pub const UNKNOWN: Self = Self(0);

    /// A set of kinds.
    pub const fn of(mut types: &[JsonType]) -> Self {
        let mut bits = 0;
        while let [first, rest @ ..] = types {
            bits |= 1 << *first as u8;
            types = rest;
        }
        Self(bits)
    }

    /// Whether the kinds are known.
    pub const fn is_known(self) -> bool {
        self.0 != 0
    }

    /// Whether a value of that kind passes. A whole number is a number, and what is not known is
    /// permitted.
    pub const fn allows(self, kind: JsonType) -> bool {
        !self.is_known()
            || self.0 & (1 << kind as u8) != 0
            || matches!(kind, JsonType::Integer) && self.0 & (1 << JsonType::Number as u8) != 0
    }

    /// The kinds of the set.
    pub fn iter(self) -> impl Iterator<Item = JsonType> {
        JsonType::ALL.into_iter().filter(move |&kind| self.0 & (1 << kind as u8) != 0)
    }
}

/// `string or null`; `any value` where nothing is known.
impl fmt::Display for JsonTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_known() {
            return f.write_str("any value");
        }
        for (index, kind) in self.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { " or " })?;
            f.write_str(kind.name())?;
        }
        Ok(())
    }
}
