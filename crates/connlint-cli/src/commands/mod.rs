//! One module a command.

pub(crate) mod add_ignores;
pub(crate) mod baseline;
pub(crate) mod bulk;
pub(crate) mod check;
pub(crate) mod convert;
pub(crate) mod diff;
pub(crate) mod in_place;
pub(crate) mod init;
pub(crate) mod lookup;
pub(crate) mod pager;
pub(crate) mod rule;
pub(crate) mod schema;
pub(crate) mod scrub;
pub(crate) mod show;
pub(crate) mod watch;

use std::io::{self, IsTerminal as _};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail};
use connlint::config::Date;
use connlint::linter::Stability;
use connlint::report::Style;
use connlint::{Linter, RULES, nearest_rule, rule};

use crate::args::Selection;

/// How standard output wants to be written to.
pub(crate) fn style() -> Style {
    let color = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
    Style { color, links: color && io::stdout().is_terminal(), ..Style::PLAIN }
}

/// Refuses words that mean no rule.
pub(crate) fn known(selection: &Selection) -> Result<()> {
    for word in selection.select.iter().chain(&selection.ignore) {
        if !RULES.iter().any(|rule| rule.is_meant_by(word)) {
            return no_rule(word);
        }
    }
    Ok(())
}

/// Says which of the selected rules do not look, since they are on trial.
pub(crate) fn complain_of_trials(selection: &Selection, linter: &Linter) {
    for name in &selection.select {
        let Some(rule) = rule(name) else { continue };
        if rule.stability == Stability::Preview && !linter.rules.contains(&rule) {
            anstream::eprintln!("`{name}` is on trial, and looks with `--preview` only");
        }
    }
}

/// Says that there is no such rule, and which one may be meant.
pub(crate) fn no_rule<T>(word: &str) -> Result<T> {
    match nearest_rule(word) {
        Some(meant) => bail!("no rule is called `{word}`; did you mean `{meant}`?"),
        None => bail!("no rule is called `{word}`; `connlint rules` lists them"),
    }
}

/// Today, or the day that `SOURCE_DATE_EPOCH` says it is.
#[expect(clippy::disallowed_methods, reason = "the command reads the environment")]
pub(crate) fn today() -> Date {
    let said = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    Date::from_unix(said.unwrap_or_else(now))
}
