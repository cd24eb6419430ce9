//! Shell scripts: what they export, write into files, and hand to the tools around Airflow.

mod github_env;
mod helm;
mod script;
mod tools;
pub(crate) mod word;

use self::script::Script;
pub(crate) use self::script::Simple;
pub(crate) use self::tools::look;
pub(crate) use self::word::closing;
use crate::formats::File;
use crate::{Document, HostFormat, Options};

/// Words of scripts that may hold a connection.
pub(crate) const TRACES: [&str; 8] =
    ["IRFLOW_", "irflow_", "airflow ", "apache-airflow", "conn_uri", "vault ", "astro ", "approle"];

/// Scripts within scripts (`bash -c '…'`) are followed so far.
const DEEPEST: usize = 4;

/// A script by name or first line, with a word about Airflow in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    is_script(file) && file.mentions(&TRACES)
}

fn is_script(file: &File<'_>) -> bool {
    matches!(file.extension, "sh" | "bash" | "zsh" | "ksh" | "envrc")
        || file.text.strip_prefix("#!").is_some_and(|line| {
            let line = line.lines().next().unwrap_or_default();
            line.split(['/', ' '])
                .any(|word| matches!(word, "sh" | "bash" | "zsh" | "ksh" | "dash"))
        })
}

/// The sites of a script.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    extract_within(text, options, 0)
}

/// The sites of a script that stands in `depth` others.
fn extract_within(text: &str, options: Options, depth: usize) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Shell, options.consumer);
    if depth > DEEPEST {
        return document;
    }
    let script = Script::read(text);
    document.comments = script.comments;
    look(&mut document, &script.commands, options, depth);
    document
}

#[cfg(test)]
mod tests;
