//! `airflow connections export` as `id=uri` lines.

use connlint_text::{DecodedText, Raw, Span};

use crate::dotenv::is_env;
use crate::formats::File;
use crate::{
    Document, Form, HostFormat, HostIssueKind, Name, Options, Quoting, Role, Site, Surface,
};

/// How many lines are looked at to tell the format.
const ENOUGH: usize = 64;

/// A `.env` file, but with the ids of connections for names.
pub(crate) fn detects(file: &File<'_>) -> bool {
    if !is_env(file.name) {
        return false;
    }
    if file.name == "connections.env" {
        return file.mentions(&["="]) && !file.mentions(&["AIRFLOW_CONN_"]);
    }
    !file.mentions_airflow() && mostly_connections(file.text)
}

/// Whether most lines are `id=scheme://…`, with no name that an environment would have.
fn mostly_connections(text: &str) -> bool {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.trim_start().starts_with('#'));
    let (mut fits, mut all) = (0, 0);
    for line in lines.take(ENOUGH) {
        all += 1;
        let Some((id, value)) = line.split_once('=') else { continue };
        let is_id = !id.is_empty()
            && id.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.".contains(&byte)
            });
        fits += usize::from(is_id && is_uri(value));
    }
    fits * 2 > all
}

/// Whether a scheme stands at the start.
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once("://") else { return false };
    !scheme.is_empty()
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte))
}

/// ```text
/// line = "" | blanks "#" anything | id "=" uri          ; nothing is trimmed, nothing is quoted
/// ```
///
/// Lines end where Python's `splitlines` ends them. One bad line refuses the whole file.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let consumer = options.consumer;
    let mut document = Document::empty(text, HostFormat::ConnectionsEnv, consumer);
    for (start, line) in lines(text) {
        read_line(&mut document, start, line);
    }
    document
}

/// The lines as Python's `splitlines` splits them, each with where it starts.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let line = &rest[..rest.find(is_line_break).unwrap_or(rest.len())];
        let behind = &rest[line.len()..];
        let line_break = if behind.starts_with("\r\n") {
            2
        } else {
            behind.chars().next().map_or(0, char::len_utf8)
        };
        let at = start;
        start += line.len() + line_break;
        Some((at, line))
    })
}

/// Whether a line is a comment.
pub(crate) fn is_comment(line: &str) -> bool {
    line.trim_start_matches(is_blank).starts_with('#')
}

fn read_line<'a>(document: &mut Document<'a>, start: usize, line: &'a str) {
    let span = |from: usize, to: usize| Span::<Raw>::from_range(start + from..start + to);
    if line.is_empty() {
        return;
    }
    let blanks = line.len() - line.trim_start_matches(is_blank).len();
    if line[blanks..].starts_with('#') {
        return document.comments.push(span(blanks, line.len()));
    }
    let mut refuse = |why| document.issue(HostIssueKind::Line(why), span(0, line.len()));
    let Some((id, uri)) = line.split_once('=') else {
        return refuse("the line should contain at least one equal sign");
    };
    if uri.is_empty() {
        return refuse("the value is empty");
    }
    if id.is_empty() {
        refuse("the connection id is empty: Airflow 3.1 and later refuse the file");
    }
    let value = span(id.len() + 1, line.len());
    document.sites.push(Site {
        name: Name { text: id.into(), span: span(0, id.len()) },
        id: Some(id.into()),
        role: Role::Connection,
        surface: Surface::ConnectionsFile,
        form: Form::Text,
        span: span(0, line.len()),
        value_span: value,
        value: DecodedText::verbatim(document.text, value),
        quoting: Quoting::Line,
        outer: Vec::new(),
        unknown: Vec::new(),
    });
}

/// Where Python's `splitlines` splits.
pub(crate) const fn is_line_break(char: char) -> bool {
    matches!(
        char,
        '\n' | '\r' | '\x0B' | '\x0C' | '\x1C'..='\x1E' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Python's `\s`.
const fn is_blank(char: char) -> bool {
    matches!(char, '\x1C'..='\x1F') || char.is_whitespace()
}
