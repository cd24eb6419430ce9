//! The environment of a process, written down as a JSON object.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;

use connlint_json::{Str, Value, parse};
use connlint_text::Span;

use crate::env_yaml::opaque;
use crate::formats::File;
use crate::json::{issue, raw};
use crate::names::meaning;
use crate::{
    Document, Form, HostFormat, HostIssue, HostIssueKind, Name, Options, Quoting, Site, Surface,
};

/// The name that the environment of the process goes by, in place of a path.
pub const ENVIRONMENT: &str = "<environment>";

/// The environment of the process alone; `jq -n env` prints another one, for `--host`.
pub(crate) fn detects(file: &File<'_>) -> bool {
    file.path == ENVIRONMENT
}

/// Writes down what Airflow would look at among variables, one a line, in the order of the names.
///
/// It is the text that `json.dumps(dict(os.environ))` of Python has for them: a byte that is no
/// UTF-8 is a lone surrogate.
///
/// ```
/// use connlint_hosts::environment;
///
/// let variables = [("PATH", "/bin"), ("AIRFLOW_VAR_A", "b"), ("AIRFLOW_CONN_PG", "postgres://")];
/// let variables = variables.map(|(name, value)| (name.into(), value.into()));
/// assert_eq!(
///     environment(variables),
///     "{\n\"AIRFLOW_CONN_PG\": \"postgres://\",\n\"AIRFLOW_VAR_A\": \"b\"\n}\n",
/// );
/// ```
pub fn environment(variables: impl IntoIterator<Item = (OsString, OsString)>) -> String {
    let is_ours = |(name, _): &(OsString, OsString)| meaning(&name.to_string_lossy()).is_some();
    let variables: BTreeMap<_, _> = variables.into_iter().filter(is_ours).collect();
    let mut text = String::from("{");
    let mut separator = "\n";
    for (name, value) in &variables {
        text.push_str(separator);
        string(&mut text, name);
        text.push_str(": ");
        string(&mut text, value);
        separator = ",\n";
    }
    text.push_str("\n}\n");
    text
}

/// A string of JSON.
fn string(text: &mut String, value: &OsStr) {
    text.push('"');
    for chunk in value.as_encoded_bytes().utf8_chunks() {
        for char in chunk.valid().chars() {
            match char {
                '"' | '\\' => text.extend(['\\', char]),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                control if control.is_ascii_control() => {
                    escape(text, u32::from(control));
                }
                char => text.push(char),
            }
        }
        for &byte in chunk.invalid() {
            escape(text, SURROGATES + u32::from(byte));
        }
    }
    text.push('"');
}

/// What Python adds to a byte that it cannot decode (PEP 383).
const SURROGATES: u32 = 0xDC00;

fn escape(text: &mut String, unit: u32) {
    write!(text, "\\u{unit:04x}").expect("a `String` takes all that is written to it");
}

/// Nothing refers to anything in a value: what a shell or compose fills in, it has filled in.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Environment, options.consumer);
    let root = match parse(text) {
        Ok(root) => root,
        Err(error) => {
            let (kind, span) = issue(&error);
            document.issues.push(HostIssue { kind, span });
            return document;
        }
    };
    for member in root.as_object().unwrap_or_default() {
        if let Value::String(value) = member.value.value {
            variable(&mut document, member.key, value);
        }
    }
    document
}

fn variable<'a>(document: &mut Document<'a>, name: Str<'a>, value: Str<'a>) {
    let span = raw(name.content());
    let name = Name { text: name.decode().into_text(), span };
    let Some(meaning) = meaning(&name.text) else { return };
    let (role, id) = (meaning.role, meaning.id.map(|id| id.into_owned().into()));
    let value_span = raw(value.span());
    // Which variable it is can be told, what it holds cannot.
    let is_text = !value.text().has_lone_surrogate();
    if !is_text {
        let kind = HostIssueKind::Line("the value is not UTF-8");
        document.issues.push(HostIssue { kind, span });
    }
    document.sites.push(Site {
        id,
        span: name.span.join(value_span),
        name,
        role,
        surface: Surface::Environment,
        form: Form::Text,
        value_span,
        value: if is_text { value.decode() } else { opaque(String::new(), value_span) },
        quoting: if is_text { Quoting::JsonString } else { Quoting::Opaque },
        outer: Vec::new(),
        unknown: if is_text { Vec::new() } else { vec![Span::empty(0)] },
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back() {
        let value = "a\"b\\c\n\r\t\u{1}\u{7f}\u{e9}${D}$$ {{ e }}";
        let text = environment([
            ("AIRFLOW_VAR_B".into(), value.into()),
            ("AIRFLOW_CONN_EMPTY".into(), "".into()),
            ("HOME".into(), "/".into()),
        ]);
        let document = extract(&text, Options::default());
        let sites: Vec<_> =
            document.sites.iter().map(|it| (&*it.name.text, it.value.text())).collect();
        assert_eq!(sites, [("AIRFLOW_CONN_EMPTY", ""), ("AIRFLOW_VAR_B", value)]);
        assert_eq!(document.sites[1].unknown, []);
        assert_eq!(document.issues, []);
    }

    #[test]
    fn no_variables() {
        assert_eq!(environment([]), "{\n}\n");
        assert!(extract("{\n}\n", Options::default()).sites.is_empty());
    }

    #[test]
    fn what_is_no_utf_8_is_an_issue() {
        let text = "{\"AIRFLOW_VAR_A\": \"b\\udcff\", \"AIRFLOW_VAR_C\": \"d\"}";
        let document = extract(text, Options::default());
        let [issue] = &*document.issues else { panic!("{:?}", document.issues) };
        assert_eq!(issue.kind, HostIssueKind::Line("the value is not UTF-8"));
        let unknown: Vec<_> = document.sites.iter().map(|site| site.unknown.len()).collect();
        assert_eq!(unknown, [1, 0]);
        assert_eq!(document.sites[0].value.text(), "");
    }

    #[cfg(unix)]
    #[test]
    fn bytes_are_written_as_python_has_them() {
        use std::os::unix::ffi::OsStringExt as _;

        let value = OsString::from_vec(b"caf\xe9".to_vec());
        let text = environment([("AIRFLOW_VAR_A".into(), value)]);
        assert_eq!(text, "{\n\"AIRFLOW_VAR_A\": \"caf\\udce9\"\n}\n");
    }
}
