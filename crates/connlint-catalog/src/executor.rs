//! The names of executors that Airflow knows without importing anything.

use crate::{AirflowVersion, Profile};

/// Those of every Airflow from 2.7 to 3.3.
const NAMES: [&str; 3] = ["LocalExecutor", "CeleryExecutor", "KubernetesExecutor"];

/// Those that Airflow 3 dropped.
const OLD_NAMES: [&str; 4] =
    ["SequentialExecutor", "DebugExecutor", "CeleryKubernetesExecutor", "LocalKubernetesExecutor"];

/// The names that this Airflow knows, as `ExecutorLoader.executors` of 2.10.5 and 3.3.2 gives them.
///
/// ```
/// use connlint_catalog::{Profile, executors};
///
/// assert!(executors(Profile::NEWEST).all(|name| name != "SequentialExecutor"));
/// assert!(executors("2.11".parse().unwrap()).any(|name| name == "SequentialExecutor"));
/// ```
pub fn executors(profile: Profile) -> impl Iterator<Item = &'static str> {
    let has_old = profile.version < AirflowVersion::exact(3, 0, 0);
    NAMES.into_iter().chain(OLD_NAMES.into_iter().filter(move |_| has_old))
}
