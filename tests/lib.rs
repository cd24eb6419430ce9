//! What the tests of the command have in common.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use tempfile::TempDir;

/// The `connlint` program, built first, so that no test runs an old one.
///
/// # Panics
///
/// Where it does not build.
pub fn connlint() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
        let test = std::env::current_exe().expect("a test knows where it is");
        let folder = test.parent().and_then(Path::parent).expect("tests are in `deps`");
        let profile = folder.file_name().and_then(|name| name.to_str()).unwrap_or("debug");
        let profile = if profile == "debug" { "dev" } else { profile };
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "connlint-cli", "--profile", profile])
            .current_dir(root())
            .status()
            .expect("cargo runs");
        assert!(status.success(), "connlint-cli does not build");
        folder.join(format!("connlint{}", std::env::consts::EXE_SUFFIX))
    });
    &PROGRAM
}

/// The top of the checkout.
///
/// # Panics
///
/// Never: this crate lies in it.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate lies in the workspace")
}

/// Runs the program in a folder.
///
/// # Panics
///
/// Where it cannot be started.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(connlint());
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1");
    command.output().expect("connlint runs")
}

/// Its standard output as text, and its exit code.
///
/// # Panics
///
/// Where the output is no UTF-8.
pub fn stdout(output: Output) -> (String, Option<i32>) {
    (String::from_utf8(output.stdout).expect("output is UTF-8"), output.status.code())
}

/// A copy of a folder of the checkout, that a test may change.
///
/// # Panics
///
/// Where there is no such folder.
pub fn copy_of(folder: &str) -> TempDir {
    let copy = TempDir::new().expect("a temporary folder can be made");
    for file in files(folder) {
        let to = copy.path().join(&file);
        fs::create_dir_all(to.parent().expect("a file is in a folder")).expect("as above");
        fs::copy(root().join(folder).join(&file), to).expect("a file of ours can be copied");
    }
    copy
}

/// The files in a folder of the checkout, relative to it.
///
/// # Panics
///
/// Where there is no such folder.
pub fn files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(relative) = open.pop() {
        let entries = fs::read_dir(root().join(folder).join(&relative));
        for entry in entries.unwrap_or_else(|_| panic!("there is no folder {folder}")) {
            let entry = entry.expect("a folder of ours can be read");
            let path = relative.join(entry.file_name());
            if entry.path().is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}
