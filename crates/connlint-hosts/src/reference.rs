//! What a Dag asks Airflow for.

use std::borrow::Cow;

use connlint_text::{Decoded, DecodedText, Raw, Span};

use crate::Role;
use crate::templates::template_len;

/// The id of a connection, or the key of a variable, that a Dag asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'a> {
    /// [`Role::Connection`] or [`Role::Variable`].
    pub role: Role,
    /// What is asked for.
    pub id: Cow<'a, str>,
    /// Where it stands.
    pub span: Span<Raw>,
    /// Whether something else is taken where there is none.
    pub has_default: bool,
}

/// Whether a text can be an id: those of connections are made of these characters.
pub(crate) fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 250
        && text.chars().all(|char| char.is_alphanumeric() || "_-.".contains(char))
}

/// The ways that templates ask in.
const WAYS: [(&str, Role); 3] =
    [("var.value.", Role::Variable), ("var.json.", Role::Variable), ("conn.", Role::Connection)];

/// Finds what the templates of a text ask for.
///
/// ```text
/// asked = ( "conn" | "var.value" | "var.json" ) "." ( name | "get" "(" quote id quote )
/// ```
pub(crate) fn in_templates<'a>(text: &DecodedText<'a>, references: &mut Vec<Reference<'a>>) {
    let mut at = 0;
    let all = text.text();
    while let Some(found) = memchr::memmem::find(&all.as_bytes()[at..], b"{{") {
        let start = at + found;
        let Some(len) = template_len(&all[start..]) else { return };
        let end = start + len;
        for (way, role) in WAYS {
            for (found, _) in all[start..end].match_indices(way) {
                let before = all[..start + found].chars().next_back();
                if before.is_some_and(|char| char.is_alphanumeric() || "_.'\"".contains(char)) {
                    continue;
                }
                let from = start + found + way.len();
                if let Some(id) = id_len(&all[from..end]) {
                    let span = Span::<Decoded>::from_range(from + id.start..from + id.end);
                    let behind = all[from + id.end..end].trim_start_matches(['\'', '"', ' ']);
                    references.push(Reference {
                        role,
                        id: Cow::Owned(span.of(all).to_owned()),
                        span: text.map().to_raw(span),
                        has_default: behind.starts_with(',') || behind.contains("default("),
                    });
                }
            }
        }
        at = end;
    }
}

/// Where the id stands that is asked for at the start of `rest`.
fn id_len(rest: &str) -> Option<std::ops::Range<usize>> {
    let is_name = |char: char| char.is_alphanumeric() || char == '_';
    let name = rest.find(|char| !is_name(char)).unwrap_or(rest.len());
    let Some(arguments) = rest[..name].eq("get").then(|| rest[name..].strip_prefix('(')).flatten()
    else {
        return is_id(&rest[..name]).then_some(0..name);
    };
    let arguments = arguments.trim_start();
    let quote = arguments.chars().next().filter(|char| matches!(char, '\'' | '"'))?;
    let start = rest.len() - arguments.len() + 1;
    let len = rest[start..].find(quote)?;
    is_id(&rest[start..start + len]).then_some(start..start + len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_templates_ask_for() {
        for (text, expected) in [
            ("{{ conn.pg.host }}", &["connection pg"][..]),
            (
                "x {{conn.pg.host}}:{{ conn.get('my-pg').port }}",
                &["connection pg", "connection my-pg"],
            ),
            ("{{ var.value.a }}{{ var.json.b.c }}", &["variable a", "variable b"]),
            ("{{ var.value.get(\"a.b\", 'x') }}", &["variable a.b"]),
            ("{{ my_conn.pg }} {{ x.conn.pg }} {{ 'conn.pg' }}", &[]),
            ("conn.pg", &[]),
            ("{{ conn.pg", &[]),
            ("{{ conn.", &[]),
            ("{{ conn.get(x) }}", &[]),
            ("{{ ds }}", &[]),
        ] {
            let mut found = Vec::new();
            let value = DecodedText::verbatim(text, Span::from_range(0..text.len()));
            in_templates(&value, &mut found);
            let all: Vec<_> = found.iter().map(|it| format!("{} {}", it.role, it.id)).collect();
            assert_eq!(all, expected, "{text}");
            assert!(found.iter().all(|it| it.span.of(text) == it.id));
        }
    }
}
