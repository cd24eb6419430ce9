use connlint::{Secrets, sites};
use connlint_config::Baseline;
use connlint_convert::{Options, Source as Convertible, Target, convert, scrub};
use connlint_linter::{Applicability, Linted, Linter, Source, fix, reading};
use connlint_report::{
    OutputFormat, RunInfo, Show, ShowFormat, Statistics, Style, Summary, diff, render,
};
use connlint_text::Span;

use super::{Held, hold};
use crate::strategies::{Sentinel, Template};

/// No output shows four characters of a secret, whatever is wrong around it.
pub fn nothing_leaks(linter: &Linter, template: &Template) -> Held {
    let sentinel = Sentinel::of_length(24);
    let text = template.fill(&sentinel);
    let source = Source::of(text.as_bytes());
    let linted = linter.lint_source("file", &source);
    for (what, output) in outputs(linter, &linted) {
        if let Some(part) = sentinel.found_in(&output) {
            return Err(format!("{what} shows `{part}`:\n{output}\n--- of\n{text}"));
        }
    }
    // Where findings depend on what stands around connections, that is left as it is, and said. A
    // secret in the place of a key is a key.
    let scrubbed = scrub(linter, &linted.path, linted.text);
    let in_key = |line: &str| sentinel.found_in(line.split([':', '=']).next().unwrap_or_default());
    let has_key = text.lines().any(|line| in_key(line).is_some());
    let found = sentinel.found_in(&scrubbed.text);
    hold!(
        found.is_none() || scrubbed.keeps_surroundings || has_key,
        "what was scrubbed shows a secret:\n{}\n--- of\n{text}",
        scrubbed.text
    );
    Ok(())
}

/// The view of a file, and the report about it, tell nothing of the length of a secret.
///
/// Places do: a column counts the characters before it.
pub fn same_view_at_any_length(linter: &Linter, template: &Template) -> Held {
    let [short, long] = [8, 29].map(|letters| template.fill(&Sentinel::of_length(letters)));
    let [short, long] = [&short, &long].map(|text| linter.lint("file", text));
    let [a, b] = [&short, &long].map(whole_view);
    hold!(a == b, "a view tells the length of a secret:\n{a}\n--- and\n{b}");
    // Of a line without room for all of it, what is shown depends on where it is cut.
    if a.lines().any(|line| line.chars().count() > 120) {
        return Ok(());
    }
    let [a, b] = [&short, &long].map(|linted| {
        let report = report(OutputFormat::Full, linted);
        // `[file:1:40]`
        let lines = report.lines().map(|line| line.split("─[file:").next().unwrap_or_default());
        lines.collect::<Vec<_>>().join("\n")
    });
    hold!(a == b, "a report tells the length of a secret:\n{a}\n--- and\n{b}");
    for format in ShowFormat::ALL {
        // Where a text is no JSON, Airflow says at which place.
        let places = |text: String| text.replace(|char: char| char.is_ascii_digit(), "");
        let [a, b] = [&short, &long].map(|linted| places(shown(linted, *format)));
        hold!(a == b, "what is shown tells the length of a secret:\n{a}\n--- and\n{b}");
    }
    let [a, b] = [&short, &long].map(baseline);
    hold!(a == b, "a baseline tells the length of a secret:\n{a}\n--- and\n{b}");
    Ok(())
}

fn whole_view(linted: &Linted<'_>) -> String {
    linted.shown(Span::from_range(0..linted.text.len())).text().to_owned()
}

fn report(format: OutputFormat, linted: &Linted<'_>) -> String {
    styled_report(format, Style::PLAIN, linted)
}

fn styled_report(format: OutputFormat, style: Style, linted: &Linted<'_>) -> String {
    let run = RunInfo { airflow: linted.profile };
    render(format, style, &run, [linted], &Summary::of([linted]))
}

/// What `connlint show` prints without `--reveal`.
fn shown(linted: &Linted<'_>, format: ShowFormat) -> String {
    let mut show = Show::new(format, Style::PLAIN);
    let mut text = show.begin(&RunInfo { airflow: linted.profile });
    for site in sites(linted, Secrets::Masked) {
        text.push_str(&show.site(&site));
    }
    text + &show.end()
}

fn baseline(linted: &Linted<'_>) -> String {
    let mut baseline = Baseline::default();
    baseline.add(&linted.path, &linted.findings, None);
    baseline.to_json()
}

/// Why connections are not written in another form, or what they lose there.
fn refusals(linted: &Linted<'_>) -> String {
    let Some(document) = &linted.document else { return String::new() };
    let mut said = Vec::new();
    let readings: Vec<_> = document
        .sites
        .iter()
        .filter_map(|site| Some((site, reading(site, linted.profile)?)))
        .collect();
    let connections: Vec<_> = readings
        .iter()
        .map(|(site, reading)| Convertible::of_site(site, site.id.clone(), reading))
        .collect();
    let options = Options { profile: linted.profile, ..Options::default() };
    // There are many forms; over many documents each has its turn.
    let targets = Target::ALL.iter().cycle().skip(linted.text.len() % Target::ALL.len());
    for target in targets.take(2) {
        let conversion = convert(connections.iter().cloned(), *target, &options);
        for outcome in &conversion.report {
            if let Err(refusal) = &outcome.result {
                said.push(refusal.message().as_str().to_owned());
            }
        }
        said.push(format!("{:?}", conversion.report));
    }
    said.join("\n")
}

/// Everything that is printed about a file, or that a `{:?}` might print.
fn outputs(linter: &Linter, linted: &Linted<'_>) -> Vec<(&'static str, String)> {
    let mut outputs = vec![("the view", whole_view(linted))];
    for format in OutputFormat::ALL {
        outputs.push((format.name(), report(*format, linted)));
    }
    for least in [Applicability::Safe, Applicability::Unsafe] {
        let fixed = fix(linter, &linted.path, linted.text, least);
        let after = linter.lint(&linted.path, &fixed.text);
        outputs.push(("the diff", diff(linted, &after, Style::PLAIN)));
        outputs.push(("the view of what was fixed", whole_view(&after)));
        outputs.push(("the report on what was fixed", report(OutputFormat::Full, &after)));
    }
    let colorful = Style { color: true, links: true, ..Style::PLAIN };
    outputs.push(("a report in colour", styled_report(OutputFormat::Full, colorful, linted)));
    for format in ShowFormat::ALL {
        outputs.push(("what is shown", shown(linted, *format)));
    }
    outputs.push(("the baseline", baseline(linted)));
    let mut statistics = Statistics::default();
    statistics.add(linted);
    outputs.push(("statistics", statistics.table(colorful, &Summary::of([linted]))));
    outputs.push(("a refusal", refusals(linted)));
    outputs.push(("the debug output of findings", format!("{:?}", linted.findings)));
    if let Some(document) = &linted.document {
        for site in &document.sites {
            let Some(reading) = reading(site, linter.profile) else { continue };
            outputs.push(("the debug output of a reading", format!("{reading:?}")));
            outputs.push(("the debug output of a value", format!("{:?}", site.value)));
            if let Some(message) = reading.failure_message(site.id.as_deref()) {
                outputs.push(("a masked message", message.masked().to_string()));
                outputs.push(("the debug output of a message", format!("{message:?}")));
            }
        }
    }
    // A file whose name says that it is something else is no reason to show more of it.
    let guessing = Linter { format: None, ..linter.clone() };
    for name in [".env", "vault.json"] {
        let misread = guessing.lint(name, linted.text);
        outputs.push(("the view as another format", whole_view(&misread)));
        outputs.push(("the report as another format", report(OutputFormat::Full, &misread)));
    }
    outputs
}
