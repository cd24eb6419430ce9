//! The command line, and nothing else.

use std::path::PathBuf;

use clap::builder::{ArgPredicate, PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Args, ColorChoice, Parser, Subcommand};
use connlint::catalog::{ProviderRelease, Target as AirflowTarget};
use connlint::config::{Date, Flags};
use connlint::convert::{Notation, Target};
use connlint::hosts::{Consumer, HostFormat};
use connlint::report::{OutputFormat, ShowFormat};

/// Finds, validates, lints, fixes and converts Apache Airflow connections.
#[derive(Debug, Parser)]
#[command(name = "connlint", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colour and links; the environment decides where nothing is said.
    #[arg(long, global = true, value_name = "WHEN", default_value_t, hide_possible_values = true)]
    pub(crate) color: ColorChoice,

    /// Print nothing but findings.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    /// Say how each file is read, and by which configuration.
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Look for faults in files, folders or standard input.
    Check(Check),
    /// Print what Airflow reads at every site, secrets masked.
    Show(Show),
    /// Write connections in another form, and prove that they read back the same.
    Convert(Convert),
    /// Print how two sets of connections differ in shape and host, without a value of them.
    Diff(Diff),
    /// Print a file with the same faults and made-up secrets, to show it to others.
    Scrub(Scrub),
    /// Note all findings in a file, so that only new ones are reported from now on.
    Baseline(Baseline),
    /// Write a configuration that fits the project.
    Init(Init),
    /// Explain a rule.
    Rule {
        /// Name or code, such as `unencoded-delimiter` or CL104.
        name: String,
    },
    /// List all rules.
    Rules {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print a JSON Schema.
    Schema {
        /// Of what.
        #[arg(value_enum, default_value_t)]
        of: SchemaOf,
    },
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the man pages, one a command.
    Man {
        /// The folder to write them into.
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
}

/// What there is a schema of.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub(crate) enum SchemaOf {
    /// The configuration, connlint.toml.
    #[default]
    Config,
    /// What check --output-format json prints.
    Check,
}

/// What is read, and how.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// Files and folders; `-` is standard input.
    #[arg(
        default_value = ".",
        default_value_if("env", ArgPredicate::IsPresent, None),
        value_name = "PATH"
    )]
    pub(crate) paths: Vec<PathBuf>,

    /// The variables that are set for this command, as a process of Airflow would see them; files
    /// too only where a PATH is named.
    #[arg(long)]
    pub(crate) env: bool,

    #[command(flatten)]
    pub(crate) how: How,
}

/// How files are read.
#[derive(Debug, Clone, Args)]
pub(crate) struct How {
    /// The Airflow that reads the connections: a version, with `-sdk` for the task SDK's class, or
    /// a range such as `>=2.10,<3.2`.
    #[arg(long, value_name = "VERSION")]
    pub(crate) airflow_version: Option<AirflowTarget>,

    /// The release of a provider, such as
    /// `apache-airflow-providers-amazon==6.0` or `amazon==6.0`; may be repeated. Where nothing is
    /// said, what the requirements files among PATHs pin, or the newest.
    #[arg(long, value_name = "PROVIDER==RELEASE")]
    pub(crate) provider_version: Vec<ProviderRelease>,

    /// Who reads `.env` files; docker compose and `astro dev start` where nothing is said.
    #[arg(long, value_name = "READER", value_parser = consumers())]
    pub(crate) consumer: Option<Consumer>,

    /// Read every file as this format, whatever its name.
    #[arg(long, value_name = "FORMAT", value_parser = host_formats())]
    pub(crate) host: Option<HostFormat>,

    /// The name standard input goes by, which decides how it is read.
    #[arg(long, value_name = "NAME")]
    pub(crate) stdin_filename: Option<String>,

    /// Read this configuration and look for no other, or say a single key of it, as
    /// `consumer="shell"`; may be repeated.
    #[arg(long, value_name = "FILE|KEY=VALUE")]
    pub(crate) config: Vec<String>,

    /// Read no configuration files.
    #[arg(long)]
    pub(crate) isolated: bool,

    /// How many threads read files; 0 for one a core.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
}

/// Which rules look.
#[derive(Debug, Args)]
pub(crate) struct Selection {
    /// Only these rules, by name or code (or the beginning of a code, such as CL1).
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) select: Vec<String>,

    /// Not these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,

    /// Rules too that are a matter of taste.
    #[arg(long)]
    pub(crate) pedantic: bool,

    /// Rules too that are on trial, and may still change.
    #[arg(long)]
    pub(crate) preview: bool,

    /// Findings too that are probably meant as they are.
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) input: Input,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// Leave out the findings that this file knows.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// Print how often each rule finds something, and not the findings. Only as text or JSON.
    #[arg(long)]
    pub(crate) statistics: bool,

    /// Print no more findings than this; all are counted.
    #[arg(long, value_name = "N")]
    pub(crate) max_findings: Option<usize>,

    /// How findings are printed.
    #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = output_formats())]
    pub(crate) output_format: OutputFormat,

    /// Write findings into a file.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,

    /// Apply safe fixes.
    #[arg(long, conflicts_with = "env")]
    pub(crate) fix: bool,

    /// With --fix or --diff: apply unsafe fixes too.
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,

    /// Print what --fix would change, secrets masked, and change nothing.
    #[arg(long, conflicts_with_all = ["fix", "env"])]
    pub(crate) diff: bool,

    /// Write comments that ignore what is found, in files that can have them.
    #[arg(long, conflicts_with_all = ["fix", "diff", "statistics", "env"])]
    pub(crate) add_ignores: bool,

    /// With --add-ignores: what the comments give as reason.
    #[arg(long, value_name = "TEXT", requires = "add_ignores")]
    pub(crate) reason: Option<String>,

    /// Exit with 0 even if there are findings.
    #[arg(long)]
    pub(crate) exit_zero: bool,

    /// Check again whenever a file changes, until interrupted.
    #[arg(long, conflicts_with_all = ["env", "add_ignores", "output_file"])]
    pub(crate) watch: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Baseline {
    #[command(flatten)]
    pub(crate) input: Input,

    /// The file; that of the configuration where nothing is said, or `connlint-baseline.json`.
    #[arg(long = "baseline", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// Only forget what is not found any more.
    #[arg(long, conflicts_with = "expires")]
    pub(crate) prune: bool,

    /// The last day on which new entries hold, as 2026-12-31.
    #[arg(long, value_name = "DATE")]
    pub(crate) expires: Option<Date>,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder of the project.
    #[arg(default_value = ".", value_name = "PATH")]
    pub(crate) path: PathBuf,

    /// Write a hook into `.pre-commit-config.yaml`, and the file if there is none.
    #[arg(long)]
    pub(crate) pre_commit: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) input: Input,

    /// Print secrets too.
    #[arg(long)]
    pub(crate) reveal: bool,

    /// Print where Airflow would look for the connection of this id, and under which name.
    #[arg(long, value_name = "ID", conflicts_with = "reveal")]
    pub(crate) lookup: Option<String>,

    /// With --lookup: the id is that of a variable.
    #[arg(long, requires = "lookup")]
    pub(crate) variable: bool,

    /// How sites are printed.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = show_formats())]
    pub(crate) output_format: ShowFormat,
}

#[derive(Debug, Args)]
pub(crate) struct Convert {
    #[command(flatten)]
    pub(crate) input: Input,

    /// The form to write.
    #[arg(long, value_name = "FORM", value_parser = targets())]
    pub(crate) to: Target,

    /// What the secrets backend that will look there is called with. Without it, what the files
    /// configure for it.
    #[arg(long, value_name = "JSON")]
    pub(crate) backend_kwargs: Option<String>,

    /// Its `mount_point`, where it is that of Vault.
    #[arg(long, value_name = "MOUNT")]
    pub(crate) mount: Option<String>,

    /// Its `connections_prefix`, or of Vault the `connections_path`.
    #[arg(long, value_name = "PREFIX")]
    pub(crate) prefix: Option<String>,

    /// Write all connections as URIs, or all as JSON, where the form takes either.
    #[arg(long, value_name = "NOTATION", value_parser = notations())]
    pub(crate) notation: Option<Notation>,

    /// For k8s-secret and compose: the name of the Secret or the service.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// With --to vault-cli: make URIs arguments of the commands, where other users of the machine
    /// see them, instead of their standard input.
    #[arg(long)]
    pub(crate) arguments: bool,

    /// Write connections too that the form cannot carry whole, and say what they lose.
    #[arg(long)]
    pub(crate) lossy: bool,

    /// How to say on standard error what became of each connection.
    #[arg(long, value_name = "FORMAT", value_parser = show_formats(), default_value = "text")]
    pub(crate) report: ShowFormat,

    /// Only the connection of this id; may be repeated.
    #[arg(long, value_name = "CONN_ID")]
    pub(crate) conn_id: Vec<String>,

    /// Write into a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Replace the file of --output where it exists.
    #[arg(long)]
    pub(crate) force: bool,

    /// With --to env or dotenv:…, write into the `.env` files that are read; what stands around the
    /// connections stays.
    #[arg(long, conflicts_with_all = ["output", "report"])]
    pub(crate) in_place: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// A file or folder; `-` is standard input.
    pub(crate) a: PathBuf,

    /// The file or folder that it is compared with.
    pub(crate) b: PathBuf,

    #[command(flatten)]
    pub(crate) how: How,

    /// How differences are printed.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = show_formats())]
    pub(crate) output_format: ShowFormat,
}

#[derive(Debug, Args)]
pub(crate) struct Scrub {
    /// The file; `-` is standard input.
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) how: How,

    /// Write into a new file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

impl How {
    /// A path that is read so.
    pub(crate) fn of(&self, path: &std::path::Path) -> Input {
        Input { paths: vec![path.to_owned()], env: false, how: self.clone() }
    }
}

impl Input {
    /// What it says about how files are read.
    pub(crate) fn flags(&self) -> Flags {
        Flags {
            airflow: self.how.airflow_version.clone(),
            providers: self.how.provider_version.iter().cloned().collect(),
            consumer: self.how.consumer,
            host: self.how.host,
            ..Flags::default()
        }
    }
}

impl Selection {
    /// What it says about which rules look, beside how files are read.
    pub(crate) fn flags(&self, input: &Input) -> Flags {
        Flags {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            pedantic: self.pedantic,
            preview: self.preview,
            strict: self.strict,
            ..input.flags()
        }
    }
}

/// A parser for the values of a table of (name, help, value).
macro_rules! choices {
    ($function:ident, $type:ty, $all:expr) => {
        fn $function() -> impl clap::builder::TypedValueParser<Value = $type> {
            let values = $all.map(|value| PossibleValue::new(value.name()).help(value.summary()));
            PossibleValuesParser::new(values)
                .map(|name| <$type>::from_name(&name).expect("one of the possible values"))
        }
    };
}

choices!(consumers, Consumer, Consumer::ALL.iter());
choices!(host_formats, HostFormat, HostFormat::ALL.iter());
choices!(output_formats, OutputFormat, OutputFormat::ALL.iter());
choices!(show_formats, ShowFormat, ShowFormat::ALL.iter());
choices!(targets, Target, Target::ALL.iter());
choices!(notations, Notation, Notation::ALL.iter());
