//! What each form looks like, and what it refuses.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own cases has failed")]

use connlint_catalog::Profile;
use connlint_convert::{Field, Loss, Notation, Options, Source, Target, convert};
use connlint_parser::{Exception, read_fields_node};

/// The text of some connections, and the reasons for those that were refused.
fn converted(target: Target, connections: &[(&str, &str)]) -> (String, Vec<String>) {
    converted_for("{}", target, connections)
}

/// The same for a secrets backend with these arguments.
fn converted_for(
    kwargs: &str,
    target: Target,
    connections: &[(&str, &str)],
) -> (String, Vec<String>) {
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
    let options = Options { kwargs: kwargs.to_owned(), ..Options::default() };
    let conversion = convert(sources, target, &options);
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
            "a=b: conn_id: an id of such a line is not empty, has no `=`, and does not begin with `#`; use --to export-json",
        ),
        (
            Target::VaultCli,
            "a//b",
            bare,
            "a//b: conn_id: a path in Vault is written in plain characters here, without empty parts, `.` or `..`; use --to export-json",
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

#[test]
fn every_form_carries_a_plain_connection() {
    for &target in Target::ALL {
        let (text, refused) = converted(target, &[("pg", FULL), ("other", FULL)]);
        if target == Target::Dockerfile {
            let reason = "password: an image shows it to everyone who has it; use --to k8s-secret";
            assert_eq!(refused, [format!("pg: {reason}"), format!("other: {reason}")]);
            continue;
        }
        assert_eq!(refused, [""; 0], "{}", target.name());
        assert!(text.contains("require"), "{}", target.name());
    }
    let open = r#"{"conn_type": "http", "host": "h"}"#;
    let (text, refused) = converted(Target::Dockerfile, &[("web", open)]);
    assert_eq!((&*text, refused), ("ENV AIRFLOW_CONN_WEB='http://h'\n", vec![]));
}

#[test]
fn documents_of_other_tools() {
    let uri = "postgres://u:p%27%40%24x@db:5432/s?sslmode=require";
    for (target, text) in [
        (
            Target::Json,
            r#"{"conn_type": "postgres", "host": "db", "login": "u", "password": "p'@$x", "schema": "s", "port": 5432, "extra": {"sslmode": "require"}}
"#
            .to_owned(),
        ),
        (Target::DotenvShell, format!("export AIRFLOW_CONN_PG='{uri}'\n")),
        (
            Target::AirflowSettings,
            "airflow:\n  connections:\n    - conn_id: \"pg\"\n      conn_type: \"postgres\"\n      \
             conn_host: \"db\"\n      conn_schema: \"s\"\n      conn_login: \"u\"\n      \
             conn_password: \"p'@$x\"\n      conn_extra: \"{\\\"sslmode\\\": \\\"require\\\"}\"\n      \
             conn_port: 5432\n"
                .to_owned(),
        ),
        (
            Target::AstroDeployment,
            format!(
                "deployment:\n  environment_variables:\n    - is_secret: true\n      \
                 key: AIRFLOW_CONN_PG\n      value: \"{uri}\"\n"
            ),
        ),
        (
            Target::AwsSsm,
            format!(
                "aws ssm put-parameter --cli-input-json file:///dev/stdin <<'JSON'\n\
                 {{\"Name\": \"/airflow/connections/pg\", \"Type\": \"SecureString\", \"Value\": \
                 \"{uri}\"}}\nJSON\n"
            ),
        ),
        (
            Target::VaultJson,
            format!(
                "{{\n  \"secret/data/connections/pg\": {{\"data\": {{\"conn_uri\": \"{uri}\"}}}}\n}}\n"
            ),
        ),
        (
            Target::GithubActions,
            format!(
                "gh secret set --env-file - \"$@\" <<'ENV'\nAIRFLOW_CONN_PG='{uri}'\nENV\n"
            ),
        ),
    ] {
        assert_eq!(converted(target, &[("pg", FULL)]), (text, vec![]));
    }
}

#[test]
fn stores_have_limits() {
    let x = r#"{"conn_type": "x"}"#;
    let long = format!(r#"{{"conn_type": "x", "password": "{}"}}"#, "p".repeat(9000));
    let endless = format!(r#"{{"conn_type": "x", "password": "{}"}}"#, "p".repeat(66_000));
    for (target, connections, refused) in [
        (
            Target::AwsSsm,
            &[("a", &*long)][..],
            &["a: a parameter of AWS carries no more than 8192 bytes; use --to export-json"][..],
        ),
        (
            Target::Env,
            &[("a", &*endless)],
            &["a: an environment variable carries no more than 65000 bytes; use --to export-json"],
        ),
        (
            Target::AzureKeyVault,
            &[("my_db", x), ("My-db", x)],
            &[
                "my_db: conn_id: `My-db` would go by the same name",
                "My-db: conn_id: `my_db` would go by the same name",
            ],
        ),
        (
            Target::GcpSecretManager,
            &[("a/b", x)],
            &[
                "a/b: conn_id: Google Secret Manager has up to 255 letters, digits, `_` and `-` in names; use --to export-json",
            ],
        ),
        (
            Target::AirflowSettings,
            &[("a", r#"{"conn_type": "x", "description": "d"}"#)],
            &["a: description: airflow_settings.yaml cannot carry it; use --to export-json"],
        ),
    ] {
        assert_eq!(converted(target, connections).1, refused);
    }
}

#[test]
fn either_notation_may_be_wished() {
    let node = connlint_json::parse(FULL).unwrap();
    let connection = read_fields_node(FULL, node, Profile::NEWEST).connection().unwrap();
    let written = |target, notation| {
        let source = Source { id: Some("pg".into()), connection: Ok(connection.clone()) };
        convert([source], target, &Options { notation: Some(notation), ..Options::default() })
    };
    for (target, json, uri) in [
        (Target::Env, "='{\"conn_type\": \"postgres\"", "='postgres://"),
        (Target::VaultCli, "\n{\"conn_type\": \"postgres\"", "\n{\"conn_uri\": \"postgres://"),
        (Target::AwsSecretsManager, "{\\\"conn_type\\\"", "\"postgres://"),
        (Target::ExportJson, "\"conn_type\": \"postgres\"", "\"conn_type\": \"postgres\""),
    ] {
        assert!(written(target, Notation::Json).text.contains(json), "{}", target.name());
        assert!(written(target, Notation::Uri).text.contains(uri), "{}", target.name());
    }
    assert_eq!(written(Target::Uri, Notation::Json), written(Target::Uri, Notation::Uri));
}

#[test]
fn what_is_lost_is_said() {
    let fields = r#"{"conn_type": "x", "description": "d", "host": "h"}"#;
    let node = connlint_json::parse(fields).unwrap();
    let connection = read_fields_node(fields, node, Profile::NEWEST).connection().unwrap();
    let source = Source { id: Some("a".into()), connection: Ok(connection) };
    let options = Options { lossy: true, ..Options::default() };
    let conversion = convert([source], Target::Uri, &options);
    assert_eq!((&*conversion.text, conversion.refused()), ("x://h\n", 0));
    assert_eq!(conversion.report[0].changes, [(Field::Description, Loss::Dropped)]);
}

#[test]
fn names_are_those_that_the_backend_asks_for() {
    let own = r#"{"mount_point": "etl", "connections_path": "conns", "kv_engine_version": 1}"#;
    for (target, kwargs, text) in [
        (
            Target::VaultCli,
            own,
            "vault kv put -mount=etl conns/pg - <<'JSON'\n{\"conn_uri\": \"x://\"}\nJSON\n",
        ),
        (Target::VaultJson, own, "{\n  \"etl/conns/pg\": {\"conn_uri\": \"x://\"}\n}\n"),
        (
            Target::VaultTerraform,
            own,
            "{\"resource\": {\"vault_kv_secret\": {\n  \"connection_pg\": {\"path\": \"etl/conns/pg\", \
             \"data_json\": \"{\\\"conn_uri\\\": \\\"x://\\\"}\"}\n}}}\n",
        ),
        (
            Target::AwsSecretsManager,
            r#"{"connections_prefix": "team", "sep": "-"}"#,
            "aws secretsmanager create-secret --cli-input-json file:///dev/stdin <<'JSON'\n\
             {\"Name\": \"team-pg\", \"SecretString\": \"x://\"}\nJSON\n",
        ),
        (
            Target::GcpSecretManager,
            r#"{"connections_prefix": "", "sep": "_"}"#,
            "gcloud secrets create _pg --data-file=- <<'JSON'\n{\"conn_type\": \"x\"}\nJSON\n",
        ),
    ] {
        let found = converted_for(kwargs, target, &[("pg", r#"{"conn_type": "x"}"#)]);
        assert_eq!(found, (text.to_owned(), vec![]));
    }
}

#[test]
fn what_the_backend_does_not_ask_for_is_refused() {
    let x = r#"{"conn_type": "x"}"#;
    for (target, kwargs, id, reason) in [
        (
            Target::VaultCli,
            r#"{"connections_path": null}"#,
            "a",
            "a: Airflow would not look for it: an argument turns it off; use --to export-json",
        ),
        (
            Target::VaultJson,
            r#"{"mount_point": null}"#,
            "a",
            "a: Airflow would not look for it: without `mount_point`, an id must begin with the mount and `/`; use --to export-json",
        ),
        (
            Target::AwsSecretsManager,
            r#"{"connections_lookup_pattern": "^b"}"#,
            "a",
            "a: Airflow would not look for it: the lookup pattern does not match the id; use --to export-json",
        ),
        (
            Target::AzureKeyVault,
            "{}",
            "a.b",
            "a.b: conn_id: Azure Key Vault has up to 127 letters, digits and `-` in names; use --to export-json",
        ),
    ] {
        assert_eq!(converted_for(kwargs, target, &[(id, x)]).1, [reason]);
    }
}

#[test]
fn payloads_are_read_as_their_backend_does() {
    // Airflow's backend for AWS Secrets Manager knows no word for a description.
    let noted = r#"{"conn_type": "x", "description": "d"}"#;
    let (_, refused) = converted(Target::AwsSecretsManager, &[("a", noted)]);
    let reason =
        "a: description: a secret of AWS Secrets Manager cannot carry it; use --to export-json";
    assert_eq!(refused, [reason]);
    assert_eq!(converted(Target::AwsSsm, &[("a", noted)]).1, [""; 0]);
    let long = format!(r#"{{"conn_type": "x", "password": "{}"}}"#, "p".repeat(5000));
    assert!(converted(Target::AwsSsm, &[("a", &*long)]).0.contains(r#""Tier": "Advanced""#));
}
