//! What Airflow says when it raises, with the parts kept apart that quote the document.

use std::borrow::Cow;
use std::fmt;

use connlint_catalog::{Profile, Quirk};
use connlint_text::{Disclose, Grounds, MASK, Message, Public, Purpose, message};

use crate::uri::first_bracketed;
use crate::{FailureKind, Uri, py, sanitized_conn_id};

/// The message of an exception, in pieces.
///
/// Airflow's messages quote the URI, password and all, or the text that it took for a port, which
/// may be half a password. Those pieces are shown only to who asked for them.
///
/// ```
/// use connlint_catalog::Profile;
/// use connlint_parser::read_uri;
/// use connlint_text::Purpose;
///
/// let uri = read_uri("x://u:s3cr3t/x@h", Profile::NEWEST);
/// let message = uri.failure_message(None).unwrap();
/// assert_eq!(message.masked().as_str(), "Port could not be cast to integer value as ****");
/// assert_eq!(
///     message.expose_for(Purpose::Reveal),
///     "Port could not be cast to integer value as 's3cr3t'",
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct FailureMessage<'a>(Vec<MessagePiece<'a>>);

/// A piece of a [`FailureMessage`].
#[derive(Clone, PartialEq, Eq)]
enum MessagePiece<'a> {
    /// Airflow's own words, a name, a number.
    Public(Message),
    /// Something the document says.
    Secret(Cow<'a, str>),
}

impl<'a> FailureMessage<'a> {
    /// A message that quotes nothing.
    pub(crate) fn plain(message: impl Into<Message>) -> Self {
        Self(vec![MessagePiece::Public(message.into())])
    }

    /// A message that quotes `secret` between two texts of its own.
    pub(crate) fn quoting(
        before: &'static str,
        secret: impl Into<Cow<'a, str>>,
        after: &'static str,
    ) -> Self {
        Self(vec![
            MessagePiece::Public(before.into()),
            MessagePiece::Secret(secret.into()),
            MessagePiece::Public(after.into()),
        ])
    }

    /// The same, with a piece of the document behind it.
    pub(crate) fn and_secret(mut self, secret: impl Into<Cow<'a, str>>) -> Self {
        self.0.push(MessagePiece::Secret(secret.into()));
        self
    }

    /// The same, independent of the document.
    pub fn into_owned(self) -> FailureMessage<'static> {
        let pieces = self.0.into_iter().map(|piece| match piece {
            MessagePiece::Public(message) => MessagePiece::Public(message),
            MessagePiece::Secret(text) => MessagePiece::Secret(Cow::Owned(text.into_owned())),
        });
        FailureMessage(pieces.collect())
    }

    /// The message with a mask for each piece of the document.
    pub fn masked(&self) -> Message {
        let pieces: Vec<&dyn Disclose> = self
            .0
            .iter()
            .map(|piece| match piece {
                MessagePiece::Public(message) => message as &dyn Disclose,
                MessagePiece::Secret(_) => &MASK,
            })
            .collect();
        Message::of(&pieces)
    }

    /// The message as Airflow prints it.
    pub fn expose_for(&self, purpose: Purpose) -> String {
        let _ = purpose;
        let pieces = self.0.iter().map(|piece| match piece {
            MessagePiece::Public(message) => message.as_str(),
            MessagePiece::Secret(text) => text,
        });
        pieces.collect()
    }
}

impl fmt::Debug for FailureMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FailureMessage").field(&self.masked().as_str()).finish()
    }
}

impl Uri<'_> {
    /// What Airflow says about the [`failure`](Self::failure) of a connection named `conn_id`.
    pub fn failure_message(&self, conn_id: Option<&str>) -> Option<FailureMessage<'_>> {
        let failure = self.failure.as_ref()?;
        let part = |part: &'_ Option<crate::Part<'_>>| {
            part.as_ref().map_or(String::new(), |part| part.text.clone().into_owned())
        };
        Some(match failure.kind {
            FailureKind::TooManySeparators | FailureKind::SeparatorBehindAuthority => {
                if self.profile.has(Quirk::UriKeptOutOfMessage) {
                    FailureMessage::plain("Invalid connection string.")
                } else {
                    FailureMessage::quoting("Invalid connection string: ", self.given, ".")
                }
            }
            FailureKind::NotAnAddress => FailureMessage::quoting(
                "",
                py::repr(&if self.profile.has(Quirk::TextAroundBracketsIgnored) {
                    first_bracketed(&part(&self.authority)).to_owned()
                } else {
                    part(&self.host)
                }),
                " does not appear to be an IPv4 or IPv6 address",
            ),
            FailureKind::NormalisesToDelimiter => FailureMessage::quoting(
                "netloc '",
                part(&self.authority),
                "' contains invalid characters under NFKC normalization",
            ),
            FailureKind::PortNotANumber => FailureMessage::quoting(
                "Port could not be cast to integer value as ",
                py::repr(&part(&self.port)),
                "",
            ),
            FailureKind::TooManyDigits => too_many_digits(self.digits()),
            kind => without_quotation(kind, conn_id, self.profile)?,
        })
    }

    /// The number of digits of the integer that has too many.
    fn digits(&self) -> usize {
        let span = self.failure.as_ref().map(|failure| failure.span);
        if let Some(port) = self.port.as_ref().filter(|port| Some(port.span) == span) {
            return port.text.len();
        }
        let value = self.pairs().filter(|pair| pair.value.as_ref().map(|v| v.span) == span).last();
        value.map_or(0, |pair| {
            let value = pair.decoded_value();
            let error = connlint_json::parse(&value).err();
            error.map_or(0, |error| error.span.of(&value).trim_start_matches('-').len())
        })
    }
}

/// The messages that quote nothing of the document.
pub(crate) fn without_quotation(
    kind: FailureKind,
    conn_id: Option<&str>,
    profile: Profile,
) -> Option<FailureMessage<'static>> {
    // What is named is the id that `Connection` keeps.
    let conn_id = conn_id
        .filter(|_| !profile.has(Quirk::ExtraReadBeforeConnId))
        .and_then(|conn_id| sanitized_conn_id(conn_id, profile));
    let name = conn_id.map_or(Cow::Borrowed("None"), |conn_id| Cow::Owned(py::repr(conn_id)));
    let name = Public::vouch(name, Grounds::Name);
    Some(FailureMessage::plain(match kind {
        FailureKind::UnbalancedBracket | FailureKind::TextAroundBrackets => {
            message!["Invalid IPv6 URL"]
        }
        FailureKind::Ipv4InBrackets => message!["An IPv4 address cannot be in brackets"],
        FailureKind::BadFutureAddress => message!["IPvFuture address is invalid"],
        FailureKind::PortOutOfRange => message!["Port out of range 0-65535"],
        FailureKind::TooDeep => {
            message!["maximum recursion depth exceeded while decoding a JSON document"]
        }
        FailureKind::ExtraNotJson => {
            message!["Encountered non-JSON in `extra` field for connection ", name, "."]
        }
        FailureKind::ExtraNotAnObject => message![
            "Encountered JSON value in `extra` which does not parse as a dictionary in connection ",
            name,
            ". The `extra` field must contain a JSON representation of a Python dict."
        ],
        FailureKind::Blank => message!["string index out of range"],
        _ => return None,
    }))
}

/// What Python's `int()` says about a text of that many digits.
pub(crate) fn too_many_digits(digits: usize) -> FailureMessage<'static> {
    FailureMessage::plain(message![
        "Exceeds the limit (4300 digits) for integer string conversion: value has ",
        digits,
        " digits; use sys.set_int_max_str_digits() to increase the limit"
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_and_masked_message_quote_nothing() {
        let uri = crate::read_uri("x://u:s3cr3t://@h", Profile::from_str_or_newest("2.10"));
        let message = uri.failure_message(None).unwrap();
        assert_eq!(message.masked().as_str(), "Invalid connection string: ****.");
        assert!(!format!("{message:?}{uri:?}").contains("s3cr3t"));
        assert_eq!(
            message.expose_for(Purpose::Reveal),
            "Invalid connection string: x://u:s3cr3t://@h."
        );
    }
}
