//! A shell script of `gcloud secrets create` commands.
//!
//! The value is JSON: the line end behind it means nothing to its reader.

use super::{Form, Part, Value, prefixed, script};
use crate::json::Extra;

const HEAD: &str = "gcloud secrets create ";
const TAIL: &str = " --data-file=-";

pub(crate) const FORM: Form = Form {
    carrier: "a secret of Google",
    values: &[Value::Portable(Extra::Object), Value::Portable(Extra::Text)],
    name: |id, options| prefixed(options, "airflow-connections", "-", id),
    fault_of_id: |id| {
        (id.is_empty() || !id.chars().all(is_plain))
            .then_some("Google Secret Manager has letters, digits, `_` and `-` in names")
    },
    entry: |item| Some(script::command(&format!("{HEAD}{}{TAIL}", item.name), &item.value)),
    parts: |text, _| {
        let part = |(head, body)| {
            let head: &str = head;
            let body: &str = body;
            let name = head.strip_prefix(HEAD)?.strip_suffix(TAIL)?.to_owned();
            name.chars().all(is_plain).then_some(())?;
            Some(Part { name: Some(name), text: body.to_owned().into() })
        };
        script::commands(text)?.into_iter().map(part).collect()
    },
    limit: Some(65_536),
    ..Form::LINES
};

/// Whether a name may have it.
fn is_plain(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | '-')
}
