//! Inputs that nobody wrote: near misses of well-formed texts, the same for the same seed.

/// A small generator of numbers (`SplitMix64`): good enough to vary inputs, and easy to repeat.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// `stream` keeps the inputs of suites apart.
    pub(super) const fn new(seed: u64, stream: u64) -> Self {
        Self(seed ^ stream.wrapping_mul(0xA076_1D64_78BD_642F))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    /// True in `percent` of a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub(super) fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    /// Up to `most` pieces, one behind the other.
    pub(super) fn some(&mut self, pieces: &[&str], most: usize) -> String {
        (0..self.below(most + 1)).map(|_| self.pick(pieces)).collect()
    }

    /// The text with one character removed, doubled, or one of `pieces` put in.
    pub(super) fn mutated(&mut self, text: &str, pieces: &[&str]) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        let at = self.below(chars.len() + 1);
        match self.below(3) {
            0 if at < chars.len() => drop(chars.remove(at)),
            1 if at < chars.len() => chars.insert(at, chars[at]),
            _ => drop(chars.splice(at..at, self.pick(pieces).chars())),
        }
        chars.into_iter().collect()
    }
}

const TYPES: &[&str] = &[
    "postgres",
    "mysql",
    "http",
    "https",
    "aws",
    "google-cloud-platform",
    "google_cloud_platform",
    "sftp",
    "POSTGRES",
    "my-type",
    "a+b",
    "1a",
    "",
    "postgresql",
];
const WORD: &[&str] = &[
    "a", "b", "user", "s3cr3t", "0", "7", "%40", "%2F", "%", "%zz", "%C3%A9", "%E9", "+", " ", "@",
    ":", "/", "#", "?", "é", "-", "_", ".", "~", "\"", "'", "\\", "=", "&", ";", "!", "$", "{",
    "}", "\t",
];
const HOSTS: &[&str] = &[
    "h",
    "db.example.com",
    "DB.Example.COM",
    "10.0.0.1",
    "",
    "h_x",
    "https://h",
    "a%2Fb",
    "h h",
    "é.example",
];
const BRACKETS: &[&str] =
    &["[::1]", "[fe80::1%25eth0]", "[::1", "::1]", "[v1.x]", "a[::1]b", "[10.0.0.1]"];
const PORTS: &[&str] = &[
    "", ":", ":5432", ":0", ":65535", ":65536", ":x", ":-1", ":+1", ":5_4", ": 54", ":0054", ":٣",
];
const KEYS: &[&str] = &["a", "sslmode", "__extra__", "b%20c", "", "é", "A", "conn_type"];
const VALUES: &[&str] = &[
    "1",
    "",
    "x%26y",
    "require",
    "%7B%22a%22%3A+1%7D",
    "{\"a\": 1}",
    "[1,2]",
    "nu ll",
    "a=b",
    "%E9",
    "\"",
    "é",
    "+",
];

/// Something that looks like a connection URI.
pub(super) fn uri(random: &mut Random) -> String {
    let mut uri = random.pick(TYPES).to_owned();
    uri.push_str(if random.chance(90) { "://" } else { random.pick(&[":/", ":", "//", ":////"]) });
    if random.chance(75) {
        uri.push_str(&random.some(WORD, 4));
        if random.chance(85) {
            uri.push(':');
            uri.push_str(&random.some(WORD, 6));
        }
        uri.push('@');
    }
    uri.push_str(if random.chance(10) { random.pick(BRACKETS) } else { random.pick(HOSTS) });
    uri.push_str(random.pick(PORTS));
    if random.chance(60) {
        uri.push('/');
        uri.push_str(&random.some(WORD, 3));
    }
    if random.chance(50) {
        uri.push('?');
        for index in 0..random.below(4) {
            if index > 0 {
                uri.push_str(random.pick(&["&", "&", "&", ";", "&&"]));
            }
            uri.push_str(random.pick(KEYS));
            if random.chance(90) {
                uri.push('=');
            }
            uri.push_str(random.pick(VALUES));
        }
    }
    if random.chance(10) {
        uri.push('#');
        uri.push_str(&random.some(WORD, 2));
    }
    while random.chance(25) {
        uri = random.mutated(&uri, WORD);
    }
    uri
}

const FIELDS: &[&str] = &[
    "conn_type",
    "host",
    "login",
    "password",
    "schema",
    "port",
    "extra",
    "description",
    "conn_id",
    "user",
];
const SCALARS: &[&str] = &[
    "\"postgres\"",
    "\"h\"",
    "\"\"",
    "\"a b\"",
    "\"s/3#\"",
    "\"\\u00e9\"",
    "\"é\"",
    "\"5432\"",
    "\" 7 \"",
    "5432",
    "0",
    "-1",
    "1.5",
    "1e3",
    "null",
    "true",
    "false",
    "NaN",
    "[]",
    "[1, \"a\"]",
    "{}",
    "{\"a\": 1}",
    "\"{\\\"a\\\": [1]}\"",
    "\"{bad\"",
    "\"[1]\"",
    "{\"a\": {\"b\": null}}",
    "12345678901234567890123",
];
const JUNK: &[&str] = &[",", "}", "{", "\"", "\\", " ", "\n", ":", "[", "0", "//"];

/// Something that looks like a JSON connection.
pub(super) fn json(random: &mut Random) -> String {
    let mut json = String::from("{");
    for index in 0..random.below(6) {
        if index > 0 {
            json.push_str(random.pick(&[", ", ",", " ,\n"]));
        }
        json.push('"');
        json.push_str(random.pick(FIELDS));
        json.push_str("\": ");
        json.push_str(random.pick(SCALARS));
    }
    json.push('}');
    if random.chance(20) {
        json = random.mutated(&json, JUNK);
    }
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_inputs() {
        let inputs = |seed| {
            let mut random = Random::new(seed, 1);
            (0..50).map(|_| uri(&mut random) + &json(&mut random)).collect::<Vec<_>>()
        };
        assert_eq!(inputs(7), inputs(7));
        assert_ne!(inputs(7), inputs(8));
    }
}
