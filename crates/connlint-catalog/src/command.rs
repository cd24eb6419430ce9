//! Commands of `airflow` that are gone.

use crate::{AirflowVersion, Profile};

/// A command that some Airflow no longer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemovedCommand {
    /// The words behind `airflow`.
    pub words: &'static [&'static str],
    /// The words to write now; `None` where nothing came in its place.
    pub now: Option<&'static str>,
    /// The first release without it.
    pub until: AirflowVersion,
}

macro_rules! removed {
    ($($until:literal { $([$($word:literal),*] => $now:expr;)* })*) => {
        &[$($(RemovedCommand {
            words: &[$($word),*],
            now: $now,
            until: AirflowVersion::exact($until, 0, 0),
        }),*),*]
    };
}

/// What the parsers of Airflow 2.11.0 and 3.3.2 refuse, and their predecessors took.
const REMOVED: &[RemovedCommand] = removed! {
    2 {
        ["initdb"] => Some("db migrate");
        ["upgradedb"] => Some("db migrate");
        ["resetdb"] => Some("db reset");
        ["checkdb"] => Some("db check");
        ["create_user"] => Some("users create");
        ["delete_user"] => Some("users delete");
        ["list_users"] => Some("users list");
        ["list_dags"] => Some("dags list");
        ["list_tasks"] => Some("tasks list");
        ["list_dag_runs"] => Some("dags list-runs");
        ["trigger_dag"] => Some("dags trigger");
        ["delete_dag"] => Some("dags delete");
        ["dag_state"] => Some("dags state");
        ["show_dag"] => Some("dags show");
        ["next_execution"] => Some("dags next-execution");
        ["pause"] => Some("dags pause");
        ["unpause"] => Some("dags unpause");
        ["run"] => Some("tasks run");
        ["test"] => Some("tasks test");
        ["clear"] => Some("tasks clear");
        ["render"] => Some("tasks render");
        ["task_state"] => Some("tasks state");
        ["task_failed_deps"] => Some("tasks failed-deps");
        ["pool"] => Some("pools");
        ["worker"] => Some("celery worker");
        ["flower"] => Some("celery flower");
        ["shell"] => Some("db shell");
        ["rotate_fernet_key"] => Some("rotate-fernet-key");
        ["sync_perm"] => Some("sync-perm");
        ["serve_logs"] => None;
    }
    3 {
        ["db", "init"] => Some("db migrate");
        ["db", "upgrade"] => Some("db migrate");
        ["webserver"] => Some("api-server");
        ["dags", "backfill"] => Some("backfill create");
        ["tasks", "run"] => None;
    }
};

/// The command that `words`, those behind `airflow`, run, where this Airflow has it no longer.
///
/// ```
/// use connlint_catalog::{Profile, removed_command};
///
/// let gone = removed_command(&["db", "init"], Profile::NEWEST).unwrap();
/// assert_eq!(gone.now, Some("db migrate"));
/// assert_eq!(removed_command(&["db", "init"], "2.11".parse().unwrap()), None);
/// ```
pub fn removed_command(words: &[&str], profile: Profile) -> Option<&'static RemovedCommand> {
    REMOVED
        .iter()
        .find(|command| command.until <= profile.version && words.starts_with(command.words))
}
