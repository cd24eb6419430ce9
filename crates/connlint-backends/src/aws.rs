//! The two backends of AWS: `SecretsManagerBackend` and `SystemsManagerParameterStoreBackend`.

use connlint_catalog::{Backend, Scalar, Stage};
use connlint_json::{Node, Value};

use crate::arguments::{formatted, text};
use crate::call::{Cause, Course};
use crate::pattern::{Match, python_match};
use crate::{Call, Kind, Name, Needed, Nothing, Surroundings, unknown};

const PREFIXES: [&str; 3] = ["connections_prefix", "variables_prefix", "config_prefix"];
const PATTERNS: [&str; 3] =
    ["connections_lookup_pattern", "variables_lookup_pattern", "config_lookup_pattern"];

/// What `boto3.Session.client` takes; before 5.1.0 it got every further argument.
const CLIENT_ARGUMENTS: &[&str] = &[
    "region_name",
    "api_version",
    "use_ssl",
    "verify",
    "endpoint_url",
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "config",
    // Taken by the backend itself, for the session.
    "profile_name",
];

/// What `botocore.config.Config` takes.
const CONFIG_ARGUMENTS: &[&str] = &[
    "region_name",
    "signature_version",
    "user_agent",
    "user_agent_extra",
    "user_agent_appid",
    "connect_timeout",
    "read_timeout",
    "parameter_validation",
    "max_pool_connections",
    "proxies",
    "proxies_config",
    "s3",
    "s3_disable_express_session_auth",
    "retries",
    "client_cert",
    "inject_host_prefix",
    "endpoint_discovery_enabled",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
    "ignore_configured_endpoint_urls",
    "defaults_mode",
    "tcp_keepalive",
    "request_min_compression_size_bytes",
    "disable_request_compression",
    "client_context_params",
    "sigv4a_signing_region_set",
    "request_checksum_calculation",
    "response_checksum_validation",
    "account_id_endpoint_mode",
    "auth_scheme_preference",
];

/// Whether an argument went to the client before 5.1.0 and was taken there.
pub(crate) fn is_client_argument(backend: &Backend, name: &str) -> bool {
    backend.id.starts_with("aws-") && CLIENT_ARGUMENTS.contains(&name)
}

/// Builds the backend, then the client.
pub(crate) fn start(call: &Call<'_, '_>, surroundings: &dyn Surroundings, course: &mut Course) {
    for name in PREFIXES {
        if prefix(call, name).is_some_and(|node| node.as_string().is_none()) {
            course.raise("AttributeError", Cause::Value(name));
        }
    }
    course.enter(Stage::Client);
    unknown::check(call, Stage::Client, course);
    if call.since("5.1.0") {
        check_session(call, surroundings, course);
    }
    check_profile(call, surroundings, course);
    check_client(call, surroundings, course);
}

/// A prefix whose separator is stripped: of the parameter store any but `null`, else any that is
/// not empty.
fn prefix<'k, 'a>(call: &Call<'k, 'a>, name: &str) -> Option<&'k Node<'a>> {
    match call.backend.id {
        "aws-ssm-parameter-store" => call.arguments.not_null(name),
        _ => call.arguments.truthy(name),
    }
}

/// What is made of the arguments before there is a session.
fn check_session(call: &Call<'_, '_>, surroundings: &dyn Surroundings, course: &mut Course) {
    let arguments = &call.arguments;
    if arguments.truthy("session_kwargs").is_some_and(|node| node.as_object().is_none()) {
        course.raise("AttributeError", Cause::Value("session_kwargs"));
    }
    let config = arguments.truthy("config_kwargs").and_then(Node::as_object).unwrap_or_default();
    if config.iter().any(|member| !CONFIG_ARGUMENTS.iter().any(|name| member.key.is(name))) {
        course.raise("TypeError", Cause::Value("config_kwargs"));
    }
    if arguments.truthy("role_arn").is_none() {
        return;
    }
    let method = call.backend.kwarg("assume_role_method");
    let is_known = |node: &Node<'_>| {
        let mut allowed = method.iter().flat_map(|kwarg| kwarg.allowed);
        allowed.any(|allowed| crate::arguments::equals(node, *allowed))
    };
    if arguments.truthy("assume_role_method").is_some_and(|node| !is_known(node)) {
        course.raise("NotImplementedError", Cause::Value("assume_role_method"));
    } else if arguments.truthy("aws_access_key_id").is_none()
        && !surroundings.has(Needed::AwsCredentials)
    {
        course.raise("botocore.exceptions.NoCredentialsError", Cause::Outside);
    }
}

fn check_profile(call: &Call<'_, '_>, surroundings: &dyn Surroundings, course: &mut Course) {
    let profile = call.arguments.truthy("profile_name").and_then(text);
    if profile.is_some_and(|profile| !surroundings.has(Needed::AwsProfile(&profile))) {
        course.raise("botocore.exceptions.ProfileNotFound", Cause::Outside);
    }
}

/// The checks of `boto3.Session.client`.
fn check_client(call: &Call<'_, '_>, surroundings: &dyn Surroundings, course: &mut Course) {
    let arguments = &call.arguments;
    // Each service has had one version of its interface.
    let version =
        if call.backend.id == "aws-ssm-parameter-store" { "2014-11-06" } else { "2017-10-17" };
    if arguments.not_null("api_version").and_then(text).is_some_and(|given| given != version) {
        course.raise("botocore.exceptions.DataNotFoundError", Cause::Value("api_version"));
    }
    if let Some(node) = arguments.truthy("region_name") {
        if text(node).is_some_and(|region| !is_region(&region)) {
            course.raise("botocore.exceptions.InvalidRegionError", Cause::Value("region_name"));
        }
    } else if surroundings.variable("AWS_DEFAULT_REGION").is_none()
        && !surroundings.has(Needed::AwsRegion)
    {
        course.raise("botocore.exceptions.NoRegionError", Cause::Outside);
    }
    if arguments.truthy("endpoint_url").and_then(text).is_some_and(|url| !has_host(&url)) {
        course.raise("ValueError", Cause::Value("endpoint_url"));
    }
}

/// Whether a text may be part of a host name: 1 to 63 letters, digits and inner dashes.
fn is_region(region: &str) -> bool {
    region.len() <= 63
        && !region.starts_with('-')
        && !region.ends_with('-')
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !region.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_host(url: &str) -> bool {
    url.split_once("//").is_some_and(|(_, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        !host.is_empty() && !host.starts_with(':')
    })
}

/// The lookup pattern of that kind, where the release has one.
fn pattern(call: &Call<'_, '_>, kind: Kind) -> Option<String> {
    call.arguments.truthy(kind.of(PATTERNS)).filter(|_| call.since("7.3.0")).and_then(text)
}

/// Raises where the pattern is none. It is looked at when something is looked up.
pub(crate) fn check_pattern(call: &Call<'_, '_>, kind: Kind, course: &mut Course) {
    let is_off =
        matches!(call.arguments.get(kind.of(PREFIXES)).map(|node| &node.value), Some(Value::Null));
    let invalid = pattern(call, kind).is_some_and(|it| python_match(&it, "") == Match::Invalid);
    if invalid && !is_off {
        course.raise("re.error", Cause::Value(kind.of(PATTERNS)));
    }
}

/// The prefix without trailing separators; `None` where the kind is turned off.
fn stripped_prefix(call: &Call<'_, '_>, kind: Kind, sep: &str) -> Result<String, Nothing> {
    let name = kind.of(PREFIXES);
    let default = call.backend.kwarg(name).and_then(|kwarg| kwarg.default.and_then(Scalar::as_str));
    let prefix = match call.arguments.get(name) {
        None => default.unwrap_or_default().to_owned(),
        Some(node) => match &node.value {
            Value::Null => return Err(Nothing::Disabled),
            _ if !node.is_truthy() => String::new(),
            _ => text(node).ok_or(Nothing::Unusable)?,
        },
    };
    // `str.rstrip` takes a set of characters.
    Ok(prefix.trim_end_matches(|char| sep.contains(char)).to_owned())
}

fn check_id(call: &Call<'_, '_>, kind: Kind, id: &str) -> Result<(), Nothing> {
    let matches = pattern(call, kind).map(|pattern| python_match(&pattern, id));
    if matches == Some(Match::No) { Err(Nothing::Pattern) } else { Ok(()) }
}

/// `SecretId = [ prefix sep ] id`
pub(crate) fn secret_name(call: &Call<'_, '_>, kind: Kind, id: &str) -> Result<Name, Nothing> {
    // With `null` blanks are stripped, and `None` is put between.
    let sep = match call.arguments.get("sep") {
        None => "/".to_owned(),
        Some(node) => formatted(node).ok_or(Nothing::Unusable)?,
    };
    let prefix = stripped_prefix(call, kind, &sep)?;
    check_id(call, kind, id)?;
    let text = if prefix.is_empty() { id.to_owned() } else { format!("{prefix}{sep}{id}") };
    Ok(Name::new("secret", text))
}

/// `Name = [ "/" ] prefix "/" id`, where the first slash is added since 7.3.0.
pub(crate) fn parameter_name(call: &Call<'_, '_>, kind: Kind, id: &str) -> Result<Name, Nothing> {
    let prefix = stripped_prefix(call, kind, "/")?;
    check_id(call, kind, id)?;
    let text = format!("{prefix}/{id}");
    let is_relative = !text.starts_with('/') && call.since("7.3.0");
    Ok(Name::new("parameter", if is_relative { format!("/{text}") } else { text }))
}
