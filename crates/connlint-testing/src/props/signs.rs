use connlint_linter::Linter;

use super::{Held, hold};
use crate::page::findings;

/// No rule finds anything where none of its signs is: asked or not, all say the same.
pub fn signs_hide_nothing(linter: &Linter, text: &str) -> Held {
    let all = Linter { asks_all: true, strict: true, ..linter.clone() };
    let asked = Linter { asks_all: false, ..all.clone() };
    let [all, asked] = [all, asked].map(|linter| findings(&linter.lint("file", text)));
    hold!(all == asked, "asked everywhere:\n{all}asked where a sign is:\n{asked}in:\n{text}");
    Ok(())
}
