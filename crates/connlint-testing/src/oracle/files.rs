//! What `load_connections_dict` and `load_variables` make of a file.

use connlint_catalog::Profile;
use connlint_hosts::secrets_file::{
    SecretsFile, SecretsProblemKind, read_json, read_lines, read_yaml,
};
use connlint_json::{ObjectWriter, dumps_str, parse};
use connlint_parser::{
    BeyondJson, FileFailure, FileKey, FileProblem, SecretsContents, SecretsFormat, VariableValue,
    sanitized_conn_id,
};

use super::{Answer, Engine, error, of_connection, recorded};

/// What the recording writes for the path of the file.
const PATH: &str = "<FILE>";

/// The connections of a file.
pub(super) fn connections(name: &str, content: &str, engine: &Engine) -> Option<Answer> {
    let profile = engine.profile;
    with_contents(name, content, profile, |path, contents| {
        let connections = match contents.connections(path, profile) {
            Ok(connections) => connections,
            Err(failure) => return of_failure(&failure, path),
        };
        let mut answer: Answer = [("ok".into(), "true".into())].into();
        for connection in connections {
            let id = connection.conn_id;
            let fields = connection.reading.connection().unwrap_or_default();
            let mut found = of_connection(&fields, &id.text, engine);
            // A sanitiser, where there is one, keeps no id that is not text.
            if !id.is_text && id.text != "None" && sanitized_conn_id("", profile).is_none() {
                found.insert("conn_id".into(), "null".into());
            }
            let found = found
                .into_iter()
                .map(|(key, value)| (format!("connections.{}.{key}", id.text), value));
            answer.extend(found);
        }
        answer
    })
}

/// The variables of a file.
pub(super) fn variables(name: &str, content: &str, engine: &Engine) -> Option<Answer> {
    let profile = engine.profile;
    with_contents(name, content, profile, |path, contents| {
        let variables = match contents.variables(path, profile) {
            Ok(variables) => variables,
            Err(failure) => return of_failure(&failure, path),
        };
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        for variable in &variables {
            let key = (&*variable.key.text).into();
            match variable.value {
                VariableValue::Text(text) => object.text(&key, &text.into()),
                VariableValue::Json(node, beyond) => object.raw(&key, &recorded(node, beyond)),
            }
        }
        object.finish();
        [("ok".into(), "true".into()), ("variables".into(), out)].into()
    })
}

/// Reads a file by its name; nothing where connlint does not follow it.
fn with_contents<T>(
    name: &str,
    content: &str,
    profile: Profile,
    then: impl FnOnce(&str, &SecretsContents<'_>) -> T,
) -> Option<T> {
    let path = format!("<DIR>/{name}");
    let file = match SecretsFormat::of_path(&path, profile) {
        None => SecretsFile::default(),
        Some(SecretsFormat::Env) => read_lines(content),
        Some(SecretsFormat::Json) => read_json(content),
        Some(SecretsFormat::Yaml) => read_yaml(content),
    };
    let mut contents = SecretsContents::default();
    for entry in &file.entries {
        if !entry.is_json {
            contents.line(&entry.name.text, entry.value.text());
            continue;
        }
        let text = entry.value.text();
        let key = FileKey { text: entry.name.text.as_ref().into(), is_text: entry.key_is_text };
        let beyond = BeyondJson { dates: &entry.dates, odd_keys: &entry.odd_keys };
        contents.member(key, (text, parse(text).ok()?), beyond, entry.object);
    }
    for problem in &file.problems {
        let kind = match problem.kind {
            SecretsProblemKind::NoEqualsSign => FileProblem::NoEqualsSign,
            SecretsProblemKind::EmptyKey => FileProblem::EmptyKey,
            SecretsProblemKind::EmptyValue => FileProblem::EmptyValue,
            SecretsProblemKind::EmptyFile => FileProblem::EmptyFile,
            SecretsProblemKind::NotAnObject => FileProblem::NotAnObject,
            SecretsProblemKind::NotJson(kind) => FileProblem::NotJson(kind),
            SecretsProblemKind::NotYaml => FileProblem::NotYaml,
            SecretsProblemKind::TooManyDigits(digits) => FileProblem::TooManyDigits(digits),
            SecretsProblemKind::ControlCharacter { char, at } => {
                FileProblem::ControlCharacter { char, at }
            }
            SecretsProblemKind::NotADate(words) => FileProblem::NotADate(words),
            SecretsProblemKind::Limit => return None,
        };
        contents.problem(kind, problem.line);
    }
    Some(then(&path, &contents))
}

fn of_failure(failure: &FileFailure, path: &str) -> Answer {
    let mut answer: Answer = [("ok".to_owned(), "false".to_owned())]
        .into_iter()
        .chain(error("error", failure.exception, failure.message.as_ref()))
        .map(|(key, value)| (key, value.replace(path, PATH)))
        .collect();
    for (index, error) in failure.errors.iter().enumerate() {
        let place = format!("error.parse_errors.{index}");
        match (&error.message, error.line) {
            (Some(message), Some(line)) => {
                answer.insert(format!("{place}.line"), line.to_string());
                answer.insert(format!("{place}.message"), dumps_str(&message.as_str().into()));
            }
            _ => drop(answer.insert(place, "PyYAML".into())),
        }
    }
    answer
}
