//! A shell script of `vault kv put` commands.

use connlint_hosts::HostFormat;

use super::{Form, Part, Reader, Value};
use crate::vault;

pub(crate) const FORM: Form = Form {
    entry: |item| {
        let secret = vault::secret(item.entry.id, item.options).ok()?;
        Some(vault::command(&secret, &item.value, item.options.arguments))
    },
    parts: |text, options| {
        let part = |command: vault::Command| Part {
            name: Some(command.name),
            text: vault::answer(&command.json, options).into(),
        };
        Some(vault::commands(text)?.into_iter().map(part).collect())
    },
    ..SECRET
};

/// A secret of Vault.
pub(super) const SECRET: Form = Form {
    carrier: "a Vault secret",
    values: Value::SECRET,
    backend: Some(vault::BACKEND),
    name: vault::name,
    takes_name: vault::takes_name,
    names: vault::NAMES,
    reader: Reader::Host(HostFormat::VaultJson),
    ..Form::LINES
};
