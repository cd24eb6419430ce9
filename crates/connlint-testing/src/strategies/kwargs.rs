use connlint_catalog::{Backend, Format, JsonType, Kwarg, Scalar, backends};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{MARK, Template, json_string, mangled, secret};

/// The class path and the arguments of a real backend, or what was meant for them.
pub fn kwargs() -> impl Strategy<Value = (String, Template)> {
    kwargs_text().prop_map(|(class, kwargs)| (class, Template(kwargs)))
}

pub(crate) fn kwargs_text() -> BoxedStrategy<(String, String)> {
    let wrong = select(vec!["null", "5", "\"5\"", "true", "\"true\"", "[]", "{}", "\"\"", "1.5"]);
    let member = (any::<Index>(), prop_oneof![3 => Just(None), 1 => wrong.prop_map(Some)]);
    let members = prop::collection::vec(member, 0..6);
    let unknown = prop::option::weighted(0.3, (select(vec!["tokn", "secrt_id", "x"]), secret()));
    let object = (select(backends().iter().collect::<Vec<&Backend>>()), members, unknown).prop_map(
        |(backend, members, unknown)| {
            let mut parts: Vec<String> = members
                .into_iter()
                .filter_map(|(nth, wrong)| {
                    let kwarg = backend.kwargs.get(nth.index(backend.kwargs.len().max(1)))?;
                    let value = wrong.map_or_else(|| value(kwarg), str::to_owned);
                    Some(format!("\"{}\": {value}", kwarg.name))
                })
                .collect();
            if let Some((key, secret)) = unknown {
                parts.push(format!("\"{key}\": {}", json_string(&secret)));
            }
            (backend, format!("{{{}}}", parts.join(", ")))
        },
    );
    let class = |backend: &'static Backend| {
        prop_oneof![
            6 => Just(backend.class_path.to_owned()),
            1 => Just(format!("{}x", backend.class_path)),
            1 => Just(format!("\"{}\"", backend.class_path)),
            1 => Just(backend.class_path.rsplit('.').next().unwrap_or_default().to_owned()),
            1 => Just(MARK.to_string()),
        ]
    };
    object
        .prop_flat_map(move |(backend, object)| (class(backend), mangled(Just(object).boxed())))
        .boxed()
}

/// A value that the argument takes.
fn value(kwarg: &Kwarg) -> String {
    if kwarg.is_secret {
        return format!("\"{MARK}\"");
    }
    match kwarg.allowed.first() {
        Some(Scalar::String(text)) => return format!("\"{text}\""),
        Some(scalar) => return scalar.to_string(),
        None => {}
    }
    let allows = |kind| !kwarg.json_types.is_known() || kwarg.json_types.allows(kind);
    if kwarg.format == Some(Format::Url) {
        "\"https://vault.example.com:8200\"".to_owned()
    } else if allows(JsonType::String) {
        "\"airflow\"".to_owned()
    } else if allows(JsonType::Integer) {
        "2".to_owned()
    } else if allows(JsonType::Boolean) {
        "true".to_owned()
    } else {
        "null".to_owned()
    }
}

/// The class path and the arguments of a backend as its documentation has them.
pub fn clean_kwargs() -> impl Strategy<Value = (String, String)> {
    let vault = "airflow.providers.hashicorp.secrets.vault.VaultBackend";
    let path = "[a-z]{2,8}";
    let credentials = prop_oneof![
        "[A-Za-z0-9.]{8,20}"
            .prop_map(|token| format!("\"auth_type\": \"token\", \"token\": \"hvs.{token}\"")),
        ("[a-f0-9]{8}", "[a-f0-9]{8}").prop_map(|(role, secret)| {
            format!(
                "\"auth_type\": \"approle\", \"role_id\": \"{role}\", \"secret_id\": \"{secret}\""
            )
        }),
    ];
    let version = select(vec!["1", "2"]);
    (path, path, credentials, version, prop::option::of(path)).prop_map(
        move |(mount, connections, credentials, version, variables)| {
            let variables = variables
                .map_or_else(String::new, |path| format!(", \"variables_path\": \"{path}\""));
            let kwargs = format!(
                "{{\"url\": \"https://vault.example.com:8200\", \"mount_point\": \"{mount}\", \
                 \"connections_path\": \"{connections}\"{variables}, \
                 \"kv_engine_version\": {version}, {credentials}}}"
            );
            (vault.to_owned(), kwargs)
        },
    )
}
