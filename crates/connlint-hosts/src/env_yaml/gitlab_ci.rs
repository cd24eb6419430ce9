//! GitLab CI: `variables`, of all jobs or of one.

use super::{Policy, is_yaml};
use crate::formats::File;
use crate::references::References;
use crate::{Document, HostFormat, Options};

/// A file called like one, with a setting of Airflow's in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_named = file.name.starts_with(".gitlab-ci") || file.name.ends_with(".gitlab-ci.yml");
    is_yaml(file) && (is_named || file.path.contains(".gitlab/")) && file.mentions_airflow()
}

/// A variable is text, or a mapping with `value` and `description`.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let policy = Policy::new(HostFormat::GitlabCi, References::GitLab);
    super::extract(text, options, Policy { has_scripts: true, is_strict: true, ..policy })
}
