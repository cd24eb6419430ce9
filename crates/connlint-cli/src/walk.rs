//! Which files are read.

use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use connlint::hosts::{ENVIRONMENT, environment};
use ignore::WalkBuilder;

/// A file to read: how the user knows it, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// The name in findings; `/` between folders on every system.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) origin: Origin,
    /// Named on the command line, as against found in a folder.
    pub(crate) named: bool,
}

/// Where the bytes of an entry come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// The variables of this process.
    Environment,
    /// Standard input, which is read once only.
    Stdin,
    File(PathBuf),
}

impl Entry {
    /// Where it is, if it is a file.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::File(path) => Some(path),
            Origin::Environment | Origin::Stdin => None,
        }
    }

    /// How many bytes it has; nobody knows how many come from standard input.
    pub(crate) fn len(&self) -> u64 {
        match &self.origin {
            Origin::File(path) => std::fs::metadata(path).map_or(0, |metadata| metadata.len()),
            Origin::Stdin => u64::MAX,
            Origin::Environment => 0,
        }
    }

    /// The environment of this process.
    pub(crate) fn environment() -> Self {
        Self { name: ENVIRONMENT.to_owned(), origin: Origin::Environment, named: true }
    }
}

/// The files that `paths` name or hold, in the order of their names, each once.
///
/// Folders are walked as `git` would: what `.gitignore` names is left out, but files whose name
/// starts with a dot are not, since `.env` is one.
pub(crate) fn entries(paths: &[PathBuf], stdin_filename: Option<&str>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let name = stdin_filename.unwrap_or("-").to_owned();
            entries.push(Entry { name, origin: Origin::Stdin, named: true });
        } else if path.is_dir() {
            entries.extend(folder(path));
        } else {
            entries.push(Entry {
                name: name_of(path),
                origin: Origin::File(path.clone()),
                named: true,
            });
        }
    }
    entries.sort();
    entries.dedup_by(|a, b| a.name == b.name);
    entries
}

/// The `.env` files right in the folders of `paths` that no walk finds, since `.gitignore` names them.
///
/// Where a project keeps its connections in one, whoever checks it may think that it was read.
pub(crate) fn ignored_env(paths: &[PathBuf]) -> Vec<String> {
    let env = |folder: &&PathBuf| folder.join(".env").is_file();
    let is_left_out = |folder: &&PathBuf| {
        trap(folder).is_none()
            && !walk(folder, &Traps::default())
                .max_depth(Some(1))
                .build()
                .flatten()
                .any(|it| it.file_name() == ".env")
    };
    let folders = paths.iter().filter(env).filter(is_left_out);
    folders.map(|folder| name_of(&folder.join(".env"))).collect()
}

/// What a walk reads in each folder to know which files git ignores.
const READ_ON_THE_WAY: [&str; 3] = [".gitignore", ".ignore", ".git/info/exclude"];

/// The file among them that reading would not end of: a pipe, or a link to a device.
fn trap(folder: &Path) -> Option<PathBuf> {
    let is_endless = |path: &PathBuf| {
        let data = path.metadata();
        data.is_ok_and(|data| !data.is_dir() && (!data.is_file() || data.len() > LARGEST))
    };
    READ_ON_THE_WAY.iter().map(|name| folder.join(name)).find(is_endless)
}

/// The traps that a walk has found. It goes into no folder with one.
type Traps = Arc<Mutex<Vec<PathBuf>>>;

fn walk(path: &Path, traps: &Traps) -> WalkBuilder {
    let traps = Arc::clone(traps);
    let mut walk = WalkBuilder::new(path);
    walk.hidden(false).require_git(false).filter_entry(move |entry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let trap = if is_folder { trap(entry.path()) } else { None };
        let is_free = trap.is_none();
        traps.lock().unwrap_or_else(PoisonError::into_inner).extend(trap);
        is_free && entry.file_name() != ".git"
    });
    walk
}

fn folder(path: &Path) -> Vec<Entry> {
    let traps = Traps::default();
    let mut entries = Vec::new();
    match trap(path) {
        Some(trap) => traps.lock().unwrap_or_else(PoisonError::into_inner).push(trap),
        None => entries.extend(files(path, &traps)),
    }
    let traps = std::mem::take(&mut *traps.lock().unwrap_or_else(PoisonError::into_inner));
    // Each is reported as a file that cannot be read.
    entries.extend(traps.into_iter().map(|path| Entry {
        name: name_of(&path),
        origin: Origin::File(path),
        named: true,
    }));
    entries
}

fn files(path: &Path, traps: &Traps) -> impl Iterator<Item = Entry> {
    walk(path, traps).build().filter_map(|entry| {
        // An entry that cannot be read is reported like any other file that cannot.
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return unreadable(&error),
        };
        let kind = entry.file_type()?;
        let is_broken_link = kind.is_symlink() && !entry.path().exists();
        (kind.is_file() || is_broken_link).then(|| Entry {
            name: name_of(entry.path()),
            origin: Origin::File(entry.into_path()),
            named: false,
        })
    })
}

/// The folder or file that a walk could not go into.
fn unreadable(error: &ignore::Error) -> Option<Entry> {
    match error {
        ignore::Error::WithPath { path, .. } => {
            let origin = Origin::File(path.clone());
            Some(Entry { name: name_of(path), origin, named: false })
        }
        ignore::Error::WithDepth { err, .. } => unreadable(err),
        _ => None,
    }
}

fn name_of(path: &Path) -> String {
    let name = path.strip_prefix(".").unwrap_or(path);
    let name = name.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    if name.is_empty() { ".".to_owned() } else { name }
}

/// A name without characters that drive a terminal.
pub(crate) fn printable(name: &str) -> String {
    connlint::text::Public::vouch(name, connlint::text::Grounds::Name).to_string()
}

/// Why a file was not read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It holds a NUL byte early on: no file that Airflow's settings are written in.
    Binary,
    /// It is no regular file: a pipe or a device would block.
    Special,
    /// The system refuses.
    Refused(io::Error),
}

/// The bytes that a file may have: an offset takes four.
const LARGEST: u64 = u32::MAX as u64;

/// The bytes of a file, up to [`LARGEST`].
pub(crate) fn read(entry: &Entry) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    let path = match &entry.origin {
        Origin::File(path) => path,
        Origin::Stdin => {
            let stdin = io::stdin().lock();
            stdin.take(LARGEST + 1).read_to_end(&mut bytes).map_err(Unread::Refused)?;
            return fits(bytes);
        }
        Origin::Environment => {
            return fits(environment(std::env::vars_os()).into_bytes());
        }
    };
    let metadata = std::fs::metadata(path).map_err(Unread::Refused)?;
    if metadata.is_dir() {
        return Err(Unread::Refused(io::ErrorKind::IsADirectory.into()));
    }
    if !metadata.is_file() {
        return Err(Unread::Special);
    }
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads files")]
    let mut file = std::fs::File::open(path).map_err(Unread::Refused)?;
    // The first block decides whether the rest is worth reading.
    let mut head = [0; 8192];
    let len = file.read(&mut head).map_err(Unread::Refused)?;
    if !entry.named && head[..len].contains(&0) {
        return Err(Unread::Binary);
    }
    // A file may be one hole of a thousand gigabytes, and grow while it is read.
    if metadata.len() > LARGEST {
        return Err(Unread::Refused(io::ErrorKind::FileTooLarge.into()));
    }
    bytes.reserve_exact(usize::try_from(metadata.len()).unwrap_or(0));
    bytes.extend_from_slice(&head[..len]);
    file.take(LARGEST).read_to_end(&mut bytes).map_err(Unread::Refused)?;
    fits(bytes)
}

/// All bytes of a file that is open already.
pub(crate) fn read_all(mut file: std::fs::File) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut bytes)).map_err(Unread::Refused)?;
    fits(bytes)
}

fn fits(bytes: Vec<u8>) -> Result<Vec<u8>, Unread> {
    if u32::try_from(bytes.len()).is_ok() {
        Ok(bytes)
    } else {
        Err(Unread::Refused(io::ErrorKind::FileTooLarge.into()))
    }
}

impl Unread {
    /// The reason in plain words. The system's own text is not forwarded: it may quote.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Binary => "it is a binary file",
            Self::Special => "it is no regular file",
            Self::Refused(error) => reason(error.kind()),
        }
    }
}

/// Why the system refuses, in plain words.
pub(crate) const fn reason(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::NotFound => "no such file",
        io::ErrorKind::PermissionDenied => "permission denied",
        io::ErrorKind::IsADirectory => "it is a folder",
        io::ErrorKind::FileTooLarge => "it is larger than 4 GiB",
        _ => "the system refuses",
    }
}
