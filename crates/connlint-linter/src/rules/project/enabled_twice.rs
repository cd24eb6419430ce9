use connlint_hosts::Command;
use connlint_text::message;

use crate::project::runs_vault;
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL805" "enabled-twice", Host, Warning,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let mut enabled = Vec::new();
    for command in &cx.document.commands {
        let Some(path) = enabled_path(command) else { continue };
        let before = enabled.iter().find(|(other, _)| *other == path);
        let Some(&(_, first)) = before else {
            enabled.push((path, command.span));
            continue;
        };
        // `|| true` says that it may be there already.
        if command.end.of(cx.document.text) == "||" {
            continue;
        }
        report
            .report_raw(command.span, message!["this is enabled already"])
            .also_raw(first, "here")
            .label("exits with 2: path is already in use")
            .help("leave it out, or write `|| true` behind it")
            .note("a script with `set -e` ends here, and what comes behind is never written");
    }
}

/// Where `vault auth enable` or `vault secrets enable` mounts, with a mark of which of them.
fn enabled_path<'c>(command: &'c Command<'_>) -> Option<(&'static str, &'c str)> {
    let kind =
        ["auth", "secrets"].into_iter().find(|kind| runs_vault(command, &[kind, "enable"]))?;
    let mut path = None;
    let mut words = command.words.iter().skip(3);
    while let Some(word) = words.next() {
        if !word.is_known() {
            return None;
        }
        match word.text().strip_prefix('-') {
            None => return Some((kind, path.unwrap_or_else(|| word.text()).trim_matches('/'))),
            Some(flag) => {
                let flag = flag.strip_prefix('-').unwrap_or(flag);
                if let Some(value) = flag.strip_prefix("path=") {
                    path = Some(value);
                } else if flag == "path" {
                    path = Some(words.next()?.text());
                }
            }
        }
    }
    None
}
