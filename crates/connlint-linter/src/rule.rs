use std::fmt;

use connlint_parser::{JsonConnection, Uri};

use crate::{
    Category, Confidence, ConnectionCx, DocumentCx, KwargsCx, ProjectCx, ProjectReporter, Reporter,
    Severity, Signs, SiteCx, VaultCx, VersionsCx,
};

/// A rule: what it is called, what it means, and the function that looks.
///
/// Declared with [`declare_rule!`](crate::declare_rule), one a file, with its page beside it.
pub struct Rule {
    /// The code, for suppressions and machines. Never used again for another rule.
    pub code: &'static str,
    /// The name, which completes the sentence "allow …".
    pub name: &'static str,
    /// What kind of fault it finds.
    pub category: Category,
    /// How bad it is unless a finding says otherwise.
    pub severity: Severity,
    /// How sure it is unless a finding says otherwise.
    pub confidence: Confidence,
    /// Whom it is for.
    pub audience: Audience,
    /// Whether it is on trial.
    pub stability: Stability,
    /// The first release of connlint that has it.
    pub since: &'static str,
    /// Whether it offers fixes.
    pub fix: FixAvailability,
    /// The page: what it finds, why, and examples that are run as tests.
    pub page: &'static str,
    /// What a site must have, one of them, for the rule to look at it.
    pub signs: Signs,
    /// The function that looks.
    pub check: Check,
}

/// Whether a rule offers fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FixAvailability {
    /// Never.
    None,
    /// Where the intent can be told.
    Sometimes,
    /// With every finding.
    Always,
}

/// Whom a rule is for. That is another question than how sure it is, and how bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Everybody: it is in the default set.
    Everybody,
    /// Those who ask for it, with `pedantic` or by its name.
    Pedantic,
}

/// Whether what a rule finds can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stability {
    /// It looks where nobody says otherwise, and means the same in every release of a series.
    Stable,
    /// It is on trial: it looks only where previews are asked for, and may change or go.
    Preview,
}

/// What a rule looks at.
///
/// A rule names the narrowest subject it needs and is called for nothing else.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Check {
    /// Each connection written as a URI.
    Uri(fn(&Uri<'_>, &mut Reporter<'_>)),
    /// Each connection written as a JSON object.
    Json(fn(&JsonConnection<'_>, &mut Reporter<'_>)),
    /// Each site, whatever is written there.
    Site(fn(&SiteCx<'_>, &mut Reporter<'_>)),
    /// Each connection of a type that the catalogue knows, however it is written.
    Connection(fn(&ConnectionCx<'_>, &mut Reporter<'_>)),
    /// Each `backend_kwargs`, with the backend class it goes with.
    Kwargs(fn(&KwargsCx<'_>, &mut Reporter<'_>)),
    /// Each secret of Vault.
    Vault(fn(&VaultCx<'_>, &mut Reporter<'_>)),
    /// Each connection, as each Airflow of a range reads it.
    Versions(fn(&VersionsCx<'_>, &mut Reporter<'_>)),
    /// Each host document as a whole.
    Document(fn(&DocumentCx<'_>, &mut Reporter<'_>)),
    /// All files of a run together.
    Project(fn(&ProjectCx<'_>, &mut ProjectReporter<'_>)),
    /// Nothing: the finding comes from reading the file.
    Reading,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("code", &self.code)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}

impl Rule {
    /// Whether `word` is the rule's name or code.
    pub fn is_called(&self, word: &str) -> bool {
        self.name == word || self.code.eq_ignore_ascii_case(word)
    }

    /// Whether a word of `select` or `ignore` means the rule: its name, its code, the beginning of
    /// its code such as `CL1`, or `ALL`.
    ///
    /// ```
    /// let rule = connlint_linter::rule("CL104").unwrap();
    /// assert!(rule.is_meant_by("cl1") && !rule.is_meant_by("CL2"));
    /// ```
    pub fn is_meant_by(&self, word: &str) -> bool {
        let is_prefix = || word.len() >= 3 && self.code.starts_with(&word.to_ascii_uppercase());
        word == "ALL" || self.is_called(word) || is_prefix()
    }

    /// The first paragraph of the page's first section.
    pub fn summary(&self) -> &'static str {
        let body = self.page.split_once("## What it does").map_or("", |(_, body)| body);
        body.trim_start().split("\n\n").next().unwrap_or_default()
    }

    /// Where the page is published.
    pub fn url(&self) -> String {
        format!("https://connlint.github.io/connlint/rules/{}.html", self.name)
    }
}

/// Declares the rule of a file, with the page beside it.
///
/// ```ignore
/// declare_rule! { "CL104" "unencoded-delimiter", Correctness, Error, since: "0.1.0", fix: Sometimes, Uri => check }
/// ```
///
/// Confidence is `High`, unless the severity says otherwise: `Error[Medium]`. It is for everybody,
/// unless `audience: Pedantic` stands behind that, and stable, unless `stability: Preview` ends it. A
/// rule about sites may name the [signs](crate::Sign) without which it finds nothing:
/// `where: [Percent]`; it is not asked about sites that have none.
#[macro_export]
macro_rules! declare_rule {
    (
        $code:literal $name:literal, $category:ident, $severity:ident $([$confidence:ident])?,
        since: $since:literal, fix: $fix:ident, $subject:ident $(=> $check:path)?
        $(, where: [$($sign:ident),+])?
        $(, audience: $audience:ident)? $(, stability: $stability:ident)?
    ) => {
        pub(crate) static RULE: $crate::Rule = $crate::Rule {
            code: $code,
            name: $name,
            category: $crate::Category::$category,
            severity: $crate::Severity::$severity,
            confidence: $crate::declare_rule!(@confidence $($confidence)?),
            audience: $crate::declare_rule!(@audience $($audience)?),
            stability: $crate::declare_rule!(@stability $($stability)?),
            since: $since,
            fix: $crate::FixAvailability::$fix,
            page: include_str!(concat!($name, ".md")),
            signs: $crate::declare_rule!(@signs $($($sign),+)?),
            check: $crate::Check::$subject $(($check))?,
        };
    };
    (@confidence) => { $crate::Confidence::High };
    (@confidence $confidence:ident) => { $crate::Confidence::$confidence };
    (@signs) => { $crate::Signs::ALWAYS };
    (@signs $($sign:ident),+) => { $crate::Signs::of(&[$($crate::Sign::$sign),+]) };
    (@audience) => { $crate::Audience::Everybody };
    (@audience $audience:ident) => { $crate::Audience::$audience };
    (@stability) => { $crate::Stability::Stable };
    (@stability $stability:ident) => { $crate::Stability::$stability };
}
