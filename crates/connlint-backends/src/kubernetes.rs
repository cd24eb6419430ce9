//! `KubernetesSecretsBackend`.

use connlint_catalog::Stage;
use connlint_json::{Node, Value};

use crate::arguments::formatted;
use crate::call::{Cause, Course};
use crate::{Call, Kind, Name, Needed, Nothing, Surroundings, unknown};

const LABELS: [&str; 3] = ["connections_label", "variables_label", "config_label"];

/// Builds the backend, then the client.
pub(crate) fn start(call: &Call<'_, '_>, surroundings: &dyn Surroundings, course: &mut Course) {
    unknown::check(call, Stage::Construct, course);
    course.enter(Stage::Client);
    if !surroundings.has(Needed::KubernetesCluster) {
        course.raise("kubernetes.config.config_exception.ConfigException", Cause::Outside);
    }
}

/// `label "=" id`: the first Secret of the namespace with that label.
pub(crate) fn name(call: &Call<'_, '_>, kind: Kind, id: &str) -> Result<Name, Nothing> {
    let argument = kind.of(LABELS);
    let label = match call.arguments.get(argument) {
        None => call
            .backend
            .kwarg(argument)
            .and_then(|kwarg| kwarg.default?.as_str())
            .map(str::to_owned),
        Some(Node { value: Value::Null, .. }) => return Err(Nothing::Disabled),
        Some(node) => formatted(node),
    };
    let label = label.ok_or(Nothing::Unusable)?;
    if kind != Kind::Config && is_of_a_team(id) {
        return Err(Nothing::Reserved);
    }
    let within = call.arguments.truthy("namespace").and_then(formatted);
    Ok(Name { what: "label", text: format!("{label}={id}"), within })
}

/// `"_" 1*( any but "_" ) "___" 1*any`, as environment variables name the connections of a team.
fn is_of_a_team(id: &str) -> bool {
    let team = id.strip_prefix('_').and_then(|rest| rest.split_once('_'));
    team.is_some_and(|(team, rest)| {
        !team.is_empty() && rest.strip_prefix("__").is_some_and(|own| !own.is_empty())
    })
}
