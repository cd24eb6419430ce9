//! The list of host formats.
//!
//! A format is a module with two functions and a line in [`formats!`]: `detects` says whether a
//! file is of that format, `extract` finds its sites. The first format of the list that detects a
//! file reads it.

use crate::env_yaml::{
    astro_deployment, azure_pipelines, compose, github_actions, gitlab_ci, helm_template,
    helm_values, kubernetes, yaml_env,
};
use crate::{
    Document, Options, airflow_settings, config_file, connections_env, connections_json,
    connections_yaml, dockerfile, dotenv, env_json, jenkinsfile, makefile, markdown, policy_file,
    powershell, python, requirements, shell, systemd, terraform, uri_lines, vault_json,
};

/// A file whose format is to be told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct File<'a> {
    /// The path, as it was given.
    pub(crate) path: &'a str,
    /// The last part of the path, in lower case.
    pub(crate) name: &'a str,
    /// What stands behind the last dot of the name; empty where there is none.
    pub(crate) extension: &'a str,
    /// The text.
    pub(crate) text: &'a str,
}

impl File<'_> {
    /// Whether the text has any of these words; a byte search, much faster than any parser.
    pub(crate) fn mentions(&self, words: &[&str]) -> bool {
        let text = self.text.as_bytes();
        words.iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
    }

    /// Whether the text speaks of Airflow's settings, in upper or lower case.
    pub(crate) fn mentions_airflow(&self) -> bool {
        self.mentions(&["IRFLOW_", "irflow_"])
    }
}

macro_rules! formats {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $summary:literal => $module:ident;)+) => {
        /// The format of a host document.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum HostFormat {
            $($(#[doc = $doc])+ $variant),+
        }

        impl HostFormat {
            /// All of them, in the order they are tried in.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name on the command line, in configuration and in output.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What it is, in a few words.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary),+ }
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|format| format.name() == name)
            }

            fn detects(self, file: &File<'_>) -> bool {
                match self { $(Self::$variant => $module::detects(file)),+ }
            }
        }

        /// Finds the sites of `text`, read as `format`.
        ///
        /// Reading is total: what is malformed is in [`Document::issues`], and what can still be
        /// read is read.
        pub fn extract(format: HostFormat, text: &str, options: Options) -> Document<'_> {
            let mut document =
                match format { $(HostFormat::$variant => $module::extract(text, options)),+ };
            document.marks.sort_unstable();
            document
        }
    };
}

formats! {
    /// `id=uri` lines, as `airflow connections export` writes them.
    ConnectionsEnv "connections-env" "airflow connections export as id=uri lines" => connections_env;
    /// `KEY=value` lines: `.env` and its kin.
    Dotenv "dotenv" "KEY=value lines, a .env file" => dotenv;
    /// What `vault kv get -format=json` prints, KV version 1 or 2.
    VaultJson "vault-json" "what vault kv get -format=json prints" => vault_json;
    /// `airflow connections export` as JSON: an object of connection id to object or URI.
    ConnectionsJson "connections-json" "airflow connections export as JSON" => connections_json;
    /// The same as YAML.
    ConnectionsYaml "connections-yaml" "airflow connections export as YAML" => connections_yaml;
    /// `airflow_settings.yaml` of an Astro project.
    AirflowSettings "airflow-settings" "airflow_settings.yaml of an Astro project" => airflow_settings;
    /// `docker-compose.yml` and its overrides.
    Compose "compose" "docker-compose.yml and its overrides" => compose;
    /// Helm templates.
    HelmTemplate "helm-template" "Helm templates" => helm_template;
    /// Workflows and actions of GitHub.
    GithubActions "github-actions" "workflows and actions of GitHub" => github_actions;
    /// `.gitlab-ci.yml`.
    GitlabCi "gitlab-ci" ".gitlab-ci.yml" => gitlab_ci;
    /// `azure-pipelines.yml`.
    AzurePipelines "azure-pipelines" "azure-pipelines.yml" => azure_pipelines;
    /// Kubernetes manifests.
    Kubernetes "kubernetes" "ConfigMaps, Secrets and workloads of Kubernetes" => kubernetes;
    /// The Deployment file of `astro deployment inspect` and `create`, as YAML.
    AstroDeployment "astro-deployment" "the Deployment file of Astro" => astro_deployment;
    /// The values of Airflow's Helm charts.
    HelmValues "helm-values" "the values of Airflow's Helm charts" => helm_values;
    /// Other YAML in which variables of Airflow's are set.
    YamlEnv "yaml" "other YAML with Airflow's environment variables" => yaml_env;
    /// JSON in which variables of Airflow's are set: task definitions of ECS.
    EnvJson "json" "JSON with Airflow's environment variables" => env_json;
    /// `airflow.cfg`.
    ConfigFile "airflow-cfg" "airflow.cfg" => config_file;
    /// A policy of Vault, in HCL or JSON.
    Policy "policy" "a policy of Vault, in HCL or JSON" => policy_file;
    /// A shell script.
    Shell "shell" "a shell script" => shell;
    /// A Dockerfile.
    Dockerfile "dockerfile" "a Dockerfile" => dockerfile;
    /// A makefile.
    Makefile "makefile" "a makefile" => makefile;
    /// A unit of systemd, or a part of one.
    Systemd "systemd" "a unit of systemd" => systemd;
    /// A script of PowerShell.
    PowerShell "powershell" "a script of PowerShell" => powershell;
    /// A pipeline of Jenkins.
    Jenkinsfile "jenkinsfile" "a pipeline of Jenkins" => jenkinsfile;
    /// Markdown or reStructuredText: the code in it.
    Markdown "markdown" "code in Markdown or reStructuredText" => markdown;
    /// `requirements.txt`, `pyproject.toml` and their kin.
    Requirements "requirements" "requirements.txt, pyproject.toml and their kin" => requirements;
    /// Python: settings in literals, and the ids that a Dag asks for.
    Python "python" "literals of Python, and what a Dag asks for" => python;
    /// Terraform.
    Terraform "terraform" "Terraform" => terraform;
    /// One URI or JSON connection a line.
    UriLines "uri" "one URI or JSON connection a line" => uri_lines;
}

/// The path of what is read from standard input.
const STANDARD_INPUT: &str = "-";

/// The format of the file at `path`, or `None` where nothing of Airflow is in it.
///
/// The name decides where it can; JSON and YAML of any name are known by their content, and so is
/// standard input, whose path is `-`. A file without a trace of a connection is turned down by a
/// byte search.
///
/// ```
/// use connlint_hosts::{HostFormat, detect};
///
/// assert_eq!(detect("app/.env.prod", "AIRFLOW_CONN_A=http://h"), Some(HostFormat::Dotenv));
/// assert_eq!(detect("app/.env", "PORT=80"), None);
/// assert_eq!(detect("x.json", r#"{"a": {"conn_type": "http"}}"#), Some(HostFormat::ConnectionsJson));
/// assert_eq!(detect("-", "postgres://app@db/app"), Some(HostFormat::UriLines));
/// assert_eq!(detect("package.json", r#"{"name": "x", "homepage": "https://h"}"#), None);
/// ```
pub fn detect(path: &str, text: &str) -> Option<HostFormat> {
    let by_name = detect_as(path, text, HostFormat::ALL);
    by_name.or_else(|| (path == STANDARD_INPUT).then(|| without_name(text)))
}

/// The first of these formats that the file at `path` is of.
pub(crate) fn detect_as(path: &str, text: &str, formats: &[HostFormat]) -> Option<HostFormat> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let file = File { path, name: &name, extension, text };
    formats.iter().copied().find(|format| format.detects(&file))
}

/// The format of what comes without a name: a file's text, or what remains, lone connections.
fn without_name(text: &str) -> HostFormat {
    // What the text would be called if it had a name, the surest first.
    let guesses = ["x.json", "x.env", "x.yaml"];
    let guess = guesses.iter().find_map(|name| {
        let extension = &name[2..];
        // A lone URI is no line of a `.env` file, though it may hold a `=`.
        let is_possible =
            extension != "env" || first_line(text).split_once('=').is_some_and(is_setting);
        let file = File { path: name, name, extension, text };
        HostFormat::ALL.iter().copied().find(|format| is_possible && format.detects(&file))
    });
    guess.unwrap_or(HostFormat::UriLines)
}

/// The first line that is neither empty nor a comment.
fn first_line(text: &str) -> &str {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default()
}

fn is_setting((name, _): (&str, &str)) -> bool {
    let name = name.trim().strip_prefix("export ").unwrap_or(name).trim();
    name.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        use HostFormat::{
            ConnectionsEnv, ConnectionsJson, ConnectionsYaml, Dotenv, Shell, VaultJson,
        };
        let env = "AIRFLOW_CONN_A=http://h";
        let vault = r#"{"request_id": "0", "data": {"data": {"conn_uri": "http://h"}}}"#;
        for (path, text, expected) in [
            (".env", env, Some(Dotenv)),
            ("a/.env.example", env, Some(Dotenv)),
            ("dev.env", env, Some(Dotenv)),
            ("a\\DEV.ENV", env, Some(Dotenv)),
            (".env", "airflow_conn_a=http://h", Some(Dotenv)),
            (".env", "PORT=80", None),
            ("deploy/envs/prod", env, Some(Dotenv)),
            (".env.d/10-base", env, Some(Dotenv)),
            ("envs/run", "#!/bin/sh\nexport AIRFLOW_CONN_A=http://h", Some(Shell)),
            ("envs/notes.txt", env, None),
            (".envrc", env, Some(Shell)),
            ("run", "#!/bin/sh\nvault kv put a b=c", Some(Shell)),
            ("run.sh", "ls", None),
            ("connections.env", "a=http://h\nB=http://i", Some(ConnectionsEnv)),
            ("connections.env", env, Some(Dotenv)),
            ("conns.env", "# all\na=http://h\nb=fs:///", Some(ConnectionsEnv)),
            ("app.env", "URL=http://h", None),
            ("connections.json", r#"{"a": "http://h"}"#, Some(ConnectionsJson)),
            ("connections.json", r#"{"a": "http://h""#, Some(ConnectionsJson)),
            ("x.json", r#"{"a": {"conn_type": "http"}, "b": "http://h"}"#, Some(ConnectionsJson)),
            ("x.json", r#"{"a": {"conn_type": "http"}, "b": 1}"#, None),
            ("x.json", r#"{"homepage": "http://h"}"#, None),
            ("x.json", "[1]", None),
            ("x.json", vault, Some(VaultJson)),
            ("connections.json", vault, Some(VaultJson)),
            ("connections.yaml", "a: http://h", Some(ConnectionsYaml)),
            ("connections.yml", "a: http://h", Some(ConnectionsYaml)),
            ("x.yaml", "# c\na:\n  conn_type: http\n", Some(ConnectionsYaml)),
            ("x.yaml", "connections:\n  - conn_type: http\n", None),
            ("x.yaml", "airflow:\n  connections:\n  - conn_type: http\n", None),
            ("airflow.cfg", "[core]\nsql_alchemy_conn = x", Some(HostFormat::ConfigFile)),
            ("airflow.cfg.j2", "[secrets]\nbackend = x", Some(HostFormat::ConfigFile)),
            ("prod.cfg", "[database]\nsql_alchemy_conn = x", Some(HostFormat::ConfigFile)),
            ("setup.cfg", "[metadata]\nbackend = x", None),
            ("x.hcl", "path \"a\" {\n capabilities = []\n}", Some(HostFormat::Policy)),
            ("x.tf", "a = { AIRFLOW_VAR_A = 1 }", Some(HostFormat::Terraform)),
            ("x.auto.tfvars", "a = { AIRFLOW_VAR_A = 1 }", Some(HostFormat::Terraform)),
            ("x.tf", "a = 1", None),
            ("x.hcl", "job \"a\" {\n policy = 1\n}", None),
            ("policy.json", r#"{"path": {"a": {"capabilities": []}}}"#, Some(HostFormat::Policy)),
            ("main.go", env, None),
            ("main.py", env, Some(HostFormat::Python)),
            ("dag.py", "import airflow\nf(conn_id='a')", Some(HostFormat::Python)),
            ("main.py", "f(conn_id='a')", None),
            ("-", env, Some(Dotenv)),
            ("-", vault, Some(VaultJson)),
            ("-", "a=http://h\nb=fs:///", Some(ConnectionsEnv)),
            ("-", "http://h?a=b", Some(HostFormat::UriLines)),
            ("-", "{\"conn_type\": \"http\"}", Some(HostFormat::UriLines)),
            ("-", "", Some(HostFormat::UriLines)),
        ] {
            assert_eq!(detect(path, text), expected, "{path}: {text}");
        }
    }
}
