use connlint_text::{Decoded, Span};

use crate::{Connection, FailureMessage, JsonConnection, Uri};

/// By which door a value enters Airflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reader {
    /// `Connection(uri=…)`: the text is a URI, and is not stripped.
    Uri,
    /// `Connection.from_json`.
    Json,
    /// What every secrets backend does with a stored text: strip it, then JSON where it starts
    /// with `{`, else a URI.
    Stored,
    /// An object in a connections file: keys are passed on without normalisation.
    FileObject,
}

/// In which form a connection is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `conn-type://login:password@host:port/schema?extra`.
    Uri,
    /// A JSON object of `Connection`'s fields.
    Json,
}

/// What Airflow makes of one value.
///
/// Spans count bytes of the text that was read.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "nearly every reading is a URI, and none is stored")]
pub enum Reading<'a> {
    /// The text was read as a URI.
    Uri(Uri<'a>),
    /// The text was read as a JSON object.
    Json(JsonConnection<'a>),
    /// Nothing but white space: Airflow raises before it looks at the form.
    Blank(Failure),
    /// An empty text: a secrets backend takes it as nothing found.
    Absent,
}

impl Reading<'_> {
    /// Why Airflow raises, where it does.
    pub const fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Uri(uri) => uri.failure.as_ref(),
            Self::Json(json) => json.failure.as_ref(),
            Self::Blank(failure) => Some(failure),
            Self::Absent => None,
        }
    }

    /// What Airflow says where it raises, about a connection named `conn_id`.
    pub fn failure_message(&self, conn_id: Option<&str>) -> Option<FailureMessage<'_>> {
        match self {
            Self::Uri(uri) => uri.failure_message(conn_id),
            Self::Json(json) => json.failure_message(conn_id),
            Self::Blank(_) => Some(FailureMessage::plain("string index out of range")),
            Self::Absent => None,
        }
    }

    /// The values that Airflow's `Connection` would hold, where it does not raise.
    ///
    /// ```
    /// use connlint_catalog::Profile;
    /// use connlint_parser::read_stored;
    ///
    /// let reading = read_stored(r#"{"conn_type": "postgresql", "host": "db"}"#, Profile::NEWEST);
    /// let connection = reading.connection().unwrap();
    /// assert_eq!(connection.conn_type.unwrap().as_str(), Some("postgres"));
    /// ```
    pub fn connection(&self) -> Option<Connection<'_>> {
        match self {
            Self::Uri(uri) => uri.connection(),
            Self::Json(json) => json.connection(),
            Self::Blank(_) | Self::Absent => None,
        }
    }

    /// As [`connection`](Self::connection), without `extra`, which costs more to make than all other
    /// fields together.
    pub fn connection_without_extra(&self) -> Option<Connection<'_>> {
        match self {
            Self::Uri(uri) => Connection::of_uri_without_extra(uri),
            Self::Json(json) => json.connection_without_extra(),
            Self::Blank(_) | Self::Absent => None,
        }
    }

    /// In which form the connection is written, where there is one.
    pub const fn form(&self) -> Option<Form> {
        match self {
            Self::Uri(_) => Some(Form::Uri),
            Self::Json(_) => Some(Form::Json),
            Self::Blank(_) | Self::Absent => None,
        }
    }
}

/// Why Airflow does not take a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it raises.
    pub exception: Exception,
    /// What is the matter.
    pub kind: FailureKind,
    /// Where, as narrow as can be told.
    pub span: Span<Decoded>,
}

/// The exception that Airflow raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the exception of that name")]
pub enum Exception {
    AirflowConfigException,
    AirflowException,
    AirflowFileParseException,
    AirflowUnsupportedFileTypeException,
    AttributeError,
    ConnectionNotUnique,
    FileNotFoundError,
    IndexError,
    InterpolationDepthError,
    InterpolationMissingOptionError,
    InterpolationSyntaxError,
    JsonDecodeError,
    OverflowError,
    ReaderError,
    RecursionError,
    TypeError,
    UnicodeEncodeError,
    ValueError,
    VariableNotUnique,
}

impl Exception {
    /// The name of its Python class.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AirflowConfigException => "AirflowConfigException",
            Self::AirflowException => "AirflowException",
            Self::AirflowFileParseException => "AirflowFileParseException",
            Self::AirflowUnsupportedFileTypeException => "AirflowUnsupportedFileTypeException",
            Self::AttributeError => "AttributeError",
            Self::ConnectionNotUnique => "ConnectionNotUnique",
            Self::FileNotFoundError => "FileNotFoundError",
            Self::IndexError => "IndexError",
            Self::InterpolationDepthError => "InterpolationDepthError",
            Self::InterpolationMissingOptionError => "InterpolationMissingOptionError",
            Self::InterpolationSyntaxError => "InterpolationSyntaxError",
            Self::JsonDecodeError => "JSONDecodeError",
            Self::OverflowError => "OverflowError",
            Self::ReaderError => "ReaderError",
            Self::RecursionError => "RecursionError",
            Self::TypeError => "TypeError",
            Self::UnicodeEncodeError => "UnicodeEncodeError",
            Self::ValueError => "ValueError",
            Self::VariableNotUnique => "VariableNotUnique",
        }
    }
}

/// What is the matter with a value that Airflow does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    // In a URI.
    /// More than two `://`; at the third.
    TooManySeparators,
    /// A second `://` with `@` or `:` in front of it, so that it begins no protocol; at it.
    SeparatorBehindAuthority,
    /// `[` without `]` in the authority, or the reverse; at the bracket.
    UnbalancedBracket,
    /// Text in front of `[` or between `]` and the port; at the text.
    TextAroundBrackets,
    /// What stands in brackets, or had to because there are brackets, is no IPv6 address.
    NotAnAddress,
    /// An IPv4 address stands in brackets.
    Ipv4InBrackets,
    /// What stands in brackets begins with `v`, and is no address of a future version.
    BadFutureAddress,
    /// A character that turns into one of `/?#@:` when Unicode is normalised.
    NormalisesToDelimiter,
    /// `Port could not be cast to integer value`.
    PortNotANumber,
    /// `Port out of range 0-65535`.
    PortOutOfRange,

    // In JSON and in `extra`.
    /// An integer has more than 4300 digits.
    TooManyDigits,
    /// Brackets are nested too deep.
    TooDeep,
    /// `extra` is not JSON.
    ExtraNotJson,
    /// `extra` is JSON, but no object.
    ExtraNotAnObject,

    // In JSON read as a connection.
    /// The text is not JSON.
    NotJson(connlint_json::ErrorKind),
    /// The JSON is no object.
    NotAnObject,
    /// A key that is no field of a connection; at the first of them.
    UnknownKey,
    /// `conn_id`, which Airflow passes itself.
    ConnIdGiven,
    /// `conn_id` in a connections file says something else than the key of the object.
    ConnIdMismatch,
    /// `uri` beside fields that it says too; at the first of them.
    UriWithFields,
    /// `uri` is no text.
    UriNotText,
    /// No `conn_type` where one must be; at the object.
    ConnTypeMissing,
    /// `conn_type` is no text.
    ConnTypeNotText,
    /// `port` is a text, or not-a-number, that `int()` does not take.
    PortNotAnInteger,
    /// `port` is infinite: `OverflowError`.
    PortInfinite,
    /// `port` is an array or object.
    PortOfWrongType,
    /// `password` is no text, and cannot be encrypted.
    PasswordNotText,
    /// A text that is encrypted has a lone surrogate, and cannot be encoded.
    LoneSurrogate,
    /// Both `extra` and `extra_dejson` in a connections file; at the latter.
    ExtraTwice,
    /// A key of an object in a YAML file is no text.
    KeyNotText,
    /// A date of YAML in `extra`, which JSON has no form for.
    DateInExtra,

    // In a stored text.
    /// Nothing but white space.
    Blank,
}
