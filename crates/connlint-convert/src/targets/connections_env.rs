//! What `airflow connections export` writes as `id=uri` lines.

use connlint_hosts::HostFormat;

use super::Form;

pub(crate) const FORM: Form = Form {
    fault_of_id,
    entry: |item| Some(format!("{}={}\n", item.entry.id, item.value)),
    format: HostFormat::ConnectionsEnv,
    ..Form::LINES
};

fn fault_of_id(id: &str) -> Option<&'static str> {
    if id.is_empty() || id.trim_start().starts_with('#') {
        return Some("such a line says nothing to Airflow");
    }
    id.contains('=').then_some("the id would end at the first `=` of the line")
}
