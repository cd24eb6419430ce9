use connlint_parser::Capability;
use connlint_text::{Edit, message};

use crate::project::{StanzaFact, VaultFact, name};
use crate::{Applicability, ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL808" "policy-without-data", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    let stanzas: Vec<_> = cx.stanzas().collect();
    let policies = cx.policies().flat_map(|(file, policy)| {
        policy.stanzas.iter().map(move |stanza| (file, policy.is_verbatim(), stanza))
    });
    for (file, is_verbatim, stanza) in policies.filter(|(_, _, stanza)| stanza.is_known) {
        let found = cx.vaults().find_map(|(backend_file, backend, vault)| {
            let folder = lacks_data(vault, stanza)?;
            // Somebody may have written both, to be on the safe side.
            let is_read = stanzas.iter().any(|(_, other)| reads(other, &folder));
            (!is_read).then_some((backend_file, backend, vault, folder))
        });
        let Some((backend_file, backend, vault, folder)) = found else { continue };
        let place = cx.place(backend_file, backend.kwargs);
        let draft = report
            .report(
                file,
                stanza.place.span,
                message!["the policy does not let Airflow read `", name(&folder), "/*`"],
            )
            .label("without `data/`, which version 2 of the KV engine puts behind the mount")
            .help(message!["write `data/` behind the mount `", name(&vault.mount), "`"])
            .note(message!["the backend looks there: ", place])
            .note("Vault answers 403, which Airflow swallows: every connection isn't defined");
        let rest = stanza.path.path.strip_prefix(&vault.mount);
        let Some(rest) = rest.filter(|rest| is_verbatim && !rest.contains(['"', '\\', '$'])) else {
            continue;
        };
        let path = message!["\"", name(&vault.mount), "/data", name(rest), "\""];
        draft.raw_fix(
            Applicability::Unsafe,
            message!["write ", &path],
            vec![Edit::replace(stanza.place.span, path)],
        );
    }
}

/// The folder that a stanza was meant for: as `vault kv` calls it, not as it is read.
fn lacks_data(vault: &VaultFact, stanza: &StanzaFact) -> Option<String> {
    let is_below =
        stanza.path.path.strip_prefix(&vault.mount).is_some_and(|rest| rest.starts_with('/'));
    if !vault.is_version_2 || !is_below {
        return None;
    }
    let mut folders = vault.cli_folders().zip(vault.api_folders());
    let (_, api) = folders.find(|(cli, api)| reads(stanza, cli) && !reads(stanza, api))?;
    Some(api)
}

/// Whether a stanza lets something below a folder be read.
fn reads(stanza: &StanzaFact, folder: &str) -> bool {
    stanza.path.granted.has(Capability::Read) && stanza.path.reaches(folder)
}
