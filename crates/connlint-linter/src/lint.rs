use std::collections::BTreeMap;
use std::sync::Arc;

use connlint_catalog::{
    Backend, BackendReason, Profile, Providers, Target, backend, suggest_backend,
};
use connlint_hosts::{Document, Form, HostFormat, Options, Role, Site, Surface};
use connlint_parser::{
    Reading, read_file_object, read_json, read_kwargs, read_stored, read_uri, vault_secret,
};
use connlint_text::{Decoded, Raw, Shown, Span};
use rayon::prelude::*;

use crate::disclosure::visible_parts;
use crate::placeholder::placeholders;
use crate::project::{Gatherer, Lines};
use crate::rules::file::placeholder;
use crate::suppression::Suppressions;
use crate::versions;
use crate::{
    Applicability, Check, Confidence, ConnectionCx, Declared, DocumentCx, Finding, KwargsCx,
    ProjectFacts, Provided, Reporter, Rule, Severity, Signs, SiteCx, Source, VaultCx, VersionsCx,
    registry,
};

/// Lints documents with a set of rules, as one Airflow would read them.
///
/// ```
/// use connlint_linter::Linter;
///
/// let linter = Linter::default();
/// let text = "AIRFLOW_CONN_PG=postgres://app:s3/cr#t@db:5432/app\n";
/// let linted = linter.lint(".env", text);
/// assert_eq!(linted.findings[0].rule.name, "unencoded-delimiter");
/// ```
#[derive(Debug, Clone)]
pub struct Linter {
    /// The rules that look, in the order of their codes.
    pub rules: Vec<&'static Rule>,
    /// Which Airflow reads the values.
    pub profile: Profile,
    /// Other Airflows that read them too, and behave differently.
    pub also: Vec<Profile>,
    /// The releases of the providers beside it, where somebody says; the newest count elsewhere.
    pub providers: Arc<Providers>,
    /// The newest releases that the requirements of the project permit, where nobody says.
    pub required: Arc<Providers>,
    /// Who reads the files.
    pub options: Options,
    /// The format of every file, where the user says so.
    pub format: Option<HostFormat>,
    /// How bad what a rule finds is, by its code, where the user says otherwise than the rule.
    pub levels: BTreeMap<&'static str, Severity>,
    /// Whether to say also what is probably meant as it is: findings of low confidence.
    pub strict: bool,
    /// What the team has of its own.
    pub declared: Arc<Declared>,
    /// Whether a rule looks also where none of its signs is: what it finds there, it should not.
    pub asks_all: bool,
}

impl Default for Linter {
    fn default() -> Self {
        Self {
            rules: registry::default_rules(),
            profile: Profile::NEWEST,
            also: Vec::new(),
            providers: Arc::default(),
            required: Arc::default(),
            options: Options::default(),
            format: None,
            levels: BTreeMap::new(),
            strict: false,
            declared: Arc::default(),
            asks_all: false,
        }
    }
}

/// A document with what was found in it.
#[derive(Debug, Clone)]
pub struct Linted<'a> {
    /// The file's name, as the user gave it.
    pub path: String,
    /// The text of the file.
    pub text: &'a str,
    /// The document, where the file is one that can hold a connection.
    pub document: Option<Document<'a>>,
    /// What was found, in the order of [`Finding::order`].
    pub findings: Vec<Finding>,
    /// What was found and left aside, since a baseline knows it; in the same order.
    pub known: Vec<Finding>,
    /// How many findings a comment says are meant.
    pub suppressed: usize,
    /// What the file says to the rules about a project.
    pub facts: ProjectFacts,
    /// Which Airflow was asked.
    pub profile: Profile,
}

impl Linter {
    /// The same for other Airflows.
    #[must_use]
    pub fn targeting(self, target: &Target) -> Self {
        let also = target.profiles().iter().skip(1).copied().collect();
        Self { profile: target.newest(), also, ..self }
    }

    /// Reads the bytes of a file and lets every rule look at it.
    pub fn lint_source<'a>(&self, path: &str, source: &'a Source<'_>) -> Linted<'a> {
        self.lint_source_with(path, source, Vec::new())
    }

    /// The same, with what [`lint_project`](Self::lint_project) found in this file.
    pub fn lint_source_with<'a>(
        &self,
        path: &str,
        source: &'a Source<'_>,
        project: Vec<Finding>,
    ) -> Linted<'a> {
        let mut linted = self.lint_with(path, source.text(), project);
        linted.findings.extend(self.wanted(source.finding().into_iter().collect()));
        linted.findings.sort_by(Finding::order);
        linted
    }

    /// Reads a file and lets every rule look at it.
    pub fn lint<'a>(&self, path: &str, text: &'a str) -> Linted<'a> {
        self.lint_with(path, text, Vec::new())
    }

    pub(crate) fn lint_with<'a>(
        &self,
        path: &str,
        text: &'a str,
        project: Vec<Finding>,
    ) -> Linted<'a> {
        let document = self.extract(path, text);
        let mut facts = ProjectFacts::default();
        let (findings, suppressed) = document.as_ref().map_or_else(Default::default, |document| {
            let lines = Lines::of(document.text);
            let mut gatherer = Gatherer::new(path, document, &lines);
            let mut findings = self.findings(path, document, self.profile, Some(&mut gatherer));
            facts = gatherer.finish(path);
            for &profile in &self.also {
                let others = self.findings(path, document, profile, None);
                versions::merge(&mut findings, others, self.profile, profile);
            }
            findings.extend(self.across_versions(document));
            findings.extend(project);
            if document.format == HostFormat::Environment {
                // There is no file to write to: what a fix would write is an idea.
                let fixes = findings.iter_mut().flat_map(|finding| &mut finding.fixes);
                fixes.for_each(|fix| fix.applicability = Applicability::DisplayOnly);
            }
            let mut findings = self.wanted(findings);
            let before = findings.len();
            let mut suppressions = Suppressions::of(document);
            findings.retain(|finding| !suppressions.cover(finding));
            if is_test_code(path, document) {
                return Default::default();
            }
            let suppressed = before - findings.len();
            findings.extend(self.wanted(suppressions.findings(self, document)));
            findings.sort_by(Finding::order);
            (findings, suppressed)
        });
        Linted {
            path: path.to_owned(),
            text,
            document,
            findings,
            known: Vec::new(),
            suppressed,
            facts,
            profile: self.profile,
        }
    }

    /// Whether a rule looks.
    pub(crate) fn has(&self, rule: &'static Rule) -> bool {
        self.rules.contains(&rule)
    }

    /// Those of `findings` that the user wants to see, as bad as the user says they are.
    fn wanted(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        findings.retain(|finding| {
            (self.strict || finding.confidence > Confidence::Low) && self.has(finding.rule)
        });
        for finding in &mut findings {
            if let Some(&level) = self.levels.get(finding.rule.code) {
                finding.severity = level;
            }
        }
        findings
    }

    /// The sites of a file, without looking at them; `None` where it cannot hold any.
    pub fn extract<'a>(&self, path: &str, text: &'a str) -> Option<Document<'a>> {
        let format = self.format.or_else(|| connlint_hosts::detect(path, text))?;
        Some(connlint_hosts::extract(format, text, self.options))
    }

    /// What the rules find that look at sites and documents; each site is read once, for them and
    /// for who gathers facts.
    ///
    /// Within a pool of threads many sites are looked at by all of them; what is found is the same,
    /// and in the same order.
    fn findings<'d>(
        &self,
        path: &str,
        document: &'d Document<'d>,
        profile: Profile,
        gatherer: Option<&mut Gatherer<'d>>,
    ) -> Vec<Finding> {
        let rules = RulesBySubject::of(&self.rules);
        let cx = FileCx { path, is_example: placeholder::is_example(path), document, profile };
        let is_pooled = rayon::current_thread_index().is_some();
        let mut findings = if is_pooled && document.sites.len() > 2 * SITES_AT_A_TIME {
            let parts = document.sites.par_chunks(SITES_AT_A_TIME);
            let parts: Vec<_> = parts
                .map(|sites| {
                    let mut part = gatherer.as_deref().map(Gatherer::another);
                    (self.findings_of(&cx, sites, &rules, part.as_mut()), part)
                })
                .collect();
            let mut findings = Vec::new();
            let mut gatherer = gatherer;
            for (found, part) in parts {
                findings.extend(found);
                if let (Some(gatherer), Some(part)) = (gatherer.as_deref_mut(), part) {
                    gatherer.join(part);
                }
            }
            findings
        } else {
            self.findings_of(&cx, &document.sites, &rules, gatherer)
        };
        let cx = DocumentCx { document, profile };
        for rule in &self.rules {
            if let Check::Document(check) = rule.check {
                check(&cx, &mut Reporter::new(document.text, rule, None, &mut findings));
            }
        }
        findings
    }

    /// What the rules find in some sites of a file.
    fn findings_of(
        &self,
        &FileCx { path, is_example, document, profile }: &FileCx<'_>,
        sites: &[Site<'_>],
        rules: &RulesBySubject,
        mut gatherer: Option<&mut Gatherer<'_>>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for site in sites {
            let before = findings.len();
            let reading = reading(site, profile);
            let (reading, declared) = (reading.as_ref(), &*self.declared);
            let provided = Provided { stated: &self.providers, required: &self.required };
            let mut connection = reading.and_then(|it| ConnectionCx::of(site, it, profile));
            if let Some(connection) = &mut connection {
                connection.release = connection.of.package.and_then(|it| provided.release(it));
            }
            let connection = connection.as_ref();
            if let Some(gatherer) = gatherer.as_deref_mut() {
                gatherer.site(site, reading, connection);
            }
            let signs = Signs::of_site(document, site, reading, connection);
            let cx = SiteCx {
                path,
                is_example,
                document,
                site,
                reading,
                signs,
                profile,
                provided,
                declared,
            };
            self.check_site(rules, &cx, connection, &mut findings);
            if findings.len() > before {
                let unknown = unknown_parts(site);
                let judged = findings.split_off(before);
                findings.extend(judged.into_iter().filter(|finding| {
                    finding.rule == &placeholder::RULE || !touches(site, &unknown, finding)
                }));
            }
        }
        findings
    }

    /// What rules say about values that mean different things to different Airflows.
    fn across_versions(&self, document: &Document<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.also.is_empty() {
            return findings;
        }
        let profiles = || std::iter::once(self.profile).chain(self.also.iter().copied());
        for site in document.sites.iter().filter(|site| site.unknown.is_empty()) {
            let readings: Vec<_> =
                profiles().filter_map(|profile| Some((profile, reading(site, profile)?))).collect();
            for rule in &self.rules {
                if let Check::Versions(check) = rule.check {
                    let mut reporter =
                        Reporter::new(document.text, rule, Some(site), &mut findings);
                    check(&VersionsCx { site, readings: &readings }, &mut reporter);
                }
            }
        }
        findings
    }

    /// The backend that gets arguments. Where its class is misspelt, that is the one that was meant.
    fn backend_meant(&self, class: &Site<'_>) -> Option<&'static Backend> {
        let path = class.value.text();
        backend_of(class).or_else(|| {
            let meant = suggest_backend(path)?;
            // A class of that name elsewhere may be anybody's.
            let is_sure = meant.reason != BackendReason::SameClass;
            let is_declared = self.declared.backends.contains_key(path);
            (is_sure && !is_declared).then_some(meant.backend)
        })
    }

    fn check_site(
        &self,
        rules: &RulesBySubject,
        cx: &SiteCx<'_>,
        connection: Option<&ConnectionCx<'_>>,
        findings: &mut Vec<Finding>,
    ) {
        let SiteCx { document, site, reading, profile, provided, .. } = *cx;
        let kwargs = (site.role == Role::BackendKwargs).then(|| read_kwargs(site.value.text()));
        let secret = (site.role == Role::VaultSecret)
            .then(|| connlint_json::parse(site.value.text()).ok())
            .flatten()
            .map(|node| vault_secret(&node, profile));
        let class = kwargs.as_ref().and_then(|_| class_of(document, site));
        let backend = match class {
            Some(class) => self.backend_meant(class),
            None => kwargs.as_ref().and_then(|_| backend_misnamed(document)),
        };
        let asked = rules.for_site(cx).iter();
        for Asked { rule, .. } in asked.filter(|it| it.signs.meet(cx.signs) || self.asks_all) {
            let mut reporter = Reporter::new(document.text, rule, Some(site), findings);
            match (rule.check, reading) {
                (Check::Uri(check), Some(Reading::Uri(uri))) => check(uri, &mut reporter),
                (Check::Json(check), Some(Reading::Json(json))) => check(json, &mut reporter),
                (Check::Site(check), _) => check(cx, &mut reporter),
                (Check::Connection(check), _) => {
                    if let Some(connection) = connection {
                        check(connection, &mut reporter);
                    }
                }
                (Check::Kwargs(check), _) => {
                    if let Some(kwargs) = &kwargs {
                        let stated = backend.and_then(|it| provided.stated.release(it.package));
                        let cx = KwargsCx {
                            site,
                            kwargs,
                            class,
                            backend,
                            release: backend.and_then(|it| provided.release(it.package)),
                            is_required: stated.is_none(),
                            profile: self.profile,
                            declared: &self.declared,
                        };
                        check(&cx, &mut reporter);
                    }
                }
                (Check::Vault(check), _) => {
                    if let Some(secret) = &secret {
                        check(&VaultCx { site, secret }, &mut reporter);
                    }
                }
                _ => {}
            }
        }
    }
}

/// How many sites a thread takes at a time.
const SITES_AT_A_TIME: usize = 1024;

/// A file, as its sites are looked at.
struct FileCx<'d> {
    path: &'d str,
    is_example: bool,
    document: &'d Document<'d>,
    profile: Profile,
}

/// The rules that look at a site, for each kind of site: most look at one kind only.
struct RulesBySubject {
    uris: Vec<Asked>,
    objects: Vec<Asked>,
    others: Vec<Asked>,
}

/// A rule, and the signs that it looks for: nearly all rules are passed over for these.
struct Asked {
    signs: Signs,
    rule: &'static Rule,
}

impl RulesBySubject {
    /// Sorts `rules`, and keeps them in their order.
    fn of(rules: &[&'static Rule]) -> Self {
        let those = |looks: fn(&Check) -> bool| {
            let rules = rules.iter().filter(|rule| looks(&rule.check));
            rules.map(|rule| Asked { signs: rule.signs, rule }).collect()
        };
        Self {
            uris: those(|it| matches!(it, Check::Site(_) | Check::Connection(_) | Check::Uri(_))),
            objects: those(|it| {
                matches!(it, Check::Site(_) | Check::Connection(_) | Check::Json(_))
            }),
            others: those(|it| matches!(it, Check::Site(_) | Check::Kwargs(_) | Check::Vault(_))),
        }
    }

    /// Those that may have something to say about a site.
    fn for_site(&self, cx: &SiteCx<'_>) -> &[Asked] {
        match cx.reading {
            Some(Reading::Uri(_)) => &self.uris,
            Some(Reading::Json(_)) => &self.objects,
            _ => &self.others,
        }
    }
}

impl Linted<'_> {
    /// The bytes in `window` as they may be shown: what nobody vouches for is masked.
    pub fn shown(&self, window: Span<Raw>) -> Shown {
        Shown::of(self.text, window, &self.visible(window))
    }

    /// The parts of the file in `window` that may be shown.
    pub fn visible(&self, window: Span<Raw>) -> Vec<Span<Raw>> {
        let Some(document) = &self.document else { return Vec::new() };
        let first = document.sites.partition_point(|site| site.span.end() <= window.start());
        let mut visible = Vec::new();
        for site in document.sites[first..].iter().take_while(|s| s.span.start() < window.end()) {
            visible_parts(document, site, self.profile, &mut visible);
        }
        // What a Dag asks for is a name, and made of the characters of one.
        let references = document.references.iter().map(|reference| reference.span);
        visible.extend(references.filter(|span| span.overlaps(window)));
        visible
    }
}

/// What Airflow makes of a site, where that is a connection.
pub fn reading<'a>(site: &'a Site<'a>, profile: Profile) -> Option<Reading<'a>> {
    if site.role != Role::Connection {
        return None;
    }
    let text = site.value.text();
    Some(match (site.surface, site.form) {
        // The text of a connections file is always a URI, its objects are taken as they are.
        (Surface::ConnectionsFile, Form::Text) => Reading::Uri(read_uri(text, profile)),
        (Surface::ConnectionsFile, Form::Object) => {
            Reading::Json(read_file_object(text, site.id.as_deref(), profile))
        }
        (_, Form::Object) => Reading::Json(read_json(text, profile)),
        (_, Form::Text) => read_stored(text, profile),
    })
}

/// The site that names the class which gets these arguments: of several, in the services of a compose
/// file or the examples of a guide, the nearest.
pub fn class_of<'a>(document: &'a Document<'_>, kwargs: &Site<'_>) -> Option<&'a Site<'a>> {
    let name = &kwargs.name.text;
    let name = name.strip_suffix("_KWARGS").or_else(|| name.strip_suffix("_kwargs"))?;
    let is_class = |site: &&Site<'_>| site.role == Role::BackendClass && site.name.text == name;
    let start = kwargs.span.start();
    let at = document.sites.partition_point(|site| site.span.start() < start);
    let (before, behind) = document.sites.split_at(at);
    let before = before.iter().rev().take(NEAR).find(is_class);
    let behind = behind.iter().take(NEAR).find(is_class);
    let near = before.into_iter().chain(behind);
    let nearest = near.min_by_key(|site| site.span.start().abs_diff(start));
    nearest.or_else(|| document.sites.iter().find(is_class))
}

/// How many sites may stand between a backend class and its arguments where there are several.
const NEAR: usize = 32;

/// The class of a site, where the catalogue knows it.
pub fn backend_of(class: &Site<'_>) -> Option<&'static Backend> {
    Some(backend(class.value.text())?.backend)
}

/// The backend whose class stands in a variable with a slip in its name: `AIRFLOW__SECRETS_BACKEND`.
fn backend_misnamed(document: &Document<'_>) -> Option<&'static Backend> {
    let mut misnamed = document.sites.iter().filter(|site| site.role == Role::Misnamed);
    misnamed.find_map(backend_of)
}

/// Whether a document is code that tests something, where wrong values are often meant.
pub(crate) fn is_test_code(path: &str, document: &Document<'_>) -> bool {
    let mut parts = path.rsplit(['/', '\\']);
    let name = parts.next().unwrap_or_default();
    document.format == HostFormat::Python
        && (name == "conftest.py"
            || name.starts_with("test_")
            || name.ends_with("_test.py")
            || parts.any(|folder| matches!(folder, "test" | "tests")))
}

/// The parts of a value that somebody else fills in: the environment, a template, a person.
pub(crate) fn unknown_parts(site: &Site<'_>) -> Vec<Span<Decoded>> {
    let filled_in = placeholders(site.value.text()).map(Span::from_range);
    site.unknown.iter().copied().chain(filled_in).collect()
}

/// Whether a finding is about a part that is unknown, or about what stands next to it.
fn touches(site: &Site<'_>, unknown: &[Span<Decoded>], finding: &Finding) -> bool {
    if unknown.is_empty() {
        return false;
    }
    let Some(span) = site.value.map().to_decoded(finding.span) else { return false };
    unknown.iter().any(|part| part.start() <= span.end() && span.start() <= part.end())
}
