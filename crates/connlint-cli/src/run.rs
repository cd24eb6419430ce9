//! Linting all files of a plan, for the commands that do something with the findings.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use connlint::config::{Baseline, Covered, Date, Flags};
use connlint::report::{self, Block, Renderer, Statistics, Style, Summary};
use connlint::{
    Applicability, Finding, Fixed, Linted, Linter, NewLine, ProjectFacts, ProjectFiles, RULES,
    Rule, Source, add_lines, fix, fix_in,
};

use crate::commands::today;
use crate::docker::Images;
use crate::git::Repositories;
use crate::output;
use crate::project::{self, Plan, Planned};
use crate::walk::{self, Origin, Unread};

/// A run over all files.
pub(crate) struct Run<'r> {
    pub(crate) plan: &'r Plan,
    pub(crate) baselines: Baselines,
    pub(crate) fixes: Fixes,
    pub(crate) unsafe_fixes: bool,
    pub(crate) output: Output<'r>,
    /// The most findings that are shown.
    pub(crate) limit: Option<usize>,
    pub(crate) is_verbose: bool,
}

/// What happens to fixes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fixes {
    None,
    Written,
    /// As a diff, in that style.
    Shown(Style),
}

/// What becomes of findings.
pub(crate) enum Output<'r> {
    /// Pieces of a report.
    Blocks(&'r dyn Renderer),
    /// They are counted.
    Counts,
    /// They are kept.
    Findings,
}

/// What came of one file, or of several together.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// What is printed.
    pub(crate) blocks: Vec<Block>,
    pub(crate) summary: Summary,
    pub(crate) statistics: Statistics,
    /// The findings, where they are kept.
    pub(crate) findings: Vec<Finding>,
    pub(crate) covered: Covered,
    /// A file could not be read, or not be written.
    pub(crate) failed: bool,
    /// The fixed text of standard input, which has nowhere else to go.
    pub(crate) fixed_stdin: Option<String>,
    /// How it was read.
    pub(crate) log: String,
    /// Why it was not written.
    pub(crate) complaints: String,
    /// How many findings the blocks are about.
    shown: usize,
    /// What it says to the rules about a project, and what these found.
    facts: ProjectFacts,
    project: Vec<Finding>,
    /// Standard input is read once only.
    stdin: Option<Hidden>,
}

/// A text that no `Debug` shows.
struct Hidden(String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden")
    }
}

impl Outcome {
    /// The sum of two.
    pub(crate) fn join(mut self, other: Self) -> Self {
        self.blocks.extend(other.blocks);
        self.findings.extend(other.findings);
        self.summary = self.summary.join(other.summary);
        self.statistics = self.statistics.join(other.statistics);
        self.covered.known += other.covered.known;
        self.covered.stale += other.covered.stale;
        self.covered.expired += other.covered.expired;
        self.failed |= other.failed;
        self.fixed_stdin = self.fixed_stdin.or(other.fixed_stdin);
        self.log.push_str(&other.log);
        self.complaints.push_str(&other.complaints);
        self
    }
}

impl Run<'_> {
    /// What comes of each file, in the order of their names.
    pub(crate) fn outcomes(&self) -> Result<Vec<Outcome>> {
        let mut outcomes = self.plan.each(|file| self.outcome(file))?;
        self.across_files(&mut outcomes);
        Ok(outcomes)
    }

    /// Leaves out what is shown beyond the limit; gives the number of findings that are not shown.
    pub(crate) fn limit(&self, outcomes: &mut [Outcome]) -> usize {
        let Some(mut room) = self.limit else { return 0 };
        let mut hidden = 0;
        for (outcome, file) in outcomes.iter_mut().zip(&self.plan.files) {
            match outcome.shown {
                fits if fits <= room => {}
                // A finding a block.
                many if many == outcome.blocks.len() => outcome.blocks.truncate(room),
                _ if room == 0 => outcome.blocks.clear(),
                _ => self.again(file, outcome, room),
            }
            outcome.shown = outcome.shown.min(room);
            room -= outcome.shown;
            hidden += outcome.summary.findings() - outcome.shown;
        }
        hidden
    }

    /// Lets the rules about a project look, and takes the files anew in which they find something.
    ///
    /// The texts of the files are not kept in the meantime.
    fn across_files(&self, outcomes: &mut [Outcome]) {
        let mut facts =
            self.located(outcomes.iter_mut().map(|it| std::mem::take(&mut it.facts)).collect());
        let mut found = self.lint_project(&facts);
        if let Some(least) = self.least() {
            let mut fixed = facts.clone();
            for (nr, findings) in &found {
                if findings.iter().any(|finding| finding.fix_up_to(least).is_some()) {
                    self.fix_in(*nr, &mut outcomes[*nr], &mut fixed);
                }
            }
            // A diff leaves the files as they are, and is followed by what is found in them.
            if matches!(self.fixes, Fixes::Written) {
                facts = fixed;
                found = self.lint_project(&facts);
                self.add_lines(least, &found, outcomes, &mut facts);
                found = self.lint_project(&facts);
            } else {
                self.add_lines(least, &found, outcomes, &mut facts.clone());
            }
        }
        for (nr, findings) in found {
            let outcome = &mut outcomes[nr];
            outcome.facts = facts[nr].clone();
            outcome.project = findings;
            self.again(&self.plan.files[nr], outcome, self.limit.unwrap_or(usize::MAX));
        }
    }

    /// What files say, with what git and Docker do with those that hold a secret.
    fn located(&self, facts: Vec<ProjectFacts>) -> Vec<ProjectFacts> {
        let mut repositories = Repositories::default();
        let mut images = Images::default();
        let paths = self.plan.files.iter().map(|file| file.entry.path());
        for (number, (facts, path)) in facts.iter().zip(paths.clone()).enumerate() {
            if let (true, Some(path)) = (facts.copies_all(), path) {
                images.add(number, path);
            }
        }
        let files = facts.into_iter().zip(&self.plan.files);
        let located = files.map(|(facts, file)| match file.entry.path() {
            Some(path) if facts.holds_secret() => facts
                .with_tracking(repositories.tracking(path, file.entry.named))
                .with_image(images.image_of(path)),
            _ => facts,
        });
        located.collect()
    }

    /// What the rules about a project find, by the number of the file that it is in.
    fn lint_project(&self, facts: &[ProjectFacts]) -> BTreeMap<usize, Vec<Finding>> {
        let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (nr, finding) in self.project_linter().lint_project(facts) {
            found.entry(nr).or_default().push(finding);
        }
        found.retain(|nr, findings| {
            let linter = self.plan.files[*nr].linter(&self.plan.flags);
            findings.retain(|finding| linter.rules.contains(&finding.rule));
            !findings.is_empty()
        });
        found
    }

    /// All rules look: which of them a file wants to know of, its own linter says.
    fn project_linter(&self) -> Linter {
        Linter { rules: RULES.to_vec(), ..self.plan.linter() }
    }

    /// Fixes a file in which the rules about a project find something that can be fixed, and says
    /// in `facts` what it says now.
    fn fix_in(&self, nr: usize, outcome: &mut Outcome, facts: &mut [ProjectFacts]) {
        let file = &self.plan.files[nr];
        let bytes = outcome.read(file);
        let source = Source::of(&bytes);
        let (Some(least), true) = (self.least(), facts[nr].fit(source.text())) else { return };
        // A file that is no UTF-8 cannot be written back as it was.
        if !source.is_utf8() {
            return;
        }
        let linter = self.project_linter();
        let project = ProjectFiles { linter: &linter, files: facts, number: nr };
        let linter = file.linter(&self.plan.flags);
        let fixed = fix_in(project, &linter, &file.entry.name, source.text(), least);
        self.put(nr, outcome, source.text(), &fixed, facts);
    }

    /// Adds to files the lines that findings in other files ask for, and says in `facts` what they say
    /// now.
    fn add_lines(
        &self,
        least: Applicability,
        found: &BTreeMap<usize, Vec<Finding>>,
        outcomes: &mut [Outcome],
        facts: &mut [ProjectFacts],
    ) {
        let mut wanted: BTreeMap<usize, Vec<(&'static Rule, NewLine)>> = BTreeMap::new();
        for (&nr, findings) in found {
            if findings.iter().all(|finding| finding.line_up_to(least).is_none()) {
                continue;
            }
            // What a comment or a baseline says is meant stays as it is.
            let file = &self.plan.files[nr];
            let bytes = outcomes[nr].read(file);
            let source = Source::of(&bytes);
            let linter = file.linter(&self.plan.flags);
            let mut linted = linter.lint_source_with(&file.entry.name, &source, findings.clone());
            self.baselines.cover(file, &mut linted.findings);
            for finding in &linted.findings {
                if let Some(line) = finding.line_up_to(least) {
                    wanted.entry(line.file).or_default().push((finding.rule, line.clone()));
                }
            }
        }
        for (nr, lines) in wanted {
            let (file, outcome) = (&self.plan.files[nr], &mut outcomes[nr]);
            let bytes = outcome.read(file);
            let source = Source::of(&bytes);
            // What a diff shows of a file already is not to be shown without the rest.
            let is_shown = matches!(self.fixes, Fixes::Shown(_)) && !outcome.blocks.is_empty();
            if is_shown || !source.is_utf8() || !facts[nr].fit(source.text()) {
                continue;
            }
            let linter = self.project_linter();
            let project = ProjectFiles { linter: &linter, files: facts, number: nr };
            let linter = file.linter(&self.plan.flags);
            let lines = lines.iter().map(|(rule, line)| (*rule, line));
            let fixed = add_lines(project, &linter, &file.entry.name, source.text(), lines);
            self.put(nr, outcome, source.text(), &fixed, facts);
        }
    }

    /// Writes the fixed text of a file, or shows it as a diff, and says in `facts` what it says now.
    fn put(
        &self,
        nr: usize,
        outcome: &mut Outcome,
        before: &str,
        fixed: &Fixed,
        facts: &mut [ProjectFacts],
    ) {
        let file = &self.plan.files[nr];
        let linter = file.linter(&self.plan.flags);
        let after = linter.lint(&file.entry.name, &fixed.text);
        if let Fixes::Shown(style) = self.fixes {
            let before = linter.lint(&file.entry.name, before);
            outcome.blocks = Block::of(report::diff(&before, &after, style)).into_iter().collect();
        } else if outcome.write(file, before, fixed) {
            outcome.keep(&after, file);
        } else {
            return;
        }
        if let Some(document) = &after.document {
            facts[nr] = facts[nr].after(document);
        }
    }

    /// What a fix has to promise to be applied, if any is.
    fn least(&self) -> Option<Applicability> {
        match self.fixes {
            Fixes::None => None,
            _ if self.unsafe_fixes => Some(Applicability::Unsafe),
            _ => Some(Applicability::Safe),
        }
    }

    /// Takes a file once more. One that has changed since has other places, and stays as it is.
    fn again(&self, file: &Planned, outcome: &mut Outcome, room: usize) {
        let bytes = outcome.read(file);
        let source = Source::of(&bytes);
        let project = std::mem::take(&mut outcome.project);
        if project.is_empty() || outcome.facts.fit(source.text()) {
            let linter = file.linter(&self.plan.flags);
            let linted = linter.lint_source_with(&file.entry.name, &source, project.clone());
            self.take(file, linted, room, outcome);
        }
        outcome.project = project;
    }

    /// Reads, lints and, if asked to, fixes one file.
    fn outcome(&self, file: &Planned) -> Outcome {
        let mut outcome = Outcome::default();
        let entry = &file.entry;
        let linter = file.linter(&self.plan.flags);
        let room = self.limit.unwrap_or(usize::MAX);
        let bytes = match walk::read(entry) {
            Ok(bytes) => bytes,
            Err(Unread::Binary | Unread::Special) if !entry.named => return outcome,
            Err(unread) => {
                outcome.failed = true;
                self.take(file, unreadable(&linter, file, &unread), room, &mut outcome);
                return outcome;
            }
        };
        let source = Source::of(&bytes);
        let mut linted = linter.lint_source(&entry.name, &source);
        let least = self.least().filter(|_| linted.document.is_some() && source.is_utf8());
        // A file that is no UTF-8 cannot be written back as it was.
        let Some(least) = least else {
            outcome.remember(&mut linted, file);
            self.take(file, linted, room, &mut outcome);
            return outcome;
        };
        let fixed = fix(&linter, &entry.name, source.text(), least);
        let after = linter.lint(&entry.name, &fixed.text);
        let mut linted = if let Fixes::Shown(style) = self.fixes {
            outcome.blocks.extend(Block::of(report::diff(&linted, &after, style)));
            linted
        } else if outcome.write(file, source.text(), &fixed) {
            after
        } else {
            linted
        };
        outcome.remember(&mut linted, file);
        self.take(file, linted, room, &mut outcome);
        outcome
    }

    /// Takes what was found in a file, and shows as much of it as there is room for.
    fn take(&self, file: &Planned, mut linted: Linted<'_>, room: usize, outcome: &mut Outcome) {
        (outcome.covered, linted.known) = self.baselines.cover(file, &mut linted.findings);
        outcome.summary = Summary { baselined: outcome.covered.known, ..Summary::of([&linted]) };
        if self.is_verbose {
            outcome.log = log(file, &linted);
        }
        // A diff says what it has to say.
        if matches!(self.fixes, Fixes::Shown(_)) {
            return;
        }
        match self.output {
            Output::Blocks(renderer) => {
                linted.findings.truncate(room);
                outcome.shown = linted.findings.len();
                outcome.blocks = renderer.blocks(&linted);
            }
            Output::Counts => {
                outcome.statistics = Statistics::default();
                outcome.statistics.add(&linted);
            }
            Output::Findings => outcome.findings = linted.findings,
        }
    }
}

impl Outcome {
    /// Reads a file once more.
    fn read(&self, file: &Planned) -> Vec<u8> {
        match (&file.entry.origin, &self.stdin) {
            (Origin::Stdin, Some(Hidden(text))) => text.clone().into_bytes(),
            (Origin::Stdin, None) => Vec::new(),
            _ => walk::read(&file.entry).unwrap_or_default(),
        }
    }

    /// Writes the fixed text of a file; gives whether that went well.
    fn write(&mut self, file: &Planned, old: &str, fixed: &Fixed) -> bool {
        let written = match file.entry.path() {
            Some(path) if fixed.count() > 0 => {
                output::rewrite(path, old.as_bytes(), fixed.text.as_bytes())
            }
            Some(_) => Ok(()),
            None => {
                self.fixed_stdin = Some(fixed.text.clone());
                Ok(())
            }
        };
        if let Err(error) = &written {
            self.failed = true;
            let name = walk::printable(&file.entry.name);
            // Writing to a string does not fail.
            let _ = writeln!(self.complaints, "error: cannot write {name}: {error}");
        }
        written.is_ok()
    }

    /// Keeps what is needed to take the file once more.
    fn remember(&mut self, linted: &mut Linted<'_>, file: &Planned) {
        self.facts = std::mem::take(&mut linted.facts);
        if linted.document.is_some() {
            self.keep(linted, file);
        }
    }

    /// Keeps the text of standard input.
    fn keep(&mut self, linted: &Linted<'_>, file: &Planned) {
        if file.entry.origin == Origin::Stdin {
            self.stdin = Some(Hidden(linted.text.to_owned()));
        }
    }
}

fn unreadable(linter: &Linter, file: &Planned, unread: &Unread) -> Linted<'static> {
    Linted {
        path: file.entry.name.clone(),
        text: "",
        document: None,
        findings: vec![Finding::unreadable(unread.reason())],
        known: Vec::new(),
        suppressed: 0,
        facts: ProjectFacts::default(),
        profile: linter.profile,
    }
}

/// `.env: dotenv, read by compose, Airflow 3.3, connlint.toml`
fn log(file: &Planned, linted: &Linted<'_>) -> String {
    let name = walk::printable(&file.entry.name);
    let Some(document) = &linted.document else {
        return format!("{name}: nothing of Airflow in it\n");
    };
    let config = match &file.project.file {
        Some(path) => walk::printable(&path.to_string_lossy()),
        None => "no configuration".to_owned(),
    };
    format!(
        "{name}: {}, read by {}, Airflow {}, {config}\n",
        document.format.name(),
        document.consumer.name(),
        linted.profile
    )
}

/// The baselines of the projects that are looked at.
#[derive(Debug, Default)]
pub(crate) struct Baselines {
    /// By the folder of the project.
    read: HashMap<PathBuf, Baseline>,
    today: Option<Date>,
}

impl Baselines {
    /// Reads them; `path` stands for that of all projects.
    pub(crate) fn of(plan: &Plan, path: Option<&Path>) -> Result<Self> {
        let mut read = HashMap::new();
        for file in &plan.files {
            let folder = &file.project.folder;
            if read.contains_key(folder) {
                continue;
            }
            let path = match path {
                Some(path) => Some(path.to_owned()),
                None => file.project.baseline_path()?,
            };
            if let Some(path) = path {
                read.insert(folder.clone(), project::baseline(&path)?.0);
            }
        }
        let today = (!read.is_empty()).then(today);
        Ok(Self { read, today })
    }

    /// Takes out the findings of a file that are known.
    fn cover(&self, file: &Planned, findings: &mut Vec<Finding>) -> (Covered, Vec<Finding>) {
        let (Some(today), Some(baseline)) = (self.today, self.read.get(&file.project.folder))
        else {
            return Default::default();
        };
        baseline.cover(&file.relative, findings, today)
    }

    /// Says what is not right about them any more.
    pub(crate) fn complain(flags: &Flags, covered: Covered) {
        // Rules that did not look found nothing.
        if covered.stale > 0 && flags.select.is_empty() && flags.ignore.is_empty() {
            let (number, are, they) = match covered.stale {
                1 => (1, "entry of the baseline is", "it"),
                more => (more, "entries of the baseline are", "them"),
            };
            anstream::eprintln!("{number} {are} stale: `connlint baseline --prune` forgets {they}");
        }
        if covered.expired > 0 {
            let are = if covered.expired == 1 {
                "entry of the baseline has"
            } else {
                "entries of the baseline have"
            };
            anstream::eprintln!("{} {are} expired", covered.expired);
        }
    }
}
