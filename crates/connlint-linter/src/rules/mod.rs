//! The rules, one a file, each with its page beside it.

pub(crate) mod astro;
pub(crate) mod cloud;
pub(crate) mod conn_type;
pub(crate) mod env;
pub(crate) mod extra;
pub(crate) mod file;
pub(crate) mod files;
pub(crate) mod hosts;
pub(crate) mod hygiene;
pub(crate) mod json;
pub(crate) mod kwargs;
pub(crate) mod project;
pub(crate) mod setting;
pub(crate) mod shell;
pub(crate) mod upgrade;
pub(crate) mod uri;
pub(crate) mod vault;

use connlint_catalog::{Implementation, Profile};
use connlint_text::{Grounds, Public};

/// How a message calls the Airflow that was asked: "Airflow 3.3".
pub(crate) fn airflow(profile: Profile) -> Public<'static> {
    let version = profile.version;
    let name = match profile.implementation {
        Implementation::Core => format!("Airflow {version}"),
        Implementation::TaskSdk => format!("the task SDK of Airflow {version}"),
    };
    Public::vouch(name, Grounds::Computed)
}
