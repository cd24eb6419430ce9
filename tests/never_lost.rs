//! Whatever happens to connlint while it writes: a file is the old one or the new one.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the tests write and read the files themselves")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use connlint_tests::{connlint, run};

const FILES: usize = 60;
/// How often it is killed.
const TIMES: u32 = 40;

/// A file with a fault in every line, long enough to be written in several pieces.
fn faulty(nr: usize) -> String {
    let line = |line| format!("AIRFLOW_CONN_F{nr}_{line}=google_cloud_platform://\n");
    (0..120).map(line).collect()
}

fn fixed(nr: usize) -> String {
    faulty(nr).replace("google_cloud_platform", "google-cloud-platform")
}

fn fill(folder: &Path) {
    for nr in 0..FILES {
        fs::write(folder.join(format!("{nr}.env")), faulty(nr)).expect("a folder of its own");
    }
}

#[test]
fn a_process_that_is_killed_leaves_the_old_file_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let fix = || {
        let mut command = Command::new(connlint());
        command.args(["check", "--fix", "--isolated", "--select", "CL102"]);
        command.current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    fill(folder.path());
    let start = std::time::Instant::now();
    assert!(fix().status().unwrap().success());
    let whole = start.elapsed();

    let mut fates = BTreeSet::new();
    for time in 0..TIMES {
        fill(folder.path());
        let mut process = fix().spawn().unwrap();
        thread::sleep(whole * time / TIMES + Duration::from_micros(u64::from(time) * 37));
        process.kill().unwrap();
        process.wait().unwrap();
        for nr in 0..FILES {
            let text = fs::read_to_string(folder.path().join(format!("{nr}.env"))).unwrap();
            let is_new = text == fixed(nr);
            assert!(is_new || text == faulty(nr), "{nr}.env is neither the old file nor the new");
            fates.insert(is_new);
        }
        // What was being written has a name of its own, and is for nobody who may not read the file.
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let old = mode(&folder.path().join("0.env"));
        for entry in fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            if entry.file_name().to_string_lossy().starts_with(".connlint-") {
                assert_eq!(mode(&entry.path()) & !old, 0);
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }
    assert_eq!(fates.len(), 2, "it was killed before it wrote, and after it, but never meanwhile");
}

#[test]
fn a_file_that_cannot_be_written_is_named_and_the_rest_is_fixed() {
    let folder = tempfile::tempdir().unwrap();
    for nr in [1, 2] {
        fs::write(folder.path().join(format!("{nr}.env")), faulty(nr)).unwrap();
    }
    let path = folder.path().join("1.env");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let output = run(folder.path(), &["check", "--fix", "--isolated"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said, "error: cannot write 1.env: it is read-only\n");
    assert_eq!(fs::read_to_string(&path).unwrap(), faulty(1));
    assert_eq!(fs::read_to_string(folder.path().join("2.env")).unwrap(), fixed(2));
}

/// The names of the functions are those of what writes.
#[test]
fn nothing_that_writes_touches_a_read_only_file() {
    for (name, text, arguments) in [
        ("a.env", "AIRFLOW_CONN_A=google_cloud_platform://\n", &["check", "--fix"][..]),
        ("a.env", "AIRFLOW_CONN_A=google_cloud_platform://\n", &["check", "--add-ignores"]),
        (
            "a.env",
            "AIRFLOW_CONN_A='{\"conn_type\": \"http\"}'\n",
            &["convert", "--to", "env", "--in-place"],
        ),
        ("out.json", "{}", &["convert", "--to", "export-json", "--force", "-o", "out.json"]),
        ("connlint-baseline.json", "{\"version\": 1, \"entries\": []}", &["baseline"]),
        (".pre-commit-config.yaml", "repos:\n  - repo: x\n", &["init"]),
        ("report.txt", "old\n", &["check", "-o", "report.txt"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("b.env"),
            "AIRFLOW_CONN_B=postgres://u:p/q@h/d\nAIRFLOW_CONN_C=http://h\n",
        )
        .unwrap();
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        let output = run(folder.path(), arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("it is read-only") && said.contains(name), "{arguments:?}: {said}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "{arguments:?}");
    }
}
