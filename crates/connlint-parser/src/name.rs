//! How a connection's name and the places it is looked up in go together.

use connlint_catalog::{Profile, Quirk};

/// What the name of an environment variable that holds a connection begins with.
pub const ENV_PREFIX: &str = "AIRFLOW_CONN_";

/// The longest name that Airflow's `Connection` keeps, in characters.
const MAX_LEN: usize = 250;

/// The longest name that the command line takes, in characters.
const MAX_CLI_LEN: usize = 200;

/// The environment variable that is looked up for a connection.
///
/// ```
/// assert_eq!(connlint_parser::env_name("my_db"), "AIRFLOW_CONN_MY_DB");
/// assert_eq!(connlint_parser::env_name("a-b"), "AIRFLOW_CONN_A-B"); // no shell can export that
/// ```
pub fn env_name(conn_id: &str) -> String {
    format!("{ENV_PREFIX}{}", conn_id.to_uppercase())
}

/// The connection that an environment variable holds, in lower case.
///
/// Airflow upper-cases the name it looks for, so a variable with lower case in it is never read.
///
/// ```
/// use connlint_parser::env_conn_id;
/// assert_eq!(env_conn_id("AIRFLOW_CONN_MY_DB").as_deref(), Some("my_db"));
/// assert_eq!(env_conn_id("AIRFLOW_CONN_my_db"), None);
/// assert_eq!(env_conn_id("AIRFLOW_VAR_MY_DB"), None);
/// ```
pub fn env_conn_id(name: &str) -> Option<String> {
    let id = name.strip_prefix(ENV_PREFIX)?;
    let lower = id.to_lowercase();
    (lower.to_uppercase() == id).then_some(lower)
}

/// Whether the environment is asked for a connection at all, where no team is named.
///
/// ```
/// use connlint_catalog::Profile;
/// use connlint_parser::is_asked_of_environment;
///
/// assert!(!is_asked_of_environment("_blue___db", Profile::from_str_or_newest("3.2")));
/// assert!(is_asked_of_environment("_blue___db", Profile::NEWEST));
/// ```
pub fn is_asked_of_environment(conn_id: &str, profile: Profile) -> bool {
    !(profile.has(Quirk::TeamIdsHidden) && names_a_team(conn_id))
}

/// Whether an id is the name of a team and of one of its connections.
///
/// team-id = "_" 1*team-char "___" 1*char, where a team has no `_`, and no line ends in the rest
fn names_a_team(conn_id: &str) -> bool {
    let of_team = conn_id.strip_prefix('_').and_then(|rest| rest.split_once("___"));
    of_team.is_some_and(|(team, id)| {
        let is_team = !team.is_empty() && !team.contains('_');
        is_team && !id.is_empty() && !id.contains('\n')
    })
}

/// The name that `Connection` keeps; `None` where it refuses it and goes on without.
///
/// conn-id = 1*250( word / "#" / "!" / "(" / ")" / "-" / "." / ":" / "/" / "\" )
///
/// ```
/// use connlint_catalog::Profile;
/// use connlint_parser::sanitized_conn_id;
///
/// assert_eq!(sanitized_conn_id("my_db", Profile::NEWEST), Some("my_db"));
/// assert_eq!(sanitized_conn_id("my db", Profile::NEWEST), None);
/// assert_eq!(sanitized_conn_id("my db", Profile::from_str_or_newest("2.7")), Some("my db"));
/// ```
pub fn sanitized_conn_id(conn_id: &str, profile: Profile) -> Option<&str> {
    if !profile.has(Quirk::ConnIdSanitised) {
        return Some(conn_id);
    }
    // Airflow 2 matches with RE2, whose `\w` is ASCII and whose `$` is the end.
    let is_ascii = profile.has(Quirk::ConnIdAscii);
    let kept = if is_ascii { conn_id } else { without_line_break(conn_id) };
    let fits = !kept.is_empty() && kept.chars().count() <= MAX_LEN;
    let is_known = |char: char| is_word(char, is_ascii) || r"#!()-.:/\".contains(char);
    (fits && kept.chars().all(is_known)).then_some(kept)
}

/// Whether `airflow connections add` and `import` take a name; they are stricter than
/// `Connection`.
///
/// key = 1*200( word / "." / "-" )
///
/// ```
/// use connlint_catalog::Profile;
/// use connlint_parser::is_cli_key;
///
/// assert!(is_cli_key("my-db", Profile::NEWEST));
/// assert!(!is_cli_key("my/db", Profile::NEWEST));
/// assert!(!is_cli_key("a..b", Profile::NEWEST));
/// assert!(is_cli_key("a..b", Profile::from_str_or_newest("3.2")));
/// ```
pub fn is_cli_key(conn_id: &str, profile: Profile) -> bool {
    if conn_id.contains("..") && profile.has(Quirk::DoubleDotRefused) {
        return false;
    }
    let key = without_line_break(conn_id);
    let fits = !key.is_empty() && conn_id.chars().count() <= MAX_CLI_LEN;
    fits && key.chars().all(|char| is_word(char, false) || matches!(char, '.' | '-'))
}

/// What `$` of a Python pattern lets through: it also matches in front of a last line break.
fn without_line_break(conn_id: &str) -> &str {
    conn_id.strip_suffix('\n').unwrap_or(conn_id)
}

/// `\w` of a pattern.
fn is_word(char: char, is_ascii: bool) -> bool {
    char == '_' || if is_ascii { char.is_ascii_alphanumeric() } else { char.is_alphanumeric() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_have_one_spelling() {
        for (name, conn_id) in [
            ("AIRFLOW_CONN_A-B", Some("a-b")),
            ("AIRFLOW_CONN_", Some("")),
            ("AIRFLOW_CONN_My_Db", None),
            ("airflow_conn_my_db", None),
            ("AIRFLOW_CONN_\u{130}", None), // its lower case has another upper case
        ] {
            assert_eq!(env_conn_id(name).as_deref(), conn_id, "{name}");
        }
        assert_eq!(env_name("stra\u{df}e"), "AIRFLOW_CONN_STRASSE");
    }
}
