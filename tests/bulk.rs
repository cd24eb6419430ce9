//! Conversions of more than is held in memory.
#![cfg(target_os = "linux")]
#![expect(clippy::disallowed_methods, reason = "the tests write and read the files themselves")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use connlint_tests::connlint;

/// How many connections there are, and how long the password of each is.
const COUNT: usize = 320;
const LENGTH: usize = 64_000;

/// The kilobytes of address space that a conversion gets; one that held its input would need three
/// times its size, beside the program.
const MEMORY: usize = 60_000;

fn input() -> String {
    let password = "x".repeat(LENGTH);
    let mut text = String::new();
    for number in 0..COUNT {
        // Writing to a string does not fail.
        let _ = writeln!(text, "AIRFLOW_CONN_C{number}=http://u:{password}@h{number}/");
    }
    text
}

/// What is printed for the input, in little memory.
fn converted(folder: &Path, path: &str, input: Option<&str>) -> String {
    let mut child = Command::new("bash")
        .args(["-c", &format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"")])
        .arg(connlint())
        .args(["convert", "--to", "export-json", "--isolated", "--threads", "1"])
        .args(["--stdin-filename", ".env", "--output", "out.json", "--force", path])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bash runs");
    let mut stdin = child.stdin.take().expect("its input is piped");
    let input = input.unwrap_or_default().to_owned();
    let writer = thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{path}: {errors}");
    assert!(errors.contains(&format!("converted {COUNT}, refused 0")), "{errors}");
    // A file is read, and its input is not.
    let _ = writer.join().expect("the writer does not panic");
    fs::read_to_string(folder.join("out.json")).expect("it was written")
}

#[test]
fn a_large_input_is_converted_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let text = input();
    assert!(text.len() > 16 << 20);
    fs::write(folder.path().join(".env"), &text).unwrap();
    let of_file = converted(folder.path(), ".env", None);
    let of_input = converted(folder.path(), "-", Some(&text));
    assert!(of_file == of_input, "a file and standard input are converted alike");
    for number in 0..COUNT {
        assert!(of_file.contains(&format!("\"host\": \"h{number}\"")), "h{number} is missing");
    }
}
