use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use connlint::catalog::nearest;
use connlint::convert::{Loss, Options, Outcome, Target, convert};
use connlint::hosts::{Document, HostIssueKind, Site, Surface, detect};
use connlint::linter::reading;
use connlint::parser::{Reading, env_name};
use connlint::report::ShowFormat;
use connlint::text::{Grounds, LineIndex, Public};
use connlint::{Linter, Profile, Source, configured_backends};
use serde_json::json;

use crate::args::Convert;
use crate::commands::bulk::{Bulk, Input};
use crate::commands::in_place;
use crate::output;
use crate::project::{Plan, Planned};
use crate::walk::{self, Entry, Origin, Unread};

/// The bytes of a file, or why there are none.
type Bytes = Option<Result<Vec<u8>, &'static str>>;

pub(crate) fn run(args: &Convert) -> anyhow::Result<ExitCode> {
    if let Some(path) = args.output.as_ref().filter(|path| !args.force && path.exists()) {
        bail!("{} exists; --force replaces it", path.display());
    }
    let plan = Plan::of(&args.input, args.input.flags())?;
    let linter = plan.linter();
    let mut read = None;
    if let [file] = &plan.files[..]
        && !args.in_place
    {
        match Input::of(&file.entry)? {
            Input::Large(content) => {
                if let Some(bulk) = Bulk::of(file, &content, file.linter(&plan.flags))
                    && let Some(code) = bulk.run(args, &options(args, linter.profile, &[])?)?
                {
                    return Ok(code);
                }
                if file.entry.origin == Origin::Stdin {
                    read = Some(walk::read_all(content));
                }
            }
            Input::Small(bytes) => read = Some(Ok(bytes)),
            Input::Usual => {}
        }
    }
    let files = match (&plan.files[..], read) {
        ([file], Some(read)) => vec![(file, Some(read.map_err(|unread| unread.reason())))],
        _ => plan.each(|file| (file, bytes(&file.entry, args)))?,
    };
    let sources: Vec<(&Planned, Source<'_>)> = files
        .iter()
        .filter_map(|(file, bytes)| Some((*file, Source::of(bytes.as_ref()?.as_ref().ok()?))))
        .collect();
    let mut run = Run::default();
    for (file, bytes) in &files {
        if let Some(Err(reason)) = bytes {
            run.fails(&file.entry.name, None, reason);
        }
    }
    let mut documents = Vec::new();
    for (file, source) in &sources {
        let linter = file.linter(&plan.flags);
        if let Some(document) = run.document(&linter, &file.entry, source, 0) {
            documents.push((*file, document, linter.profile));
        }
    }
    let options = options(args, linter.profile, &documents)?;
    if args.in_place {
        return in_place::run(args, &documents, &options, &run);
    }
    let mut places = Vec::new();
    for (file, document, profile) in &documents {
        let name = &*file.entry.name;
        let lines = LineIndex::new(document.text);
        let line = |site: &Site<'_>| lines.line(site.span.start());
        let sites = document.sites.iter();
        places.extend(sites.filter_map(|site| Place::of(name, line(site), site, *profile)));
    }
    select(&mut places, &args.conn_id)?;
    if places.is_empty() {
        bail!("no connection found");
    }

    let connections = places.iter().map(Place::source);
    let conversion = convert(connections, args.to, &options);
    if conversion.converted() > 0 {
        write_output(args, conversion.text.as_bytes())?;
    }
    match args.report {
        ShowFormat::Text => {
            for (place, outcome) in places.iter().zip(&conversion.report) {
                if let Some(line) = place.line_of(outcome) {
                    anstream::eprintln!("{line}");
                }
            }
            let (converted, refused) = (conversion.converted(), conversion.refused());
            anstream::eprintln!("{}", total(converted, refused));
        }
        ShowFormat::Json => {
            let connections: Vec<_> =
                places.iter().zip(&conversion.report).map(|(place, it)| place.json(it)).collect();
            let report = json!({
                "connections": connections,
                "converted": conversion.converted(),
                "refused": conversion.refused(),
            });
            anstream::eprintln!("{report:#}");
        }
    }
    Ok(exit_code(&run, conversion.refused()))
}

/// What is known beside the connections.
fn options(
    args: &Convert,
    profile: Profile,
    documents: &[(&Planned, Document<'_>, Profile)],
) -> anyhow::Result<Options> {
    let kwargs = kwargs(args, documents)?;
    let Convert { notation, ref name, arguments, lossy, .. } = *args;
    Ok(Options { profile, kwargs, notation, name: name.clone(), arguments, lossy })
}

/// The last line of a report.
pub(crate) fn total(converted: usize, refused: usize) -> String {
    format!("converted {converted}, refused {refused}")
}

pub(crate) fn exit_code(run: &Run, refused: usize) -> ExitCode {
    match () {
        () if run.failed => ExitCode::from(2),
        () if run.incomplete || refused > 0 => ExitCode::from(1),
        () => ExitCode::SUCCESS,
    }
}

/// A connection, and where it stands.
pub(crate) struct Place<'f> {
    pub(crate) name: &'f str,
    pub(crate) line: u32,
    pub(crate) site: &'f Site<'f>,
    pub(crate) id: Option<Cow<'f, str>>,
    pub(crate) reading: Reading<'f>,
}

impl Convert {
    /// Whether `--conn-id` lets a connection be written.
    pub(crate) fn means(&self, place: &Place<'_>) -> bool {
        self.conn_id.is_empty() || self.conn_id.iter().any(|id| place.is_called(id))
    }
}

impl<'f> Place<'f> {
    /// The connection of a site in the file of that name, where it is one.
    pub(crate) fn of(
        name: &'f str,
        line: u32,
        site: &'f Site<'f>,
        profile: Profile,
    ) -> Option<Self> {
        let reading = reading(site, profile)?;
        Some(Place { name, line, site, id: conn_id(name, site), reading })
    }

    pub(crate) fn source(&self) -> connlint::convert::Source<'_> {
        connlint::convert::Source::of_site(self.site, self.id.clone(), &self.reading)
    }

    /// Says what it lost, or why it was not written, if so.
    pub(crate) fn line_of(&self, outcome: &Outcome) -> Option<String> {
        let (file, line) = (shown(self.name), self.line);
        let Err(refusal) = &outcome.result else {
            let changes = outcome.changes.iter().map(|&(field, loss)| match loss {
                Loss::Dropped => format!("{} is lost", field.name()),
                _ => format!("{} is another", field.name()),
            });
            let changes: Vec<_> = changes.collect();
            let id = shown(self.id.as_deref().unwrap_or("-"));
            let text = format!("changed {id} ({file}:{line}): {}", changes.join(", "));
            return Some(text).filter(|_| !changes.is_empty());
        };
        let message = refusal.message();
        Some(match &self.id {
            Some(id) => format!("refused {} ({file}:{line}): {message}", shown(id)),
            None => format!("refused ({file}:{line}): {message}"),
        })
    }

    /// What became of it, for programs.
    pub(crate) fn json(&self, outcome: &Outcome) -> serde_json::Value {
        let changes = outcome.changes.iter().map(|&(field, loss)| {
            let loss = if loss == Loss::Dropped { "dropped" } else { "changed" };
            json!({ "field": field.name(), "loss": loss })
        });
        let changes: Vec<_> = changes.collect();
        let result = match &outcome.result {
            Err(_) => "refused",
            Ok(()) if changes.is_empty() => "converted",
            Ok(()) => "changed",
        };
        let reason = outcome.result.as_ref().err().map(|it| it.message().as_str().to_owned());
        json!({
            "conn_id": self.id.as_deref(),
            "file": self.name,
            "line": self.line,
            "result": result,
            "reason": reason,
            "changes": changes,
        })
    }

    /// Whether a user who says `wanted` means this one.
    pub(crate) fn is_called(&self, wanted: &str) -> bool {
        let is_variable = self.site.surface == Surface::Environment;
        self.id
            .as_ref()
            .is_some_and(|id| id == wanted || is_variable && env_name(id) == env_name(wanted))
    }
}

/// What became of the files.
#[derive(Debug, Default)]
pub(crate) struct Run {
    /// One could not be read.
    failed: bool,
    /// A part of one was not read.
    incomplete: bool,
}

impl Run {
    /// The sites of a file, or of the part of it behind so many lines; `None` where it is not one of
    /// ours, or cannot be read.
    pub(crate) fn document<'a>(
        &mut self,
        linter: &Linter,
        entry: &Entry,
        source: &'a Source<'_>,
        before: u32,
    ) -> Option<Document<'a>> {
        let text = source.text();
        let found = linter.extract(&entry.name, text).or_else(|| {
            let name = stand_in(entry, text)?;
            linter.extract(name, text)
        });
        let Some(document) = found else {
            if entry.named {
                self.fails(&entry.name, None, "no known format; --host says which it is");
            }
            return None;
        };
        // What stands for the bytes that are no UTF-8 is not what its owner wrote.
        if !source.is_utf8() {
            self.fails(&entry.name, None, "it is not UTF-8");
            return None;
        }
        let lines = LineIndex::new(text);
        for issue in &document.issues {
            let line = Some(before + lines.line(issue.span.start()));
            match issue.kind {
                HostIssueKind::Line(why) => {
                    self.incomplete = true;
                    complain(&entry.name, line, why);
                }
                HostIssueKind::Syntax(why) | HostIssueKind::Limit(why) => {
                    self.fails(&entry.name, line, why);
                }
                _ => self.fails(&entry.name, line, "a part of it cannot be read"),
            }
        }
        Some(document)
    }

    fn fails(&mut self, name: &str, line: Option<u32>, why: &'static str) {
        self.failed = true;
        complain(name, line, why);
    }
}

fn complain(name: &str, line: Option<u32>, why: &'static str) {
    let name = shown(name);
    match line {
        Some(line) => anstream::eprintln!("{name}:{line}: {why}"),
        None => anstream::eprintln!("{name}: {why}"),
    }
}

/// A name that says what standard input is, where it has none.
fn stand_in(entry: &Entry, text: &str) -> Option<&'static str> {
    if entry.path().is_some() || entry.name != "-" {
        return None;
    }
    let names = [".env", "connections.env", "connections.json", "connections.yaml"];
    names.into_iter().find(|name| detect(name, text).is_some())
}

/// The bytes of a file; `None` for one that is not looked at.
fn bytes(entry: &Entry, args: &Convert) -> Bytes {
    if !entry.named && is_output(entry, args) {
        return None;
    }
    match walk::read(entry) {
        Ok(bytes) => Some(Ok(bytes)),
        Err(Unread::Binary | Unread::Special) if !entry.named => None,
        Err(unread) => Some(Err(unread.reason())),
    }
}

/// Whether a file is what an earlier run wrote.
fn is_output(entry: &Entry, args: &Convert) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let output = args.output.as_deref().and_then(real);
    output.is_some() && entry.path().and_then(real) == output
}

/// The id of a connection. What Vault prints does not say it; the name of the file does, if it
/// was named after the path of the secret.
pub(crate) fn conn_id<'a>(name: &'a str, site: &'a Site<'_>) -> Option<Cow<'a, str>> {
    if site.surface != Surface::Vault {
        return site.id.as_deref().map(Cow::Borrowed);
    }
    let path = match name.rsplit_once("connections/") {
        Some((before, path)) if before.is_empty() || before.ends_with('/') => path,
        _ => name.rsplit('/').next().unwrap_or(name),
    };
    path.strip_suffix(".json").filter(|id| !id.is_empty()).map(Cow::Borrowed)
}

/// Keeps the connections of these ids; of no id, all.
fn select(places: &mut Vec<Place<'_>>, wanted: &[String]) -> anyhow::Result<()> {
    for conn_id in wanted {
        if places.iter().any(|place| place.is_called(conn_id)) {
            continue;
        }
        let ids = places.iter().filter_map(|place| place.id.as_deref());
        match nearest(conn_id, ids) {
            Some(meant) => bail!(
                "no connection has the id `{}`; did you mean `{}`?",
                shown(conn_id),
                shown(meant)
            ),
            None => bail!("no connection has the id `{}`", shown(conn_id)),
        }
    }
    places.retain(|place| wanted.is_empty() || wanted.iter().any(|it| place.is_called(it)));
    Ok(())
}

/// Writes what the connections were made into where it is wanted.
pub(crate) fn write_output(args: &Convert, mut content: impl io::Read) -> anyhow::Result<()> {
    let Some(path) = &args.output else {
        io::copy(&mut content, &mut io::stdout().lock())?;
        return Ok(());
    };
    let write = if args.force { output::replace } else { output::create };
    write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

/// The arguments of secrets backends that say where connections are.
const NAMING: [&str; 8] = [
    "mount_point",
    "kv_engine_version",
    "connections_path",
    "global_secrets_path",
    "connections_prefix",
    "sep",
    "connections_lookup_pattern",
    "extra_conn_words",
];

/// What the secrets backend that will look there is called with.
fn kwargs(
    args: &Convert,
    documents: &[(&Planned, Document<'_>, Profile)],
) -> anyhow::Result<String> {
    let mut kwargs = serde_json::Map::new();
    let Some(own) = args.to.backend() else { return Ok("{}".to_owned()) };
    if let Some(given) = &args.backend_kwargs {
        // What the parser says of it might quote it.
        let Ok(serde_json::Value::Object(given)) = serde_json::from_str(given) else {
            bail!("--backend-kwargs takes a JSON object");
        };
        kwargs = given;
    } else {
        let all = documents.iter().flat_map(|(_, document, profile)| {
            let own_ones = configured_backends(document, *profile).into_iter();
            own_ones.filter(|(backend, _)| backend.id == own).map(|(_, kwargs)| naming(&kwargs))
        });
        let all: Vec<_> = all.collect();
        if let Some(first) = all.first() {
            if all.iter().any(|other| other != first) {
                bail!(
                    "the files configure the secrets backend in more than one way; --backend-kwargs says which holds"
                );
            }
            kwargs.clone_from(first);
        }
    }
    if let Some(mount) = &args.mount {
        kwargs.insert("mount_point".to_owned(), mount.as_str().into());
    }
    if let Some(prefix) = &args.prefix {
        let is_vault =
            matches!(args.to, Target::VaultCli | Target::VaultJson | Target::VaultTerraform);
        let name = if is_vault { "connections_path" } else { "connections_prefix" };
        kwargs.insert(name.to_owned(), prefix.as_str().into());
    }
    Ok(serde_json::Value::Object(kwargs).to_string())
}

/// Those arguments that say where connections are; none where Airflow finds no object.
fn naming(kwargs: &str) -> serde_json::Map<String, serde_json::Value> {
    let mut kwargs: serde_json::Map<_, _> = serde_json::from_str(kwargs).unwrap_or_default();
    kwargs.retain(|name, _| NAMING.contains(&name.as_str()));
    kwargs
}

pub(crate) fn shown(name: &str) -> Public<'_> {
    Public::vouch(name, Grounds::Name)
}
