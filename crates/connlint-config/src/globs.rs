use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Patterns of files, as `.gitignore` reads them, relative to the configuration.
///
/// One without a `/` means files and folders of that name anywhere; one that means a folder means
/// all that is in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Globs(GlobSet);

impl Globs {
    /// Compiles patterns; gives the number of the first that is none.
    pub(crate) fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, usize> {
        let mut set = GlobSetBuilder::new();
        for (nr, pattern) in patterns.into_iter().enumerate() {
            let pattern = pattern.trim_end_matches('/');
            let anchored = pattern.trim_start_matches("./").trim_start_matches('/');
            let is_name = !pattern.contains('/');
            let base = if is_name { format!("**/{anchored}") } else { anchored.to_owned() };
            for glob in [base.clone(), format!("{base}/**")] {
                let glob = GlobBuilder::new(&glob).literal_separator(true).build();
                set.add(glob.map_err(|_| nr)?);
            }
        }
        set.build().map(Self).map_err(|_| 0)
    }

    /// Whether a file, relative to the configuration, is meant by one of them.
    pub(crate) fn mean(&self, path: &str) -> bool {
        self.0.is_match(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_as_gitignore_reads_them() {
        for (pattern, path, is_meant) in [
            (".env", ".env", true),
            (".env", "a/b/.env", true),
            (".env", "a/x.env", false),
            ("*.env", "a/x.env", true),
            ("tests", "tests/a/b.env", true),
            ("tests/", "x/tests/a.env", true),
            ("/tests", "x/tests/a.env", false),
            ("deploy/*.yaml", "deploy/a.yaml", true),
            ("deploy/*.yaml", "deploy/a/b.yaml", false),
            ("deploy/**", "deploy/a/b.yaml", true),
            ("**/b.yaml", "deploy/a/b.yaml", true),
            ("./deploy", "deploy/a/b.yaml", true),
            ("*.{yml,yaml}", "b.yml", true),
        ] {
            let globs = Globs::new([pattern]).unwrap();
            assert_eq!(globs.mean(path), is_meant, "{pattern} {path}");
        }
        assert_eq!(Globs::new(["a", "{"]).unwrap_err(), 1);
    }
}
