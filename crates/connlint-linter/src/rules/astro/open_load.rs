use connlint_text::message;

use super::load_argument::stores;
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL760" "open-load", Security, Info,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for command in cx.document.commands.iter().filter(|command| stores(command)) {
        let has = |flags: &[&str]| command.words.iter().find(|word| flags.contains(&word.text()));
        let Some(load) = has(&["--load", "-l"]) else { continue };
        if has(&["--secret", "-s", "--secret=true"]).is_some() {
            continue;
        }
        report
            .report_raw(load.span, message!["a whole file is stored as variables that everybody can read"])
            .label("the command has no `--secret`, which holds for all of the file")
            .help("add `--secret`, or load what is secret from a file of its own")
            .note("a variable cannot be made a secret later on: it has to be deleted and created again");
    }
}
