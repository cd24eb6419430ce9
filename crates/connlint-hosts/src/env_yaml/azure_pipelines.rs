//! Azure Pipelines: `variables` as mapping or list, `env` of a step.

use super::{Policy, is_yaml};
use crate::formats::File;
use crate::references::References;
use crate::{Document, HostFormat, Options};

/// A file called like one, with a setting of Airflow's in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_named = file.name.starts_with("azure-pipeline") || file.path.contains(".azuredevops/");
    is_yaml(file) && is_named && file.mentions_airflow()
}

/// What stands in `$(…)`, `$[ … ]` and `${{ … }}` is unknown.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let policy = Policy::new(HostFormat::AzurePipelines, References::Azure);
    super::extract(text, options, Policy { has_scripts: true, is_strict: true, ..policy })
}
