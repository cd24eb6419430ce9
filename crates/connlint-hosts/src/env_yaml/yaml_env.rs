//! YAML of any other kind in which variables of Airflow's are set.

use super::{Policy, is_yaml};
use crate::formats::File;
use crate::references::References;
use crate::{Document, HostFormat, Options};

/// A YAML file with a setting of Airflow's in it, as a key or the value of one.
pub(crate) fn detects(file: &File<'_>) -> bool {
    // Lines of a `.env` are no YAML, though they may be called so.
    let is_member = |line: &str| {
        let sign = line.find([':', '=']);
        (line.contains("IRFLOW_") || line.contains("irflow_"))
            && sign.is_some_and(|at| line[at..].starts_with(':'))
    };
    is_yaml(file) && file.mentions_airflow() && file.text.lines().any(is_member)
}

/// Who reads the file is not known: nothing is said about its form.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    super::extract(text, options, Policy::new(HostFormat::YamlEnv, References::Plain))
}
