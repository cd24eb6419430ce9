//! Completions, loaded by the shells that they are for, and the handbook, built by mdBook.
//!
//! bash, zsh and fish complete a line; for PowerShell, which cannot be installed everywhere, a grammar
//! of it has to read the script.

#![expect(clippy::disallowed_methods, reason = "a developer task installs what it compares with")]

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::venv::{self, Venv, debian_package};
use super::{Comparison, Wishes};
use crate::check;

/// A shell, the line it runs on the folder with the scripts, and what it completes of
/// `connlint check --output-format sar`.
const SHELLS: &[(&str, &str, &str)] = &[
    (
        "bash",
        r#"source "$1/bash"; COMP_WORDS=(connlint check --output-format sar); COMP_CWORD=3
        _connlint connlint sar --output-format; echo "${COMPREPLY[*]}""#,
        "sarif",
    ),
    ("fish", "source $argv[2]/fish; complete -C 'connlint check --output-format sar'", "sarif\t"),
    // A terminal in which somebody presses the tabulator, and then runs `echo` on the line.
    (
        "zsh",
        r#"zmodload zsh/zpty; zpty z zsh -f -i
        zpty -w z "PS1='> '; fpath=(${(q)1}/site \$fpath); autoload -U compinit; compinit -u -d ${(q)1}/dump"
        zpty -w z "print rea''dy"; zpty -r -m z line '*ready*'
        zpty -w -n z $'connlint che\t--output-format sar\t'; zpty -w -n z $'\x01echo \n'
        zpty -r -m z line $'*check*sarif*\n*check*sarif*\n'; print -r -- "$line""#,
        "\nconnlint check --output-format sarif\r",
    ),
];

/// Whether the grammar of PowerShell takes a script.
const POWERSHELL: &str = "import sys, tree_sitter, tree_sitter_pwsh
language = tree_sitter.Language(tree_sitter_pwsh.language())
tree = tree_sitter.Parser(language).parse(sys.stdin.buffer.read())
print(not tree.root_node.has_error)";

pub(super) fn run(_: &Wishes) -> Result<Comparison> {
    let mut comparison = Comparison::default();
    let folder = venv::folder()?.join("completions");
    fs::create_dir_all(folder.join("site")).with_context(|| folder.display().to_string())?;
    for &(shell, script, expected) in SHELLS {
        debian_package(shell)?;
        let completions = completions(shell)?;
        fs::write(folder.join(shell), &completions).context(shell)?;
        if shell == "zsh" {
            fs::write(folder.join("site/_connlint"), completions).context(shell)?;
        }
        let output = Command::new(shell)
            .args(["-c", script, shell])
            .arg(&folder)
            .output()
            .with_context(|| format!("cannot run {shell}"))?;
        comparison.asked += 1;
        let text = String::from_utf8_lossy(&output.stdout);
        if !text.contains(expected) {
            let errors = String::from_utf8_lossy(&output.stderr);
            comparison.disagreements.push(format!("{shell} completes to {text:?}:\n{errors}"));
        }
    }
    let python = Venv::of("shells")?.python;
    let reads = |script: String| venv::ask(Command::new(&python).args(["-c", POWERSHELL]), script);
    let script = completions("powershell")?;
    comparison.asked += 1;
    if reads(script.clone())? != "True\n" || reads(script + "}")? != "False\n" {
        comparison.disagreements.push("PowerShell does not read its completions".to_owned());
    }
    comparison.asked += 1;
    comparison.disagreements.extend(book()?);
    Ok(comparison)
}

fn completions(shell: &str) -> Result<String> {
    let output = venv::connlint().args(["completions", shell]).output().context("connlint")?;
    ensure!(output.status.success(), "no completions for {shell}");
    String::from_utf8(output.stdout).context("completions that are no UTF-8")
}

/// What mdBook has against the handbook; it makes a page of HTML of every page.
fn book() -> Result<Option<String>> {
    let program = Venv::of("shells")?.python.with_file_name("mdbook");
    let folder = venv::folder()?.join("book");
    let docs = check::root().join("docs");
    let output = Command::new(program)
        .arg("build")
        .arg(&docs)
        .arg("--dest-dir")
        .arg(&folder)
        .output()
        .context("cannot run mdbook")?;
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let page = folder.join("rules/unencoded-delimiter.html");
    let is_built = fs::read_to_string(page).is_ok_and(|page| page.contains("CL104"));
    let is_good = output.status.success() && is_built && !text.contains("WARN");
    Ok((!is_good).then_some(text))
}
