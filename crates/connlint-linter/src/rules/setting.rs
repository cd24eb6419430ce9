//! What several rules ask about the setting that stands at a site.

use connlint_hosts::{Document, Role, Site, Surface};
use connlint_text::{Edit, Message, Piece, Raw, message};

use crate::disclosure::public_name;
use crate::lint::unknown_parts;

/// Section and name of the option that a site sets, as they are written there.
pub(crate) fn option_of<'a>(site: &'a Site<'_>) -> Option<(&'a str, &'a str)> {
    if !matches!(site.role, Role::Config | Role::BackendClass | Role::BackendKwargs) {
        return None;
    }
    match site.surface {
        Surface::Environment => site.name.text.strip_prefix("AIRFLOW__")?.split_once("__"),
        Surface::ConfigFile => site.name.text.split_once('.'),
        _ => None,
    }
}

/// Whether a site sets the option `section.name`.
pub(crate) fn sets(site: &Site<'_>, section: &str, name: &str) -> bool {
    option_of(site).is_some_and(|found| {
        found.0.eq_ignore_ascii_case(section) && found.1.eq_ignore_ascii_case(name)
    })
}

/// Whether a site sets an option that holds the URL of a database.
pub(crate) fn is_database_url(site: &Site<'_>) -> bool {
    sets(site, "database", "sql_alchemy_conn")
        || sets(site, "database", "sql_alchemy_conn_async")
        || sets(site, "core", "sql_alchemy_conn")
        || is_result_backend(site)
}

/// Whether a site sets Celery's result backend.
pub(crate) fn is_result_backend(site: &Site<'_>) -> bool {
    sets(site, "celery", "result_backend")
}

/// Whether all of the value stands in the file, and nobody has to fill anything in.
pub(crate) fn is_whole(site: &Site<'_>) -> bool {
    !site.value.text().is_empty() && unknown_parts(site).is_empty()
}

/// An edit that writes another name for a variable, where the file writes the name as it is.
pub(crate) fn rename(document: &Document<'_>, site: &Site<'_>, name: &str) -> Option<Edit<Raw>> {
    let span = site.name.span;
    let name = public_name(name)?;
    (span.of(document.text) == site.name.text)
        .then(|| Edit { span, pieces: vec![Piece::Text(message![name])] })
}

/// The name of an environment variable that sets an option.
pub(crate) fn variable(section: &str, name: &str) -> String {
    format!("AIRFLOW__{section}__{name}").to_ascii_uppercase()
}

/// A name that is known, or was made from names that are, in a message.
pub(crate) fn quoted(name: &str) -> Message {
    public_name(name).map_or_else(|| message!["another name"], |name| message!["`", name, "`"])
}
