//! Settings of Airflow in the YAML and JSON of other tools.

use connlint_hosts::{Document, Form, HostFormat, HostIssueKind, Options, Role, detect, extract};

/// A site written short: line, name and value.
type Row<'a> = (usize, &'a str, &'a str);

fn line(text: &str, offset: u32) -> usize {
    text[..offset as usize].matches('\n').count() + 1
}

#[track_caller]
fn read<'a>(path: &str, text: &'a str, format: HostFormat) -> Document<'a> {
    assert_eq!(detect(path, text), Some(format), "{path}");
    extract(format, text, Options::default())
}

#[track_caller]
fn check(path: &str, format: HostFormat, text: &str, expected: &[Row<'_>]) {
    let document = read(path, text, format);
    let found: Vec<Row<'_>> = document
        .sites
        .iter()
        .map(|site| (line(text, site.name.span.start()), &*site.name.text, site.value.text()))
        .collect();
    assert_eq!(found, expected);
    assert!(document.issues.is_empty());
}

#[track_caller]
fn issues(path: &str, format: HostFormat, text: &str, expected: &[(usize, HostIssueKind)]) {
    let document = read(path, text, format);
    let found: Vec<_> =
        document.issues.iter().map(|issue| (line(text, issue.span.start()), issue.kind)).collect();
    assert_eq!(found, expected);
}

#[test]
fn compose_reads_each_quoting_and_each_place_once() {
    let text = r#"x-env: &env
  AIRFLOW_CONN_PLAIN: http://h:80/a#b   # a comment
  AIRFLOW_CONN_SINGLE: 'http://it''s'
  AIRFLOW_CONN_DOUBLE: "http://\x68\
    /x"
  AIRFLOW_CONN_LITERAL: |
    http://h

  AIRFLOW_CONN_FOLDED: >-
    http://h
    /a

    b
  AIRFLOW__CORE__PARALLELISM: 8
  AIRFLOW_CONN_PASSED:
services:
  web:
    environment:
      <<: *env
      AIRFLOW_CONN_DOLLAR: x://a$$b:${P:-de}@$H/
  worker:
    environment: *env
  cron:
    command: ["AIRFLOW_CONN_NO=x://h"]
    environment:
      - AIRFLOW_CONN_LIST="x://h"
      - 'AIRFLOW_CONN_ITEM=x://''h'
      - AIRFLOW_CONN_PASSED
"#;
    check(
        "docker-compose.yml",
        HostFormat::Compose,
        text,
        &[
            (2, "AIRFLOW_CONN_PLAIN", "http://h:80/a#b"),
            (3, "AIRFLOW_CONN_SINGLE", "http://it's"),
            (4, "AIRFLOW_CONN_DOUBLE", "http://h/x"),
            (6, "AIRFLOW_CONN_LITERAL", "http://h\n"),
            (9, "AIRFLOW_CONN_FOLDED", "http://h /a\nb"),
            (14, "AIRFLOW__CORE__PARALLELISM", "8"),
            (20, "AIRFLOW_CONN_DOLLAR", "x://a$b:de@/"),
            (26, "AIRFLOW_CONN_LIST", "\"x://h\""),
            (27, "AIRFLOW_CONN_ITEM", "x://'h"),
        ],
    );
    let document = read("compose.override.yaml", text, HostFormat::Compose);
    assert_eq!(document.comments.len(), 1);
    let dollar = &document.sites[6];
    let unknown: Vec<_> = dollar.unknown.iter().map(|it| (it.start(), it.end())).collect();
    assert_eq!(unknown, [(8, 10), (11, 11)]);
    assert_eq!(dollar.encode("a$b").as_deref(), Some("a$$b"));
    // A block is followed line by line.
    let folded = &document.sites[4];
    let place = folded.value.map().to_raw(connlint_text::Span::new(9, 11));
    assert_eq!(place.of(text), "/a");
}

#[test]
fn compose_refuses_what_is_no_reference() {
    let text = "services:\n  a:\n    environment:\n      AIRFLOW_CONN_A: x://${a b}\n";
    let document = read("compose.yml", text, HostFormat::Compose);
    assert!(document.sites.is_empty());
    assert!(matches!(document.issues[0].kind, HostIssueKind::Refused(_)));
}

#[test]
fn kubernetes() {
    check(
        "k.yaml",
        HostFormat::Kubernetes,
        "apiVersion: v1
kind: ConfigMap
data:
  AIRFLOW_CONN_A: x://$(h)
  airflow.env: |
    AIRFLOW_CONN_IN_FILE='x://f'
---
apiVersion: v1
kind: Secret
data:
  AIRFLOW_CONN_B: eDovL2gK
  connections.yaml: YTogeDovL2gK
stringData: {AIRFLOW_CONN_C: 'x://h'}
---
apiVersion: apps/v1
kind: Deployment
spec:
  containers:
  - env:
    - {name: AIRFLOW_CONN_D, value: x://$(USER)@h$$(A)}
    - name: AIRFLOW_CONN_E
      valueFrom: {secretKeyRef: {name: a, key: b}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
spec:
  target: {template: {data: {AIRFLOW_CONN_F: 'x://{{ .user }}@h'}}}
",
        &[
            (4, "AIRFLOW_CONN_A", "x://$(h)"),
            (6, "AIRFLOW_CONN_IN_FILE", "x://f"),
            (11, "AIRFLOW_CONN_B", "x://h\n"),
            (12, "a", "x://h"),
            (13, "AIRFLOW_CONN_C", "x://h"),
            (20, "AIRFLOW_CONN_D", "x://@h$(A)"),
            (27, "AIRFLOW_CONN_F", "x://@h"),
        ],
    );
    issues(
        "k.yaml",
        HostFormat::Kubernetes,
        "apiVersion: v1\nkind: Secret\ndata:\n  AIRFLOW_CONN_B: x://h\n  AIRFLOW_CONN_C: '{{ .a }}'\n",
        &[(4, HostIssueKind::Refused("not base64: encode it, or write it under `stringData`"))],
    );
}

#[test]
fn helm_values() {
    let text = "enableBuiltInSecretEnvVars:
  AIRFLOW_CONN_AIRFLOW_DB: true
config:
  secrets:
    backend: a.b.C
    backend_kwargs: '{\"a\": 1}'
extraEnv: |
  - name: AIRFLOW_CONN_A
    value: 'x://it''s'
  - name: AIRFLOW_CONN_B
    value: {{ .Values.b | quote }}
extraSecrets:
  '{{ .Release.Name }}-a':
    data: |
      AIRFLOW_CONN_C: eDovL2g=
airflow:
  connections:
    - id: pg
      type: postgres
      port: 5432
      extra: |-
        {}
";
    let values = HostFormat::HelmValues;
    check(
        "values.yaml",
        values,
        text,
        &[
            (5, "AIRFLOW__SECRETS__BACKEND", "a.b.C"),
            (6, "AIRFLOW__SECRETS__BACKEND_KWARGS", "{\"a\": 1}"),
            (8, "AIRFLOW_CONN_A", "x://it's"),
            (10, "AIRFLOW_CONN_B", ""),
            (15, "AIRFLOW_CONN_C", "x://h"),
            (18, "pg", r#"{"conn_type":"postgres","port":5432,"extra":"{}"}"#),
        ],
    );
    let document = read("values.yaml", text, values);
    assert_eq!(document.sites[3].unknown.len(), 1);
    assert_eq!(document.sites[2].encode("a'b").as_deref(), Some("a''b"));
    check(
        "agent/values.yaml",
        values,
        "secretBackend: a.b.C\ncommonEnv:\n- name: AIRFLOW__SECRETS__BACKEND_KWARGS\n  value: '{}'\n",
        &[(1, "AIRFLOW__SECRETS__BACKEND", "a.b.C"), (3, "AIRFLOW__SECRETS__BACKEND_KWARGS", "{}")],
    );
}

#[test]
fn helm_templates_are_read_around_their_templates() {
    let text = "{{- define \"env\" }}
{{- if .Values.é }}
- name: AIRFLOW_CONN_A
  value: {{ .Values.a | quote }}
{{- end }}
{{- range $k, $v := .Values.b }}
- name: AIRFLOW_CONN_{{ $k }}
  value: {{ $v }}
{{- end }}
- name: AIRFLOW_CONN_C
  value: \"x://{{ .u }}:{{ .p }}@h:port/\"
{{- end }}
";
    let document = read("chart/templates/env.tpl", text, HostFormat::HelmTemplate);
    let found: Vec<_> = document.sites.iter().map(|site| site.value.text()).collect();
    assert_eq!(found, ["", "", "x://:@h:port/"]);
    assert!(document.sites.iter().all(|site| !site.unknown.is_empty()));
    assert!(document.issues.is_empty());
}

#[test]
fn ci_files() {
    check(
        ".github/workflows/a.yml",
        HostFormat::GithubActions,
        "env:
  AIRFLOW_CONN_A: ${{ secrets.A }}
jobs:
  a:
    env: {AIRFLOW_CONN_B: 'x://$h'}
    steps:
    - run: |
        export AIRFLOW_CONN_C='x://h'
      env:
        AIRFLOW_VAR_D: 1
",
        &[
            (2, "AIRFLOW_CONN_A", ""),
            (5, "AIRFLOW_CONN_B", "x://$h"),
            (8, "AIRFLOW_CONN_C", "x://h"),
            (10, "AIRFLOW_VAR_D", "1"),
        ],
    );
    check(
        ".gitlab-ci.yml",
        HostFormat::GitlabCi,
        "variables:
  AIRFLOW_CONN_A: x://$U@h$$
  AIRFLOW_CONN_B: {value: 'x://h', description: no}
a:
  script: [\"export AIRFLOW_CONN_C=x://h\"]
",
        &[
            (2, "AIRFLOW_CONN_A", "x://@h$"),
            (3, "AIRFLOW_CONN_B", "x://h"),
            (5, "AIRFLOW_CONN_C", "x://h"),
        ],
    );
    check(
        "azure-pipelines.yml",
        HostFormat::AzurePipelines,
        "variables:\n- name: AIRFLOW_CONN_A\n  value: x://$(u)@h\n- group: b\n",
        &[(2, "AIRFLOW_CONN_A", "x://@h")],
    );
}

#[test]
fn astro_deployment_and_task_definition() {
    check(
        "deployment.yaml",
        HostFormat::AstroDeployment,
        "deployment:
  environment_variables:
  - is_secret: true
    key: AIRFLOW_CONN_A
    value: \"\"
  - {is_secret: false, key: AIRFLOW_CONN_B, value: 'x://h'}
",
        &[(6, "AIRFLOW_CONN_B", "x://h")],
    );
    check(
        "task.json",
        HostFormat::EnvJson,
        r#"{"environment": [{"value": "x:\/\/h", "name": "AIRFLOW_CONN_A"},
 {"name": "AIRFLOW_CONN_S", "valueFrom": "arn"}],
 "more": {"AIRFLOW_CONN_B": "x://${h}"}, "key": "AIRFLOW_CONN_C"}"#,
        &[(1, "AIRFLOW_CONN_A", "x://h"), (3, "AIRFLOW_CONN_B", "x://")],
    );
}

#[test]
fn airflow_settings() {
    let text = "airflow:
  connections:
  - conn_id: pg
    conn_type: postgres
    conn_password: p
    conn_port: 5432
    conn_extra: {a: [1, x]}
  - conn_id: uri
    conn_type:
    conn_uri: x://h
  - conn_id:
    conn_type:
  - conn_id: text
    conn_type: http
    conn_extra: '{\"a\": 1}'
  variables:
  - variable_name: a
    variable_value: b
";
    check(
        "airflow_settings.yaml",
        HostFormat::AirflowSettings,
        text,
        &[
            (
                3,
                "pg",
                r#"{"conn_type":"postgres","password":"p","port":5432,"extra":{"a":[1,"x"]}}"#,
            ),
            (8, "uri", "x://h"),
            (13, "text", r#"{"conn_type":"http","extra":"{\"a\": 1}"}"#),
            (17, "a", "b"),
        ],
    );
    let document = read("airflow_settings.yaml", text, HostFormat::AirflowSettings);
    let roles: Vec<_> = document.sites.iter().map(|site| (site.role, site.form)).collect();
    let connection = Role::Connection;
    assert_eq!(
        roles,
        [
            (connection, Form::Object),
            (connection, Form::Text),
            (connection, Form::Object),
            (Role::Variable, Form::Text)
        ]
    );
    issues(
        "airflow_settings.yaml",
        HostFormat::AirflowSettings,
        "airflow:
  connections:
  - conn_id: a
    conn_type: http
    host: h
    conn_password: 0123
    conn_uri: x://h
  - &b
    conn_id: b
    conn_type: http
    conn_extra: {projectId: 1}
  - {<<: *b, conn_id: c}
",
        &[
            (5, HostIssueKind::Ignored("the key is `conn_host`")),
            (
                6,
                HostIssueKind::Misread(
                    "no text to YAML, which may change its digits: write it between quotes",
                ),
            ),
            (7, HostIssueKind::Ignored("`conn_uri` counts only where no other field is set")),
            (
                11,
                HostIssueKind::Misread(
                    "the key is taken in lower case: write `conn_extra` as JSON text",
                ),
            ),
        ],
    );
}

#[test]
fn what_is_malformed_is_read_up_to_there() {
    let text = "services:\n  a:\n    environment:\n      AIRFLOW_CONN_A: x://h\n      - b\n";
    let document = read("compose.yml", text, HostFormat::Compose);
    assert_eq!(document.sites.len(), 1);
    assert!(matches!(document.issues[..], [ref issue] if line(text, issue.span.start()) >= 4));
    // Whose file it is, nobody knows.
    let document = read("x.yaml", text.trim_start_matches("services:\n"), HostFormat::YamlEnv);
    assert!(document.issues.is_empty());
}

#[test]
fn other_yaml_is_not_looked_at() {
    for (path, text) in [
        ("values.yaml", "image: airflow\n"),
        ("compose.yml", "services:\n  a:\n    image: apache/airflow\n"),
        ("k.yaml", "apiVersion: v1\nkind: Secret\ndata: {A: b}\n"),
        ("x.json", r#"{"AIRFLOW": 1}"#),
    ] {
        assert_eq!(detect(path, text), None, "{path}");
    }
}

#[test]
fn templates_of_cloudformation() {
    for (properties, expected) in [
        ("Environment:\n  - Name: AIRFLOW_VAR_A\n    Value: '1'", Some("1")),
        ("Environment:\n  - {Name: AIRFLOW_VAR_A, Value: !Ref A}", None),
        ("Environment:\n  - Name: AIRFLOW_CONN_A\n    Value: !Sub 'x://${U}@h'", Some("x://@h")),
        ("Variables:\n  AIRFLOW_CONN_A: {'Fn::Sub': 'x://${U}@h'}", Some("x://@h")),
        ("AirflowConfigurationOptions:\n  secrets.backend: a.B", Some("a.B")),
        ("AirflowConfigurationOptions:\n  core.parallelism: 4", None),
        ("Name: airflow/connections/pg\nSecretString: !Sub 'x://${U}@h'", Some("x://@h")),
        ("Name: !Sub '${Stage}/connections/pg'\nSecretString: x://h", Some("x://h")),
        ("Name: /airflow/connections/pg\nType: String\nValue: x://h", Some("x://h")),
        ("Variables:\n  AIRFLOW_CONN_A: !Join ['', ['x://', !Ref U, '@h/', a]]", Some("x://@h/a")),
        (
            "Variables:\n  AIRFLOW_CONN_A: !Join\n    - '@'\n    - - x://u\n      - h",
            Some("x://u@h"),
        ),
        ("Variables:\n  AIRFLOW_CONN_A: {'Fn::Join': [':', [x, //h, 80]]}", Some("x://h:80")),
        ("Variables:\n  AIRFLOW_CONN_A: !Join ['', [!Ref A, !Ref B]]", None),
        ("Variables:\n  AIRFLOW_CONN_A: !Select [0, ['x://h', 'x://i']]", None),
        ("Variables:\n  AIRFLOW_CONN_A: !Sub ['x://${U}@h', {U: !Ref V}]", Some("x://@h")),
        (
            "secrets.backend_kwargs: !Join ['', ['{\"a\": \"', !Ref A, '\"}']]",
            Some("{\"a\": \"\"}"),
        ),
        (
            "Name: a/connections/pg\nSecretString: !Join ['', ['x://', !Ref U, '@h']]",
            Some("x://@h"),
        ),
        ("Name: max-connections-limit\nType: String\nValue: '100'", None),
        (
            "UserData:\n  Fn::Base64: !Sub |\n    #!/bin/sh\n    export AIRFLOW_CONN_A='x://h'",
            Some("x://h"),
        ),
        ("UserData: !Base64 \"export AIRFLOW_CONN_A='x://h'\"", Some("x://h")),
    ] {
        let properties = properties.replace('\n', "\n      ");
        let text =
            format!("Resources:\n  A:\n    Type: AWS::X::Y\n    Properties:\n      {properties}\n");
        let document = extract(HostFormat::CloudFormation, &text, Options::default());
        let values: Vec<_> = document.sites.iter().map(|site| site.value.text()).collect();
        assert_eq!(values, Vec::from_iter(expected), "{text}");
    }
}
