//! Values of Airflow's Helm chart: the environment of its containers.

use connlint_hosts::HostFormat;

use super::{Form, Reader};
use crate::yaml::quoted;

pub(crate) const FORM: Form = Form {
    entry: |item| Some(format!("  - name: {}\n    value: {}\n", item.name, quoted(&item.value))),
    document: |entries, _| format!("env:\n{}", entries.concat()),
    reader: Reader::Host(HostFormat::HelmValues),
    ..Form::VARIABLES
};
