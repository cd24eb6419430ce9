//! A Secret of Kubernetes, for `envFrom`.

use connlint_hosts::HostFormat;

use super::{Form, Reader};
use crate::yaml::quoted;

pub(crate) const FORM: Form = Form {
    carrier: "a Secret of Kubernetes",
    entry: |item| Some(format!("  {}: {}\n", item.name, quoted(&item.value))),
    document: |entries, options| {
        let name = quoted(options.name.as_deref().unwrap_or("airflow-connections"));
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\ntype: Opaque\nstringData:\n{}",
            entries.concat()
        )
    },
    reader: Reader::Host(HostFormat::Kubernetes),
    total: Some(1024 * 1024),
    ..Form::VARIABLES
};
