//! What is sent to the API of Vault: an object of the path below `/v1/` to the body of its request.

use connlint_json::{Member, dumps_str, parse};

use super::{Form, Part, export_json, vault_cli};
use crate::vault;

pub(crate) const FORM: Form = Form {
    entry: |item| {
        let secret = vault::secret(item.entry.id, item.options).ok()?;
        let member = |path: &str, body: &str| format!("  {}: {body}", dumps_str(&path.into()));
        if secret.version == 1 {
            return Some(member(&item.name, &item.value));
        }
        let path = format!("{}/data/{}", secret.mount, secret.path);
        Some(member(&path, &format!("{{\"data\": {}}}", item.value)))
    },
    document: |entries, _| export_json::document(entries) + "\n",
    parts: |text, options| {
        let root = parse(text).ok()?;
        let is_bare = vault::is_of_version_1(options);
        let part = |member: &Member<'_>| {
            let path = member.key.decode().text().to_owned();
            let (name, secret) = if is_bare {
                (path, &member.value)
            } else {
                (path.replacen("/data/", "/", 1), member.value.last("data")?)
            };
            let text = vault::answer(secret.span.of(text), options).into();
            Some(Part { name: Some(name), text })
        };
        root.as_object()?.iter().map(part).collect()
    },
    ..vault_cli::SECRET
};
