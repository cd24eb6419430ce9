//! The forms, one module each.

use std::borrow::Cow;

use connlint_backends::{Arguments, Call, Kind, Nothing};
use connlint_catalog::{Backend, backends};
use connlint_hosts::{Consumer, HostFormat};
use connlint_json::{Node, PyText, parse};
use connlint_parser::env_name;

use crate::entry::Entry;
use crate::json::{self, Extra};
use crate::{Notation, Options, uri, vault};

pub(crate) mod airflow_cli;
pub(crate) mod airflow_settings;
pub(crate) mod astro_cli;
pub(crate) mod astro_deployment;
pub(crate) mod astro_terraform;
pub(crate) mod aws_secretsmanager;
pub(crate) mod aws_ssm;
pub(crate) mod azure_key_vault;
pub(crate) mod cmd;
pub(crate) mod compose;
pub(crate) mod connections_env;
pub(crate) mod dockerfile;
pub(crate) mod dotenv;
pub(crate) mod env;
pub(crate) mod export_json;
pub(crate) mod export_yaml;
pub(crate) mod gcp_secret_manager;
pub(crate) mod github_actions;
pub(crate) mod helm_values;
pub(crate) mod json_lines;
pub(crate) mod k8s_secret;
pub(crate) mod powershell;
mod script;
pub(crate) mod uri_lines;
pub(crate) mod vault_cli;
pub(crate) mod vault_json;
pub(crate) mod vault_terraform;

/// How a form is written, and how it is read back.
pub(crate) struct Form {
    /// What it carries a connection in, as the subject of a sentence.
    pub(crate) carrier: &'static str,
    /// What a connection may be written as, the best first.
    pub(crate) values: &'static [Value],
    /// The id of the secrets backend that looks there.
    pub(crate) backend: Option<&'static str>,
    /// The name that a connection goes by: what no two may share.
    pub(crate) name: fn(&str, &Options) -> Result<String, Nothing>,
    /// Whether there can be such a name, as far as that can be told from it alone.
    pub(crate) takes_name: fn(&str) -> bool,
    /// What names there can be, as a sentence.
    pub(crate) names: &'static str,
    /// The text of one connection, where there is one.
    pub(crate) entry: fn(&Item<'_, '_>) -> Option<String>,
    /// The document of these texts.
    pub(crate) document: fn(&[&str], &Options) -> String,
    /// The documents that are in what was written; nothing where it cannot be taken apart.
    pub(crate) parts: for<'t> fn(&'t str, &Options) -> Option<Vec<Part<'t>>>,
    /// What reads them.
    pub(crate) reader: Reader,
    /// By whom.
    pub(crate) consumers: &'static [Consumer],
    /// How many bytes a value may have.
    pub(crate) limit: Option<usize>,
    /// How many bytes all of it may have.
    pub(crate) total: Option<usize>,
    /// Whether it shows what is in it to others.
    pub(crate) is_public: bool,
}

/// What reads a document.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reader {
    /// The reader of a host format, and Airflow what that finds.
    Host(HostFormat),
    /// A secrets backend that takes a text as it is: a URI or JSON.
    Text,
    /// The backend for AWS Secrets Manager, which renames the keys of JSON.
    AwsSecret,
}

/// What is written of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    /// The URI that Airflow writes itself.
    OwnUri,
    /// The URI that says the most.
    ExactUri,
    /// JSON in one line.
    Json(Extra),
    /// JSON that nothing around it changes.
    Portable(Extra),
    /// A secret of Vault with the URI that Airflow writes.
    OwnSecret,
    /// A secret of Vault with the URI that says the most.
    ExactSecret,
    /// A secret of Vault with the fields.
    FieldsSecret,
    /// Nothing: the entry is made of the fields.
    Fields,
}

impl Value {
    /// The URI, or where it does not do the JSON.
    const URI_OR_JSON: &[Self] =
        &[Self::OwnUri, Self::ExactUri, Self::Portable(Extra::Object), Self::Portable(Extra::Text)];

    /// JSON that a line end behind it does not change.
    const PORTABLE: &[Self] = &[Self::Portable(Extra::Object), Self::Portable(Extra::Text)];

    /// A secret of Vault.
    const SECRET: &[Self] = &[Self::OwnSecret, Self::ExactSecret, Self::FieldsSecret];

    /// Which notation it is one of, where it makes a difference.
    pub(crate) const fn notation(self) -> Option<Notation> {
        match self {
            Self::OwnUri | Self::ExactUri | Self::OwnSecret | Self::ExactSecret => {
                Some(Notation::Uri)
            }
            Self::Json(_) | Self::Portable(_) | Self::FieldsSecret => Some(Notation::Json),
            Self::Fields => None,
        }
    }

    /// The text of it, where there is one.
    pub(crate) fn of(self, entry: Entry<'_, '_>, options: &Options) -> Option<String> {
        let Entry { connection, .. } = entry;
        match self {
            Self::OwnUri => connection.get_uri(options.profile).ok(),
            Self::ExactUri => uri::exact_uri(connection),
            Self::Json(how) => Some(json::fields(connection, how)),
            Self::Portable(how) => Some(json::portable(&json::fields(connection, how))),
            Self::OwnSecret => Self::OwnUri.of(entry, options).map(|uri| vault::conn_uri(&uri)),
            Self::ExactSecret => Self::ExactUri.of(entry, options).map(|uri| vault::conn_uri(&uri)),
            Self::FieldsSecret => {
                vault::is_kept(connection).then(|| json::fields(connection, Extra::Text))
            }
            Self::Fields => Some(String::new()),
        }
    }
}

/// What an entry is made of.
pub(crate) struct Item<'e, 'a> {
    pub(crate) entry: Entry<'e, 'a>,
    /// The name that it goes by.
    pub(crate) name: String,
    /// One of the values.
    pub(crate) value: String,
    pub(crate) options: &'e Options,
}

/// A document in what was written.
pub(crate) struct Part<'t> {
    /// The name of the one connection in it. Without one it holds all, and says their names.
    pub(crate) name: Option<String>,
    pub(crate) text: Cow<'t, str>,
}

/// The bytes of a value in a line that readers written in Go take: with its name it has less than
/// 64 KiB, behind which they stop reading the file.
const LONGEST_IN_GO: usize = 65_000;

const ANY: &[Consumer] = &[Consumer::Compose];

impl Form {
    /// Lines that each hold a connection, and are the document themselves.
    const LINES: Self = Self {
        carrier: "a URI",
        values: &[Value::OwnUri, Value::ExactUri],
        backend: None,
        name: |id, _| Ok(id.to_owned()),
        takes_name: |_| true,
        names: "",
        entry: |item| Some(format!("{}\n", item.value)),
        document: |entries, _| entries.concat(),
        parts: |text, _| Some(whole(text)),
        reader: Reader::Host(HostFormat::UriLines),
        consumers: ANY,
        limit: None,
        total: None,
        is_public: false,
    };

    /// Environment variables.
    const VARIABLES: Self = Self {
        carrier: "an environment variable",
        values: Value::URI_OR_JSON,
        name: |id, _| Ok(env_name(id)),
        takes_name: is_word,
        names: "not every reader of `.env` files takes a variable of that name",
        entry: assignment,
        reader: Reader::Host(HostFormat::Dotenv),
        ..Self::LINES
    };
}

/// All of it is one document.
fn whole(text: &str) -> Vec<Part<'_>> {
    vec![Part { name: None, text: text.into() }]
}

/// What stands between two texts.
fn between<'t>(text: &'t str, head: &str, tail: &str) -> Option<Vec<Part<'t>>> {
    Some(whole(text.strip_prefix(head)?.strip_suffix(tail)?))
}

/// A line that all readers of `.env` files read alike, if it can be one.
fn assignment(item: &Item<'_, '_>) -> Option<String> {
    let is_plain = item.value.chars().all(|char| char != '\'' && !char.is_control());
    is_plain.then(|| format!("{}='{}'\n", item.name, item.value))
}

fn is_word(name: &str) -> bool {
    name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// The text that a member of an object holds.
fn member(node: &Node<'_>, key: &str) -> Option<String> {
    match node.last(key)?.as_text()? {
        PyText::Str(text) => Some(text.into_owned()),
        PyText::Surrogates(_) => None,
    }
}

/// What a secrets backend asks for first to find a connection, going by its arguments.
fn asked(backend: &str, id: &str, options: &Options) -> Result<String, Nothing> {
    let mut names =
        with_call(backend, options, |call| connlint_backends::lookup(call, Kind::Connection, id))?;
    if names.is_empty() { Err(Nothing::Disabled) } else { Ok(names.swap_remove(0).text) }
}

/// Does something with the call that makes a secrets backend.
pub(crate) fn with_call<T>(
    backend: &str,
    options: &Options,
    work: impl FnOnce(&Call<'_, '_>) -> T,
) -> T {
    let known: &'static Backend = backends()
        .iter()
        .find(|known| known.id == backend)
        .expect("the catalogue has the backends that forms name");
    // What is no JSON, Airflow takes for no arguments.
    let kwargs = parse(&options.kwargs).ok();
    let arguments = kwargs.as_ref().map(Arguments::of).unwrap_or_default();
    let airflow = options.profile.version;
    work(&Call { backend: known, arguments, release: None, airflow })
}

/// Text in which Terraform finds no template.
fn without_templates(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

/// The text that Terraform makes of it.
fn with_templates(text: &str) -> String {
    text.replace("$${", "${").replace("%%{", "%{")
}
