use connlint_hosts::{HostFormat, Role};
use connlint_text::{Span, message};

use crate::placeholder::placeholders;
use crate::{Reporter, Severity, SiteCx, declare_rule};

declare_rule! {
    "CL004" "placeholder", Correctness, Warning[Medium],
    since: "0.1.0", fix: None, Site => check, where: [Angle]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let is_read = matches!(
        cx.site.role,
        Role::Connection | Role::BackendClass | Role::BackendKwargs | Role::VaultSecret
    );
    // `{{ … }}` is for a template engine to fill in, `<…>` for a person who forgot.
    let text = cx.site.value.text();
    if !is_read || memchr::memchr(b'<', text.as_bytes()).is_none() {
        return;
    }
    // A guide leaves them to its readers.
    if cx.document.format == HostFormat::Markdown {
        return;
    }
    let mut forgotten = placeholders(text)
        .filter(|range| text[range.clone()].starts_with('<'))
        .map(Span::from_range);
    let Some(first) = forgotten.next() else { return };
    let mut draft = report
        .report(first, message!["a placeholder was left in"])
        .label("to be replaced by a value")
        .help("write the value, or remove the setting");
    for other in forgotten {
        draft = draft.also(other, "and this one");
    }
    if cx.is_example {
        draft.severity(Severity::Info);
    }
}

/// A file that is there to be copied and filled in.
pub(crate) fn is_example(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
    ["example", "sample", "template", "dist"].iter().any(|word| name.contains(word))
}
