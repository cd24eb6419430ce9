//! `[secrets] backend_kwargs`.

use std::fmt;

use connlint_json::{Error, ErrorKind, Member, Node, kept_members};
use connlint_text::{Decoded, Span};
use memchr::memchr;

/// The arguments of a secrets backend, as Airflow's loader reads them.
///
/// `Debug` shows places and the outcome, never what stands there.
#[derive(Clone)]
pub struct Kwargs<'a> {
    /// The text that was read.
    pub text: &'a str,
    /// What the text says, where it is JSON.
    pub root: Option<Node<'a>>,
    /// What Airflow makes of it.
    pub outcome: KwargsOutcome,
}

/// What Airflow's loader makes of `backend_kwargs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KwargsOutcome {
    /// The backend gets the arguments.
    Given,
    /// Empty, or JSON that is falsy (`{}`, `[]`, `null`, `0`, `false`, `""`): the backend starts
    /// with its defaults, and nobody is told.
    Nothing,
    /// Not JSON: the backend starts with its defaults, and a warning is logged.
    NotJson(Error),
    /// JSON, but no object: the same, with another warning.
    NotAnObject,
    /// Brackets nested too deep: `RecursionError`, and Airflow does not start.
    Raises(Error),
}

/// The warning that Airflow logs where it drops the arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropWarning {
    /// `Failed to parse [secrets] backend_kwargs as JSON, defaulting to no kwargs.`
    AsJson,
    /// `Failed to parse [secrets] backend_kwargs into a dict, defaulting to no kwargs.`
    IntoDict,
}

impl DropWarning {
    /// The words of the warning.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AsJson => {
                "Failed to parse [secrets] backend_kwargs as JSON, defaulting to no kwargs."
            }
            Self::IntoDict => {
                "Failed to parse [secrets] backend_kwargs into a dict, defaulting to no kwargs."
            }
        }
    }
}

/// Reads `text` as Airflow's loader reads `backend_kwargs`.
///
/// The text is what the option says: what an environment variable holds once Airflow has expanded
/// `$NAME` in it, or an `airflow.cfg` once `%%` is `%`.
///
/// ```
/// use connlint_parser::{KwargsOutcome, read_kwargs};
///
/// let kwargs = read_kwargs(r#"{"url": "http://vault:8200", "kv_engine_version": 2}"#);
/// assert_eq!(kwargs.outcome, KwargsOutcome::Given);
/// assert_eq!(kwargs.entries()[1].key.raw(), "kv_engine_version");
///
/// let kwargs = read_kwargs("{'url': 'http://vault:8200'}");
/// assert_eq!(
///     kwargs.warning().unwrap().words(),
///     "Failed to parse [secrets] backend_kwargs as JSON, defaulting to no kwargs.",
/// );
/// ```
pub fn read_kwargs(text: &str) -> Kwargs<'_> {
    if text.is_empty() {
        return Kwargs { text, root: None, outcome: KwargsOutcome::Nothing };
    }
    match connlint_json::parse(text) {
        Ok(node) => {
            let outcome = if !node.is_truthy() {
                KwargsOutcome::Nothing
            } else if node.as_object().is_none() {
                KwargsOutcome::NotAnObject
            } else {
                KwargsOutcome::Given
            };
            Kwargs { text, root: Some(node), outcome }
        }
        Err(error) => {
            let outcome = match error.kind {
                ErrorKind::TooDeep => KwargsOutcome::Raises(error),
                _ => KwargsOutcome::NotJson(error),
            };
            Kwargs { text, root: None, outcome }
        }
    }
}

impl<'a> Kwargs<'a> {
    /// The members in the order of the text, repeated keys included; none where it is no object.
    pub fn members(&self) -> &[Member<'a>] {
        self.root.as_ref().and_then(Node::as_object).unwrap_or_default()
    }

    /// The arguments that the backend gets: of a repeated key the last one.
    pub fn entries(&self) -> Vec<&Member<'a>> {
        kept_members(self.members())
    }

    /// The argument of that name.
    pub fn get(&self, name: &str) -> Option<&Node<'a>> {
        self.root.as_ref()?.last(name)
    }

    /// What Airflow logs, where it drops the arguments.
    pub const fn warning(&self) -> Option<DropWarning> {
        match self.outcome {
            // `json.loads` raises a plain `ValueError` here, as the loader itself does where the
            // JSON is no object.
            KwargsOutcome::NotJson(Error { kind: ErrorKind::TooManyDigits, .. })
            | KwargsOutcome::NotAnObject => Some(DropWarning::IntoDict),
            KwargsOutcome::NotJson(_) => Some(DropWarning::AsJson),
            KwargsOutcome::Given | KwargsOutcome::Nothing | KwargsOutcome::Raises(_) => None,
        }
    }

    /// Where the text stands that Airflow cannot use, as narrow as can be told.
    pub fn problem(&self) -> Option<Span<Decoded>> {
        match self.outcome {
            KwargsOutcome::NotJson(error) | KwargsOutcome::Raises(error) => Some(error.span),
            KwargsOutcome::NotAnObject => self.root.as_ref().map(|root| root.span),
            KwargsOutcome::Given | KwargsOutcome::Nothing => None,
        }
    }

    /// Every `$NAME` and `${NAME}`: in an environment variable, Airflow puts the value of the
    /// variable of that name there, if there is one, also inside a password.
    ///
    /// ```
    /// use connlint_parser::read_kwargs;
    ///
    /// let kwargs = read_kwargs(r#"{"url": "${VAULT}", "secret_id": "a$b$", "role_id": "$5"}"#);
    /// let names: Vec<_> = kwargs.references().map(|span| span.of(kwargs.text)).collect();
    /// assert_eq!(names, ["${VAULT}", "$b", "$5"]);
    /// ```
    pub fn references(&self) -> impl Iterator<Item = Span<Decoded>> + 'a {
        let text = self.text;
        let mut at = 0;
        std::iter::from_fn(move || {
            loop {
                let start = at + memchr(b'$', text.as_bytes().get(at..)?)?;
                let rest = text.get(start + 1..)?;
                let len = reference_len(rest);
                at = start + 1 + len;
                if len > 0 {
                    return Some(Span::from_range(start..at));
                }
            }
        })
    }
}

/// The length of a name behind `$`, as `os.path.expandvars` reads it.
///
/// ```text
/// reference = "$" ( 1*( ALPHA / DIGIT / "_" ) / "{" *( any but "}" ) "}" )
/// ```
fn reference_len(rest: &str) -> usize {
    if rest.starts_with('{') {
        return memchr(b'}', rest.as_bytes()).map_or(0, |end| end + 1);
    }
    rest.bytes().take_while(|&byte| byte.is_ascii_alphanumeric() || byte == b'_').count()
}

impl fmt::Debug for Kwargs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kwargs")
            .field("root", &self.root)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use connlint_json::{Found, dumps};

    use super::*;

    #[test]
    fn arguments_are_given() {
        for (text, kwargs) in [
            (r#"{"a": 1}"#, r#"{"a": 1}"#),
            ("  {\"a\": 1}  \n", r#"{"a": 1}"#),
            (r#"{"a": 1, "a": 2}"#, r#"{"a": 2}"#), // the last value wins, silently
            (r#"{"a": NaN}"#, r#"{"a": NaN}"#),
            (r#"{"a": "%(x)s"}"#, r#"{"a": "%(x)s"}"#),
        ] {
            let read = read_kwargs(text);
            assert_eq!(read.outcome, KwargsOutcome::Given, "{text}");
            assert_eq!(read.warning(), None);
            assert_eq!(dumps(read.root.as_ref().unwrap()), kwargs);
        }
    }

    #[test]
    fn nothing_is_silently_nothing() {
        for text in ["", "{}", "[]", "null", "0", "false", "\"\"", " { } ", "0.0"] {
            let read = read_kwargs(text);
            assert_eq!(read.outcome, KwargsOutcome::Nothing, "{text}");
            assert_eq!((read.warning(), read.problem()), (None, None), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_dropped() {
        for (text, kind, problem) in [
            ("{'a': 1}", ErrorKind::ExpectedKey(Found::SingleQuote), "'"),
            (r#"{"a": 1,}"#, ErrorKind::ExpectedKey(Found::TrailingComma), ","),
            ("a=1", ErrorKind::ExpectedValue(Found::Word), "a"),
            ("~/x", ErrorKind::ExpectedValue(Found::Other), "~"),
            ("{a: 1}", ErrorKind::ExpectedKey(Found::Word), "a"),
            (r#"'{"a": 1}'"#, ErrorKind::ExpectedValue(Found::SingleQuote), "'"),
            (r#""{"a": 1}""#, ErrorKind::ExtraData(Found::Word), "a"),
            ("True", ErrorKind::ExpectedValue(Found::PythonLiteral), "True"),
            ("\u{feff}{}", ErrorKind::Bom, "\u{feff}"),
            ("{\"a\": \"\n\"}", ErrorKind::ControlCharacter, "\n"),
            (r#"{"a": 1} # c"#, ErrorKind::ExtraData(Found::Comment), "#"),
            (" ", ErrorKind::ExpectedValue(Found::End), ""),
        ] {
            let read = read_kwargs(text);
            let KwargsOutcome::NotJson(error) = read.outcome else { panic!("{text}") };
            assert_eq!(error.kind, kind, "{text}");
            assert_eq!(read.warning(), Some(DropWarning::AsJson), "{text}");
            assert_eq!(read.problem().unwrap().of(text), problem, "{text}");
            assert!(read.entries().is_empty());
        }
    }

    #[test]
    fn what_is_no_object_is_dropped() {
        for text in ["[1]", "5", r#""x""#, r#""{\"a\": 1}""#, "true"] {
            let read = read_kwargs(text);
            assert_eq!(read.outcome, KwargsOutcome::NotAnObject, "{text}");
            assert_eq!(read.warning(), Some(DropWarning::IntoDict), "{text}");
            assert_eq!(read.problem().unwrap().of(text), text);
        }
    }

    #[test]
    fn limits_of_python() {
        let digits = format!(r#"{{"a": {}}}"#, "1".repeat(4301));
        assert_eq!(read_kwargs(&digits).warning(), Some(DropWarning::IntoDict));
        let nested = "[".repeat(2000);
        let read = read_kwargs(&nested);
        assert!(matches!(read.outcome, KwargsOutcome::Raises(_)));
        assert_eq!(read.warning(), None);
    }

    #[test]
    fn debug_shows_no_value() {
        let read = read_kwargs(r#"{"secret_id": "s3cr3t-sentinel"}"#);
        assert!(!format!("{read:?}").contains("s3cr3t"));
        let read = read_kwargs("s3cr3t-sentinel");
        assert!(!format!("{read:?}").contains("s3cr3t"));
    }
}
