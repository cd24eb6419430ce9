//! What Python packages are installed: `requirements.txt` and constraints, `setup.cfg`, and TOML
//! such as `pyproject.toml` and the lock files of Poetry and uv.

use connlint_text::{DecodedText, Raw, SourceMap, Span};

use crate::formats::File;
use crate::{Document, Form, HostFormat, Name, Options, Quoting, Role, Site, Surface};

/// TOML files that list packages.
const TOML: [&str; 5] = ["pyproject.toml", "pipfile", "poetry.lock", "uv.lock", "pdm.lock"];

/// A file called like one.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_list = file.extension == "txt"
        && ["requirements", "constraints"].iter().any(|word| file.name.starts_with(word));
    let is_project = TOML.contains(&file.name) || file.name == "setup.cfg";
    is_list || (is_project && file.mentions(&["airflow"]))
}

/// Finds Airflow, its providers, and what backends log in with. Other packages mean nothing here.
///
/// ```text
/// line        = [ requirement / option ] [ ( start-of-line / blank ) "#" comment ]
/// requirement = name [ "[" extras "]" ] [ version ] [ ";" marker ]
/// toml        = { quote requirement quote / name "=" version } [ "#" comment ]
/// ```
///
/// Which it is, a line tells by itself: no requirement stands in quotes outside of TOML.
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
        let at = line_start + written.len() - written.trim_start().len();
        if let Some(name) = name_len(requirement) {
            let name = Span::from_range(at..at + name);
            let span = Span::from_range(at..at + requirement.len());
            document.sites.push(site(text, name, span));
        } else if let Some(site) = keyed(text, requirement, at) {
            document.sites.push(site);
        } else {
            quoted(&mut document, written, line_start);
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
    (is_followed && matters(&requirement[..len])).then_some(len)
}

/// Whether a package means something to the rules.
fn matters(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    name.starts_with("apache-airflow") || matches!(&*name, "boto3" | "hvac")
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

/// `name = "^1.0"`, or `name = {version = "1.0", extras = ["a"]}`, of Poetry and Pipenv: given as
/// the requirement it stands for, without its version.
fn keyed<'a>(text: &'a str, line: &str, at: usize) -> Option<Site<'a>> {
    let (key, value) = line.split_once('=')?;
    let key = key.trim_end();
    let open = key.len() - key.trim_start_matches(['"', '\'']).len();
    let name = key.trim_matches(['"', '\'']);
    if !matters(name) || name.contains(|char| !is_name(char)) {
        return None;
    }
    let extras = value.split_once("extras").and_then(|(_, rest)| rest.split_once('['));
    let extras = extras.and_then(|(_, rest)| Some(rest.split_once(']')?.0));
    let requirement = match extras {
        Some(extras) => format!("{name}[{}]", extras.replace(['"', '\'', ' '], "")),
        None => name.to_owned(),
    };
    let start = at + open;
    let name = Span::from_range(start..start + name.len());
    let span = Span::from_range(at..at + line.len());
    let len = u32::try_from(requirement.len()).unwrap_or(u32::MAX);
    let value = DecodedText::new(requirement, SourceMap::opaque(span, len));
    Some(Site { value, quoting: Quoting::Opaque, ..site(text, name, span) })
}

/// Requirements between quotes.
fn quoted(document: &mut Document<'_>, line: &str, line_start: usize) {
    let mut at = 0;
    while let Some(open) = line[at..].find(['"', '\'']) {
        let start = at + open + 1;
        let quote = line.as_bytes()[start - 1];
        let Some(len) = memchr::memchr(quote, &line.as_bytes()[start..]) else { return };
        if let Some(name) = name_len(&line[start..start + len]) {
            let start = line_start + start;
            let name = Span::from_range(start..start + name);
            document.sites.push(site(document.text, name, Span::from_range(start..start + len)));
        }
        at = start + len + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages() {
        for (line, expected) in [
            (
                "apache-airflow-providers-hashicorp==4.8.4  # Vault",
                &["apache-airflow-providers-hashicorp==4.8.4"][..],
            ),
            ("  apache_airflow[celery]>=2", &["apache_airflow[celery]>=2"]),
            ("requests", &[]),
            (
                "dependencies = [\"apache-airflow[amazon]==2.9; python_version > '3.8'\", 'boto3', \"x\"]",
                &["apache-airflow[amazon]==2.9; python_version > '3.8'", "boto3"],
            ),
            ("  \"hvac~=2.0\",", &["hvac~=2.0"]),
            ("apache-airflow = \"^2.9\"", &["apache-airflow"]),
            (
                "\"apache-airflow\" = {version = \"2.9\", extras = [\"amazon\", \"celery\"]}",
                &["apache-airflow[amazon,celery]"],
            ),
            ("name = \"apache-airflow-providers-amazon\"", &["apache-airflow-providers-amazon"]),
            (
                "{ name = \"apache-airflow-providers-amazon\", specifier = \">=8\" },",
                &["apache-airflow-providers-amazon"],
            ),
            ("description = \"Dags for apache-airflow\"", &[]),
            ("# \"apache-airflow\"", &[]),
            ("x = \"apache-airflow", &[]),
        ] {
            let document = extract(line, Options::default());
            let found: Vec<_> = document.sites.iter().map(|site| site.value.text()).collect();
            assert_eq!(found, expected, "{line}");
        }
    }
}
