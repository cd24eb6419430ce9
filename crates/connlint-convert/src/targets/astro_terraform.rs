//! A list for `environment_variables` of Terraform's `astro_deployment`, as `.tf.json`:
//! `concat(local.airflow_connections, …)`.

use connlint_hosts::HostFormat;
use connlint_json::dumps_str;

use super::{Form, Reader, between, without_templates};

const HEAD: &str = "{\"locals\": {\"airflow_connections\": [\n";
const TAIL: &str = "\n]}}\n";

pub(crate) const FORM: Form = Form {
    entry: |item| {
        Some(format!(
            "  {{\"key\": \"{}\", \"value\": {}, \"is_secret\": true}}",
            item.name,
            dumps_str(&without_templates(&item.value).as_str().into())
        ))
    },
    document: |entries, _| format!("{HEAD}{}{TAIL}", entries.join(",\n")),
    parts: |text, _| {
        let parts = between(text, HEAD, TAIL)?;
        let list = parts.into_iter().map(|mut part| {
            part.text = format!("[{}]", part.text).into();
            part
        });
        Some(list.collect())
    },
    reader: Reader::Host(HostFormat::EnvJson),
    ..Form::VARIABLES
};
