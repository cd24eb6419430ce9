//! `AzureKeyVaultBackend`.

use connlint_catalog::Stage;
use connlint_json::{Node, Value};

use crate::arguments::{formatted, text};
use crate::call::{Cause, Course};
use crate::{Call, Kind, Name, Nothing, unknown};

const PREFIXES: [&str; 3] = ["connections_prefix", "variables_prefix", "config_prefix"];

/// The longest name of a secret.
const MAX_LEN: usize = 127;

/// Builds the backend, then the client.
pub(crate) fn start(call: &Call<'_, '_>, course: &mut Course) {
    for name in PREFIXES {
        if call.arguments.truthy(name).is_some_and(|node| node.as_string().is_none()) {
            course.raise("AttributeError", Cause::Value(name));
        }
    }
    course.enter(Stage::Client);
    let whole = ["tenant_id", "client_id", "client_secret"]
        .iter()
        .all(|name| call.arguments.truthy(name).is_some());
    let tenant = call.arguments.truthy("tenant_id").and_then(text);
    if whole && tenant.is_some_and(|tenant| !is_tenant(&tenant)) {
        course.raise("ValueError", Cause::Value("tenant_id"));
    }
    unknown::check(call, Stage::Client, course);
    if call.arguments.truthy("vault_url").is_none() {
        let given = call.arguments.get("vault_url").is_some();
        let cause = if given { Cause::Value } else { Cause::Absent };
        course.raise("ValueError", cause("vault_url"));
    }
}

fn is_tenant(tenant: &str) -> bool {
    tenant.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

/// `name = [ prefix sep ] id`, with `sep` for every `_`.
pub(crate) fn name(call: &Call<'_, '_>, kind: Kind, id: &str) -> Result<Name, Nothing> {
    let sep = match call.arguments.get("sep") {
        None => "-".to_owned(),
        Some(node) => text(node).ok_or(Nothing::Unusable)?,
    };
    let argument = kind.of(PREFIXES);
    let default = call.backend.kwarg(argument).and_then(|kwarg| kwarg.default?.as_str());
    let prefix = match call.arguments.get(argument) {
        None => default.unwrap_or_default().to_owned(),
        Some(Node { value: Value::Null, .. }) => return Err(Nothing::Disabled),
        Some(node) => formatted(node).ok_or(Nothing::Unusable)?,
    };
    let prefix = prefix.trim_end_matches(|char| sep.contains(char));
    let joined = if prefix.is_empty() { id.to_owned() } else { format!("{prefix}{sep}{id}") };
    let name = joined.replace('_', &sep);
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    // Earlier releases asked all the same, and the service refused.
    if name.is_empty() || name.len() > MAX_LEN || !name.bytes().all(is_legal) {
        return Err(Nothing::IllegalName);
    }
    Ok(Name::new("secret", name))
}
