//! `VaultBackend`: the checks of its constructor in their order, the login, and the paths it reads.

use connlint_catalog::{Profile, RequirementSeverity, Stage};
use connlint_json::{Node, Value};
use connlint_parser::{Exception, Reading, VaultForm, read_json_node, read_stored, vault_secret};

use crate::arguments::{equals, formatted, text};
use crate::call::{Cause, Course};
use crate::{
    Call, Kind, Name, Needed, Nothing, Outcome, Surroundings, VaultAnswer, VaultStep, unknown, url,
};

const PATHS: [&str; 3] = ["connections_path", "variables_path", "config_path"];

const VAULT_ERROR: &str = "hvac.exceptions.VaultError";
const FORBIDDEN: &str = "hvac.exceptions.Forbidden";

/// Builds the backend, then the client.
pub(crate) fn start(call: &Call<'_, '_>, surroundings: &dyn Surroundings, course: &mut Course) {
    construct(call, surroundings, course);
    course.enter(Stage::Client);
    if auth_type(call).is_some() {
        build_client(call, surroundings, course);
    }
}

/// The checks of the constructor: paths, version, `auth_type`, and what that needs.
fn construct(call: &Call<'_, '_>, surroundings: &dyn Surroundings, course: &mut Course) {
    for name in PATHS {
        if let Some(exception) = call.arguments.get(name).and_then(|node| path_fault(call, node)) {
            course.raise(exception, Cause::Value(name));
        }
    }
    if call.since("4.6.0") {
        let global = call.arguments.not_null("global_secrets_path");
        if global.is_some_and(|node| node.as_string().is_none()) {
            course.raise("AttributeError", Cause::Value("global_secrets_path"));
        }
    }
    if !has_known_version(call) {
        course.raise(VAULT_ERROR, Cause::Value("kv_engine_version"));
    }
    let Some(auth_type) = auth_type(call) else {
        course.raise(VAULT_ERROR, Cause::Value("auth_type"));
        return;
    };
    check_requirements(call, auth_type, surroundings, course);
}

/// A path has its trailing slashes removed; since 4.8.0 each of a list has.
fn path_fault(call: &Call<'_, '_>, node: &Node<'_>) -> Option<&'static str> {
    match &node.value {
        Value::Null | Value::String(_) => None,
        _ if !call.since("4.8.0") => Some("AttributeError"),
        Value::Array(items) => {
            items.iter().any(|item| item.as_string().is_none()).then_some("AttributeError")
        }
        // The keys of an object pass for a list.
        Value::Object(_) => None,
        Value::Bool(_) | Value::Number(_) => Some("TypeError"),
    }
}

/// What is empty stands for the default; the rest is compared as Python does.
fn has_known_version(call: &Call<'_, '_>) -> bool {
    let allowed = call.backend.kwarg("kv_engine_version").map_or(&[][..], |kwarg| kwarg.allowed);
    call.arguments
        .truthy("kv_engine_version")
        .is_none_or(|node| allowed.iter().any(|version| equals(node, *version)))
}

/// The `auth_type`, where this release knows it. Unlike elsewhere, `null` is not the default.
fn auth_type(call: &Call<'_, '_>) -> Option<&'static str> {
    let kwarg = call.backend.kwarg("auth_type")?;
    let Some(node) = call.arguments.get("auth_type") else {
        return kwarg.default.and_then(connlint_catalog::Scalar::as_str);
    };
    let mut known = kwarg.allowed.iter().filter_map(|allowed| allowed.as_str());
    let known = known.find(|known| node.as_string().is_some_and(|text| text.is(known)))?;
    let since = kwarg.allowed_since.iter().find(|(name, _)| *name == known);
    since.is_none_or(|(_, since)| call.since(since)).then_some(known)
}

/// What the constructor insists on for an `auth_type`.
fn check_requirements(
    call: &Call<'_, '_>,
    auth_type: &str,
    surroundings: &dyn Surroundings,
    course: &mut Course,
) {
    for missing in call.backend.missing(&call.arguments) {
        let requirement = missing.requirement;
        let applies = requirement.stage == Stage::Construct
            && requirement.severity == RequirementSeverity::Error
            && requirement.since.is_none_or(|since| call.since(since));
        // Before 3.6.3 a token in the environment did not count.
        let is_met = auth_type == "token"
            && call.since("3.6.3")
            && surroundings.variable("VAULT_TOKEN").is_some();
        let exception = requirement.exception.unwrap_or(VAULT_ERROR);
        if applies && !is_met {
            match &missing.problem {
                connlint_catalog::Problem::Absent(names) => {
                    for name in names {
                        course.raise(exception, Cause::Absent(name));
                    }
                }
                connlint_catalog::Problem::NoneOf(ways) => {
                    let first = ways.iter().find_map(|way| match way {
                        connlint_catalog::Alternative::Kwarg(name) => Some(*name),
                        _ => None,
                    });
                    course.raise(exception, first.map_or(Cause::Outside, Cause::Absent));
                }
                _ => {}
            }
        }
    }
    // The key was needed only in the releases between the first real login and the one that takes
    // default credentials.
    let has_key = ["gcp_key_path", "gcp_keyfile_dict"]
        .iter()
        .any(|name| call.arguments.truthy(name).is_some());
    if auth_type == "gcp" && call.since("4.3.1") && !call.since("4.7.0") && !has_key {
        course.raise(VAULT_ERROR, Cause::Absent("gcp_key_path"));
    }
}

/// Builds `hvac.Client` and logs in.
fn build_client(call: &Call<'_, '_>, surroundings: &dyn Surroundings, course: &mut Course) {
    // Neither can be expressed in JSON: an object of Python is meant.
    if call.arguments.not_null("session").is_some() {
        course.raise("AttributeError", Cause::Value("session"));
    }
    if call.arguments.get("adapter").is_some() {
        course.raise("TypeError", Cause::Value("adapter"));
    }
    unknown::check(call, Stage::Client, course);
    let auth_type = auth_type(call).unwrap_or_default();
    let Some(step) = log_in(call, auth_type, surroundings, course) else { return };
    if auth_type != "token" {
        if !first_request(call, surroundings, course) {
            return;
        }
        match (step, surroundings.vault(call, step)) {
            (_, VaultAnswer::Granted(_)) => {}
            (_, VaultAnswer::Invalid | VaultAnswer::Absent) => {
                course.raise("hvac.exceptions.InvalidRequest", Cause::Outside);
                return;
            }
            (_, VaultAnswer::Forbidden) => {
                course.raise(FORBIDDEN, Cause::Outside);
                return;
            }
        }
    }
    // Until 4.8.1 the token was shown to Vault before anything else was asked.
    if !call.since("4.8.1") {
        if auth_type == "token" && !first_request(call, surroundings, course) {
            return;
        }
        if !matches!(surroundings.vault(call, VaultStep::LookUpSelf), VaultAnswer::Granted(_)) {
            course.raise(VAULT_ERROR, Cause::Outside);
        }
    }
}

/// What is needed on the way to the login; the request it leads to.
fn log_in<'s>(
    call: &Call<'_, '_>,
    auth_type: &str,
    surroundings: &dyn Surroundings,
    course: &mut Course,
) -> Option<VaultStep<'s>> {
    let before = course.failures.len();
    let mut need_file = |path: Option<String>| {
        if path.is_some_and(|path| !surroundings.has(Needed::File(&path))) {
            course.raise("FileNotFoundError", Cause::Outside);
        }
    };
    let given = |name: &str| call.arguments.truthy(name).and_then(text);
    match auth_type {
        "token" => need_file(given("token_path")),
        "kubernetes" => {
            const DEFAULT: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";
            need_file(Some(given("kubernetes_jwt_path").unwrap_or_else(|| DEFAULT.to_owned())));
        }
        "jwt" if given("jwt_token").is_none() => need_file(given("jwt_token_path")),
        "gcp"
            if given("gcp_key_path").is_some()
                && call.arguments.truthy("gcp_keyfile_dict").is_some() =>
        {
            const KEYS: &[&str] = &["gcp_key_path", "gcp_keyfile_dict"];
            course.raise(call.airflow_exception(), Cause::Conflict(KEYS));
        }
        "gcp" if call.since("4.3.1") => match given("gcp_key_path") {
            Some(path) => need_file(Some(path)),
            None if call.arguments.truthy("gcp_keyfile_dict").is_some() => {}
            None if surroundings.has(Needed::GoogleCredentials) => {}
            None => course.raise("google.auth.exceptions.DefaultCredentialsError", Cause::Outside),
        },
        "aws_iam" => aws_credentials(call, surroundings, course),
        // These write the configuration of the method in place of a login.
        "azure" | "radius" | "gcp" => {
            return (course.failures.len() == before).then_some(VaultStep::Configure);
        }
        _ => {}
    }
    (course.failures.len() == before).then_some(VaultStep::LogIn)
}

/// The credentials that are shown to Vault: a key pair, an assumed role, or those of the machine.
fn aws_credentials(call: &Call<'_, '_>, surroundings: &dyn Surroundings, course: &mut Course) {
    let arguments = &call.arguments;
    let has_pair = arguments.truthy("key_id").is_some() && arguments.truthy("secret_id").is_some();
    if has_pair || !call.since("3.7.0") {
        return;
    }
    let Some(role) = arguments.truthy("assume_role_kwargs") else {
        if !surroundings.has(Needed::AwsCredentials) {
            course.raise("AttributeError", Cause::Outside);
        }
        return;
    };
    if ["RoleArn", "RoleSessionName"].iter().any(|key| role.last(key).is_none()) {
        course
            .raise("botocore.exceptions.ParamValidationError", Cause::Value("assume_role_kwargs"));
    } else if !surroundings.has(Needed::AwsCredentials) {
        course.raise("botocore.exceptions.NoCredentialsError", Cause::Outside);
    }
}

/// The URL of the server: the argument, the environment, or the default of `vault` itself.
fn url_of(call: &Call<'_, '_>, surroundings: &dyn Surroundings) -> Option<String> {
    if let Some(node) = call.arguments.truthy("url") {
        return formatted(node);
    }
    let address = surroundings.variable("VAULT_ADDR").filter(|address| !address.is_empty());
    Some(address.unwrap_or("http://localhost:8200").to_owned())
}

/// Sends the first request; whether that works out.
fn first_request(
    call: &Call<'_, '_>,
    surroundings: &dyn Surroundings,
    course: &mut Course,
) -> bool {
    if call.arguments.get("timeout").is_some_and(|node| node.as_string().is_some()) {
        course.raise("ValueError", Cause::Value("timeout"));
        return false;
    }
    let Some(address) = url_of(call, surroundings) else { return true };
    if let Some(exception) = url::fault(&address) {
        course.raise(exception, Cause::Value("url"));
        return false;
    }
    match surroundings.unreachable(&address) {
        Some(exception) => {
            course.raise(exception, Cause::Outside);
            false
        }
        None => true,
    }
}

/// A secret of a KV engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultSecret {
    /// The mount of the engine.
    pub mount: String,
    /// The version of the engine, 1 or 2.
    pub version: u8,
    /// The path below the mount, as `vault kv` takes it.
    pub path: String,
}

/// The secrets of Vault that are read for an id, in this order until one is there.
///
/// # Errors
///
/// Where nothing is read.
///
/// ```
/// use connlint_backends::{Arguments, Call, Kind, vault_secrets};
/// use connlint_catalog::{AirflowVersion, backend};
///
/// let vault = backend("airflow.providers.hashicorp.secrets.vault.VaultBackend").unwrap().backend;
/// let kwargs = connlint_json::parse(r#"{"mount_point": "airflow", "kv_engine_version": 1}"#).unwrap();
/// let arguments = Arguments::of(&kwargs);
/// let call = Call { backend: vault, arguments, release: None, airflow: AirflowVersion::NEWEST };
/// let secret = &vault_secrets(&call, Kind::Connection, "pg").unwrap()[0];
/// assert_eq!((&*secret.mount, secret.version, &*secret.path), ("airflow", 1, "connections/pg"));
/// ```
pub fn vault_secrets(
    call: &Call<'_, '_>,
    kind: Kind,
    id: &str,
) -> Result<Vec<VaultSecret>, Nothing> {
    let (mount, key) = mount_and_key(call, id)?;
    let version = match call.arguments.truthy("kv_engine_version") {
        Some(node) if equals(node, connlint_catalog::Scalar::Integer(1)) => 1,
        _ => 2,
    };
    let secrets = bases(call, kind)?.into_iter().map(|base| {
        // An empty path drops out, but for the first releases.
        let path = if base.is_empty() && call.since("3.3.0") {
            key.clone()
        } else {
            format!("{base}/{key}")
        };
        VaultSecret { mount: mount.clone(), version, path }
    });
    Ok(secrets.collect())
}

/// The paths that are read for an id, as requests.
///
/// ```text
/// path = url-path "/v1/" mount [ "/data" ] [ "/" base ] "/" id    ; "/data" with KV version 2
/// ```
pub(crate) fn names(call: &Call<'_, '_>, kind: Kind, id: &str) -> Result<Vec<Name>, Nothing> {
    let own_url = call.arguments.truthy("url").and_then(formatted).unwrap_or_default();
    let front = url::base_path(&own_url);
    let within = call.arguments.truthy("namespace").and_then(text);
    let names = vault_secrets(call, kind, id)?.into_iter().map(|secret| {
        let VaultSecret { mount, version, path } = secret;
        let data = if version == 1 { "" } else { "/data" };
        let path = format!("/v1/{mount}{data}/{path}");
        let text = format!("{front}{}", url::sent_path(&path));
        Name { what: "GET", text, within: within.clone() }
    });
    Ok(names.collect())
}

/// Splits the mount off an id where the arguments name none.
fn mount_and_key(call: &Call<'_, '_>, id: &str) -> Result<(String, String), Nothing> {
    match call.arguments.get("mount_point") {
        None => Ok(("secret".to_owned(), id.to_owned())),
        // Before 3.3.0 `null` was put in the path as Python writes it.
        Some(node) if node.is_truthy() || !call.since("3.3.0") => {
            let mount = formatted(node).ok_or(Nothing::Unusable)?;
            Ok((mount, id.to_owned()))
        }
        Some(_) => {
            let (mount, key) = id.split_once('/').ok_or(Nothing::NoMount)?;
            Ok((mount.to_owned(), key.to_owned()))
        }
    }
}

/// The paths below which a kind is kept.
fn bases(call: &Call<'_, '_>, kind: Kind) -> Result<Vec<String>, Nothing> {
    let name = kind.of(PATHS);
    let default = call.backend.kwarg(name).and_then(|kwarg| kwarg.default?.as_str());
    let stripped = |text: String| text.trim_end_matches('/').to_owned();
    let mut bases = match call.arguments.get(name).map(|node| &node.value) {
        None => vec![default.unwrap_or_default().to_owned()],
        Some(Value::Null) => Vec::new(),
        Some(Value::String(path)) => {
            vec![stripped(path.text().as_str().ok_or(Nothing::Unusable)?.to_owned())]
        }
        Some(Value::Array(items)) if call.since("4.8.0") => {
            let items: Option<Vec<_>> = items.iter().map(text).collect();
            items.ok_or(Nothing::Unusable)?.into_iter().map(stripped).collect()
        }
        Some(Value::Object(members)) if call.since("4.8.0") => {
            let kept = connlint_json::kept_members(members);
            kept.iter().map(|member| stripped(member.key.text().to_lossy().into_owned())).collect()
        }
        Some(_) => return Err(Nothing::Unusable),
    };
    // Since 4.8.0 the path of all teams is one more path, with teams or without.
    if call.since("4.8.0") {
        bases.extend(call.arguments.text("global_secrets_path").map(stripped));
    }
    if bases.is_empty() { Err(Nothing::Disabled) } else { Ok(bases) }
}

/// Reads a key: the requests that are sent, and how it ends.
pub(crate) fn read(
    call: &Call<'_, '_>,
    surroundings: &dyn Surroundings,
    kind: Kind,
    id: &str,
    course: &mut Course,
) -> (Vec<String>, Outcome) {
    let Ok(names) = names(call, kind, id) else { return (Vec::new(), Outcome::Nothing) };
    if !first_request(call, surroundings, course) {
        return (Vec::new(), Outcome::Nothing);
    }
    let mut requests = Vec::new();
    let mut outcome = Outcome::Nothing;
    for name in names {
        // A proxy is told the whole URL.
        let target = match url_of(call, surroundings).filter(|_| proxies_http(call)) {
            Some(address) => format!("{}{}", url::origin(&address), name.text),
            None => name.text.clone(),
        };
        let namespace = name.within.map_or_else(String::new, |within| format!(" ns={within}"));
        requests.push(format!("GET {target}{namespace}"));
        match surroundings.vault(call, VaultStep::Read { target: &target }) {
            VaultAnswer::Granted(None) => outcome = Outcome::Unknown,
            VaultAnswer::Granted(Some(secret)) => outcome = judge(call, kind, secret, course),
            VaultAnswer::Absent => continue,
            // Since 4.8.1 the backend logs in again and tries once more.
            VaultAnswer::Forbidden if call.since("4.8.1") => {
                course.raise(VAULT_ERROR, Cause::Outside);
            }
            VaultAnswer::Forbidden => course.raise(FORBIDDEN, Cause::Outside),
            VaultAnswer::Invalid => {
                course.raise("hvac.exceptions.InvalidRequest", Cause::Outside);
            }
        }
        break;
    }
    (requests, outcome)
}

fn proxies_http(call: &Call<'_, '_>) -> bool {
    call.arguments.get("proxies").is_some_and(|node| node.last("http").is_some())
}

/// What becomes of the data of a secret.
fn judge(call: &Call<'_, '_>, kind: Kind, secret: &Node<'_>, course: &mut Course) -> Outcome {
    let profile = Profile::core(call.airflow);
    if kind != Kind::Connection {
        let value = secret.last("value");
        let is_there = value.is_some_and(|node| !matches!(node.value, Value::Null));
        return if is_there { Outcome::Found } else { Outcome::Nothing };
    }
    // The first releases looked at nothing but `conn_uri`.
    if !call.since("2.1.0") {
        let has_uri = secret.last("conn_uri").is_some_and(Node::is_truthy);
        return if has_uri { Outcome::Found } else { Outcome::Nothing };
    }
    let refused = match vault_secret(secret, profile).form {
        VaultForm::ConnUri => {
            let uri = secret.last("conn_uri").and_then(text).unwrap_or_default();
            match read_stored(&uri, profile) {
                Reading::Uri(uri) => uri.failure.map(|failure| failure.exception),
                Reading::Json(json) => json.failure.map(|failure| failure.exception),
                Reading::Blank(failure) => Some(failure.exception),
                Reading::Absent => None,
            }
        }
        // Until 4.6.0 the fields went to the constructor as they were.
        VaultForm::Fields if !call.since("4.6.0") => None,
        VaultForm::Fields | VaultForm::Empty => {
            let written = connlint_json::dumps(secret);
            match connlint_json::parse(&written) {
                Ok(node) => {
                    read_json_node(&written, node, profile).failure.map(|failure| failure.exception)
                }
                Err(_) => None,
            }
        }
        VaultForm::Value | VaultForm::WrongKeys | VaultForm::NotAnObject => {
            Some(Exception::TypeError)
        }
    };
    match refused {
        Some(exception) => {
            course.raise(exception.name(), Cause::Outside);
            Outcome::Nothing
        }
        None => Outcome::Found,
    }
}
