//! Files that cannot be read, and lists that must be complete.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the tests write and read the files themselves")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use connlint::RULES;
use connlint_tests::{run, stdout};

const GOOD: &str = "AIRFLOW_CONN_PG=postgres://app:s3cr3t@db/app\n";

#[test]
fn a_broken_link_is_a_finding_and_the_rest_is_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".env"), GOOD).unwrap();
    symlink("nowhere", folder.path().join("link.env")).unwrap();
    let (text, code) = stdout(run(folder.path(), &["check", "--output-format", "concise"]));
    assert!(text.contains("link.env:1:1: error CL001"), "{text}");
    assert!(text.contains("no such file"), "{text}");
    assert_eq!(code, Some(2), "{text}");
}

#[test]
fn a_file_without_permission_is_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".env");
    fs::write(&path, GOOD).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = fs::read(&path).is_ok();
    let (text, code) = stdout(run(folder.path(), &["check", "--output-format", "concise"]));
    if is_root {
        assert_eq!(code, Some(0), "{text}");
    } else {
        assert!(
            text.contains(".env:1:1: error CL001") && text.contains("permission denied"),
            "{text}"
        );
        assert_eq!(code, Some(2), "{text}");
    }
}

#[test]
fn invalid_utf8_costs_a_line_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = b"# caf\xE9\nAIRFLOW_CONN_PG=postgres://app:s3/cr3t@db/app\n";
    fs::write(folder.path().join(".env"), bytes).unwrap();
    let (text, code) = stdout(run(folder.path(), &["check", "--output-format", "concise"]));
    assert!(text.contains(".env:1:6: error CL002"), "{text}");
    assert!(text.contains(".env:2:34: error CL104"), "{text}");
    assert_eq!(code, Some(1), "{text}");
    // A file that is no UTF-8 is never written.
    run(folder.path(), &["check", "--fix"]);
    let after = fs::read(folder.path().join(".env")).unwrap();
    assert_eq!(after, bytes);
}

#[test]
fn output_does_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..40 {
        let text = format!("AIRFLOW_CONN_PG=postgres://app:s3/{index}@db:5432/app\n");
        fs::write(folder.path().join(format!("{index}.env")), text).unwrap();
    }
    let check = |threads| {
        let arguments = ["check", "--output-format", "concise", "--threads", threads];
        let (text, _) = stdout(run(folder.path(), &arguments));
        // The last line says how long it took.
        let (findings, _) = text.trim_end().rsplit_once('\n').unwrap();
        findings.to_owned()
    };
    let one = check("1");
    assert!(one.lines().count() >= 40, "{one}");
    assert_eq!(one, check("4"));
}

#[test]
fn rules_lists_every_rule() {
    let (text, code) = stdout(run(connlint_tests::root(), &["rules"]));
    assert_eq!(code, Some(0));
    for rule in RULES {
        let line = text.lines().find(|line| line.starts_with(rule.code));
        assert!(line.is_some_and(|line| line.contains(rule.name)), "{}", rule.name);
    }
    assert_eq!(text.lines().count(), RULES.len());
}

#[test]
fn every_option_is_in_the_handbook() {
    let handbook = fs::read_to_string(connlint_tests::root().join("docs/cli.md")).unwrap();
    for command in ["check", "show", "convert", "rule", "rules"] {
        let (help, _) = stdout(run(connlint_tests::root(), &[command, "--help"]));
        // `-o, --output <FILE>` and `--fix`; what they do stands on lines of its own.
        let lines = help
            .lines()
            .map(str::trim_start)
            .filter(|line| line.starts_with('-') && !line.starts_with("- "));
        let options =
            lines.filter_map(|line| line.split([' ', '=']).find(|it| it.starts_with("--")));
        for option in options {
            assert!(handbook.contains(&format!("`{option}")), "{command} {option}");
        }
    }
}
