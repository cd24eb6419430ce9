//! Files of secrets: `LocalFilesystemBackend`, `airflow connections import`, `airflow variables
//! import` of Airflow's own formats.
//!
//! Who knows the format tells a [`SecretsContents`] what stands in the file, and gets what Airflow
//! makes of it: all connections or variables, or one exception for the whole file.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use connlint_catalog::{Implementation, Profile, Quirk};
use connlint_json::{ErrorKind, Node, Value};
use connlint_text::{Grounds, Message, Public, message};

use crate::json_connection::{BeyondJson, read_beyond_node};
use crate::message::too_many_digits;
use crate::{Exception, FailureMessage, Reading, py, read_uri, sanitized_conn_id};

/// The format of a file of secrets, which Airflow tells by the end of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretsFormat {
    /// `KEY=value` lines.
    Env,
    /// A JSON object.
    Json,
    /// A YAML mapping.
    Yaml,
}

impl SecretsFormat {
    /// The format of a path; none for a file that Airflow refuses.
    ///
    /// ```
    /// use connlint_catalog::Profile;
    /// use connlint_parser::SecretsFormat;
    ///
    /// let format = |path| SecretsFormat::of_path(path, Profile::NEWEST);
    /// assert_eq!(format("conf/conns.YML"), Some(SecretsFormat::Yaml));
    /// assert_eq!(format("conf/.env"), None);
    /// assert_eq!(format("conns.txt"), None);
    /// let older = Profile::from_str_or_newest("3.0");
    /// assert_eq!(SecretsFormat::of_path("conf/.env", older), Some(SecretsFormat::Env));
    /// ```
    pub fn of_path(path: &str, profile: Profile) -> Option<Self> {
        let extension = if profile.has(Quirk::DotEnvNameTaken) {
            // What stands behind the last dot of the whole path.
            path.rsplit('.').next()
        } else {
            // Python's `Path.suffix`: neither the first nor the last character is its dot.
            let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
            name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, suffix)| suffix)
        };
        match &*extension?.to_lowercase() {
            "env" => Some(Self::Env),
            "json" => Some(Self::Json),
            "yaml" | "yml" => Some(Self::Yaml),
            _ => None,
        }
    }
}

/// What is wrong with the format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileProblem {
    /// A line without `=`.
    NoEqualsSign,
    /// A line with nothing in front of the first `=`.
    EmptyKey,
    /// A line with nothing behind the first `=`.
    EmptyValue,
    /// Nothing at all in a JSON or YAML file.
    EmptyFile,
    /// JSON or YAML of something else than an object.
    NotAnObject,
    /// No JSON.
    NotJson(ErrorKind),
    /// JSON with an integer of that many digits, which are too many for Python.
    TooManyDigits(usize),
    /// No YAML, or a tag or key that Python cannot construct.
    NotYaml,
    /// A control character in YAML, and the byte where it stands.
    ControlCharacter {
        /// The character.
        char: char,
        /// How many bytes stand in front of it.
        at: usize,
    },
    /// Digits in YAML that look like a date and are none, with what Python says about them.
    NotADate(&'static str),
}

/// A key of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileKey<'a> {
    /// The key as Python's `str()` writes it.
    pub text: Cow<'a, str>,
    /// Whether it is a text: YAML makes numbers and booleans of some keys.
    pub is_text: bool,
}

impl FileKey<'_> {
    /// Whether a value is equal to the key.
    fn is_said_by(&self, value: &Node<'_>) -> bool {
        match value.as_string() {
            Some(text) => self.is_text && text.is(&self.text),
            None if self.is_text => false,
            None => {
                let text = Cow::Owned(py::str_of(value));
                FileKey { text, is_text: false }.canonical() == self.canonical()
            }
        }
    }

    /// The same for keys that Python takes for equal: `True` and `1.0` are `1`.
    fn canonical(&self) -> Self {
        let text = match &*self.text {
            "True" if !self.is_text => Cow::Borrowed("1"),
            "False" if !self.is_text => Cow::Borrowed("0"),
            number if !self.is_text && number.ends_with(".0") => {
                Cow::Owned(number.trim_end_matches(".0").to_owned())
            }
            _ => self.text.clone(),
        };
        Self { text, is_text: self.is_text }
    }
}

/// What stands in a file of secrets.
///
/// `Debug` shows how much that is.
#[derive(Clone, Default)]
pub struct SecretsContents<'a> {
    entries: Vec<Entry<'a>>,
    places: HashMap<FileKey<'a>, usize>,
    problems: Vec<(FileProblem, usize)>,
}

#[derive(Clone)]
struct Entry<'a> {
    key: FileKey<'a>,
    value: EntryValue<'a>,
}

#[derive(Clone)]
enum EntryValue<'a> {
    /// What `.env` lines say: one value for each line of that key.
    Lines(Vec<&'a str>),
    Json {
        text: &'a str,
        node: Node<'a>,
        /// A string is kept decoded, to be read as a URI.
        uri: Option<Cow<'a, str>>,
        beyond: BeyondJson<'a>,
        object: Option<usize>,
    },
}

impl<'a> SecretsContents<'a> {
    /// A `KEY=value` line.
    pub fn line(&mut self, key: &'a str, value: &'a str) {
        let key = FileKey { text: Cow::Borrowed(key), is_text: true };
        match self.places.get(&key).and_then(|&place| self.entries.get_mut(place)) {
            Some(Entry { value: EntryValue::Lines(values), .. }) => values.push(value),
            _ => self.insert(key, EntryValue::Lines(vec![value])),
        }
    }

    /// A member of the top-level object: `node`, which was parsed from `text`.
    ///
    /// Members with the same `object` are one and the same Python object, which YAML makes of an
    /// alias. Of a repeated key the last value counts, under the first of equal keys.
    pub fn member(
        &mut self,
        key: FileKey<'a>,
        (text, node): (&'a str, Node<'a>),
        beyond: BeyondJson<'a>,
        object: Option<usize>,
    ) {
        let uri = single(&node).filter(|node| !beyond.has_date(node));
        let uri = uri.and_then(Node::as_text).map(|text| Cow::Owned(text.to_lossy().into_owned()));
        self.insert(key, EntryValue::Json { text, node, uri, beyond, object });
    }

    /// Something wrong with the format, and its line.
    pub fn problem(&mut self, problem: FileProblem, line: usize) {
        self.problems.push((problem, line));
    }

    fn insert(&mut self, key: FileKey<'a>, value: EntryValue<'a>) {
        let place = *self.places.entry(key.canonical()).or_insert(self.entries.len());
        match self.entries.get_mut(place) {
            Some(earlier) => earlier.value = value,
            None => self.entries.push(Entry { key, value }),
        }
    }

    /// The connections of the file at `path`, as that Airflow reads it.
    ///
    /// Files make the core class, whoever reads them.
    ///
    /// # Errors
    ///
    /// What Airflow raises: one bad entry costs the whole file.
    ///
    /// ```
    /// use connlint_catalog::Profile;
    /// use connlint_parser::{Exception, SecretsContents};
    ///
    /// let mut contents = SecretsContents::default();
    /// contents.line("pg", "postgres://h");
    /// let connections = contents.connections("c.env", Profile::NEWEST).unwrap();
    /// assert_eq!(connections[0].conn_id.text, "pg");
    ///
    /// contents.line("pg", "postgres://i");
    /// let failure = contents.connections("c.env", Profile::NEWEST).unwrap_err();
    /// assert_eq!(failure.exception, Exception::ConnectionNotUnique);
    /// ```
    pub fn connections(
        &self,
        path: &str,
        profile: Profile,
    ) -> Result<Vec<FileConnection<'_>>, FileFailure> {
        let profile = Profile { implementation: Implementation::Core, ..profile };
        self.check(path, profile)?;
        let mut seen = HashMap::new();
        let mut connections = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let Some(reading) = entry.reading(path, profile, &mut seen)? else { continue };
            let conn_id = &entry.key;
            if let Some(failure) = reading.failure() {
                let id = &*conn_id.text;
                let kept = sanitized_conn_id(id, profile).filter(|_| conn_id.is_text);
                let is_about_key = failure.exception == Exception::AirflowException;
                let message = reading.failure_message(if is_about_key { Some(id) } else { kept });
                let message = message.map(FailureMessage::into_owned);
                return Err(FileFailure::new(failure.exception, message));
            }
            connections.push(FileConnection { conn_id, reading });
        }
        Ok(connections)
    }

    /// The variables of the file at `path`, as that Airflow reads it.
    ///
    /// # Errors
    ///
    /// What Airflow raises.
    pub fn variables(
        &self,
        path: &str,
        profile: Profile,
    ) -> Result<Vec<FileVariable<'_>>, FileFailure> {
        self.check(path, profile)?;
        let unwraps = profile.has(Quirk::VariableListsUnwrapped);
        let is_refused = |entry: &&Entry<'_>| match &entry.value {
            EntryValue::Lines(values) => values.len() != 1,
            EntryValue::Json { node, .. } => {
                unwraps && node.as_array().is_some_and(|items| items.len() != 1)
            }
        };
        let refused: Vec<_> = self.entries.iter().filter(is_refused).map(Entry::repr).collect();
        if !refused.is_empty() {
            let exception = if profile.has(Quirk::FileErrorsGeneric) {
                Exception::AirflowException
            } else {
                Exception::VariableNotUnique
            };
            let message = message![
                "The \"",
                named(path),
                "\" file contains multiple values for keys: [",
                Public::vouch(refused.join(", "), Grounds::Name),
                "]"
            ];
            return Err(FileFailure::new(exception, Some(FailureMessage::plain(message))));
        }
        let variables = self.entries.iter().map(|entry| {
            let value = match &entry.value {
                EntryValue::Lines(values) => {
                    VariableValue::Text(values.first().copied().unwrap_or_default())
                }
                EntryValue::Json { node, beyond, .. } => {
                    let item = node.as_array().filter(|_| unwraps).and_then(|items| items.first());
                    VariableValue::Json(item.unwrap_or(node), *beyond)
                }
            };
            FileVariable { key: &entry.key, value }
        });
        Ok(variables.collect())
    }

    /// What Airflow raises before it looks at any entry.
    fn check(&self, path: &str, profile: Profile) -> Result<(), FileFailure> {
        if SecretsFormat::of_path(path, profile).is_none() {
            let exception = if profile.has(Quirk::FileErrorsGeneric) {
                Exception::AirflowException
            } else {
                Exception::AirflowUnsupportedFileTypeException
            };
            let message = FailureMessage::plain(
                "Unsupported file format. The file must have one of the following extensions: \
                 .env .json .yaml .yml",
            );
            return Err(FileFailure::new(exception, Some(message)));
        }
        let mut errors: Vec<FileSyntaxError> = Vec::new();
        for &(problem, line) in &self.problems {
            let is_first = errors.last().is_none_or(|error| error.line != Some(line));
            let message = match problem {
                FileProblem::NoEqualsSign => Some(message![
                    "Invalid line format. The line should contain at least one equal sign (\"=\")."
                ]),
                FileProblem::EmptyKey if profile.has(Quirk::EmptyKeyTaken) => continue,
                FileProblem::EmptyKey => Some(message!["Invalid line format. Key is empty."]),
                FileProblem::EmptyValue if !is_first => continue,
                FileProblem::EmptyValue if profile.has(Quirk::EmptyValueCalledKey) => {
                    Some(message!["Invalid line format. Key is empty."])
                }
                FileProblem::EmptyValue => Some(message!["Invalid line format. Value is empty."]),
                FileProblem::EmptyFile => Some(message!["The file is empty."]),
                FileProblem::NotAnObject => Some(message!["The file should contain the object."]),
                FileProblem::NotJson(ErrorKind::TooDeep) => {
                    return Err(FileFailure::new(Exception::RecursionError, None));
                }
                FileProblem::TooManyDigits(digits) => {
                    let message = Some(too_many_digits(digits));
                    return Err(FileFailure::new(Exception::ValueError, message));
                }
                FileProblem::NotJson(kind) => Some(message![kind.python_message()]),
                FileProblem::NotADate(words) => {
                    let message = Some(FailureMessage::plain(words));
                    return Err(FileFailure::new(Exception::ValueError, message));
                }
                FileProblem::ControlCharacter { char, at } => {
                    let code = Public::vouch(format!("{:04x}", u32::from(char)), Grounds::Grammar);
                    let message = message![
                        "unacceptable character #x",
                        code,
                        ": control characters are not allowed\n  in \"<unicode string>\", position ",
                        at
                    ];
                    let message = Some(FailureMessage::plain(message));
                    return Err(FileFailure::new(Exception::ReaderError, message));
                }
                // What PyYAML says, and in which line, we do not know.
                FileProblem::NotYaml => None,
            };
            let line = message.is_some().then_some(line);
            errors.push(FileSyntaxError { line, message });
        }
        if errors.is_empty() { Ok(()) } else { Err(FileFailure::of_errors(path, errors)) }
    }
}

impl<'a> Entry<'a> {
    /// What Airflow reads here; nothing where the value is an empty list.
    fn reading<'e>(
        &'e self,
        path: &str,
        profile: Profile,
        seen: &mut HashMap<usize, &'e FileKey<'a>>,
    ) -> Result<Option<Reading<'e>>, FileFailure> {
        let not_unique = || {
            let key = Public::vouch(self.key.text.clone().into_owned(), Grounds::Name);
            let message = message!["Found multiple values for ", key, " in ", named(path), "."];
            let message = Some(FailureMessage::plain(message));
            FileFailure::new(Exception::ConnectionNotUnique, message)
        };
        let (text, node, uri, beyond, object) = match &self.value {
            EntryValue::Lines(values) => match values[..] {
                [uri] => return Ok(Some(Reading::Uri(read_uri(uri, profile)))),
                _ => return Err(not_unique()),
            },
            EntryValue::Json { text, node, uri, beyond, object } => {
                (*text, node, uri, *beyond, *object)
            }
        };
        if node.as_array().is_some_and(|items| items.len() > 1) {
            return Err(not_unique());
        }
        let Some(node) = single(node) else { return Ok(None) };
        if let Some(uri) = uri {
            return Ok(Some(Reading::Uri(read_uri(uri, profile))));
        }
        if let Some(object) = object.filter(|_| node.as_object().is_some()) {
            let owner = *seen.entry(object).or_insert(&self.key);
            if *owner != self.key {
                return Err(self.shared_with(owner));
            }
        }
        let agrees = |given: &Node<'_>| self.key.is_said_by(given);
        Ok(Some(Reading::Json(read_beyond_node(text, node.clone(), &agrees, beyond, profile))))
    }

    /// Airflow writes the id of a connection into its object; where two ids share the object, the
    /// second one finds the first there.
    fn shared_with(&self, owner: &FileKey<'_>) -> FileFailure {
        let name = |key: &FileKey<'_>| Public::vouch(key.text.clone().into_owned(), Grounds::Name);
        let message = message![
            "Mismatch conn_id. The dictionary key has the value: ",
            name(owner),
            ". The item has the value: ",
            name(&self.key),
            "."
        ];
        let message = Some(FailureMessage::plain(message));
        FileFailure::new(Exception::AirflowException, message)
    }

    /// The key as Python's `repr` writes it.
    fn repr(&self) -> String {
        let key = &self.key;
        if key.is_text {
            return py::repr(&key.text);
        }
        date_repr(&key.text).unwrap_or_else(|| key.text.clone().into_owned())
    }
}

/// A day of YAML, such as `2020-01-31`, as Python's `repr` writes it; nothing for other text.
fn date_repr(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part = parts.next().filter(|part| part.len() == digits)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u32>().ok())?
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    parts.next().is_none().then(|| format!("datetime.date({year}, {month}, {day})"))
}

/// The value itself, or the one item of a list; nothing where the list has none.
fn single<'n, 'a>(node: &'n Node<'a>) -> Option<&'n Node<'a>> {
    match &node.value {
        Value::Array(items) => items.first(),
        _ => Some(node),
    }
}

fn named(path: &str) -> Public<'static> {
    Public::vouch(path.to_owned(), Grounds::Name)
}

/// A connection of a file.
#[derive(Debug, Clone)]
pub struct FileConnection<'a> {
    /// Its id.
    pub conn_id: &'a FileKey<'a>,
    /// What Airflow makes of it.
    pub reading: Reading<'a>,
}

/// A variable of a file.
#[derive(Debug, Clone)]
pub struct FileVariable<'a> {
    /// Its key.
    pub key: &'a FileKey<'a>,
    /// Its value.
    pub value: VariableValue<'a>,
}

/// The value of a variable of a file.
#[derive(Clone)]
pub enum VariableValue<'a> {
    /// What a line says.
    Text(&'a str),
    /// What JSON or YAML says.
    Json(&'a Node<'a>, BeyondJson<'a>),
}

/// Why Airflow refuses a file of secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFailure {
    /// What it raises.
    pub exception: Exception,
    /// What it says; `None` where those are the words of Python or PyYAML.
    pub message: Option<FailureMessage<'static>>,
    /// The lines that are wrong.
    pub errors: Vec<FileSyntaxError>,
}

/// What Airflow says about one line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSyntaxError {
    /// The line, from 1; `None` where PyYAML decides.
    pub line: Option<usize>,
    /// What is wrong; `None` where those are PyYAML's words.
    pub message: Option<Message>,
}

impl FileFailure {
    const fn new(exception: Exception, message: Option<FailureMessage<'static>>) -> Self {
        Self { exception, message, errors: Vec::new() }
    }

    /// `AirflowFileParseException`, which lists every error.
    fn of_errors(path: &str, errors: Vec<FileSyntaxError>) -> Self {
        let head = message!["Failed to load the secret file.\nFilename: ", named(path), "\n\n"];
        let message = errors.iter().enumerate().try_fold(head, |text, (index, error)| {
            let number = format!("{:3}", index + 1);
            Some(message![
                text,
                "==================== Parse error ",
                Public::vouch(number, Grounds::Computed),
                " ====================\n",
                error.message.clone()?,
                "\nLine number:  ",
                error.line?,
                "\n"
            ])
        });
        let exception = Exception::AirflowFileParseException;
        Self { exception, message: message.map(FailureMessage::plain), errors }
    }
}

impl fmt::Debug for SecretsContents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretsContents")
            .field("entries", &self.entries.len())
            .field("problems", &self.problems)
            .finish()
    }
}

impl fmt::Debug for VariableValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(..)",
            Self::Json(..) => "Json(..)",
        })
    }
}
