use connlint_hosts::Site;
use connlint_text::{
    Decoded, Edit, Grounds, MASK, Message, Piece, Public, Raw, Space, Span, TextEdit,
};

use crate::disclosure::public_name;
use crate::{
    Applicability, Confidence, Finding, Fix, FixEdit, FixPart, Label, NewLine, Rule, Severity,
    SiteRef,
};

/// Takes what a rule has to say, and turns places in a value into places in the file.
#[derive(Debug)]
pub struct Reporter<'a> {
    text: &'a str,
    rule: &'static Rule,
    site: Option<&'a Site<'a>>,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Reporter<'a> {
    /// A reporter for one rule and one site, or for a whole document of `text`.
    pub(crate) fn new(
        text: &'a str,
        rule: &'static Rule,
        site: Option<&'a Site<'a>>,
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        Self { text, rule, site, findings }
    }

    /// The site that is looked at, where the rule looks at one.
    pub const fn site(&self) -> Option<&'a Site<'a>> {
        self.site
    }

    /// Reports a fault at a place in the site's value.
    ///
    /// # Panics
    ///
    /// In a rule that looks at documents: it has no value, and reports with
    /// [`report_raw`](Self::report_raw) or [`report_in`](Self::report_in).
    pub fn report(&mut self, span: Span<Decoded>, message: Message) -> Draft<'_> {
        let site = self.site.expect("a rule that looks at a site");
        self.report_in(site, span, message)
    }

    /// Reports a fault at a place in the value of `site`.
    pub fn report_in<'b>(
        &'b mut self,
        site: &'b Site<'b>,
        span: Span<Decoded>,
        message: Message,
    ) -> Draft<'b> {
        let raw = site.value.map().to_raw(span);
        Self::push(self.findings, self.rule, self.text, Some(site), raw, message)
    }

    /// Reports a fault at a place in the file, in this reporter's site where it has one.
    pub fn report_raw(&mut self, span: Span<Raw>, message: Message) -> Draft<'_> {
        Self::push(self.findings, self.rule, self.text, self.site, span, message)
    }

    /// Reports a fault of `site` at a place in the file.
    pub fn report_site<'b>(
        &'b mut self,
        site: &'b Site<'b>,
        span: Span<Raw>,
        message: Message,
    ) -> Draft<'b> {
        Self::push(self.findings, self.rule, self.text, Some(site), span, message)
    }

    fn push<'b>(
        findings: &'b mut Vec<Finding>,
        rule: &'static Rule,
        text: &'b str,
        site: Option<&'b Site<'b>>,
        span: Span<Raw>,
        message: Message,
    ) -> Draft<'b> {
        findings.push(Finding {
            rule,
            severity: rule.severity,
            confidence: rule.confidence,
            span,
            site: site.map(site_ref),
            message,
            label: None,
            labels: Vec::new(),
            help: None,
            notes: Vec::new(),
            fixes: Vec::new(),
        });
        let finding = findings.last_mut().expect("one was just pushed");
        Draft { finding, site, text }
    }
}

fn site_ref(site: &Site<'_>) -> SiteRef {
    SiteRef {
        name: public_name(&site.name.text)
            .unwrap_or_else(|| Public::vouch(MASK, Grounds::Computed)),
        id: site.id.as_deref().and_then(public_name),
        role: site.role,
        span: site.span,
    }
}

/// A finding that is being written; it is reported already.
#[derive(Debug)]
pub struct Draft<'r> {
    finding: &'r mut Finding,
    site: Option<&'r Site<'r>>,
    text: &'r str,
}

impl<'r> Draft<'r> {
    /// A draft for a finding that is about no site.
    pub(crate) const fn of(finding: &'r mut Finding) -> Self {
        Self { finding, site: None, text: "" }
    }
}

impl Draft<'_> {
    /// The reason at the place of the fault, in a few words.
    pub fn label(self, message: impl Into<Message>) -> Self {
        self.finding.label = Some(message.into());
        self
    }

    /// Another place in the value that explains it.
    pub fn also(self, span: Span<Decoded>, message: impl Into<Message>) -> Self {
        let span = self.site.map_or_else(Span::default, |site| site.value.map().to_raw(span));
        self.also_raw(span, message)
    }

    /// Another place in the file that explains it.
    pub fn also_raw(self, span: Span<Raw>, message: impl Into<Message>) -> Self {
        self.finding.labels.push(Label { span, message: message.into() });
        self
    }

    /// What to do, as an imperative.
    pub fn help(self, message: impl Into<Message>) -> Self {
        self.finding.help = Some(message.into());
        self
    }

    /// What Airflow does with it.
    pub fn note(self, message: impl Into<Message>) -> Self {
        self.finding.notes.push(message.into());
        self
    }

    /// How bad it is, where that differs from the rule's own word.
    pub fn severity(self, severity: Severity) -> Self {
        self.finding.severity = severity;
        self
    }

    /// How sure it is, where that differs from the rule's own word.
    pub fn confidence(self, confidence: Confidence) -> Self {
        self.finding.confidence = confidence;
        self
    }

    /// A change of the value that keeps what was meant, provably.
    pub fn safe_fix(self, title: impl Into<Message>, edits: Vec<Edit<Decoded>>) -> Self {
        self.value_fix(Applicability::Safe, title.into(), edits)
    }

    /// A change of the value that may change what Airflow reads.
    pub fn unsafe_fix(self, title: impl Into<Message>, edits: Vec<Edit<Decoded>>) -> Self {
        self.value_fix(Applicability::Unsafe, title.into(), edits)
    }

    /// A change of the file, around the value.
    pub fn raw_fix(
        self,
        applicability: Applicability,
        title: impl Into<Message>,
        edits: Vec<Edit<Raw>>,
    ) -> Self {
        let text = self.text;
        let edits = edits.into_iter().map(|edit| resolve_raw(&edit, text)).collect();
        self.finding.fixes.push(Fix { title: title.into(), applicability, edits, line: None });
        self
    }

    /// Lines at the end of other files of the run, which may change what Airflow does.
    pub(crate) fn unsafe_lines(self, lines: impl IntoIterator<Item = (Message, NewLine)>) -> Self {
        self.finding.fixes.extend(lines.into_iter().map(|(title, line)| Fix {
            title,
            applicability: Applicability::Unsafe,
            edits: Vec::new(),
            line: Some(line),
        }));
        self
    }

    /// An idea that cannot be applied as it is.
    pub fn idea(self, title: impl Into<Message>) -> Self {
        self.finding.fixes.push(idea(title.into()));
        self
    }

    /// Writes the edits back through the site's quoting; what that cannot carry stays an idea.
    fn value_fix(
        self,
        applicability: Applicability,
        title: Message,
        edits: Vec<Edit<Decoded>>,
    ) -> Self {
        let resolved = self.site.and_then(|site| {
            if site.is_written_whole() {
                return Some(vec![resolve_whole(edits, site)?]);
            }
            edits.into_iter().map(|edit| resolve_in(&edit, site)).collect::<Option<Vec<_>>>()
        });
        let fix = match resolved {
            Some(mut edits) => {
                edits.sort_by(|a, b| a.edit.cmp(&b.edit));
                Fix { title, applicability, edits, line: None }
            }
            None => idea(title),
        };
        self.finding.fixes.push(fix);
        self
    }
}

const fn idea(title: Message) -> Fix {
    Fix { title, applicability: Applicability::DisplayOnly, edits: Vec::new(), line: None }
}

/// The edit in the coordinates and the notation of the file.
fn resolve_in(edit: &Edit<Decoded>, site: &Site<'_>) -> Option<FixEdit> {
    let encode = |text: &str| site.encode(text);
    let map = site.value.map();
    let (text, parts) = resolve(edit, site.value.text(), encode, |span| map.to_raw(span))?;
    Some(FixEdit { edit: TextEdit { span: map.to_raw(edit.span), text }, parts })
}

/// All edits as one, of a value that cannot be written in parts; nothing of it may be shown.
fn resolve_whole(mut edits: Vec<Edit<Decoded>>, site: &Site<'_>) -> Option<FixEdit> {
    edits.sort_by_key(|edit| edit.span);
    let old = site.value.text();
    let (mut text, mut copied) = (String::new(), 0);
    for edit in &edits {
        text.push_str(old.get(copied..edit.span.range().start)?);
        text.push_str(&edit.resolve(old));
        copied = edit.span.range().end;
    }
    text.push_str(old.get(copied..)?);
    let edit = TextEdit { span: site.value.raw(), text: site.encode(&text)? };
    Some(FixEdit { edit, parts: Vec::new() })
}

fn resolve_raw(edit: &Edit<Raw>, text: &str) -> FixEdit {
    let as_it_is = |text: &str| Some(text.to_owned());
    let (text, parts) =
        resolve(edit, text, as_it_is, |span| span).expect("a text can be written as it is");
    FixEdit { edit: TextEdit { span: edit.span, text }, parts }
}

/// The new text as the file writes it, with the parts of it that may be shown.
fn resolve<S: Space>(
    edit: &Edit<S>,
    old: &str,
    encode: impl Fn(&str) -> Option<String>,
    to_raw: impl Fn(Span<S>) -> Span<Raw>,
) -> Option<(String, Vec<FixPart>)> {
    let text = encode(&edit.resolve(old))?;
    let mut parts = Vec::new();
    let mut at = 0;
    for piece in &edit.pieces {
        let alone = Edit { span: edit.span, pieces: vec![piece.clone()] };
        let len = encode(&alone.resolve(old))?.len();
        let from = match piece {
            Piece::Text(_) => None,
            Piece::Keep(span) | Piece::Encode(span, _) => Some(to_raw(*span)),
        };
        parts.push(FixPart { range: at..at + len, from });
        at += len;
    }
    // Encoded piece by piece it is another text: nothing can be said of its parts.
    if at != text.len() {
        parts.clear();
    }
    Some((text, parts))
}
