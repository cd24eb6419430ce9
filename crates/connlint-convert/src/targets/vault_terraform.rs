//! Resources of Terraform's provider for Vault, as `.tf.json`.

use connlint_json::{Member, dumps_str, kept_members, parse};

use super::{Form, Part, member, vault_cli, with_templates, without_templates};
use crate::vault;

const TAIL: &str = "\n}}}\n";

pub(crate) const FORM: Form = Form {
    takes_name: |name| {
        // The last part names the resource, too.
        let id = name.rsplit('/').next().unwrap_or(name);
        let is_word = id.chars().all(|char| char.is_ascii_alphanumeric() || "_-".contains(char));
        is_word && vault::takes_name(name)
    },
    names: "a resource of Terraform has letters, digits, `_` and `-` in its name",
    entry: |item| {
        let text = |text: &str| dumps_str(&without_templates(text).as_str().into());
        let secret = vault::secret(item.entry.id, item.options).ok()?;
        let place = match secret.version {
            1 => format!("\"path\": {}", text(&item.name)),
            _ => format!("\"mount\": {}, \"name\": {}", text(&secret.mount), text(&secret.path)),
        };
        let label = item.entry.id.replace('/', "-");
        let json = text(&item.value);
        Some(format!("  \"connection_{label}\": {{{place}, \"data_json\": {json}}}"))
    },
    document: |entries, options| format!("{}{}{TAIL}", head(options), entries.join(",\n")),
    parts: |text, options| {
        let root = parse(text).ok()?;
        let resources = root.last("resource")?.last(kind(options))?.as_object()?;
        let part = |resource: &Member<'_>| {
            let get = |key| member(&resource.value, key).map(|text| with_templates(&text));
            let name = match (get("path"), get("mount"), get("name")) {
                (Some(path), None, None) => path,
                (None, Some(mount), Some(path)) => vault::address(&mount, &path),
                _ => return None,
            };
            let text = vault::answer(&get("data_json")?, options).into();
            Some(Part { name: Some(name), text })
        };
        // Of two resources of one name only one would be there.
        kept_members(resources).into_iter().map(part).collect()
    },
    ..vault_cli::SECRET
};

fn head(options: &crate::Options) -> String {
    format!("{{\"resource\": {{\"{}\": {{\n", kind(options))
}

fn kind(options: &crate::Options) -> &'static str {
    if vault::is_of_version_1(options) { "vault_kv_secret" } else { "vault_kv_secret_v2" }
}
