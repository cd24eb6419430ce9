use connlint_hosts::{HostFormat, Role};
use connlint_text::{Span, message};

use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL783" "live-token", Security, Warning[Medium],
    since: "0.1.0", fix: None, Site => check
}

/// How a token starts, what is behind that at least, and whose it is.
const TOKENS: [(&str, usize, &str); 16] = [
    ("hvs.", 20, "of Vault"),
    ("ghp_", 36, "of GitHub"),
    ("gho_", 36, "of GitHub"),
    ("ghs_", 36, "of GitHub"),
    ("github_pat_", 40, "of GitHub"),
    ("glpat-", 20, "of GitLab"),
    ("xoxb-", 20, "of Slack"),
    ("xoxp-", 20, "of Slack"),
    ("dapi", 32, "of Databricks"),
    ("AKIA", 16, "of AWS"),
    ("ASIA", 16, "of AWS"),
    ("AIza", 35, "of Google"),
    ("sk_live_", 20, "of Stripe"),
    ("SG.", 40, "of SendGrid"),
    ("npm_", 36, "of npm"),
    ("pypi-", 40, "of PyPI"),
];

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let is_value = matches!(
        cx.site.role,
        Role::Connection | Role::Variable | Role::BackendKwargs | Role::VaultSecret
    );
    // A `.env` file is where secrets are kept; one that is there to be copied is not.
    let is_private = match cx.document.format {
        HostFormat::Dotenv => !cx.is_example,
        HostFormat::Environment => true,
        _ => false,
    };
    if !is_value || is_private {
        return;
    }
    let Some((start, end, whose)) = token(cx.site.value.text()) else { return };
    report
        .report(Span::from_range(start..end), message!["this looks like a token ", whose])
        .label("by its form, one that works")
        .help("revoke it, and keep the next one out of the file")
        .note("whoever has the file, or its history, has what the token opens");
}

/// What a token is made of.
static LETTERS: [bool; 256] = {
    let mut letters = [false; 256];
    let mut byte = 0u8;
    while byte < 0x80 {
        letters[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        byte += 1;
    }
    letters
};

/// The length in bytes of the shortest token.
const SHORTEST: usize = 20;

/// The first token in a text.
fn token(text: &str) -> Option<(usize, usize, &'static str)> {
    let is_letter = |byte: &u8| LETTERS[usize::from(*byte)];
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(blank) = bytes[at..].iter().position(is_letter) {
        let start = at + blank;
        let len = bytes[start..].iter().take_while(|byte| is_letter(byte)).count();
        at = start + len;
        let word = &text[start..at];
        if len < SHORTEST {
            continue;
        }
        let Some(&(prefix, least, whose)) = TOKENS.iter().find(|it| word.starts_with(it.0)) else {
            continue;
        };
        let rest = &word.as_bytes()[prefix.len()..];
        let is_example = || word.to_ascii_lowercase().contains("example") || distinct(rest) < 8;
        if rest.len() >= least && !is_example() {
            return Some((start, at, whose));
        }
    }
    None
}

/// How many different bytes there are: few in what was typed to fill a gap.
fn distinct(bytes: &[u8]) -> usize {
    let mut seen = [false; 256];
    for byte in bytes {
        seen[usize::from(*byte)] = true;
    }
    seen.iter().filter(|seen| **seen).count()
}
