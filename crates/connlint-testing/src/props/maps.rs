use connlint_hosts::extract;
use connlint_linter::Linter;
use connlint_text::{TextEdit, apply_edits};

use super::{Held, hold};

/// A source map says where each byte came from, and the way back leads to the same value.
pub fn maps_lead_back(linter: &Linter, text: &str) -> Held {
    let Some(document) = linter.extract("file", text) else { return Ok(()) };
    for (nth, site) in document.sites.iter().enumerate() {
        let value = site.value.text();
        let map = site.value.map();
        hold!(map.decoded_len() as usize == value.len(), "the map is of another text");
        for run in map.runs() {
            let (raw, decoded) = (text.get(run.raw.range()), value.get(run.decoded.range()));
            hold!(raw.is_some() && decoded.is_some(), "{run:?} cuts a character");
            hold!(!run.verbatim || raw == decoded, "{run:?} is not verbatim");
        }
        if !site.unknown.is_empty() || value.is_empty() {
            continue;
        }
        let Some(written) = site.quoting.encode(value) else { continue };
        let edit = TextEdit { span: site.value.raw(), text: written };
        let Ok(again) = apply_edits(text, &[edit]) else {
            return Err("a value does not fit its own place".to_owned());
        };
        let reread = extract(document.format, &again.text, linter.options);
        let same = reread.sites.get(nth).is_some_and(|site| site.value.text() == value);
        hold!(same, "{:?}: written back it is another value:\n{}", site.quoting, again.text);
    }
    Ok(())
}
