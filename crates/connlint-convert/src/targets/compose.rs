//! A file of compose: the environment of a service.

use connlint_hosts::HostFormat;

use super::{Form, Reader};
use crate::yaml::quoted;

pub(crate) const FORM: Form = Form {
    entry: |item| {
        // A `$` alone stands in front of a name.
        let value = item.value.replace('$', "$$");
        Some(format!("      {}: {}\n", item.name, quoted(&value)))
    },
    document: |entries, options| {
        let service = quoted(options.name.as_deref().unwrap_or("airflow"));
        format!("services:\n  {service}:\n    environment:\n{}", entries.concat())
    },
    reader: Reader::Host(HostFormat::Compose),
    ..Form::VARIABLES
};
