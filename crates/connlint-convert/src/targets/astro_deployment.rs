//! The variables of a Deployment file of Astro, all of them secrets.

use connlint_hosts::HostFormat;

use super::{Form, Reader};
use crate::yaml::quoted;

pub(crate) const FORM: Form = Form {
    entry: |item| {
        Some(format!(
            "    - is_secret: true\n      key: {}\n      value: {}\n",
            item.name,
            quoted(&item.value)
        ))
    },
    document: |entries, _| format!("deployment:\n  environment_variables:\n{}", entries.concat()),
    reader: Reader::Host(HostFormat::AstroDeployment),
    ..Form::VARIABLES
};
