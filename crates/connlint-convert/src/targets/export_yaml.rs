//! What `airflow connections export` writes as YAML.

use connlint_hosts::HostFormat;

use super::{Form, Reader, Value};
use crate::yaml;

pub(crate) const FORM: Form = Form {
    carrier: "a YAML export",
    values: &[Value::Fields],
    entry: |item| yaml::export(item.entry.id, item.entry.connection),
    document: |entries, _| {
        if entries.is_empty() { "{}\n".to_owned() } else { entries.concat() }
    },
    reader: Reader::Host(HostFormat::ConnectionsYaml),
    ..Form::LINES
};
