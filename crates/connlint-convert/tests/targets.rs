//! What each form looks like, and what it refuses.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own cases has failed")]

use connlint_catalog::Profile;
use connlint_convert::{Options, Source, Target, convert};
use connlint_parser::{Exception, read_fields_node};

/// The text of some connections, and the reasons for those that were refused.
fn converted(target: Target, connections: &[(&str, &str)]) -> (String, Vec<String>) {
    let reads: Vec<_> = connections
        .iter()
        .map(|(_, fields)| {
            let node = connlint_json::parse(fields).unwrap();
            read_fields_node(fields, node, Profile::NEWEST)
        })
        .collect();
    let sources = connections.iter().zip(&reads).map(|(&(id, _), read)| Source {
        id: (!id.is_empty()).then(|| id.into()),
        connection: Ok(read.connection().unwrap()),
    });
    let conversion = convert(sources, target, &Options::default());
    let refused = conversion.report.iter().filter_map(|outcome| {
        let refusal = outcome.result.as_ref().err()?;
        Some(format!("{}: {}", outcome.id.as_deref().unwrap_or("-"), refusal.message()))
    });
    let refused = refused.collect();
    (conversion.text, refused)
}

const FULL: &str = r#"{"conn_type": "postgres", "host": "db", "login": "u", "password": "p'@$x",
    "schema": "s", "port": 5432, "extra": "{\"sslmode\": \"require\"}"}"#;

#[test]
fn one_connection_in_every_form() {
    for (target, text) in [
        (Target::Uri, "postgres://u:p%27%40%24x@db:5432/s?sslmode=require\n"),
        (Target::Env, "AIRFLOW_CONN_PG='postgres://u:p%27%40%24x@db:5432/s?sslmode=require'\n"),
        (Target::ConnectionsEnv, "pg=postgres://u:p%27%40%24x@db:5432/s?sslmode=require\n"),
        (
            Target::ExportYaml,
            "pg:\n  conn_type: postgres\n  description: null\n  extra: '{\"sslmode\": \
             \"require\"}'\n  host: db\n  login: u\n  password: p'@$x\n  port: 5432\n  schema: s\n",
        ),
        (
            Target::VaultCli,
            "vault kv put -mount=secret connections/pg - <<'JSON'\n{\"conn_uri\": \
             \"postgres://u:p%27%40%24x@db:5432/s?sslmode=require\"}\nJSON\n",
        ),
    ] {
        assert_eq!(converted(target, &[("pg", FULL)]), (text.to_owned(), vec![]));
    }
}

#[test]
fn json_where_a_uri_does_not_do() {
    let noted = r#"{"conn_type": "x", "password": "it's \"\\", "port": 0, "description": "d",
        "extra": "{\"a\": \"1\"}"}"#;
    let json = r#"{"conn_type": "x", "description": "d", "password": "it\u0027s \u0022\u005c", "port": "0", "extra": {"a": "1"}}"#;
    let env = format!("AIRFLOW_CONN_A='{json}'\n");
    assert_eq!(converted(Target::Env, &[("a", noted)]), (env, vec![]));
    let (script, refused) = converted(Target::VaultCli, &[("a", noted)]);
    let json = r#"{"conn_type": "x", "description": "d", "password": "it's \"\\", "port": "0", "extra": "{\"a\": \"1\"}"}"#;
    assert!(script.contains(&format!("\n{json}\n")) && refused.is_empty());
}

#[test]
fn refusals_name_the_field_and_a_form_that_can() {
    let bare = r#"{"conn_type": "x"}"#;
    for (target, id, fields, reason) in [
        (
            Target::Uri,
            "c",
            r#"{"conn_type": "x", "description": "d"}"#,
            "c: description: a URI cannot carry it; use --to export-json",
        ),
        (
            Target::Env,
            "c",
            r#"{"conn_type": "google-cloud-platform"}"#,
            "c: conn_type: an environment variable cannot carry it unchanged; use --to export-json",
        ),
        (
            Target::Uri,
            "c",
            r#"{"conn_type": "x", "port": 70000}"#,
            "c: port: a URI cannot carry it: Airflow would raise; use --to export-json",
        ),
        (
            Target::ExportYaml,
            "c",
            r#"{"conn_type": "x", "host": 5}"#,
            "c: host: a YAML export cannot carry it: Airflow would raise; use --to export-json",
        ),
        (
            Target::Env,
            "a-b",
            bare,
            "a-b: conn_id: not every reader of `.env` files takes a variable of that name; use --to export-json",
        ),
        (
            Target::ConnectionsEnv,
            "a=b",
            bare,
            "a=b: conn_id: the id would end at the first `=` of the line; use --to export-json",
        ),
        (
            Target::VaultCli,
            "a//b",
            bare,
            "a//b: conn_id: a path in Vault has no empty parts, `.` or `..`; use --to export-json",
        ),
        (Target::Env, "", bare, "-: it has no id; use --to uri"),
    ] {
        let (text, refused) = converted(target, &[(id, fields)]);
        assert_eq!(refused, [reason]);
        let nothing = if target == Target::ExportYaml { "{}\n" } else { "" };
        assert_eq!(text, nothing);
    }
}

#[test]
fn ids_that_are_one_variable_are_refused() {
    let x = r#"{"conn_type": "x"}"#;
    let y = r#"{"conn_type": "y"}"#;
    for (target, connections, text, refused) in [
        (
            Target::Env,
            &[("my_db", x), ("MY_DB", y), ("z", x)][..],
            "AIRFLOW_CONN_Z='x://'\n",
            &[
                "my_db: conn_id: `MY_DB` would go by the same name",
                "MY_DB: conn_id: `my_db` would go by the same name",
            ][..],
        ),
        (Target::ConnectionsEnv, &[("my_db", x), ("MY_DB", y)], "MY_DB=y://\nmy_db=x://\n", &[]),
        (Target::Env, &[("a", x), ("a", x)], "AIRFLOW_CONN_A='x://'\n", &[]),
        (
            Target::Env,
            &[("a", x), ("a", y)],
            "",
            &[
                "a: conn_id: another connection of that id differs",
                "a: conn_id: another connection of that id differs",
            ],
        ),
        (Target::Uri, &[("a", x), ("a", y)], "x://\ny://\n", &[]),
    ] {
        let refused = refused.iter().map(|&reason| reason.to_owned()).collect();
        assert_eq!(converted(target, connections), (text.to_owned(), refused));
    }
}

#[test]
fn what_airflow_does_not_read_is_not_written() {
    let connection = Err(connlint_convert::Refusal::NotRead(Exception::ValueError));
    let source = Source { id: Some("a".into()), connection };
    let conversion = convert([source], Target::ExportJson, &Options::default());
    let refusal = conversion.report[0].result.clone().unwrap_err();
    assert_eq!(
        (&*conversion.text, refusal.message().as_str()),
        ("{}", "Airflow raises ValueError")
    );
}
