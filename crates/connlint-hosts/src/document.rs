use std::borrow::Cow;

use connlint_text::{Decoded, DecodedText, Raw, Span};

use crate::{Command, HostFormat, Reference};

/// Who reads the host document, where readers differ.
///
/// The first four are the readers of the Astro CLI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Consumer {
    /// compose-go's dotenv: `docker compose`, `astro dev start`.
    #[default]
    Compose,
    /// `astro dev start` in standalone mode.
    AstroStandalone,
    /// `astro deployment variable create --load`.
    AstroLoad,
    /// gotenv: `astro env variable … --from-file`.
    Gotenv,
    /// python-dotenv.
    PythonDotenv,
    /// `source .env` in bash.
    Shell,
}

/// Gives the variants of a type the names that a user chooses them by.
macro_rules! named {
    ($type:ident { $($variant:ident => $name:literal, $summary:literal;)* }) => {
        impl $type {
            /// All of them, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name on the command line, in configuration and in output.
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

named!(Consumer {
    Compose => "compose", "docker compose and astro dev start";
    AstroStandalone => "astro-standalone", "astro dev start in standalone mode";
    AstroLoad => "astro-load", "astro deployment variable create --load";
    Gotenv => "gotenv", "astro env variable … --from-file";
    PythonDotenv => "python-dotenv", "python-dotenv";
    Shell => "shell", "source in bash";
});

named!(Role {
    Connection => "connection", "a connection";
    Variable => "variable", "a variable";
    BackendClass => "backend_class", "a secrets backend";
    BackendKwargs => "backend_kwargs", "the arguments of a secrets backend";
    Config => "config", "an option of Airflow";
    VaultSecret => "vault_secret", "a secret in Vault";
    Policy => "policy", "a policy of Vault";
    Requirement => "requirement", "a Python package that is installed";
    Misnamed => "misnamed", "what Airflow does not read, though its name is near to one that it does";
});

impl Consumer {
    /// Whether the last of several assignments to one name wins, and not the first.
    ///
    /// `astro deployment variable create --load` skips a name that it has seen, and fails at the end.
    pub const fn last_wins(self) -> bool {
        !matches!(self, Self::AstroLoad)
    }

    /// Whether one line that cannot be read costs the whole file.
    pub const fn refuses_whole_file(self) -> bool {
        matches!(self, Self::Compose | Self::Gotenv)
    }
}

/// What is written at a [`Site`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// A connection, as URI or JSON object.
    Connection,
    /// A variable.
    Variable,
    /// The dotted path of a secrets backend class.
    BackendClass,
    /// The arguments of a secrets backend, as JSON object.
    BackendKwargs,
    /// Another Airflow option (`AIRFLOW__SECTION__KEY`).
    Config,
    /// The keys and values of one Vault secret, as JSON object.
    VaultSecret,
    /// A policy of Vault, in HCL or JSON.
    Policy,
    /// A Python package that is installed.
    Requirement,
    /// A variable whose name starts like one of Airflow's and is none: `AIRFLOW_CON_PG`,
    /// `AIRFLOW__SECRETS_BACKEND`. Whether it is a slip is for a rule to say.
    Misnamed,
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// Where Airflow would read the value of a [`Site`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Surface {
    /// An environment variable.
    Environment,
    /// A file of `LocalFilesystemBackend` or `airflow connections import`: text is a URI.
    ConnectionsFile,
    /// A secret in Vault.
    Vault,
    /// A secret of a cloud, whose text is a URI or JSON.
    SecretStore,
    /// What pip reads.
    Requirements,
    /// `airflow.cfg`: configuration is not stripped again.
    ConfigFile,
    /// A value that was handed over by itself.
    Standalone,
}

/// How a connection is written in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// As one text: a URI, or a JSON object in a text.
    Text,
    /// As an object or mapping of the document itself.
    Object,
}

/// The name of a site, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name<'a> {
    /// The text as the reader sees it: `AIRFLOW_CONN_PG`, or the key of an export.
    pub text: Cow<'a, str>,
    /// Where it stands; empty where the document does not write it.
    pub span: Span<Raw>,
}

/// How a decoded text is written back into the place where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quoting {
    /// As it is, in a place that ends at the line end (`id=uri` files, URI lines).
    Line,
    /// Bare, in a dotenv file.
    DotenvBare(Consumer),
    /// Between `'` in a dotenv file.
    DotenvSingle(Consumer),
    /// Between `"` in a dotenv file.
    DotenvDouble(Consumer),
    /// Inside a JSON document that is itself the value: already JSON.
    JsonText,
    /// Inside a JSON string.
    JsonString,
    /// Inside a plain YAML scalar.
    YamlPlain,
    /// Inside a single-quoted YAML scalar.
    YamlSingle,
    /// Inside a double-quoted YAML scalar.
    YamlDouble,
    /// Within a line of a block scalar of YAML.
    YamlBlock,
    /// In a value where `$` starts a variable and `$$` is a `$` (compose, GitLab).
    Dollar,
    /// In a value where `$(` starts a variable and `$$(` is none (Kubernetes).
    DollarParenthesis,
    /// The value of an option of `airflow.cfg`, in one line.
    ConfigValue,
    /// Inside an HCL document that is itself the value: already HCL.
    HclText,
    /// Between `"` in HCL.
    HclString,
    /// Within a line of a here-document in HCL.
    HclHeredoc,
    /// Bare, in a shell script.
    ShellBare,
    /// Between `'` in a shell script.
    ShellSingle,
    /// Between `"` in a shell script.
    ShellDouble,
    /// In a here-document whose end is not quoted.
    ShellHeredoc,
    /// Bare, in a Dockerfile.
    DockerBare,
    /// Between `'` in a Dockerfile.
    DockerSingle,
    /// Between `"` in a Dockerfile.
    DockerDouble,
    /// A value behind `--set` of Helm, which ends at a `,`.
    HelmValue,
    /// The value of a variable in a makefile.
    MakeValue,
    /// In a recipe of a makefile, where `$` starts a variable and `$$` is a `$`.
    MakeRecipe,
    /// Bare, in a unit of systemd.
    SystemdBare,
    /// Between `'` in a unit of systemd.
    SystemdSingle,
    /// Between `"` in a unit of systemd.
    SystemdDouble,
    /// Bare, in a script of PowerShell.
    PowerShellBare,
    /// Between `'` in a script of PowerShell.
    PowerShellSingle,
    /// Between `"` in a script of PowerShell.
    PowerShellDouble,
    /// Behind `set NAME=` in a script of `cmd.exe`.
    BatchBare,
    /// The same with quotes around name and value.
    BatchQuoted,
    /// Between `'` or `'''` in Groovy.
    GroovySingle,
    /// Between `"` or `"""` in Groovy.
    GroovyDouble,
    /// Between `'` or `'''` in Python.
    PythonSingle,
    /// Between `"` or `"""` in Python.
    PythonDouble,
    /// In a format string of Python, where `{` starts a part that is computed.
    Braces,
    /// As it is, within a line of a block: a here-document, the code of a text.
    Block,
    /// In base64: what changes a part changes all of it, so only a whole value can be written.
    Base64,
    /// Cannot be written back (synthesised text); display-only fixes.
    Opaque,
}

/// A place where a connection, or something around one, is written.
#[derive(Debug, Clone)]
pub struct Site<'a> {
    /// What it is called there.
    pub name: Name<'a>,
    /// The connection id (or variable key) that Airflow would ask for to find it, where one is known.
    pub id: Option<Cow<'a, str>>,
    /// What is written there.
    pub role: Role,
    /// Where Airflow would read it.
    pub surface: Surface,
    /// How it is written.
    pub form: Form,
    /// The whole entry: name, separator and value.
    pub span: Span<Raw>,
    /// The value with its quotes.
    pub value_span: Span<Raw>,
    /// The value as its reader decodes it. Fields of a YAML mapping are given as the JSON object
    /// they stand for, mapped scalar by scalar.
    pub value: DecodedText<'a>,
    /// How to write into the value.
    pub quoting: Quoting,
    /// The quoting around that, from the inside out, where the document stands in another one.
    pub outer: Vec<Quoting>,
    /// Where the value depends on the environment it is read in (`${DB_PASSWORD}`), in order.
    ///
    /// The value holds what its reader gives with nothing set: a default, or nothing, which leaves
    /// an empty span. What stands there is not to be judged.
    pub unknown: Vec<Span<Decoded>>,
}

/// Something wrong with the host document itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostIssue {
    /// What is wrong.
    pub kind: HostIssueKind,
    /// Where.
    pub span: Span<Raw>,
}

/// What is wrong with a host document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum HostIssueKind {
    /// The document is not well-formed from here on; what stands before was read.
    Syntax(&'static str),
    /// A line that its reader refuses or skips.
    Line(&'static str),
    /// Something that its reader passes over in silence.
    Ignored(&'static str),
    /// A value that its reader refuses, and with it all that stands around it.
    Refused(&'static str),
    /// A value that its reader takes for something else than it looks like.
    Misread(&'static str),
    /// Nested deeper, or larger, than connlint follows.
    Limit(&'static str),
}

impl HostIssueKind {
    /// What is wrong, in a few words.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Syntax(what)
            | Self::Line(what)
            | Self::Ignored(what)
            | Self::Refused(what)
            | Self::Misread(what)
            | Self::Limit(what) => what,
        }
    }
}

/// Something about a part of a document that is neither a value nor wrong by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// What there is to know.
    pub kind: MarkKind,
    /// The part it holds for.
    pub span: Span<Raw>,
}

/// What there is to know about a part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum MarkKind {
    /// A `ConfigMap` of Kubernetes: everybody who may look at the namespace reads what it holds.
    ConfigMap,
    /// The `stringData` of a Secret, which Kubernetes encodes itself.
    StringData,
    /// A variable of an Astro Deployment that is said to be no secret, or not said to be one.
    OpenVariable,
    /// The value of a secret variable of an Astro Deployment that is an empty text.
    BlankSecret,
    /// A key beside the `key` and `value` of such a variable that nobody reads.
    UnknownVariableKey,
    /// A mapping where the path of a secrets backend class is meant.
    BackendMapping,
    /// A `%` in `airflow.cfg` that is neither doubled nor a reference: Airflow does not start.
    SinglePercent,
}

/// A host document with everything that was found in it.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    /// The text of the file.
    pub text: &'a str,
    /// How it was read.
    pub format: HostFormat,
    /// Who is taken to read it.
    pub consumer: Consumer,
    /// The sites in the order of the file.
    pub sites: Vec<Site<'a>>,
    /// What is wrong with the document.
    pub issues: Vec<HostIssue>,
    /// What there is to know about its parts, sorted.
    pub marks: Vec<Mark>,
    /// The comments, where suppressions may stand.
    pub comments: Vec<Span<Raw>>,
    /// The commands of shell scripts that run a tool around Airflow, in the order of the file.
    pub commands: Vec<Command<'a>>,
    /// The connections and variables that a Dag asks for, in the order of the file.
    pub references: Vec<Reference<'a>>,
}

impl<'a> Document<'a> {
    /// A document in which nothing was found yet.
    pub(crate) fn empty(text: &'a str, format: HostFormat, consumer: Consumer) -> Self {
        let (sites, issues, marks, comments, commands, references) = Default::default();
        Self { text, format, consumer, sites, issues, marks, comments, commands, references }
    }

    /// Whether a mark of this kind holds for `span`. Marks of one kind lie apart from each other.
    pub fn is_marked(&self, kind: MarkKind, span: Span<Raw>) -> bool {
        let behind = (kind, span.start());
        let at = self.marks.partition_point(|mark| (mark.kind, mark.span.start()) <= behind);
        let mark = at.checked_sub(1).and_then(|at| self.marks.get(at));
        mark.is_some_and(|mark| mark.kind == kind && mark.span.covers(span))
    }

    /// The sites within `span`.
    pub fn sites_in(&self, span: Span<Raw>) -> impl Iterator<Item = &Site<'a>> {
        let at = self.sites.partition_point(|site| site.span.start() < span.start());
        let rest = self.sites.get(at..).unwrap_or_default().iter();
        let near = rest.take_while(move |site| site.span.start() < span.end());
        near.filter(move |site| span.covers(site.span))
    }

    /// The marks of this kind within `span`.
    pub fn marks_in(&self, kind: MarkKind, span: Span<Raw>) -> impl Iterator<Item = &Mark> {
        let start = (kind, span.start());
        let at = self.marks.partition_point(|mark| (mark.kind, mark.span.start()) < start);
        let rest = self.marks.get(at..).unwrap_or_default().iter();
        rest.take_while(move |mark| mark.kind == kind && span.covers(mark.span))
    }

    pub(crate) fn mark(&mut self, kind: MarkKind, span: Span<Raw>) {
        self.marks.push(Mark { kind, span });
    }

    pub(crate) fn issues_of(
        &mut self,
        issues: impl IntoIterator<Item = (HostIssueKind, Span<Raw>)>,
    ) {
        self.issues.extend(issues.into_iter().map(|(kind, span)| HostIssue { kind, span }));
    }

    pub(crate) fn issue(&mut self, kind: HostIssueKind, span: Span<Raw>) {
        self.issues.push(HostIssue { kind, span });
    }
}

/// What is known before a document is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Who reads `.env` files.
    pub consumer: Consumer,
}
