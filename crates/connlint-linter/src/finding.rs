use std::fmt;

use connlint_hosts::Role;
use connlint_text::{Message, Public, Raw, Span, TextEdit};

use crate::Rule;

/// How bad the consequence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing breaks.
    Info,
    /// Works by accident, is deprecated, or leaks a secret.
    Warning,
    /// Airflow fails, or silently uses another value than the one that was meant.
    Error,
}

/// How sure connlint is that what it says is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// It may be meant.
    Low,
    /// It is hardly ever meant.
    Medium,
    /// It is what Airflow does.
    High,
}

/// What kind of fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// The value is not read as it was meant.
    Correctness,
    /// It is read as meant, but not by everybody or not for long.
    Portability,
    /// A secret may leak, or an access is wider than it need be.
    Security,
    /// The file around the value is at fault.
    Host,
}

macro_rules! words {
    ($type:ident { $($variant:ident => $word:literal),* $(,)? }) => {
        impl $type {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word used in output and configuration.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words!(Severity { Info => "info", Warning => "warning", Error => "error" });
words!(Confidence { Low => "low", Medium => "medium", High => "high" });
words!(Category {
    Correctness => "correctness",
    Portability => "portability",
    Security => "security",
    Host => "host",
});
words!(Applicability { DisplayOnly => "display-only", Unsafe => "unsafe", Safe => "safe" });

/// What a user sees: a fault at a place, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that objects.
    pub rule: &'static Rule,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// The narrowest place that shows it.
    pub span: Span<Raw>,
    /// The site it was found in; `None` where it concerns the file.
    pub site: Option<SiteRef>,
    /// What is wrong, in a clause: lower case, no full stop.
    pub message: Message,
    /// The reason at `span`, in a few words.
    pub label: Option<Message>,
    /// Other places that explain it.
    pub labels: Vec<Label>,
    /// What to do, as an imperative.
    pub help: Option<Message>,
    /// What Airflow does with it as written, and since when.
    pub notes: Vec<Message>,
    /// Changes that would settle it, the best first.
    pub fixes: Vec<Fix>,
}

/// The site of a finding, for people and baselines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteRef {
    /// What the site is called in its document.
    pub name: Public<'static>,
    /// The connection id, where one is known.
    pub id: Option<Public<'static>>,
    /// What is written there.
    pub role: Role,
    /// The whole entry.
    pub span: Span<Raw>,
}

/// A place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span<Raw>,
    /// What is to be seen there.
    pub message: Message,
}

/// What applying a fix promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// An idea: it cannot be applied as it is.
    DisplayOnly,
    /// It may change what Airflow reads, and is applied with `--unsafe-fixes` only.
    Unsafe,
    /// What Airflow reads afterwards is provably what was meant.
    Safe,
}

/// A change that would settle a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an imperative.
    pub title: Message,
    /// What applying it promises.
    pub applicability: Applicability,
    /// The changes, in the order of the file; empty for an idea without one.
    pub edits: Vec<FixEdit>,
    /// A line that another file needs, where the fault is not in this one.
    pub line: Option<NewLine>,
}

/// A line at the end of another file of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLine {
    /// The number of the file.
    pub file: usize,
    /// What it says.
    pub text: Public<'static>,
}

/// One change of a [`Fix`], encoded for the file it goes into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixEdit {
    /// The change. Its text may hold secrets.
    pub edit: TextEdit,
    /// Which parts of the new text may be shown; the rest may not.
    pub parts: Vec<FixPart>,
}

/// A part of a [`FixEdit`]'s text that may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixPart {
    /// The bytes of the new text.
    pub range: std::ops::Range<usize>,
    /// What it was made from: it may be shown where that may. `None` where it may be shown anyway.
    pub from: Option<Span<Raw>>,
}

impl Finding {
    /// The order findings are given in: by place, then by rule.
    pub fn order(&self, other: &Self) -> std::cmp::Ordering {
        let key = |finding: &Self| (finding.span, finding.rule.code);
        key(self).cmp(&key(other))
    }

    /// The best fix that may be applied without asking.
    pub fn safe_fix(&self) -> Option<&Fix> {
        self.fix_up_to(Applicability::Safe)
    }

    /// The best fix that promises at least `least`.
    pub fn fix_up_to(&self, least: Applicability) -> Option<&Fix> {
        self.fixes.iter().find(|fix| fix.applicability >= least && !fix.edits.is_empty())
    }

    /// The line for another file that promises at least `least`.
    pub fn line_up_to(&self, least: Applicability) -> Option<&NewLine> {
        self.fixes.iter().filter(|fix| fix.applicability >= least).find_map(|fix| fix.line.as_ref())
    }

    /// Whether a change that promises at least `least` would settle it.
    pub fn is_fixable(&self, least: Applicability) -> bool {
        self.fix_up_to(least).is_some() || self.line_up_to(least).is_some()
    }
}
