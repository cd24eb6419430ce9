//! Rule pages are tests: their fenced blocks are run.
//!
//! | block | meaning |
//! | --- | --- |
//! | `FORMAT fail` | a file in which the rule finds something |
//! | `expect` | all findings in the block before, one a line: `line:column severity code message` |
//! | `fixed` | the block before, after its fixes (`fixed unsafe` for unsafe ones too) |
//! | `FORMAT pass` | a file in which no rule finds anything |
//! | `FORMAT with` | another file of the project of the next block |
//!
//! `FORMAT` is the name of a [`HostFormat`]. Words behind it set the target: `airflow=2.10`,
//! `provider=amazon==6.0`, `consumer=astro-load`, `file=.env.example`; `bytes` reads `\xE9` as that byte;
//! `tracked` and `loose` say what git does with the file; `copied`, that the first file beside it is a
//! Dockerfile whose context it is in.

use std::fmt::Write as _;
use std::sync::Arc;

use connlint_catalog::{ProviderRelease, Providers, Target};
use connlint_hosts::{Consumer, HostFormat};
use connlint_linter::{
    Applicability, Linted, Linter, ProjectFacts, ProjectFiles, RULES, Rule, Source, Tracking,
    add_lines, fix_in,
};
use connlint_text::LineIndex;

use crate::props::signs_hide_nothing;

/// The headings of a page, in their order.
pub const HEADINGS: &[&str] = &[
    "What it does",
    "Why is this bad?",
    "Example",
    "Use instead",
    "What Airflow does",
    "Fix safety",
    "References",
];

/// A fenced block of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block<'a> {
    /// The line of the page its fence stands on, from 1.
    pub line: usize,
    /// The first word behind the fence.
    pub language: &'a str,
    /// The other words.
    pub words: Vec<&'a str>,
    /// What stands between the fences, with the last line end.
    pub text: &'a str,
}

/// The fenced blocks of a Markdown text, in order.
pub fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, &str, usize)> = None;
    let mut at = 0;
    for (index, line) in page.split_inclusive('\n').enumerate() {
        let end = at + line.len();
        if let Some(info) = line.strip_prefix("```") {
            match open.take() {
                None => open = Some((index + 1, info.trim(), end)),
                Some((line, info, start)) => {
                    let mut words = info.split_whitespace();
                    let language = words.next().unwrap_or_default();
                    let text = page.get(start..at).unwrap_or_default();
                    blocks.push(Block { line, language, words: words.collect(), text });
                }
            }
        }
        at = end;
    }
    blocks
}

/// Runs the blocks of a rule's page.
///
/// # Errors
///
/// What does not hold, in words, one line a fault.
pub fn run(rule: &'static Rule) -> Result<(), String> {
    let mut faults = String::new();
    let blocks = blocks(rule.page);
    let mut beside = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        if HostFormat::from_name(block.language).is_none() {
            continue;
        }
        let case = match Case::of(block) {
            Ok(case) if case.kind == Kind::With => {
                beside.push(case);
                continue;
            }
            Ok(case) => Case { beside: std::mem::take(&mut beside), ..case },
            Err(fault) => {
                let _ = writeln!(faults, "line {}: {fault}", block.line);
                continue;
            }
        };
        if let Err(fault) = signs_hide_nothing(&case.linter, &case.text()) {
            let _ = writeln!(faults, "line {}: {fault}", block.line);
        }
        let follows = |language: &str| {
            let rest = blocks[index + 1..].iter();
            let mut rest = rest.take_while(|b| matches!(b.language, "expect" | "fixed"));
            rest.find(|block| block.language == language)
        };
        let found = case.found();
        let expected =
            if case.kind == Kind::Pass { "" } else { follows("expect").map_or("", |b| b.text) };
        if case.kind == Kind::Pass || follows("expect").is_some() {
            if found != expected {
                let _ = writeln!(faults, "line {}: expected\n{expected}found\n{found}", block.line);
            }
        } else if follows("fixed").is_none() {
            let _ =
                writeln!(faults, "line {}: no `expect` and no `fixed` block follows", block.line);
        }
        if case.kind == Kind::Fail && !case.finds(rule) {
            let _ = writeln!(faults, "line {}: {} finds nothing", block.line, rule.name);
        }
        for least in [Applicability::Safe, Applicability::Unsafe] {
            let once = case.fixed(&case.text(), least);
            if case.fixed(&once, least) != once {
                let _ = writeln!(faults, "line {}: {least} fixes do not settle", block.line);
            }
        }
        if let Some(fixed) = follows("fixed") {
            let least = if fixed.words.contains(&"unsafe") {
                Applicability::Unsafe
            } else {
                Applicability::Safe
            };
            let elsewhere = fixed.words.iter().find_map(|word| word.strip_prefix("file="));
            let text = match elsewhere {
                Some(name) => case.fixed_beside(name, least),
                None => case.fixed(&case.text(), least),
            };
            if text != fixed.text {
                let _ = writeln!(faults, "line {}: fixed to\n{text}", fixed.line);
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// One file of a page.
struct Case<'a> {
    linter: Linter,
    file: &'a str,
    bytes: Vec<u8>,
    kind: Kind,
    tracking: Tracking,
    /// The number of the Dockerfile whose image gets the file.
    image: Option<usize>,
    /// The other files of the project.
    beside: Vec<Self>,
}

/// What a file of a page is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Fail,
    Pass,
    With,
}

impl<'a> Case<'a> {
    fn of(block: &Block<'a>) -> Result<Self, String> {
        let mut case = Self {
            linter: Linter {
                format: HostFormat::from_name(block.language),
                // A page shows what its rule finds for those who ask for everything.
                rules: RULES.to_vec(),
                strict: true,
                ..Linter::default()
            },
            file: block.language,
            bytes: block.text.as_bytes().to_vec(),
            kind: Kind::With,
            tracking: Tracking::Unknown,
            image: None,
            beside: Vec::new(),
        };
        let mut kind = None;
        for word in &block.words {
            match word.split_once('=').unwrap_or((word, "")) {
                ("fail", "") => kind = Some(Kind::Fail),
                ("pass", "") => kind = Some(Kind::Pass),
                ("with", "") => kind = Some(Kind::With),
                ("tracked", "") => case.tracking = Tracking::Tracked,
                ("copied", "") => case.image = Some(1),
                ("loose", "") => case.tracking = Tracking::Loose,
                ("bytes", "") => case.bytes = unescape(block.text),
                ("file", name) => case.file = name,
                ("airflow", version) => {
                    let target: Target =
                        version.parse().map_err(|_| format!("no Airflow: {version}"))?;
                    case.linter = case.linter.targeting(&target);
                }
                ("provider", release) => {
                    let release: ProviderRelease =
                        release.parse().map_err(|_| format!("no provider: {release}"))?;
                    case.linter.providers = Arc::new([release].into_iter().collect());
                }
                ("consumer", name) => {
                    case.linter.options.consumer =
                        Consumer::from_name(name).ok_or_else(|| format!("no consumer: {name}"))?;
                }
                _ => return Err(format!("unknown word: {word}")),
            }
        }
        case.kind = kind.ok_or("neither `fail` nor `pass`")?;
        Ok(case)
    }

    fn text(&self) -> String {
        Source::of(&self.bytes).text().to_owned()
    }

    /// The findings, in the form of an `expect` block.
    fn found(&self) -> String {
        let source = Source::of(&self.bytes);
        findings(&self.linted(&source))
    }

    fn finds(&self, rule: &'static Rule) -> bool {
        let source = Source::of(&self.bytes);
        self.linted(&source).findings.iter().any(|finding| finding.rule == rule)
    }

    /// A text of the file after its fixes, as a part of its project.
    fn fixed(&self, text: &str, least: Applicability) -> String {
        let (linter, files) = self.project();
        let project = ProjectFiles { linter: &linter, files: &files, number: 0 };
        fix_in(project, &linter, self.file, text, least).text
    }

    /// The text of a file beside it with the lines that the findings here ask for.
    fn fixed_beside(&self, name: &str, least: Applicability) -> String {
        let (linter, files) = self.project();
        let Some(at) = self.beside.iter().position(|case| case.file == name) else {
            return String::new();
        };
        let source = Source::of(&self.bytes);
        let linted = self.linted(&source);
        let findings = linted.findings.iter();
        let lines: Vec<_> =
            findings.filter_map(|it| Some((it.rule, it.line_up_to(least)?))).collect();
        let project = ProjectFiles { linter: &linter, files: &files, number: at + 1 };
        add_lines(project, &linter, name, &self.beside[at].text(), lines).text
    }

    /// What the files of the project say, the file itself first.
    fn project(&self) -> (Linter, Vec<ProjectFacts>) {
        let facts: Vec<_> = std::iter::once(self).chain(&self.beside).map(Self::facts).collect();
        let mut required = Providers::default();
        for facts in &facts {
            facts.require(&mut required);
        }
        (Linter { required: Arc::new(required), ..self.linter.clone() }, facts)
    }

    /// The file, as a part of its project.
    fn linted<'s>(&self, source: &'s Source<'_>) -> Linted<'s> {
        let (linter, facts) = self.project();
        let project = linter.lint_project(&facts).into_iter();
        let project = project.filter(|(file, _)| *file == 0).map(|(_, finding)| finding);
        linter.lint_source_with(self.file, source, project.collect())
    }

    fn facts(&self) -> ProjectFacts {
        let text = self.text();
        let document = self.linter.extract(self.file, &text);
        let facts = document.map(|document| ProjectFacts::of(self.file, &document));
        facts.unwrap_or_default().with_tracking(self.tracking).with_image(self.image)
    }
}

/// One line for each finding: `line:column severity code message`.
pub fn findings(linted: &Linted<'_>) -> String {
    let lines = LineIndex::new(linted.text);
    linted.findings.iter().fold(String::new(), |mut out, finding| {
        let at = lines.line_column(linted.text, finding.span.start());
        let (severity, code) = (finding.severity, finding.rule.code);
        let _ = writeln!(out, "{}:{} {severity} {code} {}", at.line, at.column, finding.message);
        out
    })
}

/// Bytes with `\xE9` for the byte E9.
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("\\x") {
        bytes.extend_from_slice(before.as_bytes());
        let digits = behind.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = digits {
            bytes.push(byte);
            rest = &behind[2..];
        } else {
            bytes.extend_from_slice(b"\\x");
            rest = behind;
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}
