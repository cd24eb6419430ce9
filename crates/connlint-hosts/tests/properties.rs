//! What holds for any text.

use connlint_hosts::dotenv::{EntryReading, may_diverge, read_entry_as};
use connlint_hosts::{Consumer, Document, HostFormat, Options, Quoting, detect, extract};
use connlint_text::{DecodedText, Raw, Span};
use proptest::prelude::*;

const FORMATS: &[HostFormat] = HostFormat::ALL;

/// Pieces that mean something to one format or another.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "AIRFLOW_CONN_A",
        "AIRFLOW_VAR_B",
        "K",
        "=",
        " = ",
        ": ",
        "'",
        "\"",
        "\\",
        "\\n",
        "\\'",
        "\\\"",
        "\\0123",
        "$",
        "$$",
        "$A",
        "${A}",
        "${A:-d}",
        "${A:-${B:-c}}",
        "${A:?",
        "${",
        "}",
        "{",
        "[",
        "]",
        ",",
        "#",
        " #",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\u{feff}",
        "\u{85}",
        "\u{a0}",
        "é",
        "\u{1f40d}",
        "\0",
        "export ",
        "a",
        "http://h",
        "\"data\": ",
        "\"a\": ",
        "null",
        "- ",
        "\n  ",
        "&a ",
        "*a",
        "<<: ",
        "|\n",
        ">-\n",
        "!!str ",
        "~",
        "12",
        "`",
        "$(",
        ")",
        ";",
        "&",
        "\"conn_uri\"",
        "\"metadata\": {\"version\": 1}",
        "---\n",
        "%",
        "@",
        "\\u00e9",
        "{{ ",
        " }}",
        "{% if %}",
        "AIRFLOW_CONN_A: ",
        "- name: AIRFLOW_CONN_A\n  value: ",
        "\nenvironment:\n",
        "- AIRFLOW_CONN_B=",
        "apiVersion: v1\nkind: Secret\ndata:\n  ",
        "extraEnv: |2-\n",
        "data: >\n",
        "airflow:\n  connections:\n  - conn_id: a\n    conn_extra: ",
        "\n\n",
        "YQ==",
        "\\ud800",
        "path \"a\" {",
        "jsonencode(",
        "resource \"vault_policy\" \"a\" {\n policy = ",
        "resource \"vault_kv_secret_v2\" \"a\" {\n name = \"connections/a\"\n data_json = ",
        "<<-E\n",
        "E\n",
        "ENV ",
        "RUN ",
        "<<EOF\n",
        "EOF\n",
        "cat > .env ",
        "echo ",
        ">> .env",
        "vault kv put connections/a ",
        "conn_uri=",
        "airflow connections add a ",
        "--conn-uri ",
        "--conn-host=",
        "bash -c ",
        " | ",
        "```sh\n",
        "```\n",
        "$'",
        "::\n\n   ",
        "[secrets]\nbackend_kwargs=",
        "%%",
        "os.environ['AIRFLOW_VAR_A'] = ",
        "os.environ[\"AIRFLOW_CONN_A\"] = f\"",
        "from airflow.models import Connection, Variable\n",
        "Connection(conn_id='a', conn_type=",
        "json.dumps({",
        "BaseHook.get_connection('",
        "\u{27}\u{27}\u{27}",
        "\"\"\"",
        "r'",
        "\\N{DASH}",
        "\\x41",
        "(",
        ", ",
        "lambda: ",
        "{{ conn.a.host }}",
        "%(",
        ")s",
        "\tAIRFLOW_CONN_A=$(X)'$$(Y)",
        "export AIRFLOW_CONN_A := ",
        "\\#",
        "\\\n",
        "[Service]\nEnvironment=AIRFLOW_CONN_A=",
        "\nExecStart=-",
        "docker run -e AIRFLOW_VAR_A=",
        "helm install a c --set ",
        "set AIRFLOW_VAR_A=",
        "set \"AIRFLOW_VAR_A=",
        "^",
        "%A%",
        "Environment=\"AIRFLOW_VAR_B=",
        "%h",
        "\\x41",
        "$env:AIRFLOW_CONN_A = ",
        "@'\n",
        "\n'@",
        "@\"\n",
        "\n\"@",
        "[Environment]::SetEnvironmentVariable('AIRFLOW_VAR_B', ",
        "\u{2019}",
        "sh '''",
        "withEnv(['AIRFLOW_CONN_A=",
        "<#",
        "/*",
    ]);
    prop_oneof![
        4 => prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

/// Every span lies in the text and between characters; what is verbatim is the same on both sides.
fn is_sound(document: &Document<'_>) -> Result<(), TestCaseError> {
    let fits = |span: Span<Raw>| document.text.get(span.range()).is_some();
    for site in &document.sites {
        prop_assert!(fits(site.span) && fits(site.value_span) && fits(site.name.span), "{site:?}");
        prop_assert!(site.span.covers(site.value_span), "{:?}", site);
        is_sound_value(document.text, &site.value)?;
        let len = site.value.map().decoded_len();
        for unknown in &site.unknown {
            prop_assert!(unknown.end() <= len);
            prop_assert!(site.value.text().get(unknown.range()).is_some());
        }
    }
    for issue in &document.issues {
        prop_assert!(fits(issue.span), "{:?}", issue);
    }
    for comment in &document.comments {
        prop_assert!(fits(*comment), "{:?}", comment);
    }
    Ok(())
}

fn is_sound_value(text: &str, value: &DecodedText<'_>) -> Result<(), TestCaseError> {
    prop_assert_eq!(value.map().decoded_len() as usize, value.text().len());
    for run in value.map().runs() {
        prop_assert!(text.get(run.raw.range()).is_some(), "{:?}", run);
        prop_assert!(value.text().get(run.decoded.range()).is_some(), "{:?}", run);
        if run.verbatim {
            prop_assert_eq!(run.raw.of(text), run.decoded.of(value.text()));
        }
    }
    Ok(())
}

/// A document with `raw` as its one value, written in a place of that kind.
fn document_with(quoting: Quoting, raw: &str) -> (HostFormat, String) {
    match quoting {
        Quoting::ConfigValue => {
            (HostFormat::ConfigFile, format!("[secrets]\nbackend_kwargs = {raw}\n"))
        }
        Quoting::HclString => (HostFormat::Terraform, format!("AIRFLOW_VAR_A = \"{raw}\"\n")),
        Quoting::Line => (HostFormat::ConnectionsEnv, format!("id={raw}\n")),
        Quoting::JsonString => (HostFormat::ConnectionsJson, format!("{{\"id\": \"{raw}\"}}")),
        Quoting::DotenvBare(_) => (HostFormat::Dotenv, format!("AIRFLOW_VAR_A={raw}\n")),
        Quoting::DotenvSingle(_) => (HostFormat::Dotenv, format!("AIRFLOW_VAR_A='{raw}'\n")),
        Quoting::DotenvDouble(_) => (HostFormat::Dotenv, format!("AIRFLOW_VAR_A=\"{raw}\"\n")),
        Quoting::YamlPlain => (HostFormat::ConnectionsYaml, format!("id: {raw}\n")),
        Quoting::YamlSingle => (HostFormat::ConnectionsYaml, format!("id: '{raw}'\n")),
        Quoting::YamlDouble => (HostFormat::ConnectionsYaml, format!("id: \"{raw}\"\n")),
        Quoting::YamlBlock => (HostFormat::ConnectionsYaml, format!("id: |-\n  {raw}\n")),
        Quoting::ShellBare => (HostFormat::Shell, format!("AIRFLOW_VAR_A={raw}\n")),
        Quoting::ShellSingle => (HostFormat::Shell, format!("AIRFLOW_VAR_A='{raw}'\n")),
        Quoting::ShellDouble => (HostFormat::Shell, format!("AIRFLOW_VAR_A=\"{raw}\"\n")),
        Quoting::PythonSingle => {
            (HostFormat::Python, format!("os.environ['AIRFLOW_VAR_A'] = '{raw}'\n"))
        }
        Quoting::PythonDouble => {
            (HostFormat::Python, format!("os.environ['AIRFLOW_VAR_A'] = \"\"\"{raw}\"\"\"\n"))
        }
        Quoting::DockerBare => (HostFormat::Dockerfile, format!("ENV AIRFLOW_VAR_A={raw}\n")),
        Quoting::DockerSingle => (HostFormat::Dockerfile, format!("ENV AIRFLOW_VAR_A='{raw}'\n")),
        Quoting::DockerDouble => (HostFormat::Dockerfile, format!("ENV AIRFLOW_VAR_A=\"{raw}\"\n")),
        Quoting::MakeValue => (HostFormat::Makefile, format!("AIRFLOW_VAR_A = {raw}\n")),
        Quoting::SystemdBare => (HostFormat::Systemd, unit(&format!("AIRFLOW_VAR_A={raw}"))),
        Quoting::SystemdSingle => (HostFormat::Systemd, unit(&format!("'AIRFLOW_VAR_A={raw}'"))),
        Quoting::SystemdDouble => (HostFormat::Systemd, unit(&format!("\"AIRFLOW_VAR_A={raw}\""))),
        Quoting::PowerShellBare => {
            (HostFormat::PowerShell, format!("docker run -e AIRFLOW_VAR_A={raw}\n"))
        }
        Quoting::PowerShellSingle => {
            (HostFormat::PowerShell, format!("$env:AIRFLOW_VAR_A = '{raw}'\n"))
        }
        Quoting::PowerShellDouble => {
            (HostFormat::PowerShell, format!("$env:AIRFLOW_VAR_A = \"{raw}\"\n"))
        }
        Quoting::BatchBare => (HostFormat::Batch, format!("set AIRFLOW_VAR_A={raw}\r\n")),
        Quoting::BatchQuoted => (HostFormat::Batch, format!("set \"AIRFLOW_VAR_A={raw}\"\r\n")),
        Quoting::GroovySingle => (HostFormat::Jenkinsfile, format!("AIRFLOW_VAR_A = '{raw}'\n")),
        Quoting::GroovyDouble => (HostFormat::Jenkinsfile, format!("AIRFLOW_VAR_A = \"{raw}\"\n")),
        _ => unreachable!("not written as a value of its own"),
    }
}

fn unit(environment: &str) -> String {
    format!("[Service]\nEnvironment={environment}\n")
}

/// Documents of each format that takes values apart, with places for values: `x1x` and `x2x`, or what
/// stands for them in base64.
const DOCUMENTS: &[(HostFormat, &str)] = &[
    (HostFormat::ConnectionsEnv, "a=http://x1x\n# c\nb=http://x2x\n"),
    (HostFormat::Dotenv, "AIRFLOW_VAR_A=x1x\n# c\nexport AIRFLOW_VAR_B='x2x'\n"),
    (HostFormat::Dotenv, "OTHER=1\r\nAIRFLOW_VAR_A=\"x1x\"\r\nAIRFLOW_VAR_B=x2x\r\n"),
    (
        HostFormat::VaultJson,
        r#"{"data": {"data": {"conn_uri": "x1x"}, "metadata": {"version": 1}}}"#,
    ),
    (HostFormat::ConnectionsJson, "{\n  \"a\": \"x1x\",\n  \"b\": \"x2x\"\n}\n"),
    (HostFormat::ConnectionsYaml, "# c\na: x1x\nb: 'x2x'\n"),
    (HostFormat::ConnectionsYaml, "a: \"x1x\"  # c\nb: |-\n  x2x\n"),
    (
        HostFormat::AirflowSettings,
        "airflow:\n  variables:\n    - variable_name: a\n      variable_value: x1x\n    \
         - {variable_name: b, variable_value: \"x2x\"}\n",
    ),
    (
        HostFormat::Compose,
        "services:\n  a:\n    environment:\n      AIRFLOW_VAR_A: x1x\n      AIRFLOW_VAR_B: 'x2x'\n",
    ),
    (
        HostFormat::Compose,
        "services:\n  a:\n    environment:\n      - AIRFLOW_VAR_A=x1x\n      - \"AIRFLOW_VAR_B=x2x\"\n",
    ),
    (
        HostFormat::HelmTemplate,
        "data:\n  A: {{ .Values.a }}\n  AIRFLOW_VAR_A: \"x1x\"\n  AIRFLOW_VAR_B: x2x\n",
    ),
    (
        HostFormat::GithubActions,
        "env:\n  AIRFLOW_VAR_A: x1x\njobs:\n  a:\n    steps:\n      - run: |\n          \
         export AIRFLOW_VAR_B='x2x'\n",
    ),
    (
        HostFormat::GitlabCi,
        "variables:\n  AIRFLOW_VAR_A: \"x1x\"\na:\n  script:\n    - export AIRFLOW_VAR_B=x2x\n",
    ),
    (
        HostFormat::AzurePipelines,
        "variables:\n  AIRFLOW_VAR_A: x1x\nsteps:\n  - bash: |\n      export AIRFLOW_VAR_B=\"x2x\"\n",
    ),
    (
        HostFormat::CloudFormation,
        "Resources:\n  A:\n    Type: AWS::X::Y\n    Properties:\n      Environment:\n        \
         - Name: AIRFLOW_VAR_A\n          Value: 'x1x'\n        - {Name: AIRFLOW_VAR_B, Value: \"x2x\"}\n",
    ),
    (
        HostFormat::Kubernetes,
        "apiVersion: v1\nkind: Secret\ndata:\n  AIRFLOW_VAR_A: eDF4\nstringData:\n  AIRFLOW_VAR_B: x2x\n",
    ),
    (
        HostFormat::Kubernetes,
        "apiVersion: v1\nkind: Secret\ndata:\n  AIRFLOW_VAR_A: \"eDF4\"\n  AIRFLOW_VAR_B: 'eDJ4'\n",
    ),
    (
        HostFormat::AstroDeployment,
        "deployment:\n  environment_variables:\n    - key: AIRFLOW_VAR_A\n      value: x1x\n    \
         - key: AIRFLOW_VAR_B\n      value: \"x2x\"\n",
    ),
    (
        HostFormat::HelmValues,
        "env:\n  - name: AIRFLOW_VAR_A\n    value: 'x1x'\nextraEnv: |\n  - name: AIRFLOW_VAR_B\n    \
         value: \"x2x\"\n",
    ),
    (HostFormat::YamlEnv, "a:\n  AIRFLOW_VAR_A: x1x\n  AIRFLOW_VAR_B: \"x2x\"\n"),
    (
        HostFormat::EnvJson,
        r#"[{"name": "AIRFLOW_VAR_A", "value": "x1x"}, {"AIRFLOW_VAR_B": "x2x"}]"#,
    ),
    (HostFormat::Environment, r#"{"AIRFLOW_VAR_A": "x1x", "AIRFLOW_VAR_B": "x2x"}"#),
    (
        HostFormat::ConfigFile,
        "[core]\na = b\n[secrets]\nbackend = x1x\nbackend_kwargs = x2x\n# c\n",
    ),
    (HostFormat::Shell, "export AIRFLOW_VAR_A=x1x\nAIRFLOW_VAR_B=\"x2x\"\n"),
    (
        HostFormat::Shell,
        "cat > .env <<EOF\nAIRFLOW_VAR_A=x1x\nEOF\ndocker run -e 'AIRFLOW_VAR_B=x2x' a\n",
    ),
    (HostFormat::Dockerfile, "FROM a\nENV AIRFLOW_VAR_A=x1x\nENV AIRFLOW_VAR_B=\"x2x\"\n"),
    (HostFormat::Makefile, "AIRFLOW_VAR_A = x1x\na:\n\texport AIRFLOW_VAR_B='x2x'\n"),
    (
        HostFormat::Systemd,
        "[Service]\nEnvironment=AIRFLOW_VAR_A=x1x \"AIRFLOW_VAR_B=x2x\"\nType=simple\n",
    ),
    (HostFormat::PowerShell, "$env:AIRFLOW_VAR_A = 'x1x'\n$env:AIRFLOW_VAR_B = \"x2x\"\n"),
    (HostFormat::Batch, "@echo off\r\nset AIRFLOW_VAR_A=x1x\r\nset \"AIRFLOW_VAR_B=x2x\"\r\n"),
    (
        HostFormat::Jenkinsfile,
        "environment {\n  AIRFLOW_VAR_A = 'x1x'\n  AIRFLOW_VAR_B = \"x2x\"\n}\n",
    ),
    (
        HostFormat::Markdown,
        "# A\n\n```sh\nexport AIRFLOW_VAR_A='x1x'\n```\n\n```sh\nAIRFLOW_VAR_B=\"x2x\"\n```\n",
    ),
    (
        HostFormat::Python,
        "os.environ['AIRFLOW_VAR_A'] = 'x1x'\nos.environ[\"AIRFLOW_VAR_B\"] = \"x2x\"\n",
    ),
    (
        HostFormat::Terraform,
        "a = {\n  AIRFLOW_VAR_A = \"x1x\"\n}\nb = jsonencode({ AIRFLOW_VAR_B = \"x2x\" })\n",
    ),
    (HostFormat::UriLines, "http://x1x/a\n# c\nhttp://x2x/b\n"),
];

/// The place in the list of the innermost site whose value holds a text.
fn site_with(document: &Document<'_>, text: &str) -> Option<usize> {
    let sites = document.sites.iter().enumerate();
    let holding = sites.filter(|(_, site)| site.value.text().contains(text));
    holding.min_by_key(|(_, site)| site.value.text().len()).map(|(index, _)| index)
}

fn quotings() -> Vec<(Quoting, Consumer)> {
    let mut all = vec![
        (Quoting::ConfigValue, Consumer::Compose),
        (Quoting::HclString, Consumer::Compose),
        (Quoting::Line, Consumer::Compose),
        (Quoting::JsonString, Consumer::Compose),
        (Quoting::YamlPlain, Consumer::Compose),
        (Quoting::YamlSingle, Consumer::Compose),
        (Quoting::YamlDouble, Consumer::Compose),
        (Quoting::YamlBlock, Consumer::Compose),
        (Quoting::ShellBare, Consumer::Compose),
        (Quoting::ShellSingle, Consumer::Compose),
        (Quoting::ShellDouble, Consumer::Compose),
        (Quoting::PythonSingle, Consumer::Compose),
        (Quoting::PythonDouble, Consumer::Compose),
        (Quoting::DockerBare, Consumer::Compose),
        (Quoting::DockerSingle, Consumer::Compose),
        (Quoting::DockerDouble, Consumer::Compose),
        (Quoting::PowerShellBare, Consumer::Compose),
        (Quoting::PowerShellSingle, Consumer::Compose),
        (Quoting::PowerShellDouble, Consumer::Compose),
        (Quoting::GroovySingle, Consumer::Compose),
        (Quoting::BatchBare, Consumer::Compose),
        (Quoting::BatchQuoted, Consumer::Compose),
        (Quoting::GroovyDouble, Consumer::Compose),
        (Quoting::MakeValue, Consumer::Compose),
        (Quoting::SystemdBare, Consumer::Compose),
        (Quoting::SystemdSingle, Consumer::Compose),
        (Quoting::SystemdDouble, Consumer::Compose),
    ];
    for &consumer in Consumer::ALL {
        all.push((Quoting::DotenvBare(consumer), consumer));
        all.push((Quoting::DotenvSingle(consumer), consumer));
        all.push((Quoting::DotenvDouble(consumer), consumer));
    }
    all
}

#[test]
fn every_format_with_values_has_documents() {
    // Their values are whole texts: packages, and policies.
    let whole = [HostFormat::Requirements, HostFormat::Policy];
    for format in FORMATS.iter().filter(|format| !whole.contains(format)) {
        let mut documents = DOCUMENTS.iter().filter(|(known, _)| known == format).peekable();
        assert!(documents.peek().is_some(), "{format:?}");
        for (_, text) in documents {
            let document = extract(*format, text, Options::default());
            let is_found = |mark| !text.contains(mark) || site_with(&document, mark).is_some();
            assert!(is_found("x1x") && is_found("x2x"), "{text}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in text()) {
        for &format in FORMATS {
            for &consumer in Consumer::ALL {
                let document = extract(format, &text, Options { consumer });
                is_sound(&document)?;
                if format != HostFormat::Dotenv {
                    break;
                }
                for site in &document.sites {
                    for &other in Consumer::ALL {
                        let read = read_entry_as(&text, site.span, &site.name.text, other);
                        if let EntryReading::Value(value) = read {
                            is_sound_value(&text, &value)?;
                        }
                    }
                }
            }
        }
        for path in [".env", "connections.json", "x.json", "x.yaml", "connections.env", "a.env"] {
            detect(path, &text);
        }
    }

    #[test]
    fn what_is_encoded_reads_back(text in text()) {
        for (quoting, consumer) in quotings() {
            let Some(raw) = quoting.encode(&text) else { continue };
            // An empty value between no quotes is read as none by some.
            if text.is_empty() {
                continue;
            }
            let (format, file) = document_with(quoting, &raw);
            let document = extract(format, &file, Options { consumer });
            // Text that looks like a template is one.
            if format == HostFormat::Python && text.contains(['{', '$']) {
                continue;
            }
            prop_assert_eq!(document.sites.len(), 1, "{:?} {:?}", quoting, &file);
            let site = &document.sites[0];
            prop_assert_eq!(site.value.text(), &text, "{:?} {:?}", quoting, &file);
            prop_assert!(site.unknown.is_empty());
        }
    }

    /// The same through two layers: that of a format string, and that of Python.
    #[test]
    fn what_is_encoded_into_a_format_string_reads_back(text in text(), quote in 0..4usize) {
        let quote = ["'", "\"", "\"\"\"", "\u{27}\u{27}\u{27}"][quote];
        let file = |raw: &str| format!("os.environ['AIRFLOW_VAR_A'] = f{quote}{{x}}y{raw}{quote}\n");
        let plain = file("x");
        let plain = extract(HostFormat::Python, &plain, Options::default());
        let Some(raw) = plain.sites[0].encode(&text) else { unreachable!("all can be written") };
        let file = file(&raw);
        let document = extract(HostFormat::Python, &file, Options::default());
        prop_assert_eq!(document.sites.len(), 1, "{}", &file);
        prop_assert_eq!(document.sites[0].value.text(), format!("y{text}"), "{}", &file);
    }

    /// The same through two layers: that of the variables, and that of YAML.
    #[test]
    fn what_is_encoded_beside_variables_reads_back(text in text(), quote in 0..4usize) {
        let (before, after) = [("", ""), ("'", "'"), ("\"", "\""), ("|-\n      ", "")][quote];
        let (compose, gitlab) = (HostFormat::Compose, HostFormat::GitlabCi);
        for (format, key) in [(compose, "environment"), (gitlab, "variables"), (HostFormat::Kubernetes, "env")] {
            let file = |raw: &str| format!("a:\n  {key}:\n    AIRFLOW_VAR_A: {before}{raw}{after}\n");
            let plain = file("x");
            let plain = extract(format, &plain, Options::default());
            prop_assert_eq!(plain.sites.len(), 1);
            let Some(raw) = plain.sites[0].encode(&text) else { continue };
            // Text that looks like a template is one.
            if text.is_empty() || text.contains(['{', '$']) && text.contains(['{', '(']) {
                continue;
            }
            let file = file(&raw);
            let document = extract(format, &file, Options::default());
            prop_assert_eq!(document.sites.len(), 1, "{}", &file);
            prop_assert_eq!(document.sites[0].value.text(), &text, "{}", &file);
            prop_assert!(document.sites[0].unknown.is_empty());
        }
    }

    /// Decoded and encoded again, every value of a whole document has the bytes that it had, and
    /// what stands around it is the same.
    #[test]
    fn whole_documents_come_back_byte_for_byte(one in text(), two in text()) {
        for &(format, plain) in DOCUMENTS {
            let read = |text| extract(format, text, Options::default());
            let document = read(plain);
            let mut file = plain.to_owned();
            let mut values = Vec::new();
            // From behind, so that places in front stay where they are.
            for (mark, text) in [("x2x", &two), ("x1x", &one)] {
                let Some(index) = site_with(&document, mark) else { continue };
                let site = &document.sites[index];
                // Text that looks like a template is one.
                let text = if text.contains(['{', '$', '<']) { "é" } else { text };
                let whole = site.value.text().replace(mark, text);
                let written = site.encode(&whole).filter(|_| !text.is_empty());
                if let Some(written) = written {
                    file.replace_range(site.value.raw().range(), &written);
                    values.push((index, whole, written));
                }
            }
            let document = read(&file);
            prop_assert_eq!(document.sites.len(), read(plain).sites.len(), "{:?}", &file);
            for (index, value, written) in values {
                let site = &document.sites[index];
                prop_assert_eq!(site.value.text(), &value, "{:?}", &file);
                prop_assert_eq!(site.value.raw().of(&file), &written, "{:?}", &file);
                // What is pieced together, such as a word of a shell with a quote in it, is left alone.
                if site.quoting != Quoting::Opaque {
                    prop_assert_eq!(site.encode(site.value.text()), Some(written), "{:?}", &file);
                }
            }
        }
    }

    /// Plain text goes everywhere.
    #[test]
    fn plain_text_is_encoded(text in "[a-z]{1,4}://[a-z0-9._%:@/?=+-]{0,20}[a-z0-9]") {
        for (quoting, _) in quotings() {
            let raw = quoting.encode(&text);
            let doubles_percent = matches!(
                quoting,
                Quoting::ConfigValue
                    | Quoting::BatchBare
                    | Quoting::BatchQuoted
                    | Quoting::SystemdBare
                    | Quoting::SystemdSingle
                    | Quoting::SystemdDouble
            );
            let written =
                if doubles_percent { text.replace('%', "%%") } else { text.clone() };
            prop_assert_eq!(raw, Some(written), "{:?}", quoting);
        }
    }

    #[test]
    fn entries_that_cannot_diverge_do_not(
        value in prop_oneof![
            "[a-zA-Z0-9_./:@%?=+,-]{1,20}",
            "'[ -~]{1,20}'",
            "'[a-z\u{a0}\u{85}é{}\":,#$ ]{1,12}'",
            "[ -~]{1,12}",
            "[{}\":,'a&=;()` -]{1,12}",
        ],
        with_shell in any::<bool>(),
    ) {
        let entry = format!("K={value}\n");
        let is_asked = |reader: &&Consumer| with_shell || **reader != Consumer::Shell;
        let readers: Vec<_> = Consumer::ALL.iter().filter(is_asked).copied().collect();
        if may_diverge(&entry, &readers) {
            return Ok(());
        }
        let read = |consumer| {
            let span = Span::from_range(0..entry.len());
            match read_entry_as(&entry, span, "K", consumer) {
                EntryReading::Value(value) => Some(value.text().to_owned()),
                _ => None,
            }
        };
        let first = read(Consumer::Compose);
        prop_assert!(first.is_some());
        for consumer in readers {
            prop_assert_eq!(read(consumer), first.clone(), "{:?} {:?}", consumer, &entry);
        }
    }
}
