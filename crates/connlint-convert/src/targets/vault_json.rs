//! What is sent to the API of Vault: an object of the path below `/v1/` to the body of its request.

use connlint_hosts::HostFormat;
use connlint_json::{dumps_str, parse};

use super::{Form, Part, Value, export_json};
use crate::vault;

pub(crate) const FORM: Form = Form {
    carrier: "a Vault secret",
    values: Value::SECRET,
    name: |id, options| format!("{}/data/connections/{id}", options.mount),
    fault_of_id: vault::fault_of_path,
    entry: |item| {
        let path = dumps_str(&item.name.as_str().into());
        Some(format!("  {path}: {{\"data\": {}}}", item.value))
    },
    document: |entries, _| export_json::document(entries) + "\n",
    parts: |text, _| {
        let root = parse(text).ok()?;
        let members = root.as_object()?.iter();
        let part = |member: &connlint_json::Member<'_>| {
            let json = member.value.last("data")?.span.of(text);
            let name = Some(member.key.decode().text().to_owned());
            Some(Part { name, text: vault::answer(json).into() })
        };
        members.map(part).collect()
    },
    format: HostFormat::VaultJson,
    ..Form::LINES
};
