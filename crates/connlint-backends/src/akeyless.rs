//! `AkeylessBackend`.

use connlint_catalog::Stage;
use connlint_json::Node;

use crate::arguments::{equals, formatted, text};
use crate::call::{Cause, Course};
use crate::{Call, Kind, Name, Needed, Nothing, Surroundings, unknown};

const PATHS: [&str; 3] = ["connections_path", "variables_path", "config_path"];

/// Builds the backend; its client checks nothing.
pub(crate) fn start(call: &Call<'_, '_>, course: &mut Course) {
    unknown::check(call, Stage::Construct, course);
    if access_type(call).is_none() {
        course.raise("ValueError", Cause::Value("access_type"));
    }
    for name in PATHS {
        if call.arguments.truthy(name).is_some_and(|node| node.as_string().is_none()) {
            course.raise("AttributeError", Cause::Value(name));
        }
    }
    let global = call.arguments.not_null("global_secrets_path");
    if global.is_some_and(|node| node.as_string().is_none()) {
        course.raise("AttributeError", Cause::Value("global_secrets_path"));
    }
}

/// The `access_type`, where this release knows it.
fn access_type(call: &Call<'_, '_>) -> Option<&'static str> {
    let kwarg = call.backend.kwarg("access_type")?;
    let Some(node) = call.arguments.get("access_type") else { return kwarg.default?.as_str() };
    let known = kwarg.allowed.iter().find(|allowed| equals(node, **allowed))?.as_str()?;
    let since = kwarg.allowed_since.iter().find(|(name, _)| *name == known);
    since.is_none_or(|(_, since)| call.since(since)).then_some(known)
}

/// The login, which happens when something is looked up. Whatever the service refuses counts as
/// "not found".
pub(crate) fn log_in(
    call: &Call<'_, '_>,
    surroundings: &dyn Surroundings,
    kind: Kind,
    course: &mut Course,
) {
    if name(call, kind, "").is_err() {
        return;
    }
    match access_type(call) {
        Some("uid") if call.arguments.get("uid_token").is_none() => {
            course.raise("KeyError", Cause::Absent("uid_token"));
        }
        Some("aws_iam" | "gcp" | "azure_ad")
            if !surroundings.has(Needed::Package("akeyless_cloud_id")) =>
        {
            course.raise("ImportError", Cause::Outside);
        }
        _ => {}
    }
}

/// `name = path sep id`; an empty path turns the kind off.
pub(crate) fn name(call: &Call<'_, '_>, kind: Kind, id: &str) -> Result<Name, Nothing> {
    let argument = kind.of(PATHS);
    let path = match call.arguments.get(argument) {
        None => call
            .backend
            .kwarg(argument)
            .and_then(|kwarg| kwarg.default?.as_str())
            .map(str::to_owned),
        Some(node) if !Node::is_truthy(node) => return Err(Nothing::Disabled),
        Some(node) => text(node),
    };
    let path = path.ok_or(Nothing::Unusable)?;
    let sep = match call.arguments.get("sep") {
        None => "/".to_owned(),
        Some(node) => formatted(node).ok_or(Nothing::Unusable)?,
    };
    Ok(Name::new("secret", format!("{}{sep}{id}", path.trim_end_matches('/'))))
}
