use connlint_catalog::{Passthrough, Stage, compare_releases};

use crate::Call;
use crate::aws;
use crate::call::{Cause, Course};

/// What becomes of an argument of some name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The backend, or a client it passes the argument on to, reads it.
    Read,
    /// Nobody reads it, and nobody says so.
    Ignored,
    /// Somebody raises.
    Raises {
        /// When.
        stage: Stage,
        /// What.
        exception: &'static str,
    },
}

/// What becomes of an argument of that name, in the release of the call.
///
/// An argument that is newer than the release meets the same fate as one that nobody knows.
///
/// ```
/// use connlint_backends::{Arguments, Call, Fate, fate};
/// use connlint_catalog::{AirflowVersion, Stage, backend};
///
/// let vault = backend("airflow.providers.hashicorp.secrets.vault.VaultBackend").unwrap().backend;
/// let of = |release| Call {
///     backend: vault,
///     arguments: Arguments::default(),
///     release: Some(release),
///     airflow: AirflowVersion::NEWEST,
/// };
/// let raises = Fate::Raises { stage: Stage::Client, exception: "TypeError" };
/// assert_eq!(fate(&of("4.1.0"), "region"), Fate::Read);
/// assert_eq!(fate(&of("4.0.0"), "region"), raises);
/// assert_eq!(fate(&of("4.1.0"), "sep"), raises);
/// ```
pub fn fate(call: &Call<'_, '_>, name: &str) -> Fate {
    let backend = call.backend;
    let passthrough = backend.passthrough(name);
    if let Passthrough::Argument(kwarg) = passthrough {
        // Airflow's own classes are in one package before Airflow 3 and in another since.
        let mut releases = kwarg.releases.iter();
        let is_there = kwarg.releases.is_empty()
            || match call.release {
                Some(own) => releases.any(|releases| releases.contains(own)),
                None => releases.any(|releases| releases.until.is_none()),
            };
        return if is_there { Fate::Read } else { unknown(call, name) };
    }
    match passthrough {
        Passthrough::Rejected { stage, exception } => Fate::Raises { stage, exception },
        Passthrough::Forwarded { .. } | Passthrough::Ignored if changed(call) => {
            unknown(call, name)
        }
        Passthrough::Forwarded { .. } => Fate::Read,
        _ => Fate::Ignored,
    }
}

/// Whether an earlier behaviour counts.
fn changed(call: &Call<'_, '_>) -> bool {
    call.release.is_some() && !call.backend.unknown_kwargs.history.is_empty()
}

/// What that release does with a name it does not know.
fn unknown(call: &Call<'_, '_>, name: &str) -> Fate {
    let known = &call.backend.unknown_kwargs;
    let change = known.history.iter().find(|change| {
        let begun = |own| change.since.is_none_or(|since| compare_releases(since, own).is_le());
        let over = |own| change.until.is_some_and(|until| compare_releases(until, own).is_le());
        call.release.map_or(change.until.is_none(), |own| begun(own) && !over(own))
    });
    let exception = change.map_or(known.exception, |change| change.exception);
    match exception {
        Some(_) if aws::is_client_argument(call.backend, name) => Fate::Read,
        Some(exception) => Fate::Raises { stage: known.stage, exception },
        None if matches!(call.backend.passthrough(name), Passthrough::Forwarded { .. }) => {
            Fate::Read
        }
        None => Fate::Ignored,
    }
}

/// Raises for every argument that nobody takes at that stage.
pub(crate) fn check(call: &Call<'_, '_>, stage: Stage, course: &mut Course) {
    for member in call.arguments.iter() {
        let name = member.key.text();
        match fate(call, name.as_str().unwrap_or_default()) {
            Fate::Raises { stage: at, exception } if at == stage => {
                course.raise(exception, Cause::Name(member.key.span()));
            }
            _ => {}
        }
    }
}
