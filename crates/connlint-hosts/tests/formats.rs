//! What each format gives for files as people write them.

use connlint_hosts::{
    Consumer, HostFormat, HostIssueKind, MarkKind, Options, Quoting, Role, Surface, extract,
};
use connlint_text::Span;

/// A site written short: line, role, name, id, quoting and value.
type Row<'a> = (usize, Role, &'a str, Option<&'a str>, Quoting, &'a str);

#[track_caller]
fn check(format: HostFormat, text: &str, expected: &[Row<'_>], issues: &[(usize, &str)]) {
    let document = extract(format, text, Options::default());
    let line = |offset: u32| text[..offset as usize].matches('\n').count() + 1;
    let found: Vec<Row<'_>> = document
        .sites
        .iter()
        .map(|site| {
            assert!(site.span.covers(site.value_span), "the entry holds the value");
            let line = line(site.name.span.start());
            let id = site.id.as_deref();
            (line, site.role, &*site.name.text, id, site.quoting, site.value.text())
        })
        .collect();
    assert_eq!(found, expected);
    let found: Vec<(usize, &str)> = document
        .issues
        .iter()
        .map(|issue| match issue.kind {
            HostIssueKind::Syntax(why) | HostIssueKind::Line(why) | HostIssueKind::Limit(why) => {
                (line(issue.span.start()), why)
            }
            _ => unreachable!("no other kind"),
        })
        .collect();
    assert_eq!(found, issues);
}

#[test]
fn dotenv() {
    use Quoting::{DotenvBare, DotenvDouble, DotenvSingle};
    const C: Consumer = Consumer::Compose;
    let kwargs = r#"{"mount_point": "airflow", "auth_type": "approle"}"#;
    check(
        HostFormat::Dotenv,
        &format!(
            "# local development only
AIRFLOW__SECRETS__BACKEND=airflow.providers.hashicorp.secrets.vault.VaultBackend
AIRFLOW__SECRETS__BACKEND_KWARGS={kwargs}

AIRFLOW_CONN_WAREHOUSE=postgresql://loader:Wint3r/Sale#24@dw.retail.internal:5432/sales
AIRFLOW_CONN_LANDING_S3=\"aws://?region_name=eu-west-1\"
AIRFLOW_CONN_ORDERS_API='https://api.orders.example.com'
AIRFLOW_CONN_legacy_mysql=mysql://root:root@mysql.retail.internal:3306/erp
AIRFLOW_VAR_BATCH=500
export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=postgresql+psycopg2://airflow:${{DB}}@pg:5432/airflow
AIRFLOW_CONN_SFTP = sftp://u:p@sftp.internal:22
AIRFLOW_CONN_TRAIL=\"postgres://u:p@h.internal/db \"
OTHER=1
"
        ),
        &[
            (
                2,
                Role::BackendClass,
                "AIRFLOW__SECRETS__BACKEND",
                None,
                DotenvBare(C),
                "airflow.providers.hashicorp.secrets.vault.VaultBackend",
            ),
            (
                3,
                Role::BackendKwargs,
                "AIRFLOW__SECRETS__BACKEND_KWARGS",
                None,
                DotenvBare(C),
                kwargs,
            ),
            (
                5,
                Role::Connection,
                "AIRFLOW_CONN_WAREHOUSE",
                Some("warehouse"),
                DotenvBare(C),
                "postgresql://loader:Wint3r/Sale#24@dw.retail.internal:5432/sales",
            ),
            (
                6,
                Role::Connection,
                "AIRFLOW_CONN_LANDING_S3",
                Some("landing_s3"),
                DotenvDouble(C),
                "aws://?region_name=eu-west-1",
            ),
            (
                7,
                Role::Connection,
                "AIRFLOW_CONN_ORDERS_API",
                Some("orders_api"),
                DotenvSingle(C),
                "https://api.orders.example.com",
            ),
            (
                8,
                Role::Connection,
                "AIRFLOW_CONN_legacy_mysql",
                Some("legacy_mysql"),
                DotenvBare(C),
                "mysql://root:root@mysql.retail.internal:3306/erp",
            ),
            (9, Role::Variable, "AIRFLOW_VAR_BATCH", Some("batch"), DotenvBare(C), "500"),
            (
                10,
                Role::Config,
                "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
                None,
                DotenvBare(C),
                "postgresql+psycopg2://airflow:@pg:5432/airflow",
            ),
            (
                11,
                Role::Connection,
                "AIRFLOW_CONN_SFTP",
                Some("sftp"),
                DotenvBare(C),
                "sftp://u:p@sftp.internal:22",
            ),
            (
                12,
                Role::Connection,
                "AIRFLOW_CONN_TRAIL",
                Some("trail"),
                DotenvDouble(C),
                "postgres://u:p@h.internal/db ",
            ),
        ],
        &[],
    );
}

#[test]
fn unknown_parts() {
    let text = "AIRFLOW_CONN_A=pg://u:${PW}@${HOST:-localhost}/d\n";
    let document = extract(HostFormat::Dotenv, text, Options::default());
    let site = &document.sites[0];
    assert_eq!(site.value.text(), "pg://u:@localhost/d");
    assert_eq!(site.unknown, [Span::new(7, 7), Span::new(8, 17)]);
    // The place behind what vanished is exact.
    assert_eq!(site.value.map().to_raw(Span::new(18, 19)).of(text), "d");
}

#[test]
fn connections_json() {
    check(
        HostFormat::ConnectionsJson,
        r#"{
  "db": {"conn_type": "postgres", "password": "p@ss/w#rd", "port": "5432"},
  "riot": {"conn_type": "http", "extra": "{\"timeout\": 30}"},
  "uri_form": "mysql:\/\/u:p@host_a/db",
  "one": ["http://h"],
  "none": [],
  "two": ["http://h", {"conn_type": "http"}],
  "bad": 5
}"#,
        &[
            (
                2,
                Role::Connection,
                "db",
                Some("db"),
                Quoting::JsonText,
                r#"{"conn_type": "postgres", "password": "p@ss/w#rd", "port": "5432"}"#,
            ),
            (
                3,
                Role::Connection,
                "riot",
                Some("riot"),
                Quoting::JsonText,
                r#"{"conn_type": "http", "extra": "{\"timeout\": 30}"}"#,
            ),
            (
                4,
                Role::Connection,
                "uri_form",
                Some("uri_form"),
                Quoting::JsonString,
                "mysql://u:p@host_a/db",
            ),
            (5, Role::Connection, "one", Some("one"), Quoting::JsonString, "http://h"),
            (7, Role::Connection, "two", Some("two"), Quoting::JsonString, "http://h"),
            (
                7,
                Role::Connection,
                "two",
                Some("two"),
                Quoting::JsonText,
                r#"{"conn_type": "http"}"#,
            ),
        ],
        &[
            (7, "a list of several connections is refused"),
            (8, "the value is neither an object nor text"),
        ],
    );
}

#[test]
fn malformed_json_keeps_what_stands_before() {
    check(
        HostFormat::ConnectionsJson,
        "{\"a\": \"http://h\",\n \"b\": {\"host\": }",
        &[(1, Role::Connection, "a", Some("a"), Quoting::JsonString, "http://h")],
        &[(2, "a value is missing")],
    );
    check(HostFormat::ConnectionsJson, "[]", &[], &[(1, "the file should contain an object")]);
    check(HostFormat::ConnectionsJson, "{} x", &[], &[(1, "a word stands without quotes")]);
}

#[test]
fn connections_yaml() {
    check(
        HostFormat::ConnectionsYaml,
        r#"# exported
mongodb_default:
  conn_type: mongo
  host: mongodb
  port: 27017
  schema: app # the database
dw:
  password: "$DW_PASSWORD"
  login: 'it''s'
  extra:
    sslmode: require
    keepalive: yes
    timeout: 0123
    ratio: 1.5
    list: [a, ~]
uri: postgres://u:p@h/d
single: 'http://h'
double: "http:\/\/h"
block: |
  http://h
"#,
        &[
            (
                2,
                Role::Connection,
                "mongodb_default",
                Some("mongodb_default"),
                Quoting::Opaque,
                r#"{"conn_type":"mongo","host":"mongodb","port":27017,"schema":"app"}"#,
            ),
            (
                7,
                Role::Connection,
                "dw",
                Some("dw"),
                Quoting::Opaque,
                r#"{"password":"$DW_PASSWORD","login":"it's","extra":{"sslmode":"require","keepalive":true,"timeout":83,"ratio":1.5,"list":["a",null]}}"#,
            ),
            (16, Role::Connection, "uri", Some("uri"), Quoting::YamlPlain, "postgres://u:p@h/d"),
            (17, Role::Connection, "single", Some("single"), Quoting::YamlSingle, "http://h"),
            (18, Role::Connection, "double", Some("double"), Quoting::YamlDouble, "http://h"),
            (19, Role::Connection, "block", Some("block"), Quoting::YamlBlock, "http://h\n"),
        ],
        &[],
    );
}

#[test]
fn yaml_fields_are_mapped_scalar_by_scalar() {
    let text = "a:\n  login: me\n  password: 'p\"w'\n";
    let document = extract(HostFormat::ConnectionsYaml, text, Options::default());
    let value = &document.sites[0].value;
    assert_eq!(value.text(), r#"{"login":"me","password":"p\"w"}"#);
    for part in ["me", "login", "password"] {
        let at = value.text().find(part).unwrap();
        let span = Span::from_range(at..at + part.len());
        assert_eq!(value.map().to_raw(span).of(text), part);
    }
    let at = value.text().find("\\\"w").unwrap();
    assert_eq!(value.map().to_raw(Span::from_range(at..at + 3)).of(text), "\"w");
}

#[test]
fn yaml_aliases_and_merges() {
    check(
        HostFormat::ConnectionsYaml,
        "a: &a {conn_type: http, host: h}\nb:\n  <<: *a\n  host: i\nc: *a\n",
        &[
            (
                1,
                Role::Connection,
                "a",
                Some("a"),
                Quoting::Opaque,
                r#"{"conn_type":"http","host":"h"}"#,
            ),
            (
                2,
                Role::Connection,
                "b",
                Some("b"),
                Quoting::Opaque,
                r#"{"conn_type":"http","host":"h","host":"i"}"#,
            ),
            (
                5,
                Role::Connection,
                "c",
                Some("c"),
                Quoting::Opaque,
                r#"{"conn_type":"http","host":"h"}"#,
            ),
        ],
        &[(5, "two connections share this mapping: Airflow refuses the file")],
    );
}

#[test]
fn yaml_bombs_are_bounded() {
    let level = |level: usize| match level {
        0 => "x0: &x0 {a: http}\n".to_owned(),
        _ => format!("x{level}: &x{level} {{a: *x{0}, b: *x{0}}}\n", level - 1),
    };
    let text: String = (0..40).map(level).collect();
    let document = extract(HostFormat::ConnectionsYaml, &text, Options::default());
    assert!(document.issues.iter().all(|issue| matches!(issue.kind, HostIssueKind::Limit(_))));
    assert!(!document.issues.is_empty());
    assert!(document.sites.iter().all(|site| site.value.text().len() < 1_100_000));

    let deep = format!("a: {}x{}\n", "[".repeat(300), "]".repeat(300));
    let document = extract(HostFormat::ConnectionsYaml, &deep, Options::default());
    assert_eq!((document.sites.len(), document.issues.len()), (0, 1));
}

#[test]
fn yaml_that_is_refused() {
    for (text, why) in [
        ("", "the file is empty"),
        ("- a\n", "the file should contain an object"),
        ("a: http://h\n---\nb: http://h\n", "a second YAML document: the file is refused"),
        ("a: {{ env.X }}\n", "a key that is no scalar"),
        ("a: [http://h\n", "not well-formed YAML from here on"),
        ("\ta: http://h\n", "a tab where only blanks may stand"),
        ("a: http://h\n\tb: c\n", "not well-formed YAML from here on"),
        ("a:\n  b: c\n\t# d\n", "a tab where only blanks may stand"),
        ("a:\n  -\thttp://h\n", "a tab where only blanks may stand"),
        ("a: &x {}\nb: &x {}\n", "an anchor of that name stands above: PyYAML refuses the file"),
        ("a: !x http://h\n", "a tag that is not known to `safe_load`"),
        ("a: <<\n", "`<<` is no value"),
        ("a: {b: 2024-13-01}\n", "month must be in 1..12"),
        ("a: {port: !!int x}\n", "the value does not fit its tag"),
        ("a: 5\n", "the value is neither an object nor text"),
        ("on: http://h\n", "the connection id is not text to YAML: write it between quotes"),
        (
            "a: {conn_type: http, password: 2024-01-01}\n",
            "this is a date to YAML, not text: write it between quotes",
        ),
    ] {
        let document = extract(HostFormat::ConnectionsYaml, text, Options::default());
        let found: Vec<_> = document.issues.iter().map(|issue| issue.kind).collect();
        let is_it = |kind: &HostIssueKind| match kind {
            HostIssueKind::Syntax(it) | HostIssueKind::Line(it) | HostIssueKind::Limit(it) => {
                *it == why
            }
            _ => false,
        };
        assert!(found.iter().any(is_it), "{text:?}: {found:?}");
    }
}

#[test]
fn connections_env() {
    check(
        HostFormat::ConnectionsEnv,
        "aws_default=aws://?region_name=us-east-1\n\n  # note\nAIRFLOW_CONN_X='http://h'\u{85} a = b\r\n=http://h\nx=\ny\n \n",
        &[
            (
                1,
                Role::Connection,
                "aws_default",
                Some("aws_default"),
                Quoting::Line,
                "aws://?region_name=us-east-1",
            ),
            (
                4,
                Role::Connection,
                "AIRFLOW_CONN_X",
                Some("AIRFLOW_CONN_X"),
                Quoting::Line,
                "'http://h'",
            ),
            (4, Role::Connection, " a ", Some(" a "), Quoting::Line, " b"),
            (5, Role::Connection, "", Some(""), Quoting::Line, "http://h"),
        ],
        &[
            (5, "the connection id is empty: Airflow 3.1 and later refuse the file"),
            (6, "the value is empty"),
            (7, "the line should contain at least one equal sign"),
            (8, "the line should contain at least one equal sign"),
        ],
    );
}

#[test]
fn vault_versions() {
    let uri = "postgresql://etl:p#w@dw.internal:5432/dw";
    let secret =
        r#"{ "conn_uri": "postgresql://etl:p#w@dw.internal:5432/dw", "description": "loader" }"#;
    check(
        HostFormat::VaultJson,
        &format!(
            "{{\n\"request_id\": \"0\",\n\"data\": {{\n\"data\":\n{secret},\n\"metadata\": {{\"version\": 3}}\n}}\n}}"
        ),
        &[
            (4, Role::VaultSecret, "data", None, Quoting::JsonText, secret),
            (5, Role::Connection, "conn_uri", None, Quoting::JsonString, uri),
        ],
        &[],
    );
    check(
        HostFormat::VaultJson,
        &format!("{{\"lease_duration\": 2764800,\n\"data\": {secret}}}"),
        &[
            (2, Role::VaultSecret, "data", None, Quoting::JsonText, secret),
            (2, Role::Connection, "conn_uri", None, Quoting::JsonString, uri),
        ],
        &[],
    );
    let fields = r#"{"conn_type": "http", "host": "h"}"#;
    check(
        HostFormat::VaultJson,
        &format!("{{\"data\": {fields}}}"),
        &[
            (1, Role::VaultSecret, "data", None, Quoting::JsonText, fields),
            (1, Role::Connection, "data", None, Quoting::JsonText, fields),
        ],
        &[],
    );
    check(
        HostFormat::VaultJson,
        r#"{"data": {"value": "v"}}"#,
        &[
            (1, Role::VaultSecret, "data", None, Quoting::JsonText, r#"{"value": "v"}"#),
            (1, Role::Variable, "value", None, Quoting::JsonString, "v"),
        ],
        &[],
    );
    // A secret of version 1 may hold a key of that name.
    check(
        HostFormat::VaultJson,
        r#"{"data": {"data": "x"}}"#,
        &[(1, Role::VaultSecret, "data", None, Quoting::JsonText, r#"{"data": "x"}"#)],
        &[],
    );
    check(
        HostFormat::VaultJson,
        r#"{"data": {"data": null, "metadata": {"version": 1}}}"#,
        &[],
        &[(1, "no secret stands here: the version is deleted, or this is no answer of Vault")],
    );
}

#[test]
fn uri_lines() {
    check(
        HostFormat::UriLines,
        "  postgres://u:p@h/d  \n# note\n\n{\"conn_type\":\n \"http\"}\nhttp://h\r\n{\"a\": }\n{\"b\": 1} x\n{",
        &[
            (1, Role::Connection, "", None, Quoting::Line, "postgres://u:p@h/d"),
            (4, Role::Connection, "", None, Quoting::JsonText, "{\"conn_type\":\n \"http\"}"),
            (6, Role::Connection, "", None, Quoting::Line, "http://h"),
            (7, Role::Connection, "", None, Quoting::JsonText, "{\"a\": }"),
            (8, Role::Connection, "", None, Quoting::JsonText, "{\"b\": 1} x"),
            (9, Role::Connection, "", None, Quoting::JsonText, "{"),
        ],
        &[],
    );
}

#[test]
fn surfaces() {
    for (format, text, surface) in [
        (HostFormat::Dotenv, "AIRFLOW_CONN_A=http://h", Surface::Environment),
        (HostFormat::ConnectionsEnv, "a=http://h", Surface::ConnectionsFile),
        (HostFormat::ConnectionsYaml, "a: http://h", Surface::ConnectionsFile),
        (HostFormat::ConnectionsJson, r#"{"a": "http://h"}"#, Surface::ConnectionsFile),
        (HostFormat::VaultJson, r#"{"data": {"conn_uri": "http://h"}}"#, Surface::Vault),
        (HostFormat::UriLines, "http://h", Surface::Standalone),
    ] {
        let document = extract(format, text, Options::default());
        assert!(document.sites.iter().all(|site| site.surface == surface), "{format:?}");
        assert!(document.sites.iter().any(|site| site.value.text() == "http://h"), "{format:?}");
    }
}

#[test]
fn airflow_cfg() {
    use Quoting::ConfigValue;
    fn document(text: &str) -> connlint_hosts::Document<'_> {
        extract(HostFormat::ConfigFile, text, Options::default())
    }
    check(
        HostFormat::ConfigFile,
        "[core]
dags_folder = /opt/airflow/dags
# sql_alchemy_conn = sqlite:///{AIRFLOW_HOME}/airflow.db

[database]
sql_alchemy_conn = postgresql+psycopg2://airflow:p%40ss@pg:5432/airflow

[celery]
result_backend: db+postgresql://airflow:p%%40ss@pg/airflow
[secrets]
backend = 'airflow.providers.hashicorp.secrets.vault.VaultBackend'
backend_kwargs = {\"url\": \"http://vault:8200\",
  # a comment within the value
  \"mount_point\": \"a%%b\"} ; no comment
Backend = not.read
",
        &[
            (
                6,
                Role::Config,
                "database.sql_alchemy_conn",
                None,
                ConfigValue,
                "postgresql+psycopg2://airflow:p%40ss@pg:5432/airflow",
            ),
            (
                9,
                Role::Config,
                "celery.result_backend",
                None,
                ConfigValue,
                "db+postgresql://airflow:p%40ss@pg/airflow",
            ),
            (
                11,
                Role::BackendClass,
                "secrets.backend",
                None,
                ConfigValue,
                "'airflow.providers.hashicorp.secrets.vault.VaultBackend'",
            ),
            (
                12,
                Role::BackendKwargs,
                "secrets.backend_kwargs",
                None,
                ConfigValue,
                "{\"url\": \"http://vault:8200\",\n\"mount_point\": \"a%b\"} ; no comment",
            ),
        ],
        &[],
    );
    for (value, text, unknown) in [
        ("a%%b", "a%b", &[][..]),
        ("a%(home)s/b", "a/b", &[Span::new(1, 1)]),
        ("a${B}c", "a${B}c", &[Span::new(1, 5)]),
        ("$B-c$", "$B-c$", &[Span::new(0, 2)]),
        ("${B", "${B", &[]),
    ] {
        let file = format!("[secrets]\nbackend_kwargs = {value}\n");
        let document = document(&file);
        assert_eq!(document.sites[0].value.text(), text);
        assert_eq!(document.sites[0].unknown, unknown, "{value}");
        assert_eq!(document.sites[0].surface, Surface::ConfigFile);
        assert!(document.marks.is_empty());
    }
    for value in ["50%", "%(a)", "%()s", "%s", "%%%"] {
        let file = format!("[secrets]\nbackend_kwargs = {value}\n");
        let document = document(&file);
        let mark = document.marks[0];
        assert_eq!((mark.kind, mark.span.of(&file)), (MarkKind::SinglePercent, "%"), "{value}");
    }
    let template = "[secrets]\n{% if x %}\nbackend = a.B\n";
    assert!(document(template).issues.is_empty());
}

#[test]
fn policy() {
    let text = "# who\npath \"airflow/data/*\" {\n  capabilities = [\"read\"] // enough\n}\n";
    let document = extract(HostFormat::Policy, text, Options::default());
    let [site] = &document.sites[..] else { panic!() };
    assert_eq!((site.role, site.surface), (Role::Policy, Surface::Vault));
    assert_eq!((site.value.text(), site.quoting), (text, Quoting::HclText));
    let comments: Vec<_> = document.comments.iter().map(|span| span.of(text)).collect();
    assert_eq!(comments, ["# who", "// enough"]);
    let json = r#"{"path": {"a": {"capabilities": ["read"]}}}"#;
    let document = extract(HostFormat::Policy, json, Options::default());
    assert_eq!(document.sites[0].value.text(), json);
}

#[test]
fn terraform() {
    use Quoting::{HclHeredoc, HclString, JsonString, Opaque};
    check(
        HostFormat::Terraform,
        r#"resource "aws_mwaa_environment" "this" {
  airflow_configuration_options = {
    "core.default_timezone"  = "utc"
    "secrets.backend"        = "a.B"
    "secrets.backend_kwargs" = "{\"sep\": \"/\"}"
    "workers.secrets_backend_kwargs" = jsonencode({ "a b" = var.x, n = [1, true, null], "s" = "q\"${y}" })
  }
}
locals {
  env = {
    AIRFLOW_CONN_A = "x://${var.u}:${urlencode(var.p)}@h/$${d}"
    AIRFLOW_CONN_B = var.b
    AIRFLOW_CONN_C = "${var.c}"
    airflow_conn_d = "x://h"
    AIRFLOW_VAR_E = 5
    AIRFLOW__SECRETS__BACKEND_KWARGS = "${jsonencode({ sep = "_" })}"
  }
}
resource "astro_deployment" "d" {
  environment_variables = [
    { key = "AIRFLOW_CONN_F", value = "x://h", is_secret = true },
    { key = "OTHER", value = "x", is_secret = false },
  ]
}
resource "aws_ssm_parameter" "s" {
  name  = "/airflow/connections/g"
  value = <<-EOT
    x://h
  EOT
}
resource "aws_secretsmanager_secret" "h" { name = "airflow/connections/h" }
resource "aws_secretsmanager_secret_version" "h" {
  secret_id     = aws_secretsmanager_secret.h.id
  secret_string = "x://i"
}
resource "vault_kv_secret_v2" "j" {
  mount     = "airflow"
  name      = "connections/j"
  data_json = jsonencode({ conn_uri = "x://k${var.l}" })
}
resource "vault_policy" "m" {
  name   = "m"
  policy = <<EOT
path "a" { capabilities = ["read"] }
EOT
}
"#,
        &[
            (4, Role::BackendClass, "secrets.backend", None, HclString, "a.B"),
            (5, Role::BackendKwargs, "secrets.backend_kwargs", None, HclString, r#"{"sep": "/"}"#),
            (
                6,
                Role::BackendKwargs,
                "workers.secrets_backend_kwargs",
                None,
                Opaque,
                r#"{"a b":"var.x","n":[1,true,null],"s":"q\""}"#,
            ),
            (11, Role::Connection, "AIRFLOW_CONN_A", Some("a"), HclString, "x://:@h/${d}"),
            (15, Role::Variable, "AIRFLOW_VAR_E", Some("e"), Opaque, "5"),
            (
                16,
                Role::BackendKwargs,
                "AIRFLOW__SECRETS__BACKEND_KWARGS",
                None,
                Opaque,
                r#"{"sep":"_"}"#,
            ),
            (21, Role::Connection, "AIRFLOW_CONN_F", Some("f"), HclString, "x://h"),
            (26, Role::Connection, "/airflow/connections/g", Some("g"), HclHeredoc, "x://h\n"),
            (33, Role::Connection, "airflow/connections/h", Some("h"), HclString, "x://i"),
            (38, Role::VaultSecret, "connections/j", Some("j"), Opaque, r#"{"conn_uri":"x://k"}"#),
            (38, Role::Connection, "connections/j", Some("j"), JsonString, "x://k"),
            (43, Role::Policy, "m", None, HclHeredoc, "path \"a\" { capabilities = [\"read\"] }\n"),
        ],
        &[],
    );
}

#[test]
fn secrets_and_objects_of_terraform() {
    use Quoting::{HclString, Opaque};
    check(
        HostFormat::Terraform,
        r#"resource "aws_secretsmanager_secret_version" "a" {
  secret_id     = "${var.prefix}/connections/a"
  secret_string = "x://h"
}
resource "aws_ssm_parameter" "b" {
  name  = "${var.prefix}"
  value = "x://h"
}
resource "aws_ssm_parameter" "c" {
  name  = "/app/max-connections-limit"
  value = "100"
}
resource "astro_environment_object" "d" {
  object_key  = "d"
  object_type = "CONNECTION"
  type        = "postgres"
  host        = var.host
  port        = 5432
  extra       = jsonencode({ sslmode = "require" })
  links       = [{ scope = "DEPLOYMENT" }]
}
resource "astro_environment_object" "e" {
  object_key  = "e"
  object_type = "AIRFLOW_VARIABLE"
  value       = "f"
}
"#,
        &[
            (2, Role::Connection, "/connections/a", Some("a"), HclString, "x://h"),
            (
                14,
                Role::Connection,
                "d",
                Some("d"),
                Opaque,
                r#"{"conn_type":"postgres","host":"var.host","port":5432,"extra":"{\"sslmode\":\"require\"}"}"#,
            ),
            (23, Role::Variable, "e", Some("e"), HclString, "f"),
        ],
        &[],
    );
}

#[test]
fn what_terraform_computes_is_unknown() {
    for (value, text, unknown) in [
        (r#""x://${a}@h""#, "x://@h", &[(4, 4)][..]),
        (r#""%{ if a }x%{ endif }://h""#, "x://h", &[(0, 0), (1, 1)]),
        (
            "jsonencode({ a = b.c, d = \"${e}\" })",
            r#"{"a":"b.c","d":"\"${e}\""}"#,
            &[(6, 9), (16, 24)],
        ),
        ("jsonencode({ a = jsonencode({ b = c }) })", r#"{"a":"{\"b\":\"c\"}"}"#, &[(15, 16)]),
    ] {
        let file = format!("AIRFLOW_VAR_A = {value}\n");
        let document = extract(HostFormat::Terraform, &file, Options::default());
        let [site] = &document.sites[..] else { panic!("{file}") };
        assert_eq!(site.value.text(), text);
        let found: Vec<_> = site.unknown.iter().map(|part| (part.start(), part.end())).collect();
        assert_eq!(found, unknown, "{file}");
    }
}

#[test]
fn requirements() {
    let text = "# all\napache-airflow[hashicorp]==2.10.5 ; python_version > \"3.8\" # c\n-r other.txt\n\nboto3\nnumpy\ngit+https://h/x#egg=y\n";
    let document = extract(HostFormat::Requirements, text, Options::default());
    let found: Vec<_> =
        document.sites.iter().map(|site| (&*site.name.text, site.value.text())).collect();
    let airflow = "apache-airflow[hashicorp]==2.10.5 ; python_version > \"3.8\"";
    assert_eq!(found, [("apache-airflow", airflow), ("boto3", "boto3")]);
    let comments: Vec<_> = document.comments.iter().map(|span| span.of(text)).collect();
    assert_eq!(comments, ["# all", "# c"]);
}
