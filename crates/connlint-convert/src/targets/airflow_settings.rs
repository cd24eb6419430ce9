//! `airflow_settings.yaml` of an Astro project.
//!
//! `extra` is written as a text: the keys of a mapping would come out in lower case.

use std::fmt::Write as _;

use connlint_hosts::HostFormat;
use connlint_parser::{FieldValue, Port};

use super::{Form, Item, Reader, Value};
use crate::yaml::quoted;

pub(crate) const FORM: Form = Form {
    carrier: "airflow_settings.yaml",
    values: &[Value::Fields],
    entry,
    document: |entries, _| {
        let list =
            if entries.is_empty() { " []\n".to_owned() } else { format!("\n{}", entries.concat()) };
        format!("airflow:\n  connections:{list}")
    },
    reader: Reader::Host(HostFormat::AirflowSettings),
    ..Form::LINES
};

/// There is no key for a description, and what is no text or number cannot be written.
fn entry(item: &Item<'_, '_>) -> Option<String> {
    let connection = item.entry.connection;
    let mut out = format!("    - conn_id: {}\n", quoted(item.entry.id));
    let mut field = |name: &str, value: &Option<FieldValue<'_>>| {
        if let Some(value) = value {
            // Writing to a string does not fail.
            let _ = writeln!(out, "      {name}: {}", quoted(value.as_str()?));
        }
        Some(())
    };
    field("conn_type", &connection.conn_type)?;
    field("conn_host", &connection.host)?;
    field("conn_schema", &connection.schema)?;
    field("conn_login", &connection.login)?;
    field("conn_password", &connection.password)?;
    field("conn_extra", &connection.extra)?;
    match connection.port {
        None => {}
        Some(Port::Number(port)) => drop(writeln!(out, "      conn_port: {port}")),
        Some(_) => return None,
    }
    Some(out)
}
