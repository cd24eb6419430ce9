//! Links of the handbook, and of the pages that lie beside the sources: the file is there, and so is
//! the heading.
//!
//! What leads to another site is not followed, except to our own: to a file of the repository, or to
//! a page of the handbook.

#![expect(clippy::disallowed_methods, reason = "a developer task reads the pages")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::{TASKS, check, e2e};

/// What stands before the path of a file of the repository.
const FILES: [&str; 2] = [
    "https://github.com/connlint/connlint/blob/main/",
    "https://github.com/connlint/connlint/tree/main/",
];

/// What stands before the path of a page of the handbook.
const HANDBOOK: &str = "https://connlint.github.io/connlint/";

/// Every link that leads nowhere, and every page of the handbook that its summary has not.
pub(crate) fn faults() -> Result<Vec<String>> {
    let pages = pages()?;
    let mut faults = Vec::new();
    for (page, text) in &pages {
        for link in links(text) {
            if let Some(fault) = fault(&pages, page, &link) {
                faults.push(format!("{}: `{link}`: {fault}", page.display()));
            }
        }
    }
    let summary = pages.get(Path::new("docs/SUMMARY.md")).context("docs/SUMMARY.md")?;
    let listed: Vec<PathBuf> =
        links(summary).iter().map(|link| Path::new("docs").join(link)).collect();
    let is_in_handbook =
        |page: &&PathBuf| page.starts_with("docs") && !page.ends_with("SUMMARY.md");
    let missing = pages.keys().filter(is_in_handbook).filter(|page| !listed.contains(page));
    faults.extend(missing.map(|page| format!("{} is not in docs/SUMMARY.md", page.display())));
    let page = pages.get(Path::new("docs/where.md")).context("docs/where.md")?;
    faults.extend(untested(page).map(|name| format!("docs/where.md: `{name}` is no test")));
    Ok(faults)
}

/// What a page of ways and their tests calls a test, and is none.
fn untested(page: &str) -> impl Iterator<Item = &str> {
    let code = prose(page).flat_map(|line| line.split('`').skip(1).step_by(2));
    code.filter(|name| match name.strip_prefix("cargo xtask ") {
        Some(task) => match task.strip_prefix("e2e ") {
            Some(suites) => !suites.split(' ').all(e2e::is_suite),
            None => !TASKS.iter().any(|known| task.split(' ').next() == Some(known.name)),
        },
        None if name.starts_with("tests/") || name.starts_with("crates/") => !is_there(name),
        None => false,
    })
}

/// Whether there is a file of that name, in which a `*` stands for anything.
fn is_there(name: &str) -> bool {
    let path = check::root().join(name);
    let Some((start, end)) = name.rsplit('/').next().and_then(|name| name.split_once('*')) else {
        return path.exists();
    };
    let files = path.parent().and_then(|folder| fs::read_dir(folder).ok());
    files.into_iter().flatten().flatten().any(|file| {
        let name = file.file_name();
        let name = name.to_string_lossy();
        name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
    })
}

/// The pages by their paths, from the top of the checkout.
fn pages() -> Result<BTreeMap<PathBuf, String>> {
    let mut pages = BTreeMap::new();
    for folder in ["", "docs", "docs/rules", "tests", "xtask", "examples/astro-vault"] {
        add(Path::new(folder), &mut pages)?;
    }
    for folder in fs::read_dir(check::root().join("crates")).context("crates")? {
        add(&Path::new("crates").join(folder?.file_name()), &mut pages)?;
    }
    Ok(pages)
}

fn add(folder: &Path, pages: &mut BTreeMap<PathBuf, String>) -> Result<()> {
    let entries = fs::read_dir(check::root().join(folder));
    for entry in entries.with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = folder.join(path.file_name().context("a file without a name")?);
            let text = fs::read_to_string(&path).with_context(|| name.display().to_string())?;
            pages.insert(name, text);
        }
    }
    Ok(())
}

/// What is wrong with a link on a page.
fn fault(pages: &BTreeMap<PathBuf, String>, page: &Path, link: &str) -> Option<&'static str> {
    let (path, heading) = link.split_once('#').map_or((link, None), |(path, it)| (path, Some(it)));
    let target = if let Some(path) = FILES.iter().find_map(|start| path.strip_prefix(start)) {
        PathBuf::from(path)
    } else if let Some(path) = path.strip_prefix(HANDBOOK) {
        let name = if path.is_empty() { "README" } else { path.strip_suffix(".html")? };
        Path::new("docs").join(format!("{name}.md"))
    } else if path.contains(':') {
        return None;
    } else if path.is_empty() {
        page.to_owned()
    } else {
        let target = resolved(page.parent()?, path);
        if page.starts_with("docs") && !target.starts_with("docs") {
            return Some("mdBook has nothing that lies outside of docs/");
        }
        target
    };
    if !check::root().join(&target).exists() {
        return Some("nothing is there");
    }
    let is_there = heading.is_none_or(|heading| {
        pages.get(&target).is_none_or(|text| headings(text).iter().any(|it| it == heading))
    });
    (!is_there).then_some("there is no such heading")
}

/// A path from `folder`, without `..` in it.
fn resolved(folder: &Path, path: &str) -> PathBuf {
    let mut out = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

/// The lines of a page that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut fence: Option<&str> = None;
    text.lines().filter(move |line| {
        let start = line.trim_start();
        let length = start.len() - start.trim_start_matches('`').len();
        match fence {
            Some(open) if start.starts_with(open) && length == start.len() => fence = None,
            None if length >= 3 => fence = Some(&start[..length]),
            None => return true,
            Some(_) => {}
        }
        false
    })
}

/// Where the links of a page lead.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(text) {
        // Every second part stands between backticks.
        let line: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        if let Some((_, target)) = line.split_once("]: ").filter(|_| line.starts_with('[')) {
            links.push(target.trim().to_owned());
        }
        let inline = line.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        let quoted = [" src=\"", " href=\""].into_iter().flat_map(|attribute| {
            line.split(attribute).skip(1).filter_map(|rest| rest.split_once('"'))
        });
        links.extend(inline.chain(quoted).map(|(target, _)| target.to_owned()));
    }
    links
}

/// What leads to the headings of a page, as mdBook and GitHub make it of them.
fn headings(text: &str) -> Vec<String> {
    let mut headings: Vec<String> = Vec::new();
    let lines = prose(text).filter(|line| line.starts_with('#'));
    for title in lines.map(|line| line.trim_start_matches('#').trim()) {
        // Of a link, its text counts.
        let title = title.split_once("](").map_or(title, |(text, _)| text);
        let kept = title.chars().filter_map(|char| match char {
            ' ' => Some('-'),
            '-' | '_' => Some(char),
            _ => char.is_alphanumeric().then_some(char),
        });
        let id = kept.collect::<String>().to_lowercase();
        let again = (1..).map(|number| format!("{id}-{number}"));
        let mut ids = std::iter::once(id.clone()).chain(again);
        headings.extend(ids.find(|id| !headings.contains(id)));
    }
    headings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_a_page() {
        let page = "# A\n[b](c.md#d) and ![e](f.svg), not `[g](h)`\n[i]: j.md\n<img src=\"k.png\">\n\
                    ```text\n[l](m)\n```\n- [`n`](o.md)\n";
        assert_eq!(links(page), ["c.md#d", "f.svg", "j.md", "k.png", "o.md"]);
    }

    #[test]
    fn headings_of_a_page() {
        let page = "# A `b` & c\n## It's\n## [D](e) \n```sh\n# no\n```\n## It's\n";
        assert_eq!(headings(page), ["a-b--c", "its", "d", "its-1"]);
    }

    #[test]
    fn links_that_lead_nowhere() {
        let pages = pages().unwrap();
        for (page, link, leads) in [
            ("docs/start.md", "config.md#keys", true),
            ("docs/start.md", "config.md#no-such", false),
            ("docs/start.md", "no-such.md", false),
            ("docs/start.md", "../README.md", false),
            ("docs/rules/README.md", "../config.md", true),
            ("README.md", "docs/config.md#keys", true),
            ("README.md", "https://example.com/", true),
            ("README.md", "https://github.com/connlint/connlint/tree/main/schemas", true),
            ("README.md", "https://github.com/connlint/connlint/tree/main/schema", false),
            ("README.md", "https://connlint.github.io/connlint/rules/placeholder.html", true),
            ("README.md", "https://connlint.github.io/connlint/rules/nothing.html", false),
        ] {
            assert_eq!(fault(&pages, Path::new(page), link).is_none(), leads, "{page} {link}");
        }
    }

    #[test]
    fn tests_that_are_none() {
        let page = "| `pip` | `cargo xtask e2e wheel hooks` and `tests/cmd/*-typo.toml` |\n\
                    | `cargo xtask dist` | `cargo xtask e2e no-such`, `tests/no.rs`, `cargo xtask no` |\n";
        let expected = ["cargo xtask e2e no-such", "tests/no.rs", "cargo xtask no"];
        assert_eq!(untested(page).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn every_link_leads_somewhere() {
        assert_eq!(faults().unwrap(), [""; 0]);
    }
}
