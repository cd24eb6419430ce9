//! Findings as text: for people (miette), for editors and scripts (one line each), for programs
//! (JSON), and in the forms that forges and CI servers read. The only crate that knows a terminal.
//!
//! A report is made of chunks, so that files can be rendered where they are linted, in parallel,
//! and thrown away: what comes before the first file, one chunk for each file, and what comes
//! after the last. [`Report`] puts them in a row.
//!
//! Nothing is printed but what a [`Linted`] vouches for: every quoted line goes through
//! [`Shown`](connlint_text::Shown), where a secret is `****`.
//!
//! ```
//! use connlint_linter::Linter;
//! use connlint_report::{OutputFormat, RunInfo, Style, Summary, render};
//!
//! let linter = Linter::default();
//! let linted = linter.lint(".env", "AIRFLOW_CONN_PG=postgres://app:s3/cr#t@db:5432/app\n");
//! let summary = Summary::of([&linted]);
//! let run = RunInfo { airflow: linter.profile };
//! let report = render(OutputFormat::Concise, Style::PLAIN, &run, [&linted], &summary);
//! assert!(report.starts_with(".env:1:34: error CL104 unencoded-delimiter: "));
//! ```

mod azure;
mod block;
mod checkstyle;
mod concise;
mod diff;
mod fingerprint;
mod full;
mod github;
mod gitlab;
mod grouped;
mod json;
mod junit;
mod markdown;
mod places;
mod preview;
mod problem;
mod rdjson;
mod sarif;
mod show;
mod snippet;
mod statistics;
mod style;
mod summary;
mod view;
mod xml;

use connlint_catalog::Profile;
use connlint_linter::Linted;

pub use block::Block;
pub use diff::diff;
pub use json::json_schema;
pub use problem::{Problem, problem};
pub use show::{Show, ShowFormat, ShownError, ShownSite};
pub use statistics::Statistics;
pub use style::Style;
pub use summary::Summary;

macro_rules! formats {
    ($($(#[doc = $doc:literal])+ $format:ident $word:literal => $renderer:expr),+ $(,)?) => {
        /// How findings are written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        #[non_exhaustive]
        pub enum OutputFormat {
            #[default]
            $($(#[doc = $doc])+ $format),+
        }

        impl OutputFormat {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$format),+];

            /// The name on the command line.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$format => $word),+ }
            }

            /// What it is, in a few words.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$format => concat!($($doc),+).trim_ascii()),+ }
            }

            /// Whether people read it, as against programs.
            pub const fn is_for_people(self) -> bool {
                matches!(self, Self::Full | Self::Concise | Self::Grouped)
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|format| format.name() == name)
            }
        }

        /// The renderer of a format.
        pub fn renderer(format: OutputFormat, style: Style) -> Box<dyn Renderer> {
            match format { $(OutputFormat::$format => Box::new($renderer(style))),+ }
        }
    };
}

formats! {
    /// Every finding with the lines it is about, and how to fix it.
    Full "full" => full::Full,
    /// One line for each finding.
    Concise "concise" => concise::Concise,
    /// The findings of each file below its name.
    Grouped "grouped" => grouped::Grouped,
    /// One JSON document, versioned.
    Json "json" => |_| json::Json,
    /// One JSON object a line for each finding.
    JsonLines "jsonl" => |_| json::JsonLines,
    /// SARIF 2.1.0, for code scanning.
    Sarif "sarif" => |_| sarif::Sarif,
    /// Annotations in GitHub Actions.
    Github "github" => |_| github::Github,
    /// A code quality report for GitLab.
    Gitlab "gitlab" => |_| gitlab::Gitlab,
    /// Issues in Azure Pipelines.
    Azure "azure" => |_| azure::Azure,
    /// JUnit's XML, a failed test for each finding.
    Junit "junit" => |_| junit::Junit,
    /// Checkstyle's XML.
    Checkstyle "checkstyle" => |_| checkstyle::Checkstyle,
    /// Reviewdog's diagnostics.
    Rdjson "rdjson" => |_| rdjson::Rdjson,
    /// Tables in Markdown, for the summary of a job.
    Markdown "markdown" => |_| markdown::Markdown,
}

/// What is known before the first file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunInfo {
    /// Which Airflow the findings are about.
    pub airflow: Profile,
}

/// Writes a report in chunks, which [`Report`] puts in a row.
pub trait Renderer: Sync {
    /// What stands before the first file.
    fn begin(&self, run: &RunInfo) -> String;

    /// What is to be said about a file; empty where nothing is.
    fn file(&self, linted: &Linted<'_>) -> String;

    /// The same in pieces that may be told apart, and alike ones shown once.
    fn blocks(&self, linted: &Linted<'_>) -> Vec<Block> {
        Block::of(self.file(linted)).into_iter().collect()
    }

    /// What stands between two files' chunks that are not empty.
    fn separator(&self) -> &'static str;

    /// What stands behind the last file.
    fn end(&self, summary: &Summary) -> String;
}

/// The chunks of a report, in a row.
///
/// The caller writes out each text it is given, in order.
///
/// ```
/// use connlint_linter::Linter;
/// use connlint_report::{OutputFormat, Report, RunInfo, Style, Summary, renderer};
///
/// let renderer = renderer(OutputFormat::Json, Style::PLAIN);
/// let mut summary = Summary::default();
/// let (mut report, mut out) = Report::begin(renderer.as_ref(), &RunInfo::default());
/// for text in ["AIRFLOW_CONN_A=x_y://\n", "", "AIRFLOW_CONN_B=x_y://\n"] {
///     let linted = Linter::default().lint(".env", text);
///     let chunk = renderer.file(&linted); // in any thread
///     summary.add(&linted);
///     out.push_str(report.lead(&chunk));
///     out.push_str(&chunk);
/// }
/// out.push_str(&report.end(&summary));
/// assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok());
/// ```
pub struct Report<'r> {
    renderer: &'r dyn Renderer,
    is_first: bool,
}

impl<'r> Report<'r> {
    /// A report by this renderer, with what stands before the first file.
    pub fn begin(renderer: &'r dyn Renderer, run: &RunInfo) -> (Self, String) {
        (Self { renderer, is_first: true }, renderer.begin(run))
    }

    /// What goes before the next file's chunk.
    pub fn lead(&mut self, chunk: &str) -> &'static str {
        if chunk.is_empty() || std::mem::take(&mut self.is_first) {
            return "";
        }
        self.renderer.separator()
    }

    /// The text of all files' blocks; what many of them say alike is said once.
    pub fn blocks(&mut self, blocks: Vec<Block>) -> String {
        let mut text = String::new();
        for chunk in block::grouped(blocks) {
            text.push_str(self.lead(&chunk));
            text.push_str(&chunk);
        }
        text
    }

    /// What stands behind the last file.
    pub fn end(self, summary: &Summary) -> String {
        self.renderer.end(summary)
    }
}

impl std::fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report").field("is_first", &self.is_first).finish_non_exhaustive()
    }
}

/// A whole report in one go, for few files.
pub fn render<'l, 't: 'l>(
    format: OutputFormat,
    style: Style,
    run: &RunInfo,
    files: impl IntoIterator<Item = &'l Linted<'t>>,
    summary: &Summary,
) -> String {
    let renderer = renderer(format, style);
    let (mut report, mut text) = Report::begin(renderer.as_ref(), run);
    for linted in files {
        let chunk = renderer.file(linted);
        text.push_str(report.lead(&chunk));
        text.push_str(&chunk);
    }
    text.push_str(&report.end(summary));
    text
}

/// A file's name without characters that drive a terminal.
fn printable(path: &str) -> String {
    use connlint_text::{Grounds, Public};
    Public::vouch(path, Grounds::Name).to_string()
}
