//! A shell script of `az keyvault secret set` commands. `KEY_VAULT_NAME` names the vault.
//!
//! Airflow asks for `-` where an id has `_`, and Azure takes small and capital letters for the same.
//!
//! The value is JSON: the line end behind it means nothing to its reader.

use super::{Form, Reader, Value, asked, script};

const BACKEND: &str = "azure-key-vault";
const HEAD: &str = "az keyvault secret set --vault-name \"${KEY_VAULT_NAME:?}\" --encoding utf-8 --file /dev/stdin --output none --name ";

pub(crate) const FORM: Form = Form {
    carrier: "a secret of Azure",
    values: Value::PORTABLE,
    backend: Some(BACKEND),
    name: |id, options| asked(BACKEND, id, options).map(|name| name.to_lowercase()),
    names: "Azure Key Vault has up to 127 letters, digits and `-` in names",
    entry: |item| Some(script::command(&format!("{HEAD}{}", item.name), &item.value)),
    parts: |text, _| script::texts(text, HEAD, ""),
    reader: Reader::Text,
    limit: Some(25_000),
    ..Form::LINES
};
