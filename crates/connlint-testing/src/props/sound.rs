use connlint_linter::{Finding, Linted, Linter, Source, reading};
use connlint_parser::{read_kwargs, read_stored, read_uri};
use connlint_report::{OutputFormat, RunInfo, Style, Summary, render};
use connlint_text::{Raw, Span};

use super::{Held, hold};

/// Linting ends, gives the same twice, and points at characters that are there, in order.
pub fn sound(linter: &Linter, text: &str) -> Held {
    let linted = linter.lint("file", text);
    is_sound(&linted)?;
    let again = linter.lint("file", text);
    hold!(linted.findings == again.findings, "linting twice gives two answers");
    readings_are_sound(text, linter)?;
    if let Some(document) = &linted.document {
        for site in &document.sites {
            if let Some(reading) = reading(site, linter.profile) {
                let value = site.value.text();
                let failure = reading.failure().map(|failure| failure.span);
                let fits = failure.is_none_or(|span| value.get(span.range()).is_some());
                hold!(fits, "a failure stands outside its value");
                let has_message = reading.failure_message(site.id.as_deref()).is_some();
                hold!(has_message == failure.is_some(), "a failure has no message: {reading:?}");
                hold!(
                    failure.is_none() || reading.connection().is_none(),
                    "what Airflow refuses is a connection all the same"
                );
                if let Some(connection) = reading.connection() {
                    // Writing it again may be refused, but is never a panic.
                    let _ = connection.get_uri(linter.profile);
                    let _ = connection.as_json(linter.profile);
                }
            }
        }
    }
    Ok(())
}

/// The same for the bytes of a file.
pub fn sound_bytes(linter: &Linter, bytes: &[u8]) -> Held {
    let source = Source::of(bytes);
    hold!(source.text().len() == bytes.len(), "offsets in the text are not those of the file");
    is_sound(&linter.lint_source("file", &source))?;
    sound(linter, source.text())
}

fn is_sound(linted: &Linted<'_>) -> Held {
    let text = linted.text;
    let fits = |span: Span<Raw>| text.get(span.range()).is_some();
    for finding in &linted.findings {
        let rule = finding.rule.name;
        let labels = finding.labels.iter().map(|label| label.span);
        let edits = finding.fixes.iter().flat_map(|fix| &fix.edits);
        let sources = edits.clone().flat_map(|edit| edit.parts.iter().filter_map(|part| part.from));
        let site = finding.site.as_ref().map(|site| site.span);
        let spans = std::iter::once(finding.span).chain(labels).chain(site).chain(sources);
        for span in spans.chain(edits.clone().map(|edit| edit.edit.span)) {
            hold!(fits(span), "{rule}: {span:?} is no part of the text");
        }
        for edit in edits {
            for part in &edit.parts {
                let fits = edit.edit.text.get(part.range.clone()).is_some();
                hold!(fits, "{rule}: a part of a fix is no part of its text");
            }
        }
        let messages = [Some(&finding.message), finding.label.as_ref(), finding.help.as_ref()];
        let is_empty = messages.into_iter().flatten().any(|message| message.as_str().is_empty());
        hold!(!is_empty, "{rule}: a message is empty");
    }
    let is_sorted = linted.findings.is_sorted_by(|a, b| Finding::order(a, b).is_le());
    hold!(is_sorted, "findings are out of order");
    for format in OutputFormat::ALL {
        let summary = Summary::of([linted]);
        let run = RunInfo { airflow: linted.profile };
        let report = render(*format, Style::PLAIN, &run, [linted], &summary);
        let is_a_list = *format == OutputFormat::JsonLines;
        let may_be_empty = is_a_list && linted.findings.is_empty();
        hold!(!report.is_empty() || may_be_empty, "a report is empty");
    }
    Ok(())
}

/// The grammars by themselves: any text gives a reading.
fn readings_are_sound(text: &str, linter: &Linter) -> Held {
    let fits = |span: Span<connlint_text::Decoded>| text.get(span.range()).is_some();
    let uri = read_uri(text, linter.profile);
    let parts = [&uri.scheme, &uri.protocol, &uri.authority, &uri.login, &uri.password];
    let more = [&uri.host, &uri.port, &uri.path, &uri.query, &uri.fragment];
    for part in parts.into_iter().chain(more).flatten() {
        hold!(fits(part.span), "a part of a URI stands outside of it");
    }
    for span in uri.disclosure() {
        hold!(fits(span), "what may be shown stands outside of a URI");
    }
    let stored = read_stored(text, linter.profile);
    let failure = stored.failure().map(|failure| failure.span);
    hold!(failure.is_none_or(fits), "a failure stands outside the text");
    let kwargs = read_kwargs(text);
    hold!(kwargs.problem().is_none_or(fits), "a problem stands outside the text");
    hold!(kwargs.references().all(fits), "a reference stands outside the text");
    Ok(())
}
