//! A shell script of `vault kv put` commands.

use connlint_hosts::HostFormat;

use super::{Form, Part, Value};
use crate::vault;

pub(crate) const FORM: Form = Form {
    carrier: "a Vault secret",
    values: Value::SECRET,
    fault_of_id: vault::fault_of_path,
    entry: |item| Some(vault::command(&item.options.mount, item.entry.id, &item.value)),
    parts: |text, options| {
        let commands = vault::commands(&options.mount, text)?.into_iter();
        let part = |command: vault::Command<'_>| Part {
            name: Some(command.id),
            text: vault::answer(command.json).into(),
        };
        Some(commands.map(part).collect())
    },
    format: HostFormat::VaultJson,
    ..Form::LINES
};
