//! The list of host formats.
//!
//! A format is a module with two functions and a line in [`formats!`]: `detects` says whether a
//! file is of that format, `extract` finds its sites. The first format of the list that detects a
//! file reads it.

use crate::env_yaml::{
    astro_deployment, azure_pipelines, cloudformation, compose, github_actions, gitlab_ci,
    helm_template, helm_values, kubernetes, yaml_env,
};
use crate::{
    Document, Options, airflow_settings, batch, config_file, connections_env, connections_json,
    connections_yaml, dockerfile, dotenv, env_json, environment, jenkinsfile, makefile, markdown,
    policy_file, powershell, python, requirements, shell, systemd, terraform, uri_lines,
    vault_json,
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
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $summary:literal => $module:ident {
        known_by: $known_by:literal,
        sites: $sites:literal,
        reader: $reader:literal $(,)?
    };)+) => {
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

            /// How a file of it is recognised, in Markdown.
            pub const fn known_by(self) -> &'static str {
                match self { $(Self::$variant => $known_by),+ }
            }

            /// What is found in it, in Markdown.
            pub const fn sites(self) -> &'static str {
                match self { $(Self::$variant => $sites),+ }
            }

            /// Whose quoting is followed, in Markdown.
            pub const fn reader(self) -> &'static str {
                match self { $(Self::$variant => $reader),+ }
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
    ConnectionsEnv "connections-env" "airflow connections export as id=uri lines" => connections_env {
        known_by: "`connections.env`, `conns.env` and other `.env` files whose every line is `id=` and a URI or JSON",
        sites: "connections",
        reader: "`LocalFilesystemBackend` and `airflow connections import`",
    };
    /// `KEY=value` lines: `.env` and its kin.
    Dotenv "dotenv" "KEY=value lines, a .env file" => dotenv {
        known_by: "`.env`, `.env.*`, `*.env`, files without an ending below `.env/`, `envs/`, `.env.d/`, and other plain names (`.environment`, `.conf`, `.list`, `.vars`, `airflow`) where every line is `NAME=value`; files of any name that `env_file` of a compose file or `EnvironmentFile` of a unit names",
        sites: "variables: connections, variables, options, the secrets backend",
        reader: "the one that `--consumer` names: compose-go, three readers of the Astro CLI, python-dotenv, bash",
    };
    /// What `vault kv get -format=json` prints, KV version 1 or 2.
    VaultJson "vault-json" "what vault kv get -format=json prints" => vault_json {
        known_by: "JSON with the envelope of `vault kv get -format=json`",
        sites: "the secret, and the connection or variable in it",
        reader: "JSON",
    };
    /// A policy of Vault, in HCL or JSON.
    Policy "policy" "a policy of Vault, in HCL or JSON" => policy_file {
        known_by: "HCL (`.hcl`, `.policy`, or text below `policies/`) or JSON of `path` with `capabilities`",
        sites: "the policy",
        reader: "Vault and OpenBao",
    };
    /// `airflow connections export` as JSON: an object of connection id to object or URI.
    ConnectionsJson "connections-json" "airflow connections export as JSON" => connections_json {
        known_by: "JSON whose members are all connections",
        sites: "connections",
        reader: "`json` of Python",
    };
    /// The same as YAML.
    ConnectionsYaml "connections-yaml" "airflow connections export as YAML" => connections_yaml {
        known_by: "YAML whose members are all connections",
        sites: "connections",
        reader: "PyYAML, `safe_load`",
    };
    /// `airflow_settings.yaml` of an Astro project.
    AirflowSettings "airflow-settings" "airflow_settings.yaml of an Astro project" => airflow_settings {
        known_by: "YAML with `conn_id:` or `variable_name:`, called `airflow_settings*` or with `airflow:` in it",
        sites: "connections and variables",
        reader: "the Astro CLI",
    };
    /// `docker-compose.yml` and its overrides.
    Compose "compose" "docker-compose.yml and its overrides" => compose {
        known_by: "YAML called `docker-compose*` or `compose*`, or with `services:` in it",
        sites: "variables of services, and of what anchors hold",
        reader: "YAML, then compose-go: `$$` is a `$`, `${A:-b}` may be b",
    };
    /// Helm templates.
    HelmTemplate "helm-template" "Helm templates" => helm_template {
        known_by: "`.tpl` and YAML below `templates/`, with `{{` in it",
        sites: "variables",
        reader: "YAML around the templates",
    };
    /// Workflows and actions of GitHub.
    GithubActions "github-actions" "workflows and actions of GitHub" => github_actions {
        known_by: "YAML below `.github/`, `.gitea/`, `.forgejo/`",
        sites: "variables, and the scripts under `run`",
        reader: "YAML; `${{ … }}` is unknown; bash in scripts",
    };
    /// `.gitlab-ci.yml`.
    GitlabCi "gitlab-ci" ".gitlab-ci.yml" => gitlab_ci {
        known_by: "`.gitlab-ci*`, `*.gitlab-ci.yml`, YAML below `.gitlab/`",
        sites: "variables, and scripts",
        reader: "YAML, then GitLab: `$$` is a `$`; bash in scripts",
    };
    /// `azure-pipelines.yml`.
    AzurePipelines "azure-pipelines" "azure-pipelines.yml" => azure_pipelines {
        known_by: "YAML called `azure-pipeline*`, or below `.azuredevops/`",
        sites: "variables, and scripts",
        reader: "YAML; `$(A)` is unknown; bash in scripts",
    };
    /// Templates of `CloudFormation`.
    CloudFormation "cloudformation" "templates of CloudFormation" => cloudformation {
        known_by: "YAML with `Resources:` and types of AWS",
        sites: "variables, options of MWAA, secrets and parameters, scripts",
        reader: "YAML; `${ … }` and `!Ref` are unknown, also within `!Sub` and `!Join`",
    };
    /// Kubernetes manifests.
    Kubernetes "kubernetes" "ConfigMaps, Secrets and workloads of Kubernetes" => kubernetes {
        known_by: "YAML with `apiVersion:` and `kind:`",
        sites: "ConfigMaps, Secrets (base64 too), the environment of containers",
        reader: "YAML, then the kubelet: `$(A)` is unknown, `$$(` is `$(`",
    };
    /// The Deployment file of `astro deployment inspect` and `create`, as YAML.
    AstroDeployment "astro-deployment" "the Deployment file of Astro" => astro_deployment {
        known_by: "YAML with `deployment:` and `environment_variables:`",
        sites: "variables of the Deployment",
        reader: "YAML",
    };
    /// The values of Airflow's Helm charts.
    HelmValues "helm-values" "the values of Airflow's Helm charts" => helm_values {
        known_by: "YAML called `values*`, or with keys of Airflow's charts",
        sites: "variables, `config`, `secrets`, YAML in texts",
        reader: "YAML, then the kubelet",
    };
    /// Other YAML in which variables of Airflow's are set.
    YamlEnv "yaml" "other YAML with Airflow's environment variables" => yaml_env {
        known_by: "other YAML with names of Airflow",
        sites: "variables",
        reader: "YAML",
    };
    /// JSON in which variables of Airflow's are set: task definitions of ECS.
    EnvJson "json" "JSON with Airflow's environment variables" => env_json {
        known_by: "JSON with names of Airflow, and lines of JSON (`.jsonl`, `.ndjson`)",
        sites: "variables, as `name` and `value` too, and connections field by field",
        reader: "JSON",
    };
    /// The environment of a process.
    Environment "environment" "the environment of a process, as a JSON object" => environment {
        known_by: "`--env`, or `--host environment`",
        sites: "variables: connections, variables, options, the secrets backend",
        reader: "JSON; nothing in a value is filled in any more",
    };
    /// `airflow.cfg`.
    ConfigFile "airflow-cfg" "airflow.cfg" => config_file {
        known_by: "`airflow.cfg` and its templates; `.cfg` with sections of Airflow",
        sites: "connections of the database, the secrets backend",
        reader: "`configparser` of Python, as Airflow sets it up",
    };
    /// A shell script.
    Shell "shell" "a shell script" => shell {
        known_by: "`.sh`, `.bash`, `.zsh`, `.envrc`, or a first line that names a shell",
        sites: "`export`, assignments, here-documents, and the commands of airflow, vault, astro, aws, az, gcloud, docker, helm, kubectl",
        reader: "bash",
    };
    /// A Dockerfile.
    Dockerfile "dockerfile" "a Dockerfile" => dockerfile {
        known_by: "`Dockerfile*`, `Containerfile`, `*.dockerfile`",
        sites: "`ENV`, `ARG`, and the scripts of `RUN`",
        reader: "the builder of Docker",
    };
    /// A makefile.
    Makefile "makefile" "a makefile" => makefile {
        known_by: "`Makefile*`, `GNUmakefile`, `*.mk`",
        sites: "assignments, and recipes",
        reader: "GNU make, then the shell",
    };
    /// A unit of systemd, or a part of one.
    Systemd "systemd" "a unit of systemd" => systemd {
        known_by: "units and their parts (`.service`, `.conf`) with `Environment=` or `Exec…=`",
        sites: "`Environment=`, and the commands of `ExecStart=` and its kin",
        reader: "systemd: quotes, escapes of C, `%` for specifiers",
    };
    /// A script of PowerShell.
    PowerShell "powershell" "a script of PowerShell" => powershell {
        known_by: "`.ps1`, `.psm1`",
        sites: "`$env:NAME =`, `SetEnvironmentVariable`, and commands",
        reader: "PowerShell",
    };
    /// A script of `cmd.exe`.
    Batch "batch" "a script of cmd.exe" => batch {
        known_by: "`.bat`, `.cmd`",
        sites: "`set`, `setx`, and commands",
        reader: "`cmd.exe`: `%%` is a `%`, `%1` and `%NAME%` are unknown, `^` escapes",
    };
    /// A pipeline of Jenkins.
    Jenkinsfile "jenkinsfile" "a pipeline of Jenkins" => jenkinsfile {
        known_by: "`Jenkinsfile*`, `*.groovy`",
        sites: "`environment`, `withEnv`, and the scripts of `sh` and `powershell`",
        reader: "Groovy, then the shell",
    };
    /// Markdown or reStructuredText: the code in it.
    Markdown "markdown" "code in Markdown or reStructuredText" => markdown {
        known_by: "`.md`, `.rst` and kin",
        sites: "blocks of code, each as the format it is of",
        reader: "the one of the block",
    };
    /// `requirements.txt`, `pyproject.toml` and their kin.
    Requirements "requirements" "requirements.txt, pyproject.toml and their kin" => requirements {
        known_by: "`requirements*.txt`, `constraints*.txt`, `pyproject.toml`, `setup.cfg`, lock files",
        sites: "the packages that are installed",
        reader: "pip's grammar of requirements",
    };
    /// Python: settings in literals, and the ids that a Dag asks for.
    Python "python" "literals of Python, and what a Dag asks for" => python {
        known_by: "`.py` that mentions settings of Airflow, or imports it and names ids",
        sites: "variables set in literals, `Connection(…)`, and the ids that a Dag asks for",
        reader: "Python; parts of format strings that are computed are unknown",
    };
    /// Terraform.
    Terraform "terraform" "Terraform" => terraform {
        known_by: "`.tf`, `.tfvars`, other `.hcl`",
        sites: "variables, secrets, policies, also in `jsonencode` and here-documents",
        reader: "Terraform",
    };
    /// One URI or JSON connection a line.
    UriLines "uri" "one URI or JSON connection a line" => uri_lines {
        known_by: "standard input, `--host uri`, and `.uri`, `.uris` or `*conn*.txt` whose every line is a URI",
        sites: "one connection a line",
        reader: "Airflow",
    };
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
            ConnectionsEnv, ConnectionsJson, ConnectionsYaml, Dotenv, EnvJson, Shell, VaultJson,
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
            (".env.json", r#"{"AIRFLOW_CONN_A": "http://h"}"#, Some(EnvJson)),
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
            ("a.json", r#"{"a": {"host": "h"}, "b": {"conn_type": "x"}}"#, Some(ConnectionsJson)),
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
            (
                "policy.json",
                r#"{"path": {"airflow_v2/*": {"capabilities": []}}}"#,
                Some(HostFormat::Policy),
            ),
            ("x.json", r#"{"path": {"a": {"capabilities": []}}}"#, Some(HostFormat::Policy)),
            ("x.json", r#"{"path": "a", "capabilities": []}"#, None),
            ("policies/airflow", "path \"a\" {\n capabilities = []\n}", Some(HostFormat::Policy)),
            ("etc/airflow", "path \"a\" {\n capabilities = []\n}", None),
            ("etc/default/airflow", "# c\n\nAIRFLOW_CONN_A=x\nA_1=", Some(Dotenv)),
            ("airflow.environment", env, Some(Dotenv)),
            ("airflow.environment", "AIRFLOW_CONN_A=x\nrun it", None),
            ("Makefile", "AIRFLOW_CONN_A=x", Some(HostFormat::Makefile)),
            ("set.CMD", "set AIRFLOW_CONN_A=x", Some(HostFormat::Batch)),
            ("x.jsonl", "{\"conn_id\": \"a\", \"conn_type\": \"http\"}", Some(EnvJson)),
            ("connections.txt", "# all\nhttp://h\n\nfs:///\n", Some(HostFormat::UriLines)),
            ("connections.txt", "http://h is down", None),
            ("links.txt", "http://h", None),
            ("x.uri", "http://h", Some(HostFormat::UriLines)),
            (
                "x.template",
                "Resources:\n  A:\n    Type: AWS::X\n    B: AIRFLOW_VAR_A",
                Some(HostFormat::CloudFormation),
            ),
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
