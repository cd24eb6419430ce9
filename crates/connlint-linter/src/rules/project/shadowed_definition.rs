use std::collections::BTreeMap;

use connlint_hosts::{HostFormat, Role};
use connlint_text::message;
use rustc_hash::FxHashMap;

use crate::project::{BackendFact, IdFact, ProjectFacts, VaultFact};
use crate::{ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL812" "shadowed-definition", Correctness, Warning[Medium],
    since: "0.1.0", fix: None, Project => check
}

/// A file, by its number.
type File<'a> = (usize, &'a ProjectFacts);

/// What a file defines, with the number of the file.
type Definition<'a> = (usize, &'a IdFact);

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    let mut folders: BTreeMap<&str, Vec<File<'_>>> = BTreeMap::new();
    for file in cx.files() {
        folders.entry(split(file.1.path()).0).or_default().push(file);
    }
    for (folder, files) in &folders {
        shadowed(cx, &astro_order(cx, folder, files), report);
        let composes = files.iter().filter(|(_, it)| it.format == Some(HostFormat::Compose));
        for &file in composes {
            let mut order = held(cx, folder, &file.1.backends);
            order.extend(definitions(file));
            shadowed(cx, &order, report);
        }
    }
}

/// Reports what comes later in this order and is defined otherwise in another file before.
fn shadowed(cx: &ProjectCx<'_>, order: &[Definition<'_>], report: &mut ProjectReporter<'_>) {
    let mut first: FxHashMap<(Role, String), (usize, &IdFact)> = FxHashMap::default();
    for &(file, fact) in order {
        let key = (fact.role, fact.id.to_uppercase());
        let (winner, winning) = *first.entry(key).or_insert((file, fact));
        let is_same_id = winning.id == fact.id || winning.is_any_case || fact.is_any_case;
        let differs = winning.value.zip(fact.value).is_some_and(|(one, other)| one != other);
        if winner == file || !is_same_id || !differs {
            continue;
        }
        let what = if fact.role == Role::Variable { "variable" } else { "connection" };
        report
            .report(file, fact.place.span, message!["this ", what, " is never used"])
            .label("another value is found first")
            .help("remove one of them, or give them the same value")
            .note(message!["Airflow takes this one: ", cx.place(winner, winning.place)])
            .note("it asks the secrets backend, then the environment, then its database");
    }
}

/// What the files of a folder define that `astro dev start` makes one Airflow of, those that are asked
/// first in front.
fn astro_order<'a>(cx: &ProjectCx<'a>, folder: &str, files: &[File<'a>]) -> Vec<Definition<'a>> {
    let sets_backend = |facts: &ProjectFacts| is_env(facts) || facts.is_astro_image;
    let backends = files.iter().filter(|(_, facts)| sets_backend(facts));
    let mut order: Vec<_> =
        backends.flat_map(|(_, facts)| held(cx, folder, &facts.backends)).collect();
    for is_next in [is_env, is_settings] {
        let next = files.iter().copied().filter(|(_, facts)| is_next(facts));
        order.extend(next.flat_map(definitions));
    }
    order
}

fn definitions((number, facts): File<'_>) -> impl Iterator<Item = Definition<'_>> {
    facts.definitions.iter().map(move |fact| (number, fact))
}

/// What the backends give that the project itself holds: the files of the project that
/// `LocalFilesystemBackend` reads, and what scripts write where `VaultBackend` looks.
fn held<'a>(cx: &ProjectCx<'a>, folder: &str, backends: &[BackendFact]) -> Vec<Definition<'a>> {
    let below = |facts: &ProjectFacts| split(facts.path()).0.starts_with(folder);
    let mut held = Vec::new();
    for backend in backends {
        // Paths in a container: only names that are unmistakable are followed.
        for path in &backend.lists {
            let (_, wanted) = split(path);
            let mut alike =
                cx.files().filter(|(_, facts)| split(facts.path()).1 == wanted && below(facts));
            if let (Some(file), None) = (alike.next(), alike.next()) {
                held.extend(definitions(file));
            }
        }
        let folders = || backend.vault.iter().flat_map(VaultFact::cli_folders);
        let writing = cx.files().filter(|(_, facts)| !facts.writes.is_empty());
        for file in writing.filter(|(_, facts)| below(facts)) {
            let writes = file.1.writes.iter().filter(|write| {
                write.path.rsplit_once('/').is_some_and(|(at, _)| folders().any(|it| it == at))
            });
            let commands: Vec<_> = writes.map(|write| write.command).collect();
            held.extend(definitions(file).filter(|(_, fact)| {
                let span = fact.place.span;
                let at = commands.partition_point(|command| command.end() < span.end());
                commands.get(at).is_some_and(|command| command.covers(span))
            }));
        }
    }
    held
}

/// The folder, with its `/`, and the name of a file.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind(['/', '\\']).map_or(0, |at| at + 1))
}

fn is_env(facts: &ProjectFacts) -> bool {
    facts.format == Some(HostFormat::Dotenv) && split(facts.path()).1 == ".env"
}

fn is_settings(facts: &ProjectFacts) -> bool {
    facts.format == Some(HostFormat::AirflowSettings)
        && split(facts.path()).1 == "airflow_settings.yaml"
}
