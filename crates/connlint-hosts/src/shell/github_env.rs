//! What a step of GitHub writes into the file that `$GITHUB_ENV` names: `NAME=value` lines, in which
//! nothing is quoted.

use connlint_text::{DecodedText, Raw, Span};

use crate::connections_env::lines;
use crate::names::meaning;
use crate::{Document, Form, HostFormat, Name, Options, Quoting, Site, Surface};

/// The sites of such lines. A value of several lines, `NAME<<END`, is passed over.
pub(super) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Shell, options.consumer);
    document.sites = lines(text).filter_map(|(start, line)| site(text, start, line)).collect();
    document
}

fn site<'a>(text: &'a str, start: usize, line: &'a str) -> Option<Site<'a>> {
    let (name, value) = line.split_once('=')?;
    let meaning = meaning(name)?;
    let span = |from: usize, len: usize| Span::<Raw>::from_range(start + from..start + from + len);
    let value_span = span(name.len() + 1, value.len());
    Some(Site {
        name: Name { text: name.into(), span: span(0, name.len()) },
        id: meaning.id,
        role: meaning.role,
        surface: Surface::Environment,
        form: Form::Text,
        span: span(0, line.len()),
        value_span,
        value: DecodedText::verbatim(text, value_span),
        quoting: Quoting::Line,
        outer: Vec::new(),
        unknown: Vec::new(),
    })
}
