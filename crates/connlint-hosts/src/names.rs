use std::borrow::Cow;

use crate::Role;

/// What the name of an environment variable says about its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meaning<'a> {
    pub(crate) role: Role,
    /// The connection id or variable key.
    pub(crate) id: Option<Cow<'a, str>>,
}

/// The meaning of `name` to Airflow, or `None` where it has none.
///
/// Airflow reads upper-case names only. A name that differs from one of its own in nothing but
/// case means what its owner meant, so that a rule can say that it is never read.
pub(crate) fn meaning(name: &str) -> Option<Meaning<'_>> {
    if let Some(rest) = strip_prefix_ignoring_case(name, "AIRFLOW_CONN_") {
        let id = rest_of_team(rest);
        return (!id.is_empty()).then(|| Meaning { role: Role::Connection, id: Some(lower(id)) });
    }
    if let Some(key) = strip_prefix_ignoring_case(name, "AIRFLOW_VAR_") {
        let key = rest_of_team(key);
        return (!key.is_empty()).then(|| Meaning { role: Role::Variable, id: Some(lower(key)) });
    }
    let option = strip_prefix_ignoring_case(name, "AIRFLOW__");
    let Some((section, key)) = option
        .and_then(|option| option.split_once("__"))
        .filter(|(section, key)| !section.is_empty() && !key.is_empty())
    else {
        return is_near(name).then_some(Meaning { role: Role::Misnamed, id: None });
    };
    let is = |wanted: (&str, &str)| {
        section.eq_ignore_ascii_case(wanted.0) && key.eq_ignore_ascii_case(wanted.1)
    };
    let role = if is(("SECRETS", "BACKEND")) || is(("WORKERS", "SECRETS_BACKEND")) {
        Role::BackendClass
    } else if is(("SECRETS", "BACKEND_KWARGS")) || is(("WORKERS", "SECRETS_BACKEND_KWARGS")) {
        Role::BackendKwargs
    } else {
        Role::Config
    };
    Some(Meaning { role, id: None })
}

/// What stands for `CONN` and `VAR` in names that somebody got wrong.
const NEAR_PREFIXES: [&str; 9] = [
    "CON_",
    "CONS_",
    "CONNS_",
    "CONNECTION_",
    "CONNECTIONS_",
    "COON_",
    "VARS_",
    "VARIABLE_",
    "VARIABLES_",
];

/// Whether a name in capitals that means nothing starts like one that does.
fn is_near(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("AIRFLOW_") else { return false };
    if name.contains(char::is_lowercase) || rest.ends_with('_') {
        return false;
    }
    match rest.strip_prefix('_') {
        // One `_` where section and option, or prefix and id, are joined by two.
        Some(option) => option.contains('_') && !option.starts_with('_'),
        None => rest.contains("__") || NEAR_PREFIXES.iter().any(|prefix| rest.starts_with(prefix)),
    }
}

/// `_<TEAM>___<ID>` names a connection of one team (Airflow 3.2 and later); the rest is the id.
fn rest_of_team(rest: &str) -> &str {
    let team = rest.strip_prefix('_').and_then(|rest| rest.split_once("___"));
    team.filter(|(team, _)| !team.is_empty()).map_or(rest, |(_, id)| id)
}

/// Airflow upper-cases the id it is asked for; the lower-case spelling is the usual one.
fn lower(id: &str) -> Cow<'_, str> {
    if id.chars().any(char::is_uppercase) {
        Cow::Owned(id.to_lowercase())
    } else {
        Cow::Borrowed(id)
    }
}

fn strip_prefix_ignoring_case<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let head = name.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &name[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, expected) in [
            ("AIRFLOW_CONN_PG", Some((Role::Connection, Some("pg")))),
            ("AIRFLOW_CONN_legacy_mysql", Some((Role::Connection, Some("legacy_mysql")))),
            ("airflow_conn_x", Some((Role::Connection, Some("x")))),
            ("AIRFLOW_CONN_A-B", Some((Role::Connection, Some("a-b")))),
            ("AIRFLOW_CONN__TEAM___PG", Some((Role::Connection, Some("pg")))),
            ("AIRFLOW_CONN__PG", Some((Role::Connection, Some("_pg")))),
            ("AIRFLOW_CON_PG", Some((Role::Misnamed, None))),
            ("AIRFLOW__SECRETS_BACKEND", Some((Role::Misnamed, None))),
            ("AIRFLOW_SECRETS__BACKEND", Some((Role::Misnamed, None))),
            ("AIRFLOW_UID", None),
            ("AIRFLOW_CON_", None),
            ("AIRFLOW_CONN_", None),
            ("MY_AIRFLOW_CONN_X", None),
            ("AIRFLOW_VAR_BATCH", Some((Role::Variable, Some("batch")))),
            ("AIRFLOW__SECRETS__BACKEND", Some((Role::BackendClass, None))),
            ("AIRFLOW__WORKERS__SECRETS_BACKEND", Some((Role::BackendClass, None))),
            ("AIRFLOW__SECRETS__BACKEND_KWARGS", Some((Role::BackendKwargs, None))),
            ("AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS", Some((Role::BackendKwargs, None))),
            ("AIRFLOW__SECRETS__BACKEND_KWARGS_CMD", Some((Role::Config, None))),
            ("AIRFLOW__SECRETS__BACKEND_KWARGS_SECRET", Some((Role::Config, None))),
            ("AIRFLOW__SECRETS__BACKEND_KWARG__URL", Some((Role::Config, None))),
            ("AIRFLOW__CORE__EXECUTOR", Some((Role::Config, None))),
            ("AIRFLOW__CORE", None),
            ("AIRFLOW_HOME", None),
            ("AIRFLOW_UID", None),
        ] {
            let found = meaning(name);
            let found = found.as_ref().map(|it| (it.role, it.id.as_deref()));
            assert_eq!(found, expected, "{name}");
        }
    }
}
