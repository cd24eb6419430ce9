use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use crate::{Member, Node, PyText, Value, plain_len};

/// A value as Python's `json.dumps` writes it: `", "` and `": "`, ASCII only, in the order of
/// the document; of a repeated key the last value at the first place.
///
/// ```
/// use connlint_json::{dumps, parse};
///
/// let node = parse(r#"{"b":"é","a":[1E5,-0],"b":null}"#).unwrap();
/// assert_eq!(dumps(&node), r#"{"b": null, "a": [100000.0, 0]}"#);
/// ```
pub fn dumps(node: &Node<'_>) -> String {
    let mut out = String::new();
    write_node(&mut out, node, false);
    out
}

/// As [`dumps`], without any `null` in arrays and objects, at any depth.
///
/// ```
/// use connlint_json::{dumps_pruned, parse};
///
/// let node = parse(r#"{"a": null, "b": [null, {"c": null}]}"#).unwrap();
/// assert_eq!(dumps_pruned(&node), r#"{"b": [{}]}"#);
/// ```
pub fn dumps_pruned(node: &Node<'_>) -> String {
    let mut out = String::new();
    write_node(&mut out, node, true);
    out
}

/// A text as Python's `json.dumps` writes it, quotes included.
///
/// ```
/// use connlint_json::dumps_str;
///
/// assert_eq!(dumps_str(&"é\u{7f}😀\n".into()), r#""\u00e9\u007f\ud83d\ude00\n""#);
/// ```
pub fn dumps_str(text: &PyText<'_>) -> String {
    let mut out = String::new();
    write_text(&mut out, text);
    out
}

/// Writes an object as Python's `json.dumps` does, entry by entry.
///
/// ```
/// use connlint_json::ObjectWriter;
///
/// let mut out = String::new();
/// let mut object = ObjectWriter::new(&mut out);
/// object.text(&"a".into(), &"1".into());
/// object.raw(&"b".into(), "true");
/// object.finish();
/// assert_eq!(out, r#"{"a": "1", "b": true}"#);
/// ```
#[derive(Debug)]
pub struct ObjectWriter<'o> {
    out: &'o mut String,
    empty: bool,
}

impl<'o> ObjectWriter<'o> {
    /// Opens an object at the end of `out`.
    pub fn new(out: &'o mut String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    /// An entry whose value is a text.
    pub fn text(&mut self, key: &PyText<'_>, value: &PyText<'_>) {
        self.key(key);
        write_text(self.out, value);
    }

    /// An entry whose value is a part of a document.
    pub fn node(&mut self, key: &PyText<'_>, value: &Node<'_>) {
        self.key(key);
        write_node(self.out, value, false);
    }

    /// An entry whose value is JSON already, as Python writes it.
    pub fn raw(&mut self, key: &PyText<'_>, json: &str) {
        self.key(key);
        self.out.push_str(json);
    }

    /// Closes the object.
    pub fn finish(self) {
        self.out.push('}');
    }

    fn key(&mut self, key: &PyText<'_>) {
        if !self.empty {
            self.out.push_str(", ");
        }
        self.empty = false;
        write_text(self.out, key);
        self.out.push_str(": ");
    }
}

/// The recursion is as deep as the document, which [`MAX_DEPTH`](crate::MAX_DEPTH) limits.
fn write_node(out: &mut String, node: &Node<'_>, pruned: bool) {
    let is_kept = |node: &Node<'_>| !(pruned && matches!(node.value, Value::Null));
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => out.push_str(&number.to_python()),
        Value::String(string) => write_text(out, &string.text()),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().filter(|item| is_kept(item)).enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_node(out, item, pruned);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut object = ObjectWriter::new(out);
            for (key, value) in dict(members).into_iter().filter(|(_, value)| is_kept(value)) {
                object.key(&key);
                write_node(object.out, value, pruned);
            }
            object.finish();
        }
    }
}

/// The entries of the dictionary that Python makes of these members.
///
/// Of a repeated key, the last value stands at the first place.
pub fn dict<'n, 'a>(members: &'n [Member<'a>]) -> Vec<(PyText<'a>, &'n Node<'a>)> {
    let mut entries: Vec<(PyText<'a>, &Node<'a>)> = Vec::with_capacity(members.len());
    let mut places = Places::new(members.len());
    for member in members {
        let key = member.key.text();
        if let Some(entry) = places.of(&key, &entries).and_then(|place| entries.get_mut(place)) {
            entry.1 = &member.value;
            continue;
        }
        places.add(&key, entries.len());
        entries.push((key, &member.value));
    }
    entries
}

/// Where the entries of the dictionary are; only a large one is worth hashing its keys.
enum Places<'a> {
    Few,
    Many(HashMap<PyText<'a>, usize>),
}

impl<'a> Places<'a> {
    fn new(members: usize) -> Self {
        if members <= 8 { Self::Few } else { Self::Many(HashMap::with_capacity(members)) }
    }

    fn of(&self, key: &PyText<'a>, entries: &[(PyText<'a>, &Node<'a>)]) -> Option<usize> {
        match self {
            Self::Few => entries.iter().position(|(other, _)| other == key),
            Self::Many(places) => places.get(key).copied(),
        }
    }

    fn add(&mut self, key: &PyText<'a>, place: usize) {
        if let Self::Many(places) = self {
            places.insert(key.clone(), place);
        }
    }
}

fn write_text(out: &mut String, text: &PyText<'_>) {
    out.push('"');
    match text {
        PyText::Str(text) => {
            let stands_for_itself =
                |char: char| matches!(char, ' '..='~') && !matches!(char, '"' | '\\');
            let mut rest = &**text;
            while let Some(at) = rest.find(|char| !stands_for_itself(char)) {
                let (plain, escaped) = rest.split_at(at);
                out.push_str(plain);
                let mut chars = escaped.chars();
                if let Some(char) = chars.next() {
                    write_point(out, char.into());
                }
                rest = chars.as_str();
            }
            out.push_str(rest);
        }
        PyText::Surrogates(points) => {
            for &point in points {
                write_point(out, point);
            }
        }
    }
    out.push('"');
}

fn write_point(out: &mut String, point: u32) {
    match char::from_u32(point) {
        Some('"') => out.push_str("\\\""),
        Some('\\') => out.push_str("\\\\"),
        Some('\n') => out.push_str("\\n"),
        Some('\r') => out.push_str("\\r"),
        Some('\t') => out.push_str("\\t"),
        Some('\u{8}') => out.push_str("\\b"),
        Some('\u{c}') => out.push_str("\\f"),
        Some(char @ ' '..='~') => out.push(char),
        Some(char) => {
            for unit in char.encode_utf16(&mut [0; 2]) {
                write_unit(out, u32::from(*unit));
            }
        }
        None => write_unit(out, point),
    }
}

fn write_unit(out: &mut String, unit: u32) {
    // Writing to a string does not fail.
    let _ = write!(out, "\\u{unit:04x}");
}

/// A text as it stands between the quotes of a JSON string, escaping only what must be.
///
/// ```
/// use connlint_json::encode_string;
///
/// assert_eq!(encode_string("café"), "café");
/// assert_eq!(encode_string("a\"b\\c\n\u{1}"), r#"a\"b\\c\n\u0001"#);
/// ```
pub fn encode_string(text: &str) -> Cow<'_, str> {
    let must_escape = |char: char| matches!(char, '"' | '\\' | '\0'..='\u{1f}');
    if plain_len(text.as_bytes()) == text.len() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        if must_escape(char) {
            write_point(&mut out, char.into());
        } else {
            out.push(char);
        }
    }
    Cow::Owned(out)
}
