//! `airflow connections export` as JSON: an object of connection id to fields or URI.

use connlint_json::{Error, Event, Reader, Str, Token};
use connlint_text::{DecodedText, Raw, Span};

use crate::connections_env::is_uri;
use crate::formats::File;
use crate::json::{issue, next, raw, skip_value};
use crate::{
    Document, Form, HostFormat, HostIssueKind, Name, Options, Quoting, Role, Site, Surface,
};

/// How many members are looked at to tell the format.
const ENOUGH: usize = 64;

/// An object whose members are connections: URIs, or objects with a `conn_type`.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_named = file.name == "connections.json";
    file.extension == "json"
        && file.mentions(&["://", "conn_type"])
        && (is_named || holds_connections(file.text))
}

fn holds_connections(text: &str) -> bool {
    let mut reader = Reader::new(text);
    if !matches!(next(&mut reader), Ok(Event { token: Token::ObjectStart, .. })) {
        return false;
    }
    let (mut has_conn_type, mut seen) = (false, 0);
    while let Ok(event) = next(&mut reader) {
        let Token::Key(_) = event.token else { break };
        let Ok(value) = next(&mut reader) else { break };
        let Ok(span) = skip_value(&mut reader, &value) else { break };
        let names_type = memchr::memmem::find(span.of(text).as_bytes(), b"\"conn_type\"").is_some();
        has_conn_type |= names_type;
        let fits = match value.token {
            // One that lacks its type stands beside others that have theirs.
            Token::ObjectStart => names_type || names_field(span.of(text)),
            Token::String(uri) => uri.text().as_str().is_some_and(is_uri),
            Token::ArrayStart => true,
            _ => false,
        };
        if !fits {
            return false;
        }
        seen += 1;
        if seen > ENOUGH {
            break;
        }
    }
    has_conn_type
}

/// Whether an object has a field of a connection, going by its text.
fn names_field(object: &str) -> bool {
    [r#""host""#, r#""login""#, r#""password""#].iter().any(|field| object.contains(field))
}

/// ```text
/// document = "{" [ member { "," member } ] "}"
/// member   = id ":" ( fields | uri | "[" [ fields | uri ] "]" )
/// ```
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let consumer = options.consumer;
    let mut document = Document::empty(text, HostFormat::ConnectionsJson, consumer);
    if let Some(key) = type_of_one(text) {
        let why = "one connection by itself, where ids are expected as keys";
        document.issue(HostIssueKind::Line(why), key);
        return document;
    }
    let mut reader = Reader::new(text);
    if let Err(error) = members(&mut document, &mut reader) {
        let (kind, span) = issue(&error);
        document.issue(kind, span);
    }
    document
}

/// The key of the type, in an object that is one connection as `--conn-json` takes it.
fn type_of_one(text: &str) -> Option<Span<Raw>> {
    let mut reader = Reader::new(text);
    next(&mut reader).ok().filter(|first| matches!(first.token, Token::ObjectStart))?;
    for _ in 0..ENOUGH {
        let Token::Key(key) = next(&mut reader).ok()?.token else { return None };
        let value = next(&mut reader).ok()?;
        if key.is("conn_type")
            && let Token::String(text) = value.token
        {
            let is_type = text.text().as_str().is_some_and(|text| !text.contains("://"));
            return is_type.then(|| raw(key.content()));
        }
        skip_value(&mut reader, &value).ok()?;
    }
    None
}

fn members<'a>(document: &mut Document<'a>, reader: &mut Reader<'a>) -> Result<(), Error> {
    let first = next(reader)?;
    if matches!(first.token, Token::ObjectStart) {
        while let Token::Key(id) = next(reader)?.token {
            let value = next(reader)?;
            member(document, reader, id, value)?;
        }
    } else {
        let why = HostIssueKind::Syntax("the file should contain an object");
        document.issue(why, raw(first.span));
        skip_value(reader, &first)?;
    }
    // Behind the value there is white space, or an error.
    reader.next().map_or(Ok(()), |extra| extra.map(|_| ()))
}

fn member<'a>(
    document: &mut Document<'a>,
    reader: &mut Reader<'a>,
    id: Str<'a>,
    value: Event<'a>,
) -> Result<(), Error> {
    if !matches!(value.token, Token::ArrayStart) {
        return connection(document, reader, id, value);
    }
    let mut count = 0;
    loop {
        let item = next(reader)?;
        if matches!(item.token, Token::ArrayEnd) {
            break;
        }
        connection(document, reader, id, item)?;
        count += 1;
    }
    if count > 1 {
        let why = HostIssueKind::Line("a list of several connections is refused");
        document.issue(why, raw(id.span()));
    }
    Ok(())
}

/// A connection that starts with `value`.
fn connection<'a>(
    document: &mut Document<'a>,
    reader: &mut Reader<'a>,
    id: Str<'a>,
    value: Event<'a>,
) -> Result<(), Error> {
    let value_span = skip_value(reader, &value)?;
    let (value, quoting) = match value.token {
        Token::ObjectStart => (DecodedText::verbatim(document.text, value_span), Quoting::JsonText),
        Token::String(uri) => (uri.decode(), Quoting::JsonString),
        _ => {
            let why = HostIssueKind::Line("the value is neither an object nor text");
            document.issue(why, value_span);
            return Ok(());
        }
    };
    let name = name(id);
    document.sites.push(Site {
        id: Some(name.text.clone()),
        span: name.span.join(value_span),
        name,
        role: Role::Connection,
        surface: Surface::ConnectionsFile,
        form: if quoting == Quoting::JsonText { Form::Object } else { Form::Text },
        value_span,
        value,
        quoting,
        outer: Vec::new(),
        unknown: Vec::new(),
    });
    Ok(())
}

/// The name that a key of an object is.
pub(crate) fn name(key: Str<'_>) -> Name<'_> {
    Name { text: key.decode().into_text(), span: raw(key.content()) }
}
