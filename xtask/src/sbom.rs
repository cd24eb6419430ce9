//! What a program is made of, as a bill of materials: `CycloneDX` 1.5 in JSON.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// The bill of a package, from what `cargo metadata` says of it and the checksums of `Cargo.lock`.
///
/// What only tests use is no part of it; what builds the program is.
pub(crate) fn bill(metadata: &Value, lock: &str, package: &str) -> Result<Value> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages: BTreeMap<String, Value> = list(&metadata["packages"])
        .into_iter()
        .filter_map(|package| Some((package["id"].as_str()?.to_owned(), package)))
        .collect();
    let used: BTreeMap<String, Vec<String>> = list(&metadata["resolve"]["nodes"])
        .iter()
        .filter_map(|node| {
            let used = list(&node["deps"]).into_iter().filter(is_built);
            let used = used.filter_map(|it| it["pkg"].as_str().map(str::to_owned));
            Some((node["id"].as_str()?.to_owned(), used.collect()))
        })
        .collect();
    let is_main = |(_, it): &(&String, &Value)| it["name"] == package;
    let (main, _) = packages.iter().find(is_main).with_context(|| format!("no {package}"))?;

    let mut seen = BTreeSet::from([main]);
    let mut open = vec![main];
    while let Some(id) = open.pop() {
        open.extend(used.get(id).into_iter().flatten().filter(|id| seen.insert(id)));
    }
    let sums = checksums(lock);
    let mut components: Vec<Value> =
        seen.iter().filter(|id| **id != main).map(|id| component(&packages[*id], &sums)).collect();
    components.sort_by_key(|component| component["purl"].to_string());
    let mut dependencies: Vec<Value> = seen
        .iter()
        .map(|id| {
            let mut on: Vec<_> =
                used.get(*id).into_iter().flatten().map(|id| name_of(&packages[id])).collect();
            on.sort();
            json!({ "ref": name_of(&packages[*id]), "dependsOn": on })
        })
        .collect();
    dependencies.sort_by_key(|dependency| dependency["ref"].to_string());
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": component(&packages[main], &sums) },
        "components": components,
        "dependencies": dependencies,
    }))
}

/// Whether a dependency is needed to build, and not only to test.
fn is_built(dependency: &Value) -> bool {
    let kinds = dependency["dep_kinds"].as_array();
    kinds.is_none_or(|kinds| kinds.iter().any(|kind| kind["kind"] != "dev"))
}

/// `pkg:cargo/serde@1.0.0`: the name of a package across all kinds of packages.
fn name_of(package: &Value) -> String {
    let text = |key: &str| package[key].as_str().unwrap_or_default().replace('+', "%2B");
    format!("pkg:cargo/{}@{}", text("name"), text("version"))
}

fn component(package: &Value, sums: &BTreeMap<(String, String), String>) -> Value {
    let name = name_of(package);
    let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let is_program = package["targets"][0]["kind"][0] == "bin";
    let mut component = json!({
        "type": if is_program { "application" } else { "library" },
        "bom-ref": name,
        "name": text("name"),
        "version": text("version"),
        "purl": name,
        // Some crates still part licences as no expression of SPDX does.
        "licenses": [{ "expression": text("license").replace('/', " OR ") }],
    });
    if let Some(sum) = sums.get(&(text("name"), text("version"))) {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
    }
    component
}

/// The checksums of `Cargo.lock`, by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let value = |entry: &str, key: &str| {
        let line = entry.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "))?;
        Some(line.trim_matches('"').to_owned())
    };
    let entries = lock.split("[[package]]").skip(1);
    entries
        .filter_map(|it| {
            Some(((value(it, "name")?, value(it, "version")?), value(it, "checksum")?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_is_in_the_bill_and_what_is_tested_is_not() {
        let package = |name: &str, kind: &str| {
            json!({
                "id": name, "name": name, "version": "1.0.0+x", "license": "MIT/Apache-2.0",
                "targets": [{ "kind": [kind] }],
            })
        };
        let node = |name: &str, deps: &[(&str, Option<&str>)]| {
            let deps: Vec<_> = deps
                .iter()
                .map(|(name, kind)| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] }))
                .collect();
            json!({ "id": name, "deps": deps })
        };
        let metadata = json!({
            "packages": [
                package("main", "bin"), package("lib", "lib"), package("deep", "lib"),
                package("build", "lib"), package("test", "lib"), package("other", "lib"),
            ],
            "resolve": { "nodes": [
                node("main", &[("lib", None), ("build", Some("build")), ("test", Some("dev"))]),
                node("lib", &[("deep", None)]),
                node("other", &[("lib", None)]),
            ] },
        });
        let lock = "[[package]]\nname = \"deep\"\nversion = \"1.0.0+x\"\nchecksum = \"ab\"\n";
        let bill = bill(&metadata, lock, "main").unwrap();
        let names: Vec<_> =
            bill["components"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
        assert_eq!(names, ["build", "deep", "lib"]);
        assert_eq!(bill["metadata"]["component"]["type"], "application");
        let deep = &bill["components"][1];
        assert_eq!(deep["purl"], "pkg:cargo/deep@1.0.0%2Bx");
        assert_eq!(deep["hashes"][0]["content"], "ab");
        assert_eq!(deep["licenses"][0]["expression"], "MIT OR Apache-2.0");
        let of_lib = bill["dependencies"].as_array().unwrap().iter();
        let of_lib = of_lib.clone().find(|it| it["ref"] == "pkg:cargo/lib@1.0.0%2Bx").unwrap();
        assert_eq!(of_lib["dependsOn"], json!(["pkg:cargo/deep@1.0.0%2Bx"]));
    }

    #[test]
    fn the_bill_of_connlint_has_what_it_is_built_of() {
        let metadata = crate::layers::metadata_with(&["--locked", "--offline"]).unwrap();
        let bill = bill(&metadata, include_str!("../../Cargo.lock"), "connlint-cli").unwrap();
        let components = bill["components"].as_array().unwrap();
        let named = |name: &str| components.iter().find(|it| it["name"] == name);
        assert!(named("connlint-parser").is_some() && named("proptest").is_none());
        let nom = named("nom").unwrap();
        assert_eq!(nom["licenses"][0]["expression"], "MIT");
        assert_eq!(nom["hashes"][0]["content"].as_str().unwrap().len(), 64);
    }
}
