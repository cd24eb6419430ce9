use connlint_parser::{Capabilities, Capability};
use connlint_text::message;

use crate::project::{is_wide, name};
use crate::{ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL802" "policy-too-wide", Security, Warning[Medium],
    since: "0.1.0", fix: None, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    for (file, stanza) in cx.stanzas() {
        if !stanza.is_known || !is_wide(stanza.path.granted) {
            continue;
        }
        let reached = cx.vaults().find(|(_, _, vault)| {
            let mut folders = vault.api_folders().chain(vault.cli_folders());
            folders.any(|folder| stanza.path.reaches(&folder))
        });
        let Some((backend_file, backend, _)) = reached else { continue };
        let is_more = |word: &Capability| is_wide(Capabilities::of(*word));
        let Some((word, span)) = stanza.words.iter().find(|(word, _)| is_more(word)) else {
            continue;
        };
        let place = cx.place(backend_file, backend.kwargs);
        report
            .report(
                file,
                *span,
                message!["the policy lets Airflow do more than read: `", name(word.name()), "`"],
            )
            .label("a secrets backend never does that")
            .help("grant `read` alone, and give those who write the secrets a policy of their own")
            .note(message!["the backend reads what this stanza covers: ", place]);
    }
}
