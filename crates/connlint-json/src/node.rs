use std::collections::HashSet;
use std::fmt;

use connlint_text::{Decoded, Span};

use smallvec::SmallVec;

use crate::{Error, Number, PyText, Reader, Str, Token};

/// A JSON value and where it stands.
///
/// `Debug` shows place and kind only: the value may be a secret.
#[derive(Clone)]
pub struct Node<'a> {
    /// Where it stands, brackets and quotes included.
    pub span: Span<Decoded>,
    /// What it is.
    pub value: Value<'a>,
}

/// A JSON value.
#[derive(Clone)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, `NaN` and infinities included.
    Number(Number<'a>),
    /// A string.
    String(Str<'a>),
    /// `[…]`.
    Array(Vec<Node<'a>>),
    /// `{…}`, with repeated keys.
    Object(Vec<Member<'a>>),
}

/// One `"key": value` of an object.
#[derive(Debug, Clone)]
pub struct Member<'a> {
    /// The key.
    pub key: Str<'a>,
    /// The value.
    pub value: Node<'a>,
}

impl Member<'_> {
    /// From the key's quote to the end of the value.
    pub fn span(&self) -> Span<Decoded> {
        self.key.span().join(self.value.span)
    }
}

impl<'a> Node<'a> {
    /// Python's `bool()`.
    pub fn is_truthy(&self) -> bool {
        match &self.value {
            Value::Null => false,
            Value::Bool(bool) => *bool,
            Value::Number(number) => number.is_truthy(),
            Value::String(string) => !string.raw().is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
        }
    }

    /// The name of its Python type.
    pub const fn python_type(&self) -> &'static str {
        match &self.value {
            Value::Null => "NoneType",
            Value::Bool(_) => "bool",
            Value::Number(number) if number.is_float() => "float",
            Value::Number(_) => "int",
            Value::String(_) => "str",
            Value::Array(_) => "list",
            Value::Object(_) => "dict",
        }
    }

    /// The members, where it is an object.
    pub fn as_object(&self) -> Option<&[Member<'a>]> {
        if let Value::Object(members) = &self.value { Some(members) } else { None }
    }

    /// The items, where it is an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Value::Array(items) = &self.value { Some(items) } else { None }
    }

    /// The string, where it is one.
    pub const fn as_string(&self) -> Option<Str<'a>> {
        if let Value::String(string) = &self.value { Some(*string) } else { None }
    }

    /// What Python reads, where it is a string.
    pub fn as_text(&self) -> Option<PyText<'a>> {
        self.as_string().map(|string| string.text())
    }

    /// The member of that key which Python keeps: the last one.
    ///
    /// ```
    /// let node = connlint_json::parse(r#"{"a": 1, "a": 2}"#).unwrap();
    /// assert_eq!(node.last("a").unwrap().span.start(), 14);
    /// ```
    pub fn last(&self, key: &str) -> Option<&Self> {
        let members = self.as_object()?;
        members.iter().rev().find(|member| member.key.is(key)).map(|member| &member.value)
    }
}

/// The members that Python keeps, in the order of the text: of a repeated key the last one.
///
/// ```
/// use connlint_json::{kept_members, parse};
///
/// let node = parse(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap();
/// let kept = kept_members(node.as_object().unwrap());
/// let kept: Vec<_> = kept.iter().map(|member| member.key.raw()).collect();
/// assert_eq!(kept, ["b", "a"]);
/// ```
pub fn kept_members<'n, 'a>(members: &'n [Member<'a>]) -> Vec<&'n Member<'a>> {
    if members.len() > FEW {
        let mut seen = HashSet::with_capacity(members.len());
        let mut kept: Vec<_> =
            members.iter().rev().filter(|member| seen.insert(member.key.text())).collect();
        kept.reverse();
        return kept;
    }
    let repeats = |at: usize| {
        let later = members.get(at + 1..).unwrap_or_default();
        later.iter().any(|other| other.key.text() == members[at].key.text())
    };
    let kept = members.iter().enumerate().filter(|&(at, _)| !repeats(at));
    kept.map(|(_, member)| member).collect()
}

/// How many keys are compared each with each, which takes less time than to hash them.
const FEW: usize = 16;

/// Whether a text is one object, as against another value; nothing of it is kept.
///
/// # Errors
///
/// As [`parse`].
///
/// ```
/// use connlint_json::is_object;
///
/// assert!(is_object("{\"a\": 1}").unwrap());
/// assert!(!is_object("[]").unwrap());
/// assert!(is_object("{").is_err());
/// ```
pub fn is_object(text: &str) -> Result<bool, Error> {
    let mut reader = Reader::new(text);
    let first = reader.next().transpose()?;
    for event in reader {
        event?;
    }
    Ok(first.is_some_and(|event| matches!(event.token, Token::ObjectStart)))
}

/// Reads a text as Python's `json.loads` does.
///
/// # Errors
///
/// Where that raises.
///
/// ```
/// use connlint_json::parse;
///
/// let node = parse(r#"{"port": 5432}"#).unwrap();
/// assert_eq!(node.last("port").unwrap().span.start(), 9);
/// assert!(parse("{'port': 5432}").is_err());
/// ```
pub fn parse(text: &str) -> Result<Node<'_>, Error> {
    collect(Reader::new(text))
}

/// As [`parse`], for the part of a text that begins at `offset`, with spans of all of it.
///
/// # Errors
///
/// Where `json.loads` raises.
///
/// ```
/// let node = connlint_json::parse_from("\u{a0}{}", 2).unwrap();
/// assert_eq!(node.span.start(), 2);
/// ```
pub fn parse_from(text: &str, offset: usize) -> Result<Node<'_>, Error> {
    if text.is_char_boundary(offset) {
        collect(Reader::starting_at(text, offset))
    } else {
        parse(text)
    }
}

/// How many members an object has room for at first: as many as nearly all have.
const MEMBERS: usize = 4;

fn collect(reader: Reader<'_>) -> Result<Node<'_>, Error> {
    let mut open: SmallVec<[Open<'_>; 4]> = SmallVec::new();
    let mut whole = None;
    for event in reader {
        let event = event?;
        let value = match event.token {
            Token::ObjectStart => {
                open.push(Open::Object {
                    start: event.span,
                    members: Vec::with_capacity(MEMBERS),
                    key: None,
                });
                continue;
            }
            Token::ArrayStart => {
                open.push(Open::Array { start: event.span, items: Vec::new() });
                continue;
            }
            Token::Key(name) => {
                if let Some(Open::Object { key, .. }) = open.last_mut() {
                    *key = Some(name);
                }
                continue;
            }
            Token::ObjectEnd | Token::ArrayEnd => {
                let Some(bracket) = open.pop() else { continue };
                let (start, value) = bracket.close();
                Node { span: start.join(event.span), value }
            }
            Token::String(string) => Node { span: event.span, value: Value::String(string) },
            Token::Number(number) => Node { span: event.span, value: Value::Number(number) },
            Token::True => Node { span: event.span, value: Value::Bool(true) },
            Token::False => Node { span: event.span, value: Value::Bool(false) },
            Token::Null => Node { span: event.span, value: Value::Null },
        };
        match open.last_mut() {
            Some(Open::Array { items, .. }) => items.push(value),
            Some(Open::Object { members, key, .. }) => {
                members.extend(key.take().map(|key| Member { key, value }));
            }
            None => whole = Some(value),
        }
    }
    Ok(whole.expect("the reader ends without an error behind one whole value only"))
}

/// An array or object in the making.
enum Open<'a> {
    Array { start: Span<Decoded>, items: Vec<Node<'a>> },
    Object { start: Span<Decoded>, members: Vec<Member<'a>>, key: Option<Str<'a>> },
}

impl<'a> Open<'a> {
    fn close(self) -> (Span<Decoded>, Value<'a>) {
        match self {
            Self::Array { start, items } => (start, Value::Array(items)),
            Self::Object { start, members, .. } => (start, Value::Object(members)),
        }
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({} at {:?})", self.python_type(), self.span)
    }
}
