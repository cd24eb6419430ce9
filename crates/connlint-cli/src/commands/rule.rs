use std::io::{self, Write as _};
use std::process::ExitCode;

use connlint::linter::{FixAvailability, Stability};
use connlint::{RULES, Rule, rule};
use serde_json::json;

use super::{no_rule, pager};

/// Prints the page of a rule.
pub(crate) fn explain(name: &str) -> anyhow::Result<ExitCode> {
    let Some(rule) = rule(name) else { return no_rule(name) };
    let mut out = Vec::new();
    let (title, body) = rule.page.split_once('\n').unwrap_or((rule.page, ""));
    writeln!(out, "{title} ({})", rule.code)?;
    writeln!(out)?;
    writeln!(
        out,
        "{} · {} · confidence {} · {} · since {}{}",
        rule.severity,
        rule.category,
        rule.confidence,
        fixes(rule.fix),
        rule.since,
        if is_on_trial(rule) { " · preview" } else { "" }
    )?;
    out.write_all(body.as_bytes())?;
    pager::show(&out)
}

/// Prints one line for each rule.
pub(crate) fn list(json: bool) -> anyhow::Result<ExitCode> {
    if json {
        let rules: Vec<_> = RULES
            .iter()
            .map(|rule| {
                json!({
                    "code": rule.code,
                    "name": rule.name,
                    "category": rule.category.as_str(),
                    "severity": rule.severity.as_str(),
                    "confidence": rule.confidence.as_str(),
                    "fix": fixes(rule.fix),
                    "since": rule.since,
                    "preview": is_on_trial(rule),
                    "summary": rule.summary(),
                    "url": rule.url(),
                })
            })
            .collect();
        writeln!(io::stdout().lock(), "{:#}", json!({ "version": 1, "rules": rules }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = Vec::new();
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    for rule in RULES {
        let summary = rule.summary().replace('\n', " ");
        let trial = if is_on_trial(rule) { "(preview) " } else { "" };
        writeln!(out, "{} {:width$}  {:7}  {trial}{summary}", rule.code, rule.name, rule.severity)?;
    }
    pager::show(&out)
}

fn is_on_trial(rule: &Rule) -> bool {
    rule.stability == Stability::Preview
}

const fn fixes(fix: FixAvailability) -> &'static str {
    match fix {
        FixAvailability::None => "no fix",
        FixAvailability::Sometimes => "fix sometimes",
        FixAvailability::Always => "fix always",
    }
}
