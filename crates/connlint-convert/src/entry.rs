//! One connection, written and read back.

use connlint_hosts::{Document, Role, Site, extract};
use connlint_linter::reading;
use connlint_parser::{Connection, Reading, env_name};

use crate::field::first_difference;
use crate::json::Extra;
use crate::{Field, Loss, Options, Refusal, Target, json, uri, vault, yaml};

/// A connection that is to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'e, 'a> {
    pub(crate) id: &'e str,
    pub(crate) connection: &'e Connection<'a>,
}

/// The forms in the order in which they are recommended where another one cannot.
const NEAREST: [Target; 6] = [
    Target::ExportJson,
    Target::ExportYaml,
    Target::VaultCli,
    Target::Env,
    Target::ConnectionsEnv,
    Target::Uri,
];

/// A text for an entry, where there is one.
type Way = fn(Entry<'_, '_>, &Options) -> Option<String>;

/// Why a text does not carry what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// This field comes back otherwise.
    Differs(Field, Loss),
    /// There is no text, or it is not read as a connection.
    Unread,
}

impl Target {
    /// How a connection may be written, the best way first.
    const fn ways(self) -> &'static [Way] {
        match self {
            Self::Uri => &[
                |entry, options| Some(format!("{}\n", own_uri(entry, options)?)),
                |entry, _| Some(format!("{}\n", uri::exact_uri(entry.connection)?)),
            ],
            Self::ConnectionsEnv => &[
                |entry, options| Some(format!("{}={}\n", entry.id, own_uri(entry, options)?)),
                |entry, _| Some(format!("{}={}\n", entry.id, uri::exact_uri(entry.connection)?)),
            ],
            Self::Env => &[
                |entry, options| assignment(entry, &own_uri(entry, options)?),
                |entry, _| assignment(entry, &uri::exact_uri(entry.connection)?),
                |entry, _| assignment(entry, &portable_fields(entry, Extra::Object)),
                |entry, _| assignment(entry, &portable_fields(entry, Extra::Text)),
            ],
            Self::ExportJson => &[|entry, _| Some(json::export(entry.id, entry.connection))],
            Self::ExportYaml => &[|entry, _| yaml::export(entry.id, entry.connection)],
            Self::VaultCli => &[
                |entry, options| {
                    let uri = own_uri(entry, options)?;
                    Some(vault::command(&options.mount, entry.id, &vault::conn_uri(&uri)))
                },
                |entry, options| {
                    let uri = uri::exact_uri(entry.connection)?;
                    Some(vault::command(&options.mount, entry.id, &vault::conn_uri(&uri)))
                },
                |entry, options| {
                    let is_kept = vault::is_kept(entry.connection);
                    let json = is_kept.then(|| json::fields(entry.connection, Extra::Text))?;
                    Some(vault::command(&options.mount, entry.id, &json))
                },
            ],
        }
    }

    /// The document of these entries.
    pub(crate) fn document<'t>(self, entries: impl Iterator<Item = &'t str>) -> String {
        match self {
            Self::ExportJson => {
                let entries: Vec<_> = entries.collect();
                if entries.is_empty() {
                    return "{}".to_owned();
                }
                format!("{{\n{}\n}}", entries.join(",\n"))
            }
            Self::ExportYaml => {
                let text: String = entries.collect();
                if text.is_empty() { "{}\n".to_owned() } else { text }
            }
            Self::Env | Self::Uri | Self::ConnectionsEnv | Self::VaultCli => entries.collect(),
        }
    }

    /// The name that an id goes by: what no two connections may share.
    pub(crate) fn key(self, id: &str) -> String {
        if self == Self::Env { env_name(id) } else { id.to_owned() }
    }

    /// What is wrong with an id, if anything that can be told from it alone.
    pub(crate) fn fault_of_id(self, id: &str) -> Option<&'static str> {
        let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
        match self {
            Self::Env if !env_name(id).chars().all(is_word) => {
                Some("not every reader of `.env` files takes a variable of that name")
            }
            Self::ConnectionsEnv if id.is_empty() || id.trim_start().starts_with('#') => {
                Some("such a line says nothing to Airflow")
            }
            Self::ConnectionsEnv if id.contains('=') => {
                Some("the id would end at the first `=` of the line")
            }
            Self::VaultCli => vault::fault_of_path(id),
            _ => None,
        }
    }
}

/// The URI that Airflow writes itself.
fn own_uri(entry: Entry<'_, '_>, options: &Options) -> Option<String> {
    entry.connection.get_uri(options.profile).ok()
}

fn portable_fields(entry: Entry<'_, '_>, how: Extra) -> String {
    json::portable(&json::fields(entry.connection, how))
}

/// A line that all readers of `.env` files read alike, if it can be one.
fn assignment(entry: Entry<'_, '_>, value: &str) -> Option<String> {
    let is_plain = value.chars().all(|char| char != '\'' && !char.is_control());
    is_plain.then(|| format!("{}='{value}'\n", env_name(entry.id)))
}

/// The text that carries a connection, read back and found equal.
pub(crate) fn write(
    entry: Entry<'_, '_>,
    target: Target,
    options: &Options,
) -> Result<String, Fault> {
    let mut fault = Fault::Unread;
    for way in target.ways() {
        fault = match way(entry, options) {
            None => Fault::Unread,
            Some(text) => {
                let document = target.document([&*text].into_iter());
                match check(&document, &[entry], target, options) {
                    Ok(()) => return Ok(text),
                    Err(fault) => fault,
                }
            }
        };
    }
    Err(fault)
}

/// Why a connection cannot be written, in words that name the field.
pub(crate) fn refusal(
    entry: Entry<'_, '_>,
    fault: Fault,
    target: Target,
    options: &Options,
) -> Refusal {
    let can = |entry: Entry<'_, '_>, target: Target| {
        target.fault_of_id(entry.id).is_none() && write(entry, target, options).is_ok()
    };
    // What has no id can go nowhere else.
    let mut others = NEAREST.into_iter().filter(|&other| other != target && !entry.id.is_empty());
    let instead = others.find(|&other| can(entry, other));
    if let Some(why) = target.fault_of_id(entry.id) {
        return Refusal::Id { why, instead };
    }
    let blame = || {
        let said = Field::ALL.iter().copied().filter(|field| field.is_said(entry.connection));
        let mut said = said;
        said.find(|field| {
            let connection = field.without(entry.connection);
            can(Entry { connection: &connection, ..entry }, target)
        })
    };
    let found = match fault {
        Fault::Differs(field, loss) => Some((field, loss)),
        Fault::Unread => blame().map(|field| (field, Loss::Refused)),
    };
    match found {
        Some((field, loss)) => Refusal::Field { field, loss, target, instead },
        None => Refusal::Whole { target, instead },
    }
}

/// Reads a document back as each of its readers does, and compares.
pub(crate) fn check(
    text: &str,
    entries: &[Entry<'_, '_>],
    target: Target,
    options: &Options,
) -> Result<(), Fault> {
    let (format, consumers) = target.readers();
    if target == Target::VaultCli {
        let commands = vault::commands(&options.mount, text).ok_or(Fault::Unread)?;
        if commands.len() != entries.len() {
            return Err(Fault::Unread);
        }
        for (command, entry) in commands.iter().zip(entries) {
            if command.id != entry.id {
                return Err(Fault::Unread);
            }
            let answer = vault::answer(command.json);
            let document = extract(format, &answer, connlint_hosts::Options::default());
            check_document(&document, &[*entry], target, options)?;
        }
        return Ok(());
    }
    for &consumer in consumers {
        let document = extract(format, text, connlint_hosts::Options { consumer });
        check_document(&document, entries, target, options)?;
    }
    Ok(())
}

fn check_document(
    document: &Document<'_>,
    entries: &[Entry<'_, '_>],
    target: Target,
    options: &Options,
) -> Result<(), Fault> {
    let sites = document.sites.iter().filter(|site| site.role == Role::Connection);
    if !document.issues.is_empty() || sites.clone().count() != entries.len() {
        return Err(Fault::Unread);
    }
    for (site, entry) in sites.zip(entries) {
        if !is_named(site, entry.id, target) || !site.unknown.is_empty() {
            return Err(Fault::Unread);
        }
        let reading = reading(site, options.profile);
        let found = reading.as_ref().and_then(Reading::connection).ok_or(Fault::Unread)?;
        if let Some(field) = first_difference(entry.connection, &found) {
            let loss = if field.is_said(&found) { Loss::Changed } else { Loss::Dropped };
            return Err(Fault::Differs(field, loss));
        }
    }
    Ok(())
}

/// Whether Airflow finds a connection at this site.
fn is_named(site: &Site<'_>, id: &str, target: Target) -> bool {
    match target {
        Target::Uri | Target::VaultCli => true,
        Target::Env => {
            // Not a name that means a connection of a team.
            let is_own = site.id.as_ref().is_some_and(|it| it.to_uppercase() == id.to_uppercase());
            is_own && site.name.text == env_name(id)
        }
        Target::ExportJson | Target::ExportYaml | Target::ConnectionsEnv => {
            site.id.as_deref() == Some(id)
        }
    }
}
