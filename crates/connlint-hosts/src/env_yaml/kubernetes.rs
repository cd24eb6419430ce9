//! Kubernetes manifests: config maps, secrets, the environment of containers, and what resembles them.

use super::{Policy, is_yaml};
use crate::formats::File;
use crate::references::References;
use crate::{Document, HostFormat, Options};

/// A file with `apiVersion` and `kind` that has a setting of Airflow's, or a Secret whose values may
/// be.
pub(crate) fn detects(file: &File<'_>) -> bool {
    is_yaml(file)
        && file.mentions(&["apiVersion:"])
        && file.mentions(&["kind:"])
        && (file.mentions_airflow() || file.mentions(&["connections.yaml:", "connections.json:"]))
}

/// `data` of a Secret is base64, and a value that is not costs the whole object.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let policy = Policy::new(HostFormat::Kubernetes, References::Kubernetes);
    super::extract(text, options, Policy { is_strict: true, ..policy })
}
