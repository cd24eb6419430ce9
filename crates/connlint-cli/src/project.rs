//! Which configuration holds for which file.
//!
//! A configuration comes with the repository that is looked at, and may be written by a stranger:
//! it is looked for within the repository only, and no path in it leads out of its folder.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use connlint::catalog::Providers;
use connlint::config::{Baseline, Config, Fault, Flags, Kind};
use connlint::hosts::{HostFormat, detect, env_files, may_name_env_files};
use connlint::report::{Problem, Style, problem};
use connlint::{Linter, ProjectFacts, Source};

use crate::args::Input;
use crate::walk::{self, Entry, Origin};

/// The names of a configuration, the first of a folder counts.
const NAMES: &[(&str, Kind)] = &[
    ("connlint.toml", Kind::Own),
    (".connlint.toml", Kind::Own),
    ("pyproject.toml", Kind::PyProject),
];

/// The baseline where nobody says otherwise.
pub(crate) const DEFAULT_BASELINE: &str = "connlint-baseline.json";

/// From how many bytes on a single file is worth a pool of threads.
const LARGE: u64 = 1 << 20;

/// The largest configuration or baseline that is read.
const MAX_LEN: u64 = 64 << 20;

/// A folder with a configuration of its own, or without one.
#[derive(Debug)]
pub(crate) struct Project {
    /// The folder that paths and patterns are relative to.
    pub(crate) folder: PathBuf,
    /// The file, where there is one, as a user would write it.
    pub(crate) file: Option<PathBuf>,
    pub(crate) config: Config,
}

/// A file to look at, with what holds for it.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) entry: Entry,
    pub(crate) project: Arc<Project>,
    /// Its path, relative to the folder of the project.
    pub(crate) relative: String,
    /// Whether another file names it as one of variables, which its own name does not say.
    pub(crate) is_env_file: bool,
}

/// What is looked at.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) files: Vec<Planned>,
    /// What holds for the first file, or for the current folder.
    pub(crate) main: Arc<Project>,
    pub(crate) flags: Flags,
    threads: usize,
}

/// Faults of a configuration, drawn.
#[derive(Debug)]
pub(crate) struct Faulty(String);

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Faulty {}

impl Faulty {
    fn of(path: &Path, text: &str, faults: &[Fault]) -> Self {
        let name = path.to_string_lossy();
        let style = Style {
            color: anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never,
            ..Style::PLAIN
        };
        let drawn = faults.iter().map(|fault| {
            let (label, help) = (fault.label.as_ref(), fault.help.as_ref());
            let Fault { message, span, is_shown, .. } = fault;
            let shown = Problem { message, span: *span, label, help, is_shown: *is_shown };
            problem(style, &name, text, shown)
        });
        Self(drawn.collect::<Vec<_>>().join("\n"))
    }
}

impl Planned {
    /// The linter for this file.
    pub(crate) fn linter(&self, flags: &Flags) -> Linter {
        let linter = self.project.config.linter(&self.relative, flags);
        match self.entry.origin {
            // What `--host` says is about files.
            Origin::Environment => Linter { format: Some(HostFormat::Environment), ..linter },
            _ if self.is_env_file => {
                Linter { format: linter.format.or(Some(HostFormat::Dotenv)), ..linter }
            }
            _ => linter,
        }
    }
}

impl Plan {
    /// Finds the files and what holds for each.
    pub(crate) fn of(input: &Input, flags: Flags) -> Result<Self> {
        let mut finder = Finder::new(input)?;
        let mut files = Vec::new();
        if input.env {
            let cwd = finder.cwd.clone();
            let entry = Entry::environment();
            let relative = entry.name.clone();
            let project = finder.project(&cwd)?;
            files.push(Planned { entry, project, relative, is_env_file: false });
        }
        for entry in walk::entries(&input.paths, input.how.stdin_filename.as_deref()) {
            let path = absolute(&finder.cwd, Path::new(&entry.name));
            let folder = path.parent().unwrap_or(&path);
            let project = finder.project(folder)?;
            let relative = relative(&project.folder, &path, &entry.name);
            if entry.named || !(project.config.excludes(&relative) || project.is_own(&relative)) {
                files.push(Planned { entry, project, relative, is_env_file: false });
            }
        }
        link(&mut files, &finder.cwd);
        let main = if let Some(file) = files.first() {
            Arc::clone(&file.project)
        } else {
            let cwd = finder.cwd.clone();
            finder.project(&cwd)?
        };
        let flags = Flags { required: Arc::new(required(&files, &flags)), ..flags };
        Ok(Self { files, main, flags, threads: input.how.threads })
    }

    /// The linter for a file that nothing is said about in particular.
    pub(crate) fn linter(&self) -> Linter {
        self.main.config.linter("", &self.flags)
    }

    /// Does `work` with every file, and gives the results in the order of the names.
    pub(crate) fn each<'p, T: Send>(
        &'p self,
        work: impl Fn(&'p Planned) -> T + Sync + Send,
    ) -> Result<Vec<T>> {
        use rayon::prelude::*;
        // Starting threads costs more than a few files do, unless one of them is large.
        let is_large = || self.files.iter().any(|file| file.entry.len() > LARGE);
        if self.threads == 1 || self.files.len() < 8 && !is_large() {
            return Ok(self.files.iter().map(work).collect());
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build()?;
        Ok(pool.install(|| self.files.par_iter().map(work).collect()))
    }
}

/// Finds the files that a compose file or a unit names as files of variables, and that nobody would
/// take for one by their own names.
fn link(files: &mut [Planned], cwd: &Path) {
    let place = |file: &Planned| Some(absolute(cwd, file.entry.path()?));
    let read = |file: &Planned| walk::read(&file.entry).ok();
    let mut named = Vec::new();
    for file in files.iter().filter(|file| may_name_env_files(&file.entry.name)) {
        let Some((place, bytes)) = place(file).zip(read(file)) else { continue };
        let folder = place.parent().unwrap_or(&place);
        for name in env_files(&file.entry.name, Source::of(&bytes).text()) {
            // Where a machine has it from its top, a repository has it somewhere.
            named.push(match name.strip_prefix('/') {
                Some(end) => (PathBuf::from(end), false),
                None => (absolute(folder, Path::new(&name)), true),
            });
        }
    }
    if named.is_empty() {
        return;
    }
    for file in files {
        let is_named = place(file).is_some_and(|place| {
            named.iter().any(|(path, is_whole)| match is_whole {
                true => place == *path,
                false => place.ends_with(path),
            })
        });
        if !is_named {
            continue;
        }
        let Some(bytes) = read(file) else { continue };
        let source = Source::of(&bytes);
        let text = source.text();
        let speaks_of_airflow = text.contains("AIRFLOW_") || text.contains("airflow_");
        file.is_env_file = speaks_of_airflow && detect(&file.entry.name, text).is_none();
    }
}

/// The newest releases of providers that the requirements files permit.
fn required(files: &[Planned], flags: &Flags) -> Providers {
    let mut required = Providers::default();
    for file in files {
        let name = &file.entry.name;
        let is_list = [".txt", ".toml", ".cfg", ".lock", "pipfile"]
            .iter()
            .any(|end| name.to_ascii_lowercase().ends_with(end));
        // Standard input is read once only.
        if !is_list || file.entry.path().is_none() {
            continue;
        }
        let Ok(bytes) = walk::read(&file.entry) else { continue };
        let source = Source::of(&bytes);
        let document = file.linter(flags).extract(name, source.text());
        let document = document.filter(|it| it.format == HostFormat::Requirements);
        if let Some(document) = document {
            ProjectFacts::of(name, &document).require(&mut required);
        }
    }
    required
}

/// Finds configurations, each once.
struct Finder {
    cwd: PathBuf,
    is_isolated: bool,
    /// What `--config KEY=VALUE` says.
    inline: Option<Config>,
    /// What holds everywhere: `--config FILE`, or nothing.
    everywhere: Option<Arc<Project>>,
    default: Arc<Project>,
    projects: HashMap<PathBuf, Arc<Project>>,
    repositories: HashMap<PathBuf, Option<PathBuf>>,
}

impl Finder {
    #[expect(clippy::disallowed_methods, reason = "the command knows where it runs")]
    fn new(input: &Input) -> Result<Self> {
        let cwd = std::env::current_dir().context("the current folder is gone")?;
        let mut inline: Option<Config> = None;
        let mut everywhere = None;
        for value in &input.how.config {
            let path = Path::new(value);
            if value.contains('=') && !path.exists() {
                let config = Config::parse(value, Kind::Own)
                    .map_err(|faults| Faulty::of(Path::new("--config"), value, &faults))?;
                inline = Some(inline.unwrap_or_default().with(config));
                continue;
            }
            let text = read(path).with_context(|| format!("cannot read {}", path.display()))?;
            let is_pyproject = path.file_name().is_some_and(|name| name == "pyproject.toml");
            let kind = if is_pyproject { Kind::PyProject } else { Kind::Own };
            everywhere = Some((path.to_owned(), text, kind));
        }
        let project = |folder: &Path| Project {
            folder: folder.to_owned(),
            file: None,
            config: inline.clone().unwrap_or_default(),
        };
        let default = Arc::new(project(&cwd));
        let mut finder = Self {
            is_isolated: input.how.isolated,
            inline,
            everywhere: None,
            default,
            projects: HashMap::new(),
            repositories: HashMap::new(),
            cwd,
        };
        if let Some((path, text, kind)) = everywhere {
            finder.everywhere = Some(finder.load(&path, &text, kind)?);
        }
        Ok(finder)
    }

    /// What holds for the files of a folder: the nearest configuration, up to the top of the
    /// repository. Without a repository, up to the current folder.
    fn project(&mut self, folder: &Path) -> Result<Arc<Project>> {
        if let Some(everywhere) = &self.everywhere {
            return Ok(Arc::clone(everywhere));
        }
        if self.is_isolated {
            return Ok(Arc::clone(&self.default));
        }
        if let Some(project) = self.projects.get(folder) {
            return Ok(Arc::clone(project));
        }
        let top = match self.repository(folder) {
            Some(top) => top,
            None if folder.starts_with(&self.cwd) => self.cwd.clone(),
            None => folder.to_owned(),
        };
        let project = match self.configured(folder, &top)? {
            Some(project) => project,
            None if folder == top => {
                let (file, config) = (None, self.inline.clone().unwrap_or_default());
                Arc::new(Project { folder: top, file, config })
            }
            None => match folder.parent() {
                Some(parent) => self.project(parent)?,
                None => Arc::clone(&self.default),
            },
        };
        self.projects.insert(folder.to_owned(), Arc::clone(&project));
        Ok(project)
    }

    /// The top of the repository that a folder is in.
    fn repository(&mut self, folder: &Path) -> Option<PathBuf> {
        if let Some(top) = self.repositories.get(folder) {
            return top.clone();
        }
        let top = if folder.join(".git").exists() {
            Some(folder.to_owned())
        } else {
            folder.parent().and_then(|parent| self.repository(parent))
        };
        self.repositories.insert(folder.to_owned(), top.clone());
        top
    }

    /// The configuration in this very folder.
    fn configured(&mut self, folder: &Path, top: &Path) -> Result<Option<Arc<Project>>> {
        for &(name, kind) in NAMES {
            let path = folder.join(name);
            if path.symlink_metadata().is_err() {
                continue;
            }
            // What a link leads to is no part of the repository, and would be quoted.
            if !is_within(top, &path) {
                bail!("{} leads out of the repository", shown(&path).display());
            }
            let shown = shown(&path);
            let text = read(&path).with_context(|| format!("cannot read {}", shown.display()))?;
            if kind == Kind::Own || Config::is_in(&text) {
                return self.load(&path, &text, kind).map(Some);
            }
        }
        Ok(None)
    }

    fn load(&self, path: &Path, text: &str, kind: Kind) -> Result<Arc<Project>> {
        let config =
            Config::parse(text, kind).map_err(|faults| Faulty::of(&shown(path), text, &faults))?;
        let config = match &self.inline {
            Some(inline) => config.with(inline.clone()),
            None => config,
        };
        let path = absolute(&self.cwd, path);
        let folder = path.parent().unwrap_or(&self.cwd).to_owned();
        Ok(Arc::new(Project { folder, file: Some(shown(&path)), config }))
    }
}

impl Project {
    /// Whether a file is one of connlint's own, which names what it speaks of.
    fn is_own(&self, relative: &str) -> bool {
        self.config.baseline() == Some(relative) || relative == DEFAULT_BASELINE
    }

    /// Where the baseline is, if the configuration names one.
    pub(crate) fn baseline_path(&self) -> Result<Option<PathBuf>> {
        let Some(path) = self.config.baseline() else { return Ok(None) };
        let path = self.folder.join(path);
        if !is_within(&self.folder, &path) {
            bail!("the baseline {} leads out of the project", shown(&path).display());
        }
        Ok(Some(path))
    }
}

/// Reads a baseline, and gives its text too.
pub(crate) fn baseline(path: &Path) -> Result<(Baseline, String)> {
    let name = shown(path);
    if path.symlink_metadata().is_err() {
        bail!("there is no baseline {}; `connlint baseline` writes one", name.display());
    }
    let text =
        read(path).with_context(|| format!("cannot read the baseline {}", name.display()))?;
    let baseline = Baseline::parse(&text).map_err(|fault| Faulty::of(&name, &text, &[fault]))?;
    Ok((baseline, text))
}

/// A regular file as text. The system's own words are not forwarded: they may quote.
#[expect(clippy::disallowed_methods, reason = "what is not linted is read here, and here only")]
pub(crate) fn read(path: &Path) -> Result<String> {
    let reason = |error: &io::Error| walk::reason(error.kind());
    let metadata = std::fs::metadata(path).map_err(|error| anyhow::anyhow!(reason(&error)))?;
    if !metadata.is_file() {
        bail!("it is no regular file");
    }
    if metadata.len() > MAX_LEN {
        bail!("it is too large");
    }
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => anyhow::anyhow!("it is not UTF-8"),
        _ => anyhow::anyhow!(reason(&error)),
    })?;
    Ok(text)
}

/// A path as a user would write it, without characters that drive a terminal.
pub(crate) fn printable(path: &Path) -> String {
    walk::printable(&shown(path).to_string_lossy())
}

/// A path as a user would write it.
#[expect(clippy::disallowed_methods, reason = "the command knows where it runs")]
pub(crate) fn shown(path: &Path) -> PathBuf {
    let path = path.strip_prefix(".").unwrap_or(path);
    let cwd = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(cwd).unwrap_or(path).to_owned()
}

/// Whether a path, links followed, stays below a folder. What does not exist yet is judged by the
/// folder that it would be made in.
pub(crate) fn is_within(folder: &Path, path: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else { return false };
    let mut existing = path;
    // A link that leads nowhere could lead out once it does.
    if path.symlink_metadata().is_err() {
        while let Some(parent) = existing.parent() {
            existing = parent;
            if existing.symlink_metadata().is_ok() {
                break;
            }
        }
    }
    existing.canonicalize().is_ok_and(|path| path.starts_with(&folder))
}

/// A path without `.` and `..`, from the top. Links are not followed: names decide.
fn absolute(cwd: &Path, path: &Path) -> PathBuf {
    let mut absolute = PathBuf::new();
    for part in cwd.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                absolute.pop();
            }
            part => absolute.push(part),
        }
    }
    absolute
}

/// A path as patterns see it; what is not in the folder keeps its name.
fn relative(folder: &Path, path: &Path, name: &str) -> String {
    match path.strip_prefix(folder) {
        Ok(relative) => relative.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"),
        Err(_) => name.to_owned(),
    }
}
