//! Python files: what literals put into the environment or into a `Connection`, and the ids that
//! a Dag asks for. Nothing is evaluated.

mod nesting;
mod text;

use std::borrow::Cow;
use std::collections::HashMap;

use connlint_text::{Decoded, DecodedText, Raw, Span};
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Arguments, Expr, ExprCall, ExprDict, PySourceType, Stmt};
use ruff_python_parser::parse_unchecked_source;
use ruff_text_size::Ranged;

use self::text::{Text, json, raw, text};
use crate::fields::JsonText;
use crate::formats::File;
use crate::names::meaning;
use crate::reference::{self, Reference};
use crate::references::References;
use crate::{
    Document, Form, HostFormat, HostIssueKind, Name, Options, Quoting, Role, Site, Surface,
};

/// The parameters of `Connection`, in their order, with the keys of the JSON object they stand for.
const PARAMETERS: [&str; 9] =
    ["conn_id", "conn_type", "description", "host", "login", "password", "schema", "port", "extra"];

/// Functions that set the variable of their first argument to the second.
const SETTERS: [&str; 4] = ["setenv", "putenv", "setdefault", "set_env"];

/// Functions whose first argument is the id of a connection.
const CONNECTION_GETTERS: [&str; 4] =
    ["get_connection", "get_connections", "get_connection_from_secrets", "get_hook"];

/// A Python file that names a setting of Airflow's, or asks for a connection or variable.
pub(crate) fn detects(file: &File<'_>) -> bool {
    file.extension == "py"
        && (file.mentions(&["AIRFLOW_CONN_", "AIRFLOW_VAR_", "AIRFLOW__"]) || is_dag(file.text))
}

/// Whether ids of connections or variables may be asked for.
fn is_dag(text: &str) -> bool {
    let mentions = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    mentions("airflow")
        && ["conn_id", "get_connection", "Variable.", "Connection(", "{{"].into_iter().any(mentions)
}

/// Finds settings wherever they are written: `NAME = …`, `x["NAME"] = …`, `{"NAME": …}`,
/// `f(NAME=…)`, `setenv("NAME", …)`, `f(name="NAME", value=…)`; and the connections and variables
/// that Airflow's own classes are given.
///
/// A file that is no Python is read as far as the parser gets, and no fault: it may be of
/// Python 2, or a template.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Python, options.consumer);
    if !nesting::is_shallow(text) {
        let why = HostIssueKind::Limit("nested too deeply to be read");
        document.issue(why, Span::empty(0));
        return document;
    }
    let parsed = parse_unchecked_source(text, PySourceType::Python);
    let comments = parsed.tokens().iter().filter(|token| token.kind() == TokenKind::Comment);
    document.comments.extend(comments.map(|token| raw(token.range())));
    let mut walker =
        Walker { document: &mut document, imports: HashMap::new(), is_dag: is_dag(text) };
    walker.visit_body(&parsed.syntax().body);
    document.sites.sort_by_key(|site| site.span);
    document.references.sort_by_key(|reference| reference.span);
    document
}

struct Walker<'d, 'a> {
    document: &'d mut Document<'a>,
    /// What a name was imported as, with its module: `airflow.models.Connection`.
    imports: HashMap<String, String>,
    is_dag: bool,
}

impl<'t> Visitor<'t> for Walker<'_, '_> {
    fn visit_stmt(&mut self, stmt: &'t Stmt) {
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let path = alias.name.as_str();
                    let bound = alias.asname.as_ref().map_or_else(
                        || path.split('.').next().unwrap_or_default(),
                        |name| name.as_str(),
                    );
                    let path = if alias.asname.is_some() { path } else { bound };
                    self.imports.insert(bound.to_owned(), path.to_owned());
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                for alias in &import.names {
                    let bound = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    let path = format!("{module}.{}", alias.name);
                    self.imports.insert(bound.to_owned(), path);
                }
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.assign(target, &assign.value);
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.assign(&assign.target, value);
                }
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'t Expr) {
        match expr {
            Expr::Call(call) => self.call(call),
            Expr::Dict(dict) => self.dict(dict),
            Expr::StringLiteral(_) | Expr::FString(_) if self.is_dag => self.templates(expr),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

impl<'a> Walker<'_, 'a> {
    fn text(&self, expr: &Expr) -> Option<Text<'a>> {
        text(self.document.text, expr)
    }

    /// The text of a literal.
    fn literal(&self, expr: &Expr) -> Option<DecodedText<'a>> {
        self.text(expr)?.known()
    }

    /// `NAME = value`, `x["NAME"] = value`.
    fn assign(&mut self, target: &Expr, value: &Expr) {
        match target {
            Expr::Name(name) => {
                let place = raw(name.range());
                let text = place.of(self.document.text);
                self.setting(Cow::Borrowed(text), place, place, value, false);
            }
            Expr::Subscript(subscript) => {
                if let Some(key) = self.literal(&subscript.slice) {
                    let is_environ = last_name(&subscript.value) == Some("environ");
                    let span = raw(target.range());
                    self.setting(key.clone().into_text(), key.raw(), span, value, is_environ);
                }
            }
            _ => {}
        }
    }

    /// `{"NAME": value}`, and `{"name": "NAME", "value": value}`.
    fn dict(&mut self, dict: &ExprDict) {
        let (mut name, mut value) = (None, None);
        let has = |wanted: &str| {
            dict.items.iter().any(|item| item.key.as_ref().is_some_and(|key| is_text(key, wanted)))
        };
        let is_connection = has("conn_type") || has("uri") || has("conn_uri");
        for item in &dict.items {
            let Some(key) = item.key.as_ref().and_then(|key| self.literal(key)) else { continue };
            match key.text() {
                "name" | "key" => name = Some(&item.value),
                "value" => value = Some(&item.value),
                text if is_conn_id(text) && !is_connection => {
                    self.ask(Role::Connection, &item.value, false);
                }
                _ => {}
            }
            let span = key.raw();
            self.setting(key.into_text(), span, span, &item.value, false);
        }
        if let (Some(name), Some(value)) = (name, value) {
            self.pair(name, value);
        }
    }

    /// `NAME` and its value, beside each other.
    fn pair(&mut self, name: &Expr, value: &Expr) {
        if let Some(key) = self.literal(name) {
            let span = raw(name.range());
            self.setting(key.clone().into_text(), key.raw(), span, value, true);
        }
    }

    fn call(&mut self, call: &ExprCall) {
        let arguments = &call.arguments;
        let function = last_name(&call.func).unwrap_or_default();
        let first = arguments.args.first();
        if SETTERS.contains(&function)
            && let [name, value, ..] = &*arguments.args
        {
            let is_environ = function != "setdefault";
            if let Some(key) = self.literal(name) {
                let span = raw(name.range());
                self.setting(key.clone().into_text(), key.raw(), span, value, is_environ);
            }
        }
        if let (Some(name), Some(value)) =
            (arguments.find_keyword("name"), arguments.find_keyword("value"))
        {
            self.pair(&name.value, &value.value);
        }
        for keyword in &arguments.keywords {
            if let Some(name) = &keyword.arg {
                let place = raw(name.range());
                let text = place.of(self.document.text);
                self.setting(Cow::Borrowed(text), place, place, &keyword.value, false);
            }
        }
        if self.is_airflow(&call.func, "Connection") {
            self.connection(arguments);
            return;
        }
        if self.is_airflow(&call.func, "Variable.set")
            && let [key, value, ..] = &*arguments.args
        {
            self.variable(key, value);
        }
        if !self.is_dag {
            return;
        }
        for keyword in &arguments.keywords {
            if keyword.arg.as_ref().is_some_and(|name| is_conn_id(name.as_str())) {
                self.ask(Role::Connection, &keyword.value, false);
            }
        }
        let asked = if CONNECTION_GETTERS.contains(&function)
            || self.is_airflow(&call.func, "Connection.get")
        {
            Role::Connection
        } else if self.is_airflow(&call.func, "Variable.get") {
            Role::Variable
        } else {
            return;
        };
        if let Some(first) = first {
            let mut names = arguments.keywords.iter().filter_map(|keyword| keyword.arg.as_ref());
            let has_default = arguments.args.len() > 1
                || names.any(|name| matches!(name.as_str(), "default" | "default_var"));
            self.ask(asked, first, has_default);
        }
    }

    /// Whether an expression is that name of Airflow's own: `Connection` after
    /// `from airflow.models import Connection`, `models.Connection`, `airflow.models.Connection`.
    fn is_airflow(&self, expr: &Expr, wanted: &str) -> bool {
        let mut names = Vec::new();
        let mut at = expr;
        while let Expr::Attribute(attribute) = at {
            names.push(attribute.attr.as_str());
            at = &attribute.value;
        }
        let Expr::Name(root) = at else { return false };
        let Some(path) = self.imports.get(&*root.id) else { return false };
        let is_airflow = path == "airflow" || path.starts_with("airflow.");
        names.push(path);
        names.reverse();
        let path = names.join(".");
        is_airflow && path.strip_suffix(wanted).is_some_and(|rest| rest.ends_with('.'))
    }

    /// A setting, if `name` is one of Airflow's.
    ///
    /// Where it is not `certain` that the environment is written, a connection has to look like
    /// one: `AIRFLOW_CONN_ID = "pg"` is the id of one.
    fn setting(
        &mut self,
        name: Cow<'a, str>,
        place: Span<Raw>,
        span: Span<Raw>,
        value: &Expr,
        certain: bool,
    ) {
        // Names of Python's own are lower case.
        let Some(meaning) = meaning(&name).filter(|_| name.starts_with("AIRFLOW")) else { return };
        let (role, id) = (meaning.role, meaning.id.map(Cow::into_owned));
        let Some(text) = self.text(value) else { return };
        let looks_like_one =
            text.value.text().contains("://") || text.value.text().trim_start().starts_with('{');
        if role == Role::Connection && !certain && !looks_like_one {
            return;
        }
        let site = Site { id: id.map(Cow::Owned), role, ..site(text) };
        self.push(Name { text: name, span: place }, span, site);
    }

    /// Adds a site, without what templates and the environment fill in.
    fn push(&mut self, name: Name<'a>, span: Span<Raw>, mut site: Site<'a>) {
        if site.unknown.is_empty() {
            let Ok(filled) = References::Plain.fill_in(site.value) else { return };
            (site.value, site.unknown) = (filled.value, filled.unknown);
            site.unknown.extend(fields(site.value.text()));
            site.unknown.sort_unstable();
        }
        if site.value.text().trim().is_empty() && !site.unknown.is_empty() {
            return;
        }
        let span = span.join(name.span).join(site.value_span);
        self.document.sites.push(Site { name, span, ..site });
    }

    /// `Variable.set(key, value)`.
    fn variable(&mut self, key: &Expr, value: &Expr) {
        let (Some(key), Some(text)) = (self.literal(key), self.text(value)) else { return };
        let id = key.text().to_owned();
        let name = Name { span: key.raw(), text: key.into_text() };
        let span = name.span;
        let site = Site {
            id: Some(Cow::Owned(id)),
            role: Role::Variable,
            surface: Surface::Standalone,
            ..site(text)
        };
        self.push(name, span, site);
    }

    /// `Connection(…)`: a URI, or fields, which are given as the JSON object they stand for.
    fn connection(&mut self, arguments: &Arguments) {
        let file = self.document.text;
        let mut given: Vec<(&str, Span<Raw>, &Expr)> = Vec::new();
        for (parameter, value) in PARAMETERS.iter().chain(&["uri"]).zip(&arguments.args) {
            if matches!(value, Expr::Starred(_)) {
                return;
            }
            given.push((parameter, Span::empty(raw(value.range()).start()), value));
        }
        for keyword in &arguments.keywords {
            // What `**fields` holds is not known.
            let Some(name) = &keyword.arg else { return };
            given.push((name.as_str(), raw(name.range()), &keyword.value));
        }
        let find = |wanted: &str| given.iter().find(|(name, ..)| *name == wanted);
        let whole = raw(arguments.range());
        let id = find("conn_id").and_then(|(.., value)| self.literal(value));
        let name = id.as_ref().map_or_else(
            || Name { text: Cow::Borrowed("Connection"), span: Span::empty(whole.start()) },
            |id| Name { text: id.clone().into_text(), span: id.raw() },
        );
        let id = id.map(|id| Cow::Owned(id.text().to_owned()));
        let (role, surface) = (Role::Connection, Surface::Standalone);
        if let Some((.., uri)) = find("uri") {
            if let Some(text) = self.text(uri) {
                self.push(name, whole, Site { id, role, surface, ..site(text) });
            }
            return;
        }
        if find("conn_type").is_none() {
            return;
        }
        let mut draft = JsonText::new(file, whole.start());
        let mut separator = "{";
        for (key, place, value) in given {
            let is_none = matches!(value, Expr::NoneLiteral(_));
            if key == "conn_id" || !PARAMETERS.contains(&key) || is_none {
                continue;
            }
            draft.move_to(place.start());
            draft.insert(separator);
            draft.key(key, place);
            // A mapping with a key that is computed.
            if json(file, &mut draft, value).is_none() {
                return;
            }
            separator = ",";
        }
        if separator == "{" {
            draft.insert(separator);
        }
        draft.insert("}");
        let (value, unknown) = draft.finish();
        self.document.sites.push(Site {
            span: whole.join(name.span),
            name,
            id,
            role,
            surface,
            form: Form::Object,
            value_span: whole,
            value,
            quoting: Quoting::Opaque,
            outer: Vec::new(),
            unknown,
        });
    }

    /// Notes an id that is asked for.
    fn ask(&mut self, role: Role, id: &Expr, has_default: bool) {
        if let Some(id) = self.literal(id)
            && reference::is_id(id.text())
        {
            let span = id.raw();
            let id = id.into_text();
            self.document.references.push(Reference { role, id, span, has_default });
        }
    }

    /// `{{ conn.x.host }}` and its like, in a text that may be a template.
    fn templates(&mut self, expr: &Expr) {
        let is_template = raw(expr.range()).of(self.document.text).contains("{{");
        if let Some(text) = is_template.then(|| self.text(expr)).flatten() {
            reference::in_templates(&text.value, &mut self.document.references);
        }
    }
}

/// A site with this value, and nothing else said of it yet.
fn site(text: Text<'_>) -> Site<'_> {
    Site {
        name: Name { text: Cow::Borrowed(""), span: Span::empty(text.span.start()) },
        id: None,
        role: Role::Config,
        surface: Surface::Environment,
        form: Form::Text,
        span: text.span,
        value_span: text.span,
        value: text.value,
        quoting: text.quoting,
        outer: text.outer,
        unknown: text.unknown,
    }
}

/// The replacement fields of a text that `str.format` may get: `{user}`, `{0}`, `{}`.
///
/// JSON has none: where the text is meant for both, its braces are doubled.
fn fields(text: &str) -> Vec<Span<Decoded>> {
    let mut found = Vec::new();
    if text.trim_start().starts_with('{') && !text.contains("://{") {
        return found;
    }
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'{', &text.as_bytes()[at..]) {
        let start = at + open;
        let is_name = |char: char| char.is_alphanumeric() || "_.[]!:".contains(char);
        let rest = &text[start + 1..];
        let len = rest.find(|char| !is_name(char)).unwrap_or(rest.len());
        at = start + 1 + len;
        if rest[len..].starts_with('}') {
            found.push(Span::from_range(start..at + 1));
        }
    }
    found
}

/// The last part of a dotted name.
fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(&name.id),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

fn is_text(expr: &Expr, wanted: &str) -> bool {
    expr.as_string_literal_expr().is_some_and(|string| string.value == *wanted)
}

/// Whether a parameter takes the id of a connection.
fn is_conn_id(name: &str) -> bool {
    name == "conn_id" || name.ends_with("_conn_id")
}

#[cfg(test)]
mod tests;
