use connlint_backends::{Cause, Failure};
use connlint_catalog::{Alternative, Missing, Problem, RequirementSeverity};
use connlint_text::{Grounds, Message, Public, message};

use super::{at_stage, call_of, certain_failures, consequence, list, opening};
use crate::{KwargsCx, Reporter, Severity, declare_rule};

declare_rule! {
    "CL406" "missing-kwarg", Correctness, Error,
    since: "0.1.0", fix: None, Kwargs => check
}

fn check(cx: &KwargsCx<'_>, report: &mut Reporter<'_>) {
    let Some(backend) = cx.backend else { return };
    let Some(call) = call_of(cx, backend) else { return };
    let failures = certain_failures(&call);
    for missing in backend.missing(&call.arguments) {
        let requirement = missing.requirement;
        let Some(what) = what(&missing.problem) else { continue };
        if may_be_filled_in(cx, &missing.problem) {
            continue;
        }
        let reason = cx.kwargs.get("auth_type").filter(|_| {
            requirement.when.iter().any(|condition| {
                matches!(condition, connlint_catalog::Condition::Is("auth_type", _))
            })
        });
        let mild =
            requirement.severity == RequirementSeverity::Warning || missing.may_be_met_elsewhere();
        let draft = report
            .report(opening(cx.kwargs), message![&what, " is missing"])
            .severity(if mild { Severity::Warning } else { Severity::Error })
            .help(message!["add ", what]);
        let draft = match reason {
            Some(node) => draft.also(node.span, "this `auth_type` needs it"),
            None => draft,
        };
        if missing.may_be_met_elsewhere() {
            draft.note("unless the environment that Airflow runs in provides it");
        } else {
            draft.note(what_happens(&missing, &failures));
        }
    }
}

/// Whether an argument that counts as missing is there, in a text with parts that the environment
/// fills in: it is empty only here.
fn may_be_filled_in(cx: &KwargsCx<'_>, problem: &Problem) -> bool {
    let names: Vec<&str> = match problem {
        Problem::Absent(names) | Problem::Partial { absent: names, .. } => names.clone(),
        Problem::NoneOf(alternatives) => alternatives
            .iter()
            .filter_map(|alternative| match alternative {
                Alternative::Kwarg(name) => Some(*name),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    !cx.site.unknown.is_empty() && names.iter().any(|name| cx.kwargs.get(name).is_some())
}

/// What the real class does about it: it raises, or the server does, or something is ignored.
fn what_happens(missing: &Missing, failures: &[Failure]) -> Message {
    let names: &[&str] = match &missing.problem {
        Problem::Absent(names) | Problem::Partial { absent: names, .. } => names,
        Problem::AbsentKeys { kwarg, .. } => std::slice::from_ref(kwarg),
        _ => &[],
    };
    let is_about = |failure: &&Failure| match failure.cause {
        Cause::Absent(name) | Cause::Value(name) => names.contains(&name),
        _ => false,
    };
    let requirement = missing.requirement;
    match (failures.iter().find(is_about), requirement.exception, requirement.note) {
        (Some(failure), ..) => consequence(failure),
        (None, Some(exception), _) => at_stage(requirement.stage, Some(exception)),
        (None, None, Some(note)) => message![Public::vouch(note, Grounds::Catalogue)],
        (None, None, None) => message!["no error says so"],
    }
}

/// The arguments that are missing, in words; `None` where that is not what is wrong.
fn what(problem: &Problem) -> Option<Message> {
    match problem {
        Problem::Absent(names) => Some(message![list(names, " and ")]),
        Problem::NoneOf(alternatives) => {
            let names: Vec<&'static str> = alternatives
                .iter()
                .filter_map(|alternative| match alternative {
                    Alternative::Kwarg(name) => Some(*name),
                    _ => None,
                })
                .collect();
            (!names.is_empty()).then(|| message![list(&names, " or ")])
        }
        Problem::Partial { given, absent } => {
            Some(message![list(absent, " and "), " beside ", list(given, " and ")])
        }
        Problem::AbsentKeys { kwarg, keys } => {
            let kwarg = Public::vouch(*kwarg, Grounds::Catalogue);
            Some(message![list(keys, " and "), " in `", kwarg, "`"])
        }
        _ => None,
    }
}
