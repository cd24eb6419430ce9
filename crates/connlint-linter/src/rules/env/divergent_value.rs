use connlint_hosts::dotenv::{EntryReading, may_diverge, read_entry_as};
use connlint_hosts::{Consumer, HostFormat, Role, Site};
use connlint_text::{Edit, Grounds, Piece, Public, Raw, Span, message};

use crate::signs::to_line_end;
use crate::{Applicability, Draft, Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL603" "divergent-value", Portability, Warning,
    since: "0.1.0", fix: Sometimes, Site => check,
    where: [Quote, Escape, Space, NotAscii, Extreme, OddName, Shell]
}

/// The readers that an Astro project meets: four of the Astro CLI, and Airflow's Python world.
const READERS: [Consumer; 5] = [
    Consumer::Compose,
    Consumer::AstroStandalone,
    Consumer::AstroLoad,
    Consumer::Gotenv,
    Consumer::PythonDotenv,
];

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let (document, site) = (cx.document, cx.site);
    let text = document.text;
    let is_read = !matches!(site.role, Role::Config);
    if document.format != HostFormat::Dotenv || !is_read {
        return;
    }
    let all = if document.consumer == Consumer::Shell { Consumer::ALL } else { &READERS };
    if !may_diverge(to_line_end(text, site), all) {
        return;
    }
    // `export` and `${NAME}` are meant for readers that know them.
    let before_name = Span::<Raw>::new(site.span.start(), site.name.span.start()).of(text);
    if before_name.contains("export") || site.value_span.of(text).contains("${") {
        return;
    }
    let others: Vec<Consumer> = READERS
        .into_iter()
        .filter(|&reader| reader != document.consumer && !reads_alike(text, site, reader))
        .collect();
    if others.is_empty() {
        return;
    }
    let cause = cause(text, site);
    let headline = message!["not every reader of this file reads the same"];
    let mut draft = report.report_raw(cause.span, headline).label(cause.reason);
    for reader in others {
        let name = Public::vouch(reader.name(), Grounds::Computed);
        let summary = Public::vouch(reader.summary(), Grounds::Computed);
        let reading = read_entry_as(text, site.span, &site.name.text, reader);
        draft = draft.note(message!["`", name, "` (", summary, ") ", what(&reading)]);
    }
    let draft = draft.help(
        "write the value between single quotes, on one line, with no `'` in it and no blanks around `=`",
    );
    portable(draft, text, site);
}

fn reads_alike(text: &str, site: &Site<'_>, reader: Consumer) -> bool {
    match read_entry_as(text, site.span, &site.name.text, reader) {
        EntryReading::Value(value) => value.text() == site.value.text(),
        _ => false,
    }
}

fn what(reading: &EntryReading<'_>) -> &'static str {
    match reading {
        EntryReading::Value(_) => "reads another value",
        EntryReading::Absent => "reads no value",
        EntryReading::OtherKey(_) => "reads another name",
        _ => "refuses the line",
    }
}

/// Why readers differ, and where.
struct Cause {
    span: Span<Raw>,
    reason: &'static str,
}

fn cause(text: &str, site: &Site<'_>) -> Cause {
    let joint = Span::new(site.name.span.end(), site.value_span.start());
    if joint.of(text) != "=" && joint.of(text) != "=\"" && joint.of(text) != "='" {
        return Cause { span: joint, reason: "what stands between name and value" };
    }
    let value = site.value.text();
    if value.trim() != value {
        return Cause { span: site.value_span, reason: "some readers strip the blanks" };
    }
    // What is not a part of the value, such as a comment, ends the line.
    let line = text.get(site.value_span.start() as usize..).unwrap_or_default();
    let line = line.lines().next().unwrap_or_default();
    let causes: [(&str, &str); 6] = [
        ("#", "some readers start a comment here"),
        ("$", "some readers put a variable in here"),
        ("\\", "some readers take this for an escape"),
        ("\n", "some readers end the value at the line end"),
        ("'", "some readers keep this quote"),
        ("\"", "some readers keep this quote"),
    ];
    let found = causes.into_iter().find_map(|(sign, reason)| Some((line.find(sign)?, reason)));
    match found {
        Some((at, reason)) => {
            Cause { span: Span::from_range(at..at + 1).shifted(site.value_span.start()), reason }
        }
        None => Cause { span: site.value_span, reason: "readers differ about this value" },
    }
}

/// Offers the value between single quotes, where all readers then read what this one reads now.
fn portable(draft: Draft<'_>, text: &str, site: &Site<'_>) {
    let raw = site.value.raw();
    // A variable that is put in was hardly meant; what was meant is the text as it stands.
    let as_it_stands = if site.unknown.is_empty() { raw } else { site.value_span };
    let value = as_it_stands.of(text);
    let can = (site.value.map().is_verbatim() || !site.unknown.is_empty())
        && !value.contains(['\'', '\n', '\r', '"', '\\']);
    if !can || value.is_empty() || value.trim() != value {
        return;
    }
    let pieces = vec![Piece::Text("='".into()), Piece::Keep(as_it_stands), Piece::Text("'".into())];
    let span = Span::new(site.name.span.end(), site.value_span.end());
    let applicability =
        if site.unknown.is_empty() { Applicability::Safe } else { Applicability::Unsafe };
    draft.raw_fix(applicability, "write it between single quotes", vec![Edit { span, pieces }]);
}
