//! Which keys of a Vault secret Airflow reads.

use connlint_catalog::Profile;
use connlint_json::{Member, Node, Str, kept_members};

use crate::json_connection::is_argument;

/// What a Vault secret is, going by its keys.
///
/// Airflow knows from the path whether it looks for a connection or a variable; the keys say what
/// it finds.
#[derive(Debug, Clone)]
pub struct VaultSecret<'a> {
    /// What the keys make of it.
    pub form: VaultForm,
    /// The keys, in the order of the text.
    pub keys: Vec<VaultKey<'a>>,
}

/// What the keys of a Vault secret make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VaultForm {
    /// A connection: `conn_uri` says it all, as URI or JSON; other keys are ignored.
    ConnUri,
    /// A connection: the keys are fields of a `Connection`, `uri` among them.
    Fields,
    /// A variable or a configuration option: `value` says it; other keys are ignored.
    Value,
    /// No key at all: a connection without a type, or no variable.
    Empty,
    /// No connection, because some keys make Airflow raise `TypeError`, and no variable.
    WrongKeys,
    /// No object.
    NotAnObject,
}

/// One key of a Vault secret.
#[derive(Debug, Clone)]
pub struct VaultKey<'a> {
    /// The key.
    pub key: Str<'a>,
    /// Its value.
    pub value: Node<'a>,
    /// What Airflow does with it.
    pub role: KeyRole,
    /// The key that was meant, where it is none that Airflow knows but looks like one.
    pub meant: Option<&'static str>,
}

/// What Airflow does with a key of a Vault secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyRole {
    /// It is the whole connection.
    ConnUri,
    /// It is a field of the connection.
    Field,
    /// It is the value of the variable.
    Value,
    /// It is not looked at.
    Ignored,
    /// It makes Airflow raise `TypeError`, so that there is no connection.
    Refused,
    /// The same key stands again behind it.
    Repeated,
}

/// Which keys of `secret`, the data of a Vault secret, Airflow reads.
///
/// Where the form is [`VaultForm::Fields`], [`read_json_node`](crate::read_json_node) reads the
/// connection; where it is [`VaultForm::ConnUri`], the text of that key is a stored text.
///
/// ```
/// use connlint_catalog::Profile;
/// use connlint_parser::{VaultForm, vault_secret};
///
/// let secret = connlint_json::parse(r#"{"connection_uri": "postgres://h"}"#).unwrap();
/// let secret = vault_secret(&secret, Profile::NEWEST);
/// assert_eq!(secret.form, VaultForm::WrongKeys);
/// assert_eq!(secret.keys[0].meant, Some("conn_uri"));
/// ```
pub fn vault_secret<'a>(secret: &Node<'a>, profile: Profile) -> VaultSecret<'a> {
    let Some(members) = secret.as_object() else {
        return VaultSecret { form: VaultForm::NotAnObject, keys: Vec::new() };
    };
    let kept = kept_members(members);
    let form = form(secret, &kept, profile);
    let mut kept = kept.into_iter().peekable();
    let keys = members.iter().map(|member| {
        let is_kept = kept.next_if(|kept| kept.key.span() == member.key.span()).is_some();
        let role = if is_kept { role(member.key, form, profile) } else { KeyRole::Repeated };
        let is_wrong = matches!(role, KeyRole::Refused | KeyRole::Ignored);
        let text = member.key.text();
        let meant = text.as_str().filter(|_| is_wrong).and_then(meant_key);
        VaultKey { key: member.key, value: member.value.clone(), role, meant }
    });
    VaultSecret { form, keys: keys.collect() }
}

fn form(secret: &Node<'_>, kept: &[&Member<'_>], profile: Profile) -> VaultForm {
    if secret.last("conn_uri").is_some_and(Node::is_truthy) {
        return VaultForm::ConnUri;
    }
    if kept.is_empty() {
        return VaultForm::Empty;
    }
    let mut keys = kept.iter().map(|member| member.key);
    if keys.clone().all(|key| is_argument(key, profile)) {
        return VaultForm::Fields;
    }
    // A description beside a value says what the variable is for.
    let has_field = keys.any(|key| is_argument(key, profile) && !key.is("description"));
    let has_value = secret.last("value").is_some();
    if has_value && !has_field { VaultForm::Value } else { VaultForm::WrongKeys }
}

fn role(key: Str<'_>, form: VaultForm, profile: Profile) -> KeyRole {
    match form {
        VaultForm::ConnUri if key.is("conn_uri") => KeyRole::ConnUri,
        VaultForm::Value if key.is("value") => KeyRole::Value,
        VaultForm::ConnUri | VaultForm::Value => KeyRole::Ignored,
        _ if is_argument(key, profile) => KeyRole::Field,
        _ => KeyRole::Refused,
    }
}

/// The key of a connection or variable that someone meant who wrote `key`.
///
/// Case, dashes and underscores do not count. There is none for a key that Airflow knows.
///
/// ```
/// use connlint_parser::meant_key;
///
/// assert_eq!(meant_key("CONN_URI"), Some("conn_uri"));
/// assert_eq!(meant_key("username"), Some("login"));
/// assert_eq!(meant_key("vals"), Some("value"));
/// assert_eq!(meant_key("host"), None);
/// assert_eq!(meant_key("region"), None);
/// ```
pub fn meant_key(key: &str) -> Option<&'static str> {
    const LONGEST: usize = 24;
    if key.len() > LONGEST {
        return None;
    }
    let letters: String = key
        .chars()
        .filter(|char| !matches!(char, '-' | '_' | ' ' | '.'))
        .map(|char| char.to_ascii_lowercase())
        .collect();
    let (meant, _) = MEANT.iter().find(|(_, words)| words.contains(&&*letters))?;
    (*meant != key).then_some(*meant)
}

/// Keys, and the words people write for them.
const MEANT: [(&str, &[&str]); 11] = [
    (
        "conn_uri",
        &[
            "conn",
            "connection",
            "connectionstring",
            "connectionuri",
            "connectionurl",
            "connstring",
            "connuri",
            "connurl",
            "dsn",
            "uri",
            "url",
        ],
    ),
    ("value", &["val", "vals", "value", "values", "variable"]),
    ("conn_type", &["connectiontype", "conntype", "engine", "type"]),
    ("host", &["address", "endpoint", "host", "hostname", "remotehost", "server"]),
    ("login", &["login", "user", "userid", "username", "usr"]),
    ("password", &["pass", "passphrase", "passwd", "password", "pw", "pwd"]),
    ("schema", &["database", "databasename", "db", "dbname", "schema"]),
    ("port", &["port", "portnumber"]),
    ("extra", &["extra", "extradejson", "extraparams", "extras", "options", "params"]),
    ("description", &["comment", "desc", "description"]),
    ("conn_id", &["connectionid", "connid"]),
];

#[cfg(test)]
mod tests {
    use connlint_json::parse;

    use super::*;

    fn read(text: &str, profile: &str) -> (VaultForm, String) {
        let node = parse(text).unwrap();
        let secret = vault_secret(&node, profile.parse().unwrap());
        let roles = secret.keys.iter().map(|key| {
            let role = match key.role {
                KeyRole::ConnUri => "uri",
                KeyRole::Field => "field",
                KeyRole::Value => "value",
                KeyRole::Ignored => "ignored",
                KeyRole::Refused => "refused",
                KeyRole::Repeated => "repeated",
            };
            key.meant.map_or_else(|| role.to_owned(), |meant| format!("{role}:{meant}"))
        });
        (secret.form, roles.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn keys_make_the_form() {
        use VaultForm as F;
        for (text, form, roles) in [
            (r#"{"conn_uri": "mysql://h"}"#, F::ConnUri, "uri"),
            (
                r#"{"conn_uri": "mysql://h", "conn_type": "x", "z": 1}"#,
                F::ConnUri,
                "uri ignored ignored",
            ),
            (r#"{"conn_uri": "", "conn_type": "x"}"#, F::WrongKeys, "refused field"),
            (r#"{"conn_uri": null}"#, F::WrongKeys, "refused"),
            (r#"{"CONN_URI": "mysql://h"}"#, F::WrongKeys, "refused:conn_uri"),
            (r#"{"connection_uri": "mysql://h"}"#, F::WrongKeys, "refused:conn_uri"),
            (r#"{"uri": "mysql://h"}"#, F::Fields, "field"),
            (r#"{"conn_type": "x", "host": "h", "port": "5"}"#, F::Fields, "field field field"),
            (r#"{"conn_type": "x", "unknown": "y"}"#, F::WrongKeys, "field refused"),
            (r#"{"conn_type": "x", "user": "y"}"#, F::WrongKeys, "field refused:login"),
            (r#"{"conn_type": "x", "conn_id": "c"}"#, F::WrongKeys, "field refused"),
            (r#"{"value": "mysql://h"}"#, F::Value, "value"),
            (
                r#"{"value": 5, "description": "d", "owner": "o"}"#,
                F::Value,
                "value ignored ignored",
            ),
            (r#"{"value": "v", "host": "h"}"#, F::WrongKeys, "refused field"),
            (r#"{"val": "v"}"#, F::WrongKeys, "refused:value"),
            (r#"{"value": "a", "value": "b"}"#, F::Value, "repeated value"),
            ("{}", F::Empty, ""),
            ("[]", F::NotAnObject, ""),
        ] {
            assert_eq!(read(text, "3.3"), (form, roles.to_owned()), "{text}");
        }
    }

    #[test]
    fn arguments_of_connection_differ() {
        assert_eq!(read(r#"{"uri": "x://h"}"#, "3.1-sdk").0, VaultForm::WrongKeys);
        assert_eq!(read(r#"{"team_name": "t"}"#, "3.3").0, VaultForm::Fields);
        assert_eq!(read(r#"{"team_name": "t"}"#, "3.0").0, VaultForm::WrongKeys);
        assert_eq!(read(r#"{"team_id": "t"}"#, "3.1").0, VaultForm::Fields);
    }

    #[test]
    fn every_meant_key_is_known_by_its_own_name() {
        for (key, words) in MEANT {
            assert_eq!(meant_key(key), None, "{key}");
            assert!(words.is_sorted(), "{key}");
        }
    }
}
