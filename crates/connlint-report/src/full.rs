use std::fmt::Write as _;

use connlint_linter::{Applicability, Finding, Fix, Linted};

use crate::block::{Alike, Block};
use crate::places::Places;
use crate::preview::Preview;
use crate::snippet::Snippet;
use crate::style::Paint;
use crate::view::View;
use crate::{Renderer, RunInfo, Style, Summary, printable};

/// Findings for people: headline, lines, help, what Airflow does, and the fix as a diff.
#[derive(Debug)]
pub(crate) struct Full(pub(crate) Style);

impl Renderer for Full {
    fn begin(&self, _: &RunInfo) -> String {
        String::new()
    }

    fn file(&self, linted: &Linted<'_>) -> String {
        let blocks = self.blocks(linted).into_iter().map(|block| block.text);
        blocks.collect::<Vec<_>>().join(self.separator())
    }

    fn blocks(&self, linted: &Linted<'_>) -> Vec<Block> {
        if linted.findings.is_empty() {
            return Vec::new();
        }
        let name = printable(&linted.path);
        let places = Places::of(linted.text);
        let view = View::of(linted, &places);
        let block = |finding: &Finding| {
            let mut text = self.headline(finding);
            if linted.text.is_empty() {
                // Writing to a string does not fail.
                let _ = writeln!(text, "   ╰─[{name}]");
            } else {
                let snippet = Snippet::of(name.clone(), finding, &view, &places);
                text.push_str(&snippet.draw(self.0));
                let left_out = Snippet::left_out(finding);
                if left_out > 0 {
                    let more = format!("  more places like these: {left_out}\n");
                    text.push_str(&self.0.paint(Paint::Faint, &more));
                }
            }
            self.advice(finding, &view, &places, &mut text);
            let line = places.line(finding.span.start());
            let alike = Alike { what: what(finding), file: name.clone(), line, style: self.0 };
            Block { text, alike: Some(alike) }
        };
        linted.findings.iter().map(block).collect()
    }

    fn separator(&self) -> &'static str {
        "\n"
    }

    fn end(&self, summary: &Summary) -> String {
        let lead = if summary.findings() == 0 { "" } else { "\n" };
        format!("{lead}{}\n", self.0.paint(Paint::Strong, &summary.sentence()))
    }
}

impl Full {
    /// `error[unencoded-delimiter] CL104: …`
    fn headline(&self, finding: &Finding) -> String {
        let Self(style) = self;
        let rule = finding.rule;
        let name = style.link(&rule.url(), rule.name);
        let word = format!("{}[{name}]", finding.severity);
        format!(
            "{} {}: {}\n",
            style.paint(Paint::Severity(finding.severity), &word),
            rule.code,
            style.paint(Paint::Strong, finding.message.as_str()),
        )
    }

    fn advice(&self, finding: &Finding, view: &View<'_>, places: &Places<'_>, out: &mut String) {
        let Self(style) = self;
        if let Some(help) = &finding.help {
            out.push_str(&style.paragraph(Paint::Help, "help", help.as_str()));
        }
        for note in &finding.notes {
            out.push_str(&style.paragraph(Paint::Help, "note", note.as_str()));
        }
        let best = finding.fixes.iter().position(|fix| !fix.edits.is_empty());
        for (nr, fix) in finding.fixes.iter().enumerate() {
            out.push_str(&style.paragraph(Paint::Help, word(fix), fix.title.as_str()));
            if Some(nr) == best {
                self.preview(fix, view, places, out);
            }
        }
        let rule = format!("connlint rule {}", finding.rule.name);
        let more = style.link(&finding.rule.url(), &rule);
        let _ = writeln!(out, "  {}", style.paint(Paint::Faint, &format!("more: {more}")));
    }

    fn preview(&self, fix: &Fix, view: &View<'_>, places: &Places<'_>, out: &mut String) {
        let Some(preview) = Preview::of(fix, view, places) else { return };
        let removed = preview.removed.iter().map(|line| (Paint::Removed, '-', line));
        let added = preview.added.iter().map(|line| (Paint::Added, '+', line));
        for (paint, sign, line) in removed.chain(added) {
            let _ = writeln!(out, "    {}", self.0.paint(paint, &format!("{sign} {line}")));
        }
    }
}

/// All that a finding says, but for its places.
fn what(finding: &Finding) -> String {
    let mut what = format!("{} {} {}", finding.rule.code, finding.severity, finding.message);
    let labels = finding.labels.iter().map(|label| &label.message);
    for message in finding.label.iter().chain(labels).chain(&finding.help).chain(&finding.notes) {
        what.push('\n');
        what.push_str(message.as_str());
    }
    what
}

/// What a fix promises, in the words of the command line.
fn word(fix: &Fix) -> &'static str {
    match fix.applicability {
        Applicability::Safe => "safe fix",
        Applicability::Unsafe => "unsafe fix",
        Applicability::DisplayOnly => "idea",
    }
}
