use connlint_text::{Edit, message};

use crate::project::name;
use crate::{Applicability, ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL804" "vault-path-mismatch", Correctness, Warning[Medium],
    since: "0.1.0", fix: Sometimes, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    for (file, facts) in cx.files() {
        for write in &facts.writes {
            let is_read = |folder: String| {
                write.path.strip_prefix(&folder).is_some_and(|rest| rest.starts_with('/'))
            };
            if cx.vaults().any(|(_, _, vault)| vault.cli_folders().any(is_read)) {
                continue;
            }
            // A path with the folder of a backend in it was meant for that backend.
            let meant = cx.vaults().find_map(|(backend_file, backend, vault)| {
                let mut folders = vault.folders.iter();
                let (_, id) =
                    folders.find_map(|folder| Some((folder, below(&write.path, folder)?)))?;
                let folder = vault.folders.iter().find(|it| below(&write.path, it).is_some())?;
                Some((backend_file, backend, format!("{}/{folder}/{id}", vault.mount)))
            });
            let Some((backend_file, backend, meant)) = meant else { continue };
            let place = cx.place(backend_file, backend.kwargs);
            let draft = report
                .report(
                    file,
                    write.place.span,
                    message!["no backend looks for a secret at `", name(&write.path), "`"],
                )
                .help(message!["write it to `", name(&meant), "`"])
                .note(message!["where the backend looks: ", place]);
            if write.is_whole {
                draft.raw_fix(
                    Applicability::Unsafe,
                    message!["write it to `", name(&meant), "`"],
                    vec![Edit::replace(write.place.span, message![name(&meant)])],
                );
            }
        }
    }
}

/// What stands behind a folder in a path, somewhere below its mount.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let (before, id) = path.split_once(folder)?;
    let id = id.strip_prefix('/')?;
    (before.ends_with('/') && !folder.is_empty() && !id.is_empty()).then_some(id)
}
