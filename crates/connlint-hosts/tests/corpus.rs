//! Repositories as people write them, with what an extractor finds in each of their files.
//!
//! The file `X.expect.json` beside `X` has the values that are to be found in `X` (`values`: line,
//! name and text), and lines that look like such a place and are none (`no_sites`). Files without
//! one are not looked at.

use std::path::{Path, PathBuf};

use connlint_hosts::{Options, detect, extract};
use connlint_json::Node;

const SIDECAR: &str = ".expect.json";

#[test]
fn every_expected_value_is_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut sidecars = Vec::new();
    files(&root, &mut sidecars);
    sidecars.sort();
    assert!(!sidecars.is_empty());
    let (mut missing, mut too_many) = (Vec::new(), Vec::new());
    for sidecar in sidecars {
        let name = sidecar.to_string_lossy();
        let path = name.strip_suffix(SIDECAR).expect("only sidecars are listed");
        let text = read(Path::new(path));
        let expected = read(&sidecar);
        let expected = connlint_json::parse(&expected).expect("a sidecar is JSON");
        let sites = detect(path, &text)
            .map(|format| extract(format, &text, Options::default()).sites)
            .unwrap_or_default();
        let line_of = |start: usize| text[..start].matches('\n').count() + 1;
        for trap in expected.last("no_sites").and_then(Node::as_array).unwrap_or_default() {
            let line = number(trap, "line");
            if sites.iter().any(|site| line_of(site.span.range().start) == line) {
                too_many.push(format!("{path}:{line}: {}", string(trap, "why")));
            }
        }
        for value in expected.last("values").and_then(Node::as_array).unwrap_or_default() {
            let (line, name) = (number(value, "line"), string(value, "name"));
            let wanted = string(value, "value");
            let is_found = sites.iter().any(|site| {
                let is_there = line_of(site.span.range().start) == line;
                let is_called = *site.name.text == *name || site.id.as_deref() == Some(&*name);
                (is_there || is_called) && same(site.value.text(), &wanted)
            });
            if !is_found {
                missing.push(format!("{path}:{line}: {name}"));
            }
        }
    }
    assert!(missing.is_empty(), "not found: {missing:#?}");
    assert!(too_many.is_empty(), "found where nothing is: {too_many:#?}");
}

fn files(folder: &Path, sidecars: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().expect("a folder of the corpus") {
        let path = entry.expect("an entry of the corpus").path();
        if path.is_dir() {
            files(&path, sidecars);
        } else if path.to_string_lossy().ends_with(SIDECAR) {
            sidecars.push(path);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the corpus is files")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file of the corpus")
}

/// The same text, or the same JSON.
fn same(found: &str, wanted: &str) -> bool {
    let compact = |text: &str| connlint_json::parse(text).ok().map(|node| sorted(&node));
    found == wanted || compact(found).is_some_and(|found| Some(found) == compact(wanted))
}

/// Compact JSON without regard to the order of members.
fn sorted(node: &Node<'_>) -> String {
    let Some(members) = node.as_object() else { return connlint_json::dumps(node) };
    let mut members: Vec<String> = members
        .iter()
        .map(|member| format!("{}:{}", member.key.raw(), sorted(&member.value)))
        .collect();
    members.sort();
    format!("{{{}}}", members.join(","))
}

fn string(value: &Node<'_>, key: &str) -> String {
    let text = value.last(key).and_then(Node::as_text);
    text.and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
}

fn number(value: &Node<'_>, key: &str) -> usize {
    value.last(key).map(connlint_json::dumps).and_then(|text| text.parse().ok()).unwrap_or_default()
}
