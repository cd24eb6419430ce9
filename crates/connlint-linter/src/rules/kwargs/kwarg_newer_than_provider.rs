use connlint_backends::{Arguments, Call, Fate, fate};
use connlint_catalog::{AirflowVersion, Stage, compare_releases, newest_permitted};
use connlint_text::{Grounds, Message, Public, message};

use super::at_stage;
use crate::project::{BackendFact, name};
use crate::{ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL430" "kwarg-newer-than-provider", Correctness, Error,
    since: "0.1.0", fix: None, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    for (file, facts) in cx.files() {
        for backend in &facts.backends {
            // What a release that somebody states does not know, `unknown-kwarg` finds.
            if cx.providers.release(backend.backend.package).is_some() {
                continue;
            }
            for argument in &backend.arguments {
                let kwarg = Public::vouch(argument.kwarg.name, Grounds::Catalogue);
                for releases in argument.kwarg.releases {
                    let Some((pin, place)) = pinned(cx, releases.package) else { continue };
                    if compare_releases(&pin, releases.since).is_ge() {
                        continue;
                    }
                    let what = message!["`", &kwarg, "` needs "];
                    let headline = needs(&what, releases.package, releases.since);
                    let note = unknown_then(backend, argument.kwarg.name, releases.package, &pin);
                    report
                        .report(file, argument.key, headline)
                        .help(message!["take that release into ", place])
                        .note(note);
                }
                let package = backend.backend.package;
                let pin =
                    argument.value_since.and_then(|since| Some((since, pinned(cx, package)?)));
                if let Some((since, (pin, place))) = pin
                    && compare_releases(&pin, since).is_lt()
                {
                    let what = message!["this value of `", &kwarg, "` needs "];
                    report
                        .report(file, argument.key, needs(&what, package, since))
                        .help(message!["take that release into ", place])
                        .note(at_stage(Stage::Construct, None));
                }
            }
        }
    }
}

fn needs(what: &Message, package: &'static str, since: &'static str) -> Message {
    let [package, since] = [package, since].map(|text| Public::vouch(text, Grounds::Catalogue));
    message![what, package, " ", since]
}

/// The newest release of a package that the project permits, and the file that says so: of
/// several, the most permissive.
fn pinned(cx: &ProjectCx<'_>, package: &str) -> Option<(String, Message)> {
    let mut newest: Option<(String, &str)> = None;
    for (_, facts) in cx.files() {
        for line in facts.requirements.iter().flatten() {
            let Some(pin) = newest_permitted(line, package) else { continue };
            if newest.as_ref().is_none_or(|(known, _)| compare_releases(known, &pin).is_lt()) {
                newest = Some((pin, facts.path()));
            }
        }
    }
    newest.map(|(pin, path)| (pin, message!["`", name(path), "`"]))
}

/// What a release does with an argument that it does not know.
fn unknown_then(backend: &BackendFact, kwarg: &str, package: &str, pin: &str) -> Message {
    // The releases of a client that the backend passes arguments on to are not its own.
    if package != backend.backend.package {
        return at_stage(Stage::Client, Some("TypeError"));
    }
    let call = Call {
        backend: backend.backend,
        arguments: Arguments::default(),
        release: Some(pin),
        airflow: AirflowVersion::NEWEST,
    };
    match fate(&call, kwarg) {
        Fate::Raises { stage, exception } => at_stage(stage, Some(exception)),
        Fate::Read | Fate::Ignored => message!["it is ignored without a word"],
    }
}
