//! What files say about each other: policies, backends and what is written into Vault.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use connlint_catalog::{Backend, JsonType, Kwarg, Profile, Providers, conn_types};
use connlint_hosts::{Command, Document, HostFormat, Role, Site, Surface, Word};
use connlint_json::{Node, Value};
use connlint_parser::{
    Acl, Capabilities, Capability, Connection, FieldValue, Kwargs, Policy, PolicyPath, Port,
    Reading, read_kwargs, read_policy,
};
use connlint_text::{Decoded, Grounds, LineIndex, Message, Public, Raw, SourceMap, Span, message};
use rustc_hash::FxHasher;

use crate::lint::{is_test_code, reading, unknown_parts};
use crate::rules::setting::{is_made_up, is_whole};
use crate::rules::vault::app_role;
use crate::{Check, ConnectionCx, Draft, Finding, Linter, Rule, backend_of, class_of, is_plain};

/// What one file has to say to the rules about a project; it holds no secret and no text of the
/// file but names and paths, so that the files themselves need not be kept.
#[derive(Clone, Default)]
pub struct ProjectFacts {
    path: String,
    fingerprint: u64,
    pub(crate) format: Option<HostFormat>,
    /// The first secret of a file that is there for one place only, of something that many reach.
    pub(crate) secret: Option<Span<Raw>>,
    pub(crate) tracking: Tracking,
    /// The instruction of a Dockerfile that takes all files around it into the image.
    pub(crate) copy: Option<Place>,
    /// The number of the Dockerfile whose image gets this file.
    pub(crate) image: Option<usize>,
    pub(crate) backends: Vec<BackendFact>,
    pub(crate) policies: Vec<PolicyFact>,
    /// The packages of a requirements file, with their extras, in lower case.
    pub(crate) requirements: Option<Vec<String>>,
    /// What commands install, in the same form.
    pub(crate) installed: Vec<String>,
    pub(crate) writes: Vec<WriteFact>,
    /// The connections and variables that are written here.
    pub(crate) definitions: Vec<IdFact>,
    /// The connections and variables that a Dag asks for.
    pub(crate) references: Vec<IdFact>,
    /// Whether the file is there to hold all connections: an export, `airflow_settings.yaml`.
    pub(crate) is_list: bool,
    /// Whether a secrets backend is named, of which connections may come that stand in no file.
    pub(crate) has_backend: bool,
    /// Whether a container image of Airflow's own is used, which has providers in it.
    pub(crate) has_full_image: bool,
    /// Whether it is the Dockerfile of an Astro project.
    pub(crate) is_astro_image: bool,
    /// Hosts that are near in one way or another.
    pub(crate) hosts: Vec<HostFact>,
    /// The services of a compose file, by which its containers reach each other.
    pub(crate) services: Vec<String>,
    /// The packages that have the hooks of the connections here, with the first of each.
    pub(crate) hooks: Vec<(&'static str, Place)>,
    /// The names under which scripts write policies.
    pub(crate) written_policies: Vec<PolicyName>,
    /// The policies that roles name.
    pub(crate) role_policies: Vec<(String, Place)>,
    /// The mounts of the KV engine that scripts enable.
    pub(crate) mounts: Vec<MountFact>,
}

/// What git does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tracking {
    /// It isn't known, or there is no repository.
    #[default]
    Unknown,
    /// It is in the index.
    Tracked,
    /// It is not, and nothing says that it should be ignored.
    Loose,
}

/// What a policy is called.
#[derive(Clone)]
pub(crate) enum PolicyName {
    /// By this name, in lower case as Vault keeps it.
    Known(String),
    /// By what the script is told when it runs.
    Unknown,
}

/// A host that not everybody reaches, in a connection or as the URL of a backend.
#[derive(Clone)]
pub(crate) struct HostFact {
    pub(crate) reach: Reach,
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) is_backend: bool,
    /// Who reads the setting.
    pub(crate) target: Option<Deployed>,
}

/// Where a setting runs that stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deployed {
    /// In a cluster, where a container beside it may listen on the loopback interface.
    Cluster,
    /// On Astro.
    Astro,
    /// In a file that a local Airflow reads.
    DotenvFile,
}

/// Who reaches a host of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The containers of one machine.
    Docker,
    /// One container.
    Loopback,
    /// Those in the same network.
    Near,
    /// All others.
    Anywhere,
}

/// Who reaches that host, going by its name.
pub(crate) fn reach(host: &str) -> Reach {
    const DOCKER: [&str; 3] =
        ["host.docker.internal", "gateway.docker.internal", "host.containers.internal"];
    const NEAR: [&str; 7] =
        [".local", ".internal", ".svc", ".lan", ".test", ".localdomain", ".home"];
    let host = host.trim_end_matches('.');
    let host = if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    };
    if DOCKER.contains(&&*host) {
        return Reach::Docker;
    }
    let may_be_address =
        host.starts_with(|char: char| char.is_ascii_digit() || char == '[') || host.contains(':');
    let address = may_be_address.then(|| host.trim_matches(['[', ']']).parse().ok()).flatten();
    if let Some(address) = address {
        let (is_loopback, is_private) = match address {
            std::net::IpAddr::V4(v4) => {
                (v4.is_loopback() || v4.is_unspecified(), v4.is_private() || v4.is_link_local())
            }
            std::net::IpAddr::V6(v6) => {
                (v6.is_loopback() || v6.is_unspecified(), v6.is_unique_local())
            }
        };
        return match (is_loopback, is_private) {
            (true, _) => Reach::Loopback,
            (_, true) => Reach::Near,
            _ => Reach::Anywhere,
        };
    }
    if host == "localhost" || host.ends_with(".localhost") {
        return Reach::Loopback;
    }
    let is_near = !host.contains('.') || NEAR.iter().any(|end| host.ends_with(end));
    if is_near { Reach::Near } else { Reach::Anywhere }
}

/// The host of a URL with this scheme, such as `https://`.
pub(crate) fn host_of<'u>(url: &'u str, scheme: &str) -> Option<&'u str> {
    let start = url.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme))?;
    let host = host_in(url.get(start.len()..)?);
    (!host.is_empty() && is_plain(host)).then_some(host)
}

/// The host at the beginning of what stands behind `://`, perhaps empty.
fn host_in(text: &str) -> &str {
    let authority = text.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// A mount of the KV engine that a script enables.
#[derive(Clone)]
pub(crate) struct MountFact {
    pub(crate) path: String,
    pub(crate) is_version_2: bool,
    pub(crate) place: Place,
}

/// A place in a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) span: Span<Raw>,
    pub(crate) line: u32,
}

/// A secrets backend that a file sets up.
#[derive(Clone)]
pub(crate) struct BackendFact {
    pub(crate) backend: &'static Backend,
    pub(crate) class: Place,
    pub(crate) kwargs: Place,
    pub(crate) vault: Option<VaultFact>,
    /// The files that `LocalFilesystemBackend` reads, as it is given them.
    pub(crate) lists: Vec<String>,
    /// The arguments that the catalogue knows.
    pub(crate) arguments: Vec<ArgumentFact>,
}

/// An argument that a backend gets, without its value.
#[derive(Clone)]
pub(crate) struct ArgumentFact {
    pub(crate) kwarg: &'static Kwarg,
    pub(crate) key: Span<Raw>,
    /// The first release of the backend's package that takes such a value, where not all do.
    pub(crate) value_since: Option<&'static str>,
}

/// Where a backend looks in Vault, as far as that is known.
#[derive(Clone)]
pub(crate) struct VaultFact {
    pub(crate) mount: String,
    /// Where the mount is named; the kwargs as a whole where it is not.
    pub(crate) mount_span: Span<Raw>,
    /// `connections_path` and `variables_path`: those that are asked.
    pub(crate) folders: Vec<String>,
    /// Whether the mount is of KV version 2.
    pub(crate) is_version_2: bool,
    pub(crate) auth_type: String,
}

impl VaultFact {
    /// The folders as a policy names them: `airflow/data/connections`.
    pub(crate) fn api_folders(&self) -> impl Iterator<Item = String> + '_ {
        let data = if self.is_version_2 { "data/" } else { "" };
        self.folders.iter().map(move |folder| format!("{}/{data}{folder}", self.mount))
    }

    /// The folders as `vault kv` names them: `airflow/connections`.
    pub(crate) fn cli_folders(&self) -> impl Iterator<Item = String> + '_ {
        self.folders.iter().map(|folder| format!("{}/{folder}", self.mount))
    }
}

/// A policy of Vault.
#[derive(Clone)]
pub(crate) struct PolicyFact {
    pub(crate) stanzas: Vec<StanzaFact>,
    /// How it is written; `None` where the file around it quotes or moves the lines.
    notation: Option<Notation>,
}

/// How a policy is written that stands in its file as it is.
#[derive(Clone, Copy)]
enum Notation {
    /// In HCL, each stanza from the beginning of a line.
    Hcl,
    /// In JSON, each stanza in a line of its own, behind as many blanks.
    JsonLines(usize),
    /// In JSON, within a line.
    Json,
    /// So that another stanza has no room.
    Full,
}

impl PolicyFact {
    /// Stanzas that let Airflow read what is in `folders`, and no more; with what stands between
    /// them and the one before.
    pub(crate) fn grant(&self, folders: &[String]) -> Option<(Message, Message)> {
        let (between, behind) = match self.notation? {
            Notation::Hcl => (message!["\n"], "/*\" {\n  capabilities = [\"read\"]\n}"),
            Notation::JsonLines(indent) => {
                let blanks = (0..indent).fold(message![",\n"], |text, _| message![text, " "]);
                (blanks, "/*\": {\"capabilities\": [\"read\"]}")
            }
            Notation::Json => (message![", "], "/*\": {\"capabilities\": [\"read\"]}"),
            Notation::Full => return None,
        };
        let before = if matches!(self.notation, Some(Notation::Hcl)) { "path \"" } else { "\"" };
        let stanzas = folders.iter().map(|folder| message![before, name(folder), behind]);
        let stanzas = stanzas.reduce(|text, stanza| message![text, &between, stanza])?;
        Some((between, stanzas))
    }

    /// Whether it lets something below a folder be read: of all stanzas for a path the one that
    /// fits best counts.
    pub(crate) fn reads(&self, folder: &str) -> bool {
        let acl = Acl::new(self.stanzas.iter().map(|stanza| &stanza.path));
        let mut reading = self.stanzas.iter().filter(|it| it.path.granted.has(Capability::Read));
        reading.any(|stanza| {
            let path = &stanza.path;
            path.reaches(folder) && acl.allows(&secret_below(folder, &path.path), Capability::Read)
        })
    }

    /// The stanza that counts for a folder in place of one that would let it be read.
    pub(crate) fn hiding(&self, folder: &str) -> Option<&StanzaFact> {
        let has_read = |it: &&StanzaFact| it.path.granted.has(Capability::Read);
        let mut reaching = self.stanzas.iter().filter(|stanza| stanza.path.reaches(folder));
        reaching.clone().any(|it| has_read(&it)).then(|| reaching.find(|it| !has_read(it)))?
    }

    /// Whether its words stand in the file as they are.
    pub(crate) const fn is_verbatim(&self) -> bool {
        self.notation.is_some()
    }
}

/// A stanza of a policy.
#[derive(Clone)]
pub(crate) struct StanzaFact {
    pub(crate) path: PolicyPath<'static>,
    pub(crate) place: Place,
    /// Where the capabilities stand.
    pub(crate) words: Vec<(Capability, Span<Raw>)>,
    /// All of it.
    pub(crate) whole: Span<Raw>,
    /// Whether the path is known as a whole.
    pub(crate) is_known: bool,
}

/// A secret that a script writes.
#[derive(Clone)]
pub(crate) struct WriteFact {
    /// The mount and the path: `airflow/connections/pg`.
    pub(crate) path: String,
    pub(crate) place: Place,
    /// Whether the path is written there as it is, and nothing else.
    pub(crate) is_whole: bool,
    /// The command that writes it.
    pub(crate) command: Span<Raw>,
}

/// The id of a connection, or the key of a variable.
#[derive(Clone)]
pub(crate) struct IdFact {
    /// [`Role::Connection`] or [`Role::Variable`].
    pub(crate) role: Role,
    pub(crate) id: String,
    pub(crate) place: Place,
    /// Whether any spelling of the case finds it: it is the name of an environment variable.
    pub(crate) is_any_case: bool,
    /// Which of the values it could have it has, where all of it is known: a number that two have
    /// alike whose values are the same.
    pub(crate) value: Option<u64>,
    /// Whether a Dag goes on without it.
    pub(crate) has_default: bool,
}

impl fmt::Debug for ProjectFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProjectFacts")
            .field("backends", &self.backends.len())
            .field("policies", &self.policies.len())
            .field("writes", &self.writes.len())
            .field("definitions", &self.definitions.len())
            .field("references", &self.references.len())
            .finish_non_exhaustive()
    }
}

impl ProjectFacts {
    /// What a document says.
    ///
    /// ```
    /// use connlint_linter::{Linter, ProjectFacts};
    ///
    /// let linted = Linter::default().lint("policy.hcl", "path \"secret/*\" { policy = \"read\" }\n");
    /// assert!(!ProjectFacts::of("policy.hcl", &linted.document.unwrap()).is_empty());
    /// ```
    pub fn of(path: &str, document: &Document<'_>) -> Self {
        let lines = Lines::of(document.text);
        let mut gatherer = Gatherer::new(path, document, &lines);
        for site in &document.sites {
            let reading = reading(site, Profile::NEWEST);
            let connection =
                reading.as_ref().and_then(|it| ConnectionCx::of(site, it, Profile::NEWEST));
            gatherer.site(site, reading.as_ref(), connection.as_ref());
        }
        gatherer.finish(path)
    }

    /// Whether the file belongs into a repository, but for a secret in it.
    pub(crate) fn is_shared(&self) -> bool {
        self.format.is_some_and(is_shared)
    }

    /// Whether it matters what git does with the file: it holds a secret.
    pub const fn holds_secret(&self) -> bool {
        self.secret.is_some()
    }

    /// The same, with what git does with the file.
    #[must_use]
    pub fn with_tracking(self, tracking: Tracking) -> Self {
        Self { tracking, ..self }
    }

    /// Whether it is a Dockerfile that takes all files around it into the image.
    pub const fn copies_all(&self) -> bool {
        self.copy.is_some()
    }

    /// The same, with the number of the Dockerfile whose image gets the file.
    #[must_use]
    pub fn with_image(self, image: Option<usize>) -> Self {
        Self { image, ..self }
    }

    /// What the same file says after it was changed.
    #[must_use]
    pub fn after(&self, document: &Document<'_>) -> Self {
        let facts = Self::of(&self.path, document);
        facts.with_tracking(self.tracking).with_image(self.image)
    }

    /// The file's name.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether no rule about a project could want them.
    pub const fn is_empty(&self) -> bool {
        self.backends.is_empty()
            && self.policies.is_empty()
            && self.writes.is_empty()
            && self.requirements.is_none()
            && self.installed.is_empty()
            && self.definitions.is_empty()
            && self.references.is_empty()
            && !self.has_backend
            && !self.has_full_image
            && !self.is_astro_image
            && self.hosts.is_empty()
            && self.services.is_empty()
            && self.hooks.is_empty()
            && self.written_policies.is_empty()
            && self.role_policies.is_empty()
            && self.mounts.is_empty()
    }

    /// Takes what a requirements file permits of the providers that have a secrets backend.
    ///
    /// ```
    /// use connlint_catalog::Providers;
    /// use connlint_linter::{Linter, ProjectFacts};
    ///
    /// let linted = Linter::default().lint("requirements.txt", "apache-airflow-providers-amazon<7\n");
    /// let mut required = Providers::default();
    /// ProjectFacts::of("requirements.txt", &linted.document.unwrap()).require(&mut required);
    /// assert!(required.release("apache-airflow-providers-amazon").unwrap().starts_with("6."));
    /// ```
    pub fn require(&self, required: &mut Providers) {
        for line in self.requirements.iter().flatten() {
            required.require(line);
        }
    }

    /// Whether they were told by this very text: what is found in them points into it.
    pub fn fit(&self, text: &str) -> bool {
        self.fingerprint == fingerprint(text)
    }
}

/// Gathers what a document says, while somebody reads its sites.
pub(crate) struct Gatherer<'d> {
    document: &'d Document<'d>,
    facts: ProjectFacts,
    /// Whether the file is there for one place only.
    is_private: bool,
    lines: &'d Lines<'d>,
}

/// The lines of a text, counted only where there is something to tell, and once for all who ask.
pub(crate) struct Lines<'d> {
    text: &'d str,
    index: OnceLock<LineIndex>,
}

impl<'d> Lines<'d> {
    pub(crate) const fn of(text: &'d str) -> Self {
        Self { text, index: OnceLock::new() }
    }

    fn place(&self, span: Span<Raw>) -> Place {
        let index = self.index.get_or_init(|| LineIndex::new(self.text));
        Place { span, line: index.line(span.start()) }
    }
}

impl<'d> Gatherer<'d> {
    pub(crate) fn new(path: &str, document: &'d Document<'d>, lines: &'d Lines<'d>) -> Self {
        let is_private =
            (is_for_one_place(document.format) || is_shared(document.format)) && !is_example(path);
        Self { document, facts: ProjectFacts::default(), is_private, lines }
    }

    /// One who begins to gather from other sites of the same file.
    pub(crate) fn another(&self) -> Self {
        Self { facts: ProjectFacts::default(), ..*self }
    }

    /// Takes what somebody else gathered from the sites behind.
    pub(crate) fn join(&mut self, behind: Self) {
        let ProjectFacts {
            secret, definitions, has_backend, backends, hosts, hooks, policies, ..
        } = behind.facts;
        let facts = &mut self.facts;
        facts.secret = facts.secret.or(secret);
        facts.definitions.extend(definitions);
        facts.has_backend |= has_backend;
        facts.backends.extend(backends);
        facts.hosts.extend(hosts);
        facts.policies.extend(policies);
        for (package, place) in hooks {
            if facts.hooks.iter().all(|(known, _)| *known != package) {
                facts.hooks.push((package, place));
            }
        }
    }

    /// Takes what a site says, and what Airflow makes of it.
    pub(crate) fn site(
        &mut self,
        site: &Site<'_>,
        reading: Option<&Reading<'_>>,
        known: Option<&ConnectionCx<'_>>,
    ) {
        let Self { document, facts, lines, .. } = self;
        let mut place = |span: Span<Raw>| lines.place(span);
        let connection = reading.and_then(Reading::connection_without_extra);
        let connection = connection.as_ref();
        if self.is_private && facts.secret.is_none() && is_secret(document, site, connection) {
            facts.secret = Some(site.name.span);
        }
        if let (Role::Connection | Role::Variable, Some(id)) = (site.role, &site.id) {
            facts.definitions.push(IdFact {
                role: site.role,
                id: id.clone().into_owned(),
                place: place(site.name.span),
                is_any_case: site.surface == Surface::Environment,
                value: value(site, connection),
                has_default: false,
            });
        }
        facts.has_backend |= site.role == Role::BackendClass;
        match site.role {
            Role::BackendKwargs => {
                let kwargs = read_kwargs(site.value.text());
                let class = class_of(document, site);
                if let Some((class, backend)) = class.and_then(|it| Some((it, backend_of(it)?))) {
                    facts.backends.push(BackendFact {
                        backend,
                        class: place(class.value_span),
                        kwargs: place(site.value_span),
                        vault: (backend.id == "hashicorp-vault")
                            .then(|| vault(site, &kwargs))
                            .flatten(),
                        lists: lists(site, &kwargs, backend),
                        arguments: arguments(site, &kwargs, backend),
                    });
                }
                if let Some((name, span, reach)) = backend_host(site, &kwargs).and_then(near) {
                    let (place, target) = (place(span), deployed(document, site));
                    facts.hosts.push(HostFact { reach, name, place, is_backend: true, target });
                }
            }
            Role::Connection => {
                if let Some((name, span, reach)) =
                    reading.and_then(|it| connection_host(site, it, connection)).and_then(near)
                {
                    let (place, target) = (place(span), deployed(document, site));
                    let is_backend = false;
                    facts.hosts.push(HostFact { reach, name, place, is_backend, target });
                }
                let own = known.filter(|connection| connection.has_own_type());
                if let Some(package) = own.and_then(|connection| connection.of.package)
                    && facts.hooks.iter().all(|(known, _)| *known != package)
                {
                    facts.hooks.push((package, place(site.name.span)));
                }
            }
            Role::Policy => {
                let value = (site.value.text(), site.value.map(), document.text);
                facts.policies.push(policy(value, &unknown_parts(site), &mut place));
            }
            _ => {}
        }
    }

    /// Takes what the document says beside its sites.
    pub(crate) fn finish(self, path: &str) -> ProjectFacts {
        let Self { document, mut facts, lines, .. } = self;
        path.clone_into(&mut facts.path);
        facts.fingerprint = fingerprint(document.text);
        facts.format = Some(document.format);
        let mut place = |span: Span<Raw>| lines.place(span);
        for command in &document.commands {
            if let Some(input) = policy_input(command) {
                let value = (input.text(), input.value.map(), document.text);
                facts.policies.push(policy(value, &input.unknown, &mut place));
            }
            facts.installed.extend(installed(command));
            if runs_vault(command, &["policy", "write"]) || runs_vault(command, &["write"]) {
                facts.written_policies.extend(written_policy(command));
            }
            if let Some(role) = app_role(command) {
                let lists = role.parameters.iter();
                let lists = lists.filter(|it| matches!(it.key, "token_policies" | "policies"));
                for list in lists.filter(|it| it.word.is_known()) {
                    let names = list.value.split(',').map(str::trim);
                    let names = names.filter(|name| !name.is_empty() && is_plain(name));
                    let place = place(list.word.span);
                    facts.role_policies.extend(names.map(|name| (name.to_owned(), place)));
                }
            }
            if let Some((path, is_version_2)) = enabled_mount(command) {
                let place = place(command.span);
                facts.mounts.push(MountFact { path, is_version_2, place });
            }
            if let Some((path, span)) = written_path(command) {
                let is_whole = span.of(document.text) == path;
                let (place, command) = (place(span), command.span);
                facts.writes.push(WriteFact { path, place, is_whole, command });
            }
        }
        facts.references.extend(document.references.iter().map(|reference| IdFact {
            role: reference.role,
            id: reference.id.clone().into_owned(),
            place: place(reference.span),
            is_any_case: false,
            value: None,
            has_default: reference.has_default,
        }));
        // What tests ask for and write is theirs alone.
        if is_test_code(path, document) {
            facts.definitions.clear();
            facts.references.clear();
        }
        match document.format {
            HostFormat::ConnectionsJson
            | HostFormat::ConnectionsYaml
            | HostFormat::ConnectionsEnv
            | HostFormat::AirflowSettings => facts.is_list = !facts.definitions.is_empty(),
            HostFormat::Requirements => {
                let names = document.sites.iter();
                let names = names.map(|site| normalised(site.value.text()));
                // A project file may leave its packages to others.
                let extension = path.rsplit('.').next().unwrap_or_default();
                let is_list = extension.eq_ignore_ascii_case("txt") || !document.sites.is_empty();
                facts.requirements = is_list.then(|| names.collect());
            }
            HostFormat::Dockerfile | HostFormat::Compose | HostFormat::HelmValues => {
                let text = document.text.as_bytes();
                let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
                facts.has_full_image = has(b"apache/airflow");
                if document.format == HostFormat::Compose {
                    facts.services = services(document.text);
                }
                if document.format == HostFormat::Dockerfile {
                    facts.copy = copy(document.text).map(&mut place);
                }
                facts.is_astro_image = document.format == HostFormat::Dockerfile
                    && (has(b"astro-runtime") || has(b"astrocrpublic") || has(b"astronomer/"));
            }
            _ => {}
        }
        facts
    }
}

/// The arguments of a `backend_kwargs` that the catalogue knows.
fn arguments(site: &Site<'_>, kwargs: &Kwargs<'_>, backend: &'static Backend) -> Vec<ArgumentFact> {
    let Some(members) = kwargs.root.as_ref().and_then(Node::as_object) else { return Vec::new() };
    let map = site.value.map();
    let known = connlint_json::kept_members(members).into_iter().filter_map(|member| {
        let kwarg = backend.kwarg(member.key.text().as_str()?)?;
        let text = member.value.as_string();
        let mut values = kwarg.allowed_since.iter();
        let by_value =
            values.find(|(value, _)| text.is_some_and(|text| text.is(value))).map(|it| it.1);
        let is_list = member.value.as_array().is_some();
        let mut types = kwarg.types_since.iter();
        let by_type = types.find(|(kind, _)| is_list && *kind == JsonType::Array).map(|it| it.1);
        let value_since = by_value.or(by_type);
        Some(ArgumentFact { kwarg, key: map.to_raw(member.key.span()), value_since })
    });
    known.collect()
}

fn fingerprint(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

/// `COPY . …` and its like, which take the whole context of the build.
fn copy(text: &str) -> Option<Span<Raw>> {
    let mut start = 0;
    text.split_inclusive('\n').find_map(|line| {
        let from = start;
        start += line.len();
        let words: Vec<_> = line
            .split(|char: char| char.is_whitespace() || matches!(char, '[' | ']' | ',' | '"'))
            .filter(|word| !word.is_empty())
            .collect();
        let (instruction, words) = words.split_first()?;
        let is_copy = ["COPY", "ADD"].iter().any(|it| it.eq_ignore_ascii_case(instruction));
        // What comes from another image is no file of the project.
        let is_other = words.iter().any(|word| word.starts_with("--from"));
        let (_, sources) = words.split_last()?;
        let takes_all = sources.iter().any(|it| matches!(*it, "." | "./" | "*" | "./*"));
        let from = from + line.len() - line.trim_start().len();
        (is_copy && takes_all && !is_other)
            .then(|| Span::from_range(from..from + line.trim().len()))
    })
}

/// What somebody gets who asks for this connection or variable, but for its `extra`.
fn value(site: &Site<'_>, connection: Option<&Connection<'_>>) -> Option<u64> {
    if !is_whole(site) {
        return None;
    }
    let mut hasher = FxHasher::default();
    if site.role == Role::Variable {
        site.value.text().hash(&mut hasher);
        return Some(hasher.finish());
    }
    let Connection { conn_type, host, login, password, schema, port, .. } = connection?;
    for field in [conn_type, host, login, password, schema] {
        // What is empty is like what is not there.
        let text = field.as_ref().map_or(Some(""), FieldValue::as_str)?;
        text.hash(&mut hasher);
    }
    let port = match port {
        None => None,
        Some(Port::Number(number)) => Some(*number),
        Some(Port::Value(value)) => Some(value.as_str()?.parse().ok()?),
        Some(Port::Big(_)) => return None,
    };
    port.hash(&mut hasher);
    Some(hasher.finish())
}

/// The files that `LocalFilesystemBackend` is told to read.
fn lists(site: &Site<'_>, kwargs: &Kwargs<'_>, backend: &Backend) -> Vec<String> {
    if backend.id != "local-filesystem" || !unknown_parts(site).is_empty() {
        return Vec::new();
    }
    let paths = ["connections_file_path", "variables_file_path"];
    let nodes = paths.into_iter().filter_map(|path| kwargs.get(path));
    let texts = nodes.flat_map(|node| node.as_array().unwrap_or(std::slice::from_ref(node)));
    texts.filter_map(|node| Some(node.as_text()?.as_str()?.to_owned())).collect()
}

/// Where a backend of Vault looks; `None` where somebody else fills that in.
fn vault(site: &Site<'_>, kwargs: &Kwargs<'_>) -> Option<VaultFact> {
    let unknown = unknown_parts(site);
    let root = kwargs.root.as_ref()?;
    root.as_object()?;
    let is_known = |node: &Node<'_>| {
        !unknown
            .iter()
            .any(|part| part.start() <= node.span.end() && node.span.start() <= part.end())
    };
    let text = |key: &str, default: &str| plain_text(kwargs, key, default, &is_known);
    let mut folders = Vec::new();
    for (key, default) in [("connections_path", "connections"), ("variables_path", "variables")] {
        match kwargs.get(key).map(|node| (&node.value, node)) {
            Some((Value::Null, _)) => {}
            Some((Value::Array(items), _)) => {
                for item in items {
                    folders.push(item.as_text().filter(|_| is_known(item))?.as_str()?.to_owned());
                }
            }
            _ => folders.push(text(key, default)?),
        }
    }
    let is_version_2 = match kwargs.get("kv_engine_version") {
        None => true,
        Some(node) if !is_known(node) => return None,
        Some(node) => node.span.of(site.value.text()) != "1",
    };
    let trimmed = |text: String| text.trim_matches('/').to_owned();
    let mount = trimmed(text("mount_point", "secret")?);
    let mount_span = kwargs
        .get("mount_point")
        .map_or(site.value_span, |node| site.value.map().to_raw(node.span));
    let folders = folders.into_iter().map(trimmed);
    Some(VaultFact {
        mount,
        mount_span,
        folders: folders.collect(),
        is_version_2,
        auth_type: text("auth_type", "token")?,
    })
}

/// Whether a file holds the settings of one place, as against something that a deployment is made of.
const fn is_for_one_place(format: HostFormat) -> bool {
    matches!(
        format,
        HostFormat::Dotenv
            | HostFormat::ConnectionsEnv
            | HostFormat::ConnectionsJson
            | HostFormat::ConnectionsYaml
            | HostFormat::AirflowSettings
    )
}

/// Whether a file belongs into a repository, but for a secret in it.
const fn is_shared(format: HostFormat) -> bool {
    matches!(
        format,
        HostFormat::Compose | HostFormat::HelmValues | HostFormat::Kubernetes | HostFormat::Shell
    )
}

/// Whether a file is called like one that nobody uses as it is.
fn is_example(path: &str) -> bool {
    const NOT_MEANT: [&str; 12] = [
        "example", "sample", "template", "tmpl", "dist", "default", "test", "fixture", "doc",
        "demo", "sops", "enc",
    ];
    path.split(|char: char| !char.is_ascii_alphanumeric()).any(|word| {
        let word = word.to_ascii_lowercase();
        NOT_MEANT.iter().any(|it| word.strip_suffix('s').unwrap_or(&word) == *it)
    })
}

/// Whether a site holds a secret of something that is reached from elsewhere, and that no guide has.
fn is_secret(
    document: &Document<'_>,
    site: &Site<'_>,
    connection: Option<&Connection<'_>>,
) -> bool {
    /// Words that are written where there is no secret yet, or one for a test.
    const WORDS: [&str; 15] = [
        "admin",
        "airflow",
        "change",
        "dummy",
        "example",
        "guest",
        "minio",
        "password",
        "passwd",
        "placeholder",
        "postgres",
        "secret",
        "test",
        "xxx",
        "your",
    ];
    let is_word = |text: &str| {
        let text = text.to_ascii_lowercase();
        let text = text.strip_prefix("my").unwrap_or(&text).trim_start_matches(['-', '_']);
        text.len() < 4
            || text.starts_with("enc[")
            || WORDS.iter().any(|word| text.starts_with(word))
    };
    let is_far = |host: &str| reach(host) == Reach::Anywhere;
    if !is_whole(site) {
        return false;
    }
    match site.role {
        Role::Connection => {
            let Some(connection) = connection.filter(|it| !is_made_up(it)) else { return false };
            let host = connection.host.as_ref().and_then(FieldValue::as_str);
            let password = connection.password.as_ref().and_then(FieldValue::as_str);
            password.is_some_and(|it| !is_word(it)) && host.is_some_and(is_far)
        }
        Role::BackendKwargs => {
            let Some(backend) = class_of(document, site).and_then(backend_of) else { return false };
            let kwargs = read_kwargs(site.value.text());
            let members = kwargs.root.as_ref().and_then(Node::as_object).unwrap_or_default();
            let text = |node: &Node<'_>| Some(node.as_text()?.as_str()?.to_owned());
            let is_secret = members.iter().any(|member| {
                let key = member.key.text();
                let kwarg = key.as_str().and_then(|key| backend.kwarg(key));
                kwarg.is_some_and(|kwarg| kwarg.is_secret)
                    && text(&member.value).is_some_and(|text| !is_word(&text))
            });
            is_secret && url_host(&kwargs).is_some_and(|(host, _)| is_far(&host))
        }
        _ => false,
    }
}

/// The host of the `url` that a backend is given.
fn backend_host(site: &Site<'_>, kwargs: &Kwargs<'_>) -> Option<(Cow<'static, str>, Span<Raw>)> {
    let (host, span) = url_host(kwargs)?;
    let is_known = !unknown_parts(site).iter().any(|part| span.covers(*part));
    is_known.then(|| (host.into(), site.value.map().to_raw(span)))
}

/// The host of the `url` among the arguments of a backend, and where the URL stands.
fn url_host(kwargs: &Kwargs<'_>) -> Option<(String, Span<Decoded>)> {
    let node = kwargs.get("url").or_else(|| kwargs.get("vault_url"))?;
    let text = node.as_text()?;
    let text = text.as_str()?;
    let host = host_of(text, "http://").or_else(|| host_of(text, "https://"))?;
    Some((host.to_owned(), node.span))
}

/// The host of a connection.
fn connection_host<'r>(
    site: &Site<'_>,
    reading: &'r Reading<'_>,
    connection: Option<&'r Connection<'_>>,
) -> Option<(Cow<'r, str>, Span<Raw>)> {
    let unknown = unknown_parts(site);
    if let Reading::Uri(uri) = reading {
        let host = uri.host.as_ref()?;
        if unknown.iter().any(|part| part.overlaps(host.span) || host.span.covers(*part)) {
            return None;
        }
        let text = host.span.of(uri.text);
        return Some((text.into(), site.value.map().to_raw(host.span)));
    }
    let host = connection?.host.as_ref().filter(|_| unknown.is_empty())?;
    Some((host.as_str()?.into(), site.value_span))
}

/// A host that not everybody reaches, and who does.
fn near((host, span): (Cow<'_, str>, Span<Raw>)) -> Option<(String, Span<Raw>, Reach)> {
    let reach = reach(&host);
    (reach != Reach::Anywhere).then(|| (host.into_owned(), span, reach))
}

/// The names below `services:`, each at the beginning of a line behind as many blanks as the first.
fn services(text: &str) -> Vec<String> {
    let lines = text.lines().skip_while(|line| line.trim_end() != "services:").skip(1);
    let lines = lines.filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let lines: Vec<_> = lines.take_while(|line| line.starts_with(' ')).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let Some(first) = lines.first().map(|line| indent(line)) else { return Vec::new() };
    let names = lines.into_iter().filter(|line| indent(line) == first);
    let names = names.filter_map(|line| line.trim().split(':').next());
    names.map(|name| name.trim_matches(['"', '\'']).to_owned()).collect()
}

/// Where a setting of this document runs, as far as the format says so.
fn deployed(document: &Document<'_>, site: &Site<'_>) -> Option<Deployed> {
    match document.format {
        HostFormat::HelmValues | HostFormat::HelmTemplate | HostFormat::Kubernetes => {
            Some(Deployed::Cluster)
        }
        HostFormat::AstroDeployment => Some(Deployed::Astro),
        HostFormat::Dotenv => Some(Deployed::DotenvFile),
        HostFormat::Shell => {
            let is_here = |command: &&Command<'_>| command.span.covers(site.span);
            let command = document.commands.iter().find(is_here)?;
            let sends = ["variable", "connection"].iter().any(|what| {
                ["create", "update"]
                    .iter()
                    .any(|verb| command.runs("astro", &["deployment", what, verb]))
            });
            sends.then_some(Deployed::Astro)
        }
        _ => None,
    }
}

/// The policy that a command writes.
fn written_policy(command: &Command<'_>) -> Option<PolicyName> {
    let name = if runs_vault(command, &["policy", "write"]) {
        command.words.iter().skip(3).find(|word| !word.text().starts_with('-'))?
    } else {
        let word = command.words.iter().skip(2).find(|word| !word.text().starts_with('-'))?;
        let path = word.text().trim_start_matches('/');
        if !path.starts_with("sys/polic") {
            return None;
        }
        word
    };
    let text = name.text().rsplit('/').next().unwrap_or_default();
    let is_known = name.is_known() && is_plain(text);
    Some(if is_known { PolicyName::Known(text.to_ascii_lowercase()) } else { PolicyName::Unknown })
}

/// `vault secrets enable [-path=PATH] [-version=2] kv`: where, and whether it is of version 2.
fn enabled_mount(command: &Command<'_>) -> Option<(String, bool)> {
    if !runs_vault(command, &["secrets", "enable"]) {
        return None;
    }
    let (mut path, mut version, mut kind) = (None, None, None);
    let mut words = command.words.iter().skip(3);
    while let Some(word) = words.next() {
        if !word.is_known() {
            return None;
        }
        let Some(flag) = word.text().strip_prefix('-') else {
            kind = kind.or(Some(word.text()));
            continue;
        };
        let flag = flag.strip_prefix('-').unwrap_or(flag);
        let (name, value) = match flag.split_once('=') {
            Some(pair) => pair,
            // `-local` and `-seal-wrap` stand alone.
            None if matches!(flag, "local" | "seal-wrap" | "force-no-cache") => continue,
            None => (flag, words.next()?.text()),
        };
        match name {
            "path" => path = Some(value),
            "version" => version = Some(value),
            "options" if value.starts_with("version=") => version = value.strip_prefix("version="),
            _ => {}
        }
    }
    let kind = kind.filter(|kind| matches!(*kind, "kv" | "kv-v2" | "generic"))?;
    // Without a word about it, `kv` is of version 1.
    let is_version_2 = kind == "kv-v2" || version == Some("2");
    let path = path.unwrap_or(kind).trim_matches('/');
    is_path(path).then(|| (path.to_owned(), is_version_2))
}

/// An argument that is a text without anything odd in it.
fn plain_text(
    kwargs: &Kwargs<'_>,
    key: &str,
    default: &str,
    is_known: &dyn Fn(&Node<'_>) -> bool,
) -> Option<String> {
    let Some(node) = kwargs.get(key) else { return Some(default.to_owned()) };
    let text = node.as_text()?;
    let text = text.as_str().filter(|text| is_known(node) && is_path(text))?;
    Some(text.to_owned())
}

fn is_path(text: &str) -> bool {
    text.split('/').all(|part| part.is_empty() || is_plain(part))
}

/// A policy, by its text, where that stands in a file, and the file.
fn policy(
    (text, map, file): (&str, &SourceMap, &str),
    unknown: &[Span<Decoded>],
    place: &mut dyn FnMut(Span<Raw>) -> Place,
) -> PolicyFact {
    let touches = |span: Span<Decoded>| {
        unknown.iter().any(|part| part.start() <= span.end() && span.start() <= part.end())
    };
    let policy = read_policy(text);
    let notation = notation(&policy, (text, map, file));
    let stanzas = policy.paths.into_iter().map(|path| {
        let is_known = !touches(path.path_span) && !path.path.contains("{{");
        let words = path.capabilities.iter();
        let words = words.map(|(word, span)| (*word, map.to_raw(*span))).collect();
        let place = place(map.to_raw(path.path_span));
        let whole = map.to_raw(path.span);
        let path =
            PolicyPath { path: path.path.into_owned().into(), capabilities: Vec::new(), ..path };
        StanzaFact { path, place, words, whole, is_known }
    });
    PolicyFact { stanzas: stanzas.collect(), notation }
}

/// A path below a folder that the path of a stanza is about, too.
fn secret_below(folder: &str, stanza: &str) -> String {
    let rest: Vec<_> = stanza.split('/').skip(folder.split('/').count()).collect();
    let rest = rest.iter().map(|part| if *part == "+" { "x" } else { part }).collect::<Vec<_>>();
    let rest = rest.join("/").replace('*', "x");
    format!("{folder}/{}", if rest.is_empty() { "x" } else { &rest })
}

/// How a policy is written, where each of its lines is a line of the file.
fn notation(policy: &Policy<'_>, (text, map, file): (&str, &SourceMap, &str)) -> Option<Notation> {
    let (first, last) = (policy.paths.first()?, policy.paths.last()?);
    let span = first.span.join(last.span);
    if !policy.issues.is_empty() || map.to_raw(span).of(file) != span.of(text) {
        return None;
    }
    let before = text.get(..first.span.start() as usize)?;
    let line = before.rfind('\n').map_or(before, |at| &before[at + 1..]);
    Some(match text.trim_start().starts_with('{') {
        true if !before.contains('\n') => Notation::Json,
        true if line.bytes().all(|byte| byte == b' ') => Notation::JsonLines(line.len()),
        // In the middle of a line the lines of a stanza could mean something else.
        false if line.is_empty() && span.of(text).contains('\n') => Notation::Hcl,
        _ => Notation::Full,
    })
}

/// The policy that `vault policy write NAME -` reads.
fn policy_input<'c, 'a>(command: &'c Command<'a>) -> Option<&'c Word<'a>> {
    let is_write = runs_vault(command, &["policy", "write"]);
    command.input.as_ref().filter(|_| is_write)
}

/// `vault kv put [-mount=MOUNT] PATH …`: where it writes.
fn written_path(command: &Command<'_>) -> Option<(String, Span<Raw>)> {
    if !runs_vault(command, &["kv", "put"]) {
        return None;
    }
    let mut words = command.words.iter().skip(3);
    let mut mount = None;
    let path = loop {
        let word = words.next()?;
        let Some(flag) = word.text().strip_prefix('-') else { break word };
        let flag = flag.strip_prefix('-').unwrap_or(flag);
        let value = match flag.split_once('=') {
            Some(("mount", value)) => Some(value),
            None if flag == "mount" => Some(words.next()?.text()),
            _ => None,
        };
        mount = value.or(mount);
        if value.is_some() && !word.is_known() {
            return None;
        }
    };
    let text = path.text().trim_matches('/');
    if !path.is_known() || !is_path(text) || mount.is_some_and(|mount| !is_path(mount)) {
        return None;
    }
    let whole = mount
        .map_or_else(|| text.to_owned(), |mount| format!("{}/{text}", mount.trim_matches('/')));
    Some((whole, path.span))
}

/// The packages of `pip install` and `uv add`.
fn installed(command: &Command<'_>) -> Vec<String> {
    let runs = |program, words: &[&str]| command.runs(program, words);
    let words = match () {
        () if runs("pip", &["install"]) || runs("pip3", &["install"]) || runs("uv", &["add"]) => 2,
        () if runs("uv", &["pip", "install"]) => 3,
        () => return Vec::new(),
    };
    let words = command.words.iter().skip(words);
    words.filter(|word| !word.text().starts_with('-')).map(|word| normalised(word.text())).collect()
}

/// A requirement in lower case, with `-` for `_`.
fn normalised(requirement: &str) -> String {
    requirement.to_ascii_lowercase().replace('_', "-")
}

/// Whether a command runs these words of Vault's, or OpenBao's, client.
pub(crate) fn runs_vault(command: &Command<'_>, words: &[&str]) -> bool {
    ["vault", "bao"].iter().any(|program| command.runs(program, words))
}

/// What a rule is told about the files of a run.
#[derive(Debug, Clone, Copy)]
pub struct ProjectCx<'a> {
    files: &'a [ProjectFacts],
    /// What a file of that number would say, once it is fixed.
    instead: Option<(usize, &'a ProjectFacts)>,
    /// The releases of providers that somebody states.
    pub(crate) providers: &'a Providers,
}

impl<'a> ProjectCx<'a> {
    /// The files, and the number that each is reported by.
    pub(crate) fn files(&self) -> impl Iterator<Item = (usize, &'a ProjectFacts)> + use<'a> {
        let instead = self.instead;
        self.files.iter().enumerate().map(move |(number, facts)| match instead {
            Some((other, facts)) if other == number => (number, facts),
            _ => (number, facts),
        })
    }

    /// The backends of Vault whose places are known, with the files that set them up.
    pub(crate) fn vaults(
        &self,
    ) -> impl Iterator<Item = (usize, &'a BackendFact, &'a VaultFact)> + use<'a> {
        self.files().flat_map(|(file, facts)| {
            let backends = facts.backends.iter();
            backends.filter_map(move |backend| Some((file, backend, backend.vault.as_ref()?)))
        })
    }

    /// All policies.
    pub(crate) fn policies(&self) -> impl Iterator<Item = (usize, &'a PolicyFact)> + use<'a> {
        self.files().flat_map(|(file, facts)| facts.policies.iter().map(move |it| (file, it)))
    }

    /// The stanzas of all policies.
    pub(crate) fn stanzas(&self) -> impl Iterator<Item = (usize, &'a StanzaFact)> + use<'a> {
        self.policies().flat_map(|(file, policy)| policy.stanzas.iter().map(move |it| (file, it)))
    }

    /// What is written in any file, with the number of that file.
    pub(crate) fn definitions(&self) -> impl Iterator<Item = (usize, &'a IdFact)> + use<'a> {
        self.files().flat_map(|(file, facts)| facts.definitions.iter().map(move |it| (file, it)))
    }

    /// What Dags ask for and nobody writes, each once for a file.
    ///
    /// Connections that providers ask for by default are somebody's to make.
    pub(crate) fn undefined(&self) -> impl Iterator<Item = (usize, &'a IdFact)> + use<'a> {
        let cx = *self;
        let asks = cx.files().any(|(_, facts)| !facts.references.is_empty());
        let mut known: HashMap<(Role, &'a str), bool> = HashMap::default();
        let mut any_case = HashSet::new();
        let mut exact = HashSet::new();
        for (_, fact) in cx.definitions().filter(|_| asks) {
            if fact.is_any_case {
                any_case.insert((fact.role, fact.id.to_uppercase()));
            } else {
                exact.insert((fact.role, fact.id.as_str()));
            }
        }
        self.files().flat_map(move |(file, facts)| {
            known.retain(|_, is_known| *is_known);
            let mut found = Vec::new();
            for fact in &facts.references {
                known.entry((fact.role, &fact.id)).or_insert_with(|| {
                    let is_known = is_default(fact)
                        || exact.contains(&(fact.role, fact.id.as_str()))
                        || any_case.contains(&(fact.role, fact.id.to_uppercase()));
                    if !is_known {
                        found.push((file, fact));
                    }
                    is_known
                });
            }
            found
        })
    }

    /// "`.env`, line 2": a place in another file.
    pub(crate) fn place(&self, file: usize, place: Place) -> Message {
        let path = self.files.get(file).map_or("", ProjectFacts::path);
        message!["`", name(path), "`, line ", place.line]
    }
}

/// Whether a provider asks for that connection where a Dag names none.
pub(crate) fn is_default(fact: &IdFact) -> bool {
    let id = fact.id.as_str();
    fact.role == Role::Connection
        && (id.ends_with("_default")
            || conn_types().iter().any(|conn_type| conn_type.default_conn_ids.contains(&id)))
}

/// A path or a name of a file, as it may be shown.
pub(crate) fn name(text: &str) -> Public<'static> {
    Public::vouch(text.to_owned(), Grounds::Name)
}

/// Takes what a rule has to say about the files of a run.
#[derive(Debug)]
pub struct ProjectReporter<'a> {
    rule: &'static Rule,
    findings: &'a mut Vec<(usize, Finding)>,
}

impl ProjectReporter<'_> {
    /// Reports a fault at a place of the file of that number.
    pub(crate) fn report(&mut self, file: usize, span: Span<Raw>, message: Message) -> Draft<'_> {
        self.findings.push((file, Finding::about_file(self.rule, span, message)));
        let (_, finding) = self.findings.last_mut().expect("one was just pushed");
        Draft::of(finding)
    }
}

impl Linter {
    /// Lets the rules about a project look at what its files say; gives findings with the number
    /// of the file they are in, sorted by it.
    ///
    /// ```
    /// use connlint_linter::{Linter, ProjectFacts};
    ///
    /// let linter = Linter::default();
    /// let files = [
    ///     ("policy.hcl", "path \"secret/*\" { capabilities = [\"read\"] }\n"),
    ///     (".env", "AIRFLOW__SECRETS__BACKEND=airflow.providers.hashicorp.secrets.vault.VaultBackend\n\
    ///               AIRFLOW__SECRETS__BACKEND_KWARGS={\"url\": \"http://vault:8200\", \"mount_point\": \"airflow\"}\n"),
    /// ];
    /// let facts = files.map(|(path, text)| {
    ///     ProjectFacts::of(path, &linter.extract(path, text).unwrap())
    /// });
    /// let findings = linter.lint_project(&facts);
    /// assert_eq!(findings[0].0, 0);
    /// assert_eq!(findings[0].1.rule.name, "policy-misses-mount");
    /// ```
    pub fn lint_project(&self, files: &[ProjectFacts]) -> Vec<(usize, Finding)> {
        self.lint_files(&ProjectCx { files, instead: None, providers: &self.providers })
    }

    /// The same, if the file of that number said something else.
    pub(crate) fn lint_project_with(
        &self,
        files: &[ProjectFacts],
        instead: (usize, &ProjectFacts),
    ) -> Vec<(usize, Finding)> {
        let instead = Some(instead);
        self.lint_files(&ProjectCx { files, instead, providers: &self.providers })
    }

    fn lint_files(&self, cx: &ProjectCx<'_>) -> Vec<(usize, Finding)> {
        let mut findings = Vec::new();
        for rule in &self.rules {
            if let Check::Project(check) = rule.check {
                check(cx, &mut ProjectReporter { rule, findings: &mut findings });
            }
        }
        findings.sort_by(|(a, left), (b, right)| a.cmp(b).then_with(|| left.order(right)));
        findings
    }
}

/// Whether a grant lets more be done than reading and listing.
pub(crate) fn is_wide(granted: Capabilities) -> bool {
    use connlint_parser::Capability::{Create, Delete, Patch, Sudo, Update};
    [Create, Delete, Patch, Sudo, Update].into_iter().any(|capability| granted.has(capability))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_below_a_folder() {
        for (stanza, path) in [
            ("*", "m/data/c/x"),
            ("m/*", "m/data/c/x"),
            ("m/data/c*", "m/data/c/x"),
            ("m/data/c/*", "m/data/c/x"),
            ("m/data/c/pg", "m/data/c/pg"),
            ("+/data/+/pg*", "m/data/c/pgx"),
            ("m/data/c/+/a", "m/data/c/x/a"),
        ] {
            assert_eq!(secret_below("m/data/c", stanza), path, "{stanza}");
        }
    }

    #[test]
    fn what_takes_all_files() {
        for (text, expected) in [
            ("FROM x\nCOPY . .\n", Some("COPY . .")),
            ("  add --chown=astro ./ /app", Some("add --chown=astro ./ /app")),
            ("COPY [\".\", \"/app\"]\n", Some("COPY [\".\", \"/app\"]")),
            ("COPY --from=build . .\n", None),
            ("COPY dags/ .\n", None),
            ("# COPY . .\nRUN cp . x\n", None),
            ("COPY .", None),
        ] {
            assert_eq!(copy(text).map(|span| span.of(text)), expected, "{text}");
        }
    }

    #[test]
    fn services_of_a_compose_file() {
        for (text, expected) in [
            (
                "services:\n  web:\n    image: x\n\n  # old\n  \"db\":\n    x: 1\nvolumes:\n  data:\n",
                &["web", "db"][..],
            ),
            ("x-common: &common\n  web: 1\nservices:\n    web: *common\n", &["web"]),
            ("services: {}\n", &[]),
            ("services:", &[]),
            ("version: 3\n", &[]),
        ] {
            assert_eq!(services(text), expected, "{text}");
        }
    }

    #[test]
    fn hosts() {
        for (host, expected) in [
            ("host.docker.internal", Reach::Docker),
            ("localhost", Reach::Loopback),
            ("127.0.0.1", Reach::Loopback),
            ("0.0.0.0", Reach::Loopback),
            ("::1", Reach::Loopback),
            ("vault", Reach::Near),
            ("vault.vault.svc", Reach::Near),
            ("10.0.0.7", Reach::Near),
            ("vault.example.com", Reach::Anywhere),
            ("8.8.8.8", Reach::Anywhere),
        ] {
            assert_eq!(reach(host), expected, "{host}");
        }
        for (url, host) in [
            ("http://vault:8200", Some("vault")),
            ("HTTP://u:p@vault.example.com/v1", Some("vault.example.com")),
            ("http://[::1]:8200", Some("::1")),
            ("https://vault", None),
            ("http://", None),
        ] {
            assert_eq!(host_of(url, "http://"), host, "{url}");
        }
    }
}
