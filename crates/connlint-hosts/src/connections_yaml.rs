//! `airflow connections export` as YAML, read as PyYAML's `safe_load` reads it.

use std::collections::HashSet;

use connlint_json::float_repr;
use connlint_text::{Raw, Span};
use granit_parser::{Event, Parser};

use crate::formats::File;
use crate::secrets_file::{SecretsEntry, SecretsProblem, SecretsProblemKind};
use crate::yaml::{
    DEEPEST, Members, Node, Root, Source, Stop, TOO_DEEP, Yaml, control_character, trimmed,
    unfollowed,
};
use crate::yaml_json::{JsonWriter, TOO_LARGE, budget};
use crate::yaml_scalar::{DATE_FAULTS, Resolved, UNFOLLOWED};
use crate::{
    Document, Form, HostFormat, HostIssueKind, Name, Options, Quoting, Role, Site, Surface,
};

/// How many events are looked at to tell the format.
const ENOUGH: usize = 64;

/// A mapping of ids to mappings that have a `conn_type`, or a file called like one.
pub(crate) fn detects(file: &File<'_>) -> bool {
    matches!(file.name, "connections.yaml" | "connections.yml")
        || (matches!(file.extension, "yaml" | "yml")
            && file.mentions(&["conn_type"])
            && holds_connections(file.text))
}

/// Whether the first member of the top-level mapping is a mapping that has a `conn_type`.
fn holds_connections(text: &str) -> bool {
    let mut depth = 0usize;
    for event in Parser::new_from_str(text).take(ENOUGH) {
        match event {
            Ok((Event::MappingStart(..), _)) => depth += 1,
            Ok((Event::SequenceStart(..) | Event::MappingEnd, _)) | Err(_) => return false,
            Ok((Event::Scalar(value, ..), _)) if depth == 2 && value == "conn_type" => return true,
            Ok(_) => {}
        }
    }
    false
}

/// ```text
/// document = mapping of id to ( fields | uri | sequence of one of them )
/// ```
///
/// Fields are given as the compact JSON object they stand for, mapped scalar by scalar.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::ConnectionsYaml, options.consumer);
    let source = Source::plain(text);
    let yaml = Yaml::load(&source);
    let end = || Span::empty(u32::try_from(text.len()).unwrap_or(u32::MAX));
    if let Some((at, char)) = control_character(text) {
        let why = HostIssueKind::Syntax("a control character: PyYAML refuses the file");
        document.issue(why, Span::from_range(at..at + char.len_utf8()));
    }
    if let Some((why, span)) = unfollowed(text) {
        document.issue(why, span);
    }
    let refused = yaml.refused.iter().copied();
    match &yaml.documents[..] {
        [first, second, ..] => {
            document.issues_of(refused.filter(|(_, span)| *span < second.start));
            Connections { document: &mut document, yaml: &yaml, budget: budget(text) }.root(first);
            let why = "a second YAML document: the file is refused";
            document.issue(HostIssueKind::Syntax(why), second.start);
        }
        [only] => {
            document.issues_of(refused);
            Connections { document: &mut document, yaml: &yaml, budget: budget(text) }.root(only);
        }
        [] => {
            document.issues_of(refused);
            if yaml.stop.is_none() {
                document.issue(HostIssueKind::Syntax("the file is empty"), end());
            }
        }
    }
    if yaml.documents.len() < 2
        && let Some(Stop(kind, span)) = yaml.stop
    {
        document.issue(kind, span);
    }
    document.comments = yaml.comments;
    document.issues.sort_by_key(|issue| issue.span);
    document
}

/// The members of the top-level mapping, each as the JSON that it stands for.
///
/// PyYAML reads all of a file before it gives any of it: one problem is the only one.
pub(crate) fn entries(text: &str) -> Result<Vec<SecretsEntry<'_>>, SecretsProblem> {
    if let Some((at, char)) = control_character(text) {
        // PyYAML decodes a text before it reads any of it; Python has made one of two line ends.
        let before = at - text.get(..at).unwrap_or_default().matches("\r\n").count();
        let kind = SecretsProblemKind::ControlCharacter { char, at: before };
        let span = Span::from_range(at..at + char.len_utf8());
        return Err(SecretsProblem { kind, line: 1, span });
    }
    let source = Source::plain(text);
    let yaml = Yaml::load(&source);
    let problem = |kind, span| SecretsProblem { kind, line: 1, span };
    let stopped = |Stop(kind, span)| match kind {
        HostIssueKind::Limit(_) => problem(SecretsProblemKind::Limit, span),
        HostIssueKind::Syntax(why) if UNFOLLOWED.contains(&why) => {
            problem(SecretsProblemKind::Limit, span)
        }
        HostIssueKind::Syntax(why) if DATE_FAULTS.contains(&why) => {
            problem(SecretsProblemKind::NotADate(why), span)
        }
        _ => problem(SecretsProblemKind::NotYaml, span),
    };
    let is_limit = |(why, _): &(HostIssueKind, Span<Raw>)| matches!(why, HostIssueKind::Limit(_));
    let refused = yaml.refused.iter().copied();
    if let Some((kind, span)) = unfollowed(text).or_else(|| refused.clone().find(is_limit)) {
        return Err(stopped(Stop(kind, span)));
    }
    if let [_, second, ..] = &yaml.documents[..] {
        return Err(problem(SecretsProblemKind::NotYaml, second.start));
    }
    if let Some(Stop(kind, span)) = yaml.stop {
        return Err(stopped(Stop(kind, span)));
    }
    if let Some((_, span)) = yaml.refused.first() {
        return Err(problem(SecretsProblemKind::NotYaml, *span));
    }
    let Some(root) = yaml.documents.first() else {
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        return Err(problem(SecretsProblemKind::NotAnObject, Span::empty(end)));
    };
    let Node::Mapping { members, .. } = yaml.follow(&root.node) else {
        // Nothing comes of it, but PyYAML may refuse it before Airflow does.
        let mut json = JsonWriter::new(&yaml, 0, budget(text));
        json.value(&root.node).map_err(stopped)?;
        json.finish().refusal().map_err(stopped)?;
        return Err(problem(SecretsProblemKind::NotAnObject, root.node.span()));
    };
    let mut entries = Entries { yaml: &yaml, found: Vec::new(), budget: budget(text) };
    entries.mapping(members, 0).map_err(stopped)?;
    Ok(entries.found)
}

/// The members of a secrets file.
struct Entries<'y, 's, 'a> {
    yaml: &'y Yaml<'s, 'a>,
    found: Vec<SecretsEntry<'a>>,
    /// How many bytes of them may still be written.
    budget: usize,
}

impl<'s, 'a> Entries<'_, 's, 'a> {
    /// The entries of a mapping; those of `<<` come first, so that its own override them.
    fn mapping(&mut self, members: &Members<'s>, depth: usize) -> Result<(), Stop> {
        if depth > DEEPEST {
            let span = members.first().map_or_else(Span::default, |(key, _)| key.span());
            return Err(Stop(TOO_DEEP, span));
        }
        for (_, value) in members.iter().filter(|(key, _)| key.is_merge()) {
            for members in self.yaml.merged(value)? {
                self.mapping(members, depth + 1)?;
            }
        }
        for (key, value) in members.iter().filter(|(key, _)| !key.is_merge()) {
            let entry = self.entry(key, value)?;
            // An entry of nothing counts too: aliases can make many of them.
            self.budget = self.budget.saturating_sub(entry.value.text().len() + 1);
            self.found.push(entry);
        }
        Ok(())
    }

    /// One member of the top-level mapping.
    fn entry(&self, key: &Node<'s>, value: &Node<'s>) -> Result<SecretsEntry<'a>, Stop> {
        let yaml = self.yaml;
        let Some(name) = yaml.scalar(key) else {
            return Err(Stop(HostIssueKind::Syntax("a key that is no scalar"), key.span()));
        };
        let (text, key_is_text) = match name.kind_of_key() {
            Resolved::Text => (yaml.decode(name).into_text(), true),
            Resolved::Null => ("None".into(), false),
            Resolved::Bool(true) => ("True".into(), false),
            Resolved::Bool(false) => ("False".into(), false),
            Resolved::Int(digits) => (digits.into(), false),
            Resolved::Float(float) if float.is_finite() => (float_repr(float).into(), false),
            Resolved::Float(float) => (float.to_string().to_lowercase().into(), false),
            Resolved::Date => (yaml.decode(name).into_text(), false),
            Resolved::Refused(why) => return Err(Stop(HostIssueKind::Syntax(why), name.span)),
        };
        let value_span = trimmed(yaml.file(), value.span());
        let mut json = JsonWriter::new(yaml, value_span.start(), self.budget);
        json.value(value)?;
        let written = json.finish();
        written.refusal()?;
        let alias = |node: &Node<'s>| match node {
            Node::Alias { id, .. } => Some(*id),
            _ => None,
        };
        let object = match yaml.follow(value) {
            Node::Sequence { items, .. } => items.first().and_then(alias).or_else(|| alias(value)),
            _ => alias(value),
        };
        Ok(SecretsEntry {
            name: Name { text, span: name.span },
            key_is_text,
            value: written.text,
            is_json: true,
            value_span,
            dates: written.dates,
            odd_keys: written.odd_keys,
            object,
        })
    }
}

struct Connections<'d, 'y, 's, 'a> {
    document: &'d mut Document<'a>,
    yaml: &'y Yaml<'s, 'a>,
    /// How many bytes of fields may still be written.
    budget: usize,
}

impl<'y, 's> Connections<'_, 'y, 's, '_> {
    fn root(&mut self, root: &'y Root<'s>) {
        let yaml = self.yaml;
        let Node::Mapping { members, .. } = yaml.follow(&root.node) else {
            let why = HostIssueKind::Syntax("the file should contain an object");
            return self.document.issue(why, root.node.span());
        };
        // The anchors that stand for a whole connection.
        let mut shared = HashSet::new();
        for (key, value) in members {
            if !yaml.is_whole(value) {
                continue;
            }
            if key.is_merge() {
                // What it brings in was read where it stands.
                if let Err(Stop(kind, span)) = yaml.merged(value) {
                    self.document.issue(kind, span);
                }
                continue;
            }
            if let Node::Alias { id, span, .. } = value
                && !shared.insert(*id)
                && matches!(yaml.follow(value), Node::Mapping { .. })
            {
                // Airflow writes each id into the mapping, and finds the other one there.
                let why = "two connections share this mapping: Airflow refuses the file";
                self.document.issue(HostIssueKind::Line(why), *span);
            }
            self.member(key, value);
        }
    }

    /// The connection of one id.
    fn member(&mut self, key: &Node<'s>, value: &Node<'s>) {
        let outcome = self.site(key, value);
        if let Err(Stop(kind, span)) = outcome {
            if kind == TOO_LARGE {
                self.budget = 0;
            }
            self.document.issue(kind, span);
        }
    }

    fn site(&mut self, key: &Node<'s>, value: &Node<'s>) -> Result<(), Stop> {
        let yaml = self.yaml;
        let text = yaml.file();
        let Some(id) = yaml.scalar(key) else {
            let why = HostIssueKind::Line("the connection id is not text");
            return Err(Stop(why, key.span()));
        };
        match id.kind() {
            Resolved::Text => {}
            Resolved::Refused(why) => self.document.issue(HostIssueKind::Syntax(why), id.span),
            _ => {
                let why = "the connection id is not text to YAML: write it between quotes";
                self.document.issue(HostIssueKind::Line(why), id.span);
            }
        }
        let value_span = trimmed(text, value.span());
        let mut node = yaml.follow(value);
        if let Node::Sequence { items, .. } = node {
            match &items[..] {
                [] => return Ok(()),
                [item] => node = yaml.follow(item),
                _ => {
                    let why = HostIssueKind::Line("a list of several connections is refused");
                    return Err(Stop(why, value_span));
                }
            }
        }
        let neither = HostIssueKind::Line("the value is neither an object nor text");
        let (value, form, quoting) = match node {
            Node::Mapping { members, .. } => {
                let mut json = JsonWriter::new(yaml, value_span.start(), self.budget);
                json.mapping(members)?;
                let written = json.finish();
                self.document.issues_of(written.issues);
                (written.text, Form::Object, Quoting::Opaque)
            }
            Node::Scalar(scalar) => {
                match scalar.kind() {
                    Resolved::Text => {}
                    Resolved::Refused(why) => {
                        self.document.issue(HostIssueKind::Syntax(why), scalar.span);
                    }
                    _ => return Err(Stop(neither, value_span)),
                }
                (yaml.decode(scalar), Form::Text, scalar.quoting())
            }
            _ => return Err(Stop(neither, value_span)),
        };
        self.budget = self.budget.saturating_sub(value.text().len());
        let name = yaml.decode(id).into_text();
        self.document.sites.push(Site {
            id: Some(name.clone()),
            name: Name { text: name, span: id.span },
            role: Role::Connection,
            surface: Surface::ConnectionsFile,
            form,
            span: key.span().join(value_span),
            value_span,
            value,
            quoting,
            outer: Vec::new(),
            unknown: Vec::new(),
        });
        Ok(())
    }
}
