//! Replays recorded answers of real Airflow.
//!
//! A file of cases has one JSON object a line: an `id`, the `input`, and for each group of
//! engines (`v`) the answer (`r`). An engine is a release of Airflow, or the task SDK of one. See
//! `tests/oracle/README.md`.
//!
//! ```
//! use connlint_testing::oracle::replay;
//!
//! let case = r#"{"id": "x", "input": {"op": "from_uri", "uri": "x://h:y"}, "expect":
//!     [{"v": ["3.3"], "r": {"ok": false, "error": {"type": "ValueError",
//!      "message": "Port could not be cast to integer value as 'y'"}}}]}"#.replace('\n', " ");
//! let report = replay(&case).unwrap();
//! assert!(report.disagreements.is_empty());
//! ```

mod export;
mod files;
mod loader;
mod stores;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use connlint_catalog::{AirflowVersion, Profile, Python};
use connlint_json::{Member, Node, ObjectWriter, PyText, Value, dict, dumps, dumps_str, parse};
use connlint_parser::{
    BeyondJson, Connection, Exception, FailureMessage, FieldValue, Port, Reading, env_conn_id,
    env_name, is_asked_of_environment, is_cli_key, read_fields_node, read_json, read_stored,
    read_uri, sanitized_conn_id,
};
use connlint_text::{Grounds, Public, Purpose};

/// One of the Airflows that were asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Engine {
    /// Its name in the files.
    pub name: &'static str,
    /// The release and class.
    pub profile: Profile,
    /// Whether its class has `as_json`.
    has_as_json: bool,
    /// Whether its class reads URIs.
    has_parser: bool,
}

impl Engine {
    /// All of them. Those named with a `*` ran on a Python without the check of brackets.
    pub const ALL: &[Self] = &[
        Self { has_as_json: false, ..Self::core("2.7", 2, 7, 3) },
        Self::core("2.8", 2, 8, 4),
        Self::core("2.9", 2, 9, 3),
        Self::core("2.10", 2, 10, 5),
        Self::core("2.11", 2, 11, 0),
        Self::core("3.0", 3, 0, 6),
        Self { has_as_json: false, has_parser: false, ..Self::sdk("3.0-sdk", 3, 0, 6) },
        Self::core("3.1", 3, 1, 8),
        Self::sdk("3.1-sdk", 3, 1, 8),
        Self::core("3.2", 3, 2, 2),
        Self::sdk("3.2-sdk", 3, 2, 2),
        Self::core("3.3", 3, 3, 2),
        Self::sdk("3.3-sdk", 3, 3, 2),
        Self { has_as_json: false, ..Self::core("2.7*", 2, 7, 3) }.on_unpatched_python(),
        Self::core("2.8*", 2, 8, 4).on_unpatched_python(),
        Self::core("2.9*", 2, 9, 3).on_unpatched_python(),
        Self::core("2.10*", 2, 10, 5).on_unpatched_python(),
        Self::core("2.11*", 2, 11, 0).on_unpatched_python(),
        Self::core("3.0*", 3, 0, 6).on_unpatched_python(),
        Self { has_as_json: false, has_parser: false, ..Self::sdk("3.0-sdk*", 3, 0, 6) }
            .on_unpatched_python(),
        Self::core("3.1*", 3, 1, 8).on_unpatched_python(),
        Self::sdk("3.1-sdk*", 3, 1, 8).on_unpatched_python(),
        Self::core("3.2*", 3, 2, 2).on_unpatched_python(),
        Self::sdk("3.2-sdk*", 3, 2, 2).on_unpatched_python(),
        Self::core("3.3*", 3, 3, 2).on_unpatched_python(),
        Self::sdk("3.3-sdk*", 3, 3, 2).on_unpatched_python(),
    ];

    const fn core(name: &'static str, major: u8, minor: u8, patch: u8) -> Self {
        let profile = Profile::core(AirflowVersion::exact(major, minor, patch));
        Self { name, profile, has_as_json: true, has_parser: true }
    }

    const fn sdk(name: &'static str, major: u8, minor: u8, patch: u8) -> Self {
        let profile = Profile::task_sdk(AirflowVersion::exact(major, minor, patch));
        Self { name, profile, has_as_json: true, has_parser: true }
    }

    const fn on_unpatched_python(self) -> Self {
        Self { profile: self.profile.on(Python::Unpatched), ..self }
    }

    fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|engine| engine.name == name)
    }
}

/// How far we agree with one engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Cases with the same answer in every field.
    pub agreed: usize,
    /// Cases that were replayed.
    pub asked: usize,
}

/// What came out of a replay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    tallies: BTreeMap<&'static str, Tally>,
    /// Fields with another answer, in the order of the file.
    pub disagreements: Vec<Disagreement>,
    /// Answers that were not replayed, by operation or engine.
    pub not_replayed: BTreeMap<String, usize>,
}

impl Report {
    /// How far we agree with `engine`; `None` where it was not asked.
    pub fn tally(&self, engine: &Engine) -> Option<Tally> {
        self.tallies.get(engine.name).copied()
    }
}

/// A field of an answer that we give otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The case.
    pub id: String,
    /// The engine.
    pub engine: &'static str,
    /// The field, such as `fields.port`.
    pub field: String,
    /// What the engine answered, as JSON.
    pub expected: Option<String>,
    /// What we answer.
    pub found: Option<String>,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".into());
        let (expected, found) = (show(&self.expected), show(&self.found));
        write!(f, "{} {} {}: {expected}, not {found}", self.id, self.engine, self.field)
    }
}

/// A line of a file that is no case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadCase {
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for BadCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is not a case", self.line)
    }
}

impl std::error::Error for BadCase {}

/// Replays every case of a file for every engine that answered it.
///
/// # Errors
///
/// Where a line is no case.
pub fn replay(cases: &str) -> Result<Report, BadCase> {
    let mut report = Report::default();
    for (index, line) in cases.lines().enumerate() {
        replay_case(line, &mut report).ok_or(BadCase { line: index + 1 })?;
    }
    Ok(report)
}

fn replay_case(line: &str, report: &mut Report) -> Option<()> {
    let case = parse(line).ok()?;
    let id = case.last("id")?.text()?;
    let input = case.last("input")?;
    for group in case.last("expect")?.as_array()? {
        let expected = group.last("r")?;
        for name in group.last("v")?.as_array()? {
            let name = name.text()?;
            let Some(engine) = Engine::named(&name) else {
                *report.not_replayed.entry(format!("engine {name}")).or_default() += 1;
                continue;
            };
            let Some(found) = answer(line, input, engine) else {
                let op = input.last("op")?.text()?;
                *report.not_replayed.entry(op).or_default() += 1;
                continue;
            };
            let differing = compare(&flatten(expected, engine), &found);
            let tally = report.tallies.entry(engine.name).or_default();
            tally.asked += 1;
            tally.agreed += usize::from(differing.is_empty());
            report.disagreements.extend(differing.into_iter().map(|(field, expected, found)| {
                Disagreement { id: id.clone(), engine: engine.name, field, expected, found }
            }));
        }
    }
    Some(())
}

/// An answer with nested objects taken apart: `fields.port`, `error.type`.
type Answer = BTreeMap<String, String>;

/// Exceptions whose message is Python's own and changes with it.
const PYTHON_MESSAGES: [&str; 3] = ["JSONDecodeError", "TypeError", "RecursionError"];

/// What every message of PyYAML has in it: the name that it gives to the text it reads.
const PYYAML: &str = "<unicode string>";

/// Fields of which we give an exception without its message.
const TYPE_ONLY: [&str; 3] = ["uri_error", "json_error", "extra_dejson_error"];

/// A recorded answer, without what is not compared.
fn flatten(expected: &Node<'_>, engine: &Engine) -> Answer {
    let mut answer = Answer::new();
    for (key, value) in entries(expected) {
        match &*key {
            // Warnings of 2.x, why a value could not be recorded, and the words of the command
            // line, which we do not repeat.
            "warn" | "extra_dejson_note" | "kwargs_note" | "cli_error" => {}
            "extra_dejson" if expected.last("extra_dejson_note").is_some() => {}
            "kwargs" if expected.last("kwargs_note").is_some() => {}
            "json" | "json_error" if !engine.has_as_json => {}
            "error" | "uri_error" | "json_error" | "reparse_error" | "extra_dejson_error" => {
                let exception = value.last("type").map(dumps).unwrap_or_default();
                let is_pythons = PYTHON_MESSAGES.iter().any(|name| exception.contains(name));
                if let Some(message) = value.last("message").filter(|_| !is_pythons)
                    && !TYPE_ONLY.contains(&&*key)
                {
                    let message =
                        message.text().map_or_else(|| dumps(message), |text| printed(&text));
                    answer.insert(format!("{key}.message"), message);
                }
                answer.insert(format!("{key}.type"), exception);
                flatten_parse_errors(&key, value, &mut answer);
            }
            "connections" => {
                for (id, connection) in entries(value) {
                    let fields = flatten(connection, engine).into_iter();
                    let place = |(name, value)| (format!("{key}.{id}.{name}"), value);
                    answer.extend(fields.map(place));
                }
            }
            "fields" | "not_roundtrip" | "kwargs" => {
                for (name, value) in entries(value) {
                    answer.insert(format!("{key}.{name}"), dumps(value));
                }
            }
            _ => {
                answer.insert(key, dumps(value));
            }
        }
    }
    answer
}

/// How a message begins that names the keys of a set, which has no order.
const ILLEGAL_KEYS: &str = "The object have illegal keys: ";

/// A message as it is compared: characters that act on a terminal are replaced, as connlint shows
/// them, and keys are in order, as far as they can be told from each other.
fn printed(message: &str) -> String {
    let text = Public::vouch(message, Grounds::Grammar).to_string();
    let keys = text.strip_prefix(ILLEGAL_KEYS).and_then(|rest| rest.split_once(". The dictionary"));
    let Some((keys, rest)) = keys else { return dumps_str(&text.into()) };
    let mut keys: Vec<_> = keys.split(", ").collect();
    keys.sort_unstable();
    dumps_str(&format!("{ILLEGAL_KEYS}{}. The dictionary{rest}", keys.join(", ")).into())
}

/// The errors of a file, without the words of PyYAML and the line it counts, which are its own.
fn flatten_parse_errors(key: &str, error: &Node<'_>, answer: &mut Answer) {
    let errors = error.last("parse_errors").and_then(Node::as_array).unwrap_or_default();
    for (index, error) in errors.iter().enumerate() {
        let message = error.last("message").map(dumps).unwrap_or_default();
        let place = format!("{key}.parse_errors.{index}");
        if message.contains(PYYAML) {
            answer.remove(&format!("{key}.message"));
            answer.insert(place, "PyYAML".into());
        } else {
            answer.insert(format!("{place}.message"), message);
            answer
                .insert(format!("{place}.line"), error.last("line").map(dumps).unwrap_or_default());
        }
    }
}

fn compare(expected: &Answer, found: &Answer) -> Vec<(String, Option<String>, Option<String>)> {
    let fields: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let differing = fields.into_iter().filter_map(|field| {
        let (expected, found) = (expected.get(field), found.get(field));
        (expected != found).then(|| (field.clone(), expected.cloned(), found.cloned()))
    });
    differing.collect()
}

/// What we answer; `None` for an operation that is not replayed.
fn answer(line: &str, input: &Node<'_>, engine: &Engine) -> Option<Answer> {
    let text = |key: &str| input.last(key)?.text();
    let given = text("conn_id");
    let conn_id = given.as_deref().unwrap_or("c");
    let profile = engine.profile;
    Some(match &*text("op")? {
        "from_uri" => of_reading(&Reading::Uri(read_uri(&text("uri")?, profile)), conn_id, engine),
        "from_json" => {
            of_reading(&Reading::Json(read_json(&text("value")?, profile)), conn_id, engine)
        }
        "deserialize" => of_reading(&read_stored(&text("value")?, profile), conn_id, engine),
        "env" => {
            let name = text("name")?;
            let conn_id = given.or_else(|| env_conn_id(&name));
            let is_found = |conn_id: &String| {
                is_asked_of_environment(conn_id, profile) && env_name(conn_id) == name
            };
            match conn_id.filter(is_found) {
                Some(conn_id) => {
                    of_reading(&read_stored(&text("value")?, profile), &conn_id, engine)
                }
                None => absent(),
            }
        }
        "get_uri" => {
            let fields = input.last("fields")?.clone();
            of_reading(&Reading::Json(read_fields_node(line, fields, profile)), conn_id, engine)
        }
        "conn_id" => {
            let value = text("value")?;
            let sanitized = sanitized_conn_id(&value, profile);
            let sanitized = sanitized.map_or("null".into(), |id| dumps_str(&id.into()));
            let cli_valid = is_cli_key(&value, profile).to_string();
            let fields =
                [("ok", "true".into()), ("sanitized", sanitized), ("cli_valid", cli_valid)];
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
        }
        "file" => files::connections(&text("name")?, &text("content")?, engine)?,
        "vars_file" => files::variables(&text("name")?, &text("content")?, engine)?,
        "export" => export::export(line, input, engine)?,
        "backend_kwargs" => loader::backend(input, engine)?,
        "vault" => stores::vault(line, input.last("secret")?, conn_id, engine),
        "aws_sm" => stores::aws(&text("secret")?, input.last("kwargs")?, conn_id, engine)?,
        _ => return None,
    })
}

fn absent() -> Answer {
    [("ok".into(), "true".into()), ("absent".into(), "true".into())].into()
}

fn of_reading(reading: &Reading<'_>, conn_id: &str, engine: &Engine) -> Answer {
    if matches!(reading, Reading::Absent) {
        return absent();
    }
    if let Some(failure) = reading.failure() {
        let message = reading.failure_message(Some(conn_id));
        return [("ok".to_owned(), "false".to_owned())]
            .into_iter()
            .chain(error("error", failure.exception, message.as_ref()))
            .collect();
    }
    let connection = reading.connection().expect("a reading without failure is a connection");
    of_connection(&connection, conn_id, engine)
}

/// What the recording says of a `Connection`.
fn of_connection(connection: &Connection<'_>, conn_id: &str, engine: &Engine) -> Answer {
    let profile = engine.profile;
    let mut answer: Answer = [("ok".into(), "true".into())].into();
    let fields = fields(connection);
    for (name, value) in &fields {
        answer.insert(format!("fields.{name}"), value.clone());
    }
    let kept = sanitized_conn_id(conn_id, profile);
    if kept != Some(conn_id) {
        answer.insert("conn_id".into(), kept.map_or("null".into(), |id| dumps_str(&id.into())));
    }
    match connection.extra_dejson(profile) {
        Ok(None) => {}
        Ok(Some(json)) if parse(&json).is_ok_and(|node| !is_finite(&node)) => {}
        Ok(Some(json)) => drop(answer.insert("extra_dejson".into(), json)),
        Err(exception) => answer.extend(error("extra_dejson_error", exception, None)),
    }
    if engine.has_as_json {
        match connection.as_json(profile) {
            Ok(json) => drop(answer.insert("json".into(), dumps_str(&json.into()))),
            Err(exception) => answer.extend(error("json_error", exception, None)),
        }
    }
    match connection.get_uri(profile) {
        Err(exception) => answer.extend(error("uri_error", exception, None)),
        Ok(uri) => {
            if engine.has_parser {
                answer.extend(of_second_reading(&uri, &fields, conn_id, engine));
            }
            answer.insert("uri".into(), dumps_str(&uri.into()));
        }
    }
    answer
}

/// Whether standard JSON has a form for all numbers of a value: the recording needs one.
fn is_finite(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Number(number) => number.as_f64().is_finite() || !number.is_float(),
        Value::Array(items) => items.iter().all(is_finite),
        Value::Object(members) => members.iter().all(|member| is_finite(&member.value)),
        _ => true,
    }
}

/// What changed when the URI that we wrote is read again.
fn of_second_reading(
    uri: &str,
    fields: &BTreeMap<&str, String>,
    conn_id: &str,
    engine: &Engine,
) -> Answer {
    let again = Reading::Uri(read_uri(uri, engine.profile));
    if let Some(failure) = again.failure() {
        let message = again.failure_message(Some(conn_id));
        return error("reparse_error", failure.exception, message.as_ref()).collect();
    }
    let connection = again.connection().unwrap_or_default();
    let again = self::fields(&connection);
    let names: BTreeSet<_> = fields.keys().chain(again.keys()).collect();
    let changed = names.into_iter().filter(|name| fields.get(*name) != again.get(*name));
    let changed = changed.map(|name| {
        let value = again.get(name).cloned().unwrap_or_else(|| "null".into());
        (format!("not_roundtrip.{name}"), value)
    });
    changed.collect()
}

/// The fields that are not `None`, as JSON.
fn fields(connection: &Connection<'_>) -> BTreeMap<&'static str, String> {
    let json = |value: &FieldValue<'_>| match value {
        FieldValue::Text(text) => dumps_str(text),
        FieldValue::Json(node) => recorded(node, BeyondJson::default()),
        FieldValue::Loaded(loaded) => recorded(&loaded.node(), BeyondJson::default()),
        // A date in an array or object is not told from text here.
        FieldValue::Dated(node) => {
            recorded(node, BeyondJson { dates: &[node.span], odd_keys: &[] })
        }
    };
    let texts = [
        ("conn_type", &connection.conn_type),
        ("description", &connection.description),
        ("host", &connection.host),
        ("login", &connection.login),
        ("password", &connection.password),
        ("schema", &connection.schema),
        ("extra", &connection.extra),
    ];
    let texts = texts.into_iter().filter_map(|(name, value)| Some((name, json(value.as_ref()?))));
    let port = connection.port.as_ref().map(|port| match port {
        Port::Number(number) => number.to_string(),
        Port::Big(digits) => digits.clone(),
        Port::Value(value) => json(value),
    });
    texts.chain(port.map(|port| ("port", port))).collect()
}

/// A value as the recording has it: what JSON has no form for becomes `{"$py": type, "str": text}`.
fn recorded(node: &Node<'_>, beyond: BeyondJson<'_>) -> String {
    let python = |name: &str, text: &str| {
        format!("{{\"$py\": \"{name}\", \"str\": {}}}", dumps_str(&text.into()))
    };
    match &node.value {
        Value::Number(number) if number.is_float() && !number.as_f64().is_finite() => {
            python("float", &number.as_f64().to_string().to_lowercase())
        }
        Value::String(date) if beyond.dates.contains(&node.span) => {
            let date = date.text();
            let is_day = date.code_points().count() <= "2020-01-01".len();
            python(if is_day { "date" } else { "datetime" }, &date.to_lossy())
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| recorded(item, beyond)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let mut out = String::new();
            let mut object = ObjectWriter::new(&mut out);
            for (key, value) in dict(members) {
                let is_odd = |member: &&Member<'_>| {
                    member.key.text() == key && beyond.odd_keys.contains(&member.key.span())
                };
                let name = match key.as_str() {
                    Some("true") if members.iter().any(|it| is_odd(&it)) => "True".into(),
                    Some("false") if members.iter().any(|it| is_odd(&it)) => "False".into(),
                    Some("null") if members.iter().any(|it| is_odd(&it)) => "None".into(),
                    _ => key,
                };
                object.raw(&name, &recorded(value, beyond));
            }
            object.finish();
            out
        }
        _ => dumps(node),
    }
}

fn error<'a>(
    field: &'a str,
    exception: Exception,
    message: Option<&FailureMessage<'_>>,
) -> impl Iterator<Item = (String, String)> + use<'a> {
    let name = exception.name();
    let message = message
        .filter(|_| !PYTHON_MESSAGES.contains(&name))
        .map(|message| (format!("{field}.message"), printed(&message.expose_for(Purpose::Reveal))));
    [(format!("{field}.type"), dumps_str(&name.into()))].into_iter().chain(message)
}

/// The members of an object as Python holds them.
fn entries<'n, 'a>(node: &'n Node<'a>) -> impl Iterator<Item = (String, &'n Node<'a>)> {
    let members = node.as_object().unwrap_or_default();
    dict(members).into_iter().map(|(key, value)| (key.to_lossy().into_owned(), value))
}

/// The text of a node that is one.
trait NodeText {
    fn text(&self) -> Option<String>;
}

impl NodeText for Node<'_> {
    fn text(&self) -> Option<String> {
        let Value::String(string) = &self.value else { return None };
        match string.text() {
            PyText::Str(text) => Some(text.into_owned()),
            PyText::Surrogates(_) => None,
        }
    }
}
