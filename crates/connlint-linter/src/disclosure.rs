//! Which parts of a document may be shown.
//!
//! Nothing may, unless a grammar has classified it and the catalogue does not object. What does
//! not parse is hidden as a whole.

use connlint_catalog::{ConnType, Kwarg, Profile, conn_type};
use connlint_hosts::{Document, Form, Quoting, Role, Site, Surface};
use connlint_json::{Member, Node, Value};
use connlint_parser::{Reading, Uri, read_kwargs, read_policy};
use connlint_text::{Decoded, Grounds, Public, Raw, Span};
use memchr::memchr2;

use crate::{backend_of, class_of, reading};

/// Appends the parts of a site that may be shown: its name, what joins name and value, and the
/// parts of the value that are known to be no secret.
pub fn visible_parts(
    document: &Document<'_>,
    site: &Site<'_>,
    profile: Profile,
    visible: &mut Vec<Span<Raw>>,
) {
    if public_name(&site.name.text).is_some() {
        visible.push(site.name.span);
    }
    for around in around_value(site) {
        if around.of(document.text).chars().all(is_punctuation) {
            visible.push(around);
        }
    }
    let map = site.value.map();
    let parts = public_parts(document, site, profile);
    visible.extend(parts.into_iter().flat_map(|part| map.to_raw_within(part)));
    // The punctuation of a mapping in YAML is not a part of the JSON that it is read as.
    if site.form == Form::Object && !map.is_verbatim() {
        let root = connlint_json::parse(site.value.text()).ok();
        let members = root.as_ref().and_then(Node::as_object).unwrap_or_default();
        for Member { key, value } in members {
            let gap = Span::new(map.to_raw(key.span()).end(), map.to_raw(value.span).start());
            if gap.of(document.text).chars().all(is_punctuation) {
                visible.push(gap);
            }
        }
    }
}

/// The parts of a site's value that are known to be no secret.
pub fn public_parts(
    document: &Document<'_>,
    site: &Site<'_>,
    profile: Profile,
) -> Vec<Span<Decoded>> {
    let mut parts = Vec::new();
    match site.role {
        // One connection that is read as a file of several: its fields are taken for connections.
        Role::Connection if is_field_of_a_connection(site) => {}
        Role::Connection if is_cut_off(document, site) => {}
        Role::Connection => {
            if let Some(reading) = reading(site, profile) {
                of_reading(&reading, &mut parts);
            }
        }
        Role::BackendClass if is_dotted_path(site.value.text()) => {
            parts.push(Span::new(0, site.value.map().decoded_len()));
        }
        Role::BackendKwargs => {
            let backend = class_of(document, site).and_then(backend_of);
            let kwargs = read_kwargs(site.value.text());
            let is_public = |key: &str| {
                backend.and_then(|backend| backend.kwarg(key)).is_some_and(may_show_kwarg)
            };
            if let Some(root) = &kwargs.root {
                of_object(root, site.value.text(), &is_public, &mut parts);
            }
        }
        Role::VaultSecret => {
            if let Ok(root) = connlint_json::parse(site.value.text()) {
                of_object(&root, site.value.text(), &is_public_field, &mut parts);
            }
        }
        // A stanza names paths and capabilities; what parameters may hold is another matter.
        Role::Policy if !site.value.text().contains("_parameters") => {
            parts.extend(read_policy(site.value.text()).paths.iter().map(|path| path.span));
        }
        _ => {}
    }
    parts
}

/// Whether an `@` stands behind the value, on its line: its reader may have ended a URI within the
/// password, at a blank, a `;` or a quote.
fn is_cut_off(document: &Document<'_>, site: &Site<'_>) -> bool {
    /// How far to look; who knows what stands behind.
    const FAR: usize = 4096;

    let is_line = matches!(
        site.quoting,
        Quoting::Line
            | Quoting::DotenvBare(_)
            | Quoting::DotenvSingle(_)
            | Quoting::DotenvDouble(_)
    );
    let behind = document.text.as_bytes().get(site.value_span.end() as usize..).unwrap_or_default();
    let near = &behind[..behind.len().min(FAR)];
    is_line && memchr2(b'@', b'\n', near).map_or(behind.len() > FAR, |at| near[at] == b'@')
}

/// Whether a site of a connections file is called like a field that holds a secret.
pub(crate) fn is_field_of_a_connection(site: &Site<'_>) -> bool {
    site.surface == Surface::ConnectionsFile
        && matches!(&*site.name.text, "password" | "login" | "extra" | "extra_dejson")
}

/// What stands between name and value, and between quotes and value.
fn around_value(site: &Site<'_>) -> [Span<Raw>; 4] {
    let value = site.value.raw();
    [
        Span::new(site.span.start(), site.name.span.start()),
        Span::new(site.name.span.end(), site.value_span.start()),
        Span::new(site.value_span.start(), value.start()),
        Span::new(value.end(), site.value_span.end()),
    ]
}

fn is_punctuation(char: char) -> bool {
    matches!(char, ' ' | '\t' | '=' | ':' | '"' | '\'' | '`' | ',')
}

fn is_dotted_path(text: &str) -> bool {
    text.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | '.'))
}

fn of_reading(reading: &Reading<'_>, parts: &mut Vec<Span<Decoded>>) {
    match reading {
        Reading::Uri(uri) => of_uri(uri, parts),
        Reading::Json(json) => {
            let Some(root) = &json.root else { return };
            let written = json.field("conn_type").and_then(Node::as_text);
            let of_type = written.as_ref().and_then(|text| conn_type(text.as_str()?));
            let is_public = |key: &str| match key {
                "login" => of_type.is_some_and(may_show_login),
                _ => is_public_field(key),
            };
            of_object(root, json.text, &is_public, parts);
            if let Some(extra) = json.field("extra") {
                let is_public = |key: &str| of_type.is_some_and(|of| of.extra_is_public(key));
                of_object(extra, json.text, &is_public, parts);
            }
        }
        _ => {}
    }
}

/// What the grammar lets be seen, less a login that is a key, more extras that are no secret.
fn of_uri(uri: &Uri<'_>, parts: &mut Vec<Span<Decoded>>) {
    let of_type = conn_type(&uri.conn_type);
    let login = uri.login.as_ref().filter(|_| !of_type.is_some_and(may_show_login));
    let is_login = |span: &Span<Decoded>| login.is_some_and(|login| login.span.overlaps(*span));
    parts.extend(uri.disclosure().into_iter().filter(|span| !is_login(span)));
    parts.extend(known_scheme(uri.text));
    let Some(of_type) = of_type else { return };
    for pair in uri.pairs() {
        if let Some(value) = pair.value
            && of_type.extra_is_public(&pair.key.decode_plus())
            && is_plain(&value.text)
        {
            parts.push(value.span);
        }
    }
}

/// A scheme that is the name of a type, even one with `_` that no URI can have.
fn known_scheme(text: &str) -> Option<Span<Decoded>> {
    let start = text.len() - text.trim_start().len();
    let (scheme, _) = text[start..].split_once("://")?;
    conn_type(scheme).map(|_| Span::from_range(start..start + scheme.len() + 3))
}

/// A login is shown unless the type uses it for a key, a token or the like.
fn may_show_login(of_type: &'static ConnType) -> bool {
    of_type.login_is.is_none()
}

fn may_show_kwarg(kwarg: &'static Kwarg) -> bool {
    !kwarg.is_secret
}

fn is_public_field(key: &str) -> bool {
    matches!(key, "conn_type" | "host" | "port" | "schema")
}

/// Keys that look like names, punctuation, and the values of keys that `is_public`.
fn of_object(
    node: &Node<'_>,
    text: &str,
    is_public: &dyn Fn(&str) -> bool,
    parts: &mut Vec<Span<Decoded>>,
) {
    let Value::Object(members) = &node.value else { return };
    let mut at = node.span.start();
    for Member { key, value } in members {
        push_punctuation(at, key.span().start(), text, parts);
        let name = key.text();
        let is_name = name.as_str().is_some_and(is_name);
        if is_name {
            parts.push(key.span());
        }
        push_punctuation(key.span().end(), value.span.start(), text, parts);
        if is_name && name.as_str().is_some_and(is_public) && is_harmless(value, text) {
            parts.push(value.span);
        }
        at = value.span.end();
    }
    push_punctuation(at, node.span.end(), text, parts);
}

fn push_punctuation(start: u32, end: u32, text: &str, parts: &mut Vec<Span<Decoded>>) {
    let span = Span::new(start, end);
    if span.of(text).chars().all(|c| c.is_ascii_whitespace() || matches!(c, '{' | '}' | ':' | ','))
    {
        parts.push(span);
    }
}

/// A scalar without a sign of credentials in it; of arrays and objects nothing is known.
fn is_harmless(node: &Node<'_>, text: &str) -> bool {
    !matches!(node.value, Value::Array(_) | Value::Object(_)) && is_plain(node.span.of(text))
}

/// Whether a value holds nothing that only a URI or an escape has. No host, path or name does; a
/// secret that slipped into the place of one may.
pub fn is_plain(value: &str) -> bool {
    !value.contains(['@', '?', '#', '=', '&', '%', '\\'])
}

/// The name of a site, where it is one that Airflow takes for a connection id or a variable.
///
/// What a reader takes for a name may be the beginning of a value: `pg: x://u:p@h?a=b` in a file of
/// `id=uri` lines.
pub fn public_name(name: &str) -> Option<Public<'static>> {
    let is_plain = |char: char| char.is_alphanumeric() || "_-.#!()/".contains(char);
    (name.len() <= 250 && name.chars().all(is_plain))
        .then(|| Public::vouch(name.to_owned(), Grounds::Name))
}

/// A key that somebody chose as a name, as against a value that slipped into its place.
pub fn is_name(key: &str) -> bool {
    key.len() <= 64
        && key.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
        && key.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use connlint_hosts::{Consumer, HostFormat, Options};
    use connlint_text::Span;

    use crate::Linter;

    #[test]
    fn only_what_is_beyond_doubt_is_shown() {
        use Consumer::{Compose, Shell};
        use HostFormat::{ConnectionsEnv, ConnectionsYaml, Dotenv};
        for (format, consumer, text, shown) in [
            (Dotenv, Compose, "AIRFLOW_CONN_A=ftp://u:p@h/d", "AIRFLOW_CONN_A=ftp://u:****@h/d"),
            // The shell ends the value within the password.
            (Dotenv, Shell, "AIRFLOW_CONN_A=x://u:1/s3cr3t;@h", "AIRFLOW_CONN_A=****"),
            // A reader takes all before the first `=` for a name.
            (ConnectionsEnv, Compose, "a: x://u:p@h?b=c", "****=****"),
            (ConnectionsYaml, Compose, "a: |-\n  ftp://u:p@h\n", "a****\n  ftp://u:****@h\n"),
        ] {
            let options = Options { consumer };
            let linter = Linter { format: Some(format), options, ..Linter::default() };
            let linted = linter.lint("file", text);
            let view = linted.shown(Span::from_range(0..text.len()));
            assert_eq!(view.text(), shown, "{text}");
        }
    }
}
