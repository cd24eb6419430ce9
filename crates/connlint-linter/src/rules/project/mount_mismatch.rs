use connlint_text::message;

use crate::project::name;
use crate::{ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL810" "mount-mismatch", Correctness, Error[Medium],
    since: "0.1.0", fix: None, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    let mounts =
        || cx.files().flat_map(|(file, facts)| facts.mounts.iter().map(move |it| (file, it)));
    let Some((first_file, first)) = mounts().next() else { return };
    let is_enabled = |mount: &str| mounts().any(|(_, it)| it.path == mount);
    let is_any_enabled = cx.vaults().any(|(_, _, vault)| is_enabled(&vault.mount));
    for (file, _, vault) in cx.vaults() {
        let same: Vec<_> = mounts().filter(|(_, it)| it.path == vault.mount).collect();
        let Some(&(mount_file, mount)) = same.first() else {
            // Another repository may enable the mounts of another environment.
            if is_any_enabled {
                continue;
            }
            report
                .report(file, vault.mount_span, message!["nothing enables the mount `", name(&vault.mount), "`"])
                .help(message!["write `\"mount_point\": \"", name(&first.path), "\"`, or enable the other one"])
                .note(message!["what is enabled is `", name(&first.path), "`: ", cx.place(first_file, first.place)])
                .note("Vault answers 403 for a mount that is not there, which Airflow swallows: every connection isn't defined");
            continue;
        };
        // Enabled twice, once each: whoever runs the scripts knows which.
        if same.iter().any(|(_, it)| it.is_version_2 == vault.is_version_2) {
            continue;
        }
        let (read, enabled): (u32, u32) = if vault.is_version_2 { (2, 1) } else { (1, 2) };
        report
            .report(
                file,
                vault.mount_span,
                message!["a mount of version ", enabled, " is read as version ", read],
            )
            .help(message![
                "write `\"kv_engine_version\": ",
                enabled,
                "`, or enable it with `-version=",
                read,
                "`"
            ])
            .note(message!["it is enabled here: ", cx.place(mount_file, mount.place)])
            .note("nothing is found, and nothing says so: every connection isn't defined");
    }
}
