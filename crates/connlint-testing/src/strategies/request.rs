//! Questions to Airflow, for comparing its answers with ours.

use std::fmt::Write as _;
use std::ops::Range;

use connlint_json::{Node, PyText, Value, parse};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{json_string, one_of};

/// What texts of all kinds are made of: plain words, and everything that some grammar gives a meaning.
const PIECES: &[&str] = &[
    "a",
    "b",
    "user",
    "s3cr3t",
    "0",
    "7",
    "h",
    "x",
    "%40",
    "%2F",
    "%",
    "%zz",
    "%4",
    "%C3%A9",
    "%E9",
    "%00",
    "%23",
    "%3A",
    "+",
    " ",
    "@",
    ":",
    "/",
    "//",
    "://",
    "#",
    "?",
    "é",
    "-",
    "_",
    ".",
    "~",
    "\"",
    "'",
    "\\",
    "=",
    "&",
    "&&",
    ";",
    "!",
    "$",
    "{",
    "}",
    "[",
    "]",
    "\t",
    "\n",
    "\r",
    "::1",
    "[::1]",
    "٣",
    "\u{fe55}",
    "\u{2100}",
    "\u{ff0f}",
    "İ",
    "ß",
    "\u{a0}",
    "\u{200b}",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{1d7d8}",
    "\u{1f600}",
    "null",
    "true",
    "1.5",
    "__extra__",
    ",",
    "(",
    ")",
    "*",
    "<",
    ">",
    "|",
    "^",
    "`",
    "\0",
    "\u{1}",
    "\u{7f}",
];

/// Up to `most` pieces, one behind the other.
fn pieces(most: usize) -> BoxedStrategy<String> {
    prop::collection::vec(select(PIECES), 0..=most).prop_map(|pieces| pieces.concat()).boxed()
}

/// Mostly one of these, else pieces.
fn like(texts: &'static [&'static str], most: usize) -> BoxedStrategy<String> {
    prop_oneof![4 => one_of(texts), 1 => pieces(most)].boxed()
}

/// A connection URI, or something near one.
fn uri() -> BoxedStrategy<String> {
    let scheme = like(
        &[
            "postgres",
            "mysql",
            "http",
            "https",
            "aws",
            "google-cloud-platform",
            "my_type",
            "HTTP",
            "a+b",
            "1a",
            "",
            "postgresql",
            "sftp",
            "x.y",
            "jdbc:postgresql",
            "é",
            "mailto",
            "file",
        ],
        2,
    );
    let separator = prop_oneof![
        12 => Just("://".to_owned()),
        1 => one_of(&[":", ":/", "//", ":////", "", "://https://", "://http:/", ":///"]),
    ];
    let userinfo = prop_oneof![
        1 => Just(String::new()),
        1 => pieces(3).prop_map(|login| format!("{login}@")),
        4 => (pieces(3), pieces(5)).prop_map(|(login, password)| format!("{login}:{password}@")),
    ];
    let host = like(
        &[
            "h",
            "db.example.com",
            "DB.Example.COM",
            "10.0.0.1",
            "",
            "h_x",
            "a%2Fb",
            "h h",
            "é.example",
            "[::1]",
            "[fe80::1%25eth0]",
            "[::1",
            "::1]",
            "[v1.x]",
            "[V1f.a]",
            "[v1.]",
            "[vg.a]",
            "a[::1]b",
            "[10.0.0.1]",
            "[::ffff:1.2.3.4]",
            "[1:2:3:4:5:6:7:8]",
            "[:::]",
            "a,b:1",
            "x\u{2100}",
            "%5B::1%5D",
        ],
        3,
    );
    let port = like(
        &[
            "",
            "",
            ":",
            ":5432",
            ":0",
            ":65535",
            ":65536",
            ":x",
            ":-1",
            ":+1",
            ":5_4",
            ": 54",
            ":0054",
            ":٣",
            ":1:2",
            ":99999999999999999999",
            ":1.5",
            ":1 ",
        ],
        2,
    );
    let path = prop_oneof![
        2 => Just(String::new()),
        3 => pieces(3).prop_map(|path| format!("/{path}")),
    ];
    let key = like(&["a", "sslmode", "__extra__", "b%20c", "", "é", "A", "conn_type", "a%00"], 2);
    let value = like(
        &[
            "1",
            "",
            "x%26y",
            "require",
            "%7B%22a%22%3A+1%7D",
            "{\"a\": 1}",
            "[1,2]",
            "nu+ll",
            "a=b",
            "%E9",
            "\"a\"",
            "5",
            "1e400",
            "true",
            "null",
            "-0",
            "01",
            "NaN",
            "{\"a\":1,\"a\":2}",
            "%5B1%2C+2%5D",
        ],
        3,
    );
    let pair = (key, prop_oneof![9 => Just("="), 1 => Just("")], value)
        .prop_map(|(key, equals, value)| format!("{key}{equals}{value}"));
    let separators = select(vec!["&", "&", "&", "&", ";", "&&"]);
    let query = prop_oneof![
        1 => Just(String::new()),
        1 => prop::collection::vec((pair, separators), 0..4).prop_map(|pairs| {
            let pairs = pairs.into_iter().fold(String::from("?"), |mut query, (pair, separator)| {
                query.push_str(&pair);
                query.push_str(separator);
                query
            });
            pairs.trim_end_matches('&').to_owned()
        }),
    ];
    let fragment = prop_oneof![
        9 => Just(String::new()),
        1 => pieces(2).prop_map(|fragment| format!("#{fragment}")),
    ];
    (scheme, separator, userinfo, host, port, path, query, fragment)
        .prop_map(|(a, b, c, d, e, f, g, h)| [a, b, c, d, e, f, g, h].concat())
        .boxed()
}

/// A JSON value, deeper ones rarely.
fn json_value() -> BoxedStrategy<String> {
    let scalar = prop_oneof![
        3 => pieces(3).prop_map(|text| json_string(&text)),
        4 => one_of(&[
            "\"postgres\"", "\"h\"", "\"\"", "\"s/3#\"", "\"\\u00e9\"", "\"5432\"", "\" 7 \"", "5432", "0", "-1",
            "1.5", "1e3", "null", "true", "false", "NaN", "Infinity", "-Infinity", "1e400", "-0", "-0.0", "1E-7",
            "123456789012345678901234", "\"{\\\"a\\\": [1]}\"", "\"{bad\"", "\"[1]\"", "\"null\"", "\"1\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "1.0", "0.1", "1e16", "1e-5", "100000000000000000000.0",
        ]),
    ];
    scalar
        .prop_recursive(3, 8, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3)
                    .prop_map(|items| format!("[{}]", items.join(", "))),
                prop::collection::vec((pieces(1), inner), 0..3).prop_map(|members| {
                    let members = members.iter();
                    let members =
                        members.map(|(key, value)| format!("{}: {value}", json_string(key)));
                    format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
                }),
            ]
        })
        .boxed()
}

const FIELDS: &[&str] =
    &["conn_type", "host", "login", "password", "schema", "port", "extra", "description"];

/// The members of a connection as an object; `known` of them have names that Airflow knows.
fn members(others: &'static [&'static str]) -> BoxedStrategy<Vec<(String, String)>> {
    let key = prop_oneof![9 => one_of(FIELDS), 1 => one_of(others)];
    prop::collection::vec((key, json_value()), 0..5).boxed()
}

fn object(members: &[(String, String)]) -> String {
    let members = members.iter().map(|(key, value)| format!("{}: {value}", json_string(key)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
}

/// A connection in JSON, sometimes with something that is no JSON in it.
fn json() -> BoxedStrategy<String> {
    const OTHERS: &[&str] = &["conn_id", "user", "uri", "HOST", "extra__a__b", "", "é", "id"];
    let whole = members(OTHERS).prop_map(|members| object(&members));
    prop_oneof![
        6 => whole.clone(),
        2 => edited(whole.boxed(), &[",", "}", "{", "\"", "\\", " ", "\n", ":", "[", "0", "//", "\u{b}", "'"]),
        1 => json_value(),
    ]
    .boxed()
}

/// The text after a few characters were removed, doubled or put in.
fn edited(text: BoxedStrategy<String>, inserts: &'static [&'static str]) -> BoxedStrategy<String> {
    let edit = (0..4_u8, any::<Index>(), select(inserts));
    (text, prop::collection::vec(edit, 1..4))
        .prop_map(|(text, edits)| {
            let mut chars: Vec<char> = text.chars().collect();
            for (kind, at, insert) in edits {
                let at = at.index(chars.len() + 1);
                match kind {
                    0 if at < chars.len() => drop(chars.remove(at)),
                    1 if at < chars.len() => chars.insert(at, chars[at]),
                    2 if at + 1 < chars.len() => chars.swap(at, at + 1),
                    _ => drop(chars.splice(at..at, insert.chars())),
                }
            }
            chars.into_iter().collect()
        })
        .boxed()
}

/// Text that an environment variable can hold.
fn without_nul(text: BoxedStrategy<String>) -> BoxedStrategy<String> {
    text.prop_map(|text| text.replace('\0', "")).boxed()
}

/// A file of connections or variables: its name and its content.
fn file() -> BoxedStrategy<(String, String)> {
    let id = like(&["a", "b", "A", "my_db", "my db", "é", "a.b", "a/b"], 2);
    let lines = (id.clone(), like(&["=", "=", "=", " = ", ""], 1), prop_oneof![uri(), json()])
        .prop_map(|(id, equals, value)| format!("{id}{equals}{value}"));
    let lines = prop_oneof![6 => lines, 1 => one_of(&["", "# a comment", "  ", "a", "=", "a="])];
    let env = prop::collection::vec(lines, 0..4).prop_map(|lines| lines.join("\n"));
    let value = prop_oneof![
        4 => members(&["conn_id", "user", "uri", "id"]).prop_map(|members| object(&members)),
        2 => uri().prop_map(|uri| json_string(&uri)),
        1 => json_value(),
        1 => uri().prop_map(|uri| format!("[{}]", json_string(&uri))),
    ];
    let json =
        prop::collection::vec((id.clone(), value), 0..3).prop_map(|members| object(&members));
    let json = prop_oneof![
        5 => json.clone(),
        1 => edited(json.boxed(), &[",", "}", "\"", ":", " ", "\n"]),
        1 => json_value(),
    ];
    let name = |extension: &'static str| prop_oneof![9 => Just(format!("c{extension}")), 1 => one_of(&["c.txt", "c", "c.YAML", "c.json.env", "c.yml"])];
    prop_oneof![
        2 => (name(".env"), env),
        2 => (name(".json"), json),
        3 => (name(".yaml"), yaml()),
    ]
    .boxed()
}

/// A mapping in YAML, in the styles that people use.
fn yaml() -> BoxedStrategy<String> {
    let plain = one_of(&[
        "postgres",
        "h",
        "5432",
        "0x1F",
        "010",
        "1_000",
        "1.5",
        "yes",
        "No",
        "null",
        "~",
        "true",
        "2020-01-01",
        "12:30:45",
        "a b",
        "a#b",
        "a: b",
        "- a",
        "@a",
        "a'b",
        "\"a",
        "'it''s'",
        "\"q\\n\"",
        "'q'",
        "!!str 5",
        "{a: 1}",
        "[1, a]",
        "{}",
        "",
        "1e3",
        ".inf",
        "0o17",
        "+1",
        "a # c",
        "%a",
        "`a",
        "*a",
        "&a b",
        "<<",
        "=",
        "postgres://u:p@h/d",
        "{\"a\": \"b\"}",
        "'{\"a\": \"b\"}'",
        "é",
        "1.",
        "0b11",
        "2020-13-01",
        "190:20:30",
    ]);
    let scalar = prop_oneof![
        5 => plain,
        1 => pieces(3).prop_map(|text| json_string(&text)),
        1 => pieces(3).prop_map(|text| format!("'{}'", text.replace('\'', "''"))),
        1 => pieces(2),
    ];
    let block =
        (one_of(&["|", ">", "|-", ">-", "|+", ">+", "|2"]), prop::collection::vec(pieces(2), 1..3))
            .prop_map(|(sign, lines)| {
                lines.iter().fold(sign, |mut block, line| {
                    let _ = write!(block, "\n    {line}");
                    block
                })
            });
    let field = (one_of(FIELDS), prop_oneof![8 => scalar.clone(), 1 => block])
        .prop_map(|(key, value)| format!("  {key}: {value}\n"));
    let fields = prop::collection::vec(field, 0..4).prop_map(|fields| fields.concat());
    let body = prop_oneof![
        4 => fields.prop_map(|fields| format!("\n{fields}")),
        2 => scalar.clone().prop_map(|scalar| format!(" {scalar}\n")),
        1 => scalar.prop_map(|scalar| format!("\n  - {scalar}\n")),
    ];
    let id = one_of(&[
        "a",
        "b",
        "'c'",
        "\"d\"",
        "5",
        "yes",
        "a b",
        "é",
        "2020-01-01",
        "null",
        "1.5",
        "a",
    ]);
    let head = one_of(&["", "", "", "---\n", "# c\n", "%YAML 1.1\n---\n", "\n"]);
    let tail = one_of(&["", "", "", "# c\n", "...\n", "---\n", "\n\n"]);
    let whole =
        (head, prop::collection::vec((id, body), 0..3), tail).prop_map(|(head, members, tail)| {
            let members = members.iter().map(|(id, body)| format!("{id}:{body}"));
            format!("{head}{}{tail}", members.collect::<String>())
        });
    prop_oneof![
        6 => whole.clone(),
        1 => edited(whole.boxed(), &[" ", "\n", ":", "-", "\"", "'", "#", "{", "}", "&a ", "*a", "\t"]),
    ]
    .boxed()
}

/// What an Airflow's configuration says about its secrets backend.
///
/// No `_CMD` and no `_SECRET`: Airflow would run it, or look it up.
fn kwargs_settings() -> BoxedStrategy<String> {
    let value = prop_oneof![
        3 => members(&["url", "token"]).prop_map(|members| object(&members)),
        1 => json_value(),
        1 => edited(json_value(), &["'", "\"", "}", "{", ",", "%"]),
        1 => pieces(3),
    ];
    let value = without_nul(value.boxed());
    let key = prop_oneof![
        3 => Just("AIRFLOW__SECRETS__BACKEND_KWARGS".to_owned()),
        2 => one_of(&["url", "A", "a_b", "x__y", "é", ""])
            .prop_map(|key| format!("AIRFLOW__SECRETS__BACKEND_KWARG__{key}")),
        2 => one_of(&[
            "AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS",
            "AIRFLOW__WORKERS__SECRETS_BACKEND_KWARG__A",
            "AIRFLOW__SECRETS__BACKEND_KWARG",
            "ORACLE_X",
        ]),
    ];
    let kwargs = (key, value.clone());
    let backend = (
        one_of(&["AIRFLOW__SECRETS__BACKEND", "AIRFLOW__WORKERS__SECRETS_BACKEND"]),
        backend_class(),
    );
    let variable = prop_oneof![4 => kwargs.boxed(), 1 => backend.boxed()];
    let option = prop_oneof![
        3 => one_of(&["backend_kwargs", "secrets_backend_kwargs"]).boxed().prop_flat_map(
            move |key| without_line_ends(value.clone()).prop_map(move |value| (key.clone(), value))
        ),
        1 => (one_of(&["backend", "secrets_backend"]), backend_class()),
    ];
    let section = (one_of(&["secrets", "workers"]), prop::collection::vec(option, 0..3));
    let section = section.prop_map(|(section, options)| {
        let lines = unique(options).into_iter().map(|(key, value)| format!("{key} = {value}\n"));
        format!("[{section}]\n{}", lines.collect::<String>())
    });
    let cfg = prop_oneof![3 => Just(None), 1 => section.prop_map(Some)];
    let is_worker = prop_oneof![2 => Just(false), 1 => Just(true)];
    (prop::collection::vec(variable, 0..4), cfg, is_worker)
        .prop_map(|(variables, cfg, is_worker)| {
            let variables: Vec<_> =
                variables.into_iter().map(|(key, value)| (key, json_string(&value))).collect();
            let mut request = format!("\"env\": {}", object(&unique(variables)));
            if let Some(cfg) = cfg {
                let _ = write!(request, ", \"cfg\": {}", json_string(&cfg));
            }
            if is_worker {
                request.push_str(", \"worker\": true");
            }
            format!("{{\"op\": \"backend_kwargs\", {request}}}")
        })
        .boxed()
}

/// The dotted path of a secrets backend: one that is there, none, or what is no path.
fn backend_class() -> BoxedStrategy<String> {
    one_of(&[
        "airflow_oracle_probe.Probe",
        "airflow_oracle_probe.Probe",
        "",
        "no.such.Thing",
        "a",
        " ",
    ])
}

/// What a store of secrets gives to its backend: a secret of Vault, or of AWS.
fn stored_secret() -> BoxedStrategy<String> {
    let uri_text = || uri().prop_map(|uri| json_string(&uri));
    let conn_uri = prop_oneof![3 => uri_text().boxed(), 1 => json_value()];
    let vault = (prop::option::of(conn_uri), members(&["conn_uri", "value", "uri", "conn_id"]));
    let vault = vault.prop_map(|(conn_uri, mut members)| {
        members.extend(conn_uri.map(|uri| ("conn_uri".to_owned(), uri)));
        format!("{{\"op\": \"vault\", \"secret\": {}}}", object(&unique(members)))
    });
    let words = (one_of(FIELDS), one_of(&["user", "db", "é", ""]))
        .prop_map(|(field, word)| format!("{{\"{field}\": [{}]}}", json_string(&word)));
    let kwargs = prop_oneof![
        2 => Just("{}".to_owned()),
        1 => words.prop_map(|words| format!("{{\"extra_conn_words\": {words}}}")),
    ];
    let names = || members(&["user", "pass", "db", "key", "conn_uri", "engine", "name", "é"]);
    let secret = prop_oneof![3 => names().prop_map(|it| object(&it)), 1 => json(), 1 => uri()];
    let aws = (secret, kwargs).prop_map(|(secret, kwargs)| {
        let secret = json_string(&secret);
        format!("{{\"op\": \"aws_sm\", \"secret\": {secret}, \"kwargs\": {kwargs}}}")
    });
    prop_oneof![vault, aws].boxed()
}

/// Connections that `airflow connections export` writes.
fn export() -> BoxedStrategy<String> {
    let text = || prop_oneof![2 => one_of(&["u", "h", "a b", "5", "yes", ""]), 1 => pieces(4)];
    let field = prop_oneof![
        5 => (one_of(&["host", "login", "password", "schema", "description"]), text())
            .prop_map(|(key, value)| (key, json_string(&value))),
        1 => one_of(&["0", "5432"]).prop_map(|port| ("port".to_owned(), port)),
        2 => object_text().prop_map(|extra| ("extra".to_owned(), json_string(&extra))),
    ];
    let connection = (one_of(&["postgres", "http", "my_type"]), prop::collection::vec(field, 0..5))
        .prop_map(|(conn_type, mut fields)| {
            fields.push(("conn_type".to_owned(), json_string(&conn_type)));
            unique(fields)
        });
    let connections = prop::collection::vec(connection, 1..3).prop_map(|connections| {
        let connections = connections.into_iter().zip(["a", "b"]).map(|(mut fields, id)| {
            fields.push(("conn_id".to_owned(), json_string(id)));
            object(&fields)
        });
        connections.collect::<Vec<_>>().join(", ")
    });
    (connections, one_of(&[".json", ".yaml", ".env"]), one_of(&["uri", "json"]))
        .prop_map(|(connections, format, serialization)| {
            format!(
                "{{\"op\": \"export\", \"conns\": [{connections}], \"file_format\": \
                 \"{format}\", \"serialization_format\": \"{serialization}\"}}"
            )
        })
        .boxed()
}

/// A JSON object of texts, as text.
fn object_text() -> BoxedStrategy<String> {
    let member = (one_of(&["a", "k", "é"]), pieces(2).prop_map(|text| json_string(&text)));
    prop::collection::vec(member, 0..3).prop_map(|members| object(&unique(members))).boxed()
}

fn unique(mut members: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut seen = std::collections::HashSet::new();
    members.retain(|(key, _)| seen.insert(key.clone()));
    members
}

fn without_line_ends(text: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let is_end = |char: char| matches!(char, '\n' | '\r' | '\u{b}'..='\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    text.prop_map(move |text| text.replace(is_end, "")).boxed()
}

/// A question to Airflow, as one line of JSON: what the grammars of connections allow, and what is near.
///
/// ```
/// use connlint_testing::strategies::request;
/// use proptest::strategy::{Strategy, ValueTree};
/// use proptest::test_runner::TestRunner;
///
/// let question = request().new_tree(&mut TestRunner::deterministic()).unwrap().current();
/// assert!(question.starts_with("{\"op\": "));
/// ```
pub fn request() -> BoxedStrategy<String> {
    let ask = |op: &'static str, key: &'static str, text: BoxedStrategy<String>| {
        text.prop_map(move |text| {
            format!("{{\"op\": \"{op}\", \"{key}\": {}}}", json_string(&text))
        })
    };
    let env_name = prop_oneof![
        6 => one_of(&["AIRFLOW_CONN_A", "AIRFLOW_CONN_MY_DB", "AIRFLOW_CONN_É", "AIRFLOW_CONN_a"]),
        1 => pieces(2).prop_map(|id| format!("AIRFLOW_CONN_{}", id.replace(['\0', '='], ""))),
    ];
    let env_value = without_nul(prop_oneof![uri(), json(), pieces(3)].boxed());
    let env = (env_name, env_value).prop_map(|(name, value)| {
        format!(
            "{{\"op\": \"env\", \"name\": {}, \"value\": {}}}",
            json_string(&name),
            json_string(&value)
        )
    });
    let get_uri = members(&["description"]).prop_map(|fields| {
        format!("{{\"op\": \"get_uri\", \"fields\": {}}}", object(&unique(fields)))
    });
    let files =
        (one_of(&["file", "file", "vars_file"]), file()).prop_map(|(op, (name, content))| {
            format!(
                "{{\"op\": \"{op}\", \"name\": {}, \"content\": {}}}",
                json_string(&name),
                json_string(&content)
            )
        });
    let stored = prop_oneof![2 => uri(), 3 => json(), 1 => pieces(4)].boxed();
    prop_oneof![
        8 => ask("from_uri", "uri", uri()),
        4 => ask("from_json", "value", json()),
        3 => ask("deserialize", "value", stored),
        2 => env,
        3 => get_uri,
        2 => ask("conn_id", "value", like(&["a", "my_db", "a b", "a#b", "a(b)", "a/b"], 4)),
        3 => files,
        2 => kwargs_settings(),
        1 => stored_secret(),
        1 => export(),
    ]
    .boxed()
}

/// One of these questions with a few characters of a text in it changed.
///
/// # Panics
///
/// Where a question is no JSON, or none has a text.
pub fn request_like(questions: Vec<String>) -> BoxedStrategy<String> {
    // Airflow runs what a `_CMD` setting names: nobody knows what a changed one would do.
    let is_harmless = |question: &String| !question.to_ascii_lowercase().contains("_cmd");
    let places = questions.into_iter().filter(is_harmless).flat_map(|question| {
        let texts = texts_of(&question);
        texts.into_iter().map(move |(range, text)| (question.clone(), range, text))
    });
    let places: Vec<_> = places.collect();
    select(places)
        .prop_flat_map(|(question, range, text)| {
            // A variable of the environment holds no NUL.
            let is_env = question.contains("\"env\"");
            edited(Just(text).boxed(), PIECES).prop_map(move |text| {
                let text = if is_env { text.replace('\0', "") } else { text };
                let (before, behind) = (&question[..range.start], &question[range.end..]);
                format!("{before}{}{behind}", json_string(&text))
            })
        })
        .boxed()
}

/// The texts in a question that may be changed: where each stands, and what it says.
fn texts_of(question: &str) -> Vec<(Range<usize>, String)> {
    fn collect(node: &Node<'_>, texts: &mut Vec<(Range<usize>, String)>) {
        match &node.value {
            Value::String(string) => {
                if let PyText::Str(text) = string.text() {
                    texts.push((node.span.range(), text.into_owned()));
                }
            }
            Value::Array(items) => {
                for item in items {
                    collect(item, texts);
                }
            }
            Value::Object(members) => {
                for member in members {
                    collect(&member.value, texts);
                }
            }
            _ => {}
        }
    }
    let node = parse(question).expect("a question is JSON");
    let mut texts = Vec::new();
    for member in node.as_object().unwrap_or_default() {
        let key = member.key.text();
        if !matches!(key.as_str(), Some("op" | "name" | "impl")) {
            collect(&member.value, &mut texts);
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use proptest::test_runner::TestRunner;

    use super::*;

    #[test]
    fn no_command_is_changed() {
        let recorded = [
            r#"{"op": "backend_kwargs", "env": {"AIRFLOW__SECRETS__BACKEND_KWARGS_CMD": "echo a"}}"#,
            r#"{"op": "backend_kwargs", "env": {}, "cfg": "[secrets]\nbackend_kwargs_cmd = echo a\n"}"#,
            r#"{"op": "from_uri", "uri": "x://h"}"#,
        ];
        let strategy = request_like(recorded.map(str::to_owned).to_vec());
        let mut runner = TestRunner::deterministic();
        for _ in 0..200 {
            let question = strategy.new_tree(&mut runner).unwrap().current();
            assert!(question.contains("from_uri"), "{question}");
        }
    }

    #[test]
    fn questions_are_json_on_one_line() {
        let recorded = vec![r#"{"op": "from_uri", "uri": "x://h"}"#.to_owned()];
        for strategy in [request(), request_like(recorded)] {
            let mut runner = TestRunner::deterministic();
            for _ in 0..500 {
                let question = strategy.new_tree(&mut runner).unwrap().current();
                assert!(parse(&question).is_ok(), "{question}");
                assert!(!question.contains('\n'), "{question}");
            }
        }
    }
}
