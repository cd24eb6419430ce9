use std::env;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::{Command, ExitCode, Stdio};

use anyhow::Result;

/// Prints a text that may be longer than the terminal.
pub(crate) fn show(text: &[u8]) -> Result<ExitCode> {
    #[expect(clippy::disallowed_methods, reason = "the command reads the environment")]
    let said = env::var("PAGER").ok();
    let pager = pager(io::stdout().is_terminal(), said.as_deref());
    if !pager.is_some_and(|pager| through(&pager, text)) {
        io::stdout().lock().write_all(text)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The command line that shows a text page by page, if it is to be shown so.
fn pager(is_terminal: bool, said: Option<&str>) -> Option<Vec<String>> {
    // As git has it: less ends by itself where the text fits, and leaves it on the screen.
    let words = said.unwrap_or("less -FRX").split_whitespace().map(str::to_owned);
    let words: Vec<_> = words.collect();
    (is_terminal && !words.is_empty()).then_some(words)
}

/// Gives a text to a pager; gives whether there is such a program.
fn through(pager: &[String], text: &[u8]) -> bool {
    let [program, arguments @ ..] = pager else { return false };
    let started = Command::new(program).args(arguments).stdin(Stdio::piped()).spawn();
    let Ok(mut child) = started else { return false };
    if let Some(mut input) = child.stdin.take() {
        // Whoever has read enough closes it.
        let _ = input.write_all(text);
    }
    let _ = child.wait();
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pagers() {
        let words = |words: &[&str]| Some(words.iter().map(|&word| word.to_owned()).collect());
        for (is_terminal, said, expected) in [
            (true, None, words(&["less", "-FRX"])),
            (true, Some("most -s"), words(&["most", "-s"])),
            (true, Some(""), None),
            (false, None, None),
            (false, Some("most"), None),
        ] {
            assert_eq!(pager(is_terminal, said), expected, "{is_terminal} {said:?}");
        }
    }

    #[test]
    fn a_pager_that_is_not_there_is_none() {
        assert!(!through(&["no-such-pager-3f1c".to_owned()], b"text"));
        assert!(!through(&[], b"text"));
    }
}
