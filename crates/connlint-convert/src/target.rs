use connlint_hosts::Consumer;
use connlint_parser::env_name;

use crate::targets::{self, Form};

/// Declares the forms: the name that a user chooses one by, what it is, and the module behind it.
macro_rules! targets {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $summary:literal => $form:expr;)*) => {
        /// A form that connections are written in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Target {
            $($(#[doc = $doc])+ $variant),*
        }

        impl Target {
            /// All of them, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name on the command line.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// What it is, in a few words.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary),* }
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|choice| choice.name() == name)
            }

            /// How it is written and read.
            pub(crate) const fn form(self) -> &'static Form {
                match self { $(Self::$variant => const { &$form }),* }
            }
        }
    };
}

targets! {
    /// One URI a line.
    Uri "uri" "one URI a line" => targets::uri_lines::FORM;
    /// The JSON that Airflow reads in place of a URI, one connection a line.
    Json "json" "the JSON that Airflow reads in place of a URI, one connection a line" => targets::json_lines::FORM;
    /// `AIRFLOW_CONN_<ID>='…'` lines that every reader of `.env` files reads alike.
    Env "env" "AIRFLOW_CONN_…='…' lines, which all readers of .env files read alike" => targets::env::FORM;
    /// The same for docker compose and `astro dev start`.
    DotenvCompose "dotenv:compose" "the same for docker compose and astro dev start" => targets::dotenv::COMPOSE;
    /// The same for `astro dev start` in standalone mode.
    DotenvAstroStandalone "dotenv:astro-standalone" "the same for astro dev start in standalone mode" => targets::dotenv::ASTRO_STANDALONE;
    /// The same for `astro deployment variable create --load`.
    DotenvAstroLoad "dotenv:astro-load" "the same for astro deployment variable create --load" => targets::dotenv::ASTRO_LOAD;
    /// The same for `astro env variable … --from-file`.
    DotenvGotenv "dotenv:gotenv" "the same for astro env variable … --from-file" => targets::dotenv::GOTENV;
    /// The same for python-dotenv.
    DotenvPython "dotenv:python-dotenv" "the same for python-dotenv" => targets::dotenv::PYTHON_DOTENV;
    /// `export` lines for bash.
    DotenvShell "dotenv:shell" "export lines for bash" => targets::dotenv::SHELL;
    /// Lines of PowerShell.
    Powershell "powershell" "lines of PowerShell that set environment variables" => targets::powershell::FORM;
    /// Lines of a batch file of Windows.
    Cmd "cmd" "lines of a batch file of Windows" => targets::cmd::FORM;
    /// What `airflow connections export` writes as JSON.
    ExportJson "export-json" "what airflow connections export writes as JSON" => targets::export_json::FORM;
    /// What `airflow connections export` writes as YAML.
    ExportYaml "export-yaml" "what airflow connections export writes as YAML" => targets::export_yaml::FORM;
    /// What `airflow connections export` writes as `id=uri` lines.
    ConnectionsEnv "connections-env" "what airflow connections export writes as id=uri lines" => targets::connections_env::FORM;
    /// A shell script that runs `airflow connections import`.
    AirflowCli "airflow-cli" "a shell script that runs airflow connections import" => targets::airflow_cli::FORM;
    /// `airflow_settings.yaml` of an Astro project.
    AirflowSettings "airflow-settings" "airflow_settings.yaml of an Astro project" => targets::airflow_settings::FORM;
    /// A shell script that creates secret variables of an Astro Deployment.
    AstroCli "astro-cli" "a shell script that creates secret variables of an Astro Deployment" => targets::astro_cli::FORM;
    /// The variables of a Deployment file of Astro.
    AstroDeployment "astro-deployment" "the variables of a Deployment file of Astro" => targets::astro_deployment::FORM;
    /// Variables for `astro_deployment` of Terraform, as `.tf.json`.
    AstroTerraform "astro-terraform" "variables for astro_deployment of Terraform, as .tf.json" => targets::astro_terraform::FORM;
    /// A shell script of `vault kv put` commands.
    VaultCli "vault-cli" "a shell script of vault kv put commands" => targets::vault_cli::FORM;
    /// Paths and bodies of requests to Vault.
    VaultJson "vault-json" "paths and bodies of requests to Vault" => targets::vault_json::FORM;
    /// Resources of Terraform's provider for Vault, as `.tf.json`.
    VaultTerraform "vault-terraform" "resources of Terraform's provider for Vault, as .tf.json" => targets::vault_terraform::FORM;
    /// A shell script of `aws secretsmanager create-secret` commands.
    AwsSecretsManager "aws-secretsmanager" "a shell script of aws secretsmanager create-secret commands" => targets::aws_secretsmanager::FORM;
    /// A shell script of `aws ssm put-parameter` commands.
    AwsSsm "aws-ssm" "a shell script of aws ssm put-parameter commands" => targets::aws_ssm::FORM;
    /// A shell script of `gcloud secrets create` commands.
    GcpSecretManager "gcp-secret-manager" "a shell script of gcloud secrets create commands" => targets::gcp_secret_manager::FORM;
    /// A shell script of `az keyvault secret set` commands.
    AzureKeyVault "azure-key-vault" "a shell script of az keyvault secret set commands" => targets::azure_key_vault::FORM;
    /// A Secret of Kubernetes.
    K8sSecret "k8s-secret" "a Secret of Kubernetes" => targets::k8s_secret::FORM;
    /// The environment of a service of compose.
    Compose "compose" "the environment of a service of compose" => targets::compose::FORM;
    /// The environment in the values of Airflow's Helm chart.
    HelmValues "helm-values" "the environment in the values of Airflow's Helm chart" => targets::helm_values::FORM;
    /// A command that sets secrets of GitHub Actions.
    GithubActions "github-actions" "a command that sets secrets of GitHub Actions" => targets::github_actions::FORM;
    /// `ENV` lines of a Dockerfile, for connections without a secret.
    Dockerfile "dockerfile" "ENV lines of a Dockerfile, for connections without a secret" => targets::dockerfile::FORM;
}

impl Target {
    /// Whether a connection is found by its id there.
    pub const fn has_ids(self) -> bool {
        !matches!(self, Self::Uri | Self::Json)
    }

    /// The [id](connlint_catalog::Backend::id) of the secrets backend that reads it, where one does.
    pub const fn backend(self) -> Option<&'static str> {
        self.form().backend
    }

    /// Whether connections are sorted by id, as those are that Airflow writes.
    pub const fn is_sorted(self) -> bool {
        matches!(self, Self::ExportJson | Self::ExportYaml | Self::ConnectionsEnv)
    }

    /// Who reads it, where it is a `.env` file.
    pub fn dotenv_readers(self) -> Option<&'static [Consumer]> {
        let is_one = self == Self::Env || self.name().starts_with("dotenv:");
        is_one.then(|| self.form().consumers)
    }

    /// The subject of a sentence: what it carries a connection in.
    pub(crate) const fn carrier(self) -> &'static str {
        self.form().carrier
    }
}

/// Whether a variable of that name means the connection of that id, and of no team.
pub(crate) fn is_variable_of(name: &str, found: Option<&str>, id: &str) -> bool {
    found.is_some_and(|found| found.to_uppercase() == id.to_uppercase()) && name == env_name(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for &target in Target::ALL {
            assert_eq!(Target::from_name(target.name()), Some(target));
        }
        assert_eq!(Target::from_name("URI"), None);
    }
}
