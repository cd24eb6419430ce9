use std::fmt;

use crate::{Backend, Scalar, Stage};

/// Arguments that a backend needs together, or that exclude each other.
///
/// ```
/// use connlint_catalog::{Alternative, backend};
///
/// let found = backend("airflow.providers.hashicorp.secrets.vault.VaultBackend").unwrap();
/// let mut requirements = found.backend.requirements.iter();
/// let token = requirements.find(|requirement| requirement.id == "token").unwrap();
/// assert!(token.any_of.contains(&Alternative::Environment("VAULT_TOKEN")));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Requirement {
    /// A name, unique within the backend.
    pub id: &'static str,
    /// When it applies: all of these must hold.
    pub when: &'static [Condition],
    /// Arguments that are all needed.
    pub all_of: &'static [&'static str],
    /// Ways of which one is needed.
    pub any_of: &'static [Alternative],
    /// Arguments of which all or none are given.
    pub all_or_none: &'static [&'static str],
    /// Arguments of which at most one is given.
    pub mutually_exclusive: &'static [&'static str],
    /// An argument, and those that may not stand beside it.
    pub excludes: Option<(&'static str, &'static [&'static str])>,
    /// Arguments that are objects, and the keys they need.
    pub object_keys: &'static [(&'static str, &'static [&'static str])],
    /// Arguments that, joined, may hold certain characters only.
    pub characters: Option<Characters>,
    /// When it fails.
    pub stage: Stage,
    /// What is raised; `None` where nothing is, or where it depends on the server.
    pub exception: Option<&'static str>,
    /// What Airflow says.
    pub message: Option<&'static str>,
    /// How bad it is.
    pub severity: RequirementSeverity,
    /// Arguments that are read in the same case, but not needed.
    pub optional: &'static [&'static str],
    /// The first release of the package with this requirement.
    pub since: Option<&'static str>,
    /// An extra of the Python package that must be installed.
    pub python_extra: Option<&'static str>,
    /// Why it does not work even where everything is given.
    pub broken: Option<&'static str>,
    /// What else there is to know.
    pub note: Option<&'static str>,
}

impl Requirement {
    pub(crate) const EMPTY: Self = Self {
        id: "",
        when: &[],
        all_of: &[],
        any_of: &[],
        all_or_none: &[],
        mutually_exclusive: &[],
        excludes: None,
        object_keys: &[],
        characters: None,
        stage: Stage::Construct,
        exception: None,
        message: None,
        severity: RequirementSeverity::Error,
        optional: &[],
        since: None,
        python_extra: None,
        broken: None,
        note: None,
    };
}

/// How bad it is when a requirement is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequirementSeverity {
    /// Something fails.
    Error,
    /// Something is ignored, or fails with some servers.
    Warning,
}

/// When a [`Requirement`] applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// The argument, or its default, is one of these strings.
    Is(&'static str, &'static [&'static str]),
    /// The argument is given and not empty.
    Present(&'static str),
    /// The argument, or its default, is not `null`.
    NotNull(&'static str),
}

/// One way to meet a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alternative {
    /// Give this argument.
    Kwarg(&'static str),
    /// Set this environment variable.
    Environment(&'static str),
    /// Have this around, which no file tells.
    Outside(&'static str),
}

/// Arguments that, joined, may hold certain characters only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Characters {
    /// The arguments, in the order they are joined.
    pub kwargs: &'static [&'static str],
    /// The rule as a regular expression in Python's syntax.
    pub pattern: &'static str,
    /// The characters it permits, as inclusive ranges.
    pub ranges: &'static [(char, char)],
}

impl Characters {
    fn permit(&self, text: &str) -> bool {
        // Python's `$` also matches before a line feed at the very end.
        let text = text.strip_suffix('\n').unwrap_or(text);
        text.chars()
            .all(|character| self.ranges.iter().any(|&(from, to)| (from..=to).contains(&character)))
    }
}

/// What is given for an argument. Its `Debug` output does not tell the text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Given<'a> {
    /// Nothing: the default counts.
    Absent,
    /// `null`
    Null,
    /// A string.
    Text(&'a str),
    /// Something else that Python takes for false: `0`, `false`, `[]`, `{}`.
    Falsy,
    /// Something else. A secret need not be told as text: this is enough.
    Truthy,
}

impl Given<'_> {
    const fn is_truthy(self) -> bool {
        match self {
            Self::Absent | Self::Null | Self::Falsy => false,
            Self::Text(text) => !text.is_empty(),
            Self::Truthy => true,
        }
    }
}

impl fmt::Debug for Given<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Null => "Null",
            Self::Text(_) => "Text(…)",
            Self::Falsy => "Falsy",
            Self::Truthy => "Truthy",
        })
    }
}

/// The arguments that somebody wrote.
pub trait KwargsView {
    /// What is given for the argument of that name.
    fn given(&self, name: &str) -> Given<'_>;

    /// Whether an argument that is an object has that key; `true` where nobody can tell.
    fn has_key(&self, name: &str, key: &str) -> bool;
}

/// A requirement that is not met.
#[derive(Debug, Clone)]
pub struct Missing {
    /// The requirement.
    pub requirement: &'static Requirement,
    /// What is wrong.
    pub problem: Problem,
}

impl Missing {
    /// Whether something outside the arguments may still meet the requirement, such as an
    /// environment variable.
    pub fn may_be_met_elsewhere(&self) -> bool {
        matches!(self.problem, Problem::NoneOf(alternatives) if alternatives
            .iter()
            .any(|alternative| !matches!(alternative, Alternative::Kwarg(_))))
    }
}

/// What is wrong with the arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// These arguments are needed.
    Absent(Vec<&'static str>),
    /// One of these is needed.
    NoneOf(&'static [Alternative]),
    /// These arguments are needed beside the others of the group, or none of them.
    Partial {
        /// Those that are given.
        given: Vec<&'static str>,
        /// Those that are not.
        absent: Vec<&'static str>,
    },
    /// These arguments exclude each other.
    Conflict(Vec<&'static str>),
    /// The argument is an object without these keys.
    AbsentKeys {
        /// The argument.
        kwarg: &'static str,
        /// The keys.
        keys: Vec<&'static str>,
    },
    /// These arguments, joined, hold characters that are not permitted.
    Characters(&'static Characters),
}

impl Backend {
    /// The requirements that these arguments do not meet, in the order of the catalogue.
    ///
    /// Like the backends themselves, it takes an empty string for no value at all.
    ///
    /// ```
    /// use connlint_catalog::{Given, KwargsView, Problem, backend};
    ///
    /// struct Pairs(&'static [(&'static str, &'static str)]);
    ///
    /// impl KwargsView for Pairs {
    ///     fn given(&self, name: &str) -> Given<'_> {
    ///         let pair = self.0.iter().find(|(key, _)| *key == name);
    ///         pair.map_or(Given::Absent, |(_, value)| Given::Text(value))
    ///     }
    ///     fn has_key(&self, _: &str, _: &str) -> bool {
    ///         true
    ///     }
    /// }
    ///
    /// let found = backend("airflow.providers.hashicorp.secrets.vault.VaultBackend").unwrap();
    /// let kwargs = Pairs(&[("auth_type", "approle"), ("secret_id", "…")]);
    /// let missing: Vec<_> = found.backend.missing(&kwargs).collect();
    /// assert_eq!(missing[0].problem, Problem::Absent(vec!["role_id"]));
    /// assert_eq!(missing.len(), 1);
    /// ```
    pub fn missing<'a>(&'a self, kwargs: &'a dyn KwargsView) -> impl Iterator<Item = Missing> + 'a {
        self.applicable(kwargs).flat_map(move |requirement| {
            let problems = self.problems(requirement, kwargs);
            problems.into_iter().map(move |problem| Missing { requirement, problem })
        })
    }

    /// The requirements that count for these arguments, whether they are met or not.
    pub fn applicable<'a>(
        &'a self,
        kwargs: &'a dyn KwargsView,
    ) -> impl Iterator<Item = &'static Requirement> + 'a {
        self.requirements.iter().filter(move |requirement| {
            requirement.when.iter().all(|&condition| self.holds(condition, kwargs))
        })
    }

    fn holds(&self, condition: Condition, kwargs: &dyn KwargsView) -> bool {
        match condition {
            Condition::Is(name, values) => matches!(
                self.effective(name, kwargs), Given::Text(text) if values.contains(&text)
            ),
            Condition::Present(name) => kwargs.given(name).is_truthy(),
            Condition::NotNull(name) => {
                !matches!(self.effective(name, kwargs), Given::Null | Given::Absent)
            }
        }
    }

    /// What is given, or else the default.
    fn effective<'a>(&self, name: &str, kwargs: &'a dyn KwargsView) -> Given<'a> {
        let given = kwargs.given(name);
        if given != Given::Absent {
            return given;
        }
        match self.kwarg(name).and_then(|kwarg| kwarg.default) {
            None => Given::Absent,
            Some(Scalar::Null) => Given::Null,
            Some(Scalar::String(text)) => Given::Text(text),
            Some(default) if default.is_truthy() => Given::Truthy,
            Some(_) => Given::Falsy,
        }
    }

    fn problems(&self, requirement: &'static Requirement, kwargs: &dyn KwargsView) -> Vec<Problem> {
        let has = |name: &str| self.effective(name, kwargs).is_truthy();
        let split = |names: &'static [&'static str]| -> (Vec<_>, Vec<_>) {
            names.iter().copied().partition(|&name| has(name))
        };
        let mut problems = Vec::new();

        let (_, absent) = split(requirement.all_of);
        if !absent.is_empty() {
            problems.push(Problem::Absent(absent));
        }
        let any_of = requirement.any_of;
        let met = |way: &Alternative| matches!(*way, Alternative::Kwarg(name) if has(name));
        if !any_of.is_empty() && !any_of.iter().any(met) {
            problems.push(Problem::NoneOf(any_of));
        }
        let (given, absent) = split(requirement.all_or_none);
        if !given.is_empty() && !absent.is_empty() {
            problems.push(Problem::Partial { given, absent });
        }
        let (given, _) = split(requirement.mutually_exclusive);
        if given.len() > 1 {
            problems.push(Problem::Conflict(given));
        }
        if let Some((name, others)) = requirement.excludes {
            let (mut given, _) = split(others);
            if !given.is_empty() && !matches!(kwargs.given(name), Given::Absent | Given::Null) {
                given.insert(0, name);
                problems.push(Problem::Conflict(given));
            }
        }
        for &(kwarg, keys) in requirement.object_keys {
            let lacks = |key: &&&'static str| !kwargs.has_key(kwarg, key);
            let keys: Vec<_> = keys.iter().filter(lacks).copied().collect();
            if !keys.is_empty() {
                problems.push(Problem::AbsentKeys { kwarg, keys });
            }
        }
        if let Some(characters) = &requirement.characters {
            let texts = characters.kwargs.iter().map(|name| match self.effective(name, kwargs) {
                Given::Text(text) => text,
                _ => "",
            });
            if !characters.permit(&texts.collect::<String>()) {
                problems.push(Problem::Characters(characters));
            }
        }
        problems
    }
}
