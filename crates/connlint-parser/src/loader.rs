//! How Airflow finds its secrets backend and the arguments of it: `[secrets]` and `[workers]`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use connlint_catalog::{Profile, Quirk};
use connlint_json::{ObjectWriter, PyText, dict};
use connlint_text::{Grounds, Message, Public, message};

use crate::{DropWarning, Exception, FailureMessage, Kwargs, KwargsOutcome, py, read_kwargs};

/// Where Airflow looks for options.
///
/// Nothing is read from the process: whoever asks says what the environment is.
#[derive(Clone, Default)]
pub struct Settings<'a> {
    /// The variables of the environment.
    pub environment: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    /// The options of `airflow.cfg` by section and key, as they are written there.
    pub config: BTreeMap<(Cow<'a, str>, Cow<'a, str>), Cow<'a, str>>,
    /// The home of whoever runs Airflow, which a leading `~` stands for.
    pub home: Option<Cow<'a, str>>,
}

/// `Debug` shows no value.
impl std::fmt::Debug for Settings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("environment", &self.environment.keys())
            .field("config", &self.config.keys())
            .finish_non_exhaustive()
    }
}

/// Which process asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Process {
    /// Scheduler, API server, command line.
    #[default]
    Server,
    /// What runs tasks.
    Worker,
}

/// A pair of options that name a secrets backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BackendSection {
    /// `[secrets] backend` and `backend_kwargs`.
    Secrets,
    /// `[workers] secrets_backend` and `secrets_backend_kwargs`.
    Workers,
}

impl BackendSection {
    /// The section.
    pub const fn section(self) -> &'static str {
        match self {
            Self::Secrets => "secrets",
            Self::Workers => "workers",
        }
    }

    /// The option that names the class.
    pub const fn backend(self) -> &'static str {
        match self {
            Self::Secrets => "backend",
            Self::Workers => "secrets_backend",
        }
    }

    /// The option that has its arguments.
    pub const fn kwargs(self) -> &'static str {
        match self {
            Self::Secrets => "backend_kwargs",
            Self::Workers => "secrets_backend_kwargs",
        }
    }

    /// What the name of a variable begins with that has one argument.
    pub const fn kwarg_prefix(self) -> &'static str {
        match self {
            Self::Secrets => "AIRFLOW__SECRETS__BACKEND_KWARG__",
            Self::Workers => "AIRFLOW__WORKERS__SECRETS_BACKEND_KWARG__",
        }
    }
}

/// What came of a command.
#[derive(Clone, PartialEq, Eq)]
pub enum CommandOutcome {
    /// It ended well, and printed this.
    Printed(String),
    /// It ended with another status than 0.
    Failed,
    /// There is no such program.
    NotFound,
}

/// `Debug` does not show what was printed.
impl std::fmt::Debug for CommandOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Printed(_) => "Printed(..)",
            Self::Failed => "Failed",
            Self::NotFound => "NotFound",
        })
    }
}

/// What Airflow needs from outside while it looks for its secrets backend.
pub trait World {
    /// Whether a dotted path can be imported.
    fn has_class(&self, path: &str) -> bool;

    /// Runs the command of an option `…_cmd`.
    ///
    /// Airflow does; by default nothing is run, as if the command had failed.
    fn run(&self, words: &[String]) -> CommandOutcome {
        let _ = words;
        CommandOutcome::Failed
    }
}

/// The secrets backend that Airflow starts, and what it gives to it.
#[derive(Debug, Clone)]
pub struct LoadedBackend<'a> {
    /// Which options count.
    pub section: BackendSection,
    /// The dotted path of the class.
    pub class: Cow<'a, str>,
    /// The text of the kwargs once it is expanded, where there is one.
    pub kwargs: LoadedKwargs<'a>,
    /// Single arguments, which override those of the text. Their values are text as it stands.
    pub overrides: BTreeMap<String, Cow<'a, str>>,
}

/// The text of kwargs.
#[derive(Clone)]
pub enum LoadedKwargs<'a> {
    /// This text, empty where nothing is set.
    Text(Cow<'a, str>),
    /// The command for it failed in a way that Airflow catches: it warns, and goes on without.
    Dropped(DropWarning),
}

impl LoadedKwargs<'_> {
    /// What the loader makes of the text; `None` where it has none.
    pub fn read(&self) -> Option<Kwargs<'_>> {
        match self {
            Self::Text(text) => Some(read_kwargs(text)),
            Self::Dropped(_) => None,
        }
    }

    /// What Airflow logs, where it drops the arguments.
    pub fn warning(&self) -> Option<DropWarning> {
        match self {
            Self::Text(text) => read_kwargs(text).warning(),
            Self::Dropped(warning) => Some(*warning),
        }
    }
}

impl LoadedBackend<'_> {
    /// The arguments that the class gets, as Python's `json.dumps` writes them.
    ///
    /// # Errors
    ///
    /// Where Airflow does not start because of them.
    pub fn arguments(&self) -> Result<String, Exception> {
        let kwargs = self.kwargs.read();
        if let Some(KwargsOutcome::Raises(_)) = kwargs.as_ref().map(|kwargs| kwargs.outcome) {
            return Err(Exception::RecursionError);
        }
        let given = kwargs.as_ref().filter(|kwargs| kwargs.outcome == KwargsOutcome::Given);
        let members = given.and_then(|kwargs| kwargs.root.as_ref()?.as_object());
        let mut overrides = self.overrides.clone();
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        for (name, value) in dict(members.unwrap_or_default()) {
            match name.as_str().and_then(|name| overrides.remove(name)) {
                Some(text) => object.text(&name, &PyText::from(text)),
                None => object.node(&name, value),
            }
        }
        for (name, text) in overrides {
            object.text(&name.into(), &text.into());
        }
        object.finish();
        Ok(out)
    }
}

/// `Debug` does not show the text.
impl std::fmt::Debug for LoadedKwargs<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(..)",
            Self::Dropped(_) => "Dropped",
        })
    }
}

/// Why Airflow does not start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoaderFailure {
    /// What it raises.
    pub exception: Exception,
    /// What it says.
    pub message: FailureMessage<'static>,
}

/// Looks for the secrets backend as Airflow does when it starts; none where none is set.
///
/// # Errors
///
/// Where Airflow does not start.
///
/// ```
/// use connlint_catalog::Profile;
/// use connlint_parser::{BackendSection, Process, Settings, World, load_backend};
///
/// struct Everything;
/// impl World for Everything {
///     fn has_class(&self, _: &str) -> bool {
///         true
///     }
/// }
///
/// let mut settings = Settings::default();
/// settings.environment.extend([
///     ("AIRFLOW__SECRETS__BACKEND".into(), "my.Backend".into()),
///     ("AIRFLOW__SECRETS__BACKEND_KWARGS".into(), r#"{"token": "$TOKEN"}"#.into()),
///     ("TOKEN".into(), "t".into()),
/// ]);
/// let found = load_backend(&settings, Process::Worker, Profile::NEWEST, &Everything);
/// let found = found.unwrap().unwrap();
/// assert_eq!(found.section, BackendSection::Secrets);
/// assert_eq!(found.kwargs.read().unwrap().text, r#"{"token": "t"}"#);
/// ```
pub fn load_backend<'a>(
    settings: &'a Settings<'a>,
    process: Process,
    profile: Profile,
    world: &dyn World,
) -> Result<Option<LoadedBackend<'a>>, LoaderFailure> {
    let asks_workers = process == Process::Worker && profile.has(Quirk::WorkersSection);
    let sections = [BackendSection::Workers, BackendSection::Secrets];
    for section in sections.into_iter().skip(usize::from(!asks_workers)) {
        let class = settings.option(section, section.backend(), profile, world)?;
        let Some(class) = class.filter(|class| !class.is_empty()) else { continue };
        match class.rsplit_once('.') {
            Some(("", _)) => {
                let message = FailureMessage::plain("Empty module name");
                return Err(LoaderFailure::new(Exception::ValueError, message));
            }
            Some((module, _)) if module.starts_with('.') => {
                let message = FailureMessage::plain("a relative import takes a package");
                return Err(LoaderFailure::new(Exception::TypeError, message));
            }
            _ => {}
        }
        if !world.has_class(&class) {
            return Err(not_importable(section, &class));
        }
        let kwargs = match settings.option(section, section.kwargs(), profile, world) {
            Ok(text) => LoadedKwargs::Text(text.unwrap_or_default()),
            Err(failure) => match failure.exception {
                Exception::AirflowConfigException => LoadedKwargs::Dropped(DropWarning::AsJson),
                Exception::ValueError => LoadedKwargs::Dropped(DropWarning::IntoDict),
                _ => return Err(failure),
            },
        };
        let overrides = if profile.has(Quirk::PerKeyKwargs) {
            settings.overrides(section)
        } else {
            BTreeMap::new()
        };
        return Ok(Some(LoadedBackend { section, class, kwargs, overrides }));
    }
    Ok(None)
}

impl<'a> Settings<'a> {
    /// An option, as Airflow looks it up: the environment, then the file, each followed by the
    /// command that stands for it where the option is a sensitive one.
    fn option(
        &'a self,
        section: BackendSection,
        key: &str,
        profile: Profile,
        world: &dyn World,
    ) -> Result<Option<Cow<'a, str>>, LoaderFailure> {
        let is_sensitive = key == section.kwargs();
        let section = section.section();
        let name = format!("AIRFLOW__{}__{}", section.to_uppercase(), key.to_uppercase());
        if let Some(value) = self.environment.get(&*name) {
            return Ok(Some(self.expanded(value)));
        }
        if is_sensitive && let Some(command) = self.environment.get(&*format!("{name}_CMD")) {
            return run(command, world).map(|output| Some(output.into()));
        }
        if let Some(value) = self.in_file(section, key)? {
            return Ok(Some(Cow::Owned(self.expanded(&value).into_owned())));
        }
        if is_sensitive && let Some(command) = self.in_file(section, &format!("{key}_cmd"))? {
            let output = run(&command, world).map_err(|failure| {
                let is_caught = profile.has(Quirk::ConfigCommandErrorsCaught);
                let exception =
                    if is_caught { Exception::AirflowConfigException } else { failure.exception };
                LoaderFailure { exception, ..failure }
            })?;
            return Ok(Some(output.into()).filter(|output: &Cow<'_, str>| !output.is_empty()));
        }
        Ok(None)
    }

    /// An option of `airflow.cfg`, with `%` interpolated.
    fn in_file(&self, section: &str, key: &str) -> Result<Option<String>, LoaderFailure> {
        let raw = |key: &str| {
            let at = (Cow::Owned(section.to_owned()), Cow::Owned(key.to_owned()));
            self.config.get(&at).map(|value| &**value)
        };
        let Some(value) = raw(key) else { return Ok(None) };
        // Errors show the text as Airflow would look it up.
        let shown = self.expanded(value);
        let mut interpolation =
            Interpolation { section, key, raw: &shown, option: &raw, out: String::new(), steps: 0 };
        interpolation.write(value, 1)?;
        Ok(Some(interpolation.out))
    }

    /// Airflow's `expand_env_var`: variables and `~`, again and again until nothing changes.
    fn expanded<'v>(&self, value: &'v str) -> Cow<'v, str> {
        // Variables that name each other never settle, in Airflow either.
        const ROUNDS: usize = 32;
        const LONGEST: usize = 1 << 20;
        let mut text = Cow::Borrowed(value);
        for _ in 0..ROUNDS {
            let next = self.with_home(self.with_variables(&text)).into_owned();
            if next == text || next.len() > LONGEST {
                break;
            }
            text = Cow::Owned(next);
        }
        text
    }

    /// `os.path.expandvars`: a name that is not set stays as it is.
    ///
    /// ```text
    /// reference = "$" ( 1*( ALPHA / DIGIT / "_" ) / "{" *( any but "}" ) "}" )
    /// ```
    fn with_variables<'v>(&self, text: &'v str) -> Cow<'v, str> {
        if !text.contains('$') {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, reference) = rest.split_at(at);
            out.push_str(before);
            let (name, len) = reference_name(reference);
            let (reference, behind) = reference.split_at(len);
            match self.environment.get(name).filter(|_| len > 1) {
                Some(value) => out.push_str(value),
                None => out.push_str(reference),
            }
            rest = behind;
        }
        out.push_str(rest);
        Cow::Owned(out)
    }

    /// `os.path.expanduser`, for the home of whoever asks.
    fn with_home<'v>(&self, text: Cow<'v, str>) -> Cow<'v, str> {
        let behind = text.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let home = self.environment.get("HOME").or(self.home.as_ref());
        let (Some(behind), Some(home)) = (behind, home) else { return text };
        let whole = format!("{}{behind}", home.trim_end_matches('/'));
        Cow::Owned(if whole.is_empty() { "/".into() } else { whole })
    }

    /// The arguments that have a variable each; the name is in lower case, an empty one is none.
    fn overrides(&'a self, section: BackendSection) -> BTreeMap<String, Cow<'a, str>> {
        let named = self.environment.iter().filter_map(|(name, value)| {
            let kwarg = name.strip_prefix(section.kwarg_prefix())?.to_lowercase();
            (!kwarg.is_empty()).then(|| (kwarg, Cow::Borrowed(&**value)))
        });
        named.collect()
    }
}

impl LoaderFailure {
    fn new(exception: Exception, message: FailureMessage<'static>) -> Self {
        Self { exception, message }
    }
}

fn not_importable(section: BackendSection, class: &str) -> LoaderFailure {
    let before = match section {
        BackendSection::Secrets => {
            "The object could not be loaded. Please check \"backend\" key in \"secrets\" section. \
             Current value: \""
        }
        BackendSection::Workers => {
            "The object could not be loaded. Please check \"secrets_backend\" key in \"workers\" \
             section. Current value: \""
        }
    };
    let message = FailureMessage::quoting(before, class.to_owned(), "\".");
    LoaderFailure::new(Exception::AirflowConfigException, message)
}

/// The name behind `$`, and the length of the whole reference; 1 where it is none.
fn reference_name(reference: &str) -> (&str, usize) {
    let rest = reference.get(1..).unwrap_or_default();
    if let Some(inside) = rest.strip_prefix('{') {
        return inside.split_once('}').map_or(("", 1), |(name, _)| (name, name.len() + 3));
    }
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let len = rest.bytes().take_while(is_name).count();
    (rest.get(..len).unwrap_or_default(), len + 1)
}

/// Runs a command: it is split as a shell splits it, and no shell runs it.
fn run(command: &str, world: &dyn World) -> Result<String, LoaderFailure> {
    let words = shell_words(command).map_err(|message| {
        LoaderFailure::new(Exception::ValueError, FailureMessage::plain(message))
    })?;
    let Some(program) = words.first() else {
        let message = FailureMessage::plain("list index out of range");
        return Err(LoaderFailure::new(Exception::IndexError, message));
    };
    match world.run(&words) {
        CommandOutcome::Printed(output) => Ok(output),
        CommandOutcome::Failed => {
            let message = FailureMessage::quoting("Cannot execute ", command.to_owned(), ".");
            Err(LoaderFailure::new(Exception::AirflowConfigException, message))
        }
        CommandOutcome::NotFound => {
            let program = py::repr(program);
            let message =
                FailureMessage::quoting("[Errno 2] No such file or directory: ", program, "");
            Err(LoaderFailure::new(Exception::FileNotFoundError, message))
        }
    }
}

/// Python's `shlex.split`.
///
/// ```text
/// words = *( blanks word )
/// word  = 1*( "'" *any "'" / '"' *( any / "\" any ) '"' / "\" any / other )
/// ```
///
/// Between `"` a `\` escapes `"` and `\` only.
///
/// # Errors
///
/// The message of the `ValueError` that it raises.
///
/// ```
/// use connlint_parser::shell_words;
///
/// assert_eq!(shell_words(r#"echo '{"a": 1}' a\ b"#).unwrap(), ["echo", r#"{"a": 1}"#, "a b"]);
/// assert_eq!(shell_words("echo {'a': 1}").unwrap(), ["echo", "{a:", "1}"]);
/// assert_eq!(shell_words("echo 'a"), Err("No closing quotation"));
/// ```
pub fn shell_words(command: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = command.chars();
    while let Some(char) = chars.next() {
        match char {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next().ok_or("No closing quotation")? {
                        end if end == char => break,
                        '\\' if char == '"' => {
                            let escaped = chars.next().ok_or("No escaped character")?;
                            if !matches!(escaped, '\\' | '"') {
                                word.push('\\');
                            }
                            word.push(escaped);
                        }
                        other => word.push(other),
                    }
                }
            }
            '\\' => {
                let escaped = chars.next().ok_or("No escaped character")?;
                word.get_or_insert_default().push(escaped);
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

/// `configparser.BasicInterpolation`: `%%` is `%`, `%(name)s` another option of the section.
struct Interpolation<'i, 'v> {
    section: &'i str,
    key: &'i str,
    /// The text of the option that is looked up.
    raw: &'v str,
    option: &'i dyn Fn(&str) -> Option<&'v str>,
    out: String,
    /// How many references were followed.
    steps: usize,
}

impl Interpolation<'_, '_> {
    const DEEPEST: usize = 10;
    /// Python has no such limit; options that name each other ten deep can grow without end.
    const MOST_STEPS: usize = 10_000;

    fn about_option(&self, words: &'static str, why: &Message) -> FailureMessage<'static> {
        let [key, section] =
            [self.key, self.section].map(|name| Public::vouch(py::repr(name), Grounds::Name));
        let before = message![words, key, " in section ", section, why];
        FailureMessage::plain(before).and_secret(py::repr(self.raw))
    }

    fn write(&mut self, text: &str, depth: usize) -> Result<(), LoaderFailure> {
        self.steps += 1;
        if depth > Self::DEEPEST || self.steps > Self::MOST_STEPS {
            let why = message![
                " contains an interpolation key which cannot be substituted in ",
                Self::DEEPEST,
                " steps. Raw value: "
            ];
            let words = "Recursion limit exceeded in value substitution: option ";
            let message = self.about_option(words, &why);
            return Err(LoaderFailure::new(Exception::InterpolationDepthError, message));
        }
        let syntax = |before, rest: &str| {
            let message = FailureMessage::quoting(before, py::repr(rest), "");
            LoaderFailure::new(Exception::InterpolationSyntaxError, message)
        };
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            let (before, behind) = rest.split_at(at);
            self.out.push_str(before);
            if let Some(behind) = behind.strip_prefix("%%") {
                self.out.push('%');
                rest = behind;
                continue;
            }
            let Some(named) = behind.strip_prefix("%(") else {
                return Err(syntax("'%' must be followed by '%' or '(', found: ", behind));
            };
            let reference = named.split_once(')').filter(|(name, _)| !name.is_empty());
            let reference =
                reference.and_then(|(name, rest)| Some((name, rest.strip_prefix('s')?)));
            let Some((name, behind)) = reference else {
                return Err(syntax("bad interpolation variable reference ", behind));
            };
            let Some(value) = (self.option)(name) else {
                let why = message![
                    " contains an interpolation key ",
                    Public::vouch(py::repr(name), Grounds::Name),
                    " which is not a valid option name. Raw value: "
                ];
                let message = self.about_option("Bad value substitution: option ", &why);
                return Err(LoaderFailure::new(
                    Exception::InterpolationMissingOptionError,
                    message,
                ));
            };
            if value.contains('%') {
                self.write(value, depth + 1)?;
            } else {
                self.out.push_str(value);
            }
            rest = behind;
        }
        self.out.push_str(rest);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use connlint_text::Purpose;

    use super::*;

    /// Knows every class with a dot in it, and two programs.
    struct Small;

    impl World for Small {
        fn has_class(&self, path: &str) -> bool {
            path.contains('.')
        }

        fn run(&self, words: &[String]) -> CommandOutcome {
            match words.first().map_or("", String::as_str) {
                "echo" => CommandOutcome::Printed(words.get(1..).unwrap_or_default().join(" ")),
                "false" => CommandOutcome::Failed,
                _ => CommandOutcome::NotFound,
            }
        }
    }

    /// The arguments, or the name of the exception.
    fn arguments(
        environment: &[(&str, &str)],
        config: &[(&str, &str)],
        process: Process,
    ) -> String {
        let mut settings = Settings { home: Some("/home/u".into()), ..Settings::default() };
        let owned = |text: &str| Cow::Owned(text.to_owned());
        settings.environment.extend(environment.iter().map(|(k, v)| (owned(k), owned(v))));
        settings.config.extend(config.iter().map(|(key, value)| {
            let (section, key) = key.split_once('.').unwrap();
            ((owned(section), owned(key)), owned(value))
        }));
        match load_backend(&settings, process, Profile::NEWEST, &Small) {
            Ok(None) => "none".into(),
            Ok(Some(found)) => found.arguments().unwrap(),
            Err(failure) => failure.exception.name().into(),
        }
    }

    #[test]
    fn the_environment_comes_first() {
        let kwargs = "AIRFLOW__SECRETS__BACKEND_KWARGS";
        let command = "AIRFLOW__SECRETS__BACKEND_KWARGS_CMD";
        let file = [("secrets.backend", "a.B"), ("secrets.backend_kwargs", r#"{"f": "%%$V~"}"#)];
        for (environment, arguments_of_class) in [
            (&[][..], r#"{"f": "%$V~"}"#),
            (&[("V", "$W"), ("W", "w")], r#"{"f": "%w~"}"#),
            (&[(kwargs, "{\"e\": 1}")], r#"{"e": 1}"#),
            (&[(kwargs, "")], "{}"),
            (&[(command, "echo '{\"c\": 1}'")], r#"{"c": 1}"#),
            (&[(command, "echo '")], "{}"),
            (&[(command, "false")], "{}"),
            (&[(command, "no-such-program")], "FileNotFoundError"),
            (&[(command, "")], "IndexError"),
            (&[(kwargs, ""), (command, "no-such-program")], "{}"),
            (&[("AIRFLOW__SECRETS__BACKEND", "")], "none"),
            (&[("AIRFLOW__SECRETS__BACKEND", "nodots")], "AirflowConfigException"),
        ] {
            let found = arguments(environment, &file, Process::Server);
            assert_eq!(found, arguments_of_class, "{environment:?}");
        }
    }

    #[test]
    fn percent_signs_of_the_file() {
        for (value, arguments_of_class) in [
            (r#"{"a": "%(x)s"}"#, r#"{"a": "$5"}"#),
            (r#"{"a": "100%"}"#, "InterpolationSyntaxError"),
            (r#"{"a": "%(x)d"}"#, "InterpolationSyntaxError"),
            (r#"{"a": "%()s"}"#, "InterpolationSyntaxError"),
            (r#"{"a": "%(y)s"}"#, "InterpolationMissingOptionError"),
            (r#"{"a": "%(backend_kwargs)s"}"#, "InterpolationDepthError"),
        ] {
            let file = [
                ("secrets.backend", "a.B"),
                ("secrets.x", "$5"),
                ("secrets.backend_kwargs", value),
            ];
            assert_eq!(arguments(&[], &file, Process::Server), arguments_of_class, "{value}");
        }
        let file = [("secrets.backend", "a.B"), ("secrets.backend_kwargs_cmd", "no-such-program")];
        assert_eq!(arguments(&[], &file, Process::Server), "{}");
    }

    #[test]
    fn workers_take_a_pair_as_a_whole() {
        let [secrets, workers] = ["SECRETS__BACKEND", "WORKERS__SECRETS_BACKEND"];
        let of = |pair: &str, suffix: &str| format!("AIRFLOW__{pair}{suffix}");
        for (has_backend, has_kwargs, worker) in [
            (true, true, r#"{"w": 1}"#),
            (true, false, "{}"),
            (false, true, r#"{"s": 1}"#),
            (false, false, r#"{"s": 1}"#),
        ] {
            let names =
                [of(secrets, ""), of(secrets, "_KWARGS"), of(workers, ""), of(workers, "_KWARGS")];
            let mut environment = vec![(&*names[0], "a.B"), (&*names[1], r#"{"s": 1}"#)];
            environment.extend(has_backend.then_some((&*names[2], "c.D")));
            environment.extend(has_kwargs.then_some((&*names[3], r#"{"w": 1}"#)));
            assert_eq!(arguments(&environment, &[], Process::Worker), worker);
            assert_eq!(arguments(&environment, &[], Process::Server), r#"{"s": 1}"#);
        }
    }

    #[test]
    fn variables_and_home_are_expanded() {
        let mut settings = Settings { home: Some("/h/".into()), ..Settings::default() };
        for (name, value) in [("A", "$B"), ("B", "b"), ("L", "$L$L"), ("", "x")] {
            settings.environment.insert(name.into(), value.into());
        }
        for (text, expanded) in [
            ("$A${A}$C${C}$$A", "bb$C${C}$b"),
            ("a$", "a$"),
            ("${A", "${A"),
            ("$-", "$-"),
            ("~", "/h"),
            ("~/x~", "/h/x~"),
            ("~other", "~other"),
            (" ~", " ~"),
        ] {
            assert_eq!(settings.expanded(text), expanded, "{text}");
        }
        assert!(settings.expanded("$L").len() < 1 << 22);
    }

    #[test]
    fn messages_mask_what_is_set() {
        let mut settings = Settings::default();
        settings.environment.insert("AIRFLOW__SECRETS__BACKEND".into(), "s3cr3t".into());
        let failure =
            load_backend(&settings, Process::Server, Profile::NEWEST, &Small).unwrap_err();
        assert!(!format!("{failure:?}{settings:?}").contains("s3cr3t"));
        assert!(failure.message.expose_for(Purpose::Reveal).ends_with("\"s3cr3t\"."));
    }
}
