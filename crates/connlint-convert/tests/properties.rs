//! Any connection is either refused or read back equal, by every reader of the form.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own cases has failed")]

use connlint_catalog::{AirflowVersion, Profile};
use connlint_convert::{Options, Source, Target, convert};
use connlint_hosts::{Consumer, HostFormat, Role, extract};
use connlint_json::{dumps, parse};
use connlint_linter::reading;
use connlint_parser::{Connection, FieldValue, Port};
use proptest::prelude::*;

/// Texts that some reader treats in its own way, and any other.
fn text() -> impl Strategy<Value = String> {
    let awkward = prop::sample::select(vec![
        "",
        "'",
        "\"",
        "\\",
        "\n",
        "\r",
        "\t",
        " ",
        "  ",
        "$",
        "${HOME}",
        "#",
        " #",
        "%",
        "%41",
        "=",
        ":",
        "://",
        "@",
        "/",
        "?",
        "&",
        "+",
        "é",
        "😀",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "\0",
        "yes",
        "0123",
        "null",
        "<<",
        "- ",
        "A",
        "a",
        "`id`",
        "!",
        "{",
        "}",
        "__extra__",
        "JSON",
        "\nJSON\n",
    ]);
    prop_oneof![
        4 => "[a-z0-9.-]{0,8}",
        4 => prop::collection::vec(awkward, 0..6).prop_map(|parts| parts.concat()),
        1 => ".{0,12}",
        1 => prop::collection::vec("[a-z']{1,9}", 12..24).prop_map(|words| words.join(" ")),
    ]
}

fn conn_type() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec!["postgres", "google_cloud_platform", "http", "s"])
            .prop_map(str::to_owned),
        1 => prop::sample::select(vec!["postgresql", "My-Type", "a-b", ""]).prop_map(str::to_owned),
        1 => text(),
    ]
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        text(),
        ("(http|HTTPS|s)", "[A-Za-z:/@.]{0,8}")
            .prop_map(|(protocol, rest)| format!("{protocol}://{rest}")),
    ]
}

fn extra() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        text().prop_map(|text| connlint_json::dumps_str(&text.into())),
        prop::sample::select(vec![
            "1",
            "\"1\"",
            "\"true\"",
            "null",
            "1.0",
            "NaN",
            "[]",
            "{\"b\": 1}"
        ])
        .prop_map(str::to_owned),
    ];
    prop_oneof![
        4 => prop::collection::vec((text(), value), 0..4).prop_map(|members| {
            let member = |(key, value): &(String, String)| {
                format!("{}: {value}", connlint_json::dumps_str(&key.as_str().into()))
            };
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }),
        1 => text(),
    ]
}

fn connection() -> impl Strategy<Value = Connection<'static>> {
    let port = prop_oneof![
        3 => (-1..=65536_i64).prop_map(Port::Number),
        1 => Just(Port::Number(0)),
        1 => Just(Port::Value("5432".into())),
        1 => Just(Port::Big("99999999999999999999".to_owned())),
    ];
    let maybe = |text| prop::option::of(text);
    (
        maybe(conn_type().boxed()),
        prop::option::weighted(0.2, text()),
        maybe(host().boxed()),
        maybe(text().boxed()),
        maybe(text().boxed()),
        maybe(text().boxed()),
        prop::option::of(port),
        maybe(extra().boxed()),
    )
        .prop_map(|(conn_type, description, host, login, password, schema, port, extra)| {
            let field = |text: Option<String>| text.map(FieldValue::from);
            Connection {
                conn_type: field(conn_type),
                description: field(description),
                host: field(host),
                login: field(login),
                password: field(password),
                schema: field(schema),
                port,
                extra: field(extra),
            }
        })
}

fn conn_id() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z][a-z0-9_]{0,6}",
        1 => "[A-Za-z_.#/-]{1,6}",
        1 => text(),
    ]
}

fn profile() -> impl Strategy<Value = Profile> {
    (prop::sample::select(AirflowVersion::KNOWN), any::<bool>()).prop_map(|(version, core)| {
        if core || version < AirflowVersion::series(3, 1) {
            Profile::core(version)
        } else {
            Profile::task_sdk(version)
        }
    })
}

/// All that a connection says, as one text: `None` and `""` where they are told apart.
fn said(connection: &Connection<'_>) -> Vec<String> {
    let kept = |value: &Option<FieldValue<'_>>| {
        value.as_ref().map_or("none".to_owned(), |value| value.as_str().unwrap().to_owned() + ".")
    };
    let bare = |value: &Option<FieldValue<'_>>| {
        value.as_ref().map_or_else(String::new, |value| value.as_str().unwrap().to_owned())
    };
    let extra = bare(&connection.extra);
    vec![
        kept(&connection.conn_type),
        bare(&connection.description),
        bare(&connection.host),
        kept(&connection.login),
        kept(&connection.password),
        bare(&connection.schema),
        match &connection.port {
            None => "none".to_owned(),
            Some(Port::Number(port)) => port.to_string(),
            Some(Port::Big(digits)) => digits.clone(),
            Some(Port::Value(value)) => format!("text {}", value.as_str().unwrap()),
        },
        parse(&extra).map_or(extra.clone(), |node| dumps(&node)),
    ]
}

/// The connections of a document, by name where it has names.
fn read(
    format: HostFormat,
    text: &str,
    consumer: Consumer,
    profile: Profile,
) -> Vec<(Option<String>, Vec<String>)> {
    let document = extract(format, text, connlint_hosts::Options { consumer });
    assert_eq!(document.issues, []);
    let sites = document.sites.iter().filter(|site| site.role == Role::Connection);
    let read = sites.map(|site| {
        let reading = reading(site, profile).unwrap();
        let connection = reading.connection().unwrap();
        (site.id.as_deref().map(str::to_owned), said(&connection))
    });
    read.collect()
}

/// The path and the secret of each command, taken apart by the places that cannot vary.
fn secrets(script: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = script.split('\n').collect();
    let commands = lines.chunks_exact(3).map(|lines| {
        assert_eq!(lines[2], "JSON");
        let command = lines[0].strip_prefix("vault kv put -mount=secret ").unwrap();
        let path = command.strip_suffix(" - <<'JSON'").unwrap();
        let path = path.replace(r"'\''", "\0").replace('\'', "").replace('\0', "'");
        (path, lines[1].to_owned())
    });
    commands.collect()
}

fn target() -> impl Strategy<Value = Target> {
    prop::sample::select(Target::ALL)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_written_reads_back(
        connections in prop::collection::vec((conn_id(), connection()), 1..4),
        target in target(),
        profile in profile(),
    ) {
        let sources = connections.iter().map(|(id, connection)| Source {
            id: Some(id.into()),
            connection: Ok(connection.clone()),
        });
        let options = Options { profile, ..Options::default() };
        let conversion = convert(sources, target, &options);
        prop_assert_eq!(conversion.report.len(), connections.len());
        let written = connections.iter().zip(&conversion.report);
        let mut expected: Vec<_> = written
            .filter(|(_, outcome)| outcome.result.is_ok())
            .map(|((id, connection), _)| (Some(id.clone()), said(connection)))
            .collect();
        let text = &conversion.text;
        let formats: &[(HostFormat, &[Consumer])] = match target {
            Target::Uri | Target::Json => &[(HostFormat::UriLines, &[Consumer::Compose])],
            Target::AirflowSettings => &[(HostFormat::AirflowSettings, &[Consumer::Compose])],
            Target::AstroDeployment => &[(HostFormat::AstroDeployment, &[Consumer::Compose])],
            Target::K8sSecret => &[(HostFormat::Kubernetes, &[Consumer::Compose])],
            Target::Compose => &[(HostFormat::Compose, &[Consumer::Compose])],
            Target::HelmValues => &[(HostFormat::HelmValues, &[Consumer::Compose])],
            Target::Env => &[(HostFormat::Dotenv, Consumer::ALL)],
            Target::ExportJson => &[(HostFormat::ConnectionsJson, &[Consumer::Compose])],
            Target::ExportYaml => &[(HostFormat::ConnectionsYaml, &[Consumer::Compose])],
            Target::ConnectionsEnv => &[(HostFormat::ConnectionsEnv, &[Consumer::Compose])],
            _ => &[],
        };
        if !target.has_ids() {
            for (id, _) in &mut expected {
                *id = None;
            }
        }
        let is_variable = matches!(
            target,
            Target::Env
                | Target::AstroDeployment
                | Target::K8sSecret
                | Target::Compose
                | Target::HelmValues
        );
        if is_variable {
            for (id, _) in &mut expected {
                *id = id.as_ref().map(|id| id.to_lowercase());
            }
        }
        // Exports are sorted, and a connection that was given twice is written once.
        if target.has_ids() {
            expected.sort();
            expected.dedup();
        }
        for &(format, consumers) in formats {
            for &consumer in consumers {
                let mut found = read(format, text, consumer, profile);
                if target.has_ids() {
                    found.sort();
                }
                prop_assert!(found == expected, "{} as {}", target.name(), consumer.name());
            }
        }
        if target == Target::VaultCli {
            let mut found: Vec<_> = secrets(text)
                .into_iter()
                .flat_map(|(path, json)| {
                    let answer = format!(r#"{{"data": {json}}}"#);
                    let read = read(HostFormat::VaultJson, &answer, Consumer::Compose, profile);
                    let id = path.strip_prefix("connections/").unwrap().to_owned();
                    read.into_iter().map(move |(_, said)| (Some(id.clone()), said))
                })
                .collect();
            found.sort();
            prop_assert!(found == expected, "{}", target.name());
        }
    }

    #[test]
    fn no_message_says_what_a_connection_holds(connection in connection(), target in target()) {
        let sentinel = "s3cr3t-sentinel";
        let mark = |field: &Option<FieldValue<'_>>| {
            field.as_ref().map(|text| format!("{}{sentinel}", text.as_str().unwrap()).into())
        };
        let connection = Connection {
            conn_type: mark(&connection.conn_type),
            host: mark(&connection.host),
            login: mark(&connection.login),
            password: mark(&connection.password),
            schema: mark(&connection.schema),
            extra: mark(&connection.extra),
            ..connection
        };
        let source = Source { id: Some("c".into()), connection: Ok(connection) };
        let conversion = convert([source], target, &Options::default());
        let debug = format!("{conversion:?}");
        prop_assert!(!debug.contains(sentinel));
        for outcome in &conversion.report {
            let message = outcome.result.as_ref().err().map(connlint_convert::Refusal::message);
            prop_assert!(!message.is_some_and(|it| it.as_str().contains(sentinel)));
        }
    }
}
