//! Helm templates: YAML once Helm has filled them in.

use super::Policy;
use crate::formats::File;
use crate::references::References;
use crate::{Document, HostFormat, Options};

/// A YAML file of a folder `templates`, or a `.tpl`, with templates in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_one = match file.extension {
        "tpl" => true,
        "yaml" | "yml" => file.path.contains("templates/") || file.path.contains("templates\\"),
        _ => false,
    };
    is_one && file.mentions_airflow() && file.mentions(&["{{"])
}

/// What a template stands for is unknown; what stands beside it is read.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let policy = Policy::new(HostFormat::HelmTemplate, References::Kubernetes);
    super::extract(text, options, Policy { is_template: true, ..policy })
}
