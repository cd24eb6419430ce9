use connlint_backends::{Fate, fate};
use connlint_catalog::{Kwarg, compare_releases, nearest};
use connlint_text::{Edit, Grounds, Public, Span, message};

use super::{at_stage, call_of};
use crate::rules::json::key_words;
use crate::{KwargsCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL404" "unknown-kwarg", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend else { return check_declared(cx, report) };
    let Some(call) = call_of(cx, backend) else { return };
    let backend_name = Public::vouch(backend.name, Grounds::Catalogue);
    for member in call.arguments.iter() {
        let text = member.key.text();
        let key = text.as_str().unwrap_or_default();
        let (severity, note) = match fate(&call, key) {
            Fate::Read => continue,
            Fate::Raises { stage, exception } => {
                (Severity::Error, at_stage(stage, Some(exception)))
            }
            Fate::Ignored => (
                Severity::Warning,
                message!["it is ignored without a word, and the default is used"],
            ),
        };
        let known = backend.kwarg(key);
        let is_too_new = known.is_some_and(|kwarg| is_newer(kwarg, call.release));
        // Where the requirements say the release, `kwarg-newer-than-provider` names them.
        if is_too_new && cx.is_required {
            continue;
        }
        let headline = match known.and_then(|kwarg| span_of(kwarg, is_too_new)) {
            Some((words, release)) => message![key_words(key), words, release],
            None => message!["unknown ", key_words(key), " for ", &backend_name],
        };
        let draft = report.report(member.key.span(), headline).severity(severity).note(note);
        match backend.suggest_kwarg(key) {
            Some(meant) => {
                let meant = Public::vouch(meant, Grounds::Catalogue);
                let inside = Span::new(member.key.span().start() + 1, member.key.span().end() - 1);
                draft
                    .label("no argument of this backend")
                    .help(message!["did you mean `", &meant, "`?"])
                    .unsafe_fix(
                        message!["rename it to `", &meant, "`"],
                        vec![Edit::replace(inside, message![&meant])],
                    );
            }
            None => {
                draft.label("no argument of this backend").help("remove it");
            }
        }
    }
}

/// What a backend of the team's own accepts, it says itself.
fn check_declared(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let class = cx.class.and_then(|class| cx.declared.backends.get(class.value.text()));
    let Some(accepted) = class.and_then(|class| class.kwargs.as_ref()) else { return };
    let Some(members) = cx.kwargs.root.as_ref().and_then(|root| root.as_object()) else { return };
    for member in members {
        let text = member.key.text();
        let key = text.as_str().unwrap_or_default();
        if accepted.iter().any(|name| name == key) {
            continue;
        }
        let headline = message!["unknown ", key_words(key), " for this backend"];
        let draft = report
            .report(member.key.span(), headline)
            .label("not among the arguments that the configuration declares");
        match nearest(key, accepted.iter().map(String::as_str)) {
            Some(meant) => {
                let meant = Public::vouch(meant, Grounds::Name);
                draft.help(message!["did you mean `", meant, "`?"]);
            }
            None => {
                draft.help("remove it, or declare it in `[backends]`");
            }
        }
    }
}

/// Whether an argument came later than a release.
fn is_newer(kwarg: &Kwarg, release: Option<&str>) -> bool {
    let first = kwarg.releases.first();
    release.zip(first).is_some_and(|(own, first)| compare_releases(own, first.since).is_lt())
}

/// The package and release that brought an argument, or that no longer have it.
fn span_of(kwarg: &'static Kwarg, is_too_new: bool) -> Option<(&'static str, Public<'static>)> {
    let (words, package, release) = if is_too_new {
        let first = kwarg.releases.first()?;
        (" needs ", first.package, first.since)
    } else {
        let last = kwarg.releases.last()?;
        (" is gone since ", last.package, last.until?)
    };
    Some((words, Public::vouch(format!("{package} {release}"), Grounds::Catalogue)))
}
