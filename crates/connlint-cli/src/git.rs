//! Which files git tracks, by the index of the repository.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use connlint::Tracking;

/// Repositories, the index of each read once.
#[derive(Debug, Default)]
pub(crate) struct Repositories {
    /// The paths that git tracks, by the folder of the repository; `None` where the index is one
    /// that is not understood.
    read: HashMap<PathBuf, Option<HashSet<Vec<u8>>>>,
}

impl Repositories {
    /// What git does with a file. A walk passes over what is ignored; one that is `named` may be.
    pub(crate) fn tracking(&mut self, path: &Path, named: bool) -> Tracking {
        let Ok(path) = std::path::absolute(path) else { return Tracking::Unknown };
        let top = path.ancestors().skip(1).find(|folder| folder.join(".git").exists());
        let Some(top) = top else { return Tracking::Unknown };
        let tracked = self.read.entry(top.to_owned()).or_insert_with(|| index_of(top));
        let relative = path.strip_prefix(top).expect("it is an ancestor");
        let relative = relative.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        match tracked {
            None => Tracking::Unknown,
            Some(tracked) if tracked.contains(relative.as_bytes()) => Tracking::Tracked,
            Some(_) if named => Tracking::Unknown,
            Some(_) => Tracking::Loose,
        }
    }
}

/// The paths in the index of a repository; none where nothing was added yet.
#[expect(clippy::disallowed_methods, reason = "files of git are read here, and nowhere else")]
fn index_of(top: &Path) -> Option<HashSet<Vec<u8>>> {
    let git = top.join(".git");
    // In a work tree of its own, and in a submodule, it is a file that names the folder.
    let folder = if git.is_file() {
        let text = std::fs::read_to_string(&git).ok()?;
        top.join(text.strip_prefix("gitdir:")?.trim())
    } else {
        git
    };
    let index = folder.join("index");
    match index.metadata() {
        Ok(data) if data.is_file() => paths(&std::fs::read(index).ok()?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some(HashSet::new()),
        _ => None,
    }
}

/// ```text
/// index = "DIRC" version count *entry …           ; numbers of 32 bits, the largest byte first
/// entry = 40 bytes, hash, flags, [ extended flags ] path
/// path  = bytes NUL, padded to a multiple of 8    ; versions 2 and 3
///       / number bytes NUL                        ; version 4: how much of the last path goes
/// ```
///
/// `None` where a part of it is in another file, or the hashes are not those of SHA-1.
fn paths(bytes: &[u8]) -> Option<HashSet<Vec<u8>>> {
    const HASH: usize = 20;
    const EXTENDED: u8 = 0x40;

    let number = |at: usize| {
        Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().expect("four bytes")))
    };
    let version =
        number(4).filter(|version| bytes.starts_with(b"DIRC") && (2..=4).contains(version))?;
    let mut paths = HashSet::new();
    let mut last = Vec::new();
    let mut at = 12;
    for _ in 0..number(8)? {
        let flags = at + 40 + HASH;
        let is_extended = version >= 3 && bytes.get(flags)? & EXTENDED != 0;
        let mut start = flags + if is_extended { 4 } else { 2 };
        if version == 4 {
            let (gone, len) = varint(bytes.get(start..)?)?;
            start += len;
            last.truncate(last.len().checked_sub(gone)?);
        } else {
            last.clear();
        }
        let len = bytes.get(start..)?.iter().position(|byte| *byte == 0)?;
        last.extend_from_slice(&bytes[start..start + len]);
        let end = start + len + 1;
        at = if version == 4 { end } else { at + (end - at).next_multiple_of(8) };
        paths.insert(last.clone());
    }
    // Entries that stand in another index are named by an extension, and hashes of another length
    // make nothing of the paths that stand behind them.
    let extension = bytes.get(at..at + 4)?;
    let is_whole = extension != b"link" && paths.iter().all(|path| is_path(path));
    is_whole.then_some(paths)
}

/// The number at the start of `bytes`, and its length: seven bits a byte, each but the last with its
/// highest bit set and worth one more.
fn varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut number = 0_usize;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        number = (number << 7) | usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((number, index + 1));
        }
        number += 1;
    }
    None
}

fn is_path(path: &[u8]) -> bool {
    !path.is_empty() && path.iter().all(|byte| !byte.is_ascii_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index of that version; an entry is its path, and how much of the last path goes.
    fn index(version: u8, entries: &[(&str, u8)], behind: &[u8]) -> Vec<u8> {
        let mut bytes = b"DIRC".to_vec();
        bytes.extend([0, 0, 0, version, 0, 0, 0, u8::try_from(entries.len()).unwrap()]);
        for (path, gone) in entries {
            let start = bytes.len();
            bytes.extend([0xAA; 60]);
            let is_extended = version == 3;
            bytes.extend(if is_extended { &[0x40, 0, 0, 0][..] } else { &[0, 0] });
            if version == 4 {
                bytes.push(*gone);
            }
            bytes.extend(path.as_bytes());
            bytes.push(0);
            while version != 4 && !(bytes.len() - start).is_multiple_of(8) {
                bytes.push(0);
            }
        }
        bytes.extend(behind);
        bytes
    }

    #[test]
    fn paths_of_an_index() {
        for (version, entries) in [
            (2, &[(".env", 0), ("dags/a.py", 0), ("x", 0)][..]),
            (3, &[(".env", 0), ("dags/a.py", 0), ("x", 0)]),
            (4, &[(".env", 0), ("dags/a.py", 4), ("x", 9)]),
        ] {
            let found = paths(&index(version, entries, &[0; 20])).unwrap();
            let mut found: Vec<_> =
                found.iter().map(|it| std::str::from_utf8(it).unwrap()).collect();
            found.sort_unstable();
            assert_eq!(found, [".env", "dags/a.py", "x"], "version {version}");
        }
    }

    #[test]
    fn what_is_no_whole_index() {
        let whole = index(2, &[("a", 0)], &[0; 20]);
        for (bytes, why) in [
            (&b""[..], "empty"),
            (&whole[..40], "cut off"),
            (&index(5, &[("a", 0)], &[0; 20]), "a version of the future"),
            (&index(4, &[("a", 1)], &[0; 20]), "takes more off than there is"),
            (&index(2, &[("a", 0)], b"link"), "shares another index"),
        ] {
            assert!(paths(bytes).is_none(), "{why}");
        }
    }
}
