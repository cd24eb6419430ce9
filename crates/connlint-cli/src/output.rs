//! Files are replaced as a whole or not at all.

use std::io::{self, Write as _};
use std::path::Path;

/// Replaces the content of a file: writes a temporary file beside it, flushes it to the disk, and
/// renames it. A symbolic link is followed, so that the file it names is replaced; permissions are
/// kept.
///
/// # Errors
///
/// Where anything fails; the file is then as it was.
pub(crate) fn replace(path: &Path, mut content: impl io::Read) -> io::Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    builder.prefix(".connlint-");
    let mut file = builder.tempfile_in(folder.unwrap_or_else(|| Path::new(".")))?;
    io::copy(&mut content, &mut file)?;
    if let Ok(old) = std::fs::metadata(&target) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a new file, readable by its owner alone: it may hold secrets.
///
/// # Errors
///
/// Where the file exists already, or anything else fails; nothing is left behind then.
pub(crate) fn create(path: &Path, mut content: impl io::Read) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    builder.prefix(".connlint-");
    let mut file = builder.tempfile_in(folder.unwrap_or_else(|| Path::new(".")))?;
    io::copy(&mut content, &mut file)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a new file that everybody may read, as far as the user's mask allows.
///
/// # Errors
///
/// Where the file exists already, or cannot be written.
pub(crate) fn create_public(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content)
}
