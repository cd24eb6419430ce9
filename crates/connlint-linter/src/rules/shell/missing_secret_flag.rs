use connlint_hosts::{Command, Role, Site};
use connlint_parser::{Connection, Reading, read_kwargs};
use connlint_text::message;

use crate::rules::setting::is_made_up;
use crate::{DocumentCx, Reporter, backend_of, class_of, declare_rule};

declare_rule! {
    "CL703" "missing-secret-flag", Security, Warning,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let commands = cx.document.commands.iter().filter(|command| is_open(command));
    for command in commands {
        for site in cx.document.sites_in(command.span).filter(|site| holds_secret(cx, site)) {
            report
                .report_site(
                    site,
                    site.name.span,
                    message!["a secret is stored as a variable that everybody can read"],
                )
                .label("the command has no `--secret`")
                .help("add `--secret`")
                .note("Astro shows the value to everybody who may see the Deployment");
        }
    }
}

/// Whether a command stores a variable that is no secret.
fn is_open(command: &Command<'_>) -> bool {
    let stores = ["create", "update"]
        .iter()
        .any(|what| command.runs("astro", &["deployment", "variable", what]));
    let flags = ["--secret", "-s", "--secret=true"];
    stores && !command.words.iter().any(|word| flags.contains(&word.text()))
}

pub(crate) fn holds_secret(cx: &DocumentCx<'_>, site: &Site<'_>) -> bool {
    secret_in(cx, site, |connection| connection.password.is_some())
}

/// The same, but for a password that is no secret to anybody.
pub(crate) fn holds_own_secret(cx: &DocumentCx<'_>, site: &Site<'_>) -> bool {
    secret_in(cx, site, |connection| connection.password.is_some() && !is_made_up(connection))
}

fn secret_in(
    cx: &DocumentCx<'_>,
    site: &Site<'_>,
    counts: impl Fn(&Connection<'_>) -> bool,
) -> bool {
    match site.role {
        Role::Connection => {
            let reading = cx.reading(site);
            let connection = reading.as_ref().and_then(Reading::connection_without_extra);
            connection.as_ref().is_some_and(counts)
        }
        Role::BackendKwargs => {
            let backend = class_of(cx.document, site).and_then(backend_of);
            let is_secret = |key: &str| {
                let known = backend.and_then(|backend| backend.kwarg(key));
                known.map_or(matches!(key, "secret_id" | "token" | "password"), |it| it.is_secret)
            };
            let kwargs = read_kwargs(site.value.text());
            let members = kwargs.root.as_ref().and_then(|root| root.as_object());
            members.unwrap_or_default().iter().any(|member| {
                let key = member.key.text();
                key.as_str().is_some_and(is_secret)
            })
        }
        _ => false,
    }
}
