//! Resources of Terraform's provider for Vault, as `.tf.json`.

use connlint_hosts::HostFormat;
use connlint_json::{dumps_str, parse};

use super::{Form, Part, Value, member, with_templates, without_templates};
use crate::vault;

const HEAD: &str = "{\"resource\": {\"vault_kv_secret_v2\": {\n";
const TAIL: &str = "\n}}}\n";

pub(crate) const FORM: Form = Form {
    carrier: "a Vault secret",
    values: Value::SECRET,
    name: |id, _| format!("connections/{id}"),
    fault_of_id: |id| {
        let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
        (id.is_empty() || !id.chars().all(is_plain))
            .then_some("a resource of Terraform has letters, digits, `_` and `-` in its name")
    },
    entry: |item| {
        let text = |text: &str| dumps_str(&without_templates(text).as_str().into());
        Some(format!(
            "  \"connection_{}\": {{\"mount\": {}, \"name\": {}, \"data_json\": {}}}",
            item.entry.id,
            text(&item.options.mount),
            text(&item.name),
            text(&item.value),
        ))
    },
    document: |entries, _| format!("{HEAD}{}{TAIL}", entries.join(",\n")),
    parts: |text, options| {
        let root = parse(text).ok()?;
        let resources = root.last("resource")?.last("vault_kv_secret_v2")?.as_object()?.iter();
        let part = |resource: &connlint_json::Member<'_>| {
            let get = |key| member(&resource.value, key).map(|text| with_templates(&text));
            (get("mount")? == options.mount).then_some(())?;
            Some(Part { name: get("name"), text: vault::answer(&get("data_json")?).into() })
        };
        resources.map(part).collect()
    },
    format: HostFormat::VaultJson,
    ..Form::LINES
};
