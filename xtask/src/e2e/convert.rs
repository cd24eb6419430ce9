//! Real programs on what `connlint convert` writes: Airflow finds every connection in it, unchanged.
//!
//! `--inputs` says how many connections each form has to carry, up to a thousand.

use anyhow::{Context as _, Result, ensure};
use connlint_catalog::Profile;
use connlint_convert::{Notation, Options, Source, Target, convert, differences};
use connlint_json::parse;
use connlint_parser::{JsonConnection, read_fields_node};
use serde_json::{Value, json};

use super::random::Random;
use super::venv::Server;
use super::{Comparison, Wishes};

/// Connections that each form has to carry, unless fewer are wished.
const CONNECTIONS: usize = 1_000;

/// Writes connections in every form, and has Airflow look for them.
pub(super) fn run(wishes: &Wishes) -> Result<Comparison> {
    let wanted = wishes.inputs.unwrap_or(CONNECTIONS).min(CONNECTIONS);
    let mut comparison = Comparison::default();
    let mut airflow = Server::start("convert", "read_converted.py")?;
    for &target in Target::ALL {
        for &(kwargs, notation) in variants(target) {
            let mut random = Random::new(wishes.seed, 5);
            let options = Options { kwargs: kwargs.to_owned(), notation, ..Options::default() };
            round_trip(target, &options, wanted, &mut random, &mut airflow, &mut comparison)
                .with_context(|| format!("{} with {kwargs}", target.name()))?;
        }
    }
    Ok(comparison)
}

/// How each form is written: what the secrets backend is called with, and whether as JSON only.
const fn variants(target: Target) -> &'static [(&'static str, Option<Notation>)] {
    const OLD_VAULT: &str =
        r#"{"kv_engine_version": 1, "mount_point": "old", "connections_path": "etl/conns"}"#;
    const JSON: Option<Notation> = Some(Notation::Json);
    match target {
        Target::VaultCli | Target::VaultJson | Target::VaultTerraform => {
            &[("{}", None), ("{}", JSON), (OLD_VAULT, None)]
        }
        Target::AwsSecretsManager => {
            &[("{}", None), ("{}", JSON), (r#"{"connections_prefix": "team", "sep": "-"}"#, None)]
        }
        Target::AwsSsm => &[("{}", None), (r#"{"connections_prefix": "team/etl/"}"#, JSON)],
        Target::Env | Target::DotenvShell | Target::Powershell | Target::Cmd | Target::Compose => {
            &[("{}", None), ("{}", JSON)]
        }
        _ => &[("{}", None)],
    }
}

fn round_trip(
    target: Target,
    options: &Options,
    wanted: usize,
    random: &mut Random,
    airflow: &mut Server,
    comparison: &mut Comparison,
) -> Result<()> {
    let is_public = target == Target::Dockerfile;
    // Some are refused, and rightly so.
    let texts: Vec<(String, String)> =
        (0..wanted * 3).map(|number| (id(random, number), fields(random, is_public))).collect();
    let reads = texts.iter().map(|(_, text)| read(text)).collect::<Result<Vec<_>>>()?;
    let connections = reads.iter().map(JsonConnection::connection);
    let connections: Vec<_> = connections.collect::<Option<_>>().context("no connection")?;
    let source = |index: usize| Source {
        id: Some((&*texts[index].0).into()),
        connection: Ok(connections[index].clone()),
    };
    let report = convert((0..texts.len()).map(source), target, options).report;
    let carried: Vec<usize> = (0..texts.len()).filter(|&at| report[at].result.is_ok()).collect();
    ensure!(carried.len() >= wanted, "it carries {} of {}", carried.len(), texts.len());
    let mut carried = carried[..wanted].to_vec();
    if target.is_sorted() {
        carried.sort_by_key(|&at| &texts[at].0);
    }
    let written = convert(carried.iter().copied().map(source), target, options);

    let ids: Vec<&str> = carried.iter().map(|&at| &*texts[at].0).collect();
    let kwargs: Value = serde_json::from_str(&options.kwargs)?;
    let request =
        json!({"target": target.name(), "text": written.text, "ids": ids, "kwargs": kwargs});
    let answer = airflow.ask(&request)?;
    comparison.asked += wanted;
    let mut complain = |what: String| {
        comparison.disagreements.push(format!("{}: {what}", target.name()));
    };
    for fault in answer["faults"].as_array().into_iter().flatten() {
        complain(fault.to_string());
    }
    let found = answer["connections"].as_array().context("no connections")?;
    if found.len() != wanted {
        complain(format!("{} of {wanted} are found", found.len()));
    }
    for (found, &at) in found.iter().zip(&carried) {
        if found.is_null() {
            complain(format!("{} is not found", texts[at].1));
            continue;
        }
        let text = found.to_string();
        let read = read(&text)?;
        let found = read.connection().context("no connection")?;
        for field in differences(&connections[at], &found) {
            complain(format!("{} of {} is another", field.name(), texts[at].1));
        }
    }
    Ok(())
}

/// What Airflow makes of these fields.
fn read(text: &str) -> Result<JsonConnection<'_>> {
    let node = parse(text).ok().context("no JSON")?;
    Ok(read_fields_node(text, node, Profile::NEWEST))
}

/// An id of its own; not every form can name it.
fn id(random: &mut Random, number: usize) -> String {
    let front = random.pick(&["c", "c", "conn_", "conn_", "My_Db_", "team-", "a.b"]);
    format!("{front}{number}")
}

/// Texts that some reader treats in its own way, and plain ones.
const PIECES: &[&str] = &[
    "a",
    "db",
    "example.com",
    "7",
    "b c",
    "'",
    "\"",
    "\\",
    "\\n",
    "\n",
    "\t",
    " ",
    "$",
    "${HOME}",
    "$(id)",
    "`id`",
    "#",
    " #",
    "%",
    "%41",
    "%{x}",
    "=",
    ":",
    "://",
    "@",
    "/",
    "?",
    "&",
    "+",
    "!",
    "é",
    "😀",
    "\u{85}",
    "\u{2028}",
    "yes",
    "0123",
    "null",
    "- ",
    "{",
    "}",
    "{{",
    "A",
    "JSON",
    "\nJSON\n",
    "\nENV\n",
    "-",
    "*",
    "~",
    "^",
    "|",
    ";",
    "<",
    ">",
];
const TYPES: &[&str] =
    &["postgres", "mysql", "http", "google_cloud_platform", "aws", "s", "postgresql", "My-Type"];
const HOSTS: &[&str] =
    &["db.example.com", "localhost", "10.0.0.1", "https://example.com", "DB.Example.com", ""];
const VALUES: &[&str] = &["1", "\"1\"", "true", "\"true\"", "null", "1.5", "[1, {}]", "{\"b\": 1}"];

/// The fields of a connection, as an export says them.
fn fields(random: &mut Random, is_public: bool) -> String {
    let mut fields = serde_json::Map::new();
    fields.insert("conn_type".to_owned(), random.pick(TYPES).into());
    let mut text = |name: &str, percent: usize, random: &mut Random| {
        if random.chance(percent) {
            fields.insert(name.to_owned(), random.some(PIECES, 5).into());
        }
    };
    text("description", 5, random);
    text("login", 70, random);
    text("schema", 50, random);
    if random.chance(90) {
        let host =
            if random.chance(80) { random.pick(HOSTS).to_owned() } else { random.some(PIECES, 4) };
        let host = if is_public { host.replace('@', "") } else { host };
        fields.insert("host".to_owned(), host.into());
    }
    if random.chance(60) {
        let port = [5432, 1, 65535, 80, 0][random.below(5)];
        fields.insert("port".to_owned(), port.into());
    }
    if random.chance(90) && !is_public {
        let password = format!("s3cr3t{}", random.some(PIECES, 6));
        fields.insert("password".to_owned(), password.into());
    }
    if random.chance(60) && !is_public {
        let extra = (0..random.below(4)).map(|number| {
            let value = if random.chance(60) {
                json!(random.some(PIECES, 4)).to_string()
            } else {
                random.pick(VALUES).to_owned()
            };
            format!("{}: {value}", json!(format!("k{number}{}", random.some(PIECES, 1))))
        });
        let extra: Vec<String> = extra.collect();
        fields.insert("extra".to_owned(), format!("{{{}}}", extra.join(", ")).into());
    }
    Value::from(fields).to_string()
}
