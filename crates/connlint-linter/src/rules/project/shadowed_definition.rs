use std::collections::BTreeMap;

use connlint_hosts::{HostFormat, Role};
use connlint_text::message;
use rustc_hash::FxHashMap;

use crate::project::{BackendFact, IdFact, ProjectFacts};
use crate::{ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL812" "shadowed-definition", Correctness, Warning[Medium],
    since: "0.1.0", fix: None, Project => check
}

/// A file, by its number.
type File<'a> = (usize, &'a ProjectFacts);

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    let mut folders: BTreeMap<&str, Vec<File<'_>>> = BTreeMap::new();
    for file in cx.files() {
        folders.entry(split(file.1.path()).0).or_default().push(file);
    }
    for (folder, files) in &folders {
        shadowed(cx, &astro_order(cx, folder, files), report);
        let composes = files.iter().filter(|(_, it)| it.format == Some(HostFormat::Compose));
        for &file in composes {
            let lists = lists_of(cx, folder, &file.1.backends);
            shadowed(cx, &lists.chain([file]).collect::<Vec<_>>(), report);
        }
    }
}

/// Reports what a later file defines and an earlier one defines otherwise.
fn shadowed(cx: &ProjectCx<'_>, order: &[File<'_>], report: &mut ProjectReporter<'_>) {
    let mut first: FxHashMap<(Role, String), (usize, &IdFact)> = FxHashMap::default();
    for &(file, facts) in order {
        for fact in &facts.definitions {
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
}

/// The files of a folder that `astro dev start` makes one Airflow of, those that are asked first in
/// front.
fn astro_order<'a>(cx: &ProjectCx<'a>, folder: &str, files: &[File<'a>]) -> Vec<File<'a>> {
    let sets_backend = |facts: &ProjectFacts| is_env(facts) || facts.is_astro_image;
    let backends = files.iter().filter(|(_, facts)| sets_backend(facts));
    let lists = backends.flat_map(|(_, facts)| lists_of(cx, folder, &facts.backends));
    let env = files.iter().copied().filter(|(_, facts)| is_env(facts));
    let settings = files.iter().copied().filter(|(_, facts)| is_settings(facts));
    lists.chain(env).chain(settings).collect()
}

/// The files of the project that `LocalFilesystemBackend` reads, which is told their paths in a
/// container: those below the same folder whose names are unmistakable.
fn lists_of<'a>(
    cx: &ProjectCx<'a>,
    folder: &str,
    backends: &[BackendFact],
) -> impl Iterator<Item = File<'a>> + use<'a> {
    let mut lists = Vec::new();
    for path in backends.iter().flat_map(|backend| &backend.lists) {
        let (_, wanted) = split(path);
        let mut alike = cx.files().filter(|(_, facts)| {
            let (below, name) = split(facts.path());
            name == wanted && below.starts_with(folder)
        });
        if let (Some(file), None) = (alike.next(), alike.next()) {
            lists.push(file);
        }
    }
    lists.into_iter()
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
