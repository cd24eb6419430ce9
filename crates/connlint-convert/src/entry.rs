//! One connection, written and read back.

use connlint_backends::Nothing;
use connlint_hosts::{Document, Role, Site, Surface, extract};
use connlint_linter::reading;
use connlint_parser::{AwsWords, Connection, FieldValue, Reading, read_aws_secret, read_stored};

use crate::field::differences;
use crate::target::is_variable_of;
use crate::targets::{Item, Reader, Value, with_call};
use crate::{Field, Loss, Options, Refusal, Target};

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

/// What a connection would lose.
pub(crate) type Changes = Vec<(Field, Loss)>;

/// Why a text does not carry what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// This field comes back otherwise.
    Differs(Field, Loss),
    /// There is no text, or it is not read as a connection.
    Unread,
    /// There can be no such name.
    Name,
    /// Airflow does not look for it there.
    NotAsked(Nothing),
    /// It is longer than this many bytes.
    TooLong(usize),
    /// Others would see this field.
    Shown(Field),
}

/// A connection in a form.
pub(crate) struct Written {
    pub(crate) text: String,
    /// What it says otherwise than the connection; empty unless that was allowed.
    pub(crate) changes: Changes,
}

/// The text that carries a connection, read back and found equal; where that is allowed, the one
/// that loses the least.
pub(crate) fn write(
    entry: Entry<'_, '_>,
    target: Target,
    options: &Options,
) -> Result<Written, Fault> {
    let form = target.form();
    if let Some(field) = secret(entry.connection).filter(|_| form.is_public) {
        return Err(Fault::Shown(field));
    }
    let name = name(entry.id, target, options)?;
    let mut fault = Fault::Unread;
    let mut nearest: Option<Written> = None;
    // A form that takes one notation only is written in that.
    let wanted = options
        .notation
        .filter(|&wanted| form.values.iter().any(|value| value.notation() == Some(wanted)));
    let is_wanted = |value: &&Value| wanted.is_none() || value.notation() == wanted;
    for value in form.values.iter().filter(is_wanted) {
        let Some(value) = value.of(entry, options) else {
            fault = Fault::Unread;
            continue;
        };
        if let Some(limit) = form.limit.filter(|&limit| value.len() > limit) {
            fault = Fault::TooLong(limit);
            continue;
        }
        let item = Item { entry, name: name.clone(), value, options };
        let Some(text) = (form.entry)(&item) else {
            fault = Fault::Unread;
            continue;
        };
        let found = compare(&(form.document)(&[&text], options), &[entry], target, options);
        let changes = found.and_then(|mut found| found.pop());
        fault = match changes.as_ref().map(|changes| changes.first()) {
            None => Fault::Unread,
            Some(None) => return Ok(Written { text, changes: Vec::new() }),
            Some(Some(&(field, loss))) => Fault::Differs(field, loss),
        };
        if let Some(changes) = changes
            && nearest.as_ref().is_none_or(|nearest| changes.len() < nearest.changes.len())
        {
            nearest = Some(Written { text, changes });
        }
    }
    nearest.filter(|_| options.lossy).ok_or(fault)
}

/// The name that a connection goes by.
pub(crate) fn name(id: &str, target: Target, options: &Options) -> Result<String, Fault> {
    let form = target.form();
    match (form.name)(id, options) {
        _ if !target.has_ids() => Ok(String::new()),
        Ok(name) if !id.is_empty() && (form.takes_name)(&name) => Ok(name),
        Ok(_) | Err(Nothing::IllegalName) => Err(Fault::Name),
        Err(nothing) => Err(Fault::NotAsked(nothing)),
    }
}

/// A field that may hold a secret.
fn secret(connection: &Connection<'_>) -> Option<Field> {
    let is_said =
        |value: &Option<FieldValue<'_>>| value.as_ref().is_some_and(|it| it.as_str() != Some(""));
    // A host may be a URL with a password in it.
    let host = connection.host.as_ref().and_then(FieldValue::as_str).unwrap_or_default();
    [
        (Field::Password, is_said(&connection.password)),
        (Field::Extra, is_said(&connection.extra)),
        (Field::Host, host.contains('@')),
    ]
    .into_iter()
    .find_map(|(field, is_one)| is_one.then_some(field))
}

/// Why a connection cannot be written, in words that name the field.
pub(crate) fn refusal(
    entry: Entry<'_, '_>,
    fault: Fault,
    target: Target,
    options: &Options,
) -> Refusal {
    let options = &Options { lossy: false, notation: None, ..options.clone() };
    let can = |entry: Entry<'_, '_>, target: Target| write(entry, target, options).is_ok();
    // What has no id can go nowhere else.
    let mut others = NEAREST.into_iter().filter(|&other| other != target && !entry.id.is_empty());
    let instead = others.find(|&other| can(entry, other));
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
        Fault::Name => return Refusal::Id { why: target.form().names, instead },
        Fault::NotAsked(nothing) => return Refusal::NotAsked { why: nothing.words(), instead },
        Fault::TooLong(limit) => return Refusal::TooLong { limit, target, instead },
        Fault::Shown(field) => return Refusal::Shown { field, target },
    };
    match found {
        Some((field, loss)) => Refusal::Field { field, loss, target, instead },
        None => Refusal::Whole { target, instead },
    }
}

/// Reads a document back as each of its readers does, and says what each connection lost; nothing
/// where they are not all read.
pub(crate) fn compare(
    text: &str,
    entries: &[Entry<'_, '_>],
    target: Target,
    options: &Options,
) -> Option<Vec<Changes>> {
    let form = target.form();
    let parts = (form.parts)(text, options)?;
    let mut all = vec![Changes::new(); entries.len()];
    let mut rest = entries;
    let mut done = 0;
    for part in parts {
        let of_part = match &part.name {
            None => rest,
            Some(name) => {
                let is_its = |entry: &&Entry<'_, '_>| {
                    (form.name)(entry.id, options).is_ok_and(|own| own == *name)
                };
                let first = rest.first().filter(is_its)?;
                std::slice::from_ref(first)
            }
        };
        rest = rest.get(of_part.len()..)?;
        for &consumer in form.consumers {
            let is_named = part.name.is_some() || !target.has_ids();
            let found = match form.reader {
                Reader::Host(format) => {
                    let options_of_host = connlint_hosts::Options { consumer };
                    let document = extract(format, &part.text, options_of_host);
                    compare_document(&document, of_part, is_named, options)?
                }
                Reader::Text => {
                    let [entry] = of_part else { return None };
                    vec![changes(&read_stored(&part.text, options.profile), entry)?]
                }
                Reader::AwsSecret => {
                    let [entry] = of_part else { return None };
                    let found = read_aws_secret(&part.text, &words(target, options)?);
                    vec![changes(&found.read(options.profile), entry)?]
                }
            };
            for (all, found) in all.iter_mut().skip(done).zip(found) {
                // Each reader may lose something else; most lose the same.
                all.extend(found);
                all.sort_unstable_by_key(|(field, _)| Field::ALL.iter().position(|it| it == field));
                all.dedup_by_key(|(field, _)| *field);
            }
        }
        done += of_part.len();
    }
    rest.is_empty().then_some(all)
}

fn compare_document(
    document: &Document<'_>,
    entries: &[Entry<'_, '_>],
    is_named: bool,
    options: &Options,
) -> Option<Vec<Changes>> {
    let sites = document.sites.iter().filter(|site| site.role == Role::Connection);
    if !document.issues.is_empty() || sites.clone().count() != entries.len() {
        return None;
    }
    let changes = sites.zip(entries).map(|(site, entry)| {
        if !(is_named || is_called(site, entry.id)) || !site.unknown.is_empty() {
            return None;
        }
        changes(&reading(site, options.profile)?, entry)
    });
    changes.collect()
}

/// What was lost of a connection, if one is read at all.
fn changes(reading: &Reading<'_>, entry: &Entry<'_, '_>) -> Option<Changes> {
    let found = reading.connection()?;
    let loss = |field: Field| if field.is_said(&found) { Loss::Changed } else { Loss::Dropped };
    Some(differences(entry.connection, &found).map(|field| (field, loss(field))).collect())
}

/// The words that the secrets backend for AWS Secrets Manager knows; nothing where it raises.
fn words(target: Target, options: &Options) -> Option<AwsWords> {
    let mut words = AwsWords::default();
    with_call(target.backend()?, options, |call| {
        let more = call.arguments.truthy("extra_conn_words").and_then(|it| it.as_object());
        for member in more.unwrap_or_default() {
            for word in member.value.as_array()? {
                let word = word.as_text()?.as_str()?.to_owned();
                words.add(member.key.decode().text(), &word).then_some(())?;
            }
        }
        Some(())
    })?;
    Some(words)
}

/// Whether Airflow finds the connection of this id at this site.
fn is_called(site: &Site<'_>, id: &str) -> bool {
    match site.surface {
        Surface::Environment => is_variable_of(&site.name.text, site.id.as_deref(), id),
        _ => site.id.as_deref() == Some(id),
    }
}
