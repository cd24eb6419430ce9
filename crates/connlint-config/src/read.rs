use std::collections::BTreeMap;

use connlint_catalog::{
    ProviderRelease, Providers, Target, UnknownProvider, nearest, provider_names,
};
use connlint_hosts::{Consumer, HostFormat};
use connlint_linter::{Declared, DeclaredBackend, DeclaredType, RULES, nearest_rule, rule};
use connlint_text::{Grounds, Message, Public, message};
use serde::Deserialize;

use crate::config::{Override, Scope};
use crate::globs::Globs;
use crate::keys::{Keys, Level, Text};
use crate::{Config, Fault};

/// What kind of file a configuration stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In one of its own, `connlint.toml`.
    Own,
    /// In `[tool.connlint]` of a `pyproject.toml`.
    PyProject,
}

/// The part of a `pyproject.toml` that is ours.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PyProject {
    tool: Tool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tool {
    connlint: Option<Keys>,
}

impl Config {
    /// Reads a configuration; a `pyproject.toml` without `[tool.connlint]` is an empty one.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it; what is no TOML, or has a key that there is none of, is
    /// said alone.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, Vec<Fault>> {
        let keys = keys(text, kind).map_err(|fault| vec![fault])?;
        let mut reader = Reader { faults: Vec::new() };
        let config = reader.config(keys);
        if reader.faults.is_empty() {
            return Ok(config);
        }
        reader.faults.sort_by_key(|fault| fault.span);
        Err(reader.faults)
    }

    /// Whether a `pyproject.toml` has a `[tool.connlint]`, right or wrong.
    ///
    /// ```
    /// use connlint_config::Config;
    ///
    /// assert!(Config::is_in("[tool.connlint]\nselect = 1\n"));
    /// assert!(!Config::is_in("[project]\ndependencies = ['connlint']\n"));
    /// ```
    pub fn is_in(text: &str) -> bool {
        // Most files are told without parsing them.
        text.contains("connlint")
            && toml::de::DeTable::parse(text).is_ok_and(|toml| {
                let tool = toml.get_ref().get("tool").and_then(|tool| tool.get_ref().as_table());
                tool.is_some_and(|tool| tool.contains_key("connlint"))
            })
    }
}

fn keys(text: &str, kind: Kind) -> Result<Keys, Fault> {
    let toml = toml::de::Deserializer::parse(text).map_err(|error| {
        let mut fault = Fault::new(error.span().unwrap_or_default(), message!["this is not TOML"]);
        fault.is_shown = kind == Kind::Own;
        fault
    })?;
    let keys = match kind {
        Kind::Own => Keys::deserialize(toml),
        Kind::PyProject => {
            PyProject::deserialize(toml).map(|file| file.tool.connlint.unwrap_or_default())
        }
    };
    keys.map_err(|error| misfit(text, &error))
}

/// A key or a value that does not fit.
///
/// Of the error's own text only what stands behind "expected" is used: that was not read from the
/// file.
fn misfit(text: &str, error: &toml::de::Error) -> Fault {
    let span = error.span().unwrap_or_default();
    let (what, expected) = error.message().rsplit_once(", expected ").unwrap_or_default();
    let choices: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    let word = text.get(span.clone()).unwrap_or_default().trim_matches(['"', '\'']);
    let kind = if what.starts_with("unknown field") { "key" } else { "value" };
    let fault = if choices.is_empty() {
        match error.message().strip_prefix("missing field `") {
            Some(field) => {
                let field = Public::vouch(field.trim_end_matches('`').to_owned(), Grounds::Name);
                return Fault::new(span, message!["`", field, "` is missing here"]);
            }
            None => Fault::new(span, message!["this value is of the wrong kind"]),
        }
    } else {
        Fault::new(span, unknown(kind, word))
    };
    match nearest(word, choices.iter().copied()) {
        Some(meant) => did_you_mean(fault, meant),
        None if choices.is_empty() && expected.is_empty() => fault,
        None if choices.is_empty() => fault
            .label(message!["expected ", Public::vouch(expected.to_owned(), Grounds::Computed)]),
        None => fault.help(one_of(choices.iter().copied())),
    }
}

fn unknown(kind: &'static str, word: &str) -> Message {
    message!["unknown ", kind, " `", Public::vouch(word.to_owned(), Grounds::Name), "`"]
}

fn did_you_mean(fault: Fault, meant: &str) -> Fault {
    let meant = Public::vouch(meant.to_owned(), Grounds::Catalogue);
    fault.help(message!["did you mean `", meant, "`?"])
}

fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Message {
    let words: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    message!["it is one of ", Public::vouch(words.join(", "), Grounds::Catalogue)]
}

/// Reads the words behind the keys, and notes what is wrong with them.
struct Reader {
    faults: Vec<Fault>,
}

impl Reader {
    fn config(&mut self, keys: Keys) -> Config {
        Config {
            select: keys.select.map(|words| self.rules(words)),
            extend_select: self.rules(keys.extend_select),
            pedantic: keys.pedantic,
            preview: keys.preview,
            strict: keys.strict,
            exclude: self.globs(&keys.exclude),
            hosts: self.hosts(keys.hosts),
            baseline: keys.baseline.and_then(|path| self.inside(path)),
            scope: Scope {
                airflow: keys.airflow_version.and_then(|text| self.airflow(&text)),
                providers: self.providers(&keys.providers),
                consumer: keys.consumer.and_then(|text| self.consumer(&text)),
                host: None,
                ignore: self.rules(keys.ignore),
                levels: self.levels(keys.rules),
            },
            declared: std::sync::Arc::new(Declared {
                backends: keys
                    .backends
                    .into_iter()
                    .filter_map(|(path, backend)| {
                        let kwargs = backend.kwargs;
                        Some((self.class_path(path)?, DeclaredBackend { kwargs }))
                    })
                    .collect(),
                conn_types: keys
                    .conn_types
                    .into_iter()
                    .filter_map(|(name, declared)| {
                        Some((self.conn_type(name)?, DeclaredType { extra: declared.extra }))
                    })
                    .collect(),
            }),
            overrides: keys
                .overrides
                .into_iter()
                .map(|keys| Override {
                    files: self.globs(&keys.files),
                    scope: Scope {
                        airflow: keys.airflow_version.and_then(|text| self.airflow(&text)),
                        providers: self.providers(&keys.providers),
                        consumer: keys.consumer.and_then(|text| self.consumer(&text)),
                        host: keys.host.and_then(|text| self.host(&text)),
                        ignore: self.rules(keys.ignore),
                        levels: self.levels(keys.rules),
                    },
                })
                .collect(),
        }
    }

    /// Words that mean rules.
    fn rules(&mut self, words: Vec<Text>) -> Vec<String> {
        for word in &words {
            if !RULES.iter().any(|rule| rule.is_meant_by(word.get_ref())) {
                self.unknown_rule(word);
            }
        }
        words.into_iter().map(Text::into_inner).collect()
    }

    fn levels(&mut self, levels: BTreeMap<Text, Level>) -> BTreeMap<&'static str, Level> {
        let mut found = BTreeMap::new();
        for (word, level) in levels {
            match rule(word.get_ref()) {
                Some(rule) => {
                    found.insert(rule.code, level);
                }
                None => self.unknown_rule(&word),
            }
        }
        found
    }

    fn unknown_rule(&mut self, word: &Text) {
        let fault = Fault::new(word.span(), unknown("rule", word.get_ref()));
        self.faults.push(match nearest_rule(word.get_ref()) {
            Some(meant) => did_you_mean(fault, meant),
            None => fault.help("`connlint rules` lists the rules"),
        });
    }

    fn airflow(&mut self, text: &Text) -> Option<Target> {
        let target = text.get_ref().parse().ok();
        if target.is_none() {
            let fault = Fault::new(text.span(), message!["this is no version of Airflow"]);
            self.faults.push(
                fault.help("write a version such as `3.1`, or a range such as `>=2.10,<3.2`"),
            );
        }
        target
    }

    fn providers(&mut self, releases: &BTreeMap<Text, Text>) -> Providers {
        let mut known = Vec::new();
        for (name, release) in releases {
            match ProviderRelease::new(name.get_ref(), release.get_ref()) {
                Ok(provider) => known.push(provider),
                Err(UnknownProvider::Name) => {
                    self.choice::<(), _>(name, "provider", None, provider_names);
                }
                Err(UnknownProvider::Release) => {
                    let fault = Fault::new(release.span(), message!["this is no release"]);
                    self.faults.push(fault.help("write one such as `6.0`"));
                }
            }
        }
        known.into_iter().collect()
    }

    fn consumer(&mut self, text: &Text) -> Option<Consumer> {
        let names = || Consumer::ALL.iter().map(|consumer| consumer.name());
        self.choice(text, "reader", Consumer::from_name(text.get_ref()), names)
    }

    fn host(&mut self, text: &Text) -> Option<HostFormat> {
        let names = || HostFormat::ALL.iter().map(|format| format.name());
        self.choice(text, "format", HostFormat::from_name(text.get_ref()), names)
    }

    fn choice<T, I: Iterator<Item = &'static str>>(
        &mut self,
        text: &Text,
        kind: &'static str,
        found: Option<T>,
        names: impl Fn() -> I,
    ) -> Option<T> {
        if found.is_none() {
            let fault = Fault::new(text.span(), unknown(kind, text.get_ref()));
            self.faults.push(match nearest(text.get_ref(), names()) {
                Some(meant) => did_you_mean(fault, meant),
                None => fault.help(one_of(names())),
            });
        }
        found
    }

    fn hosts(&mut self, hosts: BTreeMap<Text, Text>) -> Vec<(Globs, HostFormat)> {
        let mut hosts: Vec<_> = hosts.into_iter().collect();
        // The last one that means a file says it, so the order of the file counts.
        hosts.sort_by_key(|(pattern, _)| pattern.span().start);
        hosts
            .into_iter()
            .filter_map(|(pattern, format)| {
                let globs = self.globs(std::slice::from_ref(&pattern));
                Some((globs, self.host(&format)?))
            })
            .collect()
    }

    fn globs(&mut self, patterns: &[Text]) -> Globs {
        Globs::new(patterns.iter().map(|pattern| pattern.get_ref().as_str())).unwrap_or_else(|nr| {
            let span = patterns.get(nr).map_or(0..0, Text::span);
            self.faults.push(Fault::new(span, message!["this is no pattern of files"]));
            Globs::default()
        })
    }

    /// A path that does not lead out of the folder of the configuration.
    fn inside(&mut self, path: Text) -> Option<String> {
        let text = path.get_ref();
        let leads_out = text.is_empty()
            || text.starts_with(['/', '\\', '~'])
            || text.contains(':')
            || text.split(['/', '\\']).any(|part| part == "..");
        if leads_out {
            let fault = Fault::new(path.span(), message!["this path leads out of the project"]);
            self.faults.push(fault.help("write a path below the folder of the configuration"));
            return None;
        }
        Some(path.into_inner())
    }

    fn class_path(&mut self, path: Text) -> Option<String> {
        let is_name = |part: &str| {
            part.starts_with(|char: char| char.is_alphabetic() || char == '_')
                && part.chars().all(|char| char.is_alphanumeric() || char == '_')
        };
        self.named(path, "this is no path of a class", "write `package.module.Class`", |path| {
            path.contains('.') && path.split('.').all(is_name)
        })
    }

    fn conn_type(&mut self, name: Text) -> Option<String> {
        let help = "write the type as Airflow holds it: lower case, `_` for `-`";
        self.named(name, "no connection can have this type", help, |name| {
            !name.is_empty()
                && name.chars().all(|char| !char.is_uppercase() && !"-:/ ".contains(char))
        })
    }

    fn named(
        &mut self,
        word: Text,
        fault: &'static str,
        help: &'static str,
        fits: impl Fn(&str) -> bool,
    ) -> Option<String> {
        if fits(word.get_ref()) {
            return Some(word.into_inner());
        }
        self.faults.push(Fault::new(word.span(), fault).help(help));
        None
    }
}
