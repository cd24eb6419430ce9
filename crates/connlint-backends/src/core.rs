//! Airflow's own backends, which take no arguments: the environment, the database, the API server.

use connlint_catalog::Stage;

use crate::call::Course;
use crate::{Call, Kind, Name, Nothing, unknown};

/// Builds the backend.
pub(crate) fn start(call: &Call<'_, '_>, course: &mut Course) {
    unknown::check(call, Stage::Construct, course);
}

/// `AIRFLOW_CONN_…` and `AIRFLOW_VAR_…`; a row of the database; a key of the API.
pub(crate) fn name(call: &Call<'_, '_>, kind: Kind, id: &str) -> Result<Name, Nothing> {
    let (what, text) = match (call.backend.id, kind) {
        (_, Kind::Config) => return Err(Nothing::NoSuchKind),
        ("environment-variables", Kind::Connection) => ("variable", connlint_parser::env_name(id)),
        ("environment-variables", Kind::Variable) => {
            ("variable", format!("AIRFLOW_VAR_{}", id.to_uppercase()))
        }
        ("metastore", Kind::Connection) => ("row of `connection`", id.to_owned()),
        ("metastore", Kind::Variable) => ("row of `variable`", id.to_owned()),
        (_, Kind::Connection) => ("connection of the API server", id.to_owned()),
        (_, Kind::Variable) => ("variable of the API server", id.to_owned()),
    };
    Ok(Name::new(what, text))
}
