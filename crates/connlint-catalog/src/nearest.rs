/// The candidate that was probably meant by `word`, if one is near enough.
///
/// A candidate that differs in case alone is near at any length. Otherwise one slip (a letter too
/// many, too few, another, or two swapped) is forgiven from five letters on, two from eight on.
/// The nearest wins, and of equally near ones the first.
///
/// ```
/// use connlint_catalog::nearest;
///
/// assert_eq!(nearest("regoin_name", ["region_name", "role_arn"]), Some("region_name"));
/// assert_eq!(nearest("acount", ["account"]), Some("account"));
/// assert_eq!(nearest("HTTP", ["http"]), Some("http"));
/// assert_eq!(nearest("fts", ["ftp"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let mut tolerance = match length {
        0..5 => 0,
        5..8 => 1,
        _ => 2,
    };
    let letters = letters_of(word);
    let mut best = None;
    for candidate in candidates {
        if candidate.eq_ignore_ascii_case(word) {
            return Some(candidate);
        }
        // Comparing takes the product of the lengths, and lengths that differ by more than the
        // tolerance cannot be near: a long word costs next to nothing.
        if tolerance == 0 || candidate.chars().count().abs_diff(length) > tolerance {
            continue;
        }
        // A slip takes one letter out at the most, and brings one in.
        let differing = (letters ^ letters_of(candidate)).count_ones() as usize;
        if differing > 2 * tolerance {
            continue;
        }
        let distance = strsim::osa_distance(word, candidate);
        if distance <= tolerance {
            best = Some(candidate);
            tolerance = distance.saturating_sub(1);
        }
    }
    best
}

/// A bit for each letter that is in a word, with those that share one told as one.
fn letters_of(word: &str) -> u32 {
    word.chars().fold(0, |letters, char| letters | 1 << (u32::from(char) % u32::BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_forgiven_by_length() {
        for (word, candidates, expected) in [
            ("nmespace", &["namespace", "verify"][..], Some("namespace")),
            ("conections_path", &["config_path", "connections_path"], Some("connections_path")),
            ("conectoins_path", &["connections_path"], Some("connections_path")),
            ("deploy_mode", &["deploy-mode"], Some("deploy-mode")),
            ("sslmod", &["sslmode"], Some("sslmode")),
            ("sslmd", &["sslmode"], None), // two slips, five letters
            ("hots", &["host"], None),     // four letters
            ("HOST", &["post", "host"], Some("host")),
            ("region", &["region_name"], None), // a job for `common_mistakes`
            ("username", &["user_name", "usernames"], Some("user_name")), // the first of equals
            ("usernane", &["user_name", "username"], Some("username")), // one slip beats two
            ("", &["", "a"], Some("")),
            ("kärnten1", &["karnten1"], Some("karnten1")), // letters, not bytes
        ] {
            assert_eq!(nearest(word, candidates.iter().copied()), expected, "{word}");
        }
    }
}
