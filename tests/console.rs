//! Every console block of README.md and the handbook does what it shows.
//!
//! A block is run in a copy of the folder that `<!-- folder: … -->` names above it, and the blocks
//! below it go on in the same copy. Commands are shown with all that they print, where a line `…`
//! stands for lines left out, or the whole block shows no output at all. What readers do in an editor is
//! done by the command of `<!-- by hand: … -->`. What cannot be run says why, in `<!-- not run: … -->`
//! right above it. `UPDATE_DOCS=1` writes down what is printed now.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the test reads and writes pages and folders")]

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use connlint_tests::{connlint, copy_of, root};
use tempfile::TempDir;

#[test]
fn console_blocks() {
    let mut faults = Vec::new();
    let mut pages = vec![root().join("README.md")];
    pages.extend(fs::read_dir(root().join("docs")).unwrap().map(|file| file.unwrap().path()));
    pages.retain(|path| path.extension().is_some_and(|it| it == "md"));
    pages.sort();
    for path in pages {
        let text = fs::read_to_string(&path).unwrap();
        let mut page = Page::default();
        for (line, number) in text.lines().zip(1..) {
            page.take(line, number);
        }
        let written = page.out.join("\n") + "\n";
        if std::env::var_os("UPDATE_DOCS").is_some() && written != text {
            fs::write(&path, written).unwrap();
        }
        let name = path.strip_prefix(root()).unwrap().display();
        faults.extend(page.faults.iter().map(|fault| format!("{name}:{fault}")));
    }
    assert!(faults.is_empty(), "UPDATE_DOCS=1 writes these anew:\n\n{}", faults.join("\n\n"));
}

#[test]
fn lines_that_are_left_out() {
    for (shown, printed, fits) in [
        ("a\nb", "a\nb", true),
        ("a\nb", "a\nc", false),
        ("a\n…", "a\nb\nc", true),
        ("…\nc", "a\nb\nc", true),
        ("…\nb\n…", "a\nb\nc", true),
        ("…\nd\n…", "a\nb\nc", false),
        ("in 7 ms.", "in 12 ms.", true),
        ("in 7 days", "in 12 days", false),
    ] {
        assert_eq!(is_shown(&lines(shown), &lines(printed)), fits, "{shown} {printed}");
    }
}

/// A page, as far as it is read.
#[derive(Default)]
struct Page {
    /// Where its commands are run.
    folder: Option<TempDir>,
    /// Why the next block is not.
    not_run: Option<String>,
    /// The block that is being read, and the line it starts in.
    block: Option<(usize, Vec<String>)>,
    /// The page, with what is printed now.
    out: Vec<String>,
    faults: Vec<String>,
}

impl Page {
    fn take(&mut self, line: &str, number: usize) {
        if let Some((start, mut block)) = self.block.take() {
            if line == "```" {
                if self.not_run.take().is_none() {
                    block = self.run(start, &block);
                }
                self.out.append(&mut block);
                self.out.push(line.to_owned());
            } else {
                block.push(line.to_owned());
                self.block = Some((start, block));
            }
            return;
        }
        self.out.push(line.to_owned());
        if line.starts_with("```console") {
            self.block = Some((number, Vec::new()));
        } else if let Some(folder) = said(line, "folder") {
            self.folder = Some(copy_of(folder));
        } else if let Some(command) = said(line, "by hand") {
            let (printed, code) = run(self.folder(), command);
            assert_eq!((printed.as_str(), code), ("", Some(0)), "{command}");
        } else if let Some(reason) = said(line, "not run") {
            self.not_run = Some(reason.to_owned());
        } else if self.not_run.take().is_some() {
            self.faults.push(format!("{number}: `not run` stands above no block"));
        }
    }

    /// An empty one where none was named.
    fn folder(&mut self) -> &Path {
        self.folder.get_or_insert_with(|| TempDir::new().expect("a folder can be made")).path()
    }

    /// Runs the commands of a block; gives the block as it should be.
    fn run(&mut self, start: usize, block: &[String]) -> Vec<String> {
        let shows_output = block.iter().any(|line| !line.starts_with("$ "));
        let mut fresh = Vec::new();
        let mut rest = block;
        while let Some((first, more)) = rest.split_first() {
            let Some(command) = first.strip_prefix("$ ") else {
                self.faults.push(format!("{start}: a console block starts with `$ `"));
                return block.to_vec();
            };
            let end = more.iter().position(|line| line.starts_with("$ ")).unwrap_or(more.len());
            let (shown, next) = more.split_at(end);
            let (printed, code) = run(self.folder(), command);
            if !matches!(code, Some(0 | 1)) {
                self.faults.push(format!("{start}: `{command}` exits with {code:?}:\n{printed}"));
            }
            fresh.push(first.clone());
            if !shows_output || is_shown(shown, &lines(&printed)) {
                fresh.extend_from_slice(shown);
            } else {
                self.faults.push(format!("{start}: `{command}` prints\n{printed}"));
                fresh.extend(lines(&printed));
            }
            rest = next;
        }
        fresh
    }
}

/// What a comment says: `<!-- WORD: … -->`.
fn said<'l>(line: &'l str, word: &str) -> Option<&'l str> {
    let rest = line.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
    rest.strip_prefix(word)?.strip_prefix(": ")
}

/// Standard output and standard error of a command line, and the exit code.
fn run(folder: &Path, command: &str) -> (String, Option<i32>) {
    let program = connlint().parent().expect("it lies in a folder").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(program).chain(std::env::split_paths(&path));
    let path: OsString = std::env::join_paths(folders).expect("no folder has a `:`");
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(folder)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .env("SOURCE_DATE_EPOCH", "1790000000")
        .output()
        .expect("sh runs");
    (String::from_utf8(output.stdout).expect("output is UTF-8"), output.status.code())
}

fn lines(text: &str) -> Vec<String> {
    text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Whether lines are printed as they are shown.
fn is_shown(shown: &[String], printed: &[String]) -> bool {
    let Some((first, rest)) = shown.split_first() else { return printed.is_empty() };
    if first == "…" {
        return (0..=printed.len()).any(|skipped| is_shown(rest, &printed[skipped..]));
    }
    printed.split_first().is_some_and(|(line, printed)| {
        without_time(first) == without_time(line) && is_shown(rest, printed)
    })
}

/// A line with `in 12 ms` as if it took no time.
fn without_time(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let is_time = |number: usize| {
        let word = |number: usize| words.get(number).copied().unwrap_or_default();
        word(number - 1) == "in" && word(number + 1).starts_with("ms")
    };
    let words = words.iter().enumerate().map(|(number, &word)| match number {
        1.. if is_time(number) => "0",
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}
