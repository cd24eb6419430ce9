//! A Deployment file of Astro: what `astro deployment inspect` prints, and `create` takes.

use super::{Policy, is_yaml};
use crate::formats::File;
use crate::references::References;
use crate::{Document, HostFormat, Options};

/// A file with `deployment` and `environment_variables` that has a setting of Airflow's.
pub(crate) fn detects(file: &File<'_>) -> bool {
    is_yaml(file)
        && file.mentions_airflow()
        && file.mentions(&["deployment:"])
        && file.mentions(&["environment_variables:"])
}

/// A list of `key` and `value`. The value of a secret is left empty.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let policy = Policy::new(HostFormat::AstroDeployment, References::Plain);
    let mut document = super::extract(text, options, Policy { is_strict: true, ..policy });
    document.sites.retain(|site| !site.value.text().is_empty());
    document
}
