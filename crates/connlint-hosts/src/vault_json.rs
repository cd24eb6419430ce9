//! What `vault kv get -format=json` prints.

use connlint_json::{Error, Event, Reader, Str, Token};
use connlint_text::{DecodedText, Raw, Span};

use crate::connections_json::name;
use crate::fields::OF_SECRET;
use crate::formats::File;
use crate::json::{issue, next, raw, skip_value};
use crate::{Document, Form, HostFormat, HostIssueKind, Options, Quoting, Role, Site, Surface};

/// An object with `data` in it, beside what Vault tells about a lease or a request.
pub(crate) fn detects(file: &File<'_>) -> bool {
    if file.extension != "json" || !file.mentions(&["lease_duration", "request_id"]) {
        return false;
    }
    let mut reader = Reader::new(file.text);
    if !matches!(next(&mut reader), Ok(Event { token: Token::ObjectStart, .. })) {
        return false;
    }
    let (mut has_data, mut is_vault) = (false, false);
    while let Ok(event) = next(&mut reader) {
        let Token::Key(key) = event.token else { break };
        let Ok(value) = next(&mut reader) else { break };
        is_vault |= key.is("lease_duration") || key.is("request_id");
        has_data |= key.is("data") && matches!(value.token, Token::ObjectStart);
        if has_data && is_vault {
            return true;
        }
        if skip_value(&mut reader, &value).is_err() {
            break;
        }
    }
    false
}

/// ```text
/// version 1:  { …, "data": secret }
/// version 2:  { …, "data": { "data": secret, "metadata": { …, "version": n } } }
/// ```
///
/// The secret of a deleted version is null, and no site.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let consumer = options.consumer;
    let mut document = Document::empty(text, HostFormat::VaultJson, consumer);
    let mut reader = Reader::new(text);
    match top(&mut reader) {
        Ok(Some(secret)) => document.sites = sites(text, &secret),
        Ok(None) => {}
        Err(error) => {
            let (kind, span) = issue(&error);
            document.issue(kind, span);
        }
    }
    if document.sites.is_empty() && document.issues.is_empty() {
        let why = HostIssueKind::Line(
            "no secret stands here: the version is deleted, or this is no answer of Vault",
        );
        document.issue(why, Span::empty(0));
    }
    document
}

/// A secret, and the key it is the value of.
struct Secret<'a> {
    key: Str<'a>,
    object: Object<'a>,
}

struct Object<'a> {
    span: Span<Raw>,
    members: Vec<Member<'a>>,
}

struct Member<'a> {
    key: Str<'a>,
    value: Event<'a>,
    span: Span<Raw>,
    /// The members of the value, where it is an object that was asked for.
    object: Option<Object<'a>>,
}

fn top<'a>(reader: &mut Reader<'a>) -> Result<Option<Secret<'a>>, Error> {
    let first = next(reader)?;
    if !matches!(first.token, Token::ObjectStart) {
        return Ok(None);
    }
    let top = object(reader, first, &["data", "metadata"], 2)?;
    if let Some(extra) = reader.next() {
        extra?;
    }
    let Some(data) = top.take("data") else { return Ok(None) };
    let Some(object) = data.object else { return Ok(None) };
    let is_version_2 = object.members.iter().any(|member| {
        member.key.is("metadata")
            && member
                .object
                .as_ref()
                .is_some_and(|it| it.members.iter().any(|it| it.key.is("version")))
    });
    let inner = object.members.iter().rev().find(|member| member.key.is("data"));
    let inner_fits =
        inner.is_some_and(|inner| matches!(inner.value.token, Token::ObjectStart | Token::Null));
    if !(is_version_2 && inner_fits) {
        return Ok(Some(Secret { key: data.key, object }));
    }
    let inner = object.take("data");
    Ok(inner.and_then(|inner| Some(Secret { key: inner.key, object: inner.object? })))
}

impl<'a> Object<'a> {
    /// The last member of that key: the one that counts.
    fn take(self, key: &str) -> Option<Member<'a>> {
        self.members.into_iter().rev().find(|member| member.key.is(key))
    }

    fn get(&self, key: &str) -> Option<&Member<'a>> {
        self.members.iter().rev().find(|member| member.key.is(key))
    }
}

/// The object that `first` opens, and objects under the keys `follow` in it, `levels` deep.
fn object<'a>(
    reader: &mut Reader<'a>,
    first: Event<'a>,
    follow: &[&str],
    levels: usize,
) -> Result<Object<'a>, Error> {
    let mut members = Vec::new();
    loop {
        let event = next(reader)?;
        let Token::Key(key) = event.token else {
            return Ok(Object { span: raw(first.span.join(event.span)), members });
        };
        let value = next(reader)?;
        let is_followed = levels > 0
            && matches!(value.token, Token::ObjectStart)
            && follow.iter().any(|it| key.is(it));
        let (span, object) = if is_followed {
            let object = object(reader, value, follow, levels - 1)?;
            (object.span, Some(object))
        } else {
            (skip_value(reader, &value)?, None)
        };
        members.push(Member { key, value, span, object });
    }
}

/// The secret as a whole, and what Airflow reads out of it.
fn sites<'a>(text: &'a str, secret: &Secret<'a>) -> Vec<Site<'a>> {
    let object_span = secret.object.span;
    let whole = |role| {
        let name = name(secret.key);
        Site {
            id: None,
            span: name.span.join(object_span),
            name,
            role,
            surface: Surface::Vault,
            form: Form::Object,
            value_span: object_span,
            value: DecodedText::verbatim(text, object_span),
            quoting: Quoting::JsonText,
            outer: Vec::new(),
            unknown: Vec::new(),
        }
    };
    let one = |member: &Member<'a>, role| match member.value.token {
        Token::String(value) => Some(Site {
            span: raw(member.key.content()).join(member.span),
            name: name(member.key),
            value_span: member.span,
            value: value.decode(),
            form: Form::Text,
            quoting: Quoting::JsonString,
            ..whole(role)
        }),
        _ => None,
    };
    let mut sites = vec![whole(Role::VaultSecret)];
    let is_field = |member: &Member<'_>| OF_SECRET.iter().any(|field| member.key.is(field));
    if let Some(conn_uri) = secret.object.get("conn_uri") {
        sites.extend(one(conn_uri, Role::Connection));
    } else if secret.object.members.iter().any(is_field) {
        sites.push(whole(Role::Connection));
    } else if let Some(value) = secret.object.get("value") {
        sites.extend(one(value, Role::Variable));
    }
    sites
}
