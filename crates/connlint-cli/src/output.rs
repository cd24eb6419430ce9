//! Files are replaced as a whole or not at all.
//!
//! All that connlint writes goes through here. What replaces a file is written beside it, under
//! another name, and takes its place in one step: at any moment the old file is there, or the new
//! one. What is asked of the system on the way is a [`Disk`], so that tests can let each step fail.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::Path;

use tempfile::{Builder, NamedTempFile, TempPath};

/// What became of the file meanwhile, where it is not replaced.
pub(crate) const CHANGED: &str = "it has been changed meanwhile";

/// Replaces the content of a file, or makes it.
///
/// A symbolic link is followed, so that the file it names is replaced; permissions and owner are
/// kept. A pipe or a device, such as `/dev/stdout`, is written to.
///
/// # Errors
///
/// Where anything fails; the file is then as it was.
pub(crate) fn replace(path: &Path, content: impl Read) -> io::Result<()> {
    Replacement { path, expected: None }.write(&System, content)
}

/// Replaces a file that was read, unless it is another one by now.
///
/// # Errors
///
/// Where somebody else has written to the file, and as in [`replace`].
pub(crate) fn rewrite(path: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    Replacement { path, expected: Some(old) }.write(&System, new)
}

/// Writes a new file, readable by its owner alone: it may hold secrets.
///
/// # Errors
///
/// Where the file exists already, or anything else fails; nothing is left behind then.
pub(crate) fn create(path: &Path, content: impl Read) -> io::Result<()> {
    create_on(&System, path, content)
}

/// Writes a new file that everybody may read, as far as the user's mask allows.
///
/// # Errors
///
/// Where the file exists already, or cannot be written.
pub(crate) fn create_public(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content)
}

/// A file that is to be replaced.
struct Replacement<'r> {
    path: &'r Path,
    /// What it held when it was read.
    expected: Option<&'r [u8]>,
}

impl Replacement<'_> {
    fn write(&self, disk: &impl Disk, mut content: impl Read) -> io::Result<()> {
        let (target, old) = match self.path.canonicalize() {
            Ok(target) => {
                let old = target.metadata()?;
                (target, Some(old))
            }
            // Where a link leads nowhere, there is no telling what it is for.
            Err(error) if self.path.symlink_metadata().is_ok() => return Err(error),
            Err(_) => (self.path.to_owned(), None),
        };
        match &old {
            Some(old) if old.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Some(old) if !old.is_file() => {
                io::copy(&mut content, &mut OpenOptions::new().write(true).open(&target)?)?;
                return Ok(());
            }
            // Whoever may write to the folder could replace it all the same, but was told not to.
            Some(old) if old.permissions().readonly() => {
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
            }
            _ => {}
        }
        let folder = folder_of(&target);
        // From here on, whatever fails, the file goes with its name.
        let (file, name) = filled(disk, folder, &mut content)?;
        if let Some(old) = &old {
            disk.keep(&file, old)?;
        }
        disk.sync(&file)?;
        if let Some(expected) = self.expected
            && !disk.holds(&target, expected)?
        {
            return Err(io::Error::other(CHANGED));
        }
        disk.rename(name, &target)?;
        disk.sync_folder(folder)
    }
}

fn create_on(disk: &impl Disk, path: &Path, mut content: impl Read) -> io::Result<()> {
    let folder = folder_of(path);
    let (file, name) = filled(disk, folder, &mut content)?;
    disk.sync(&file)?;
    disk.name(name, path)?;
    disk.sync_folder(folder)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new file with that content, and its name.
fn filled(disk: &impl Disk, folder: &Path, content: &mut dyn Read) -> io::Result<(File, TempPath)> {
    let (mut file, name) = disk.create(folder)?.into_parts();
    disk.write(&mut file, content)?;
    Ok((file, name))
}

/// The steps of writing a file.
trait Disk {
    /// Makes a file that has a name of its own, and that its owner alone may read.
    fn create(&self, folder: &Path) -> io::Result<NamedTempFile> {
        Builder::new().prefix(".connlint-").tempfile_in(folder)
    }

    fn write(&self, file: &mut File, content: &mut dyn Read) -> io::Result<()> {
        io::copy(content, file).map(drop)
    }

    /// Gives a file the owner and the permissions of another.
    fn keep(&self, file: &File, old: &Metadata) -> io::Result<()> {
        keep_owner(file, old)?;
        file.set_permissions(old.permissions())
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    /// Whether that is what a file holds.
    fn holds(&self, path: &Path, expected: &[u8]) -> io::Result<bool> {
        #[expect(clippy::disallowed_methods, reason = "what is replaced is read once more")]
        std::fs::read(path).map(|found| found == expected)
    }

    /// Lets a file take the place of another.
    fn rename(&self, file: TempPath, target: &Path) -> io::Result<()> {
        file.persist(target).map_err(|error| error.error)
    }

    /// Gives a file a name that no other has.
    fn name(&self, file: TempPath, target: &Path) -> io::Result<()> {
        file.persist_noclobber(target).map_err(|error| error.error)
    }

    /// Sees to it that the names of a folder are kept when the power fails.
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        sync_folder(folder)
    }
}

/// The one that there is.
struct System;

impl Disk for System {}

#[cfg(unix)]
fn keep_owner(file: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};

    let new = file.metadata()?;
    if (new.uid(), new.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    fchown(file, Some(old.uid()), Some(old.gid())).map_err(|error| match error.kind() {
        kind @ io::ErrorKind::PermissionDenied => {
            io::Error::new(kind, "it belongs to somebody else, and would not any more")
        }
        _ => error,
    })
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "a folder is opened to be synced")]
    let folder = File::open(folder)?;
    match folder.sync_all() {
        // Some file systems know of no such thing.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        synced => synced,
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests write and read the files themselves")]
mod tests {
    use std::cell::Cell;
    use std::fs;
    use std::path::PathBuf;

    use tempfile::TempDir;

    use super::*;

    /// A disk of which one step fails, counted from 0.
    struct Failing {
        step: usize,
        done: Cell<usize>,
        /// In the middle of the step, not before it.
        is_half: bool,
    }

    impl Failing {
        fn at(step: usize, is_half: bool) -> Self {
            Self { step, done: Cell::new(0), is_half }
        }

        fn step(&self) -> io::Result<()> {
            let nr = self.done.replace(self.done.get() + 1);
            if nr == self.step { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        }

        fn has_failed(&self) -> bool {
            self.done.get() > self.step
        }
    }

    impl Disk for Failing {
        fn create(&self, folder: &Path) -> io::Result<NamedTempFile> {
            self.step().and_then(|()| System.create(folder))
        }
        fn write(&self, file: &mut File, content: &mut dyn Read) -> io::Result<()> {
            let failed = self.step();
            if failed.is_err() && self.is_half {
                System.write(file, &mut content.take(3))?;
            }
            failed.and_then(|()| System.write(file, content))
        }
        fn keep(&self, file: &File, old: &Metadata) -> io::Result<()> {
            self.step().and_then(|()| System.keep(file, old))
        }
        fn sync(&self, file: &File) -> io::Result<()> {
            self.step().and_then(|()| System.sync(file))
        }
        fn holds(&self, path: &Path, expected: &[u8]) -> io::Result<bool> {
            self.step().and_then(|()| System.holds(path, expected))
        }
        fn rename(&self, file: TempPath, target: &Path) -> io::Result<()> {
            self.step().and_then(|()| System.rename(file, target))
        }
        fn name(&self, file: TempPath, target: &Path) -> io::Result<()> {
            self.step().and_then(|()| System.name(file, target))
        }
        fn sync_folder(&self, folder: &Path) -> io::Result<()> {
            self.step().and_then(|()| System.sync_folder(folder))
        }
    }

    /// A folder with a file in it.
    fn folder_with(content: &str) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        fs::write(&path, content).unwrap();
        (folder, path)
    }

    fn names(folder: &TempDir) -> Vec<String> {
        let entries = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn whatever_step_fails_the_old_file_is_there_or_the_new_one() {
        let (mut failures, mut steps) = (0, 0);
        for is_half in [false, true] {
            for step in 0.. {
                let (folder, path) = folder_with("old content");
                let disk = Failing::at(step, is_half);
                let replacement = Replacement { path: &path, expected: Some(b"old content") };
                let result = replacement.write(&disk, &b"new content"[..]);
                let content = fs::read_to_string(&path).unwrap();
                assert_eq!(names(&folder), [".env"], "step {step} leaves something behind");
                if !disk.has_failed() {
                    assert!(result.is_ok() && content == "new content");
                    steps = step;
                    break;
                }
                failures += 1;
                assert_eq!(result.unwrap_err().kind(), io::ErrorKind::StorageFull, "step {step}");
                // Only the last step comes after the new file has taken the place of the old one.
                let is_new = content == "new content";
                assert!(is_new || content == "old content", "step {step}: {content}");
                assert_eq!(is_new, step == 6, "step {step}");
            }
        }
        assert_eq!((steps, failures), (7, 14));
    }

    #[test]
    fn whatever_step_fails_a_new_file_is_whole_or_not_there() {
        for is_half in [false, true] {
            for step in 0..5 {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("new");
                let disk = Failing::at(step, is_half);
                assert!(create_on(&disk, &path, &b"new content"[..]).is_err());
                match step {
                    ..4 => assert_eq!(names(&folder), [""; 0], "step {step}"),
                    _ => assert_eq!(fs::read_to_string(&path).unwrap(), "new content"),
                }
            }
        }
    }

    #[test]
    fn what_somebody_else_wrote_meanwhile_is_kept() {
        let (folder, path) = folder_with("theirs");
        let error = rewrite(&path, b"what was read", b"ours").unwrap_err();
        assert_eq!(error.to_string(), CHANGED);
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(names(&folder), [".env"]);
        fs::remove_file(&path).unwrap();
        assert!(rewrite(&path, b"what was read", b"ours").is_err());
        assert_eq!(names(&folder), [""; 0], "what was removed stays so");
    }

    #[test]
    fn a_new_file_takes_no_place() {
        let (folder, path) = folder_with("old");
        assert_eq!(create(&path, &b"new"[..]).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(&folder), [".env"]);
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};

        use super::*;

        #[test]
        fn permissions_are_kept_and_those_of_a_new_file_are_narrow() {
            let (folder, path) = folder_with("old");
            for mode in [0o600, 0o640, 0o664, 0o755] {
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
                replace(&path, &b"new"[..]).unwrap();
                assert_eq!(path.metadata().unwrap().mode() & 0o777, mode);
            }
            let new = folder.path().join("new");
            create(&new, &b"new"[..]).unwrap();
            assert_eq!(new.metadata().unwrap().mode() & 0o777, 0o600);
        }

        #[test]
        fn a_read_only_file_is_left_alone() {
            let (folder, path) = folder_with("old");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
            let error = replace(&path, &b"new"[..]).unwrap_err();
            assert_eq!(error.to_string(), "it is read-only");
            assert_eq!(fs::read_to_string(&path).unwrap(), "old");
            assert_eq!(names(&folder), [".env"]);
        }

        #[test]
        fn the_owner_is_kept() {
            let (_folder, path) = folder_with("old");
            // Only root may give files away; what others own, they keep.
            let _ = chown(&path, Some(1234), Some(4321));
            let owner =
                |path: &Path| (path.metadata().unwrap().uid(), path.metadata().unwrap().gid());
            let old = owner(&path);
            replace(&path, &b"new"[..]).unwrap();
            assert_eq!(owner(&path), old);
            assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        }

        #[test]
        fn links_are_followed_and_stay() {
            let (folder, path) = folder_with("old");
            let link = folder.path().join("link");
            symlink(".env", &link).unwrap();
            replace(&link, &b"new"[..]).unwrap();
            assert!(link.is_symlink());
            assert_eq!(fs::read_to_string(&path).unwrap(), "new");
            fs::remove_file(&path).unwrap();
            assert!(replace(&link, &b"new"[..]).is_err(), "a link that leads nowhere");
            assert!(link.is_symlink());
        }

        #[test]
        fn a_device_is_written_to_and_stays_one() {
            let folder = tempfile::tempdir().unwrap();
            let link = folder.path().join("out");
            symlink("/dev/null", &link).unwrap();
            replace(&link, &b"new"[..]).unwrap();
            assert!(!Path::new("/dev/null").metadata().unwrap().is_file());
            assert_eq!(names(&folder), ["out"]);
        }

        #[test]
        fn a_full_disk_is_said() {
            let full = Path::new("/dev/full");
            if full.exists() {
                let error = replace(full, &b"new"[..]).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::StorageFull);
            }
        }
    }
}
