//! Policies of Vault as files, in HCL or JSON.

use connlint_hcl::parse;
use connlint_text::{DecodedText, Raw, Span};

use crate::formats::File;
use crate::{Document, Form, HostFormat, Name, Options, Quoting, Role, Site, Surface};

/// An `.hcl` of `path` stanzas, or a JSON file called a policy.
pub(crate) fn detects(file: &File<'_>) -> bool {
    match file.extension {
        "hcl" => file.mentions(&["capabilities", "policy"]) && is_policy(file.text),
        "json" => {
            file.name.contains("policy")
                && file.mentions(&["\"capabilities\""])
                && file.mentions(&["\"path\""])
        }
        _ => false,
    }
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
