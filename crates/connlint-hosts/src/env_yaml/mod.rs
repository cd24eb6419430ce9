//! YAML in which environment variables are set: compose, Kubernetes, Helm, CI.
//!
//! All of them write variables as `NAME: value`, as `- name: NAME` with a `value`, or as
//! `- NAME=value`. One walk finds them wherever they are written; a format says what is particular
//! to it. What an alias or a merge uses a second time was found where it is written.

pub(crate) mod astro_deployment;
pub(crate) mod azure_pipelines;
pub(crate) mod cloudformation;
pub(crate) mod compose;
pub(crate) mod github_actions;
pub(crate) mod gitlab_ci;
pub(crate) mod helm_template;
pub(crate) mod helm_values;
pub(crate) mod kubernetes;
pub(crate) mod yaml_env;

use std::borrow::Cow;

use connlint_text::{Decoded, DecodedText, Raw, SourceMap, Span};
use granit_parser::ScalarStyle;

use crate::config_file::role_of;
use crate::fields::OF_TYPED;
use crate::formats::{File, detect_as};
use crate::names::meaning;
use crate::nested::{adopt, mark_unknown};
use crate::references::{References, in_script};
use crate::terraform::kept;
use crate::yaml::{Node, Scalar, Source, Stop, Yaml, trimmed};
use crate::yaml_json::{JsonWriter, TOO_LARGE, budget};
use crate::yaml_scalar::Resolved;
use crate::{
    Document, Form, HostFormat, HostIssueKind, MarkKind, Name, Options, Quoting, Role, Site,
    Surface, base64, extract as extract_as,
};

/// How deep YAML may stand in strings of YAML.
const DEEPEST_TEXT: usize = 3;

/// The documents that a text of another document may be.
const PLAIN_FORMATS: [HostFormat; 4] = [
    HostFormat::Dotenv,
    HostFormat::ConnectionsEnv,
    HostFormat::ConnectionsJson,
    HostFormat::ConnectionsYaml,
];

/// Keys whose text may be YAML of the same kind: `extraEnv: |` and its like.
const YAML_TEXTS: [&str; 6] = ["extraEnv", "env", "data", "stringData", "values", "variables"];

/// Keys under which commands stand, in which a `NAME=value` may be anything.
const COMMANDS: [&str; 5] = ["command", "entrypoint", "args", "script", "run"];

/// Keys of CI files and of `CloudFormation` under which shell scripts stand.
const SCRIPTS: [&str; 8] = [
    "run",
    "script",
    "before_script",
    "after_script",
    "bash",
    "inlineScript",
    "UserData",
    "Fn::Base64",
];

/// What is particular to a format.
#[derive(Debug, Clone, Copy)]
struct Policy {
    format: HostFormat,
    references: References,
    /// Whether lists may hold `NAME=value`.
    has_lists: bool,
    /// Whether the keys of Airflow's Helm charts mean something.
    is_chart: bool,
    /// Whether templates are filled in before the file is YAML.
    is_template: bool,
    /// Whether shell scripts stand under the keys of [`SCRIPTS`].
    has_scripts: bool,
    /// Whether what is malformed is told. A file that may be anything is not judged.
    is_strict: bool,
}

impl Policy {
    const fn new(format: HostFormat, references: References) -> Self {
        Self {
            format,
            references,
            has_lists: false,
            is_chart: false,
            is_template: false,
            has_scripts: false,
            is_strict: false,
        }
    }
}

fn is_yaml(file: &File<'_>) -> bool {
    matches!(file.extension, "yaml" | "yml")
}

fn extract(text: &str, options: Options, policy: Policy) -> Document<'_> {
    read(text, options, policy, Place::default(), 0)
}

fn read(text: &str, options: Options, policy: Policy, place: Place, texts: usize) -> Document<'_> {
    if !policy.is_template {
        let plain = read_source(&Source::plain(text), options, policy, place, texts);
        // What is no YAML because of its templates may be without them.
        if plain.1 || !text.contains("{{") {
            return plain.0;
        }
    }
    let policy = Policy { is_strict: false, ..policy };
    read_source(&Source::templated(text), options, policy, place, texts).0
}

/// The document, and whether it was read to its end.
fn read_source<'a>(
    source: &Source<'a>,
    options: Options,
    policy: Policy,
    place: Place,
    texts: usize,
) -> (Document<'a>, bool) {
    let yaml = Yaml::load(source);
    let mut document = Document::empty(yaml.file(), policy.format, options.consumer);
    let budget = budget(yaml.file());
    let mut walk = Walk { document: &mut document, yaml: &yaml, policy, options, texts, budget };
    for root in &yaml.documents {
        walk.node(&root.node, place);
    }
    document.comments.extend(&yaml.comments);
    if let Some(Stop(kind, span)) = &yaml.stop
        && policy.is_strict
    {
        document.issue(*kind, *span);
    }
    document.sites.sort_by_key(|site| site.span.start());
    document.comments.sort_unstable();
    document.commands.sort_by_key(|command| command.span);
    document.issues.sort_by_key(|issue| issue.span);
    let is_whole = yaml.stop.is_none();
    (document, is_whole)
}

/// Where in the file the walk is.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Within `data` of a Kubernetes Secret, whose values are base64.
    is_base64: bool,
    /// Within a Secret, or what a chart makes one of.
    is_secret: bool,
    /// Within the environment of a container or service.
    is_env: bool,
    /// Within a command.
    is_command: bool,
}

struct Walk<'d, 'y, 's, 'a> {
    document: &'d mut Document<'a>,
    yaml: &'y Yaml<'s, 'a>,
    policy: Policy,
    options: Options,
    /// In how many strings of YAML this YAML stands.
    texts: usize,
    /// How many bytes of fields may still be written.
    budget: usize,
}

impl<'y, 's, 'a> Walk<'_, 'y, 's, 'a> {
    fn node(&mut self, node: &'y Node<'s>, place: Place) {
        match self.yaml.written(node) {
            Some(Node::Mapping { members, .. }) => self.mapping(node, members, place),
            Some(Node::Sequence { items, .. }) => {
                for item in items {
                    match self.yaml.written(item) {
                        Some(Node::Scalar(scalar)) => self.assignment(scalar, place),
                        Some(_) => self.node(item, place),
                        None => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn mapping(
        &mut self,
        node: &'y Node<'s>,
        members: &'y [(Node<'s>, Node<'s>)],
        mut place: Place,
    ) {
        let yaml = self.yaml;
        let is = |key: &str, value: &str| {
            yaml.get(node, key).and_then(|it| yaml.scalar(it)).is_some_and(|it| it.value == value)
        };
        let is_object = yaml.get(node, "apiVersion").is_some();
        if is_object {
            place.is_secret = is("kind", "Secret");
            let open = is("kind", "ConfigMap").then_some(("data", MarkKind::ConfigMap));
            let text = place.is_secret.then_some(("stringData", MarkKind::StringData));
            for (key, kind) in open.into_iter().chain(text) {
                if let Some(held) = yaml.get(node, key) {
                    self.document.mark(kind, held.span());
                }
            }
        }
        if self.policy.format == HostFormat::AstroDeployment {
            self.variable_marks(node, members);
        }
        let find = |keys: &[&str]| keys.iter().find_map(|key| yaml.get(node, key));
        let name = find(&["name", "key", "Name", "Key"]);
        if let (Some(name), Some(value)) = (name, find(&["value", "Value"]))
            && self.entry(name, value, Place { is_env: true, ..place })
        {
            return;
        }
        if self.policy.format == HostFormat::CloudFormation
            && let (Some(name), Some(value)) = (name, find(&["SecretString", "Value"]))
        {
            self.secret(name, value, place);
        }
        for (key, value) in members {
            let Some(name) = yaml.scalar(key) else { continue };
            let place = self.place_of(&name.value, is_object, place);
            if self.entry(key, value, place)
                || self.chart(&name.value, key, value)
                || self.cloud_option(&name.value, key, value)
                || self.script(&name.value, value)
                || self.text(&name.value, value, place)
            {
                continue;
            }
            self.node(value, place);
        }
    }

    /// What a Deployment file says about a variable beside its name and value.
    fn variable_marks(&mut self, node: &'y Node<'s>, members: &'y [(Node<'s>, Node<'s>)]) {
        let yaml = self.yaml;
        let (Some(name), Some(value)) = (yaml.get(node, "key"), yaml.get(node, "value")) else {
            return;
        };
        let said = yaml.get(node, "is_secret").and_then(|said| yaml.scalar(said));
        let is_blank = |value: &Scalar<'_>| value.value.is_empty() && holds_text(value);
        if said.is_none_or(|said| said.kind() != Resolved::Bool(true)) {
            self.document.mark(MarkKind::OpenVariable, name.span());
        } else if yaml.scalar(value).is_some_and(is_blank) {
            self.document.mark(MarkKind::BlankSecret, value.span());
        }
        for key in members.iter().filter_map(|(key, _)| yaml.scalar(key)) {
            if !matches!(&*key.value, "key" | "value" | "is_secret" | "updated_at") {
                self.document.mark(MarkKind::UnknownVariableKey, key.span);
            }
        }
    }

    /// The place of the value of `key`.
    fn place_of(&self, key: &str, is_object: bool, place: Place) -> Place {
        let is_secret = place.is_secret || (self.policy.is_chart && key == "extraSecrets");
        let is_env = matches!(key, "environment" | "env" | "variables" | "extraEnv" | "commonEnv");
        // The anchors of a compose file may be anything; `data` of a Secret stands at its top.
        let is_extension = key.starts_with("x-");
        Place {
            is_base64: place.is_base64
                || (key == "data" && is_secret && (is_object || self.policy.is_chart)),
            is_secret,
            is_env: place.is_env || is_env || is_extension,
            is_command: place.is_command || COMMANDS.contains(&key),
        }
    }

    /// A variable, if `name` is one of Airflow's.
    fn entry(&mut self, name: &'y Node<'s>, value: &'y Node<'s>, place: Place) -> bool {
        let yaml = self.yaml;
        let Some(name) = yaml.scalar(name) else { return false };
        let Some(meaning) = meaning(&name.value) else { return false };
        let (role, id) = (meaning.role, meaning.id.map(Cow::into_owned));
        // GitLab and others: a mapping with the value and what there is to say about it.
        let value = yaml.get(value, "value").unwrap_or_else(|| self.substituted(value));
        let Some(Node::Scalar(scalar)) = yaml.written(value) else {
            let surface = Surface::Environment;
            let name = Name { text: yaml.decode(name).into_text(), span: name.span };
            self.joined(name, id, (role, surface), value);
            return true;
        };
        if !holds_text(scalar) || place.is_command {
            return true;
        }
        let name = Name { text: yaml.decode(name).into_text(), span: name.span };
        let surface = Surface::Environment;
        let found = Found { name, id, role, surface, value: yaml.decode(scalar) };
        self.site(found, scalar, None, place);
        true
    }

    /// A secret or parameter of AWS, where its name says what it is.
    fn secret(&mut self, name: &'y Node<'s>, value: &'y Node<'s>, place: Place) {
        let yaml = self.yaml;
        let name = self.substituted(name);
        let value = self.substituted(value);
        let Some(name) = yaml.scalar(name) else { return };
        let Some(scalar) = yaml.scalar(value) else {
            // What it holds is told by its name and its text; that is known in part only.
            let meant = kept(&name.value, "://");
            if let Some((role, id)) = meant {
                let place = (role, Surface::SecretStore);
                let name = Name { text: yaml.decode(name).into_text(), span: name.span };
                self.joined(name, Some(id), place, value);
            }
            return;
        };
        let Some((role, id)) = kept(&name.value, &scalar.value) else { return };
        if !holds_text(scalar) {
            return;
        }
        let name = Name { text: yaml.decode(name).into_text(), span: name.span };
        let surface = Surface::SecretStore;
        let found = Found { name, id: Some(id), role, surface, value: yaml.decode(scalar) };
        self.site(found, scalar, None, place);
    }

    /// An option that MWAA writes into `airflow.cfg`: `secrets.backend`.
    fn cloud_option(&mut self, key: &str, name: &'y Node<'s>, value: &'y Node<'s>) -> bool {
        if self.policy.format != HostFormat::CloudFormation {
            return false;
        }
        let role = key.split_once('.').and_then(|(section, key)| role_of(section, key));
        let value = self.substituted(value);
        let Some(role) = role else { return false };
        let Some(Node::Scalar(scalar)) = self.yaml.written(value) else {
            let name = Name { text: Cow::Owned(key.to_owned()), span: name.span() };
            return self.joined(name, None, (role, Surface::ConfigFile), value);
        };
        if holds_text(scalar) {
            let name = Name { text: Cow::Owned(key.to_owned()), span: name.span() };
            let surface = Surface::ConfigFile;
            let value = self.yaml.decode(scalar);
            let found = Found { name, id: None, role, surface, value };
            self.site(found, scalar, None, Place::default());
        }
        true
    }

    /// `NAME=value`, as an item of a list.
    fn assignment(&mut self, scalar: &'y Scalar<'s>, place: Place) {
        if !self.policy.has_lists || !place.is_env || place.is_command {
            return;
        }
        let text = self.yaml.decode(scalar);
        let Some(at) = memchr::memchr(b'=', text.text().as_bytes()) else { return };
        let (Some(name), Some(value)) =
            (piece(&text, 0, at), piece(&text, at + 1, text.text().len()))
        else {
            return;
        };
        let Some(meaning) = meaning(name.text()) else { return };
        let (role, id) = (meaning.role, meaning.id.map(Cow::into_owned));
        let value_span = value.raw();
        let span = name.raw();
        let name = Name { text: name.into_text(), span };
        let surface = Surface::Environment;
        self.site(Found { name, id, role, surface, value }, scalar, Some(value_span), place);
    }

    /// Adds a site. `within` is where the value stands in a scalar that holds more than that.
    fn site(
        &mut self,
        found: Found<'a>,
        scalar: &Scalar<'s>,
        within: Option<Span<Raw>>,
        place: Place,
    ) {
        let scalar_span = trimmed(self.document.text, scalar.span);
        let Found { name, id, role, surface, value } = found;
        let references = match self.policy.references {
            // What a ConfigMap or Secret holds is taken as it is.
            References::Kubernetes if !place.is_env => References::Plain,
            references => references,
        };
        let filled = match references.fill_in(value) {
            Ok(filled) => filled,
            Err(why) => {
                if self.policy.is_strict {
                    self.document.issue(HostIssueKind::Refused(why), scalar_span);
                }
                return;
            }
        };
        let (mut value, unknown) = (filled.value, filled.unknown);
        let mut quoting = scalar.quoting();
        let mut outer = Vec::new();
        if place.is_base64 {
            if !unknown.is_empty() {
                return;
            }
            let Some(bytes) = base64::decode(value.text()) else {
                if self.policy.is_strict {
                    let why = "not base64: encode it, or write it under `stringData`";
                    self.document.issue(HostIssueKind::Refused(why), scalar_span);
                }
                return;
            };
            let Ok(text) = String::from_utf8(bytes) else { return };
            value = opaque(text, unquoted(scalar_span, quoting));
            outer.push(quoting);
            quoting = Quoting::Base64;
        } else if let Some(inner) = references.quoting() {
            outer.push(quoting);
            quoting = inner;
        }
        self.document.sites.push(Site {
            id: id.map(Cow::Owned),
            span: name.span.join(scalar_span),
            name,
            role,
            surface,
            form: Form::Text,
            value_span: within.unwrap_or(scalar_span),
            value,
            quoting,
            outer,
            unknown,
        });
    }

    /// A text that is a document itself, or base64 of one.
    fn text(&mut self, key: &str, value: &'y Node<'s>, place: Place) -> bool {
        let Some(Node::Scalar(scalar)) = self.yaml.written(value) else { return false };
        if self.texts >= DEEPEST_TEXT {
            return false;
        }
        let is_yaml = YAML_TEXTS.contains(&key)
            && matches!(scalar.style, ScalarStyle::Literal | ScalarStyle::Folded);
        if !is_yaml && !key.contains('.') {
            return false;
        }
        let mut part = self.yaml.decode(scalar);
        let mut quoting = scalar.quoting();
        if is_yaml {
            let policy = Policy {
                is_chart: true,
                // Charts fill in the templates of such texts.
                is_template: true,
                is_strict: false,
                references: References::Kubernetes,
                ..self.policy
            };
            // The names within are the variables; what `data` says about them holds for the text.
            let inner = read(part.text(), self.options, policy, place, self.texts + 1);
            adopt(self.document, inner, &part, quoting);
            return true;
        }
        if place.is_base64 {
            let text = base64::decode(part.text()).and_then(|bytes| String::from_utf8(bytes).ok());
            let Some(text) = text else { return false };
            part = opaque(text, scalar.span);
            quoting = Quoting::Opaque;
        }
        let Some(format) = detect_as(key, part.text(), &PLAIN_FORMATS) else { return false };
        let inner = extract_as(format, part.text(), self.options);
        adopt(self.document, inner, &part, quoting);
        true
    }

    /// A shell script, or a list of its lines.
    fn script(&mut self, key: &str, value: &'y Node<'s>) -> bool {
        if !self.policy.has_scripts || !SCRIPTS.contains(&key) {
            return false;
        }
        let yaml = self.yaml;
        let lines = match yaml.written(value) {
            Some(Node::Sequence { items, .. }) => &items[..],
            Some(Node::Scalar(_)) => std::slice::from_ref(value),
            _ => return false,
        };
        for line in lines {
            let Some(Node::Scalar(scalar)) = yaml.written(line) else { continue };
            let part = yaml.decode(scalar);
            if detect_as("x.sh", part.text(), &[HostFormat::Shell]).is_none() {
                continue;
            }
            // What the CI fills in is unknown to the script too.
            let Ok(filled) = References::Script.fill_in(part) else { continue };
            let (part, unknown) = in_script(&filled.value, &filled.unknown);
            let mut inner = extract_as(HostFormat::Shell, part.text(), self.options);
            inner.issues.clear();
            mark_unknown(&mut inner, &unknown);
            adopt(self.document, inner, &part, scalar.quoting());
        }
        true
    }

    /// What only charts have; whether `key` is such a thing.
    fn chart(&mut self, key: &str, name: &'y Node<'s>, value: &'y Node<'s>) -> bool {
        if !self.policy.is_chart {
            return false;
        }
        let yaml = self.yaml;
        match key {
            "config" => {
                for (section, options) in yaml.members(value) {
                    let Some(section) = yaml.scalar(section) else { continue };
                    for (option, value) in yaml.members(options) {
                        self.option(&section.value, option, value);
                    }
                }
                // A chart of another kind may hold its environment under `config`.
                false
            }
            "secretBackend" => {
                if matches!(yaml.written(value), Some(Node::Mapping { .. })) {
                    self.document.mark(MarkKind::BackendMapping, name.span());
                }
                self.named("AIRFLOW__SECRETS__BACKEND", name, value);
                true
            }
            "connections" => match yaml.written(value) {
                Some(Node::Sequence { items, .. }) => {
                    for item in items {
                        if let Err(Stop(kind, span)) = self.connection(item) {
                            self.document.issue(kind, span);
                        }
                    }
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// An option that the chart writes into `airflow.cfg`.
    fn option(&mut self, section: &str, option: &'y Node<'s>, value: &'y Node<'s>) {
        let Some(key) = self.yaml.scalar(option) else { return };
        let variable = format!("AIRFLOW__{section}__{}", key.value).to_ascii_uppercase();
        self.named(&variable, option, value);
    }

    /// Something that means what the variable `variable` means.
    fn named(&mut self, variable: &str, name: &'y Node<'s>, value: &'y Node<'s>) {
        let Some(meaning) = meaning(variable) else { return };
        let Some(Node::Scalar(scalar)) = self.yaml.written(value) else { return };
        if !holds_text(scalar) {
            return;
        }
        let (role, id) = (meaning.role, meaning.id.map(Cow::into_owned));
        let name = Name { text: Cow::Owned(variable.to_owned()), span: name.span() };
        let value = self.yaml.decode(scalar);
        // What goes into `airflow.cfg` is no environment of a container.
        let surface = Surface::Environment;
        self.site(Found { name, id, role, surface, value }, scalar, None, Place::default());
    }

    /// A connection of the community chart: `id`, `type` and Airflow's other fields.
    fn connection(&mut self, item: &'y Node<'s>) -> Result<(), Stop> {
        let yaml = self.yaml;
        let (Some(node), Some(id)) = (yaml.written(item), yaml.get(item, "id")) else {
            return Ok(());
        };
        let (Some(id), Some(_)) = (yaml.scalar(id), yaml.get(item, "type")) else {
            return Ok(());
        };
        let span = trimmed(yaml.file(), node.span());
        if yaml.file().get(span.range()).is_some_and(|text| text.contains("{{")) {
            return Ok(());
        }
        let mut json = JsonWriter::new(yaml, span.start(), self.budget);
        let mut separator = "{";
        for (key, field) in OF_TYPED {
            let Some(value) = yaml.get(item, key) else { continue };
            json.insert(separator);
            json.field(field);
            json.value(value)?;
            separator = ",";
        }
        json.insert("}");
        let written = json.finish();
        self.document.issues_of(written.issues);
        let value = written.text;
        self.budget = self.budget.saturating_sub(value.text().len());
        if self.budget == 0 {
            return Err(Stop(TOO_LARGE, span));
        }
        let name = yaml.decode(id).into_text();
        self.document.sites.push(Site {
            id: Some(name.clone()),
            span: span.join(id.span),
            name: Name { text: name, span: id.span },
            role: Role::Connection,
            surface: Surface::Standalone,
            form: Form::Object,
            value_span: span,
            value,
            quoting: Quoting::Opaque,
            outer: Vec::new(),
            unknown: Vec::new(),
        });
        Ok(())
    }
}

/// What a site is made of.
struct Found<'a> {
    name: Name<'a>,
    id: Option<String>,
    role: Role,
    surface: Surface,
    value: DecodedText<'a>,
}

/// Whether a scalar is a value: not a switch of a chart, and not left to the environment or to what
/// a tag such as `!Ref` stands for.
fn holds_text(scalar: &Scalar<'_>) -> bool {
    !matches!(scalar.kind(), Resolved::Bool(_) | Resolved::Null) && !scalar.is_computed()
}

/// Where a scalar stands without its quotes.
fn unquoted(span: Span<Raw>, quoting: Quoting) -> Span<Raw> {
    match quoting {
        Quoting::YamlSingle | Quoting::YamlDouble => Span::new(span.start() + 1, span.end() - 1),
        _ => span,
    }
}

/// A text that was made of all that stands at `span`.
pub(crate) fn opaque<'a>(text: String, span: Span<Raw>) -> DecodedText<'a> {
    let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let map = match len {
        0 => SourceMap::verbatim(Span::empty(span.start())),
        len => SourceMap::opaque(span, len),
    };
    DecodedText::new(text, map)
}

/// A part of a text, as a text of its own.
pub(crate) fn piece<'a>(
    text: &DecodedText<'a>,
    start: usize,
    end: usize,
) -> Option<DecodedText<'a>> {
    text.text().get(start..end)?;
    let span: Span<Decoded> = Span::from_range(start..end);
    let part = text.part(span);
    let map = part.map().clone();
    Some(DecodedText::new(part.into_text().into_owned(), map))
}
