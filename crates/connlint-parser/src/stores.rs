//! What the secrets backends of Vault and AWS Secrets Manager make of the secret they find.

use std::borrow::Cow;
use std::collections::HashMap;

use connlint_catalog::Profile;
use connlint_json::{Member, Node, ObjectWriter, kept_members};

use crate::{
    Exception, Failure, FailureKind, JsonConnection, Reader, Reading, read_fields_node, read_json,
    read_json_node, read_stored, read_uri,
};

/// How the Vault backend hands a secret to `Connection`, which depends on its provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum VaultStyle {
    /// The hashicorp provider up to 4.6: `Connection(uri=…)`, or the keys as arguments, both
    /// without any normalisation.
    Arguments,
    /// Newer ones: `conn_uri` is a stored text, and other keys go through `from_json`.
    #[default]
    Stored,
}

/// A connection in the form in which a store hands it on.
#[derive(Debug, Clone)]
pub enum StoredConnection<'a> {
    /// A text that still has to be read, and by which door; see [`read`](Self::read).
    Text(StoredText<'a>),
    /// An object.
    Object(JsonConnection<'a>),
}

/// A text that a store hands on. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct StoredText<'a> {
    text: Cow<'a, str>,
    reader: Reader,
}

impl std::fmt::Debug for StoredText<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredText({:?})", self.reader)
    }
}

impl<'a> StoredConnection<'a> {
    const fn text(text: Cow<'a, str>, reader: Reader) -> Self {
        Self::Text(StoredText { text, reader })
    }

    /// What Airflow makes of it.
    ///
    /// Spans of a text count bytes of the text itself, not of the secret it stands in.
    pub fn read(&self, profile: Profile) -> Reading<'_> {
        match self {
            Self::Text(StoredText { text, reader: Reader::Uri }) => {
                Reading::Uri(read_uri(text, profile))
            }
            Self::Text(StoredText { text, reader: Reader::Json }) => {
                Reading::Json(read_json(text, profile))
            }
            Self::Text(StoredText { text, .. }) => read_stored(text, profile),
            Self::Object(object) => Reading::Json(object.clone()),
        }
    }
}

/// Reads `secret`, the data of a Vault secret that is part of `text`, as a connection.
///
/// ```
/// use connlint_catalog::Profile;
/// use connlint_parser::{VaultStyle, read_vault};
///
/// let text = r#"{"conn_type": "postgresql", "port": "5432"}"#;
/// let secret = connlint_json::parse(text).unwrap();
/// let conn_type = |style| {
///     let found = read_vault(text, &secret, style, Profile::NEWEST);
///     let reading = found.read(Profile::NEWEST);
///     let conn_type = reading.connection().unwrap().conn_type.unwrap();
///     conn_type.as_str().unwrap().to_owned()
/// };
/// assert_eq!(conn_type(VaultStyle::Stored), "postgres");
/// assert_eq!(conn_type(VaultStyle::Arguments), "postgresql");
/// ```
pub fn read_vault<'a>(
    text: &'a str,
    secret: &Node<'a>,
    style: VaultStyle,
    profile: Profile,
) -> StoredConnection<'a> {
    let (reader, mut object) = match style {
        VaultStyle::Arguments => (Reader::Uri, read_fields_node(text, secret.clone(), profile)),
        VaultStyle::Stored => (Reader::Stored, read_json_node(text, secret.clone(), profile)),
    };
    let Some(conn_uri) = secret.last("conn_uri").filter(|node| node.is_truthy()) else {
        return StoredConnection::Object(object);
    };
    if let Some(uri) = conn_uri.as_text() {
        return StoredConnection::text(Cow::Owned(uri.to_lossy().into_owned()), reader);
    }
    // See what the constructor makes of a `uri` that is a list.
    let is_list = style == VaultStyle::Arguments && conn_uri.as_array().is_some();
    let exception = if is_list { Exception::TypeError } else { Exception::AttributeError };
    let kind = FailureKind::UriNotText;
    object.failure = Some(Failure { exception, kind, span: conn_uri.span });
    StoredConnection::Object(object)
}

/// The value of a Vault secret that is read as a variable or a configuration option.
///
/// ```
/// use connlint_parser::vault_variable;
///
/// let secret = connlint_json::parse(r#"{"value": "v"}"#).unwrap();
/// assert_eq!(vault_variable(&secret).unwrap().as_text().unwrap(), "v");
/// let secret = connlint_json::parse(r#"{"Value": "v"}"#).unwrap();
/// assert!(vault_variable(&secret).is_none()); // Airflow logs a warning
/// ```
pub fn vault_variable<'n, 'a>(secret: &'n Node<'a>) -> Option<&'n Node<'a>> {
    secret.last("value")
}

/// The words that AWS Secrets Manager's backend takes for each field, in the order in which it
/// writes them.
const WORDS: [(&str, &[&str]); 7] = [
    ("login", &["login", "user", "username", "user_name"]),
    ("password", &["password", "pass", "key"]),
    ("host", &["host", "remote_host", "server"]),
    ("port", &["port"]),
    ("schema", &["database", "schema"]),
    ("conn_type", &["conn_type", "conn_id", "connection_type", "engine"]),
    ("extra", &["extra"]),
];

/// The words for the fields of a connection in AWS Secrets Manager.
///
/// ```
/// use connlint_parser::AwsWords;
///
/// let mut words = AwsWords::default();
/// assert_eq!(words.field("engine"), Some("conn_type"));
/// assert_eq!(words.field("dbname"), None); // what AWS itself calls the schema
/// assert!(words.add("schema", "dbname"));
/// assert_eq!(words.field("dbname"), Some("schema"));
/// assert!(!words.add("database", "dbname")); // Airflow raises `KeyError`
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AwsWords {
    more: Vec<(&'static str, String)>,
}

impl AwsWords {
    /// Adds a word for a field, as the kwarg `extra_conn_words` does; `user` is `login`.
    ///
    /// False where there is no such field, about which Airflow raises `KeyError`.
    pub fn add(&mut self, field: &str, word: &str) -> bool {
        let field = if field == "user" { "login" } else { field };
        let known = WORDS.iter().map(|(name, _)| *name).find(|name| *name == field);
        self.more.extend(known.map(|field| (field, word.to_owned())));
        known.is_some()
    }

    /// The field that a key stands for.
    pub fn field(&self, key: &str) -> Option<&'static str> {
        let known = WORDS.iter().find(|(_, words)| words.contains(&key)).map(|(field, _)| *field);
        known.or_else(|| self.more.iter().find(|(_, word)| word == key).map(|(field, _)| *field))
    }

    fn means(&self, member: &Member<'_>, field: &str) -> bool {
        let key = member.key.text();
        let is_word = |word: &str| key == *word;
        WORDS.iter().any(|(name, words)| *name == field && words.iter().any(|word| is_word(word)))
            || self.more.iter().any(|(name, word)| *name == field && is_word(word))
    }
}

/// Reads `secret` as AWS Secrets Manager's backend reads a connection.
///
/// A text that begins with `{` is an object whose keys are renamed by `words`: the first key that
/// means a field gives it, and every other key is dropped without a word.
///
/// ```
/// use connlint_catalog::Profile;
/// use connlint_parser::{AwsWords, read_aws_secret};
///
/// let secret = r#"{"engine": "postgresql", "username": "app", "dbname": "app"}"#;
/// let found = read_aws_secret(secret, &AwsWords::default());
/// let reading = found.read(Profile::NEWEST);
/// let connection = reading.connection().unwrap();
/// assert_eq!(connection.conn_type.unwrap().as_str(), Some("postgres"));
/// assert_eq!(connection.schema, None);
/// ```
pub fn read_aws_secret<'a>(secret: &'a str, words: &AwsWords) -> StoredConnection<'a> {
    if !crate::py::strip(secret).starts_with('{') {
        return StoredConnection::text(Cow::Borrowed(secret), Reader::Stored);
    }
    let Ok(root) = connlint_json::parse(secret) else {
        // `json.loads` raises here, on the text as it is.
        return StoredConnection::text(Cow::Borrowed(secret), Reader::Json);
    };
    let members = root.as_object().map(in_dict_order).unwrap_or_default();
    let mut text = String::new();
    let mut object = ObjectWriter::new(&mut text);
    for (field, _) in WORDS {
        match members.iter().find(|member| words.means(member, field)) {
            Some(member) => object.node(&field.into(), &member.value),
            None => object.raw(&field.into(), "null"),
        }
    }
    object.finish();
    StoredConnection::text(Cow::Owned(text), Reader::Stored)
}

/// The members of the dictionary that Python makes: of a repeated key the last value at the first
/// place.
fn in_dict_order<'n, 'a>(members: &'n [Member<'a>]) -> Vec<&'n Member<'a>> {
    let mut places = HashMap::with_capacity(members.len());
    for (place, member) in members.iter().enumerate() {
        places.entry(member.key.text()).or_insert(place);
    }
    let mut kept = kept_members(members);
    kept.sort_by_key(|member| places.get(&member.key.text()).copied());
    kept
}
