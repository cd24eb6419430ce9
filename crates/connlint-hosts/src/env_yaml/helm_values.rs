//! The values of Airflow's Helm charts: the official one, the community's, and Astronomer's.

use super::{Policy, is_yaml};
use crate::formats::File;
use crate::references::References;
use crate::{Document, HostFormat, Options};

/// A file called like one, or with keys of such a chart.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let keys = ["secretBackend:", "extraSecrets:", "backend_kwargs:", "extraEnv:", "commonEnv:"];
    let is_named = file.name.starts_with("values") || file.name.contains("values.");
    is_yaml(file)
        && (file.mentions_airflow() && (is_named || file.mentions(&keys))
            || is_named && file.mentions(&["secretBackend:", "backend_kwargs:"]))
}

/// Environments as lists and mappings, `extraEnv: |` whose text is YAML, `config` by section.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let policy = Policy::new(HostFormat::HelmValues, References::Kubernetes);
    super::extract(text, options, Policy { is_chart: true, ..policy })
}
