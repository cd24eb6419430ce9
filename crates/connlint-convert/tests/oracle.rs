//! What is written equals what Airflow was seen to write, wherever Airflow reads that back.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own cases has failed")]

use connlint_catalog::{AirflowVersion, Profile};
use connlint_convert::{Field, Options, Refusal, Source, Target, convert};
use connlint_json::{Node, PyText, parse};
use connlint_parser::{Connection, FieldValue, read_fields_node};

const EXPORTS: &str = include_str!("../../../tests/oracle/export.jsonl");
const URIS: &str = include_str!("../../../tests/oracle/get_uri.jsonl");

/// The Airflow of a name in the recordings; `None` for one that reads no URIs.
fn profile(name: &str) -> Option<Profile> {
    let exact = AirflowVersion::exact;
    Some(match name {
        "2.7" => Profile::core(exact(2, 7, 3)),
        "2.8" => Profile::core(exact(2, 8, 4)),
        "2.9" => Profile::core(exact(2, 9, 3)),
        "2.10" => Profile::core(exact(2, 10, 5)),
        "2.11" => Profile::core(exact(2, 11, 0)),
        "3.0" => Profile::core(exact(3, 0, 6)),
        "3.1" => Profile::core(exact(3, 1, 8)),
        "3.1-sdk" => Profile::task_sdk(exact(3, 1, 8)),
        "3.2" => Profile::core(exact(3, 2, 2)),
        "3.2-sdk" => Profile::task_sdk(exact(3, 2, 2)),
        "3.3" => Profile::core(exact(3, 3, 2)),
        "3.3-sdk" => Profile::task_sdk(exact(3, 3, 2)),
        "3.0-sdk" => return None,
        _ => panic!("an Airflow that is not known: {name}"),
    })
}

/// Calls `check` with the input, an Airflow and its answer, for each answer in a file.
fn each_answer(cases: &str, mut check: impl FnMut(&str, &Node<'_>, Profile, &Node<'_>)) {
    for line in cases.lines() {
        let case = parse(line).unwrap();
        for group in case.last("expect").unwrap().as_array().unwrap() {
            for name in group.last("v").unwrap().as_array().unwrap() {
                if let Some(profile) = profile(&text(Some(name)).unwrap()) {
                    check(line, case.last("input").unwrap(), profile, group.last("r").unwrap());
                }
            }
        }
    }
}

fn text(node: Option<&Node<'_>>) -> Option<String> {
    match node?.as_text()? {
        PyText::Str(text) => Some(text.into_owned()),
        PyText::Surrogates(_) => None,
    }
}

/// A recorded connection: its id and the arguments of its constructor.
fn arguments(line: &str, recorded: &Node<'_>) -> (Option<String>, String) {
    let members = recorded.as_object().unwrap().iter();
    let fields = members.filter(|member| !member.key.is("conn_id"));
    let fields: Vec<_> = fields.map(|member| member.span().of(line)).collect();
    (text(recorded.last("conn_id")), format!("{{{}}}", fields.join(",")))
}

fn constructed(arguments: &str, profile: Profile) -> Option<Connection<'_>> {
    read_fields_node(arguments, parse(arguments).unwrap(), profile).connection()
}

#[test]
fn exports_are_those_of_airflow() {
    let mut compared = 0;
    each_answer(EXPORTS, |line, input, profile, answer| {
        let format = text(input.last("file_format")).unwrap();
        let as_json = text(input.last("serialization_format")).as_deref() == Some("json");
        let target = match &*format {
            ".json" => Target::ExportJson,
            ".yaml" => Target::ExportYaml,
            // Airflow does not read its own `id={…}` lines.
            ".env" if as_json => return,
            ".env" => Target::ConnectionsEnv,
            _ => panic!("a format that is not known: {format}"),
        };
        let Some(expected) = text(answer.last("text")) else { return };
        let recorded = input.last("conns").unwrap().as_array().unwrap();
        let recorded: Vec<_> = recorded.iter().map(|it| arguments(line, it)).collect();
        let sources = recorded.iter().map(|(id, arguments)| {
            let mut connection = constructed(arguments, profile).unwrap();
            if target == Target::ConnectionsEnv {
                // Airflow loses it without a word; here it would be refused.
                connection.description = None;
            }
            Source { id: id.as_deref().map(Into::into), connection: Ok(connection) }
        });
        let options = Options { profile, ..Options::default() };
        let conversion = convert(sources, target, &options);
        assert_eq!(conversion.text, expected);
        assert_eq!(conversion.refused(), 0);
        compared += 1;
    });
    assert_eq!(compared, 56);
}

#[test]
fn uris_are_those_of_airflow_where_it_reads_them_back() {
    let (mut same, mut better, mut refused) = (0, 0, 0);
    each_answer(URIS, |line, input, profile, answer| {
        let (_, arguments) = arguments(line, input.last("fields").unwrap());
        let Some(connection) = constructed(&arguments, profile) else {
            assert!(answer.last("uri").is_none(), "{line}");
            return;
        };
        let recorded = text(answer.last("uri"));
        let source = Source { id: None, connection: Ok(connection.clone()) };
        let options = Options { profile, ..Options::default() };
        let conversion = convert([source], Target::Uri, &options);
        let lost = answer.last("not_roundtrip").and_then(Node::as_object).unwrap_or_default();
        // A host and schema of `""` are none.
        let is_nothing = |member: &connlint_json::Member<'_>| {
            let is_bare = member.key.is("host") || member.key.is("schema");
            is_bare && text(Some(&member.value)).as_deref() == Some("")
        };
        let is_lost = lost.iter().any(|member| {
            !is_nothing(member)
                || connection.host.as_ref().is_some_and(FieldValue::is_truthy)
                    && member.key.is("host")
        });
        let is_read = answer.last("reparse_error").is_none();
        match (&conversion.report[0].result, recorded) {
            (Ok(()), Some(uri)) if conversion.text == format!("{uri}\n") => same += 1,
            (Ok(()), uri) => {
                assert!(is_lost || !is_read || uri.is_none(), "{line}");
                better += 1;
            }
            (Err(_), uri) => {
                assert_eq!(conversion.text, "");
                assert!(is_lost || !is_read || uri.is_none(), "{line}");
                refused += 1;
            }
        }
    });
    // Of the better ones, most are hosts with capitals and values that look like JSON.
    assert_eq!((same, better, refused), (498, 146, 197));
}

#[test]
fn what_airflow_loses_is_carried_or_refused() {
    for (arguments, uri, field) in [
        (r#"{"conn_type": "x", "host": "Db"}"#, Some("x://%44b"), None),
        (r#"{"conn_type": "x", "port": 0}"#, Some("x://:0"), None),
        (r#"{"conn_type": "x", "login": ""}"#, Some("x://@"), None),
        (
            r#"{"conn_type": "x", "extra": "{\"a\": \"1\"}"}"#,
            Some("x:///?__extra__=%7B%22a%22%3A+%221%22%7D"),
            None,
        ),
        (r#"{"conn_type": "X"}"#, None, Some(Field::ConnType)),
        (r#"{"conn_type": "postgresql"}"#, None, Some(Field::ConnType)),
        (r#"{"conn_type": "x y"}"#, None, Some(Field::ConnType)),
        (r#"{"host": "h"}"#, None, Some(Field::ConnType)),
        (r#"{"conn_type": "x", "description": "d"}"#, None, Some(Field::Description)),
        (r#"{"conn_type": "x", "host": 5}"#, None, Some(Field::Host)),
        (r#"{"conn_type": "x", "password": "p"}"#, None, Some(Field::Login)),
        (r#"{"conn_type": "x", "port": 65536}"#, None, Some(Field::Port)),
        (r#"{"conn_type": "x", "port": "5432"}"#, None, Some(Field::Port)),
        (r#"{"conn_type": "x", "login": "\ud800"}"#, None, Some(Field::Login)),
    ] {
        let connection = constructed(arguments, Profile::NEWEST).unwrap();
        let source = Source { id: None, connection: Ok(connection) };
        let conversion = convert([source], Target::Uri, &Options::default());
        let written = conversion.text.lines().next();
        let refused = match &conversion.report[0].result {
            Ok(()) => None,
            Err(Refusal::Field { field, .. }) => Some(*field),
            Err(other) => panic!("{arguments}: {other:?}"),
        };
        assert_eq!((written, refused), (uri, field), "{arguments}");
    }
}
