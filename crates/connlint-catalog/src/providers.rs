use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use crate::{backends, compare_releases, conn_types, removed_conn_types};

/// The beginning of the name of every official provider.
const PREFIX: &str = "apache-airflow-providers-";

/// The releases of packages that stand beside Airflow, as far as somebody says.
///
/// ```
/// use connlint_catalog::Providers;
///
/// let providers: Providers = ["amazon==6.0".parse().unwrap()].into_iter().collect();
/// assert_eq!(providers.release("apache-airflow-providers-amazon"), Some("6.0"));
/// assert_eq!(providers.release("apache-airflow-providers-google"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Providers {
    releases: BTreeMap<String, String>,
}

impl Providers {
    /// The release of a package, where it is known.
    pub fn release(&self, package: &str) -> Option<&str> {
        self.releases.get(package).map(String::as_str)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.releases.is_empty()
    }

    /// The same, with what `over` says in place of what this one says.
    #[must_use]
    pub fn with(mut self, over: &Self) -> Self {
        let over = over.releases.iter().map(|(name, release)| (name.clone(), release.clone()));
        self.releases.extend(over);
        self
    }

    /// Takes what a line of a requirements file permits: of several lines for a package, the most
    /// permissive counts.
    ///
    /// ```
    /// use connlint_catalog::Providers;
    ///
    /// let package = "apache-airflow-providers-hashicorp";
    /// let mut providers = Providers::default();
    /// providers.require("apache-airflow-providers-hashicorp[boto3]==4.0.0 ; python_version > '3.9'");
    /// assert_eq!(providers.release(package), Some("4.0.0"));
    /// providers.require("apache_airflow_providers_hashicorp<=4.4.3");
    /// assert_eq!(providers.release(package), Some("4.4.3"));
    /// providers.require("apache-airflow-providers-hashicorp>=1.0");
    /// assert_eq!(providers.release(package), Some("4.4.3"));
    /// ```
    pub fn require(&mut self, line: &str) {
        let line = line.to_ascii_lowercase().replace('_', "-");
        if !line.starts_with(PREFIX) {
            return;
        }
        let Some(package) = packages().find(|&package| newest_permitted(&line, package).is_some())
        else {
            return;
        };
        if let Some(newest) = newest_permitted(&line, package)
            && self.release(package).is_none_or(|known| compare_releases(known, &newest).is_lt())
        {
            self.releases.insert(package.to_owned(), newest);
        }
    }
}

impl FromIterator<ProviderRelease> for Providers {
    fn from_iter<I: IntoIterator<Item = ProviderRelease>>(releases: I) -> Self {
        let releases = releases.into_iter().map(|it| (it.package.to_owned(), it.release));
        Self { releases: releases.collect() }
    }
}

/// A provider and its release: `apache-airflow-providers-amazon==6.0`, or `amazon==6.0`.
///
/// ```
/// use connlint_catalog::ProviderRelease;
///
/// let amazon: ProviderRelease = "amazon==6.0".parse().unwrap();
/// assert_eq!(amazon.package, "apache-airflow-providers-amazon");
/// assert!("cncf.kubernetes==10.13.0".parse::<ProviderRelease>().is_ok());
/// assert!("amazon".parse::<ProviderRelease>().is_err());
/// assert!("amazon==six".parse::<ProviderRelease>().is_err());
/// assert!("amazonn==6.0".parse::<ProviderRelease>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRelease {
    /// The distribution.
    pub package: &'static str,
    /// Its release.
    pub release: String,
}

impl ProviderRelease {
    /// The release of a provider, by its name with or without the beginning that all share.
    ///
    /// # Errors
    ///
    /// Where there is no such provider, or the release is no number such as `6.0`.
    pub fn new(name: &str, release: &str) -> Result<Self, UnknownProvider> {
        let name = name.trim().to_ascii_lowercase().replace(['_', '.'], "-");
        let name = name.strip_prefix(PREFIX).unwrap_or(&name);
        let package = packages()
            .find(|package| package.strip_prefix(PREFIX) == Some(name))
            .ok_or(UnknownProvider::Name)?;
        let release = release.trim();
        if !is_release(release) {
            return Err(UnknownProvider::Release);
        }
        Ok(Self { package, release: release.to_owned() })
    }
}

impl FromStr for ProviderRelease {
    type Err = UnknownProvider;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, release) = text.split_once('=').ok_or(UnknownProvider::Release)?;
        Self::new(name, release.strip_prefix('=').unwrap_or(release))
    }
}

/// Why a text is no release of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownProvider {
    /// No official provider of that name has a connection type or a secrets backend.
    Name,
    /// The release is no number.
    Release,
}

impl fmt::Display for UnknownProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "not an official provider, such as amazon or hashicorp",
            Self::Release => "not a release, such as amazon==6.0",
        })
    }
}

impl std::error::Error for UnknownProvider {}

/// The names of the providers that have a connection type or a secrets backend, without what all
/// begin with.
pub fn provider_names() -> impl Iterator<Item = &'static str> {
    packages().filter_map(|package| package.strip_prefix(PREFIX))
}

fn packages() -> impl Iterator<Item = &'static str> {
    static PACKAGES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
        let of_types = conn_types().iter().filter_map(|known| known.package);
        let of_removed = removed_conn_types().iter().map(|removed| removed.package);
        let of_backends = backends().iter().map(|backend| backend.package);
        let all = of_types.chain(of_removed).chain(of_backends);
        all.filter(|package| package.starts_with(PREFIX)).collect()
    });
    PACKAGES.iter().copied()
}

/// Digits and points, a digit first and last.
fn is_release(text: &str) -> bool {
    text.split('.').all(|part| (1..=9).contains(&part.len()) && is_number(part))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The newest release of a package that a line of a requirements file permits: the lowest of what
/// its `==`, `~=`, `<=` and `<` say. `None` where it does not say, or is about another package.
///
/// ```
/// use connlint_catalog::newest_permitted;
///
/// let line = "hvac[parser] <= 2.3.0 ; python_version > '3.9'";
/// assert_eq!(newest_permitted(line, "hvac").as_deref(), Some("2.3.0"));
/// assert_eq!(newest_permitted("hvac>=2", "hvac"), None);
/// ```
pub fn newest_permitted(line: &str, package: &str) -> Option<String> {
    let rest = line.strip_prefix(package)?.trim_start();
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1.trim_start(),
        None => rest,
    };
    let bounds = rest.split([';', '\\', '#']).next()?;
    let bounds = bounds.trim().trim_start_matches('(').trim_end_matches(')');
    let newest = bounds.split(',').filter_map(|bound| {
        let bound = bound.trim();
        // Poetry separates the options of pip by blanks, pip the hashes.
        let release = |text: &'_ str| text.split_whitespace().next().map(str::to_owned);
        if let Some(rest) = bound.strip_prefix("==") {
            let release = release(rest.trim_start_matches('='))?;
            match release.strip_suffix(".*") {
                Some(family) => is_release(family).then(|| last_of(family)),
                None => is_release(&release).then_some(release),
            }
        } else if let Some(rest) = bound.strip_prefix("~=") {
            let release = release(rest)?;
            let family = release.rsplit_once('.').filter(|_| is_release(&release))?.0;
            Some(last_of(family))
        } else if let Some(rest) = bound.strip_prefix("<=") {
            release(rest).filter(|release| is_release(release))
        } else if let Some(rest) = bound.strip_prefix('<') {
            before(&release(rest)?)
        } else {
            None
        }
    });
    newest.min_by(|left, right| compare_releases(left, right))
}

/// A number that no part of a release reaches.
const LAST: &str = "999999";

/// The last release that begins with these numbers: of `4.7` one behind 4.7.2.
fn last_of(family: &str) -> String {
    format!("{family}.{LAST}")
}

/// The last release before another: for `5.0.0` the last one of 4.
fn before(release: &str) -> Option<String> {
    let mut parts: Vec<&str> = Some(release).filter(|it| is_release(it))?.split('.').collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| part.bytes().all(|it| it == b'0')) {
        parts.pop();
    }
    let last = parts.pop()?.parse::<u64>().ok()?.checked_sub(1)?;
    let start: String = parts.iter().flat_map(|part| [*part, "."]).collect();
    Some(last_of(&format!("{start}{last}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins() {
        for (line, expected) in [
            ("p==4.5.0", Some("4.5.0")),
            ("p===4.5.0", Some("4.5.0")),
            ("p[boto3] == 4.5.0 ; python_version > '3.9'", Some("4.5.0")),
            ("p<=4.5", Some("4.5")),
            ("p (<=4.5)", Some("4.5")),
            ("p==4.5.0 \\", Some("4.5.0")),
            ("p==4.5.0 --hash=sha256:0", Some("4.5.0")),
            ("p==4.5.*", Some("4.5.999999")),
            ("p<4.5", Some("4.4.999999")),
            ("p<5.0.0", Some("4.999999")),
            ("p<4.5.1", Some("4.5.0.999999")),
            ("p>=4.5,<5,!=4.6", Some("4.999999")),
            ("p~=4.5", Some("4.999999")),
            ("p~=4.5.1", Some("4.5.999999")),
            ("p<0", None),
            ("p~=4", None),
            ("p==4.5.0rc1", None),
            ("p>=4.5", None),
            ("p", None),
            ("p-more==4.5.0", None),
            ("p[boto3", None),
            ("p==1.99999999999999999999", None),
        ] {
            assert_eq!(newest_permitted(line, "p").as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn what_is_left_of_a_bound_is_before_it() {
        for bound in ["4.5", "5.0.0", "4.5.1", "10"] {
            let newest = before(bound).unwrap();
            assert!(compare_releases(&newest, bound).is_lt(), "{bound}");
        }
    }

    #[test]
    fn names() {
        let names: Vec<_> = provider_names().collect();
        for name in ["amazon", "hashicorp", "google", "microsoft-azure", "snowflake"] {
            assert_eq!(names.iter().filter(|it| **it == name).count(), 1, "{names:?}");
        }
        assert!(!names.iter().any(|name| name.contains("airflow")), "{names:?}");
    }
}
