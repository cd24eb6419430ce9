//! A shell script of `gcloud secrets create` commands.
//!
//! The value is JSON: the line end behind it means nothing to its reader.

use super::{Form, Reader, Value, asked, script};

const BACKEND: &str = "gcp-secret-manager";
const HEAD: &str = "gcloud secrets create ";
const TAIL: &str = " --data-file=-";

pub(crate) const FORM: Form = Form {
    carrier: "a secret of Google",
    values: Value::PORTABLE,
    backend: Some(BACKEND),
    name: |id, options| asked(BACKEND, id, options),
    takes_name: |name| name.len() <= 255,
    names: "Google Secret Manager has up to 255 letters, digits, `_` and `-` in names",
    entry: |item| Some(script::command(&format!("{HEAD}{}{TAIL}", item.name), &item.value)),
    parts: |text, _| script::texts(text, HEAD, TAIL),
    reader: Reader::Text,
    limit: Some(65_536),
    ..Form::LINES
};
