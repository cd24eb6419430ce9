//! Policies of Vault as files, in HCL or JSON.

use connlint_hcl::parse;
use connlint_json::Node;
use connlint_text::{DecodedText, Raw, Span};

use crate::formats::File;
use crate::{Document, Form, HostFormat, Name, Options, Quoting, Role, Site, Surface};

/// A file of `path` stanzas by its name or folder, or JSON that is a policy by its name or content.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_below_policies = || {
        let mut folders = file.path.rsplit(['/', '\\']).skip(1);
        folders.any(|folder| matches!(folder, "policies" | "policy"))
    };
    match file.extension {
        "hcl" | "policy" | "pol" => is_hcl(file),
        "" | "txt" => is_below_policies() && is_hcl(file),
        "json" => {
            file.mentions(&["\"capabilities\""])
                && file.mentions(&["\"path\""])
                && (file.name.contains("policy") || is_json(file.text))
        }
        _ => false,
    }
}

fn is_hcl(file: &File<'_>) -> bool {
    file.mentions(&["capabilities", "policy"]) && is_policy(file.text)
}

/// Whether a text is an object of paths, each with its rules, and nothing beside it.
fn is_json(text: &str) -> bool {
    let Ok(root) = connlint_json::parse(text) else { return false };
    let Some(members) = root.as_object() else { return false };
    let has_rules = |rules: &Node<'_>| rules.last("capabilities").is_some();
    members.iter().all(|member| member.key.is("path") || member.key.is("name"))
        && root.last("path").and_then(Node::as_object).is_some_and(|paths| {
            !paths.is_empty() && paths.iter().all(|path| has_rules(&path.value))
        })
}

/// Whether a text in HCL has `path` stanzas, and nothing beside them.
pub(crate) fn is_policy(text: &str) -> bool {
    let body = parse(text).body;
    let is_stanza = |key: &str, labels: usize| key == "path" && labels == 1;
    let mut members = body.members.iter();
    members.clone().any(|member| is_stanza(member.key.name(), member.labels.len()))
        && members.all(|member| matches!(member.key.name(), "path" | "name"))
}

/// The one site is the file.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Policy, options.consumer);
    let whole = Span::from_range(0..text.len());
    let name = Name { text: "policy".into(), span: Span::empty(0) };
    document.sites.push(site(name, DecodedText::verbatim(text, whole), whole));
    if !text.trim_start().starts_with('{') {
        document.comments = comments(text);
    }
    document
}

/// The site of a policy.
pub(crate) fn site<'a>(name: Name<'a>, value: DecodedText<'a>, span: Span<Raw>) -> Site<'a> {
    Site {
        name,
        id: None,
        role: Role::Policy,
        surface: Surface::Vault,
        form: Form::Text,
        span,
        value_span: span,
        value,
        quoting: Quoting::HclText,
        outer: Vec::new(),
        unknown: Vec::new(),
    }
}

fn comments(text: &str) -> Vec<Span<Raw>> {
    let comments = parse(text).comments;
    comments.into_iter().map(|span| Span::new(span.start(), span.end())).collect()
}
