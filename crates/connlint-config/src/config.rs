use std::collections::BTreeMap;
use std::sync::Arc;

use connlint_catalog::{Providers, Target};
use connlint_hosts::{Consumer, HostFormat};
use connlint_linter::{Audience, Declared, Linter, RULES, Rule, Severity, Stability};

use crate::globs::Globs;
use crate::keys::Level;

/// A configuration that holds together.
#[derive(Debug, Clone, Default)]
pub struct Config {
    pub(crate) select: Option<Vec<String>>,
    pub(crate) extend_select: Vec<String>,
    pub(crate) pedantic: Option<bool>,
    pub(crate) preview: Option<bool>,
    pub(crate) strict: Option<bool>,
    pub(crate) exclude: Globs,
    pub(crate) hosts: Vec<(Globs, HostFormat)>,
    pub(crate) baseline: Option<String>,
    pub(crate) scope: Scope,
    pub(crate) declared: Arc<Declared>,
    pub(crate) overrides: Vec<Override>,
}

/// What can be said for all files, or for some.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    pub(crate) airflow: Option<Target>,
    pub(crate) providers: Providers,
    pub(crate) consumer: Option<Consumer>,
    pub(crate) host: Option<HostFormat>,
    pub(crate) ignore: Vec<String>,
    /// By the code of the rule.
    pub(crate) levels: BTreeMap<&'static str, Level>,
}

/// What holds for some files.
#[derive(Debug, Clone)]
pub(crate) struct Override {
    pub(crate) files: Globs,
    pub(crate) scope: Scope,
}

/// What the command line says; it has the last word.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// The Airflow that reads the connections.
    pub airflow: Option<Target>,
    /// The releases of providers beside it.
    pub providers: Providers,
    /// The newest releases of providers that the requirements of the project permit; what is said
    /// here or in a configuration counts first.
    pub required: Arc<Providers>,
    /// Who reads `.env` files.
    pub consumer: Option<Consumer>,
    /// The format of every file.
    pub host: Option<HostFormat>,
    /// Only these rules. Where there are any, `select`, `ignore` and `off` of the configuration
    /// stand back; its overrides do not.
    pub select: Vec<String>,
    /// Not these rules.
    pub ignore: Vec<String>,
    /// Rules too that are a matter of taste.
    pub pedantic: bool,
    /// Rules too that are on trial.
    pub preview: bool,
    /// Findings too that are probably meant as they are.
    pub strict: bool,
}

impl Config {
    /// Whether a file, relative to the configuration, is not looked at.
    pub fn excludes(&self, path: &str) -> bool {
        self.exclude.mean(path)
    }

    /// The path of the baseline, relative to the configuration; it does not lead out of its folder.
    pub fn baseline(&self) -> Option<&str> {
        self.baseline.as_deref()
    }

    /// The same, with what `over` says in place of what this one says.
    #[must_use]
    pub fn with(self, over: Self) -> Self {
        let declared = Declared {
            backends: merged(&self.declared.backends, &over.declared.backends),
            conn_types: merged(&self.declared.conn_types, &over.declared.conn_types),
        };
        Self {
            select: over.select.or(self.select),
            extend_select: [self.extend_select, over.extend_select].concat(),
            pedantic: over.pedantic.or(self.pedantic),
            preview: over.preview.or(self.preview),
            strict: over.strict.or(self.strict),
            exclude: self.exclude,
            hosts: [self.hosts, over.hosts].concat(),
            baseline: over.baseline.or(self.baseline),
            scope: Scope {
                airflow: over.scope.airflow.or(self.scope.airflow),
                providers: self.scope.providers.with(&over.scope.providers),
                consumer: over.scope.consumer.or(self.scope.consumer),
                host: over.scope.host.or(self.scope.host),
                ignore: [self.scope.ignore, over.scope.ignore].concat(),
                levels: merged(&self.scope.levels, &over.scope.levels),
            },
            declared: Arc::new(declared),
            overrides: [self.overrides, over.overrides].concat(),
        }
    }

    /// The linter for a file, whose path is relative to the configuration.
    pub fn linter(&self, path: &str, flags: &Flags) -> Linter {
        self.linter_of(RULES, path, flags)
    }

    /// The same, with some of `rules`.
    fn linter_of(&self, rules: &[&'static Rule], path: &str, flags: &Flags) -> Linter {
        let holds = |it: &&Override| it.files.mean(path);
        let overrides: Vec<&Scope> =
            self.overrides.iter().filter(holds).map(|it| &it.scope).collect();
        // The last word first.
        let scopes = || overrides.iter().rev().copied().chain([&self.scope]);
        let target = flags.airflow.as_ref().or_else(|| scopes().find_map(|it| it.airflow.as_ref()));
        let providers = overrides
            .iter()
            .fold(self.scope.providers.clone(), |all, scope| all.with(&scope.providers));
        let consumer = flags.consumer.or_else(|| scopes().find_map(|it| it.consumer));
        let by_name = || self.hosts.iter().rev().find(|(globs, _)| globs.mean(path)).map(|it| it.1);
        let format = flags.host.or_else(|| scopes().find_map(|it| it.host)).or_else(by_name);

        let pedantic = flags.pedantic || self.pedantic.unwrap_or_default();
        let level = |rule: &Rule| scopes().find_map(|it| it.levels.get(rule.code)).copied();
        let preview = flags.preview || self.preview.unwrap_or_default();
        let is_on = |rule: &&&'static Rule| {
            let rule: &Rule = rule;
            let is_off = |scope: &&Scope| {
                means(&scope.ignore, rule) || scope.levels.get(rule.code) == Some(&Level::Off)
            };
            let is_selected = if flags.select.is_empty() {
                let by_default = || pedantic || rule.audience == Audience::Everybody;
                let selected = self.select.as_ref();
                selected.map_or_else(by_default, |words| selects(words, rule, pedantic))
                    || selects(&self.extend_select, rule, pedantic)
                    || level(rule).is_some_and(|level| level != Level::Off)
            } else {
                selects(&flags.select, rule, pedantic)
            };
            (preview || rule.stability == Stability::Stable)
                && is_selected
                && !means(&flags.ignore, rule)
                && (!flags.select.is_empty() || !is_off(&&self.scope))
                && !overrides.iter().any(is_off)
        };
        let severities = RULES.iter().filter_map(|rule| {
            let severity = match level(rule)? {
                Level::Off => return None,
                Level::Info => Severity::Info,
                Level::Warning => Severity::Warning,
                Level::Error => Severity::Error,
            };
            Some((rule.code, severity))
        });
        let has_levels = scopes().any(|scope| !scope.levels.is_empty());
        let mut linter = Linter {
            rules: rules.iter().filter(is_on).copied().collect(),
            format,
            levels: if has_levels { severities.collect() } else { BTreeMap::new() },
            strict: flags.strict || self.strict.unwrap_or_default(),
            declared: Arc::clone(&self.declared),
            providers: Arc::new(providers.with(&flags.providers)),
            required: Arc::clone(&flags.required),
            ..Linter::default()
        };
        linter.options.consumer = consumer.unwrap_or_default();
        match target {
            Some(target) => linter.targeting(target),
            None => linter,
        }
    }
}

fn merged<K: Ord + Clone, V: Clone>(
    base: &BTreeMap<K, V>,
    over: &BTreeMap<K, V>,
) -> BTreeMap<K, V> {
    base.iter().chain(over).map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn means(words: &[String], rule: &Rule) -> bool {
    words.iter().any(|word| rule.is_meant_by(word))
}

/// Whether words select a rule: one that is a matter of taste only by its own name, or where such
/// rules are asked for.
fn selects(words: &[String], rule: &Rule, pedantic: bool) -> bool {
    let is_for_all = pedantic || rule.audience == Audience::Everybody;
    words.iter().any(|word| rule.is_called(word) || is_for_all && rule.is_meant_by(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn config(text: &str) -> Config {
        Config::parse(text, Kind::Own).unwrap()
    }

    fn codes(linter: &Linter) -> Vec<&'static str> {
        linter.rules.iter().map(|rule| rule.code).collect()
    }

    #[test]
    fn rules_are_selected_in_layers() {
        let flags = |select: &[&str], ignore: &[&str]| Flags {
            select: select.iter().map(|&word| word.to_owned()).collect(),
            ignore: ignore.iter().map(|&word| word.to_owned()).collect(),
            ..Flags::default()
        };
        for (text, flags, on, off) in [
            ("", flags(&[], &[]), &["CL005", "CL104"][..], &["CL007"][..]),
            ("pedantic = true", flags(&[], &[]), &["CL007"], &[]),
            ("select = ['CL0']", flags(&[], &[]), &["CL005"], &["CL007", "CL104"]),
            ("select = ['CL007']", flags(&[], &[]), &["CL007"], &["CL005"]),
            ("extend-select = ['CL007']", flags(&[], &[]), &["CL007", "CL104"], &[]),
            ("ignore = ['CL1']", flags(&[], &[]), &["CL005"], &["CL104"]),
            ("ignore = ['CL1']", flags(&["CL104"], &[]), &["CL104"], &["CL005"]),
            ("rules = { CL104 = 'off' }", flags(&[], &[]), &["CL005"], &["CL104"]),
            (
                "rules = { ignore-without-reason = 'error' }",
                flags(&[], &["CL104"]),
                &["CL007"],
                &["CL104"],
            ),
            (
                "[[overrides]]\nfiles = ['*.env']\nignore = ['CL104']",
                flags(&["CL1"], &[]),
                &["CL105"],
                &["CL104"],
            ),
            (
                "[[overrides]]\nfiles = ['b.env']\nignore = ['CL104']",
                flags(&[], &[]),
                &["CL104"],
                &[],
            ),
        ] {
            let codes = codes(&config(text).linter("a.env", &flags));
            assert!(on.iter().all(|code| codes.contains(code)), "{text} {codes:?}");
            assert!(!off.iter().any(|code| codes.contains(code)), "{text} {codes:?}");
        }
    }

    #[test]
    fn rules_on_trial_look_where_previews_are_asked_for() {
        let trial =
            Rule { stability: Stability::Preview, ..*connlint_linter::rule("CL104").unwrap() };
        let trial: &'static Rule = Box::leak(Box::new(trial));
        for (text, select, preview, looks) in [
            ("", &[][..], false, false),
            ("", &[], true, true),
            ("preview = true", &[], false, true),
            ("select = ['CL104']", &[], false, false),
            ("rules = { CL104 = 'error' }", &[], false, false),
            ("", &["CL104"], false, false),
            ("", &["CL104"], true, true),
            ("", &["CL105"], true, false),
        ] {
            let select = select.iter().map(|&word| word.to_owned()).collect();
            let flags = Flags { select, preview, ..Flags::default() };
            let rules = config(text).linter_of(&[trial], ".env", &flags).rules;
            assert_eq!(!rules.is_empty(), looks, "{text} {flags:?}");
        }
    }

    #[test]
    fn the_last_word_counts() {
        let config = config(
            "airflow-version = '2.10'\nconsumer = 'shell'\n\
             hosts = { 'x/*' = 'uri', 'x/y' = 'dotenv' }\n\
             [[overrides]]\nfiles = ['x/**']\nairflow-version = '2.11'\nrules = { CL104 = 'info' }\n\
             [[overrides]]\nfiles = ['x/y']\nairflow-version = '3.0'\nrules = { CL104 = 'warning' }\n",
        );
        let linter = config.linter("x/y", &Flags::default());
        assert_eq!(linter.profile.version.to_string(), "3.0");
        assert_eq!(linter.options.consumer, Consumer::Shell);
        assert_eq!(linter.format, Some(HostFormat::Dotenv));
        assert_eq!(linter.levels[&"CL104"], Severity::Warning);
        let flags = Flags {
            airflow: "3.1".parse().ok(),
            consumer: Some(Consumer::Gotenv),
            ..Flags::default()
        };
        let linter = config.linter("a", &flags);
        assert_eq!(linter.profile.version.to_string(), "3.1");
        assert_eq!(linter.options.consumer, Consumer::Gotenv);
        assert_eq!(linter.format, None);
    }

    #[test]
    fn releases_of_providers_are_said_in_layers() {
        let config = config(
            "providers = { amazon = '6.0', 'apache-airflow-providers-google' = '8.1.2' }\n\
             [[overrides]]\nfiles = ['x/**']\nproviders = { amazon = '7.0.0' }\n",
        );
        let amazon = "apache-airflow-providers-amazon";
        let release = |path: &str, flags: &Flags| {
            config.linter(path, flags).providers.release(amazon).map(str::to_owned)
        };
        assert_eq!(release("a", &Flags::default()).as_deref(), Some("6.0"));
        assert_eq!(release("x/a", &Flags::default()).as_deref(), Some("7.0.0"));
        let providers = ["amazon==9.1".parse().unwrap()].into_iter().collect();
        let flags = Flags { providers, ..Flags::default() };
        assert_eq!(release("x/a", &flags).as_deref(), Some("9.1"));
        let linter = config.linter("x/a", &flags);
        assert_eq!(linter.providers.release("apache-airflow-providers-google"), Some("8.1.2"));
    }

    #[test]
    fn mistakes_have_places() {
        for (text, place, message, help) in [
            ("selct = []", "selct", "unknown key `selct`", "did you mean `select`?"),
            ("x = []", "x", "unknown key `x`", "it is one of"),
            ("a = [", "", "this is not TOML", ""),
            ("strict = 'yes'", "'yes'", "this value is of the wrong kind", ""),
            (
                "select = ['CL104', 'unencoded-delimeter']",
                "'unencoded-delimeter'",
                "unknown rule `unencoded-delimeter`",
                "did you mean `unencoded-delimiter`?",
            ),
            ("[rules]\nno-such = 'off'", "no-such", "unknown rule `no-such`", "`connlint rules`"),
            ("[rules]\nCL104 = 'warn'", "'warn'", "unknown value `warn`", "it is one of `off`"),
            (
                "consumer = 'compos'",
                "'compos'",
                "unknown reader `compos`",
                "did you mean `compose`?",
            ),
            ("hosts = { a = 'yml' }", "'yml'", "unknown format `yml`", "it is one of"),
            (
                "providers = { amazonn = '6.0' }",
                "amazonn",
                "unknown provider `amazonn`",
                "did you mean `amazon`?",
            ),
            ("providers = { amazon = '>=6' }", "'>=6'", "this is no release", "`6.0`"),
            ("airflow-version = '4'", "'4'", "this is no version of Airflow", "3.1"),
            (
                "baseline = '../b.json'",
                "'../b.json'",
                "this path leads out of the project",
                "below",
            ),
            ("baseline = '/etc/x'", "'/etc/x'", "this path leads out of the project", "below"),
            ("exclude = ['a', '{']", "'{'", "this is no pattern of files", ""),
            ("[[overrides]]\nignore = []", "[[overrides]]", "`files` is missing here", ""),
            (
                "backends = { VaultBackend = {} }",
                "VaultBackend",
                "this is no path of a class",
                "package",
            ),
            (
                "conn-types = { acme-lake = {} }",
                "acme-lake",
                "no connection can have this type",
                "`_`",
            ),
        ] {
            let faults = Config::parse(text, Kind::Own).unwrap_err();
            let [fault] = &faults[..] else { panic!("{text} {faults:?}") };
            assert_eq!(fault.message.as_str(), message, "{text}");
            assert!(place.is_empty() || fault.span.of(text) == place, "{text} {fault:?}");
            let said = fault.help.as_ref().map_or("", |help| help.as_str());
            assert!(said.contains(help), "{text} {said}");
        }
    }

    #[test]
    fn every_mistake_is_said_in_order() {
        let text = "select = ['a']\nconsumer = 'b'\n[tool]\n";
        assert_eq!(Config::parse(text, Kind::Own).unwrap_err().len(), 1);
        let text = "consumer = 'b'\nselect = ['a']\n";
        let faults = Config::parse(text, Kind::Own).unwrap_err();
        assert_eq!(faults.len(), 2);
        assert!(faults[0].span < faults[1].span);
    }

    #[test]
    fn a_pyproject_without_a_table_is_an_empty_configuration() {
        let text = "[project]\nname = 'x'\n[tool.ruff]\nselect = []\n";
        assert!(Config::parse(text, Kind::PyProject).unwrap().select.is_none());
        let text = "[tool.connlint]\nselect = ['CL1']\n";
        assert_eq!(Config::parse(text, Kind::PyProject).unwrap().select.unwrap(), ["CL1"]);
        let fault = &Config::parse("token = 's3cr3t", Kind::PyProject).unwrap_err()[0];
        assert!(!fault.is_shown);
    }
}
