use regex::RegexBuilder;

/// What Python's `re.match(pattern, id, re.IGNORECASE)` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    Yes,
    No,
    /// The pattern is none: `re.error`.
    Invalid,
    /// The pattern uses what is not known here.
    Unknown,
}

/// Matches as Python does, as far as the two languages of patterns agree.
pub(crate) fn python_match(pattern: &str, id: &str) -> Match {
    // Only Python has these; what else is refused, Python refuses as well.
    let is_pythonic = ["(?=", "(?!", "(?<", "(?P", "(?(", "(?#", "\\Z", "\\1"]
        .iter()
        .any(|construct| pattern.contains(construct));
    if is_pythonic {
        return Match::Unknown;
    }
    let anchored = format!("\\A(?:{pattern})");
    match RegexBuilder::new(&anchored).case_insensitive(true).size_limit(1 << 20).build() {
        Ok(regex) if regex.is_match(id) => Match::Yes,
        Ok(_) => Match::No,
        Err(regex::Error::Syntax(_)) => Match::Invalid,
        Err(_) => Match::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_at_the_start_in_any_case() {
        for (pattern, id, expected) in [
            ("^aws_", "other", Match::No),
            ("^aws_", "AWS_default", Match::Yes),
            ("aws|gcp", "gcp_default", Match::Yes),
            ("default", "aws_default", Match::No),
            ("(", "x", Match::Invalid),
            ("(?!aws)", "x", Match::Unknown),
        ] {
            assert_eq!(python_match(pattern, id), expected, "{pattern}");
        }
    }
}
