//! GitHub Actions: `env` of a workflow, a job or a step.

use super::{Policy, is_yaml};
use crate::formats::File;
use crate::references::References;
use crate::{Document, HostFormat, Options};

/// A workflow or an action with a setting of Airflow's in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_placed = [".github/", ".github\\", ".gitea/", ".forgejo/"];
    is_yaml(file) && is_placed.iter().any(|it| file.path.contains(it)) && file.mentions_airflow()
}

/// What stands in `${{ … }}` is unknown.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let policy = Policy::new(HostFormat::GithubActions, References::Plain);
    super::extract(text, options, Policy { has_scripts: true, is_strict: true, ..policy })
}
