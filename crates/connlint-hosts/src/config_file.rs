//! `airflow.cfg` as a host document: the options that hold connections or secrets backends.

use std::borrow::Cow;

use connlint_text::{Decoded, DecodedText, MapBuilder, Span};

use crate::airflow_cfg::{ConfigError, ConfigErrorKind, ConfigOption, read};
use crate::formats::File;
use crate::{
    Document, Form, HostFormat, HostIssueKind, MarkKind, Name, Options, Quoting, Role, Site,
    Surface,
};

/// The options that are sites. Their names are lower case: Airflow finds no other spelling.
const SITES: [(&str, &str, Role); 11] = [
    ("secrets", "backend", Role::BackendClass),
    ("secrets", "backend_kwargs", Role::BackendKwargs),
    ("workers", "secrets_backend", Role::BackendClass),
    ("workers", "secrets_backend_kwargs", Role::BackendKwargs),
    ("database", "sql_alchemy_conn", Role::Config),
    ("core", "sql_alchemy_conn", Role::Config),
    ("celery", "broker_url", Role::Config),
    ("celery", "result_backend", Role::Config),
    ("core", "fernet_key", Role::Config),
    ("logging", "remote_log_conn_id", Role::Config),
    ("core", "remote_log_conn_id", Role::Config),
];

/// The role of the option `key` of `section`, where it is a site.
pub(crate) fn role_of(section: &str, key: &str) -> Option<Role> {
    let mut sites = SITES.iter();
    sites.find(|site| (site.0, site.1) == (section, key)).map(|site| site.2)
}

/// A file called like Airflow's, or a `.cfg` with one of its options.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_config = file.extension == "cfg" || file.name.contains(".cfg.");
    let is_named = is_config && file.name.contains("airflow");
    is_config
        && (file.mentions(&["sql_alchemy_conn", "airflow.providers.", "airflow.contrib.secrets"])
            || (is_named && file.mentions(&["backend", "broker_url"])))
        && file.mentions(&["[core]", "[database]", "[secrets]", "[celery]", "[workers]"])
}

/// Reads the file as `configparser` does, and its values as Airflow asks for them.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let consumer = options.consumer;
    let mut document = Document::empty(text, HostFormat::ConfigFile, consumer);
    let file = read(text);
    for option in &file.options {
        if let Some(role) = role_of(option.section, option.key) {
            site(&mut document, option, role);
        }
    }
    // A template is no configuration file yet.
    if !is_template(text) {
        // A byte order mark has a rule of its own, which takes it out.
        let is_mark = |error: &ConfigError| error.span.of(text) == "\u{FEFF}";
        for error in file.errors.iter().filter(|error| !is_mark(error)) {
            let why = match error.kind {
                ConfigErrorKind::NoSection => "a line in front of the first section",
                ConfigErrorKind::NotAnOption => "neither a section nor an option",
                ConfigErrorKind::RepeatedSection => "the section stands here a second time",
                ConfigErrorKind::RepeatedOption => "the option stands here a second time",
            };
            document.issue(HostIssueKind::Syntax(why), error.span);
        }
    }
    document.comments = file.comments;
    document.issues.sort_by_key(|issue| issue.span);
    document
}

fn is_template(text: &str) -> bool {
    ["{%", "{{", "<%"]
        .iter()
        .any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some())
}

fn site<'a>(document: &mut Document<'a>, option: &ConfigOption<'a>, role: Role) {
    let Interpolated { value, mut unknown, faults } = interpolate(&option.value);
    for fault in faults {
        document.mark(MarkKind::SinglePercent, option.value.map().to_raw(fault));
    }
    unknown.extend(references(value.text()));
    unknown.sort_unstable();
    let value_span = option.value.raw();
    let name = Cow::Owned(format!("{}.{}", option.section, option.key));
    document.sites.push(Site {
        name: Name { text: name, span: option.key_span },
        id: None,
        role,
        surface: Surface::ConfigFile,
        form: Form::Text,
        span: option.key_span.join(value_span),
        value_span,
        value,
        quoting: Quoting::ConfigValue,
        outer: Vec::new(),
        unknown,
    });
}

struct Interpolated<'a> {
    value: DecodedText<'a>,
    /// What is taken over from another option.
    unknown: Vec<Span<Decoded>>,
    /// Every `%` that `configparser` refuses, in the text before interpolation.
    faults: Vec<Span<Decoded>>,
}

/// Reads a value as `configparser.BasicInterpolation` does.
///
/// ```text
/// value = *( any but "%" / "%%" / "%(" 1*any but ")" ")s" )
/// ```
///
/// A reference to another option is left out and unknown.
fn interpolate<'a>(written: &DecodedText<'a>) -> Interpolated<'a> {
    let text = written.text();
    let (mut unknown, mut faults) = (Vec::new(), Vec::new());
    let mut inner = MapBuilder::new(text);
    let mut closing = Ahead::of(text, b')');
    let mut at = 0;
    while let Some(percent) = memchr::memchr(b'%', &text.as_bytes()[at..]).map(|len| at + len) {
        inner.copy(at..percent);
        let rest = &text[percent..];
        at = if rest.starts_with("%%") {
            inner.replace(percent..percent + 2, "%");
            percent + 2
        } else if let Some(end) = reference_end(text, percent, &mut closing) {
            inner.replace(percent..end, "");
            unknown.push(Span::empty(inner.len()));
            end
        } else {
            faults.push(Span::from_range(percent..percent + 1));
            inner.copy(percent..percent + 1);
            percent + 1
        };
    }
    inner.copy(at..text.len());
    let value = written.then(inner.finish());
    let map = value.map().clone();
    Interpolated { value: DecodedText::new(value.into_text().into_owned(), map), unknown, faults }
}

/// The end of the `%(name)s` that starts at `start`.
fn reference_end(text: &str, start: usize, closing: &mut Ahead<'_>) -> Option<usize> {
    let name = start + 2;
    if !text[start..].starts_with("%(") {
        return None;
    }
    let end = closing.from(name).filter(|&end| end > name)?;
    text[end..].starts_with(")s").then_some(end + 2)
}

/// Every `$NAME` and `${NAME}`: Airflow expands them, where a variable of that name is set.
fn references(text: &str) -> impl Iterator<Item = Span<Decoded>> + '_ {
    let mut closing = Ahead::of(text, b'}');
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find('$')?;
            let name = start + 1;
            let end = if text[name..].starts_with('{') {
                closing.from(name).map_or(name, |end| end + 1)
            } else {
                let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
                text[name..].find(|char| !is_name(char)).map_or(text.len(), |len| name + len)
            };
            at = end;
            if end > name {
                return Some(Span::from_range(start..end));
            }
        }
    })
}

/// Finds the next byte of a kind again and again, and looks at each byte once.
struct Ahead<'a> {
    text: &'a [u8],
    byte: u8,
    /// Where one was found last, or the end.
    found: usize,
}

impl<'a> Ahead<'a> {
    fn of(text: &'a str, byte: u8) -> Self {
        Self { text: text.as_bytes(), byte, found: 0 }
    }

    /// The first one at or behind `at`, which never goes back.
    fn from(&mut self, at: usize) -> Option<usize> {
        if self.found < at || self.text.get(self.found) != Some(&self.byte) {
            let from = self.found.max(at);
            let rest = self.text.get(from..).unwrap_or_default();
            self.found = memchr::memchr(self.byte, rest).map_or(self.text.len(), |len| from + len);
        }
        (self.found < self.text.len()).then_some(self.found)
    }
}
