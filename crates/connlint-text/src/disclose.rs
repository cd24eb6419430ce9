use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// A part of a document that must not be shown.
///
/// It has no `Display`, no `Serialize`, no `Deref` and a `Debug` that says nothing. Whoever needs
/// the bytes says what for, so that every use can be found by searching for `expose_for`.
///
/// ```
/// use connlint_text::{Purpose, Secret};
///
/// let password = Secret::new("s3cr3t-sentinel");
/// assert_eq!(format!("{password:?}"), "Secret(..)");
/// assert_eq!(password.expose_for(Purpose::Parse), "s3cr3t-sentinel");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret<'a>(&'a str);

/// Why the bytes of a [`Secret`] are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A grammar or a rule looks at it and shows nothing of it.
    Parse,
    /// It is written into a file that `--fix` or `convert` makes.
    Write,
    /// The user asked for it with `--reveal`.
    Reveal,
}

impl<'a> Secret<'a> {
    /// Wraps a part of a document.
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// The bytes. Nothing made from them may reach an output, except as `purpose` says.
    pub const fn expose_for(self, purpose: Purpose) -> &'a str {
        let _ = purpose;
        self.0
    }

    /// Whether there is nothing to hide.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A part of a document that may be shown.
///
/// `Display` replaces control characters, so that a name cannot drive the terminal.
///
/// ```
/// use connlint_text::{Grounds, Public};
/// let name = Public::vouch("a\u{1b}[31mb", Grounds::Name);
/// assert_eq!(name.to_string(), "a\u{fffd}[31mb");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Public<'a>(Cow<'a, str>);

/// Why a text is known to be no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grounds {
    /// It is the name of a setting, a connection, a file or a key, not its value.
    Name,
    /// It stands in the catalogue: a connection type, a backend class, an argument name.
    Catalogue,
    /// The grammar says what it is (scheme, host, port, delimiter), beyond doubt.
    Grammar,
    /// It was made by connlint from facts, not read from a document.
    Computed,
}

impl<'a> Public<'a> {
    /// States that `text` may be shown, and on which grounds.
    pub fn vouch(text: impl Into<Cow<'a, str>>, grounds: Grounds) -> Self {
        let _ = grounds;
        Self(text.into())
    }

    /// The text as it is, control characters included.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, independent of the document.
    pub fn into_owned(self) -> Public<'static> {
        Public(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Display for Public<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return f.write_str(&self.0);
        }
        for char in self.0.chars() {
            f.write_char(if is_harmless(char) { char } else { char::REPLACEMENT_CHARACTER })?;
        }
        Ok(())
    }
}

/// Not a control character, nor one that reorders or hides text on a terminal.
pub fn is_harmless(char: char) -> bool {
    !char.is_control()
        && !matches!(char, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for &'static str {}
    impl Sealed for super::Public<'_> {}
    impl Sealed for &super::Public<'_> {}
    impl Sealed for super::Message {}
    impl Sealed for &super::Message {}
    impl Sealed for u8 {}
    impl Sealed for u16 {}
    impl Sealed for u32 {}
    impl Sealed for u64 {}
    impl Sealed for usize {}
}

/// What [`message!`](crate::message) can be made of.
///
/// Implemented for literals, unsigned integers, [`Public`] and other messages, and for nothing
/// else: a `&str` borrowed from a document is no literal, and does not compile.
#[diagnostic::on_unimplemented(
    message = "`{Self}` may not be shown to a user",
    label = "this may hold a secret",
    note = "messages are made of literals, unsigned integers and `Public` values; if the grammar or the catalogue knows that this is no secret, say so with `Public::vouch`"
)]
pub trait Disclose: sealed::Sealed {
    /// Appends the text to a message.
    fn disclose(&self, message: &mut String);
}

impl Disclose for &'static str {
    fn disclose(&self, message: &mut String) {
        message.push_str(self);
    }
}

macro_rules! disclose_by_display {
    ($($type:ty),*) => {$(
        impl Disclose for $type {
            fn disclose(&self, message: &mut String) {
                // Writing to a string does not fail.
                let _ = write!(message, "{self}");
            }
        }
    )*};
}

disclose_by_display!(u8, u16, u32, u64, usize, Public<'_>, &Public<'_>, Message, &Message);

/// A text made only of parts that may be shown. Build it with [`message!`](crate::message).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Message(Cow<'static, str>);

impl Message {
    /// A message that is one literal.
    pub const fn literal(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// The parts joined. [`message!`](crate::message) is the short way to write it.
    pub fn of(parts: &[&dyn Disclose]) -> Self {
        let mut text = String::new();
        for part in parts {
            part.disclose(&mut text);
        }
        Self(Cow::Owned(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&'static str> for Message {
    fn from(literal: &'static str) -> Self {
        Self::literal(literal)
    }
}

/// Builds a [`Message`] out of parts that may be shown.
///
/// ```
/// use connlint_text::{Grounds, Public, message};
///
/// let key = Public::vouch("requre", Grounds::Name);
/// assert_eq!(message!["unknown key `", key, "` in ", 3u32, " places"].as_str(),
///     "unknown key `requre` in 3 places");
/// ```
///
/// A secret is refused by the compiler, and so is any text that is not a literal:
///
/// ```compile_fail
/// use connlint_text::{Secret, message};
/// let password = Secret::new("s3cr3t-sentinel");
/// message!["the password is ", password];
/// ```
#[macro_export]
macro_rules! message {
    [$literal:literal $(,)?] => { $crate::Message::literal($literal) };
    [$($part:expr),+ $(,)?] => { $crate::Message::of(&[$(&$part),+]) };
}
