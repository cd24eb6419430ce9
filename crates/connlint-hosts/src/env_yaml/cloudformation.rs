//! Templates of `CloudFormation`: environments of tasks and functions, options of MWAA, secrets and
//! parameters.

use super::{Policy, is_yaml};
use crate::formats::File;
use crate::references::References;
use crate::{Document, HostFormat, Options};

/// A template with resources of AWS and a setting of Airflow's, or a secret that is called like one.
pub(crate) fn detects(file: &File<'_>) -> bool {
    (is_yaml(file) || (file.extension == "template" && !file.text.trim_start().starts_with('{')))
        && file.mentions(&["Resources:"])
        && file.mentions(&["AWS::"])
        && (file.mentions_airflow()
            || file.mentions(&["secrets.backend", "connections/", "connections-", "variables/"]))
}

/// Environments as lists and mappings, `AirflowConfigurationOptions`, secrets by their names.
/// `${ … }` is unknown, as are `!Ref` and its kin.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let policy = Policy::new(HostFormat::CloudFormation, References::Plain);
    super::extract(text, options, Policy { has_scripts: true, ..policy })
}
