//! `LockboxSecretBackend` of Yandex.

use connlint_catalog::Stage;
use connlint_json::{Node, Value};

use crate::arguments::{formatted, text};
use crate::call::{Cause, Course};
use crate::{Call, Kind, Name, Nothing, unknown};

const PREFIXES: [&str; 3] = ["connections_prefix", "variables_prefix", "config_prefix"];

/// The arguments that exclude each other: a connection, and other credentials.
const CREDENTIALS: &[&str] =
    &["yc_connection_id", "yc_oauth_token", "yc_sa_key_json", "yc_sa_key_json_path"];

/// Builds the backend; it has no client before something is looked up.
pub(crate) fn start(call: &Call<'_, '_>, course: &mut Course) {
    unknown::check(call, Stage::Construct, course);
    if call.since("3.10.0")
        && has_credentials(call)
        && call.arguments.not_null("yc_connection_id").is_some()
    {
        course.raise("ValueError", Cause::Conflict(CREDENTIALS));
    }
    for name in PREFIXES {
        if call.arguments.not_null(name).is_some_and(|node| node.as_string().is_none()) {
            course.raise("AttributeError", Cause::Value(name));
        }
    }
}

fn has_credentials(call: &Call<'_, '_>) -> bool {
    let others = CREDENTIALS.iter().skip(1);
    others.into_iter().any(|name| call.arguments.truthy(name).is_some())
}

/// `name = [ prefix sep ] id`, among the secrets of a folder.
pub(crate) fn name(call: &Call<'_, '_>, kind: Kind, id: &str) -> Result<Name, Nothing> {
    let argument = kind.of(PREFIXES);
    let default = call.backend.kwarg(argument).and_then(|kwarg| kwarg.default?.as_str());
    let sep = match call.arguments.get("sep") {
        None => "/".to_owned(),
        Some(node) => formatted(node).ok_or(Nothing::Unusable)?,
    };
    let prefix = match call.arguments.get(argument) {
        None => default.unwrap_or_default().to_owned(),
        Some(Node { value: Value::Null, .. }) => return Err(Nothing::Disabled),
        Some(node) => text(node).ok_or(Nothing::Unusable)?,
    };
    // Its own credentials come from that connection, which therefore is somewhere else.
    let own = call.arguments.truthy("yc_connection_id").and_then(text);
    let own = own.unwrap_or_else(|| "yandexcloud_default".to_owned());
    if kind == Kind::Connection && !has_credentials(call) && id == own {
        return Err(Nothing::Reserved);
    }
    let prefix = prefix.trim_end_matches(|char| sep.contains(char));
    let text = if prefix.is_empty() { id.to_owned() } else { format!("{prefix}{sep}{id}") };
    let within = call.arguments.truthy("folder_id").and_then(formatted);
    Ok(Name { what: "secret", text, within })
}
