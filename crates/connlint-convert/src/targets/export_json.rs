//! What `airflow connections export` writes as JSON.

use connlint_hosts::HostFormat;

use super::{Form, Reader, Value};
use crate::json;

pub(crate) const FORM: Form = Form {
    carrier: "a JSON export",
    values: &[Value::Fields],
    entry: |item| Some(json::export(item.entry.id, item.entry.connection)),
    document: |entries, _| document(entries),
    reader: Reader::Host(HostFormat::ConnectionsJson),
    ..Form::LINES
};

/// An object of these members.
pub(super) fn document(entries: &[&str]) -> String {
    if entries.is_empty() {
        return "{}".to_owned();
    }
    format!("{{\n{}\n}}", entries.join(",\n"))
}
