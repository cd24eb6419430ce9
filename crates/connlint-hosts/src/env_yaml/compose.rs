//! `docker-compose.yml` and its overrides, as compose-go reads them.

use super::{Policy, is_yaml};
use crate::formats::File;
use crate::references::References;
use crate::{Document, HostFormat, Options};

/// A file called like one, or with services in it, that has a setting of Airflow's.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_named = file.name.starts_with("docker-compose") || file.name.starts_with("compose");
    let has_services = || file.text.starts_with("services:") || file.mentions(&["\nservices:"]);
    is_yaml(file) && file.mentions_airflow() && (is_named || has_services())
}

/// `environment` of a service as mapping or list. In a list, quotes behind the `=` are part of the
/// value.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let policy = Policy::new(HostFormat::Compose, References::Compose);
    super::extract(text, options, Policy { has_lists: true, is_strict: true, ..policy })
}
