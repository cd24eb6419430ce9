use connlint_parser::{Capabilities, Capability};
use connlint_text::{Edit, message};

use super::policy_misses_mount::{is_covered, read_stanzas};
use crate::project::{is_wide, name};
use crate::{Applicability, ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL802" "policy-too-wide", Security, Warning[Medium],
    since: "0.1.0", fix: Sometimes, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    // Policies of which none is for the mount of a backend were meant for it, and named another.
    let covers_none = !cx.vaults().any(|(_, _, vault)| is_covered(cx, vault));
    for (file, policy, stanza) in cx
        .policies()
        .flat_map(|(file, policy)| policy.stanzas.iter().map(move |it| (file, policy, it)))
    {
        if !stanza.is_known || !is_wide(stanza.path.granted) {
            continue;
        }
        let reached = cx.vaults().find(|(_, _, vault)| {
            let mut folders = vault.api_folders().chain(vault.cli_folders());
            folders.any(|folder| stanza.path.reaches(&folder))
        });
        let meant = cx.vaults().next().filter(|_| covers_none && stanza.path.path.ends_with('*'));
        let is_more = |word: &Capability| is_wide(Capabilities::of(*word));
        let Some((word, span)) = stanza.words.iter().find(|(word, _)| is_more(word)) else {
            continue;
        };
        let (note, (backend_file, backend, vault)) = match (reached, meant) {
            (Some(reached), _) => ("the backend reads what this stanza covers: ", reached),
            (_, Some(meant)) => ("this is all that the project grants to its backend: ", meant),
            _ => continue,
        };
        let place = cx.place(backend_file, backend.kwargs);
        let folders: Vec<_> = vault.api_folders().collect();
        let draft = report
            .report(
                file,
                *span,
                message!["the policy lets Airflow do more than read: `", name(word.name()), "`"],
            )
            .label("a secrets backend never does that")
            .help(message![
                "write ",
                read_stanzas(&folders),
                ", and give those who write the secrets a policy of their own"
            ])
            .note(message![note, place]);
        let (Some((_, first)), Some((_, last))) = (stanza.words.first(), stanza.words.last())
        else {
            continue;
        };
        // What reads nothing is for those who write.
        if reached.is_some() && stanza.path.granted.has(Capability::Read) && policy.is_verbatim() {
            draft.raw_fix(
                Applicability::Unsafe,
                "grant `read` alone",
                vec![Edit::replace(first.join(*last), "\"read\"")],
            );
        }
    }
}
