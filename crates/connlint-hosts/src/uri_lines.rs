//! Values by themselves: one URI or JSON object a line.

use connlint_json::Reader;
use connlint_text::{DecodedText, Raw, Span};

use crate::connections_env::is_uri;
use crate::formats::File;
use crate::json::{next, skip_value};
use crate::{Document, Form, HostFormat, Name, Options, Quoting, Role, Site, Surface};

/// A file that is called like one and has nothing but URIs in it. Any other text with URIs may be
/// about anything.
///
/// This is also what remains of standard input, and what a user asks for.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_named = match file.extension {
        "uri" | "uris" => true,
        "txt" => file.name.contains("conn"),
        _ => false,
    };
    let mut lines = file.text.lines().map(str::trim);
    let is_quiet = |line: &str| line.is_empty() || line.starts_with('#');
    is_named
        && lines.clone().all(|line| is_quiet(line) || is_uri(line) && !line.contains([' ', '\t']))
        && lines.any(|line| !is_quiet(line))
}

/// ```text
/// document = { blanks [ "#" … | uri | object ] blanks line-end }
/// ```
///
/// A JSON object may reach over several lines. One that is not well-formed ends with its line.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let consumer = options.consumer;
    let mut document = Document::empty(text, HostFormat::UriLines, consumer);
    // What may be read in vain, so that many openings without an end cost no more than a few readings.
    let mut budget = text.len().saturating_mul(4);
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let start = at + (rest.len() - rest.trim_start().len());
        let rest = &text[start..];
        if rest.is_empty() {
            break;
        }
        let line = rest[..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())].trim_end();
        at = start + line.len();
        if line.starts_with('#') {
            document.comments.push(Span::from_range(start..at));
            continue;
        }
        if line.starts_with('{') && budget > 0 {
            match object_len(rest) {
                Ok(len) => at = start + len,
                Err(read) => budget = budget.saturating_sub(read),
            }
        }
        document.sites.push(site(text, Span::from_range(start..at)));
    }
    document
}

/// The length of the object at the start, with nothing else on its last line; or how much was read
/// to see that there is none.
fn object_len(rest: &str) -> Result<usize, usize> {
    let mut reader = Reader::new(rest);
    let object = next(&mut reader).and_then(|first| skip_value(&mut reader, &first));
    let end = object.map_err(|error| error.offset as usize)?.range().end;
    let behind = rest[end..].trim_start_matches([' ', '\t', '\r']);
    if behind.is_empty() || behind.starts_with('\n') { Ok(end) } else { Err(end) }
}

fn site(text: &str, span: Span<Raw>) -> Site<'_> {
    Site {
        name: Name { text: "".into(), span: Span::empty(span.start()) },
        id: None,
        role: Role::Connection,
        surface: Surface::Standalone,
        form: Form::Text,
        span,
        value_span: span,
        value: DecodedText::verbatim(text, span),
        quoting: if span.of(text).starts_with('{') { Quoting::JsonText } else { Quoting::Line },
        outer: Vec::new(),
        unknown: Vec::new(),
    }
}
