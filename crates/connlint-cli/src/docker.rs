//! Which files get into an image, by `.dockerignore`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::project;

/// Dockerfiles that take all files around them, with the folders they are in.
#[derive(Debug, Default)]
pub(crate) struct Images {
    folders: HashMap<PathBuf, (usize, Gitignore)>,
}

impl Images {
    /// Adds a Dockerfile by its number.
    pub(crate) fn add(&mut self, number: usize, dockerfile: &Path) {
        let Ok(path) = std::path::absolute(dockerfile) else { return };
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
        // `prod.Dockerfile.dockerignore` counts in place of the common one.
        let own = folder.join(format!("{}.dockerignore", name.to_string_lossy()));
        let common = folder.join(".dockerignore");
        let ignored = ignored(folder, if own.is_file() { &own } else { &common });
        self.folders.entry(folder.to_owned()).or_insert((number, ignored));
    }

    /// The Dockerfile whose image gets a file.
    pub(crate) fn image_of(&self, path: &Path) -> Option<usize> {
        let path = std::path::absolute(path).ok()?;
        let mut folders = path.ancestors().skip(1);
        let (number, ignored) = folders.find_map(|folder| self.folders.get(folder))?;
        let is_ignored = ignored.matched_path_or_any_parents(&path, false).is_ignore();
        (!is_ignored).then_some(*number)
    }
}

/// The patterns of a `.dockerignore`: those of git, but that each starts at the folder.
fn ignored(folder: &Path, path: &Path) -> Gitignore {
    let mut builder = GitignoreBuilder::new(folder);
    for line in project::read(path).unwrap_or_default().lines() {
        let line = line.trim();
        let (not, pattern) = line.strip_prefix('!').map_or(("", line), |line| ("!", line));
        let pattern = pattern.strip_prefix("./").unwrap_or(pattern).trim_start_matches('/');
        if !pattern.is_empty() && !line.starts_with('#') {
            // A pattern that is none leaves nothing out.
            let _ = builder.add_line(None, &format!("{not}/{pattern}"));
        }
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test writes its own file")]
    fn what_is_ignored() {
        for (text, path, gets_in) in [
            ("", ".env", true),
            (".env\n", ".env", false),
            ("/.env", ".env", false),
            (".env\n", "sub/.env", true),
            ("**/.env\n", "sub/.env", false),
            ("# .env\n*\n!dags\n", ".env", false),
            ("*\n!.env\n", ".env", true),
            ("sub\n", "sub/.env", false),
        ] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(".dockerignore"), text).unwrap();
            let mut images = Images::default();
            images.add(7, &folder.path().join("Dockerfile"));
            let image = images.image_of(&folder.path().join(path));
            assert_eq!(image.is_some(), gets_in, "{text:?} {path}");
        }
    }
}
