use connlint_hosts::{Consumer, HostFormat};

/// A form that connections are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Target {
    /// One URI a line.
    Uri,
    /// `AIRFLOW_CONN_<ID>='…'` lines that every reader of `.env` files reads alike.
    Env,
    /// What `airflow connections export` writes as JSON.
    ExportJson,
    /// What `airflow connections export` writes as YAML.
    ExportYaml,
    /// What `airflow connections export` writes as `id=uri` lines.
    ConnectionsEnv,
    /// A shell script of `vault kv put` commands.
    VaultCli,
}

/// Gives the variants the names that a user chooses them by.
macro_rules! named {
    ($type:ident { $($variant:ident => $name:literal, $summary:literal;)* }) => {
        impl $type {
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
        }
    };
}

named!(Target {
    Uri => "uri", "one URI a line";
    Env => "env", "AIRFLOW_CONN_…='…' lines, which all readers of .env files read alike";
    ExportJson => "export-json", "what airflow connections export writes as JSON";
    ExportYaml => "export-yaml", "what airflow connections export writes as YAML";
    ConnectionsEnv => "connections-env", "what airflow connections export writes as id=uri lines";
    VaultCli => "vault-cli", "a shell script of vault kv put commands";
});

impl Target {
    /// Whether a connection is found by its id there.
    pub const fn has_ids(self) -> bool {
        !matches!(self, Self::Uri)
    }

    /// Whether Airflow writes it, sorted by id.
    pub(crate) const fn is_export(self) -> bool {
        matches!(self, Self::ExportJson | Self::ExportYaml | Self::ConnectionsEnv)
    }

    /// What it carries a connection in, as the subject of a sentence.
    pub(crate) const fn carrier(self) -> &'static str {
        match self {
            Self::Uri | Self::ConnectionsEnv => "a URI",
            Self::Env => "an environment variable",
            Self::ExportJson => "a JSON export",
            Self::ExportYaml => "a YAML export",
            Self::VaultCli => "a Vault secret",
        }
    }

    /// The format it is read back in, and by whom.
    pub(crate) const fn readers(self) -> (HostFormat, &'static [Consumer]) {
        const ANY: &[Consumer] = &[Consumer::Compose];
        match self {
            Self::Uri => (HostFormat::UriLines, ANY),
            Self::Env => (HostFormat::Dotenv, Consumer::ALL),
            Self::ExportJson => (HostFormat::ConnectionsJson, ANY),
            Self::ExportYaml => (HostFormat::ConnectionsYaml, ANY),
            Self::ConnectionsEnv => (HostFormat::ConnectionsEnv, ANY),
            Self::VaultCli => (HostFormat::VaultJson, ANY),
        }
    }
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
