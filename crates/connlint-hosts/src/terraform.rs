//! Terraform files: `.tf`, `.tfvars` and Terragrunt's `.hcl`.

use std::borrow::Cow;
use std::collections::HashMap;

use connlint_hcl::{Body, Expr, Key, Member, Str, Value, parse};
use connlint_text::{Decoded, DecodedText, Raw, Span};

use crate::config_file::role_of;
use crate::fields::JsonText;
use crate::formats::File;
use crate::names::meaning;
use crate::nested::{adopt, mark_unknown};
use crate::{
    Document, Form, HostFormat, HostIssueKind, Name, Options, Quoting, Role, Site, Surface, detect,
    policy_file,
};

/// Fields of a connection of Astro's environment manager.
const FIELDS: [&str; 7] = ["conn_type", "host", "login", "password", "schema", "port", "extra"];

/// A file of Terraform that speaks of Airflow or of Vault.
pub(crate) fn detects(file: &File<'_>) -> bool {
    matches!(file.extension, "tf" | "tfvars" | "hcl")
        && file.mentions(&[
            "AIRFLOW_",
            "secrets.backend",
            "sql_alchemy_conn",
            "airflow.providers.",
            "connections/",
            "connections-",
            "variables/",
            "variables-",
            "vault_policy",
            "secretBackend",
            "astro_environment_object",
        ])
}

/// Finds settings in maps (`NAME = value`), in pairs (`name = …`, `value = …`), and in the
/// resources that secrets backends read from. Nothing is evaluated.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Terraform, options.consumer);
    let file = parse(text);
    let secrets = secret_names(&file.body);
    let mut walker = Walker { document: &mut document, secrets, options };
    walker.body(&file.body);
    document.comments.extend(file.comments.into_iter().map(raw));
    document.comments.sort_unstable();
    document.sites.sort_by_key(|site| site.span);
    // Only a file that is meant for Airflow is worth a word.
    if !document.sites.is_empty() {
        for error in file.errors {
            document.issue(HostIssueKind::Syntax(error.what), raw(error.span));
        }
    }
    document
}

const fn raw(span: Span<Decoded>) -> Span<Raw> {
    Span::new(span.start(), span.end())
}

/// What the secrets are called whose values other resources hold: `type.label` to name.
fn secret_names(body: &Body<'_>) -> HashMap<String, String> {
    let resources = body.members.iter().filter_map(resource);
    let names = resources.filter_map(|(kind, label, body)| {
        let key = match kind {
            "aws_secretsmanager_secret" => "name",
            "google_secret_manager_secret" => "secret_id",
            _ => return None,
        };
        Some((format!("{kind}.{label}"), stored_name(body, key)?))
    });
    names.collect()
}

/// The type, label and body of a `resource` block.
fn resource<'m, 'a>(member: &'m Member<'a>) -> Option<(&'m str, &'m str, &'m Body<'a>)> {
    let [kind, label] = &member.labels[..] else { return None };
    let Value::Object(body) = &member.value.value else { return None };
    (member.key.name() == "resource").then(|| (kind.name(), label.name(), body))
}

/// The text of an attribute, where it is known as a whole.
fn known_text(body: &Body<'_>, key: &str) -> Option<String> {
    let Value::Str(string) = &body.last(key)?.value.value else { return None };
    let template = string.decode();
    template.unknown.is_empty().then(|| template.text.into_text().into_owned())
}

/// The name of a secret, where at least its end is known: from `connections` or `variables` on.
fn stored_name(body: &Body<'_>, key: &str) -> Option<String> {
    let Value::Str(string) = &body.last(key)?.value.value else { return None };
    let template = string.decode();
    let known = template.unknown.last().map_or(0, |part| part.end() as usize);
    let text = template.text.into_text().into_owned();
    let tail = text.get(known..).unwrap_or_default();
    let is_enough = template.unknown.is_empty()
        || ["connections", "variables"].iter().any(|word| tail.contains(word));
    is_enough.then_some(text)
}

/// A text that an expression gives, as far as it is known.
struct Text<'a> {
    value: DecodedText<'a>,
    unknown: Vec<Span<Decoded>>,
    quoting: Quoting,
    span: Span<Raw>,
}

struct Walker<'d, 'a> {
    document: &'d mut Document<'a>,
    secrets: HashMap<String, String>,
    options: Options,
}

impl<'a> Walker<'_, 'a> {
    fn body(&mut self, body: &Body<'a>) {
        self.pair(body);
        for member in &body.members {
            if let Some((kind, _, body)) = resource(member) {
                self.resource(kind, body);
            }
            let span = raw(member.key.span);
            if !self.setting(member.key.name(), span, raw(member.span()), &member.value) {
                self.expr(&member.value);
            }
        }
    }

    /// Everything below an expression.
    fn expr(&mut self, expr: &Expr<'a>) {
        match &expr.value {
            Value::Object(body) => self.body(body),
            Value::Tuple(items) | Value::Call { arguments: items, .. } => {
                for item in items {
                    self.expr(item);
                }
            }
            Value::Str(string) if string.is_heredoc() => self.nested(string),
            _ => {}
        }
    }

    /// A here-document that is a document of another format.
    fn nested(&mut self, string: &Str<'a>) {
        let template = string.decode();
        let text = template.text.text();
        let names = ["heredoc.yaml", "heredoc.json", "heredoc.sh"];
        let Some(format) = names.iter().find_map(|name| detect(name, text)) else { return };
        let mut inner = crate::extract(format, text, self.options);
        // The templates may be what makes it well-formed.
        inner.issues.clear();
        mark_unknown(&mut inner, &template.unknown);
        adopt(self.document, inner, &template.text, Quoting::HclHeredoc);
    }

    /// `name` or `key`, and `value`, beside each other: an element of a list, or a block.
    fn pair(&mut self, body: &Body<'a>) {
        let name = body.last("name").or_else(|| body.last("key"));
        let (Some(name), Some(value)) = (name, body.last("value")) else { return };
        let Value::Str(string) = &name.value.value else { return };
        let template = string.decode();
        if template.unknown.is_empty() {
            let span = raw(name.span().join(value.span()));
            self.setting(template.text.text(), raw(string.content()), span, &value.value);
        }
    }

    /// A setting of Airflow; says whether it is one.
    fn setting(&mut self, name: &str, place: Span<Raw>, span: Span<Raw>, value: &Expr<'a>) -> bool {
        // Terraform's own variables are lower case, and may be called after Airflow's.
        let meaning = meaning(name).filter(|_| name.starts_with("AIRFLOW"));
        let (role, id, surface) = if let Some(meaning) = meaning {
            (meaning.role, meaning.id.map(Cow::into_owned), Surface::Environment)
        } else {
            let option = name.split_once('.').and_then(|(section, key)| role_of(section, key));
            let Some(role) = option else { return false };
            (role, None, Surface::ConfigFile)
        };
        if let Some(text) = self.text(value) {
            self.site(
                name,
                place,
                span,
                Site { id: id.map(Cow::Owned), role, surface, ..text.site() },
            );
        }
        true
    }

    fn site(&mut self, name: &str, place: Span<Raw>, span: Span<Raw>, site: Site<'a>) {
        let inner = unquoted(place, self.document.text);
        let name = if inner.of(self.document.text) == name {
            Cow::Borrowed(inner.of(self.document.text))
        } else {
            Cow::Owned(name.to_owned())
        };
        let name = Name { text: name, span: inner };
        let span = span.join(place).join(site.value_span);
        self.document.sites.push(Site { name, span, ..site });
    }

    fn resource(&mut self, kind: &str, body: &Body<'a>) {
        let place = |key: &str| {
            let name = stored_name(body, key)?;
            Some((name, raw(body.last(key)?.value.span)))
        };
        match kind {
            "vault_policy" => self.policy(body),
            "vault_kv_secret_v2" | "vault_kv_secret" | "vault_generic_secret" => {
                let name = place("name").or_else(|| place("path"));
                if let (Some((name, place)), Some(data)) = (name, body.last("data_json")) {
                    self.vault_secret(&name, place, &data.value);
                }
            }
            "aws_ssm_parameter" | "azurerm_key_vault_secret" => {
                if let (Some((name, place)), Some(value)) = (place("name"), body.last("value")) {
                    self.secret(&name, place, &value.value);
                }
            }
            "aws_secretsmanager_secret_version" => self.version(body, "secret_id", "secret_string"),
            "google_secret_manager_secret_version" => self.version(body, "secret", "secret_data"),
            "astro_environment_object" => self.environment_object(body),
            _ => {}
        }
    }

    /// A version of a secret that another resource of the file names.
    fn version(&mut self, body: &Body<'a>, key: &str, value: &str) {
        let (Some(reference), Some(value)) = (body.last(key), body.last(value)) else {
            return;
        };
        let place = raw(reference.value.span);
        if let Some(name) = stored_name(body, key) {
            self.secret(&name, place, &value.value);
            return;
        }
        let mut words = place.of(self.document.text).trim_matches(['"', '$', '{', '}']).split('.');
        let key = words.next().zip(words.next()).map(|(kind, label)| format!("{kind}.{label}"));
        if let Some(name) = key.and_then(|key| self.secrets.get(&key).cloned()) {
            self.secret(&name, place, &value.value);
        }
    }

    /// A connection or variable of Astro's environment manager.
    fn environment_object(&mut self, body: &Body<'a>) {
        let (Some(id), Some(kind)) =
            (known_text(body, "object_key"), known_text(body, "object_type"))
        else {
            return;
        };
        let Some(key) = body.last("object_key") else { return };
        let place = raw(key.value.span);
        let site = |text: Text<'a>, role| Site {
            id: Some(Cow::Owned(id.clone())),
            role,
            surface: Surface::Standalone,
            ..text.site()
        };
        match &*kind {
            "AIRFLOW_VARIABLE" => {
                let value = body.last("value").and_then(|value| self.text(&value.value));
                if let Some(text) = value {
                    self.site(&id, place, text.span, site(text, Role::Variable));
                }
            }
            "CONNECTION" if body.last("type").is_some() => {
                let span = raw(body.span);
                let mut json = JsonText::new(self.document.text, span.start());
                let mut separator = "{";
                for member in &body.members {
                    let name = member.key.name();
                    let field = if name == "type" { "conn_type" } else { name };
                    if !FIELDS.contains(&field) || matches!(member.value.value, Value::Null) {
                        continue;
                    }
                    json.move_to(member.key.span.start());
                    json.insert(separator);
                    json.key(field, key_place(&member.key, self.document.text));
                    if self.json(&mut json, &member.value).is_none() {
                        return;
                    }
                    separator = ",";
                }
                json.insert("}");
                let (value, unknown) = json.finish();
                let text = Text { value, unknown, quoting: Quoting::Opaque, span };
                let site = Site { form: Form::Object, ..site(text, Role::Connection) };
                self.site(&id, place, span, site);
            }
            _ => {}
        }
    }

    /// A secret of a cloud, where its name says what it is.
    fn secret(&mut self, name: &str, place: Span<Raw>, value: &Expr<'a>) {
        let Some(text) = self.text(value) else { return };
        let Some((role, id)) = kept(name, text.value.text()) else { return };
        let id = Some(Cow::Owned(id));
        self.site(
            name,
            place,
            text.span,
            Site { id, role, surface: Surface::SecretStore, ..text.site() },
        );
    }

    fn policy(&mut self, body: &Body<'a>) {
        let Some(policy) = body.last("policy") else { return };
        let Some(text) = self.text(&policy.value) else { return };
        let name = known_text(body, "name").unwrap_or_else(|| "policy".to_owned());
        let name = Name { text: name.into(), span: raw(policy.key.span) };
        let site = policy_file::site(name, text.value, raw(policy.span()));
        let Text { unknown, quoting, span, .. } = text;
        self.document.sites.push(Site { unknown, quoting, value_span: span, ..site });
    }

    /// A secret of Vault, and what Airflow reads out of it.
    fn vault_secret(&mut self, name: &str, place: Span<Raw>, value: &Expr<'a>) {
        let Some((role, id)) = called(name) else { return };
        let Some(text) = self.text(value) else { return };
        let Ok(root) = connlint_json::parse(text.value.text()) else { return };
        let Some(members) = root.as_object() else { return };
        let has = |key: &str| members.iter().any(|member| member.key.is(key));
        let part = match role {
            Role::Connection if has("conn_uri") => Some("conn_uri"),
            Role::Variable if has("value") => Some("value"),
            _ => None,
        };
        let whole = |role| Site {
            id: Some(Cow::Owned(id.clone())),
            role,
            form: Form::Object,
            surface: Surface::Vault,
            ..text.site()
        };
        let mut sites = vec![whole(Role::VaultSecret)];
        if let Some(string) = part.and_then(|part| root.last(part)?.as_string()) {
            let inner = string.decode();
            let unknown = text
                .unknown
                .iter()
                .filter_map(|part| inner.map().to_decoded(Span::new(part.start(), part.end())));
            let unknown = unknown.collect();
            let both = text.value.then(inner);
            let map = both.map().clone();
            let value = DecodedText::new(both.into_text().into_owned(), map);
            let outer = vec![text.quoting];
            let (form, quoting) = (Form::Text, Quoting::JsonString);
            sites.push(Site { form, value, quoting, outer, unknown, ..whole(role) });
        } else if role == Role::Connection && has("conn_type") {
            sites.push(whole(role));
        }
        for site in sites {
            self.site(name, place, text.span, site);
        }
    }

    /// The text that an expression gives; `None` where nothing of it is known.
    fn text(&self, expr: &Expr<'a>) -> Option<Text<'a>> {
        let span = raw(expr.span);
        match &expr.value {
            Value::Str(string) => {
                if let Some(inner) = string.sole_expression() {
                    let is_call = matches!(inner.value, Value::Call { .. });
                    return if is_call { self.text(&inner) } else { None };
                }
                let template = string.decode();
                if !template.unknown.is_empty() && template.text.text().trim().is_empty() {
                    return None;
                }
                let quoting =
                    if string.is_heredoc() { Quoting::HclHeredoc } else { Quoting::HclString };
                Some(Text { value: template.text, unknown: template.unknown, quoting, span })
            }
            Value::Call { name: "jsonencode", arguments } => {
                let [argument] = &arguments[..] else { return None };
                if matches!(argument.value, Value::Other) {
                    return None;
                }
                let mut json = JsonText::new(self.document.text, argument.span.start());
                self.json(&mut json, argument)?;
                let (value, unknown) = json.finish();
                Some(Text { value, unknown, quoting: Quoting::Opaque, span })
            }
            Value::Call { name: "sensitive" | "nonsensitive" | "tostring", arguments } => {
                let [argument] = &arguments[..] else { return None };
                self.text(argument)
            }
            Value::Number(_) | Value::Bool(_) => {
                let value = DecodedText::verbatim(self.document.text, span);
                Some(Text { value, unknown: Vec::new(), quoting: Quoting::Opaque, span })
            }
            _ => None,
        }
    }

    /// What `jsonencode` makes of an expression; `None` where a key is unknown.
    fn json(&self, json: &mut JsonText<'a>, expr: &Expr<'a>) -> Option<()> {
        json.move_to(expr.span.start());
        match &expr.value {
            Value::Object(body) => {
                json.insert("{");
                for (index, member) in body.members.iter().enumerate() {
                    if index > 0 {
                        json.insert(",");
                    }
                    let name = member.key.name();
                    if name.is_empty() || member.is_block {
                        return None;
                    }
                    json.key(name, key_place(&member.key, self.document.text));
                    self.json(json, &member.value)?;
                }
                json.insert("}");
            }
            Value::Tuple(items) => {
                json.insert("[");
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        json.insert(",");
                    }
                    self.json(json, item)?;
                }
                json.insert("]");
            }
            Value::Bool(_) | Value::Null => json.literal(raw(expr.span)),
            // JSON knows fewer ways to write a number.
            Value::Number(text) if connlint_json::parse(text).is_ok() => {
                json.literal(raw(expr.span));
            }
            Value::Str(_) | Value::Call { .. } => match self.text(expr) {
                Some(text) => json.string(&text.value, &text.unknown),
                None => json.unknown_string(raw(expr.span)),
            },
            _ => json.unknown_string(raw(expr.span)),
        }
        Some(())
    }
}

impl<'a> Text<'a> {
    /// A site with this value, and nothing else said of it yet.
    fn site(&self) -> Site<'a> {
        Site {
            name: Name { text: Cow::Borrowed(""), span: Span::empty(self.span.start()) },
            id: None,
            role: Role::Config,
            surface: Surface::Environment,
            form: Form::Text,
            span: self.span,
            value_span: self.span,
            value: self.value.clone(),
            quoting: self.quoting,
            outer: Vec::new(),
            unknown: self.unknown.clone(),
        }
    }
}

/// What the name of a secret says of its content, with the usual prefixes of Airflow's backends.
///
/// `airflow/connections/pg` and `airflow-connections-pg` are the connection `pg`.
fn called(name: &str) -> Option<(Role, String)> {
    let find = |words: [&str; 2], role| {
        words.iter().find_map(|word| {
            let (_, id) = name.rsplit_once(word)?;
            (!id.is_empty()).then(|| (role, id.to_owned()))
        })
    };
    find(["connections/", "connections-"], Role::Connection)
        .or_else(|| find(["variables/", "variables-"], Role::Variable))
}

/// The same for a secret of a cloud that holds `value`.
///
/// Names alone may mean anything: a limit may be called `max-connections-limit`. Of connections
/// only URIs are taken: Secrets Manager has words of its own for the fields of an object.
pub(crate) fn kept(name: &str, value: &str) -> Option<(Role, String)> {
    called(name).filter(|(role, _)| match role {
        Role::Connection => value.contains("://") && !value.trim_start().starts_with('{'),
        _ => name.to_ascii_lowercase().contains("airflow"),
    })
}

/// Where the text of a key stands, without quotes.
fn key_place(key: &Key<'_>, file: &str) -> Span<Raw> {
    unquoted(raw(key.span), file)
}

fn unquoted(span: Span<Raw>, file: &str) -> Span<Raw> {
    let text = span.of(file);
    let is_quoted = text.len() >= 2 && text.starts_with('"') && text.ends_with('"');
    if is_quoted { Span::new(span.start() + 1, span.end() - 1) } else { span }
}
