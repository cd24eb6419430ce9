//! `requirements.txt` and constraints: what Python packages are installed.

use connlint_text::{DecodedText, Raw, Span};

use crate::formats::File;
use crate::{Document, Form, HostFormat, Name, Options, Quoting, Role, Site, Surface};

/// A file called like one.
pub(crate) fn detects(file: &File<'_>) -> bool {
    file.extension == "txt"
        && ["requirements", "constraints"].iter().any(|word| file.name.starts_with(word))
}

/// Finds Airflow, its providers, and what backends log in with. Other packages mean nothing here.
///
/// ```text
/// line        = [ requirement / option ] [ ( start-of-line / blank ) "#" comment ]
/// requirement = name [ "[" extras "]" ] [ version ] [ ";" marker ]
/// ```
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Requirements, options.consumer);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let comment = comment(line);
        if let Some(at) = comment {
            let shown = line.trim_end().len();
            document.comments.push(Span::from_range(start + at..start + shown));
        }
        let line_start = start;
        start += line.len();
        let written = line.get(..comment.unwrap_or(line.len())).unwrap_or_default();
        let requirement = written.trim();
        if let Some(name) = name_len(requirement) {
            let at = line_start + written.len() - written.trim_start().len();
            let name = Span::from_range(at..at + name);
            document.sites.push(site(text, name, Span::from_range(at..at + requirement.len())));
        }
    }
    document
}

/// Where a comment begins.
fn comment(line: &str) -> Option<usize> {
    let mut signs = line.match_indices('#').map(|(at, _)| at);
    signs.find(|&at| at == 0 || line[..at].ends_with(char::is_whitespace))
}

/// The length of the name, where the line requires a package that matters.
fn name_len(requirement: &str) -> Option<usize> {
    let len = requirement.find(|char| !is_name(char)).unwrap_or(requirement.len());
    let rest = requirement[len..].trim_start();
    let is_followed = rest.is_empty()
        || rest.starts_with(['[', '<', '>', ';', '@'])
        || ["==", "!=", "~="].iter().any(|sign| rest.starts_with(sign));
    let name = requirement[..len].to_ascii_lowercase().replace('_', "-");
    let matters = name.starts_with("apache-airflow") || matches!(&*name, "boto3" | "hvac");
    (is_followed && matters).then_some(len)
}

fn is_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.')
}

fn site(text: &str, name: Span<Raw>, span: Span<Raw>) -> Site<'_> {
    Site {
        name: Name { text: name.of(text).into(), span: name },
        id: None,
        role: Role::Requirement,
        surface: Surface::Requirements,
        form: Form::Text,
        span,
        value_span: span,
        value: DecodedText::verbatim(text, span),
        quoting: Quoting::Line,
        outer: Vec::new(),
        unknown: Vec::new(),
    }
}
