use connlint_parser::Capability;
use connlint_text::message;

use crate::project::{StanzaFact, VaultFact, name};
use crate::{ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL801" "policy-misses-mount", Correctness, Error[Medium],
    since: "0.1.0", fix: None, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    let stanzas: Vec<_> = cx.stanzas().collect();
    let Some(&(file, first)) = stanzas.first() else { return };
    // What a template fills in may be what is missing.
    if stanzas.iter().any(|(_, stanza)| !stanza.is_known) {
        return;
    }
    // A project may describe several backends; one that works is enough.
    if cx.vaults().any(|(_, _, vault)| is_covered(vault, &stanzas)) {
        return;
    }
    let Some((backend_file, backend, vault)) = cx.vaults().find(|it| !it.2.folders.is_empty())
    else {
        return;
    };
    // What only lacks `data/` has a rule of its own.
    let missing: Vec<String> = vault
        .api_folders()
        .zip(vault.cli_folders())
        .filter(|(api, cli)| {
            let lacks_data = vault.is_version_2 && reads(&stanzas, cli);
            !lacks_data && !reads(&stanzas, api)
        })
        .map(|(api, _)| api)
        .collect();
    let Some(folder) = missing.first() else { return };
    let stanza = first;
    let label = message!["this is not the mount `", name(&vault.mount), "`"];
    let place = cx.place(backend_file, backend.kwargs);
    let mut draft = report
        .report(
            file,
            stanza.place.span,
            message!["the policy does not let Airflow read `", name(folder), "/*`"],
        )
        .label(label)
        .note(message!["the backend looks there: ", place])
        .note("Vault answers 403, which Airflow swallows: every connection isn't defined");
    let mut wanted = missing.iter().map(|folder| name(folder));
    if let (Some(one), two) = (wanted.next(), wanted.next()) {
        draft = match two {
            Some(two) => draft.help(message!["grant `read` on `", one, "/*` and `", two, "/*`"]),
            None => draft.help(message!["grant `read` on `", one, "/*`"]),
        };
    }
    let _ = draft;
}

/// Whether something below each folder of the backend may be read.
pub(crate) fn is_covered(vault: &VaultFact, stanzas: &[(usize, &StanzaFact)]) -> bool {
    vault.api_folders().all(|folder| reads(stanzas, &folder))
}

fn reads(stanzas: &[(usize, &StanzaFact)], folder: &str) -> bool {
    stanzas
        .iter()
        .any(|(_, stanza)| stanza.path.granted.has(Capability::Read) && stanza.path.reaches(folder))
}
