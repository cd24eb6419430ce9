use std::collections::BTreeMap;

use connlint_hosts::{Consumer, HostFormat};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

/// A text with its place.
pub(crate) type Text = Spanned<String>;

/// The configuration of connlint: `connlint.toml`, or `[tool.connlint]` in `pyproject.toml`.
///
/// Paths and patterns are relative to the file; patterns are those of `.gitignore`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "connlint", rename = "connlint")]
pub(crate) struct Keys {
    /// The Airflow that reads the connections: a version such as `3.1`, or a range such as
    /// `>=2.10,<3.2`. With `-sdk` behind a version, the class of the task SDK.
    #[schemars(with = "Option<String>")]
    pub(crate) airflow_version: Option<Text>,
    /// The releases of the providers, such as `{ amazon = "6.0" }`. Without this, those that the
    /// requirements files of a run pin, or the newest.
    #[schemars(with = "BTreeMap<String, String>")]
    pub(crate) providers: BTreeMap<Text, Text>,
    /// Who reads `.env` files.
    #[schemars(schema_with = "consumers")]
    pub(crate) consumer: Option<Text>,
    /// Only these rules: names, codes, the beginning of a code such as `CL1`, or `ALL`.
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) select: Option<Vec<Text>>,
    /// These rules too, such as those that only `pedantic` brings.
    #[schemars(with = "Vec<String>")]
    pub(crate) extend_select: Vec<Text>,
    /// Not these rules.
    #[schemars(with = "Vec<String>")]
    pub(crate) ignore: Vec<Text>,
    /// How bad it is what a rule finds, by its name or code; `off` turns it off.
    #[schemars(with = "BTreeMap<String, Level>")]
    pub(crate) rules: BTreeMap<Text, Level>,
    /// Rules too that are a matter of taste.
    pub(crate) pedantic: Option<bool>,
    /// Rules too that are on trial, and may still change.
    pub(crate) preview: Option<bool>,
    /// Findings too that are probably meant as they are.
    pub(crate) strict: Option<bool>,
    /// Files and folders that are not looked at, unless they are named on the command line.
    #[schemars(with = "Vec<String>")]
    pub(crate) exclude: Vec<Text>,
    /// Which files are read as which format, by pattern.
    #[schemars(with = "BTreeMap<String, HostName>")]
    pub(crate) hosts: BTreeMap<Text, Text>,
    /// Secrets backends of your own, by the path of the class.
    #[schemars(with = "BTreeMap<String, Backend>")]
    pub(crate) backends: BTreeMap<Text, Backend>,
    /// Connection types of your own, as Airflow holds them (`acme_lake`).
    #[schemars(with = "BTreeMap<String, ConnType>")]
    pub(crate) conn_types: BTreeMap<Text, ConnType>,
    /// The file of findings that are known, made by `connlint baseline`.
    #[schemars(with = "Option<String>")]
    pub(crate) baseline: Option<Text>,
    /// What holds for some files only; where several hold for a file, the last says it.
    pub(crate) overrides: Vec<Override>,
}

/// How bad it is what a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// The rule does not look.
    Off,
    /// Worth knowing; the exit code stays 0.
    Info,
    /// A warning.
    Warning,
    /// An error.
    Error,
}

/// A secrets backend of a team's own.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) struct Backend {
    /// The arguments that it accepts. Without this, any.
    #[serde(default)]
    pub(crate) kwargs: Option<Vec<String>>,
}

/// A connection type of a team's own.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) struct ConnType {
    /// The keys of `extra` that its hook reads. Without this, any.
    #[serde(default)]
    pub(crate) extra: Option<Vec<String>>,
}

/// What holds for some files only.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) struct Override {
    /// Which files.
    #[schemars(with = "Vec<String>")]
    pub(crate) files: Vec<Text>,
    /// Not these rules.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) ignore: Vec<Text>,
    /// How bad it is what a rule finds, by its name or code.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Level>")]
    pub(crate) rules: BTreeMap<Text, Level>,
    /// The Airflow that reads the connections.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) airflow_version: Option<Text>,
    /// The releases of the providers.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub(crate) providers: BTreeMap<Text, Text>,
    /// Who reads `.env` files.
    #[serde(default)]
    #[schemars(schema_with = "consumers")]
    pub(crate) consumer: Option<Text>,
    /// The format that they are read as.
    #[serde(default)]
    #[schemars(schema_with = "hosts")]
    pub(crate) host: Option<Text>,
}

/// Stands for the name of a host format in the schema.
struct HostName;

impl JsonSchema for HostName {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "HostFormat".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        hosts(generator)
    }
}

fn consumers(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<_> = Consumer::ALL.iter().map(|consumer| consumer.name()).collect();
    json_schema!({ "type": "string", "enum": names })
}

fn hosts(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<_> = HostFormat::ALL.iter().map(|format| format.name()).collect();
    json_schema!({ "type": "string", "enum": names })
}

/// The JSON Schema of the configuration.
///
/// ```
/// let schema = connlint_config::schema();
/// assert!(schema["properties"]["airflow-version"]["description"].is_string());
/// ```
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Keys).to_value();
    without_null(&mut schema);
    schema
}

/// TOML has no null: a key that may be left out is left out.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.retain(|key, value| !(key == "default" && value.is_null()));
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|kind| kind != "null");
                if let [only] = &types[..] {
                    let only = only.clone();
                    object.insert("type".to_owned(), only);
                }
            }
            object.values_mut().for_each(without_null);
        }
        Value::Array(items) => items.iter_mut().for_each(without_null),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_knows_no_null() {
        let schema = schema();
        assert_eq!(schema["properties"]["select"]["type"], "array");
        assert_eq!(
            schema["properties"]["strict"],
            serde_json::json!({
                "description": "Findings too that are probably meant as they are.",
                "type": "boolean",
            })
        );
        assert!(!schema.to_string().contains("null"), "{schema:#}");
    }
}
