//! Files of all formats that have no strategy of their own, with connections as people write them
//! there.

use connlint_hosts::HostFormat::{
    self, AirflowSettings, AstroDeployment, AzurePipelines, Batch, CloudFormation, Compose,
    ConfigFile, Dockerfile, EnvJson, Environment, GithubActions, GitlabCi, HelmTemplate,
    HelmValues, Jenkinsfile, Kubernetes, Makefile, Markdown, Policy, PowerShell, Python,
    Requirements, Shell, Systemd, Terraform, YamlEnv,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::connection::{json_object, uri_text};
use super::kwargs::kwargs_text;
use super::{json_string, mangled, one_of, secret};

/// A way in which a format says something: what stands before, what is said once or more often, and
/// what stands behind. `NAME` is that of a variable, `VALUE` a connection, `SECRET` a password, and
/// `CLASS` and `KWARGS` are those of a secrets backend.
#[derive(Debug)]
struct Phrase(HostFormat, &'static str, &'static str, &'static str);

const PHRASES: &[Phrase] = &[
    Phrase(Compose, "services:\n  a:\n    environment:\n", "      NAME: VALUE\n", ""),
    Phrase(Compose, "services:\n  a:\n    environment:\n", "      - NAME=VALUE\n", ""),
    Phrase(Compose, "x-a: &a\n", "  NAME: VALUE\n", "services:\n  a:\n    environment: *a\n"),
    Phrase(HelmValues, "env:\n", "  - name: NAME\n    value: VALUE\n", ""),
    Phrase(HelmValues, "secret:\n", "  - envName: NAME\n    secretKey: SECRET\n", ""),
    Phrase(
        HelmTemplate,
        "env:\n  {{ if .Values.a }}\n",
        "  - name: NAME\n    value: VALUE\n",
        "  {{ end }}\n",
    ),
    Phrase(GithubActions, "jobs:\n  a:\n    env:\n", "      NAME: VALUE\n", ""),
    Phrase(
        GithubActions,
        "jobs:\n  a:\n    steps:\n",
        "      - run: |\n          export NAME=VALUE\n",
        "",
    ),
    Phrase(GitlabCi, "variables:\n", "  NAME: VALUE\n", ""),
    Phrase(AzurePipelines, "variables:\n", "  - name: NAME\n    value: VALUE\n", ""),
    Phrase(
        CloudFormation,
        "Resources:\n  A:\n    Type: AWS::MWAA::Environment\n    Properties:\n      AirflowConfigurationOptions:\n",
        "        secrets.backend_kwargs: KWARGS\n",
        "",
    ),
    Phrase(Kubernetes, "apiVersion: v1\nkind: Secret\nstringData:\n", "  NAME: VALUE\n", ""),
    Phrase(Kubernetes, "apiVersion: v1\nkind: Secret\ndata:\n", "  NAME: SECRET\n", ""),
    Phrase(
        AstroDeployment,
        "deployment:\n  environment_variables:\n",
        "    - is_secret: true\n      key: NAME\n      value: VALUE\n",
        "",
    ),
    Phrase(
        AirflowSettings,
        "airflow:\n  connections:\n",
        "    - conn_id: a\n      conn_type: postgres\n      conn_password: SECRET\n      conn_uri: VALUE\n",
        "",
    ),
    Phrase(YamlEnv, "", "NAME: VALUE\n", ""),
    Phrase(YamlEnv, "a:\n", "  NAME: |-\n    VALUE\n", ""),
    Phrase(EnvJson, "{", "\"NAME\": VALUE,\n", "\"z\": 1}\n"),
    Phrase(EnvJson, "[", "{\"name\": \"NAME\", \"value\": VALUE},\n", "{}]\n"),
    Phrase(Environment, "{", "\"NAME\": VALUE,\n", "\"z\": \"1\"}\n"),
    Phrase(ConfigFile, "[database]\n", "sql_alchemy_conn = VALUE\n", ""),
    Phrase(ConfigFile, "[secrets]\n", "backend = CLASS\nbackend_kwargs = KWARGS\n", ""),
    Phrase(Shell, "#!/bin/sh\n", "export NAME=VALUE\n", ""),
    Phrase(Shell, "", "airflow connections add a --conn-uri VALUE --conn-password SECRET\n", ""),
    Phrase(Shell, "", "vault kv put secret/connections/a conn_uri=VALUE password=SECRET\n", ""),
    Phrase(Shell, "", "curl -H \"X-Vault-Token: SECRET\" -d VALUE https://vault/v1/secret\n", ""),
    Phrase(Shell, "cat > .env <<EOF\n", "NAME=VALUE\n", "EOF\n"),
    Phrase(Dockerfile, "FROM apache/airflow\n", "ENV NAME=VALUE\n", ""),
    Phrase(Dockerfile, "FROM apache/airflow\n", "RUN NAME=VALUE airflow db migrate # SECRET\n", ""),
    Phrase(Makefile, "run:\n", "\tNAME=VALUE airflow scheduler\n", ""),
    Phrase(Makefile, "", "export NAME = VALUE\n", ""),
    Phrase(Systemd, "[Service]\n", "Environment=NAME=VALUE\n", ""),
    Phrase(PowerShell, "", "$env:NAME = VALUE\n", ""),
    Phrase(Batch, "", "set NAME=VALUE\n", ""),
    Phrase(Jenkinsfile, "pipeline {\n  environment {\n", "    NAME = VALUE\n", "  }\n}\n"),
    Phrase(Jenkinsfile, "node {\n", "  sh \"export NAME=VALUE\"\n", "}\n"),
    Phrase(
        Markdown,
        "# Connections\n\n",
        "```sh\nexport NAME=VALUE\n```\nThe password is SECRET.\n",
        "",
    ),
    Phrase(Markdown, "", "```yaml\nNAME: VALUE\n", ""),
    Phrase(
        Requirements,
        "apache-airflow==2.10.0\n",
        "--extra-index-url https://u:SECRET@h/simple\n",
        "",
    ),
    Phrase(
        Python,
        "import os\nfrom airflow.models import Connection\n",
        "os.environ[\"NAME\"] = VALUE\n",
        "",
    ),
    Phrase(
        Python,
        "from airflow.models import Connection\n",
        "Connection(conn_id=\"a\", conn_type=\"http\", password=VALUE)  # SECRET\n",
        "",
    ),
    Phrase(Terraform, "resource \"a\" \"b\" {\n", "  env = { NAME = VALUE }\n", "}\n"),
    Phrase(
        Terraform,
        "resource \"vault_kv_secret_v2\" \"a\" {\n",
        "  data_json = jsonencode({ conn_uri = VALUE, password = \"SECRET\" })\n",
        "}\n",
    ),
    Phrase(
        Policy,
        "",
        "# SECRET\npath \"secret/data/connections/*\" { capabilities = [\"read\"] }\n",
        "",
    ),
];

const NAMES: &[&str] =
    &["AIRFLOW_CONN_PG", "AIRFLOW_CONN_HTTP", "airflow_conn_low", "AIRFLOW_VAR_KEY", "DB_PASSWORD"];

/// A file of that format; `None` where nothing here says how it is written.
pub(crate) fn file(format: HostFormat) -> Option<BoxedStrategy<String>> {
    let phrases: Vec<&Phrase> = PHRASES.iter().filter(|phrase| phrase.0 == format).collect();
    if phrases.is_empty() {
        return None;
    }
    let file = (select(phrases), 1..4_usize).prop_flat_map(|(phrase, count)| {
        prop::collection::vec(said(phrase.2), count)
            .prop_map(move |said| format!("{}{}{}", phrase.1, said.concat(), phrase.3))
    });
    let whole = file.clone().boxed();
    // Cut off, or with a character too many, as when somebody types.
    let typed =
        (file, any::<Index>(), one_of(&["", "\"", "'", "\n", "{", "}", "\\", "#", ":", " "]));
    let typed = typed.prop_map(|(file, at, insert)| {
        let at = at.index(file.len() + 1);
        let at = (0..=at).rev().find(|&at| file.is_char_boundary(at)).unwrap_or(0);
        let rest = if insert.is_empty() { "" } else { &file[at..] };
        format!("{}{insert}{rest}", &file[..at])
    });
    Some(prop_oneof![3 => whole, 1 => typed].boxed())
}

/// A phrase, said of something.
fn said(phrase: &'static str) -> BoxedStrategy<String> {
    let value = prop_oneof![
        3 => uri_text(),
        2 => json_object(),
        1 => mangled(json_object()),
        1 => secret(),
    ];
    let fill =
        move |(name, value, secret, (class, kwargs)): (&str, String, String, (String, String))| {
            let values = [
                ("NAME", name.to_owned()),
                ("VALUE", value),
                ("SECRET", secret),
                ("CLASS", class),
                ("KWARGS", kwargs),
            ];
            values.iter().fold(phrase.to_owned(), |text, (word, value)| text.replace(word, value))
        };
    (select(NAMES), quoted(value.boxed()), secret(), kwargs_text()).prop_map(fill).boxed()
}

/// A text in quotes, in the right ones or not.
fn quoted(text: BoxedStrategy<String>) -> BoxedStrategy<String> {
    (text, 0..6_u8)
        .prop_map(|(text, how)| match how {
            0 => text,
            1 => format!("'{text}'"),
            2 => format!("'{}'", text.replace('\'', "''")),
            3 => format!("\"{text}\""),
            _ => json_string(&text),
        })
        .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_files_of_its_own() {
        let without: Vec<_> = HostFormat::ALL
            .iter()
            .filter(|format| file(**format).is_none())
            .map(|format| format.name())
            .collect();
        // These have strategies of their own.
        let own = [
            "connections-env",
            "dotenv",
            "vault-json",
            "connections-json",
            "connections-yaml",
            "uri",
        ];
        assert!(without.iter().all(|name| own.contains(name)), "{without:?}");
    }
}
