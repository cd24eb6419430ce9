//! What a command sets or writes, going by the tool that it runs.

use connlint_text::{DecodedText, MapBuilder, Raw, Span};

use super::script::{RedirectKind, Simple};
use super::{extract_within, github_env, helm};
use crate::command::base;
use crate::fields::{Fields, OF_SECRET};
use crate::names::meaning;
use crate::nested::{adopt, mark_unknown};
use crate::{
    Command, Document, Form, Name, Options, Quoting, Role, Site, Surface, Word, detect, extract,
};

/// Words of the shell's grammar that may stand in front of a command.
const RESERVED: [&str; 12] =
    ["{", "}", "!", "if", "then", "elif", "else", "fi", "do", "done", "while", "until"];

/// Commands whose arguments are texts to print, to search for or to compare.
const QUIET: [&str; 16] = [
    "echo", "printf", "grep", "egrep", "fgrep", "rg", "sed", "awk", "cat", "test", "[", "[[",
    "git", "jq", "unset", "man",
];

const SHELLS: [&str; 5] = ["sh", "bash", "zsh", "ksh", "dash"];

/// The tools that are known, and words that may stand behind them.
const TOOLS: [(&str, &[&str]); 11] = [
    ("airflow", &["connections", "variables", "db", "config", "secrets", "users", "standalone"]),
    ("vault", &["kv", "write", "read", "policy", "secrets", "auth", "login", "token", "server"]),
    ("bao", &["kv", "write", "read", "policy", "secrets", "auth", "login", "token", "server"]),
    ("astro", &["deployment", "deploy", "env", "dev"]),
    ("aws", &["secretsmanager", "ssm"]),
    ("gcloud", &["secrets"]),
    ("az", &["keyvault"]),
    ("helm", &["install", "upgrade", "template"]),
    ("pip", &["install"]),
    ("pip3", &["install"]),
    ("uv", &["pip", "add"]),
];

/// The options of `airflow connections add` and what Airflow calls them; with `_` for `-` those of
/// Airflow 1.10.
const CONNECTION_OPTIONS: [(&str, &str); 8] = [
    ("conn-type", "conn_type"),
    ("conn-description", "description"),
    ("conn-host", "host"),
    ("conn-login", "login"),
    ("conn-password", "password"),
    ("conn-schema", "schema"),
    ("conn-port", "port"),
    ("conn-extra", "extra"),
];

/// The options of `astro deployment connection create`.
const ASTRO_OPTIONS: [(&str, &str); 15] = [
    ("conn-type", "conn_type"),
    ("type", "conn_type"),
    ("t", "conn_type"),
    ("description", "description"),
    ("host", "host"),
    ("login", "login"),
    ("l", "login"),
    ("password", "password"),
    ("p", "password"),
    ("schema", "schema"),
    ("s", "schema"),
    ("port", "port"),
    ("o", "port"),
    ("extra", "extra"),
    ("e", "extra"),
];

/// Finds the sites of these commands.
pub(crate) fn look<'a>(
    document: &mut Document<'a>,
    commands: &[Simple<'a>],
    options: Options,
    depth: usize,
) {
    for (index, simple) in commands.iter().enumerate() {
        let piped = index.checked_sub(1).and_then(|before| commands.get(before)).filter(|before| {
            before.end.of(document.text) == "|" && before.end.end() <= simple.span.start()
        });
        let input = piped.and_then(|before| output(document.text, before));
        let input = input.or_else(|| text_of(simple));
        Look { document, options, depth }.command(simple, input);
    }
    document.sites.sort_by_key(|site| (site.span.start(), std::cmp::Reverse(site.span.end())));
}

/// The here-document or here-string that a command reads.
fn text_of<'a>(simple: &Simple<'a>) -> Option<Word<'a>> {
    let mut redirects = simple.redirects.iter().rev();
    let text = redirects.find(|redirect| redirect.kind == RedirectKind::Text);
    text.map(|redirect| redirect.target.clone())
}

/// What a command prints, where the script says it.
fn output<'a>(file: &'a str, simple: &Simple<'a>) -> Option<Word<'a>> {
    let [program, arguments @ ..] = &simple.words[..] else { return None };
    match base(program.text()) {
        "echo" => {
            let is_option = |word: &&Word<'_>| matches!(word.text(), "-n" | "-e" | "-ne" | "-en");
            let options = arguments.iter().take_while(is_option).count();
            let expands = arguments[..options].iter().any(|word| word.text().contains('e'));
            let text = joined(file, &arguments[options..])?;
            (!expands || !text.text().contains('\\')).then_some(text)
        }
        "printf" => match arguments {
            [format, text] if matches!(format.text(), "%s" | "%s\\n" | "%s\n") => {
                Some(text.clone())
            }
            [text] if !text.text().contains(['%', '\\']) => Some(text.clone()),
            _ => None,
        },
        "cat" | "tee" => text_of(simple),
        _ => None,
    }
}

/// Words with a blank between each two.
fn joined<'a>(file: &'a str, words: &[Word<'a>]) -> Option<Word<'a>> {
    let [first, others @ ..] = words else { return None };
    if others.is_empty() {
        return Some(first.clone());
    }
    let mut builder = MapBuilder::new(file);
    let mut unknown = Vec::new();
    for word in words {
        if !builder.is_empty() {
            let at = word.span.range().start;
            builder.replace(at..at, " ");
        }
        unknown.extend(word.unknown.iter().map(|part| part.shifted(builder.len())));
        for run in word.value.map().runs() {
            if run.verbatim {
                builder.copy(run.raw.range());
            } else {
                builder.replace(run.raw.range(), run.decoded.of(word.text()));
            }
        }
    }
    let span = first.span.join(others.last().map_or(first.span, |last| last.span));
    let value = builder.finish_at(first.span.range().start);
    Some(Word { span, value, unknown, quoting: Quoting::Opaque })
}

/// A look at one command.
struct Look<'d, 'a> {
    document: &'d mut Document<'a>,
    options: Options,
    depth: usize,
}

impl<'a> Look<'_, 'a> {
    fn command(&mut self, simple: &Simple<'a>, input: Option<Word<'a>>) {
        let file = self.document.text;
        let mut words = &simple.words[..];
        while let [first, rest @ ..] = words {
            let raw = first.span.of(file);
            if is_assignment(raw) {
                self.setting(first, 0, first.span);
            } else if !RESERVED.contains(&raw) {
                break;
            }
            words = rest;
        }
        self.written_file(simple, words);
        let Some(first) = words.first() else { return };
        let program = base(first.text());
        if QUIET.contains(&program) {
            return;
        }
        let tool = tool(words);
        let script = self.script(words, input.as_ref());
        // The settings of a chart have a grammar of their own.
        if tool.is_none_or(|tool| base(words[tool].text()) != "helm") {
            self.settings(words[1..].iter().filter(|word| script != Some(word.span)));
        }
        let Some(tool) = tool else { return };
        let command =
            Command { span: simple.span, words: words[tool..].to_vec(), input, end: simple.end };
        self.tool(&command);
        self.document.commands.push(command);
    }

    /// `NAME=value` among the arguments, alone or behind an option, where Airflow reads the name.
    fn settings<'w>(&mut self, arguments: impl Iterator<Item = &'w Word<'a>>)
    where
        'a: 'w,
    {
        for word in arguments {
            let text = word.text();
            let offset = match text.strip_prefix('-') {
                None => 0,
                Some(_) if text.contains("-env-vars=") => continue,
                Some(_) => match text.find('=') {
                    Some(at) => at + 1,
                    None => continue,
                },
            };
            self.setting(word, offset, word.span);
        }
    }

    /// `NAME=value` from `offset` on.
    fn setting(&mut self, word: &Word<'a>, offset: usize, span: Span<Raw>) {
        let rest = &word.text()[offset..];
        let Some(len) = rest.find('=') else { return };
        let is_name = |char: char| char.is_ascii_alphanumeric() || "_-.".contains(char);
        let name = &rest[..len];
        if !name.chars().all(is_name) || name.starts_with(|char: char| char.is_ascii_digit()) {
            return;
        }
        let place = word.value.map().to_raw(Span::from_range(offset..offset + len));
        let name = Name { text: name.to_owned().into(), span: place };
        self.named(name, &word.tail(self.document.text, offset + len + 1), span);
    }

    /// A value for an environment variable of this name.
    fn named(&mut self, name: Name<'a>, value: &Word<'a>, span: Span<Raw>) {
        let Some(meaning) = meaning(&name.text) else { return };
        let (role, id) = (meaning.role, meaning.id.map(|id| id.into_owned().into()));
        let site = Site { id, span, ..site(name, value, role, Surface::Environment) };
        self.document.sites.push(site);
    }

    /// A text that is written into a file: a document of its own.
    fn written_file(&mut self, simple: &Simple<'a>, words: &[Word<'a>]) {
        let mut targets = simple
            .redirects
            .iter()
            .filter(|redirect| redirect.kind == RedirectKind::Output)
            .map(|redirect| &redirect.target);
        let tee = words.first().filter(|word| word.text() == "tee").and(words.last());
        let target = targets.next().or(tee);
        let Some((target, text)) = target.zip(output(self.document.text, simple)) else { return };
        let options = self.options;
        if target.span.of(self.document.text).contains("GITHUB_ENV") {
            self.nest(&text, |inner| github_env::extract(inner, options));
        } else if let Some(format) = detect(target.text(), text.text()) {
            self.nest(&text, |inner| extract(format, inner, options));
        }
    }

    /// `bash -c '…'`, and a shell that reads its commands from a here-document; where the script
    /// stands.
    fn script(&mut self, words: &[Word<'a>], input: Option<&Word<'a>>) -> Option<Span<Raw>> {
        let shell = words.iter().position(|word| SHELLS.contains(&base(word.text())))?;
        let is_flag =
            |word: &Word<'_>| word.text().starts_with('-') && !word.text().starts_with("--");
        let flags = words[shell + 1..].iter().take_while(|word| is_flag(word)).count();
        let behind = &words[shell + 1..];
        let takes_text = behind[..flags].last().is_some_and(|word| word.text().ends_with('c'));
        let script = match behind.get(flags) {
            Some(script) if takes_text => Some(script),
            None => input,
            Some(_) => None,
        }?;
        let (options, depth) = (self.options, self.depth + 1);
        self.nest(script, |text| extract_within(text, options, depth));
        Some(script.span)
    }

    /// Takes over what stands in a text that is a document itself.
    fn nest(&mut self, part: &Word<'a>, read: impl FnOnce(&str) -> Document<'_>) {
        let mut inner = read(part.text());
        if !part.unknown.is_empty() {
            // What is missing may be what makes it well-formed.
            inner.issues.clear();
            mark_unknown(&mut inner, &part.unknown);
        }
        adopt(self.document, inner, &part.value, part.quoting);
    }

    fn tool(&mut self, command: &Command<'a>) {
        let file = self.document.text;
        let texts: Vec<&str> = command.words.iter().skip(1).map(Word::text).collect();
        let words = &command.words[1..];
        match (command.program(), &texts[..]) {
            ("airflow", ["connections", "add" | "--add" | "-a", ..]) => {
                self.connection(&words[2..]);
            }
            ("airflow", ["variables", "set" | "--set" | "-s", ..]) => self.variable(&words[2..]),
            ("astro", ["dev", "run", "connections", "add" | "-a", ..]) => {
                self.connection(&words[4..]);
            }
            ("astro", ["dev", "run", "variables", "set", ..]) => self.variable(&words[4..]),
            ("astro", ["deployment" | "env", what, "create" | "update", ..]) => {
                self.astro(what, &words[3..]);
            }
            ("vault" | "bao", ["kv", "put" | "patch", ..]) => self.vault_secret(&words[2..]),
            ("vault" | "bao", ["write", ..]) => self.vault_secret(&words[1..]),
            (
                "aws",
                ["secretsmanager", "create-secret" | "put-secret-value" | "update-secret", ..],
            ) => {
                let is_object = |word: &Word<'_>| word.text().trim_start().starts_with('{');
                let arguments = Arguments::of(file, &words[2..]);
                let name = arguments.option(&["name", "secret-id"]);
                // An object may use words of its own here, which no environment variable may.
                let value = arguments.option(&["secret-string"]).filter(|word| !is_object(word));
                self.stored(name, value);
            }
            ("aws", ["ssm", "put-parameter", ..]) => {
                let arguments = Arguments::of(file, &words[2..]);
                self.stored(arguments.option(&["name"]), arguments.option(&["value"]));
            }
            ("az", ["keyvault", "secret", "set", ..]) => {
                let arguments = Arguments::of(file, &words[3..]);
                self.stored(arguments.option(&["name", "n"]), arguments.option(&["value"]));
            }
            ("gcloud", ["secrets", "create", ..]) => {
                let arguments = Arguments::of(file, &words[2..]);
                self.stored(arguments.positional.first().cloned(), command.input.clone());
            }
            ("gcloud", ["secrets", "versions", "add", ..]) => {
                let arguments = Arguments::of(file, &words[3..]);
                self.stored(arguments.positional.first().cloned(), command.input.clone());
            }
            ("helm", ["install" | "upgrade" | "template", ..]) => {
                self.document.sites.extend(helm::sites(file, &words[1..]));
            }
            _ => {}
        }
    }

    /// `airflow connections add ID --conn-uri U | --conn-json J | --conn-type T …`.
    fn connection(&mut self, words: &[Word<'a>]) {
        let arguments = Arguments::of(self.document.text, words);
        let named = arguments.option(&["conn-id"]);
        let Some(id) = named.or_else(|| arguments.positional.first().cloned()) else { return };
        if let Some(text) = arguments.option(&["conn-uri", "conn-json"]) {
            return self.entry(&id, &text, Role::Connection);
        }
        self.fields(&id, &arguments, &CONNECTION_OPTIONS);
    }

    /// The fields of a connection, one an option.
    fn fields(&mut self, id: &Word<'a>, arguments: &Arguments<'a>, names: &[(&str, &str)]) {
        let place = |option: &Opt<'_>| option.place.join(option.value.span);
        let known = |option: &&Opt<'a>| names.iter().any(|(name, _)| *name == option.name);
        let Some(first) = arguments.options.iter().find(known) else { return };
        let mut object = Fields::new(self.document.text, first.place.start());
        let mut span = place(first);
        for option in arguments.options.iter().filter(known) {
            let Some((_, field)) = names.iter().find(|(name, _)| *name == option.name) else {
                continue;
            };
            object.member(field, option.place, &option.value.value, &option.value.unknown);
            span = span.join(place(option));
        }
        let (value, unknown) = object.finish();
        let value = Word { span, value, unknown, quoting: Quoting::Opaque };
        let site = named_by(id, &value, Role::Connection, Surface::Standalone);
        self.document.sites.push(Site { form: Form::Object, ..site });
    }

    /// `airflow variables set KEY VALUE`.
    fn variable(&mut self, words: &[Word<'a>]) {
        let arguments = Arguments::of(self.document.text, words);
        if let [key, value, ..] = &arguments.positional[..] {
            self.entry(key, value, Role::Variable);
        }
    }

    /// A value by itself with the word that names it.
    fn entry(&mut self, name: &Word<'a>, value: &Word<'a>, role: Role) {
        self.document.sites.push(named_by(name, value, role, Surface::Standalone));
    }

    /// `astro deployment variable|airflow-variable|connection create|update …`.
    fn astro(&mut self, what: &str, words: &[Word<'a>]) {
        let arguments = Arguments::of(self.document.text, words);
        let key = arguments.option(&["key", "k", "conn-id", "i"]);
        let value = arguments.option(&["value", "v"]);
        match (what, key, value) {
            ("variable", Some(key), Some(value)) => {
                let name = name_of(&key);
                self.named(name, &value, key.span.join(value.span));
            }
            ("airflow-variable", Some(key), Some(value)) => {
                self.entry(&key, &value, Role::Variable);
            }
            ("connection", Some(key), _) => self.fields(&key, &arguments, &ASTRO_OPTIONS),
            _ => {}
        }
    }

    /// A secret of another store, whose name says what it is: `airflow/connections/pg`,
    /// `airflow-variables-batch`.
    fn stored(&mut self, name: Option<Word<'a>>, value: Option<Word<'a>>) {
        let Some((name, value)) = name.zip(value) else { return };
        if value.text().starts_with("file://") {
            return;
        }
        let path = name.text();
        for (word, role) in [("connections", Role::Connection), ("variables", Role::Variable)] {
            let Some(at) = path.rfind(word) else { continue };
            let rest = &path[at + word.len()..];
            let id = rest.strip_prefix(['/', '-', '_']).unwrap_or_default().to_owned();
            if !id.is_empty() {
                let site = named_by(&name, &value, role, Surface::Standalone);
                self.document.sites.push(Site { id: Some(id.into()), ..site });
            }
            return;
        }
    }

    /// `vault kv put [-mount=M] PATH key=value …`.
    fn vault_secret(&mut self, words: &[Word<'a>]) {
        let file = self.document.text;
        let is_flag = |word: &&Word<'_>| word.text().starts_with('-') && word.text() != "-";
        let mut rest = words;
        while let [flag, others @ ..] = rest
            && is_flag(&flag)
        {
            // A flag without `=` takes the next word, unless it is a switch.
            let takes_next = matches!(flag.text().trim_start_matches('-'), "mount" | "cas");
            rest = if takes_next { others.get(1..).unwrap_or_default() } else { others };
        }
        let Some((path, pairs)) = rest.split_first() else { return };
        let pairs: Vec<Pair<'a>> = pairs.iter().filter_map(|word| Pair::of(file, word)).collect();
        let is_meant =
            pairs.iter().any(|pair| pair.key == "conn_uri") || is_airflow_path(path.text());
        let Some((first, last)) = pairs.first().zip(pairs.last()).filter(|_| is_meant) else {
            return;
        };
        let span = first.word.join(last.word);
        let mut object = Fields::new(file, span.start());
        for pair in &pairs {
            object.member(&pair.key, pair.place, &pair.value.value, &pair.value.unknown);
        }
        let (value, unknown) = object.finish();
        let secret = Word { span, value, unknown, quoting: Quoting::Opaque };
        let id = path.text().rsplit('/').next().filter(|id| !id.is_empty() && path.is_known());
        let id: Option<std::borrow::Cow<'a, str>> = id.map(|id| id.to_owned().into());
        let whole = |role| Site {
            id: id.clone(),
            form: Form::Object,
            ..named_by(path, &secret, role, Surface::Vault)
        };
        self.document.sites.push(whole(Role::VaultSecret));
        let one = |key: &str, role| {
            let pair = pairs.iter().rev().find(|pair| pair.key == key)?;
            let name = Name { text: pair.key.clone().into(), span: pair.place };
            let site = site(name, &pair.value, role, Surface::Vault);
            Some(Site { id: id.clone(), ..site })
        };
        if let Some(connection) = one("conn_uri", Role::Connection) {
            self.document.sites.push(connection);
        } else if pairs.iter().any(|pair| OF_SECRET.contains(&pair.key.as_str())) {
            self.document.sites.push(whole(Role::Connection));
        } else {
            self.document.sites.extend(one("value", Role::Variable));
        }
    }
}

/// Whether Airflow would look for a secret at this path of Vault.
fn is_airflow_path(path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder.split('/').any(|part| part.contains("connections") || part.contains("variables"))
}

/// `key=value` of `vault kv put`.
struct Pair<'a> {
    word: Span<Raw>,
    key: String,
    place: Span<Raw>,
    value: Word<'a>,
}

impl<'a> Pair<'a> {
    fn of(file: &'a str, word: &Word<'a>) -> Option<Self> {
        let (key, text) = word.text().split_once('=')?;
        let place = word.value.map().to_raw(Span::from_range(0..key.len()));
        let mut value = word.tail(file, key.len() + 1);
        if text.starts_with('@') || text == "-" {
            // A file, or the standard input.
            let at = value.span.start();
            value.value = DecodedText::verbatim(file, Span::empty(at));
            value.unknown = vec![Span::empty(0)];
            value.quoting = Quoting::Opaque;
        }
        Some(Self { word: word.span, key: key.to_owned(), place, value })
    }
}

/// Whether a word as it stands is an assignment.
fn is_assignment(raw: &str) -> bool {
    let Some((name, _)) = raw.split_once('=') else { return false };
    let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    name.chars().all(is_name) && name.starts_with(|char: char| !char.is_ascii_digit())
}

/// Where the word that runs a known tool stands.
fn tool(words: &[Word<'_>]) -> Option<usize> {
    let is_tool = |at: usize| {
        let tool = TOOLS.iter().find(|(name, _)| *name == base(words[at].text()))?;
        let next = words.get(at + 1)?.text();
        (at == 0 || tool.1.contains(&next)).then_some(at)
    };
    (0..words.len()).find_map(is_tool)
}

/// An option with its value.
struct Opt<'a> {
    /// Without dashes in front; `-` between words.
    name: String,
    place: Span<Raw>,
    value: Word<'a>,
}

/// The arguments of a command.
struct Arguments<'a> {
    positional: Vec<Word<'a>>,
    options: Vec<Opt<'a>>,
}

impl<'a> Arguments<'a> {
    /// Sorts words into options and the rest; an option takes the next word unless that is one too.
    fn of(file: &'a str, words: &[Word<'a>]) -> Self {
        let (mut positional, mut options) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(word) = words.get(at) {
            at += 1;
            let text = word.text();
            let name = text.trim_start_matches('-');
            if name.len() == text.len() || name.is_empty() {
                positional.push(word.clone());
                continue;
            }
            if SWITCHES.contains(&name) {
                continue;
            }
            let dashes = text.len() - name.len();
            if let Some((name, _)) = name.split_once('=') {
                let value = word.tail(file, dashes + name.len() + 1);
                let place = word.value.map().to_raw(Span::from_range(dashes..dashes + name.len()));
                options.push(Opt { name: name.replace('_', "-"), place, value });
                continue;
            }
            let Some(value) = words.get(at).filter(|next| !is_option(next)) else { continue };
            at += 1;
            let place = word.value.map().to_raw(Span::from_range(dashes..text.len()));
            options.push(Opt { name: name.replace('_', "-"), place, value: value.clone() });
        }
        Self { positional, options }
    }

    /// The value of the last option of one of these names.
    fn option(&self, names: &[&str]) -> Option<Word<'a>> {
        let mut options = self.options.iter().rev();
        options.find(|option| names.contains(&option.name.as_str())).map(|it| it.value.clone())
    }
}

/// Options that take no value.
const SWITCHES: [&str; 6] = ["secret", "s", "load", "overwrite", "verbose", "json"];

fn is_option(word: &Word<'_>) -> bool {
    word.text().starts_with("--")
        || word
            .text()
            .strip_prefix('-')
            .is_some_and(|rest| rest.starts_with(|char: char| char.is_ascii_alphabetic()))
}

fn name_of<'a>(word: &Word<'a>) -> Name<'a> {
    let text = word.value.clone().into_text();
    Name { text, span: word.value.raw() }
}

fn named_by<'a>(name: &Word<'a>, value: &Word<'a>, role: Role, surface: Surface) -> Site<'a> {
    let id = name.is_known().then(|| name.value.clone().into_text());
    let span = name.span.join(value.span);
    Site { id, span, ..site(name_of(name), value, role, surface) }
}

pub(super) fn site<'a>(name: Name<'a>, value: &Word<'a>, role: Role, surface: Surface) -> Site<'a> {
    Site {
        id: None,
        span: name.span.join(value.span),
        name,
        role,
        surface,
        form: Form::Text,
        value_span: value.span,
        value: value.value.clone(),
        quoting: value.quoting,
        outer: Vec::new(),
        unknown: value.unknown.clone(),
    }
}
