//! Secrets of HashiCorp Vault.

pub(crate) mod assume_role_argument;
pub(crate) mod endless_secret_id;
pub(crate) mod guessable_role_id;
pub(crate) mod ignored_vault_key;
pub(crate) mod limited_uses;
pub(crate) mod placeholder_in_command;
pub(crate) mod plaintext_vault;
pub(crate) mod ttl_exceeds_max;
pub(crate) mod unknown_role_parameter;
pub(crate) mod wrong_vault_key;

use connlint_hosts::{Command, Word};
use connlint_text::{Raw, Span};

use crate::project::runs_vault;

/// The parameters of an AppRole, those of OpenBao and of old releases included.
pub(crate) const ROLE_PARAMETERS: [&str; 21] = [
    "bind_secret_id",
    "bound_cidr_list",
    "local_secret_ids",
    "period",
    "policies",
    "role_id",
    "role_name",
    "secret_id_bound_cidrs",
    "secret_id_num_uses",
    "secret_id_ttl",
    "token_bound_cidrs",
    "token_explicit_max_ttl",
    "token_max_ttl",
    "token_no_default_policy",
    "token_num_uses",
    "token_period",
    "token_policies",
    "token_strictly_bind_ip",
    "token_ttl",
    "token_type",
    "alias_metadata",
];

/// A role of the AppRole method that a command writes.
pub(crate) struct AppRole<'c, 'a> {
    /// Its name, where it is known.
    pub(crate) name: Option<&'c str>,
    /// `key=value`, in order.
    pub(crate) parameters: Vec<Parameter<'c, 'a>>,
}

/// `key=value` of `vault write`.
pub(crate) struct Parameter<'c, 'a> {
    pub(crate) key: &'c str,
    pub(crate) value: &'c str,
    pub(crate) word: &'c Word<'a>,
}

impl Parameter<'_, '_> {
    /// Where the key stands.
    pub(crate) fn key_span(&self) -> Span<Raw> {
        self.word.value.map().to_raw(Span::from_range(0..self.key.len()))
    }

    /// Where the value stands, with its quotes where they are its own.
    pub(crate) fn value_span(&self) -> Span<Raw> {
        let len = self.word.value.map().decoded_len();
        self.word.value.map().to_raw(Span::new(
            self.word
                .value
                .map()
                .decoded_len()
                .min(u32::try_from(self.key.len() + 1).unwrap_or(len)),
            len,
        ))
    }

    /// A number that is not 0.
    pub(crate) fn count(&self) -> Option<u64> {
        let count = self.value.parse().ok()?;
        (self.word.is_known() && count > 0).then_some(count)
    }
}

/// `vault write auth/PATH/role/NAME key=value …` with a parameter that only an AppRole has.
pub(crate) fn app_role<'c, 'a>(command: &'c Command<'a>) -> Option<AppRole<'c, 'a>> {
    if !runs_vault(command, &["write"]) {
        return None;
    }
    let mut words = command.words.iter().skip(2).filter(|word| !word.text().starts_with('-'));
    let path = words.next()?;
    let (method, rest) =
        path.text().trim_matches('/').strip_prefix("auth/")?.split_once("/role/")?;
    // Other methods have roles too, with parameters of their own.
    if method != "approle" || rest.contains('/') {
        return None;
    }
    let parameters = words.filter_map(|word| {
        let (key, value) = word.text().split_once('=')?;
        let is_key = |part: &Span<_>| (part.start() as usize) < key.len();
        (!word.unknown.iter().any(is_key)).then_some(Parameter { key, value, word })
    });
    let name = path.is_known().then_some(rest);
    Some(AppRole { name, parameters: parameters.collect() })
}

impl<'c, 'a> AppRole<'c, 'a> {
    /// The parameter of that name; of several the last, which Vault gets in a list with the others.
    pub(crate) fn parameter(&self, key: &str) -> Option<&Parameter<'c, 'a>> {
        self.parameters.iter().rev().find(|parameter| parameter.key == key)
    }
}

/// A duration of Vault in seconds: `90`, `24h`, `1h30m`.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let mut sum = 0_u64;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|char: char| !char.is_ascii_digit())?;
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        let (unit, factor) = match rest.get(digits..)?.chars().next()? {
            's' => (1, 1),
            'm' if !rest[digits..].starts_with("ms") => (1, 60),
            'h' => (1, 3_600),
            'd' => (1, 86_400),
            _ => return None,
        };
        sum = sum.checked_add(number.checked_mul(factor)?)?;
        rest = rest.get(digits + unit..)?;
    }
    (!text.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, expected) in [
            ("0", Some(0)),
            ("90", Some(90)),
            ("24h", Some(86_400)),
            ("1h30m", Some(5_400)),
            ("7d", Some(604_800)),
            ("", None),
            ("h", None),
            ("1ms", None),
            ("1w", None),
            ("99999999999999999999h", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
