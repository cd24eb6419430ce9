use connlint_backends::{Cause, Failure};
use connlint_catalog::{Problem, RequirementSeverity};
use connlint_text::message;

use super::{at_stage, call_of, certain_failures, consequence, list, opening};
use crate::{KwargsCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL408" "conflicting-kwargs", Correctness, Error,
    since: "0.1.0", fix: None, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend else { return };
    let Some(call) = call_of(cx, backend) else { return };
    let failures = certain_failures(&call);
    for missing in backend.missing(&call.arguments) {
        let requirement = missing.requirement;
        let (names, headline, help) = match &missing.problem {
            Problem::Conflict(names) => {
                let headline = message![list(names, " and "), " exclude each other"];
                (names.clone(), headline, "keep one of them")
            }
            Problem::Characters(characters) => {
                let names = characters.kwargs.to_vec();
                let headline =
                    message![list(&names, " and "), " hold a character that is not allowed"];
                (names, headline, "use letters, digits, `-` and `_`")
            }
            _ => continue,
        };
        let mut keys = cx
            .kwargs
            .entries()
            .into_iter()
            .filter(|member| names.iter().any(|name| member.key.is(name)));
        let span = keys.next().map_or_else(|| opening(cx.kwargs), connlint_json::Member::span);
        let mild = requirement.severity == RequirementSeverity::Warning;
        let mut draft = report.report(span, headline).severity(if mild {
            Severity::Warning
        } else {
            Severity::Error
        });
        for other in keys {
            draft = draft.also(other.span(), "and this");
        }
        let is_about = |failure: &&Failure| match failure.cause {
            Cause::Conflict(own) => names.iter().all(|name| own.contains(name)),
            Cause::Value(own) => names.contains(&own),
            _ => false,
        };
        let note = match failures.iter().find(is_about) {
            Some(failure) => consequence(failure),
            None => at_stage(requirement.stage, requirement.exception),
        };
        draft.help(help).note(note);
    }
}
