use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::{AirflowVersion, Profile, Quirk, UnknownVersion};

/// The Airflows that are to read something: one, or a range of releases.
///
/// A range is written as Python packages write it, `>=2.10,<3.2`. A bound that names no patch
/// release means the whole series. Of all releases in the range only those count that behave
/// differently; from 3.2 on task workers read with a class of their own, which counts as well.
///
/// ```
/// use connlint_catalog::Target;
///
/// let one: Target = "3.3".parse().unwrap();
/// assert_eq!(one.profiles().len(), 1);
///
/// let range: Target = ">=2.10,<3.2".parse().unwrap();
/// assert_eq!(range.newest().to_string(), "3.1");
/// assert!(range.profiles().len() > 2);
/// assert!("2.10,3.3".parse::<Target>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    text: String,
    /// The newest first; never empty.
    profiles: Vec<Profile>,
}

impl Target {
    /// One profile for each way in which the Airflows behave, the newest release first.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The newest one.
    pub fn newest(&self) -> Profile {
        self.profiles.first().copied().unwrap_or_default()
    }
}

impl Default for Target {
    fn default() -> Self {
        Self::from(Profile::NEWEST)
    }
}

impl From<Profile> for Target {
    fn from(profile: Profile) -> Self {
        Self { text: profile.to_string(), profiles: vec![profile] }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Target {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if !text.starts_with(['<', '>', '=', '!', '~']) {
            return text.parse::<Profile>().map(Self::from);
        }
        let bounds = text.split(',').map(Bound::read).collect::<Result<Vec<_>, _>>()?;
        let allowed = |version: &AirflowVersion| bounds.iter().all(|bound| bound.allows(*version));
        let mut seen = BTreeSet::new();
        let profiles: Vec<Profile> = candidates()
            .into_iter()
            .filter(allowed)
            .flat_map(classes)
            .filter(|profile| seen.insert(behaviour(*profile)))
            .collect();
        if profiles.is_empty() {
            return Err(UnknownVersion);
        }
        Ok(Self { text: text.to_owned(), profiles })
    }
}

/// The releases that a range is looked at in, the newest first: every series, and both sides of
/// every release that brought or ended a quirk.
fn candidates() -> Vec<AirflowVersion> {
    let bounds =
        Quirk::ALL.iter().map(|quirk| quirk.facts()).flat_map(|facts| [facts.since, facts.until]);
    let bounds = bounds.flatten().flat_map(|version| [Some(version), version.predecessor()]);
    let mut versions: Vec<_> =
        bounds.flatten().chain(AirflowVersion::KNOWN.iter().copied()).collect();
    let oldest = AirflowVersion::KNOWN.first().copied().unwrap_or(AirflowVersion::NEWEST);
    versions.retain(|version| version.series_of() >= oldest);
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions.dedup();
    versions
}

/// The classes of a release that read connections.
fn classes(version: AirflowVersion) -> impl Iterator<Item = Profile> {
    let has_workers = version >= AirflowVersion::exact(3, 2, 0);
    let sdk = has_workers.then(|| Profile::task_sdk(version));
    std::iter::once(Profile::core(version)).chain(sdk)
}

/// All that a profile does differently from others.
fn behaviour(profile: Profile) -> Vec<bool> {
    Quirk::ALL.iter().map(|&quirk| profile.has(quirk)).collect()
}

/// `>=2.10`
#[derive(Debug, Clone, Copy)]
struct Bound {
    operator: Operator,
    version: AirflowVersion,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    Compatible,
}

impl Bound {
    fn read(text: &str) -> Result<Self, UnknownVersion> {
        let operators = [
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("~=", Operator::Compatible),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        let text = text.trim();
        let (version, operator) = operators
            .into_iter()
            .find_map(|(sign, operator)| Some((text.strip_prefix(sign)?, operator)))
            .ok_or(UnknownVersion)?;
        let version = version.trim();
        let version = version.strip_suffix(".*").unwrap_or(version).parse()?;
        Ok(Self { operator, version })
    }

    fn allows(self, version: AirflowVersion) -> bool {
        // A bound without a patch release is a whole series: from its first to its newest release.
        let (first, last) = (self.version.first_meant(), self.version);
        match self.operator {
            Operator::Less => version < first,
            Operator::LessOrEqual => version <= last,
            Operator::Greater => version > last,
            Operator::GreaterOrEqual => version >= first,
            Operator::Equal => first <= version && version <= last,
            Operator::NotEqual => version < first || version > last,
            // `~=2.10` allows 2.11, `~=2.10.1` allows 2.10.5.
            Operator::Compatible => version >= first && version.is_compatible_with(self.version),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(target: &str) -> Vec<String> {
        let target: Target = target.parse().unwrap();
        target.profiles().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn ranges_name_each_behaviour_once() {
        let all = versions(">=2.7");
        assert_eq!(all.first().map(String::as_str), Some("3.3"));
        assert!(all.contains(&"3.3-sdk".to_owned()), "{all:?}");
        let mut behaviours: Vec<_> = all.iter().map(|p| behaviour(p.parse().unwrap())).collect();
        behaviours.sort();
        behaviours.dedup();
        assert_eq!(behaviours.len(), all.len());
    }

    #[test]
    fn bounds_mean_what_they_mean_to_pip() {
        let has = |target: &str, version: &str| {
            let version: AirflowVersion = version.parse().unwrap();
            target.split(',').all(|bound| Bound::read(bound).unwrap().allows(version))
        };
        for (target, version, is_in) in [
            (">=2.10,<3.2", "2.10", true),
            (">=2.10,<3.2", "3.1.8", true),
            (">=2.10,<3.2", "3.2.0", false),
            ("<=3.1", "3.1.8", true),
            (">3.1", "3.1.8", false),
            (">3.1", "3.2", true),
            ("==3.1.*", "3.1.6", true),
            ("==3.1.5", "3.1.6", false),
            ("!=3.1", "3.1", false),
            ("~=2.10", "2.11", true),
            ("~=2.10", "3.0", false),
            ("~=2.10.1", "2.10.5", true),
            ("~=2.10.1", "2.11", false),
        ] {
            assert_eq!(has(target, version), is_in, "{version} in {target}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", ">=", ">=x", "2.10,3.3", ">=9.0", "=>2.10", ">=2.10,,<3"] {
            assert_eq!(text.parse::<Target>(), Err(UnknownVersion), "{text}");
        }
    }
}
