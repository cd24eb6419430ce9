use connlint_parser::Capability;
use connlint_text::{Edit, Message, message};

use crate::project::{VaultFact, name};
use crate::{Applicability, ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL801" "policy-misses-mount", Correctness, Error[Medium],
    since: "0.1.0", fix: Sometimes, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    let stanzas: Vec<_> = cx.stanzas().collect();
    let Some(&(file, first)) = stanzas.first() else { return };
    // What a template fills in may be what is missing.
    if stanzas.iter().any(|(_, stanza)| !stanza.is_known) {
        return;
    }
    // A project may describe several backends; one that works is enough.
    if cx.vaults().any(|(_, _, vault)| is_covered(cx, vault)) {
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
            let mut paths = stanzas.iter().map(|(_, stanza)| &stanza.path);
            let lacks_data = vault.is_version_2
                && paths.any(|path| {
                    path.granted.has(Capability::Read) && path.reaches(cli) && !path.reaches(api)
                });
            !lacks_data && !reads(cx, api)
        })
        .map(|(api, _)| api)
        .collect();
    let Some(folder) = missing.first() else { return };
    let hiding = cx.policies().find_map(|(file, policy)| Some((file, policy.hiding(folder)?)));
    let label = match hiding {
        Some(_) => message!["this is what counts for the folder"],
        None => message!["this is not the mount `", name(&vault.mount), "`"],
    };
    let (file, stanza) = hiding.unwrap_or((file, first));
    let place = cx.place(backend_file, backend.kwargs);
    let draft = report
        .report(
            file,
            stanza.place.span,
            message!["the policy does not let Airflow read `", name(folder), "/*`"],
        )
        .label(label)
        .note(message!["the backend looks there: ", place])
        .help(message!["write ", read_stanzas(&missing)])
        .note("Vault answers 403, which Airflow swallows: every connection isn't defined");
    // Another stanza for the same path would not help against `deny`.
    let mut policies = cx.policies().filter(|_| hiding.is_none());
    let policy = policies.find(|(_, policy)| !policy.stanzas.is_empty());
    let Some((policy, (between, grant))) =
        policy.and_then(|(_, it)| Some((it, it.grant(&missing)?)))
    else {
        return;
    };
    match &policy.stanzas[..] {
        // A policy for another mount, and nothing else.
        [one] if one.path.path.ends_with("/*") => draft.raw_fix(
            Applicability::Unsafe,
            "let Airflow read what its backend looks for, and no more",
            vec![Edit::replace(one.whole, grant)],
        ),
        [.., last] => draft.raw_fix(
            Applicability::Unsafe,
            "let Airflow read what its backend looks for",
            vec![Edit::insert(last.whole.end(), message![between, grant])],
        ),
        [] => draft,
    };
}

/// The stanzas that let folders be read and no more, as a policy has them.
pub(crate) fn read_stanzas(folders: &[String]) -> Message {
    let stanzas = folders
        .iter()
        .map(|folder| format!("`path \"{folder}/*\" {{ capabilities = [\"read\"] }}`"));
    message![name(&stanzas.collect::<Vec<_>>().join(" and "))]
}

/// Whether something below each folder of the backend may be read, by one policy or another.
pub(crate) fn is_covered(cx: &ProjectCx<'_>, vault: &VaultFact) -> bool {
    vault.api_folders().all(|folder| reads(cx, &folder))
}

fn reads(cx: &ProjectCx<'_>, folder: &str) -> bool {
    cx.policies().any(|(_, policy)| policy.reads(folder))
}
