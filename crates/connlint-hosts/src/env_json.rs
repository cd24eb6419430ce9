//! JSON in which environment variables are set: task definitions of ECS, Deployment files of Astro.

use std::borrow::Cow;

use connlint_json::{Node, Str, Value, parse};

use crate::formats::File;
use crate::json::raw;
use crate::names::meaning;
use crate::references::References;
use crate::{Document, Form, HostFormat, Name, Options, Quoting, Site, Surface};

/// A JSON file with a setting of Airflow's in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    file.extension == "json"
        && file.text.trim_start().starts_with(['{', '['])
        && file.mentions_airflow()
}

/// Variables are written as `{"name": …, "value": …}`, with `key` for `name` in some, or as members
/// of an object. Who reads the file is not known: nothing is said about its form.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::EnvJson, options.consumer);
    if let Ok(root) = parse(text) {
        node(&mut document, &root);
    }
    document.sites.sort_by_key(|site| site.span.start());
    document
}

/// The nesting of what `parse` takes is bounded.
fn node<'a>(document: &mut Document<'a>, at: &Node<'a>) {
    match &at.value {
        Value::Array(items) => items.iter().for_each(|item| node(document, item)),
        Value::Object(members) => {
            let name = ["name", "key"].iter().find_map(|key| at.last(key)?.as_string());
            let value = at.last("value").and_then(Node::as_string);
            if let (Some(name), Some(value)) = (name, value) {
                site(document, name, value);
            }
            for member in members {
                match &member.value.value {
                    Value::String(value) => site(document, member.key, *value),
                    _ => node(document, &member.value),
                }
            }
        }
        _ => {}
    }
}

/// A variable, if `name` is one of Airflow's. A secret that is not told is empty.
fn site<'a>(document: &mut Document<'a>, name: Str<'a>, value: Str<'a>) {
    let text = name.decode().into_text();
    let Some(meaning) = meaning(&text) else { return };
    let (role, id) = (meaning.role, meaning.id.map(Cow::into_owned));
    let Ok(filled) = References::Plain.fill_in(value.decode()) else { return };
    if value.raw().is_empty() {
        return;
    }
    let name = Name { text, span: raw(name.content()) };
    let value_span = raw(value.span());
    document.sites.push(Site {
        id: id.map(Cow::Owned),
        span: name.span.join(value_span),
        name,
        role,
        surface: Surface::Environment,
        form: Form::Text,
        value_span,
        value: filled.value,
        quoting: Quoting::JsonString,
        outer: Vec::new(),
        unknown: filled.unknown,
    });
}
