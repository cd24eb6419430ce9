//! "Vault in ten minutes" shows the files of `examples/vault-done-right`, in which nothing is wrong.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the test reads the page and fills in a file")]

use std::fs;
use std::path::Path;

use connlint_tests::{copy_of, files, root, run, stdout};

const EXAMPLE: &str = "examples/vault-done-right";

fn read(file: &Path) -> String {
    fs::read_to_string(root().join(EXAMPLE).join(file)).expect("the example has the file")
}

#[test]
fn nothing_is_wrong_once_the_login_is_filled_in() {
    let folder = copy_of(EXAMPLE);
    let template = read(Path::new(".env.example"));
    let filled = template
        .replace("<role_id>", "5d0b54a8-6f7d-4f0e-9f6c-5a9c1f1f9b8e")
        .replace("<secret_id>", "0f8b7f4e-9f7b-4b0c-8a2e-6d1f5c3a7b91");
    assert_ne!(filled, template);
    fs::write(folder.path().join(".env"), filled).unwrap();
    let all = ["check", "--strict", "--pedantic", "--output-format", "concise"];
    let (text, code) = stdout(run(folder.path(), &[&all[..], &[".", ".env"]].concat()));
    let findings: Vec<&str> = text.lines().collect();
    // What is there to be copied has its placeholders, which is worth a remark.
    let [placeholder, summary] = findings[..] else { panic!("{text}") };
    assert!(placeholder.starts_with(".env.example:3:226: info CL004 "), "{text}");
    assert!(summary.starts_with("Found 1 remark in "), "{text}");
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn the_page_shows_the_files_as_they_are() {
    let page = fs::read_to_string(root().join("docs/vault-in-ten-minutes.md")).unwrap();
    for file in files(EXAMPLE).into_iter().filter(|file| file != Path::new("README.md")) {
        let name = file.display();
        assert!(page.contains(&format!("`{name}`")), "the page does not speak of {name}");
        // Remarks at the top of a file are the text of the page.
        let text = read(&file);
        let body: Vec<_> = text.lines().skip_while(|line| line.starts_with('#')).collect();
        let body = body.join("\n");
        let body = body.trim().trim_start_matches("set -euo pipefail").trim();
        assert!(page.contains(body), "the page does not show {name} as it is:\n{body}");
    }
}
