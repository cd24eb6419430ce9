//! The options of `airflow.cfg`, which are also the variables `AIRFLOW__SECTION__OPTION`.

use std::sync::LazyLock;

use crate::{AirflowVersion, Profile, nearest};

/// An option of Airflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfigOption {
    /// The section it stands in.
    pub section: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// What its value has to be.
    pub kind: OptionKind,
    /// Whether Airflow looks for `…_CMD` and `…_SECRET` too.
    pub is_sensitive: bool,
    since: Option<AirflowVersion>,
    until: Option<AirflowVersion>,
}

/// What the value of an option has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionKind {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// `true`, `t`, `1`, `false`, `f` or `0`, in any case.
    Boolean,
}

/// An option that has another name now, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MovedOption {
    /// The section it stood in.
    pub section: &'static str,
    /// The name it had.
    pub name: &'static str,
    /// Section and name of now; `None` where the option is gone.
    pub now: Option<(&'static str, &'static str)>,
    /// The release that renamed it.
    since: AirflowVersion,
    /// The first release that does not read the old name, and the first that does so again.
    unread: Option<(AirflowVersion, Option<AirflowVersion>)>,
}

impl ConfigOption {
    /// Whether this Airflow has the option.
    pub fn exists_in(&self, profile: Profile) -> bool {
        let version = profile.version;
        self.since.is_none_or(|since| since <= version)
            && self.until.is_none_or(|until| version < until)
    }
}

impl MovedOption {
    /// Whether this Airflow calls the option by its new name.
    pub fn has_moved_in(&self, profile: Profile) -> bool {
        self.since <= profile.version
    }

    /// Whether this Airflow still reads the old name.
    pub fn is_read_by(&self, profile: Profile) -> bool {
        let version = profile.version;
        self.unread.is_none_or(|(from, to)| version < from || to.is_some_and(|to| to <= version))
    }
}

static OPTIONS: LazyLock<Vec<ConfigOption>> =
    LazyLock::new(|| rows(include_str!("../data/options.txt")).filter_map(option).collect());

static MOVED: LazyLock<Vec<MovedOption>> =
    LazyLock::new(|| rows(include_str!("../data/moved_options.txt")).filter_map(moved).collect());

fn rows(text: &'static str) -> impl Iterator<Item = [&'static str; 6]> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split(' ').collect::<Vec<_>>().try_into().ok())
}

fn option([section, name, kind, since, until, secret]: [&'static str; 6]) -> Option<ConfigOption> {
    let kind = match kind {
        "string" => OptionKind::Text,
        "integer" => OptionKind::Integer,
        "float" => OptionKind::Float,
        "boolean" => OptionKind::Boolean,
        _ => return None,
    };
    let is_sensitive = secret == "secret";
    Some(ConfigOption {
        section,
        name,
        kind,
        is_sensitive,
        since: release(since),
        until: release(until),
    })
}

fn moved([section, name, to, new, since, unread]: [&'static str; 6]) -> Option<MovedOption> {
    Some(MovedOption {
        section,
        name,
        now: (to != "-").then_some((to, new)),
        since: release(since)?,
        unread: unread.split_once("..").and_then(|(from, to)| Some((release(from)?, release(to)))),
    })
}

/// The first release of a line: `3.0` is 3.0.0.
fn release(text: &str) -> Option<AirflowVersion> {
    format!("{text}.0").parse().ok()
}

/// The option of that name, in any case.
///
/// ```
/// use connlint_catalog::config_option;
///
/// assert!(config_option("DATABASE", "SQL_ALCHEMY_CONN").unwrap().is_sensitive);
/// assert!(config_option("core", "no_such_option").is_none());
/// ```
pub fn config_option(section: &str, name: &str) -> Option<&'static ConfigOption> {
    let key = (section.to_ascii_lowercase(), name.to_ascii_lowercase());
    let wanted = (key.0.as_str(), key.1.as_str());
    let at = OPTIONS.binary_search_by(|option| (option.section, option.name).cmp(&wanted)).ok()?;
    OPTIONS.get(at)
}

/// What became of an option, by its old name.
///
/// ```
/// use connlint_catalog::{Profile, moved_option};
///
/// let moved = moved_option("CORE", "SQL_ALCHEMY_CONN").unwrap();
/// assert_eq!(moved.now, Some(("database", "sql_alchemy_conn")));
/// assert!(!moved.is_read_by("3.1".parse().unwrap()));
/// assert!(moved.is_read_by(Profile::NEWEST));
/// ```
pub fn moved_option(section: &str, name: &str) -> Option<&'static MovedOption> {
    let key = (section.to_ascii_lowercase(), name.to_ascii_lowercase());
    let wanted = (key.0.as_str(), key.1.as_str());
    let at = MOVED.binary_search_by(|option| (option.section, option.name).cmp(&wanted)).ok()?;
    MOVED.get(at)
}

/// Sections that take options of a library, whatever their names are.
const OPEN_SECTIONS: [&str; 4] = [
    "celery_broker_transport_options",
    "celery_result_backend_transport_options",
    "elasticsearch_configs",
    "opensearch_configs",
];

/// The sections that Airflow and its providers read, each once.
fn sections() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    OPTIONS
        .iter()
        .map(|option| option.section)
        .filter(move |section| std::mem::replace(&mut last, section) != *section)
}

/// The option that was probably meant by a name that no Airflow knows.
///
/// Section and name may each be off by a slip; a section whose options are not all known, such as
/// one of a provider's, has none to suggest.
///
/// ```
/// use connlint_catalog::suggest_option;
///
/// let meant = suggest_option("secrets", "backend_kwrags").unwrap();
/// assert_eq!((meant.section, meant.name), ("secrets", "backend_kwargs"));
/// assert_eq!(suggest_option("secret", "backend").unwrap().section, "secrets");
/// assert_eq!(suggest_option("aws", "cloudwatch_task_handler_json_serializer"), None);
/// ```
pub fn suggest_option(section: &str, name: &str) -> Option<&'static ConfigOption> {
    let (section, name) = (section.to_ascii_lowercase(), name.to_ascii_lowercase());
    let section = nearest(&section, sections()).filter(|it| !OPEN_SECTIONS.contains(it))?;
    let names = OPTIONS.iter().filter(|option| option.section == section);
    let name = nearest(&name, names.map(|option| option.name))?;
    config_option(section, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_whole_and_sorted() {
        let lines = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(OPTIONS.len(), lines(include_str!("../data/options.txt")));
        assert_eq!(MOVED.len(), lines(include_str!("../data/moved_options.txt")));
        assert!(OPTIONS.is_sorted_by_key(|option| (option.section, option.name)));
        assert!(MOVED.is_sorted_by_key(|option| (option.section, option.name)));
    }

    #[test]
    fn a_move_is_read_or_not_by_release() {
        for (section, name, release, has_moved, is_read) in [
            ("core", "sql_alchemy_conn", "2.11", true, true),
            ("core", "sql_alchemy_conn", "3.0", true, false),
            ("core", "sql_alchemy_conn", "3.3", true, true),
            ("webserver", "base_url", "2.10", false, true),
            ("webserver", "base_url", "3.3", true, true),
            ("webserver", "cookie_secure", "3.0", true, false),
            ("core", "dag_concurrency", "2.7", true, true),
            ("core", "dag_concurrency", "3.3", true, false),
        ] {
            let moved = moved_option(section, name).unwrap();
            let profile: Profile = release.parse().unwrap();
            assert_eq!(moved.has_moved_in(profile), has_moved, "{name} {release}");
            assert_eq!(moved.is_read_by(profile), is_read, "{name} {release}");
        }
    }

    #[test]
    fn an_option_exists_for_a_range() {
        let exists = |section, name, release: &str| {
            config_option(section, name).unwrap().exists_in(release.parse().unwrap())
        };
        assert!(exists("webserver", "base_url", "2.11"));
        assert!(!exists("webserver", "base_url", "3.0"));
        assert!(exists("celery", "broker_url", "2.7"));
    }
}
