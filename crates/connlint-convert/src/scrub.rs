use std::collections::{HashMap, HashSet};

use connlint_catalog::{ConnType, conn_type, conn_types};
use connlint_linter::Linter;
use connlint_text::{Raw, Span};

/// A document whose secrets are made up.
///
/// `Debug` does not show the text: where it is not [the same](Self::is_same) nobody vouches for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Scrubbed {
    /// The document. Every byte stands where one stood before.
    pub text: String,
    /// Whether the same rules object at the same places.
    pub is_same: bool,
    /// Whether what stands outside of what Airflow reads is as it was.
    pub keeps_surroundings: bool,
}

impl std::fmt::Debug for Scrubbed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { text: _, is_same, keeps_surroundings } = self;
        f.debug_struct("Scrubbed")
            .field("is_same", is_same)
            .field("keeps_surroundings", keeps_surroundings)
            .finish_non_exhaustive()
    }
}

/// Writes letters and digits over all that may be a secret in a document, so that it can be shown to
/// others with its faults.
///
/// What stays is what the [catalogue](connlint_catalog) and the grammars vouch for, words of formats
/// and tools, and everything but letters and digits: that is what a fault is made of. Equal words
/// stay equal.
///
/// Outside of what Airflow reads, keys stay as they are. Where the faults need more of it, as a
/// script needs its commands, all of it does.
///
/// ```
/// use connlint_convert::scrub;
/// use connlint_linter::Linter;
///
/// let text = "# for Ann\nAIRFLOW_CONN_PG=postgres://app:s3/cr3t@db.example.com/app\n";
/// let scrubbed = scrub(&Linter::default(), ".env", text);
/// assert!(scrubbed.is_same && !scrubbed.text.contains("s3/cr3t") && !scrubbed.text.contains("Ann"));
/// assert_eq!(scrubbed.text.len(), text.len());
/// ```
pub fn scrub(linter: &Linter, path: &str, text: &str) -> Scrubbed {
    let linted = linter.lint(path, text);
    let whole = Span::from_range(0..text.len());
    let mut visible = linted.visible(whole);
    visible.sort_unstable();
    let sites = linted.document.iter().flat_map(|document| &document.sites);
    let sites: Vec<Span<Raw>> = sites.map(|site| site.span).collect();
    let faults = |text: &str| -> Vec<(&str, Span<Raw>)> {
        let findings = linter.lint(path, text).findings;
        findings.iter().map(|finding| (finding.rule.code, finding.span)).collect()
    };
    let expected: Vec<_> =
        linted.findings.iter().map(|finding| (finding.rule.code, finding.span)).collect();
    let attempt = |keeps_surroundings: bool| {
        let around = if keeps_surroundings { between(&sites, text) } else { keys(&sites, text) };
        let text = written_over(text, &visible, &around);
        let is_same = faults(&text) == expected;
        Scrubbed { text, is_same, keeps_surroundings }
    };
    let strict = attempt(false);
    if strict.is_same {
        return strict;
    }
    let lenient = attempt(true);
    if lenient.is_same { lenient } else { strict }
}

/// What stands outside of the sites.
fn between(sites: &[Span<Raw>], text: &str) -> Vec<Span<Raw>> {
    let mut gaps = Vec::new();
    let mut at = 0;
    for site in sites {
        if site.start() > at {
            gaps.push(Span::new(at, site.start()));
        }
        at = at.max(site.end());
    }
    let end = Span::<Raw>::from_range(0..text.len()).end();
    if at < end {
        gaps.push(Span::new(at, end));
    }
    gaps
}

/// The words outside of the sites that are keys: in front of a `:` or `=`. What is said to connlint
/// in a comment is kept, too.
fn keys(sites: &[Span<Raw>], text: &str) -> Vec<Span<Raw>> {
    let mut keys = Vec::new();
    for gap in between(sites, text) {
        let start = gap.range().start;
        let mut at = start;
        for line in gap.of(text).split_inclusive('\n') {
            if let Some(found) = line.find("connlint:") {
                // The reason that stands behind is nobody's but its author's.
                let end = line[found..].find(']').map_or("connlint: ignore".len(), |end| end + 1);
                let end = (found + end).min(line.len());
                if line.is_char_boundary(end) {
                    keys.push(Span::from_range(at + found..at + end));
                }
            }
            let sign = line.find([':', '=']).filter(|_| !line.trim_start().starts_with('#'));
            // What stands before `://` is no key.
            let sign = sign.filter(|sign| !line[*sign..].starts_with("://"));
            if let Some(sign) = sign {
                let key = line[..sign].trim_end();
                let start = key.rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
                keys.push(Span::from_range(at + start..at + sign));
            }
            at += line.len();
        }
    }
    keys
}

/// The text with other letters and digits everywhere but in what is visible, and in what is kept of
/// its surroundings: there they stand over the words alone that were written over elsewhere.
fn written_over(text: &str, visible: &[Span<Raw>], kept: &[Span<Raw>]) -> String {
    let mut spans: Vec<_> = visible.iter().map(|span| (*span, true)).collect();
    spans.extend(kept.iter().map(|span| (*span, false)));
    spans.sort_unstable();
    let mut fakes = Fakes::of(text);
    let mut out = String::new();
    // The first time finds the words.
    for _ in 0..2 {
        let mut over = Over { text, out: String::with_capacity(text.len()), fakes };
        let mut at = 0;
        for (span, is_visible) in &spans {
            let range = span.range();
            let start = range.start.max(at);
            if range.end <= start {
                continue;
            }
            over.over(at, start);
            if *is_visible {
                over.out.push_str(&text[start..range.end]);
            } else {
                over.echo(start, range.end);
            }
            at = range.end;
        }
        over.over(at, text.len());
        (out, fakes) = (over.out, over.fakes);
    }
    out
}

struct Over<'t> {
    text: &'t str,
    out: String,
    fakes: Fakes,
}

impl Over<'_> {
    /// Copies a part of the text, less the words that are known to be written over.
    fn echo(&mut self, start: usize, end: usize) {
        /// A shorter word may well be another one.
        const LEAST: usize = 4;

        let mut rest = &self.text[start..end];
        while !rest.is_empty() {
            let len = rest.find(|char: char| !char.is_alphanumeric()).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(len);
            let fake = self.fakes.known.get(word).filter(|_| word.len() >= LEAST);
            self.out.push_str(fake.map_or(word, |fake| fake));
            let between = behind.find(char::is_alphanumeric).unwrap_or(behind.len());
            self.out.push_str(&behind[..between]);
            rest = &behind[between..];
        }
    }

    /// Writes over a part of the text, but not over words that are known, and not over escapes of what
    /// is no letter or digit.
    fn over(&mut self, start: usize, end: usize) {
        let mut rest = &self.text[start..end];
        while let Some(char) = rest.chars().next() {
            if let Some((sign, byte)) = escaped_letter(rest) {
                self.out.push_str(sign);
                let fake = match byte {
                    b'0'..=b'9' => "30",
                    b'A'..=b'Z' => "58",
                    _ => "78",
                };
                self.out.push_str(fake);
                rest = &rest[sign.len() + fake.len()..];
                continue;
            }
            let len = match char {
                '\\' => escape(rest),
                '%' if is_hex(rest, 1, 2) => 3,
                char if char.is_alphanumeric() => {
                    let len = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
                    let kept = known_word(rest).or_else(|| known_key(rest, &self.out));
                    let (word, behind) = rest.split_at(kept.unwrap_or(len));
                    match kept {
                        Some(_) => self.out.push_str(word),
                        None => self.out.push_str(&self.fakes.of_word(word)),
                    }
                    rest = behind;
                    continue;
                }
                char => char.len_utf8(),
            };
            let (same, behind) = rest.split_at(len);
            self.out.push_str(same);
            rest = behind;
        }
    }
}

/// The escape of a letter or digit at the start: what stands before its two digits, and what it
/// stands for.
fn escaped_letter(text: &str) -> Option<(&str, u8)> {
    let sign = ["%", "\\u00", "\\x"].into_iter().find(|sign| text.starts_with(sign))?;
    let digits = text.get(sign.len()..sign.len() + 2)?;
    let byte = u8::from_str_radix(digits, 16).ok().filter(u8::is_ascii_alphanumeric)?;
    Some((&text[..sign.len()], byte))
}

/// The length of the key of JSON at the start, if some type of connection has an extra of that name.
fn known_key(text: &str, before: &str) -> Option<usize> {
    let is_inside = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.');
    let len = text.find(|char| !is_inside(char))?;
    let behind = text[len..].trim_start_matches('\\').strip_prefix('"')?.trim_start();
    let opened = before.strip_suffix('"')?.trim_end_matches('\\').trim_end();
    let is_key = behind.starts_with(':') && opened.ends_with(['{', ',']);
    let is_known = |kind: &ConnType| kind.extra(&text[..len]).is_some();
    (is_key && conn_types().iter().any(is_known)).then_some(len)
}

/// The length of the word at the start, if it is one of a format or of a tool, or part of a scheme
/// that is known: whoever chose it for a secret has chosen none.
fn known_word(text: &str) -> Option<usize> {
    let len = text.find(|char: char| !(char.is_ascii_alphanumeric() || char == '_'))?;
    let (word, behind) = text.split_at(len);
    let is_part = |char: char| char.is_ascii_alphanumeric() || char == '+';
    let is_scheme = behind.starts_with([':', '+'])
        && behind.trim_start_matches(is_part).starts_with("://")
        && (SCHEMES.contains(&word) || conn_type(word).is_some());
    (is_scheme || WORDS.contains(&word)).then_some(len)
}

/// What rules go by around the values of connections.
const WORDS: &[&str] = &[
    "ARG",
    "CeleryExecutor",
    "ConfigMap",
    "Deployment",
    "ENV",
    "FROM",
    "KubernetesExecutor",
    "LocalExecutor",
    "Pod",
    "RUN",
    "Secret",
    "SequentialExecutor",
    "StatefulSet",
    "add",
    "airflow",
    "apiVersion",
    "args",
    "astro",
    "auth",
    "aws",
    "az",
    "bao",
    "command",
    "config",
    "conn",
    "conn_extra",
    "conn_host",
    "conn_id",
    "conn_login",
    "conn_password",
    "conn_port",
    "conn_schema",
    "conn_type",
    "conn_uri",
    "connections",
    "create",
    "data",
    "deployment",
    "description",
    "env",
    "environment",
    "environment_variables",
    "export",
    "extra",
    "extra_dejson",
    "gcloud",
    "get",
    "host",
    "id",
    "image",
    "import",
    "is_secret",
    "key",
    "keyvault",
    "kind",
    "kv",
    "list",
    "locals",
    "login",
    "metadata",
    "mount",
    "name",
    "password",
    "patch",
    "policies",
    "policy",
    "pool_name",
    "pool_slot",
    "pools",
    "port",
    "put",
    "put_parameter",
    "read",
    "resource",
    "role",
    "schema",
    "secret",
    "secrets",
    "secretsmanager",
    "services",
    "set",
    "spec",
    "ssm",
    "string",
    "stringData",
    "type",
    "update",
    "uri",
    "v1",
    "value",
    "values",
    "variable",
    "variable_name",
    "variable_value",
    "variables",
    "vault",
    "write",
];

/// Parts of the URLs of `SQLAlchemy` and Celery that are no types of connections.
const SCHEMES: &[&str] = &[
    "aiomysql",
    "aiosqlite",
    "amqp",
    "amqps",
    "asyncpg",
    "db",
    "https",
    "mysqldb",
    "postgresql",
    "psycopg",
    "psycopg2",
    "pymysql",
    "rediss",
    "sqlite",
];

/// How long the escape at the start is.
fn escape(text: &str) -> usize {
    let digits = match text.as_bytes().get(1) {
        Some(b'u') => 4,
        Some(b'U') => 8,
        Some(b'x') => 2,
        _ => 0,
    };
    if digits > 0 && is_hex(text, 2, digits) {
        return 2 + digits;
    }
    1 + text[1..].chars().next().map_or(0, char::len_utf8)
}

fn is_hex(text: &str, start: usize, len: usize) -> bool {
    let digits = text.as_bytes().get(start..start + len);
    digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Made-up words, the same for the same word.
struct Fakes {
    known: HashMap<String, String>,
    /// No fake is a word of the document.
    taken: HashSet<String>,
    random: u64,
}

impl Fakes {
    fn of(text: &str) -> Self {
        let words = text.split(|char: char| !char.is_alphanumeric());
        let taken = words.filter(|word| word.len() > 3).map(str::to_owned).collect();
        Self { known: HashMap::new(), taken, random: 0 }
    }

    fn of_word(&mut self, word: &str) -> String {
        const MEANING: [&str; 9] =
            ["true", "false", "null", "yes", "no", "on", "off", "True", "False"];
        if MEANING.contains(&word) {
            return word.to_owned();
        }
        if let Some(fake) = self.known.get(word) {
            return fake.clone();
        }
        let is_port = word.len() <= 5 && word.bytes().all(|byte| byte.is_ascii_digit());
        let mut fake = String::new();
        // A long word is soon another one; a short one may be what it was.
        for _ in 0..8 {
            fake = word.chars().map(|char| self.of_char(char, is_port)).collect();
            if !self.taken.contains(&fake) && fake != word {
                break;
            }
        }
        self.known.insert(word.to_owned(), fake.clone());
        fake
    }

    /// A character of the same kind and as many bytes.
    fn of_char(&mut self, char: char, is_port: bool) -> char {
        const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
        let mut pick = |from: &[u8]| char::from(from[self.next(from.len())]);
        match char {
            'a'..='z' => pick(LOWER),
            'A'..='Z' => pick(LOWER).to_ascii_uppercase(),
            // A port that is none, or too large for one, stays so.
            '0' if is_port => '0',
            '1'..='5' if is_port => pick(b"12345"),
            '6'..='9' if is_port => pick(b"6789"),
            '0'..='9' => pick(b"0123456789"),
            _ => match char.len_utf8() {
                2 => 'é',
                3 => '字',
                4 => '𝐚',
                _ => char,
            },
        }
    }

    /// A number below `end`, out of `SplitMix64`: it depends on nothing that is in the document but
    /// where its words first stand.
    fn next(&mut self, end: usize) -> usize {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.random ^ (self.random >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_and_layout_stay() {
        for (path, text, secrets) in [
            (
                ".env",
                "AIRFLOW_CONN_A=postgres://u:p4ssw/rd#x@db:5432/d\nOTHER_KEY=sk_live_abcdef\n",
                &["p4ssw", "live", "abcdef"][..],
            ),
            (
                ".env",
                "AIRFLOW_CONN_A='{\"conn_type\": \"http\", \"password\": \"hunt\\u0065r\\n22\", \"prot\": 1}'\n",
                &["hunt", "22"],
            ),
            (
                "connections.json",
                "{\"a\": {\"conn_type\": \"aws\", \"password\": \"wJalrXUtnFEMI\", \"extra\": \"{\\\"region\\\": 1}\"}}",
                &["wJalrXUtnFEMI"],
            ),
            (
                "docker-compose.yml",
                "services:\n  airflow:\n    image: apache/airflow:2.10.5\n    environment:\n      AIRFLOW_CONN_A: my_type://app:p4ssword@h\n      STRIPE: tok_77cafe\n",
                &["p4ssword"],
            ),
            (
                ".env",
                "export AIRFLOW_CONN_A='x://u:pa$word@h'\n\
                 AIRFLOW__CELERY__RESULT_BACKEND=postgresql://u:p4ss@h/d\n",
                &["word", "p4ss"],
            ),
            (
                "run.sh",
                "# try hunter22\nairflow connections add pg --conn-uri x://u:hunter22@h\n",
                &["hunter22"],
            ),
            (
                "run.sh",
                "vault kv put secret/connections/pg conn_uri=postgres://u:p4ss$word@h/d\n",
                &["p4ss"],
            ),
        ] {
            let scrubbed = scrub(&Linter::default(), path, text);
            assert!(scrubbed.is_same, "{}", scrubbed.text);
            assert_eq!(scrubbed.text.len(), text.len());
            for secret in secrets {
                assert!(!scrubbed.text.contains(secret), "{}", scrubbed.text);
            }
        }
    }

    #[test]
    fn equal_words_stay_equal() {
        let text = "AIRFLOW_CONN_A=x://u:hunter22@h\nAIRFLOW_CONN_B=x://u:hunter22@h\n";
        let scrubbed = scrub(&Linter::default(), ".env", text).text;
        let ends = scrubbed.match_indices("@h").map(|(at, _)| at);
        let passwords: Vec<_> = ends.map(|end| &scrubbed[end - 8..end]).collect();
        assert_eq!(passwords[0], passwords[1]);
        assert_ne!(passwords[0], "hunter22");
    }
}
