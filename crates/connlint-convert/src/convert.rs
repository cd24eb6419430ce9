use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use connlint_catalog::Profile;
use connlint_hosts::{Site, Surface};
use connlint_parser::{Connection, Reading, env_name};

use crate::entry::{Changes, Entry, Written, compare, refusal, write};
use crate::field::first_difference;
use crate::refusal::shown;
use crate::{Field, Loss, Refusal, Target};

/// A connection that is to be written, or why it cannot be.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    /// The id that Airflow asks for, where one is known.
    pub id: Option<Cow<'a, str>>,
    /// What Airflow reads.
    pub connection: Result<Connection<'a>, Refusal>,
}

impl<'a> Source<'a> {
    /// What was read at a site. `id` is what Airflow asks for to find it.
    pub fn of_site(site: &Site<'_>, id: Option<Cow<'a, str>>, reading: &'a Reading<'_>) -> Self {
        let connection = if !site.unknown.is_empty() {
            Err(Refusal::Environment)
        } else if is_of_a_team(site) {
            Err(Refusal::Team)
        } else if let Some(failure) = reading.failure() {
            Err(Refusal::NotRead(failure.exception))
        } else if matches!(reading, Reading::Uri(uri) if uri.scheme.is_none() && !uri.is_absent()) {
            Err(Refusal::NoConnType)
        } else {
            reading.connection().ok_or(Refusal::Absent)
        };
        Self { id, connection }
    }
}

/// Whether the name of a variable says more than the id: `AIRFLOW_CONN__TEAM___ID`.
fn is_of_a_team(site: &Site<'_>) -> bool {
    let own = site.id.as_deref().map(env_name);
    site.surface == Surface::Environment
        && own.is_some_and(|own| own != site.name.text.to_uppercase())
}

/// What is known beside the connections.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which Airflow reads what is written, and read what was there.
    pub profile: Profile,
    /// What the secrets backend is called with, as JSON: mounts, paths, prefixes and separators are
    /// those that it looks for. Only a [`Target`] that [has one](Target::backend) asks.
    pub kwargs: String,
    /// What connections are written as, where a form takes either; the URI where it does, unless said.
    pub notation: Option<Notation>,
    /// What the Secret of Kubernetes, or the service of compose, is called.
    pub name: Option<String>,
    /// Whether the commands of `vault-cli` may have a `conn_uri` among their arguments, which others
    /// see in the list of processes.
    pub arguments: bool,
    /// Whether connections are written too that the form does not carry whole.
    pub lossy: bool,
}

/// How a connection is written in a place that takes a URI or JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notation {
    /// As a URI; in Vault as the `conn_uri` of a secret.
    Uri,
    /// As JSON; in Vault as a secret of fields.
    Json,
}

impl Notation {
    /// Both.
    pub const ALL: &[Self] = &[Self::Uri, Self::Json];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Uri => "uri",
            Self::Json => "json",
        }
    }

    /// What it is, in a few words.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Uri => "a URI; in Vault a conn_uri",
            Self::Json => "JSON; in Vault a secret of fields",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|choice| choice.name() == name)
    }
}

impl Default for Options {
    /// The newest Airflow, which looks where it does unless it is told otherwise.
    fn default() -> Self {
        let kwargs = "{}".to_owned();
        let (profile, notation, name) = (Profile::NEWEST, None, None);
        Self { profile, kwargs, notation, name, arguments: false, lossy: false }
    }
}

/// What was written, and what became of each connection.
///
/// `Debug` does not show the text: it is full of secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Conversion {
    /// The document. Each reader of the form reads the connections it was made of.
    pub text: String,
    /// What became of the connections, in their order.
    pub report: Vec<Outcome>,
}

/// What became of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its id, where it has one.
    pub id: Option<String>,
    /// Whether it was written, or why not.
    pub result: Result<(), Refusal>,
    /// What was lost on the way; empty unless [`Options::lossy`] allows it.
    pub changes: Vec<(Field, Loss)>,
}

impl Conversion {
    /// How many connections were written.
    pub fn converted(&self) -> usize {
        self.report.iter().filter(|outcome| outcome.result.is_ok()).count()
    }

    /// How many were not.
    pub fn refused(&self) -> usize {
        self.report.len() - self.converted()
    }
}

impl fmt::Debug for Conversion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversion").field("report", &self.report).finish_non_exhaustive()
    }
}

/// Writes connections as `target`, those it can carry.
///
/// What is written is read back as each of its readers does and as Airflow does then, and equals
/// what it was made of, field by field; what does not is refused, and the others are written all
/// the same. The same connection twice is written once.
///
/// ```
/// use connlint_convert::{Options, Source, Target, convert};
/// use connlint_parser::Connection;
///
/// let redis = Connection {
///     conn_type: Some("redis".into()),
///     host: Some("Cache".into()),
///     login: Some("app".into()),
///     password: Some("it's".into()),
///     ..Connection::default()
/// };
/// let noted = Connection { description: Some("the main one".into()), ..redis.clone() };
/// let sources = || {
///     [("cache", &redis), ("noted", &noted)].map(|(id, connection)| Source {
///         id: Some(id.into()),
///         connection: Ok(connection.clone()),
///     })
/// };
///
/// let uris = convert(sources(), Target::Uri, &Options::default());
/// assert_eq!(uris.text, "redis://app:it%27s@%43ache\n");
/// assert_eq!(
///     uris.report[1].result.clone().unwrap_err().message().as_str(),
///     "description: a URI cannot carry it; use --to export-json",
/// );
///
/// let env = convert(sources(), Target::Env, &Options::default());
/// assert_eq!(env.converted(), 2);
/// ```
pub fn convert<'a>(
    sources: impl IntoIterator<Item = Source<'a>>,
    target: Target,
    options: &Options,
) -> Conversion {
    let sources: Vec<Source<'a>> = sources.into_iter().collect();
    let mut results: Vec<_> = sources.iter().map(|source| ready(source, target)).collect();
    let repeated = if target.has_ids() {
        settle(&sources, target, options, &mut results)
    } else {
        BTreeMap::new()
    };
    let mut first_ones = results.clone();
    for &again in repeated.keys() {
        first_ones[again] = Err(Refusal::Repeated);
    }
    let mut conversion = write_all(&sources, first_ones, target, options, target.is_sorted());
    for (again, first) in repeated {
        // What stands again comes behind where it stood first.
        let (before, behind) = conversion.report.split_at_mut(again);
        let Outcome { result, changes, .. } = &before[first];
        behind[0].result.clone_from(result);
        behind[0].changes.clone_from(changes);
    }
    conversion
}

/// Writes the connections whose names are settled, those it can carry.
pub(crate) fn write_all(
    sources: &[Source<'_>],
    mut results: Vec<Result<(), Refusal>>,
    target: Target,
    options: &Options,
    is_sorted: bool,
) -> Conversion {
    let form = target.form();
    let mut changes: Vec<Changes> = vec![Changes::new(); sources.len()];
    let mut written: Vec<(usize, Entry<'_, '_>, String)> = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let (Ok(()), Ok(connection)) = (&results[index], &source.connection) else { continue };
        let entry = Entry { id: source.id.as_deref().unwrap_or_default(), connection };
        match write(entry, target, options) {
            Ok(Written { text, changes: lost }) => {
                changes[index] = lost;
                written.push((index, entry, text));
            }
            Err(fault) => results[index] = Err(refusal(entry, fault, target, options)),
        }
    }
    if is_sorted {
        written.sort_by_key(|(_, entry, _)| entry.id);
    }
    let texts: Vec<&str> = written.iter().map(|(_, _, text)| &**text).collect();
    let mut text = (form.document)(&texts, options);
    if !written.is_empty()
        && let Err(refusal) = prove(&text, &written, &changes, target, options)
    {
        text = (form.document)(&[], options);
        for result in results.iter_mut().filter(|result| result.is_ok()) {
            *result = Err(refusal.clone());
        }
        changes.fill(Changes::new());
    }
    let report = sources.iter().zip(results).zip(changes).map(|((source, result), changes)| {
        Outcome { id: source.id.as_deref().map(str::to_owned), result, changes }
    });
    Conversion { text, report: report.collect() }
}

/// Each entry was read back by itself. Together they must say the same.
fn prove(
    text: &str,
    written: &[(usize, Entry<'_, '_>, String)],
    changes: &[Changes],
    target: Target,
    options: &Options,
) -> Result<(), Refusal> {
    if let Some(limit) = target.form().total.filter(|&limit| text.len() > limit) {
        return Err(Refusal::TooLong { limit, target, instead: None });
    }
    let entries: Vec<_> = written.iter().map(|(_, entry, _)| *entry).collect();
    let found = compare(text, &entries, target, options);
    let is_expected = found.is_some_and(|found| {
        found.iter().zip(written).all(|(found, (index, ..))| *found == changes[*index])
    });
    if is_expected { Ok(()) } else { Err(Refusal::Whole { target, instead: None }) }
}

/// Whether a connection can be written as far as its form does not matter.
pub(crate) fn ready(source: &Source<'_>, target: Target) -> Result<(), Refusal> {
    source.connection.as_ref().map(|_| ()).map_err(Clone::clone)?;
    if source.id.is_none() && target.has_ids() { Err(Refusal::NoId) } else { Ok(()) }
}

/// Refuses connections that would go by one name, unless they are one connection written twice.
///
/// Gives the places of what stands again, and of where it stood first.
fn settle(
    sources: &[Source<'_>],
    target: Target,
    options: &Options,
    results: &mut [Result<(), Refusal>],
) -> BTreeMap<usize, usize> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, source) in sources.iter().enumerate() {
        if let (Ok(()), Some(id)) = (&results[index], &source.id)
            && let Ok(name) = (target.form().name)(id, options)
        {
            groups.entry(name).or_default().push(index);
        }
    }
    let mut repeated = BTreeMap::new();
    for group in groups.values().filter(|group| group.len() > 1) {
        let first = group[0];
        let other = group.iter().find(|&&index| sources[index].id != sources[first].id);
        if let Some(&other) = other {
            for &index in group {
                let is_first = sources[index].id == sources[first].id;
                let by = &sources[if is_first { other } else { first }].id;
                let by = shown(by.as_deref().unwrap_or_default());
                results[index] = Err(Refusal::Taken { by });
            }
            continue;
        }
        let is_same =
            |&index: &usize| match (&sources[first].connection, &sources[index].connection) {
                (Ok(one), Ok(other)) => first_difference(one, other).is_none(),
                _ => false,
            };
        if group.iter().all(is_same) {
            repeated.extend(group[1..].iter().map(|&index| (index, first)));
        } else {
            for &index in group {
                results[index] = Err(Refusal::Ambiguous);
            }
        }
    }
    repeated
}
