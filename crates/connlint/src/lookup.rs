//! Where Airflow looks for a connection or variable, and under which name.

use connlint_backends::{
    Arguments, Call, Failure, Imported, Kind, Name, Needed, Nothing, Surroundings, failures,
    import, lookup,
};
use connlint_catalog::{Backend, Profile, Stage, backend};
use connlint_hosts::{Document, Role, Site, Surface};
use connlint_linter::Linted;
use connlint_parser::{
    BackendSection, CommandOutcome, LoadedBackend, Process, Settings, World, load_backend,
};
use connlint_text::{LineIndex, MASK};

/// One place where Airflow looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedUp {
    /// What people call the backend, or its class path where nothing is known of it.
    pub backend: String,
    /// Who asks it, where workers ask another one than the rest of Airflow does.
    pub asked_by: Option<Process>,
    /// Where the class is named, or where an environment variable is set.
    pub places: Vec<Place>,
    /// The names that are asked for, one after the other; `None` where nobody can tell.
    pub names: Option<Result<Vec<Name>, Nothing>>,
    /// How the backend fails before it asks, whatever surrounds it.
    pub failure: Option<Failure>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// What the secrets backends that a file configures ask for: that of workers first, as tasks do.
///
/// ```
/// use connlint::backends::Kind;
/// use connlint::{Linter, lookups};
///
/// let file = "AIRFLOW__SECRETS__BACKEND=airflow.providers.hashicorp.secrets.vault.VaultBackend
/// AIRFLOW__SECRETS__BACKEND_KWARGS={\"token\": \"s3cr3t\", \"connections_path\": [\"etl\", \"common\"]}
/// ";
/// let linted = Linter::default().lint(".env", file);
/// let found = &lookups(&linted, Kind::Connection, "pg")[0];
/// let names: Vec<_> =
///     found.names.iter().flatten().flatten().map(|name| name.text.as_str()).collect();
/// assert_eq!(names, ["/v1/secret/data/etl/pg", "/v1/secret/data/common/pg"]);
/// ```
pub fn lookups(linted: &Linted<'_>, kind: Kind, id: &str) -> Vec<LookedUp> {
    let Some(document) = &linted.document else { return Vec::new() };
    let file = File { linted, document, settings: settings(document) };
    let mut sections = Vec::new();
    let mut found = Vec::new();
    for process in [Process::Worker, Process::Server] {
        let loaded = load_backend(&file.settings, process, linted.profile, &AnyClass);
        let Ok(Some(loaded)) = loaded else { continue };
        if !sections.contains(&loaded.section) {
            sections.push(loaded.section);
            let looked_up = file.looked_up(&loaded, kind, id);
            found.push(LookedUp { asked_by: Some(process), ..looked_up });
        }
    }
    if let [only] = found.as_mut_slice() {
        let is_for_workers = sections == [BackendSection::Workers];
        only.asked_by = is_for_workers.then_some(Process::Worker);
    }
    found
}

/// The secrets backends that a document configures, and the JSON of their arguments: that of workers
/// first.
///
/// ```
/// use connlint::{Linter, Profile, configured_backends};
///
/// let file = "AIRFLOW__SECRETS__BACKEND=airflow.providers.hashicorp.secrets.vault.VaultBackend
/// AIRFLOW__SECRETS__BACKEND_KWARGS={\"mount_point\": \"airflow\"}
/// ";
/// let document = Linter::default().extract(".env", file).unwrap();
/// let (backend, kwargs) = &configured_backends(&document, Profile::NEWEST)[0];
/// assert_eq!((backend.id, &**kwargs), ("hashicorp-vault", "{\"mount_point\": \"airflow\"}"));
/// ```
pub fn configured_backends(
    document: &Document<'_>,
    profile: Profile,
) -> Vec<(&'static Backend, String)> {
    let settings = settings(document);
    let processes = [Process::Worker, Process::Server].into_iter();
    let found = processes.filter_map(|process| {
        let loaded = load_backend(&settings, process, profile, &AnyClass).ok().flatten()?;
        let Imported::Backend(backend) = import(&loaded.class, None, profile.version) else {
            return None;
        };
        Some((backend, loaded.arguments().ok()?))
    });
    found.collect()
}

/// Where Airflow looks when no secrets backend of the files has it: the environment, with the
/// lines of the files that set the variable, and the database.
pub fn last_backends(files: &[Linted<'_>], kind: Kind, id: &str) -> Vec<LookedUp> {
    const PATHS: [&str; 2] = [
        "airflow.secrets.environment_variables.EnvironmentVariablesBackend",
        "airflow.secrets.metastore.MetastoreBackend",
    ];
    let known = PATHS.iter().filter_map(|path| Some(backend(path)?.backend));
    known
        .map(|backend| {
            let arguments = Arguments::default();
            let airflow = connlint_catalog::AirflowVersion::NEWEST;
            let names = lookup(&Call { backend, arguments, release: None, airflow }, kind, id);
            let places = match &names {
                Ok(names) if backend.id == "environment-variables" => defined(files, names),
                _ => Vec::new(),
            };
            let names = Some(names);
            LookedUp {
                backend: backend.name.to_owned(),
                asked_by: None,
                places,
                names,
                failure: None,
            }
        })
        .collect()
}

/// The lines that set one of these environment variables.
fn defined(files: &[Linted<'_>], names: &[Name]) -> Vec<Place> {
    let mut places = Vec::new();
    for linted in files {
        let sites = linted.document.iter().flat_map(|document| &document.sites);
        let is_set = |site: &&Site<'_>| {
            site.surface == Surface::Environment
                && names.iter().any(|name| name.text == site.name.text)
        };
        places.extend(sites.filter(is_set).map(|site| place(linted, site)));
    }
    places
}

fn place(linted: &Linted<'_>, site: &Site<'_>) -> Place {
    let line = LineIndex::new(linted.text).line(site.span.start());
    Place { file: linted.path.clone(), line }
}

/// The environment that a document makes.
fn settings<'a>(document: &'a Document<'_>) -> Settings<'a> {
    let mut settings = Settings::default();
    let sites = document.sites.iter().filter(|site| site.surface == Surface::Environment);
    let pairs = sites.map(|site| ((*site.name.text).into(), site.value.text().into()));
    settings.environment.extend(pairs);
    settings
}

/// Takes every class as there: whether it is, is looked at afterwards.
struct AnyClass;

impl World for AnyClass {
    fn has_class(&self, _: &str) -> bool {
        true
    }

    fn run(&self, _: &[String]) -> CommandOutcome {
        CommandOutcome::Failed
    }
}

/// A class path as it may be shown: what cannot be one may be anything.
fn class_name(path: &str) -> String {
    let is_path =
        path.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_'));
    if is_path { path.to_owned() } else { MASK.to_owned() }
}

/// A file and what it sets.
struct File<'f, 'a> {
    linted: &'f Linted<'a>,
    document: &'f Document<'a>,
    settings: Settings<'f>,
}

/// Something outside the files may still hold a token for Vault; nothing else is taken for granted
/// that the files could say.
impl Surroundings for File<'_, '_> {
    fn variable(&self, name: &str) -> Option<&str> {
        let set = self.settings.environment.get(name).map(|value| &**value);
        set.or((name == "VAULT_TOKEN").then_some(""))
    }

    fn has(&self, _: Needed<'_>) -> bool {
        true
    }
}

impl File<'_, '_> {
    fn looked_up(&self, loaded: &LoadedBackend<'_>, kind: Kind, id: &str) -> LookedUp {
        let section = loaded.section;
        let option = format!("AIRFLOW__{}__{}", section.section(), section.backend());
        let is_named = |site: &&Site<'_>| {
            site.role == Role::BackendClass && site.name.text.eq_ignore_ascii_case(&option)
        };
        let places = self.document.sites.iter().find(is_named);
        let places = places.map(|site| place(self.linted, site)).into_iter().collect();
        match import(&loaded.class, None, self.linted.profile.version) {
            Imported::Backend(backend) => {
                let (names, failure) = self.asked(backend, loaded, kind, id);
                LookedUp {
                    backend: backend.name.to_owned(),
                    asked_by: None,
                    places,
                    names,
                    failure,
                }
            }
            Imported::Fails(exception) => {
                let cause = connlint_backends::Cause::Outside;
                let failure = Some(Failure { stage: Stage::Import, exception, cause });
                LookedUp {
                    backend: class_name(&loaded.class),
                    asked_by: None,
                    places,
                    names: None,
                    failure,
                }
            }
            Imported::Unknown => LookedUp {
                backend: class_name(&loaded.class),
                asked_by: None,
                places,
                names: None,
                failure: None,
            },
        }
    }

    /// The names that are asked for, and the failure in front of that.
    fn asked(
        &self,
        backend: &'static Backend,
        loaded: &LoadedBackend<'_>,
        kind: Kind,
        id: &str,
    ) -> (Option<Result<Vec<Name>, Nothing>>, Option<Failure>) {
        let Ok(written) = loaded.arguments() else { return (None, None) };
        let Ok(node) = connlint_json::parse(&written) else { return (None, None) };
        let airflow = self.linted.profile.version;
        let call = Call { backend, arguments: Arguments::of(&node), release: None, airflow };
        let failure = failures(&call, self).into_iter().next();
        (Some(lookup(&call, kind, id)), failure)
    }
}
