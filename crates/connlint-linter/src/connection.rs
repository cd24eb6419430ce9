//! A connection of a known type, the same to a rule however it is written.

use std::borrow::Cow;
use std::cell::Cell;

use connlint_catalog::{
    ConnType, Extra, Field, Profile, Quirk, Standing, conn_type, conn_type_hint,
};
use connlint_catalog::{removed_conn_type, scheme_alias};
use connlint_hosts::{Form, Site, Surface};
use connlint_json::{Node, Value, kept_members};
use connlint_parser::{JsonConnection, Part, Reading, Uri, typed_value, unquote};
use connlint_text::{Decoded, Span};

/// What a rule is told about a connection whose type the catalogue knows.
///
/// URI, JSON object and fields look alike: a field is its text and place, an extra is a key and a
/// value with a type, as Airflow holds them. `Debug` shows places only.
pub struct ConnectionCx<'a> {
    /// The site.
    pub site: &'a Site<'a>,
    /// Which Airflow reads it.
    pub profile: Profile,
    /// The release of the package that has its hook; `None` for the newest that is known.
    pub release: Option<&'a str>,
    /// What it was read as.
    pub reading: &'a Reading<'a>,
    /// The type.
    pub of: &'static ConnType,
    /// Where the type is written.
    pub type_span: Span<Decoded>,
    /// The extras that Airflow keeps, in the order of the text.
    pub extras: Vec<ExtraAt<'a>>,
    fields: [Option<FieldAt<'a>>; 5],
}

/// A field of a connection that is not empty.
pub struct FieldAt<'a> {
    /// What Airflow holds, or the digits of a port. Never goes into a message.
    pub text: Cow<'a, str>,
    /// Where it stands, without quotes.
    pub span: Span<Decoded>,
}

/// A key of `extra`, and its value.
pub struct ExtraAt<'a> {
    /// The key, as Airflow holds it.
    pub key: Cow<'a, str>,
    /// Where the key stands, without quotes.
    pub key_span: Span<Decoded>,
    /// The value, as Airflow holds it.
    pub value: Given<'a>,
    /// Where the value stands, quotes included; the key where there is none.
    pub span: Span<Decoded>,
    /// The same without the quotes of a text.
    pub inner: Span<Decoded>,
    /// How the entry is written.
    pub notation: Notation,
    /// What the catalogue knows of the key.
    pub standing: Standing,
}

impl ExtraAt<'_> {
    /// The same, of a text that will be gone.
    fn into_owned(self) -> ExtraAt<'static> {
        let (key, value) = (self.key.into_owned().into(), self.value.into_owned());
        let Self { key_span, span, inner, notation, standing, .. } = self;
        ExtraAt { key, key_span, value, span, inner, notation, standing }
    }

    /// The key, where it is in the catalogue.
    pub const fn known(&self) -> Option<&'static Extra> {
        if let Standing::Known(known) = self.standing { Some(known) } else { None }
    }
}

/// How an extra is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// As `key=value` in the query of a URI.
    Query,
    /// As a member of a JSON object.
    Json,
}

/// The value of an extra.
#[derive(Clone, PartialEq, Eq)]
pub enum Given<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number; the integer where it is one of 64 bits.
    Number(Option<i64>),
    /// A text.
    Text(Cow<'a, str>),
    /// An array, and whether it has items.
    Array(bool),
    /// An object, and whether it has members.
    Object(bool),
}

impl Given<'_> {
    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Python's `bool()`.
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(is) | Self::Array(is) | Self::Object(is) => *is,
            Self::Number(number) => *number != Some(0),
            Self::Text(text) => !text.is_empty(),
        }
    }
}

impl<'a> Given<'a> {
    fn of(node: &Node<'a>) -> Self {
        match &node.value {
            Value::Null => Given::Null,
            Value::Bool(bool) => Given::Bool(*bool),
            Value::Number(number) => Given::Number(number.as_i64()),
            Value::String(string) => Given::Text(string.text().into_lossy()),
            Value::Array(_) => Given::Array(node.is_truthy()),
            Value::Object(_) => Given::Object(node.is_truthy()),
        }
    }

    /// The same, of a text that will be gone.
    fn into_owned(self) -> Given<'static> {
        match self {
            Self::Null => Given::Null,
            Self::Bool(bool) => Given::Bool(bool),
            Self::Number(number) => Given::Number(number),
            Self::Text(text) => Given::Text(text.into_owned().into()),
            Self::Array(has_items) => Given::Array(has_items),
            Self::Object(has_members) => Given::Object(has_members),
        }
    }
}

impl<'a> ConnectionCx<'a> {
    /// The connection of a site, where Airflow takes it and the catalogue knows its type.
    pub(crate) fn of(
        site: &'a Site<'a>,
        reading: &'a Reading<'a>,
        profile: Profile,
    ) -> Option<Self> {
        if reading.failure().is_some() {
            return None;
        }
        match reading {
            Reading::Uri(uri) => Self::of_uri(site, reading, uri, profile),
            Reading::Json(json) => Self::of_json(site, reading, json, profile),
            _ => None,
        }
    }

    fn of_uri(
        site: &'a Site<'a>,
        reading: &'a Reading<'a>,
        uri: &'a Uri<'a>,
        profile: Profile,
    ) -> Option<Self> {
        let of = known(&uri.conn_type)?;
        let type_span = uri.scheme.as_ref()?.span;
        let field = |text: Option<Cow<'a, str>>, part: &Option<Part<'_>>| {
            let span = part.as_ref()?.span;
            text.filter(|text| !text.is_empty()).map(|text| FieldAt { text, span })
        };
        let mut schema = field(Some(uri.schema_value()), &uri.path);
        if let Some(schema) = &mut schema {
            // The schema is the path without its slash.
            schema.span = Span::new(schema.span.start() + 1, schema.span.end());
        }
        let fields = [
            field(Some(uri.host_value()), &uri.host),
            field(uri.login_value(), &uri.login),
            field(uri.password_value(), &uri.password),
            schema,
            field(uri.port_value().map(|port| port.to_string().into()), &uri.port),
        ];
        let extras = if uri.query.is_some() { query(of, uri) } else { Vec::new() };
        Some(Self { site, profile, release: None, reading, of, type_span, extras, fields })
    }

    fn of_json(
        site: &'a Site<'a>,
        reading: &'a Reading<'a>,
        json: &'a JsonConnection<'a>,
        profile: Profile,
    ) -> Option<Self> {
        if json.uri().is_some() {
            return None;
        }
        let node = json.field("conn_type")?;
        let written = node.as_text()?;
        let written = written.as_str()?;
        // An object of a connections file goes to the constructor as it is.
        let is_raw = site.surface == Surface::ConnectionsFile && site.form == Form::Object;
        let name = if is_raw { Cow::Borrowed(written) } else { normalised(written) };
        let of = known(&name)?;
        let field = |name: &str| {
            let node = json.field(name)?;
            let text = match &node.value {
                Value::String(string) => string.text().into_lossy(),
                Value::Number(number) => number.as_i64()?.to_string().into(),
                _ => return None,
            };
            (!text.is_empty()).then(|| FieldAt { text, span: content(node) })
        };
        let fields = ["host", "login", "password", "schema", "port"].map(field);
        let extra = json.field("extra").or_else(|| json.field("extra_dejson"));
        let extras = extra.map_or_else(Vec::new, |extra| match &extra.value {
            Value::String(string) => {
                let text = string.decode();
                let place = |span| {
                    let outer = text.map().to_raw(span);
                    Span::new(outer.start(), outer.end())
                };
                let extras = embedded(of, text.text(), &place).into_iter();
                extras.map(ExtraAt::into_owned).collect()
            }
            _ => members(of, extra, &|span| span),
        });
        let type_span = content(node);
        Some(Self { site, profile, release: None, reading, of, type_span, extras, fields })
    }

    /// A field, unless it is empty.
    pub fn field(&self, field: Field) -> Option<&FieldAt<'a>> {
        self.fields.get(field as usize)?.as_ref()
    }

    /// The extra of that key.
    pub fn extra(&self, key: &str) -> Option<&ExtraAt<'a>> {
        self.extras.iter().find(|extra| extra.key == key)
    }

    /// The extra of that key, unless Python takes its value for false.
    pub fn truthy(&self, key: &str) -> Option<&ExtraAt<'a>> {
        self.extra(key).filter(|extra| extra.value.is_truthy())
    }

    /// Whether the type is called as it is written, as against one that took its place.
    pub(crate) fn has_own_type(&self) -> bool {
        match self.reading {
            Reading::Uri(uri) => uri.conn_type == self.of.name,
            _ => self.type_span.of(self.site.value.text()) == self.of.name,
        }
    }

    /// Whether all fields are written out: nothing in the value depends on the environment.
    pub fn is_complete(&self) -> bool {
        self.site.unknown.is_empty()
    }

    /// Whether all extras are written out.
    pub fn has_all_extras(&self) -> bool {
        let from = match self.reading {
            Reading::Uri(uri) => {
                let end = u32::try_from(uri.text.len()).unwrap_or(u32::MAX);
                Span::new(uri.query.as_ref().map_or(end, |query| query.span.start()), end)
            }
            Reading::Json(json) => {
                json.field("extra").map_or_else(|| Span::empty(0), |extra| extra.span)
            }
            _ => return false,
        };
        // What stands at the very end of a URI may be a query.
        !self
            .site
            .unknown
            .iter()
            .any(|part| part.end() >= from.start() && part.start() <= from.end())
    }
}

/// The type of a name, or the one that took the place of a removed type and reads it too.
fn known(name: &str) -> Option<&'static ConnType> {
    conn_type(name).or_else(|| {
        removed_conn_type(name)?;
        let successor = conn_type(conn_type_hint(name)?.conn_type)?;
        let reads_it = |(tolerated, _): &(&str, _)| *tolerated == name;
        successor.tolerated_conn_types.iter().any(reads_it).then_some(successor)
    })
}

/// As `Connection.from_json` writes a type.
fn normalised(written: &str) -> Cow<'_, str> {
    match scheme_alias(written) {
        Some(name) => Cow::Borrowed(name),
        None if written.contains('-') => Cow::Owned(written.replace('-', "_")),
        None => Cow::Borrowed(written),
    }
}

/// Where the text of a string stands, or all of another value.
fn content(node: &Node<'_>) -> Span<Decoded> {
    node.as_string().map_or(node.span, |string| string.content())
}

/// The extras of a query.
fn query<'a>(of: &ConnType, uri: &'a Uri<'a>) -> Vec<ExtraAt<'a>> {
    if let (Some(pair), Some(text)) = (uri.extra_param(), uri.extra_text()) {
        let Some(value) = &pair.value else { return Vec::new() };
        let escapes = Escapes::of(value);
        return embedded(of, text, &|span| escapes.place(span));
    }
    let is_typed = uri.profile.has(Quirk::TypedQueryValues);
    let kept = uri.kept_pairs().into_iter().map(|pair| {
        let key_span = pair.key.span;
        let span = pair.value.as_ref().map_or(key_span, |value| value.span);
        let text = pair.value.map_or(Cow::Borrowed(""), Part::into_decoded_plus);
        let typed =
            if is_typed { typed_value(&text).map(|it| Given::of(&it).into_owned()) } else { None };
        let key = pair.key.into_decoded_plus();
        ExtraAt {
            standing: of.standing(&key),
            key,
            key_span,
            value: typed.unwrap_or(Given::Text(text)),
            span,
            inner: span,
            notation: Notation::Query,
        }
    });
    kept.collect()
}

/// The extras of an object that is the text of a string or a query value, which stands in the
/// connection at the places that `place` gives.
fn embedded<'a>(
    of: &ConnType,
    text: &'a str,
    place: &dyn Fn(Span<Decoded>) -> Span<Decoded>,
) -> Vec<ExtraAt<'a>> {
    connlint_json::parse(text).map_or_else(|_| Vec::new(), |node| members(of, &node, place))
}

fn members<'a>(
    of: &ConnType,
    node: &Node<'a>,
    place: &dyn Fn(Span<Decoded>) -> Span<Decoded>,
) -> Vec<ExtraAt<'a>> {
    let Some(members) = node.as_object() else { return Vec::new() };
    let kept = kept_members(members).into_iter().map(|member| {
        let key = member.key.text().into_lossy();
        ExtraAt {
            standing: of.standing(&key),
            key,
            key_span: place(member.key.content()),
            value: Given::of(&member.value),
            span: place(member.value.span),
            inner: place(content(&member.value)),
            notation: Notation::Json,
        }
    });
    kept.collect()
}

/// Finds the places of a query value whose escapes were read, in the text of the URI.
///
/// They are asked for in the order of the text, nearly: each goes on from the last one before it.
struct Escapes<'u> {
    value: &'u Part<'u>,
    /// Those that were asked for last.
    recent: Cell<[Offsets; 4]>,
}

/// A place in a query value.
#[derive(Clone, Copy, Default)]
struct Offsets {
    /// In what was read.
    read: usize,
    /// In what is written.
    written: usize,
}

impl<'u> Escapes<'u> {
    const fn of(value: &'u Part<'u>) -> Self {
        Self { value, recent: Cell::new([Offsets { read: 0, written: 0 }; 4]) }
    }

    fn place(&self, span: Span<Decoded>) -> Span<Decoded> {
        let range = span.range();
        let start = self.written(range.start);
        self.value.place(start..self.written(range.end))
    }

    /// Where the byte is written that is read at `offset`.
    fn written(&self, offset: usize) -> usize {
        let recent = self.recent.get();
        let before = recent.iter().filter(|known| known.read <= offset);
        let from = before.max_by_key(|known| known.read).copied().unwrap_or_default();
        let found = self.at(offset, from);
        let [_, a, b, c] = recent;
        self.recent.set([a, b, c, found]);
        found.written
    }

    /// The place of the byte that is read at `offset`, which is not in front of `from`.
    fn at(&self, offset: usize, from: Offsets) -> Offsets {
        let text = &*self.value.text;
        let mut at = from;
        while at.read < offset {
            let (read, written) = match text.as_bytes().get(at.written..).unwrap_or_default() {
                [] => break,
                [b'%', b'0'..=b'7', low, ..] if low.is_ascii_hexdigit() => (1, "%XX".len()),
                rest if escape(rest).is_some() => {
                    escaped_character(text.get(at.written..).unwrap_or_default())
                }
                _ => (1, 1),
            };
            at = Offsets { read: at.read + read, written: at.written + written };
        }
        at
    }
}

/// The first digit of the escape that a text begins with.
fn escape(bytes: &[u8]) -> Option<u8> {
    match bytes {
        [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => Some(*high),
        _ => None,
    }
}

/// The lengths of the character that the first escapes stand for: as it is read, and as it is
/// written. Escapes of one character stand together, and are read together.
fn escaped_character(text: &str) -> (usize, usize) {
    let mut end = "%XX".len();
    while text.as_bytes().get(end..).and_then(escape).is_some_and(is_continuation) {
        end += "%XX".len();
    }
    (text.get(..end).map_or(1, |escapes| unquote(escapes).len()), end)
}

/// Whether an escape whose first digit is `high` belongs to the character in front of it.
const fn is_continuation(high: u8) -> bool {
    matches!(high, b'8' | b'9' | b'a' | b'b' | b'A' | b'B')
}

impl std::fmt::Debug for ConnectionCx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectionCx").field("of", &self.of.name).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for FieldAt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FieldAt").field("span", &self.span).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ExtraAt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExtraAt").field("span", &self.span).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Given<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "text",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        })
    }
}

#[cfg(test)]
mod tests {
    use connlint_hosts::{HostFormat, Options, extract};

    use super::*;
    use crate::reading;

    /// `key:value` of each extra, as the text of the site has them.
    fn places(text: &str) -> Vec<String> {
        let document = extract(HostFormat::Dotenv, text, Options::default());
        let site = &document.sites[0];
        let reading = reading(site, Profile::NEWEST).unwrap();
        let cx = ConnectionCx::of(site, &reading, Profile::NEWEST).unwrap();
        let text = site.value.text();
        let written = |extra: &ExtraAt<'_>| {
            format!("{}:{:?}:{}", extra.key_span.of(text), extra.value, extra.span.of(text))
        };
        cx.extras.iter().map(written).collect()
    }

    #[test]
    fn extras_are_found_in_every_form() {
        for (value, expected) in [
            ("aws://?a=5&b%2Ec=x", &["a:number:5", "b%2Ec:text:x"][..]),
            ("aws://?__extra__={\"a\":[1]}", &["a:array:[1]"]),
            ("aws://?__extra__=%7B%22a%22%3A+%22%C3%A4%22%7D", &["a:text:%22%C3%A4%22"]),
            (r#"{"conn_type":"aws","extra":{"a":true}}"#, &["a:boolean:true"]),
            (r#"{"conn_type":"aws","extra":"{\"a\":null}"}"#, &["a:null:null"]),
            ("aws://h", &[]),
        ] {
            let line = format!("AIRFLOW_CONN_A='{value}'\n");
            assert_eq!(places(&line), expected, "{value}");
        }
    }
}
