//! What several rules ask about the setting that stands at a site.

use connlint_catalog::{AirflowVersion, Profile};
use connlint_hosts::{Command, Document, Role, Site, Surface};
use connlint_parser::Connection;
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

/// The command whose arguments a site stands in.
pub(crate) fn command_of<'a>(
    document: &'a Document<'a>,
    site: &Site<'_>,
) -> Option<&'a Command<'a>> {
    let commands = &document.commands;
    let at = commands.partition_point(|command| command.span.start() <= site.span.start());
    // A command within a command stands beside it in the list.
    let near = commands.get(at.saturating_sub(2)..commands.len().min(at + 1)).unwrap_or_default();
    near.iter().rev().find(|command| command.span.covers(site.span))
}

/// The Airflow that a document is written for, as far as it says so itself: the one that is asked, or
/// an older one whose image, or whose number for a chart, the document names.
pub(crate) fn profile_of(document: &Document<'_>, profile: Profile) -> Profile {
    let text = document.text;
    let behind = |mark: &str| {
        let at = memchr::memmem::find(text.as_bytes(), mark.as_bytes())?;
        let rest = text.get(at + mark.len()..)?.trim_start_matches([' ', '"', '\'']);
        let rest = rest.strip_prefix("slim-").unwrap_or(rest);
        let len = rest.find(|char: char| !(char.is_ascii_digit() || char == '.'));
        rest.get(..len.unwrap_or(rest.len()))
    };
    let image = || {
        let marks = ["apache/airflow:", "airflowVersion:", "defaultAirflowTag:"];
        marks.into_iter().find_map(behind)?.trim_end_matches('.').parse().ok()
    };
    let runtime = || {
        let release = behind("astro-runtime:").or_else(|| behind("runtime_version:"))?;
        // Astro Runtime 9 is Airflow 2.7, 13 is 2.11; later ones are called like their Airflow.
        let number: u8 = release.split('.').next()?.parse().ok()?;
        let minor = number.checked_sub(2).filter(|_| number <= 13)?.max(7);
        format!("2.{minor}").parse().ok()
    };
    let named: Option<AirflowVersion> = image().or_else(runtime);
    match named {
        Some(version) if version < profile.version => Profile { version, ..profile },
        _ => profile,
    }
}

/// Whether the password of a connection is its login, as in `airflow:airflow`: no secret to anybody.
pub(crate) fn is_made_up(connection: &Connection<'_>) -> bool {
    connection.password.is_some() && connection.password == connection.login
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
