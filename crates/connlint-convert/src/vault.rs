//! Scripts of `vault kv put`, written and read.
//!
//! ```text
//! script  = *command
//! command = "vault kv put -mount=" word " " path ( input | argument )
//! input   = " - <<'JSON'" line-end json line-end "JSON" line-end
//! argument = " conn_uri=" word line-end      ; only where the user has asked for it
//! word    = 1*safe | "'" *( any but "'" | "'\''" ) "'"
//! ```
//!
//! The secret is JSON on standard input, one line of it: nothing of it is an argument, which other
//! users of the machine could see, or goes through the shell's hands. `conn_uri=-` would do too,
//! but stores the line end behind the URI.

use connlint_backends::{Kind, Nothing, VaultSecret, vault_secrets};
use connlint_json::{ObjectWriter, parse};
use connlint_parser::{Connection, FieldValue, Port};

use crate::Options;
use crate::targets::with_call;

/// The id of the secrets backend.
pub(crate) const BACKEND: &str = "hashicorp-vault";
/// What names there can be.
pub(crate) const NAMES: &str =
    "a path in Vault is written in plain characters here, without empty parts, `.` or `..`";
/// Opens and closes the secret; JSON never begins with it.
const DELIMITER: &str = "JSON";

/// The secret that Airflow looks for first.
pub(crate) fn secret(id: &str, options: &Options) -> Result<VaultSecret, Nothing> {
    let secrets = with_call(BACKEND, options, |call| vault_secrets(call, Kind::Connection, id))?;
    secrets.into_iter().next().ok_or(Nothing::Disabled)
}

/// What it is called.
pub(crate) fn name(id: &str, options: &Options) -> Result<String, Nothing> {
    secret(id, options).map(|secret| address(&secret.mount, &secret.path))
}

pub(crate) fn address(mount: &str, path: &str) -> String {
    format!("{mount}/{path}")
}

/// Whether the engine is of version 1, which keeps secrets as they are.
pub(crate) fn is_of_version_1(options: &Options) -> bool {
    // All ids are in one engine, or each names the mount of one.
    secret("a/b", options).is_ok_and(|secret| secret.version == 1)
}

/// A command that stores `json` as a secret, with its `conn_uri` as an argument where that may be.
pub(crate) fn command(secret: &VaultSecret, json: &str, may_be_argument: bool) -> String {
    let mount = word(&secret.mount);
    let path = word(&secret.path);
    let root = parse(json).ok().filter(|_| may_be_argument);
    let uri = root.as_ref().and_then(|root| root.last("conn_uri")?.as_text());
    match uri.as_ref().and_then(|uri| uri.as_str()) {
        Some(uri) => format!("vault kv put -mount={mount} {path} conn_uri={}\n", word(uri)),
        None => {
            format!("vault kv put -mount={mount} {path} - <<'{DELIMITER}'\n{json}\n{DELIMITER}\n")
        }
    }
}

/// The secret that says everything in its `conn_uri`.
pub(crate) fn conn_uri(uri: &str) -> String {
    let mut out = String::new();
    let mut object = ObjectWriter::new(&mut out);
    object.text(&"conn_uri".into(), &uri.into());
    object.finish();
    out
}

/// Whether Go's JSON, which Vault reads and writes, keeps the connection as it is.
///
/// It replaces lone surrogates, and knows neither numbers without an end nor the order of keys,
/// so nothing but texts and an integer goes through.
pub(crate) fn is_kept(connection: &Connection<'_>) -> bool {
    let Connection { conn_type, description, host, login, password, schema, port, extra } =
        connection;
    let is_kept = |value: &Option<FieldValue<'_>>| match value {
        None => true,
        Some(FieldValue::Text(text)) => !text.has_lone_surrogate(),
        Some(FieldValue::Json(_) | FieldValue::Dated(_) | FieldValue::Loaded(_)) => false,
    };
    let texts = [conn_type, description, host, login, password, schema, extra];
    let port = port.as_ref().is_none_or(|port| matches!(port, Port::Number(_)));
    port && texts.into_iter().all(is_kept)
}

/// Whether there can be a secret of that name.
pub(crate) fn takes_name(name: &str) -> bool {
    let is_odd = |segment: &str| matches!(segment, "" | "." | "..");
    let is_plain = |char: char| char.is_ascii_graphic() && !matches!(char, '%' | '?' | '*');
    !name.split('/').any(is_odd) && name.chars().all(is_plain)
}

/// A command as a shell reads it.
pub(crate) struct Command {
    /// The name of the secret.
    pub(crate) name: String,
    /// The secret.
    pub(crate) json: String,
}

/// The commands of a script, or nothing where it is none.
pub(crate) fn commands(script: &str) -> Option<Vec<Command>> {
    let mut commands = Vec::new();
    let mut rest = script;
    while !rest.is_empty() {
        let (line, behind) = rest.split_once('\n')?;
        let (mount, line) = split_word(line.strip_prefix("vault kv put -mount=")?)?;
        let (path, end) = split_word(line.strip_prefix(' ')?)?;
        let name = address(&unquoted(mount)?, &unquoted(path)?);
        let json = if let Some(uri) = end.strip_prefix(" conn_uri=") {
            rest = behind;
            conn_uri(&unquoted(uri)?)
        } else {
            let (json, behind) = behind.split_once("\nJSON\n").filter(|_| end == " - <<'JSON'")?;
            rest = behind;
            json.to_owned()
        };
        (!json.contains('\n')).then(|| commands.push(Command { name, json }))?;
    }
    Some(commands)
}

/// What `vault kv get -format=json` prints of a secret.
pub(crate) fn answer(json: &str, options: &Options) -> String {
    if is_of_version_1(options) {
        return format!(r#"{{"request_id": "", "lease_duration": 2764800, "data": {json}}}"#);
    }
    format!(r#"{{"request_id": "", "data": {{"data": {json}, "metadata": {{"version": 1}}}}}}"#)
}

/// A text as one word of a POSIX shell.
fn word(text: &str) -> String {
    if !text.is_empty() && text.chars().all(is_safe) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

const fn is_safe(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.' | '/' | ':' | '@' | '+' | ',')
}

/// The word at the start, as written, and what follows.
fn split_word(text: &str) -> Option<(&str, &str)> {
    let mut in_quotes = false;
    let mut escaped = false;
    let end = text.char_indices().find(|&(_, char)| {
        if escaped {
            escaped = false;
        } else if char == '\'' {
            in_quotes = !in_quotes;
        } else if char == '\\' && !in_quotes {
            escaped = true;
        } else {
            return char == ' ' && !in_quotes;
        }
        false
    });
    text.split_at_checked(end.map_or(text.len(), |(at, _)| at))
}

/// A word as the shell hands it over; nothing where it is more than one, or does not end.
fn unquoted(word: &str) -> Option<String> {
    let mut out = String::new();
    let mut in_quotes = false;
    let mut chars = word.chars();
    while let Some(char) = chars.next() {
        match char {
            '\'' => in_quotes = !in_quotes,
            '\\' if !in_quotes => out.push(chars.next()?),
            char if in_quotes || is_safe(char) => out.push(char),
            _ => return None,
        }
    }
    (!in_quotes).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_shell() {
        for (text, expected) in [
            ("airflow", "airflow"),
            ("connections/my-db", "connections/my-db"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("$HOME`id`", "'$HOME`id`'"),
            ("(x)!", "'(x)!'"),
        ] {
            let word = word(text);
            assert_eq!(word, expected);
            assert_eq!(unquoted(&word).as_deref(), Some(text));
            let sentence = format!("{word} rest");
            assert_eq!(split_word(&sentence), Some((&*word, " rest")));
        }
        for broken in ["'a", "a b", "$x", "a\\"] {
            assert_eq!(unquoted(broken), None, "{broken}");
        }
    }

    #[test]
    fn scripts_read_back() {
        let secret = |mount: &str, path: &str| {
            let (mount, path) = (mount.to_owned(), path.to_owned());
            VaultSecret { mount, version: 2, path }
        };
        let uri = r#"{"conn_uri": "x://u:p'$@h?a=b&c=d"}"#;
        let script = command(&secret("air flow", "a'b"), "{}", true)
            + &command(&secret("kv", "c"), r#"{"a": 1}"#, false)
            + &command(&secret("kv", "d e"), uri, true);
        assert!(
            script.ends_with("vault kv put -mount=kv 'd e' conn_uri='x://u:p'\\''$@h?a=b&c=d'\n")
        );
        let read = commands(&script).unwrap();
        let read: Vec<_> = read.iter().map(|command| (&*command.name, &*command.json)).collect();
        assert_eq!(read, [("air flow/a'b", "{}"), ("kv/c", r#"{"a": 1}"#), ("kv/d e", uri)]);
        assert!(commands(&format!("{script}x")).is_none());
    }

    #[test]
    fn paths() {
        for (id, fits) in [
            ("pg", true),
            ("team/pg", true),
            ("a#b(c)", true),
            ("a//b", false),
            ("/a", false),
            ("..", false),
            ("a/../b", false),
            ("a b", false),
            ("", false),
            ("a?b", false),
        ] {
            assert_eq!(takes_name(id), fits, "{id}");
        }
    }
}
