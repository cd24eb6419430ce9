//! Rules over Airflow connections: from sites to findings, fixes and suppressions. No I/O.
//!
//! [`Linter::lint`] takes a file's name and text and gives a [`Linted`] with its [`Finding`]s.
//! A rule is a function over the narrowest subject it needs, see [`Check`], declared beside its
//! page with [`declare_rule!`].

mod add_ignores;
mod connection;
mod context;
mod declared;
mod disclosure;
mod finding;
mod fix;
mod lint;
mod placeholder;
mod project;
mod registry;
mod reporter;
mod rule;
mod rules;
mod signs;
mod source;
mod suppression;
mod versions;

pub use add_ignores::{Ignored, add_ignores};
pub use connection::{ConnectionCx, ExtraAt, FieldAt, Given, Notation};
pub use context::{DocumentCx, KwargsCx, Provided, SiteCx, VaultCx, VersionsCx};
pub use declared::{Declared, DeclaredBackend, DeclaredType};
pub use disclosure::{is_name, is_plain, public_name, public_parts, visible_parts};
pub use finding::{
    Applicability, Category, Confidence, Finding, Fix, FixEdit, FixPart, Label, NewLine, Severity,
    SiteRef,
};
pub use fix::{Fixed, ProjectFiles, add_lines, fix, fix_in};
pub use lint::{Linted, Linter, backend_of, class_of, reading};
pub use project::{ProjectCx, ProjectFacts, ProjectReporter, Tracking};
pub use registry::{RULES, default_rules, nearest_rule, rule};
pub use reporter::{Draft, Reporter};
pub use rule::{Audience, Check, FixAvailability, Rule, Stability};
pub use signs::{Sign, Signs};
pub use source::Source;
pub use suppression::ignore_parts;
