//! `CloudSecretManagerBackend` of Google.

use connlint_catalog::{Problem, Stage};
use connlint_json::{Node, Value};

use crate::arguments::{formatted, text};
use crate::call::{Cause, Course};
use crate::{Call, Kind, Name, Needed, Nothing, Surroundings, unknown};

const PREFIXES: [&str; 3] = ["connections_prefix", "variables_prefix", "config_prefix"];
const CREDENTIALS: &[&str] = &["gcp_keyfile_dict", "gcp_key_path", "gcp_credential_config_file"];

/// Builds the backend, then the client.
pub(crate) fn start(call: &Call<'_, '_>, surroundings: &dyn Surroundings, course: &mut Course) {
    unknown::check(call, Stage::Construct, course);
    check_prefix(call, course);
    let before = course.failures.len();
    let has_credentials = load_credentials(call, surroundings, course);
    if has_credentials || course.failures.len() > before {
        return;
    }
    // That they could not be loaded is only logged; what needs them raises.
    if call.arguments.truthy("project_id").is_none() {
        course.raise("AttributeError", Cause::Outside);
    }
    course.enter(Stage::Client);
    course.raise("AttributeError", Cause::Outside);
}

/// Of all prefixes only that of connections is checked, joined with the separator.
fn check_prefix(call: &Call<'_, '_>, course: &mut Course) {
    let is_off = matches!(
        call.arguments.get("connections_prefix").map(|node| &node.value),
        Some(Value::Null)
    );
    if is_off {
        return;
    }
    for name in ["connections_prefix", "sep"] {
        if call.arguments.get(name).is_some_and(|node| node.as_string().is_none()) {
            course.raise("TypeError", Cause::Value(name));
            return;
        }
    }
    for missing in call.backend.missing(&call.arguments) {
        if matches!(missing.problem, Problem::Characters(_)) {
            let culprit =
                call.arguments.get("connections_prefix").map_or("sep", |_| "connections_prefix");
            course.raise(call.airflow_exception(), Cause::Value(culprit));
        }
    }
}

/// Whether credentials are there at the end.
fn load_credentials(
    call: &Call<'_, '_>,
    surroundings: &dyn Surroundings,
    course: &mut Course,
) -> bool {
    let given = |name: &str| call.arguments.truthy(name);
    if CREDENTIALS.iter().filter(|name| given(name).is_some()).count() > 1 {
        course.raise(call.airflow_exception(), Cause::Conflict(CREDENTIALS));
        return false;
    }
    if let Some(path) = given("gcp_key_path").and_then(text) {
        // The check is one of Python's, which tells upper case from lower.
        if path.rsplit_once('.').is_some_and(|(_, suffix)| suffix == "p12") {
            course.raise(call.airflow_exception(), Cause::Value("gcp_key_path"));
            return false;
        }
        return surroundings.has(Needed::File(&path));
    }
    if let Some(key) = given("gcp_keyfile_dict") {
        let has_key = key.last("private_key").is_some();
        if key.as_object().is_some() && !has_key {
            course.raise("KeyError", Cause::Value("gcp_keyfile_dict"));
        }
        return has_key;
    }
    match given("gcp_credential_config_file") {
        Some(node) => text(node).is_none_or(|path| surroundings.has(Needed::File(&path))),
        None => surroundings.has(Needed::GoogleCredentials),
    }
}

/// `name = prefix sep id`; what is no legal name is never found.
pub(crate) fn name(call: &Call<'_, '_>, kind: Kind, id: &str) -> Result<Name, Nothing> {
    let argument = kind.of(PREFIXES);
    let prefix = match call.arguments.get(argument) {
        None => call
            .backend
            .kwarg(argument)
            .and_then(|kwarg| kwarg.default?.as_str())
            .map(str::to_owned),
        Some(Node { value: Value::Null, .. }) => return Err(Nothing::Disabled),
        Some(node) => formatted(node),
    };
    let prefix = prefix.ok_or(Nothing::Unusable)?;
    let sep = match call.arguments.get("sep") {
        None => "-".to_owned(),
        Some(node) => formatted(node).ok_or(Nothing::Unusable)?,
    };
    let text = format!("{prefix}{sep}{id}");
    let is_legal = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    if !text.chars().all(is_legal) {
        return Err(Nothing::IllegalName);
    }
    let within = call.arguments.truthy("project_id").and_then(formatted);
    Ok(Name { what: "secret", text, within })
}
