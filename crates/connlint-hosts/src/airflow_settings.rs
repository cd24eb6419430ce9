//! `airflow_settings.yaml`, which the Astro CLI loads into a local Airflow.

use connlint_text::{DecodedText, Raw, Span};

use crate::formats::File;
use crate::yaml::{Members, Node, Scalar, Source, Stop, Yaml, trimmed};
use crate::yaml_json::{JsonWriter, TOO_LARGE, budget};
use crate::yaml_scalar::Resolved;
use crate::{
    Document, Form, HostFormat, HostIssueKind, Name, Options, Quoting, Role, Site, Surface,
};

/// The keys of a connection, and Airflow's names for them.
const FIELDS: [(&str, &str); 8] = [
    ("conn_type", "conn_type"),
    ("conn_host", "host"),
    ("conn_schema", "schema"),
    ("conn_login", "login"),
    ("conn_password", "password"),
    ("conn_port", "port"),
    ("conn_extra", "extra"),
    ("conn_description", "description"),
];

/// A file called like one, or with its lists in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_one = file.name.starts_with("airflow_settings") || file.mentions(&["airflow:"]);
    matches!(file.extension, "yaml" | "yml")
        && is_one
        && file.mentions(&["conn_id:", "variable_name:"])
}

/// ```text
/// document   = { "airflow": { "connections": [ connection ], "variables": [ variable ], "pools": … } }
/// connection = { "conn_id": text, "conn_uri": text }
///            | { "conn_id": text, "conn_type": text, "conn_host": … , "conn_extra": text or mapping }
/// variable   = { "variable_name": text, "variable_value": text }
/// ```
///
/// The URI counts where no other field is set. Entries without an id are the empty ones of the
/// template; keys of another name are passed over in silence.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::AirflowSettings, options.consumer);
    let source = Source::plain(text);
    let yaml = Yaml::load(&source);
    let mut settings = Settings { document: &mut document, yaml: &yaml, budget: budget(text) };
    if let Some(root) = yaml.documents.first() {
        settings.root(&root.node);
    }
    if let Some(Stop(kind, span)) = &yaml.stop {
        document.issue(*kind, *span);
    }
    document.comments = yaml.comments;
    document.sites.sort_by_key(|site| site.span.start());
    document.issues.sort_by_key(|issue| (issue.span, issue.kind));
    // What several entries merge is looked at in each.
    document.issues.dedup();
    document
}

struct Settings<'d, 'y, 's, 'a> {
    document: &'d mut Document<'a>,
    yaml: &'y Yaml<'s, 'a>,
    /// How many bytes of fields may still be written.
    budget: usize,
}

impl<'y, 's, 'a> Settings<'_, 'y, 's, 'a> {
    fn root(&mut self, root: &'y Node<'s>) {
        let yaml = self.yaml;
        let Some(airflow) = yaml.get(root, "airflow") else { return };
        let items = |key| match yaml.get(airflow, key).map(|list| yaml.follow(list)) {
            Some(Node::Sequence { items, .. }) => &items[..],
            _ => &[],
        };
        for item in items("connections") {
            // What an alias uses a second time was found where it is written.
            if yaml.written(item).is_none() {
                continue;
            }
            if let Err(Stop(kind, span)) = self.connection(item) {
                if kind == TOO_LARGE {
                    self.budget = 0;
                }
                self.document.issue(kind, span);
            }
        }
        for item in items("variables").iter().filter(|item| yaml.written(item).is_some()) {
            self.variable(item);
        }
    }

    fn connection(&mut self, item: &'y Node<'s>) -> Result<(), Stop> {
        let yaml = self.yaml;
        let members = self.members(item)?;
        let get = |key: &str| {
            let mut found = members.iter().rev().filter(|(name, _)| name.eq_ignore_ascii_case(key));
            found.next().map(|(_, value)| *value)
        };
        let filled = |key: &str| yaml.scalar(get(key)?).filter(|scalar| is_filled(scalar));
        let Some(id) = filled("conn_id") else { return Ok(()) };
        self.check_keys(item);
        let uri = filled("conn_uri");
        let is_set =
            |key: &str| get(key).is_some_and(|value| yaml.scalar(value).is_none_or(is_filled));
        let has_fields = FIELDS.iter().any(|(key, _)| *key != "conn_extra" && is_set(key));
        if let Some(uri) = uri {
            if !has_fields {
                let value = yaml.decode(uri);
                self.site(id, uri.span, value, Form::Text, uri.quoting());
                return Ok(());
            }
            let why = "`conn_uri` counts only where no other field is set";
            self.document.issue(HostIssueKind::Ignored(why), uri.span);
        }
        let span = trimmed(yaml.file(), item.span());
        let mut json = JsonWriter::new(yaml, span.start(), self.budget);
        let mut separator = "{";
        for (key, field) in FIELDS {
            let Some(value) = get(key).filter(|_| is_set(key)) else { continue };
            json.insert(separator);
            json.field(field);
            separator = ",";
            match yaml.scalar(value) {
                Some(text) if key != "conn_port" => {
                    self.check_text(text);
                    json.string(text);
                }
                _ => json.value(value)?,
            }
            self.check_case(value);
        }
        json.insert(if separator == "{" { "{}" } else { "}" });
        let value = json.finish().text;
        self.budget = self.budget.saturating_sub(value.text().len());
        self.site(id, span, value, Form::Object, Quoting::Opaque);
        Ok(())
    }

    /// The members of an entry, those that `<<` brings in first.
    fn members(&mut self, item: &'y Node<'s>) -> Result<Vec<(&'y str, &'y Node<'s>)>, Stop> {
        let yaml = self.yaml;
        let mut all = Vec::new();
        let own = yaml.members(item);
        let mut add = |members: &'y Members<'s>| {
            let named = |(key, value)| Some((&*yaml.scalar(key)?.value, value));
            all.extend(members.iter().map(|(key, value)| (key, value)).filter_map(named));
        };
        for (_, value) in own.iter().filter(|(key, _)| key.is_merge()) {
            for members in yaml.merged(value)? {
                self.budget = self.budget.saturating_sub(members.len());
                if self.budget == 0 {
                    return Err(Stop(TOO_LARGE, value.span()));
                }
                add(members);
            }
        }
        add(own);
        Ok(all)
    }

    /// Keys of a mapping in `conn_extra`, which the Astro CLI reads in lower case.
    fn check_case(&mut self, value: &'y Node<'s>) {
        let yaml = self.yaml;
        let Some(Node::Mapping { members, .. }) = yaml.written(value) else { return };
        for (key, _) in members {
            let Some(key) = yaml.scalar(key) else { continue };
            if key.value.contains(char::is_uppercase) {
                let why = "the key is taken in lower case: write `conn_extra` as JSON text";
                self.document.issue(HostIssueKind::Misread(why), key.span);
            }
        }
    }

    /// Keys that the Astro CLI does not know.
    fn check_keys(&mut self, item: &'y Node<'s>) {
        let yaml = self.yaml;
        for (key, _) in yaml.members(item) {
            let Some(key) = yaml.scalar(key) else { continue };
            let lower = key.value.to_ascii_lowercase();
            let is_known = matches!(&*lower, "conn_id" | "conn_uri" | "<<")
                || FIELDS.iter().any(|(field, _)| *field == lower);
            if is_known {
                continue;
            }
            let why = match &*lower {
                "type" => "the key is `conn_type`",
                "host" => "the key is `conn_host`",
                "schema" => "the key is `conn_schema`",
                "login" => "the key is `conn_login`",
                "password" => "the key is `conn_password`",
                "port" => "the key is `conn_port`",
                "extra" => "the key is `conn_extra`",
                "uri" => "the key is `conn_uri`",
                _ => "no key of a connection in this file",
            };
            self.document.issue(HostIssueKind::Ignored(why), key.span);
        }
    }

    /// A number or date where text is meant: YAML may have changed it.
    fn check_text(&mut self, scalar: &Scalar<'s>) {
        if !matches!(scalar.kind(), Resolved::Text | Resolved::Null) {
            let why = "no text to YAML, which may change its digits: write it between quotes";
            self.document.issue(HostIssueKind::Misread(why), scalar.span);
        }
    }

    fn variable(&mut self, item: &'y Node<'s>) {
        let Some(name) = self.filled(item, "variable_name") else { return };
        let Some(value) = self.filled(item, "variable_value") else { return };
        let text = self.yaml.decode(value);
        self.site(name, value.span, text, Form::Text, value.quoting());
        if let Some(site) = self.document.sites.last_mut() {
            site.role = Role::Variable;
        }
    }

    /// The scalar under `key`, if it is there and not empty.
    fn filled(&self, item: &'y Node<'s>, key: &str) -> Option<&'y Scalar<'s>> {
        let scalar = self.yaml.scalar(self.yaml.get(item, key)?)?;
        is_filled(scalar).then_some(scalar)
    }

    fn site(
        &mut self,
        name: &Scalar<'s>,
        span: Span<Raw>,
        value: DecodedText<'a>,
        form: Form,
        quoting: Quoting,
    ) {
        let value_span = trimmed(self.document.text, span);
        let text = self.yaml.decode(name).into_text();
        self.document.sites.push(Site {
            id: Some(text.clone()),
            name: Name { text, span: name.span },
            role: Role::Connection,
            surface: Surface::Standalone,
            form,
            span: name.span.join(value_span),
            value_span,
            value,
            quoting,
            outer: Vec::new(),
            unknown: Vec::new(),
        });
    }
}

fn is_filled(scalar: &Scalar<'_>) -> bool {
    !scalar.value.is_empty() && scalar.kind() != Resolved::Null
}
