//! `cargo xtask schema`: the JSON Schemas in `schemas/`, and whether the handbook knows their keys.

#![expect(clippy::disallowed_methods, reason = "a developer task reads and writes the sources")]

use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::check;

/// Writes the schemas, or with `--check` says which are out of date.
pub(crate) fn run(flags: &[String]) -> Result<ExitCode> {
    match flags.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let folder = check::root().join("schemas");
            fs::create_dir_all(&folder).context("cannot make schemas")?;
            for (name, text) in files() {
                fs::write(folder.join(name), text).context(name)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        ["--check"] => Ok(check::verdict("schemas", &faults()?)),
        _ => bail!("usage: cargo xtask schema [--check]"),
    }
}

/// Schemas that are out of date, and keys that the handbook does not name.
pub(crate) fn faults() -> Result<Vec<String>> {
    let folder = check::root().join("schemas");
    let stale = files().into_iter().filter(|(name, text)| {
        fs::read_to_string(folder.join(name)).map_or(true, |written| written != *text)
    });
    let mut faults: Vec<_> = stale
        .map(|(name, _)| format!("schemas/{name} is out of date: `cargo xtask schema`"))
        .collect();
    let page =
        fs::read_to_string(check::root().join("docs/config.md")).context("docs/config.md")?;
    faults.extend(unknown(&connlint_config::schema(), &page));
    Ok(faults)
}

fn files() -> [(&'static str, String); 2] {
    let text = |schema: Value| format!("{schema:#}\n");
    [
        ("connlint.schema.json", text(connlint_config::schema())),
        ("check.schema.json", text(connlint_report::json_schema())),
    ]
}

/// The keys of a schema that a page does not name.
fn unknown(schema: &Value, page: &str) -> Vec<String> {
    let mut faults = Vec::new();
    match schema {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get("properties") {
                let is_unknown = |key: &&String| !page.contains(&format!("`{key}`"));
                let keys = properties.keys().filter(is_unknown);
                faults.extend(keys.map(|key| format!("docs/config.md does not name `{key}`")));
            }
            faults.extend(object.values().flat_map(|value| unknown(value, page)));
        }
        Value::Array(items) => faults.extend(items.iter().flat_map(|value| unknown(value, page))),
        _ => {}
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_fresh_and_explained() {
        assert_eq!(faults().unwrap(), [""; 0]);
    }

    #[test]
    fn keys_that_no_page_names_are_seen() {
        let schema = serde_json::json!({"properties": {"a": {"properties": {"b": {}}}}});
        assert_eq!(unknown(&schema, "`a`"), ["docs/config.md does not name `b`"]);
    }
}
