//! Rules about rules: what every rule has, beside a function that looks.
//!
//! A file in a family's folder is in [`RULES`], its page stands beside it, its code was never used
//! for another rule, and the examples of the page show that it finds something and fixes it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use connlint_hosts::HostFormat;
use connlint_linter::{Check, FixAvailability, RULES, Rule, Stability};

use crate::page::{self, HEADINGS};

/// Everything that does not hold of the rules of a checkout of `connlint-linter`, a line each.
///
/// # Errors
///
/// Where the sources cannot be read.
#[expect(clippy::disallowed_methods, reason = "the tests read the sources")]
pub fn faults(linter: &Path) -> io::Result<Vec<String>> {
    let mut faults = files(&linter.join("src/rules"))?;
    faults.extend(codes(&fs::read_to_string(linter.join("codes.txt"))?));
    faults.extend(order());
    faults.extend(untried(RULES, env!("CARGO_PKG_VERSION")));
    for rule in RULES {
        faults.extend(page(rule).map(|fault| format!("{}: {fault}", rule.name)));
    }
    Ok(faults)
}

/// Each file of a rule is registered, and has its page; each page has its file.
fn files(rules: &Path) -> io::Result<Vec<String>> {
    let mut stems = BTreeMap::<String, Vec<&str>>::new();
    for family in fs::read_dir(rules)? {
        let family = family?.path();
        if !family.is_dir() {
            continue;
        }
        for file in fs::read_dir(family)? {
            let path = file?.path();
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("rs") if stem == "mod" => {}
                Some("rs") => stems.entry(stem.replace('_', "-")).or_default().push("rs"),
                Some("md") => stems.entry(stem).or_default().push("md"),
                _ => {}
            }
        }
    }
    let mut faults = Vec::new();
    for (name, kinds) in &stems {
        if !kinds.contains(&"rs") {
            faults.push(format!("{name}: a page without a rule"));
        }
        if !kinds.contains(&"md") {
            faults.push(format!("{name}: a rule without a page"));
        }
        if !RULES.iter().any(|rule| rule.name == name) {
            faults.push(format!("{name}: not in RULES, or its file has another name"));
        }
    }
    let nowhere = RULES.iter().filter(|rule| !stems.contains_key(rule.name));
    faults.extend(nowhere.map(|rule| format!("{}: its file has another name", rule.name)));
    Ok(faults)
}

/// Codes and names have their form, and stand once and in order.
fn order() -> Vec<String> {
    let mut faults = Vec::new();
    for pair in RULES.windows(2) {
        if pair[0].code >= pair[1].code {
            faults.push(format!("{} does not stand before {}", pair[1].code, pair[0].code));
        }
    }
    for (index, rule) in RULES.iter().enumerate() {
        if RULES[..index].iter().any(|other| other.name == rule.name) {
            faults.push(format!("{}: two rules of this name", rule.name));
        }
        if !is_code(rule.code) {
            faults.push(format!("{}: a code is CL and three digits", rule.code));
        }
        if !is_kebab_case(rule.name) {
            faults.push(format!("{}: a name is kebab-case", rule.name));
        }
    }
    faults
}

/// A rule is on trial in the first release that has it; those of the very first had no such time.
fn untried(rules: &[&Rule], release: &str) -> Vec<String> {
    let is_new = |rule: &&&Rule| rule.since == release && rule.since != "0.1.0";
    let is_untried = |rule: &&&Rule| is_new(rule) && rule.stability == Stability::Stable;
    let untried = rules.iter().filter(is_untried);
    untried.map(|rule| format!("{}: new, and not `stability: Preview`", rule.name)).collect()
}

/// Whether `word` is a code: `CL104`.
///
/// ```
/// # use connlint_testing::meta::is_code;
/// assert!(is_code("CL104"));
/// assert!(!is_code("CL1") && !is_code("XX104"));
/// ```
pub fn is_code(word: &str) -> bool {
    word.strip_prefix("CL")
        .is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether `word` is lower-case words with single dashes between them.
///
/// ```
/// # use connlint_testing::meta::is_kebab_case;
/// assert!(is_kebab_case("invalid-utf8"));
/// assert!(!is_kebab_case("a--b") && !is_kebab_case("A") && !is_kebab_case(""));
/// ```
pub fn is_kebab_case(word: &str) -> bool {
    word.split('-').all(|part| {
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !part.is_empty() && part.bytes().all(is_word)
    })
}

/// The list of all codes that were ever used agrees with the rules: a code keeps its meaning.
///
/// A line is a code and a name, and `removed` behind them where the rule is gone.
fn codes(list: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut used = BTreeMap::<&str, (&str, bool)>::new();
    for line in list.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (code, name, removed) = match line.split_whitespace().collect::<Vec<_>>()[..] {
            [code, name] => (code, name, false),
            [code, name, "removed"] => (code, name, true),
            _ => {
                faults.push(format!("codes.txt: `{line}` is not `CODE NAME [removed]`"));
                continue;
            }
        };
        if used.last_key_value().is_some_and(|(last, _)| *last >= code) {
            faults.push(format!("codes.txt: {code} is out of order, or used twice"));
        }
        used.insert(code, (name, removed));
    }
    for rule in RULES {
        match used.remove(rule.code) {
            Some((name, false)) if name == rule.name => {}
            Some((name, _)) => faults.push(format!("{}: the code was used for {name}", rule.code)),
            None => faults.push(format!("{} {}: not in codes.txt", rule.code, rule.name)),
        }
    }
    let gone = used.into_iter().filter(|(_, (_, removed))| !removed);
    faults.extend(gone.map(|(code, (name, _))| format!("{code} {name}: removed, but not marked")));
    faults
}

/// What is missing on the page of a rule, or is there and should not be.
fn page(rule: &Rule) -> impl Iterator<Item = String> + use<> {
    let mut faults = Vec::new();
    if rule.page.lines().next() != Some(&*format!("# {}", rule.name)) {
        faults.push("the page's title is not the rule's name".to_owned());
    }
    if !headings(rule.page).eq(HEADINGS.iter().copied()) {
        faults.push(format!("the page's headings are not {}", HEADINGS.join(", ")));
    }
    let blocks = page::blocks(rule.page);
    let is_file = |language| HostFormat::from_name(language).is_some();
    let shown = |kind| blocks.iter().any(|b| is_file(b.language) && b.words.contains(&kind));
    let has = |language| blocks.iter().any(|block| block.language == language);
    let finds_in_text = !matches!(rule.check, Check::Reading);
    if finds_in_text && !(shown("fail") && has("expect")) {
        faults.push("no example with an `expect` block".to_owned());
    }
    if finds_in_text && !shown("pass") {
        faults.push("no example that passes".to_owned());
    }
    match rule.fix {
        FixAvailability::None if has("fixed") => faults.push("fixes, but says it does not".into()),
        FixAvailability::Sometimes | FixAvailability::Always if !has("fixed") => {
            faults.push("no example of its fix".to_owned());
        }
        _ => {}
    }
    let expected = blocks.iter().filter(|block| block.language == "expect");
    for line in expected.flat_map(|block| block.text.lines()) {
        let message = line.splitn(4, ' ').last().unwrap_or_default();
        if !reads_well(message) {
            faults.push(format!("starts with a capital or ends with a full stop: {message}"));
        }
    }
    faults.into_iter()
}

/// The second-level headings outside of fenced blocks.
fn headings(page: &str) -> impl Iterator<Item = &str> {
    let mut is_fenced = false;
    page.lines().filter_map(move |line| {
        is_fenced ^= line.starts_with("```");
        line.strip_prefix("## ").filter(|_| !is_fenced)
    })
}

/// Whether a message is a headline: lower case, no full stop.
///
/// Names that are written with a capital, such as Airflow, may come first.
fn reads_well(message: &str) -> bool {
    const NAMES: [&str; 5] = ["Airflow", "JSON", "URI", "Vault", "YAML"];
    let starts_well = message.starts_with(|c: char| c.is_lowercase() || c == '`')
        || NAMES.iter().any(|name| message.starts_with(name));
    starts_well && !message.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_their_meaning() {
        let list = RULES.iter().map(|rule| format!("{} {}\n", rule.code, rule.name));
        let list: String = list.collect();
        assert_eq!(codes(&list), [""; 0]);
        assert_eq!(codes(&format!("{list}CL999 gone removed\n")), [""; 0]);
        assert_eq!(codes(&format!("{list}CL999 gone\n")), ["CL999 gone: removed, but not marked"]);
        let renamed = list.replace("CL104 unencoded-delimiter", "CL104 other-name removed");
        assert_eq!(codes(&renamed), ["CL104: the code was used for other-name"]);
        let forgotten = list.replace("CL104 unencoded-delimiter\n", "");
        assert_eq!(codes(&forgotten), ["CL104 unencoded-delimiter: not in codes.txt"]);
    }

    #[test]
    fn new_rules_are_on_trial() {
        let of = |since, stability| Rule { since, stability, ..*RULES[0] };
        for (rule, is_untried) in [
            (of("0.2.0", Stability::Stable), true),
            (of("0.2.0", Stability::Preview), false),
            (of("0.1.1", Stability::Stable), false),
        ] {
            assert_eq!(!untried(&[&rule], "0.2.0").is_empty(), is_untried, "{rule:?}");
        }
        assert_eq!(untried(RULES, "0.1.0"), [""; 0]);
    }

    #[test]
    fn messages_are_headlines() {
        for (message, well) in [
            ("unknown key", true),
            ("`x` is no port", true),
            ("JSON that Python refuses", true),
            ("Unknown key", false),
            ("unknown key.", false),
        ] {
            assert_eq!(reads_well(message), well, "{message}");
        }
    }
}
