//! Secrets of clouds: their names, and what is in them.

pub(crate) mod aws_secret_key;
pub(crate) mod parameter_name;
pub(crate) mod secret_name;

use connlint_hosts::{Command, Word};

/// The value of an option, as a word and the offset in it: `--name N` or `--name=N`.
pub(crate) fn option<'c, 'a>(
    command: &'c Command<'a>,
    names: &[&str],
) -> Option<(&'c Word<'a>, usize)> {
    let mut words = command.words.iter();
    let mut found = None;
    while let Some(word) = words.next() {
        let Some(flag) = word.text().strip_prefix('-') else { continue };
        let flag = flag.strip_prefix('-').unwrap_or(flag);
        let dashes = word.text().len() - flag.len();
        found = match flag.split_once('=') {
            Some((name, _)) if names.contains(&name) => Some((word, dashes + name.len() + 1)),
            None if names.contains(&flag) => Some((words.next()?, 0)),
            _ => found,
        };
    }
    found
}

/// Whether a name in a store is one that Airflow may ask for.
pub(crate) fn is_airflow_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["connections", "variables", "airflow"].iter().any(|word| name.contains(word))
}
