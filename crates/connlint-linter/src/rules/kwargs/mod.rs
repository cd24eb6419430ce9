//! Secrets backends and their arguments.

pub(crate) mod boolean_as_path;
pub(crate) mod broken_auth_type;
pub(crate) mod conflicting_kwargs;
pub(crate) mod deprecated_kwarg;
pub(crate) mod disabled_backend;
pub(crate) mod doubled_path;
pub(crate) mod hcp_without_namespace;
pub(crate) mod ignored_kwarg;
pub(crate) mod kwarg_newer_than_provider;
pub(crate) mod kwarg_type;
pub(crate) mod kwargs_not_json;
pub(crate) mod kwargs_not_object;
pub(crate) mod missing_kwarg;
pub(crate) mod repeated_kwarg;
pub(crate) mod unknown_backend;
pub(crate) mod unknown_kwarg;
pub(crate) mod unusable_prefix;
pub(crate) mod url_with_api_path;
pub(crate) mod url_without_scheme;

use connlint_backends::{Arguments, Call, Cause, Failure, Ideal, Kind, Outcome, failures, read};
use connlint_catalog::{Backend, Stage};
use connlint_parser::{Kwargs, KwargsOutcome};
use connlint_text::{Decoded, Grounds, Message, Public, Span, message};

use crate::KwargsCx;

/// The call that these arguments make, of the release that is installed; `None`
/// where the arguments are dropped as a whole, which has rules of its own.
pub(crate) fn call_of<'a>(cx: &KwargsCx<'a>, backend: &'static Backend) -> Option<Call<'a, 'a>> {
    let root = cx.kwargs.root.as_ref().filter(|_| cx.kwargs.outcome == KwargsOutcome::Given)?;
    let arguments = Arguments::of(root);
    Some(Call { backend, arguments, release: cx.release, airflow: cx.profile.version })
}

/// Where the call fails whatever surrounds it: when Airflow starts, when the client is built, or
/// when something is looked up.
pub(crate) fn certain_failures(call: &Call<'_, '_>) -> Vec<Failure> {
    let mut all = failures(call, &Ideal);
    for kind in [Kind::Connection, Kind::Variable, Kind::Config] {
        if let Outcome::Raised(failure) = read(call, &Ideal, kind, "id").outcome {
            all.push(failure);
        }
    }
    all
}

/// The failure that the value of an argument causes.
pub(crate) fn caused_by<'f>(failures: &'f [Failure], name: &str) -> Option<&'f Failure> {
    failures.iter().find(|failure| matches!(failure.cause, Cause::Value(own) if own == name))
}

/// What Airflow does with a failure.
pub(crate) fn consequence(failure: &Failure) -> Message {
    at_stage(failure.stage, Some(failure.exception))
}

/// What Airflow does when it fails at that stage.
pub(crate) fn at_stage(stage: Stage, exception: Option<&'static str>) -> Message {
    let exception = Public::vouch(exception.unwrap_or("an error"), Grounds::Catalogue);
    match stage {
        Stage::Import | Stage::Construct => {
            message!["the constructor raises ", exception, ": no Airflow process starts"]
        }
        _ => message![
            "the first lookup raises ",
            exception,
            ", which Airflow swallows: every connection isn't defined"
        ],
    }
}

/// The opening bracket of the object, where something is missing from all of it.
pub(crate) fn opening(kwargs: &Kwargs<'_>) -> Span<Decoded> {
    let start = kwargs.root.as_ref().map_or(0, |root| root.span.start());
    Span::new(start, start + 1)
}

/// `a`, `b` and `c`.
pub(crate) fn list(names: &[&'static str], last: &'static str) -> Public<'static> {
    let mut text = String::new();
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            text.push_str(if index + 1 == names.len() { last } else { ", " });
        }
        text.push('`');
        text.push_str(name);
        text.push('`');
    }
    Public::vouch(text, Grounds::Catalogue)
}
