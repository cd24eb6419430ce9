//! What `airflow connections export` writes as `id=uri` lines.

use connlint_hosts::HostFormat;

use super::{Form, Reader};

pub(crate) const FORM: Form = Form {
    takes_name: |id| !id.is_empty() && !id.trim_start().starts_with('#') && !id.contains('='),
    names: "an id of such a line is not empty, has no `=`, and does not begin with `#`",
    entry: |item| Some(format!("{}={}\n", item.entry.id, item.value)),
    reader: Reader::Host(HostFormat::ConnectionsEnv),
    ..Form::LINES
};
