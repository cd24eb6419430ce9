//! What makes the command pleasant: colour, completions, man pages, `init`, `--watch`.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the tests write and read the files themselves")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use connlint_tests::{connlint, run, stdout};

const FAULTY: &str = "AIRFLOW_CONN_LAKE=google_cloud_platform://\n";

/// What is printed about a fault, with these variables set.
fn coloured(variables: &[(&str, &str)], arguments: &[&str]) -> bool {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join(".env"), FAULTY).expect("a file can be written");
    let mut command = Command::new(connlint());
    command.arg("check").args(arguments).current_dir(folder.path());
    command.env_remove("NO_COLOR").env_remove("FORCE_COLOR").env_remove("CLICOLOR_FORCE");
    command.envs(variables.iter().copied());
    let (text, code) = stdout(command.output().expect("connlint runs"));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("CL102"), "{text}");
    // A link is for terminals only.
    assert!(!text.contains("\u{1b}]8;"), "{text}");
    text.contains("\u{1b}[")
}

#[test]
fn colour() {
    for (variables, arguments, expected) in [
        (&[][..], &[][..], false),
        (&[("FORCE_COLOR", "1")], &[], true),
        (&[("CLICOLOR_FORCE", "1")], &[], true),
        (&[("FORCE_COLOR", "")], &[], false),
        (&[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], &[], false),
        (&[("NO_COLOR", "1")], &["--color", "always"], true),
        (&[("FORCE_COLOR", "1")], &["--color", "never"], false),
    ] {
        assert_eq!(coloured(variables, arguments), expected, "{variables:?} {arguments:?}");
    }
}

#[test]
fn shells_take_their_completions() {
    let folder = tempfile::tempdir().unwrap();
    for (shell, check) in [
        ("bash", &["bash", "-n"][..]),
        ("zsh", &["zsh", "-n"]),
        ("fish", &["fish", "--no-execute"]),
        ("powershell", &[]),
        ("elvish", &[]),
    ] {
        let (script, code) = stdout(run(folder.path(), &["completions", shell]));
        assert_eq!(code, Some(0));
        for word in ["check", "convert", "unsafe-fixes", "airflow-version"] {
            assert!(script.contains(word), "no {word} for {shell}");
        }
        let path = folder.path().join(shell);
        fs::write(&path, script).unwrap();
        let [program, arguments @ ..] = check else { continue };
        // A shell that is not installed has nothing to say.
        if let Ok(status) = Command::new(program).args(arguments).arg(&path).status() {
            assert!(status.success(), "{shell} does not take its completions");
        }
    }
    // What a shell does with it.
    let script = "source ./bash; COMP_WORDS=(connlint che); COMP_CWORD=1; _connlint connlint che connlint; echo ${COMPREPLY[*]}";
    let output = Command::new("bash").args(["-c", script]).current_dir(folder.path()).output();
    assert_eq!(stdout(output.unwrap()), ("check\n".to_owned(), Some(0)));
}

#[test]
fn man_pages() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(stdout(run(folder.path(), &["man", "."])), (String::new(), Some(0)));
    let page = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(page("connlint.1").contains("connlint\\-check(1)"));
    let check = page("connlint-check.1");
    assert!(check.contains("\\-\\-airflow\\-version") && check.contains(".SH OPTIONS"), "{check}");
    // A formatter that is not installed has nothing to say.
    let formatter = Command::new("groff")
        .args(["-Kutf8", "-man", "-Tutf8", "-ww", "connlint-check.1"])
        .current_dir(folder.path())
        .output();
    if let Ok(output) = formatter {
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert!(String::from_utf8_lossy(&output.stdout).contains("Apply safe fixes"));
    }
    assert_eq!(run(folder.path(), &["man", "no such folder"]).status.code(), Some(2));
}

#[test]
fn init_knows_projects() {
    for (mark, what) in [
        (".astro/config.yaml", "an Astro project"),
        ("airflow_settings.yaml", "an Astro project"),
        ("Chart.yaml", "a Helm chart"),
        ("docker-compose.yaml", "a compose project"),
        ("compose.yml", "a compose project"),
        ("dags/a.py", "a project"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join(mark);
        fs::create_dir_all(mark.parent().unwrap()).unwrap();
        fs::write(mark, "").unwrap();
        let (text, code) = stdout(run(folder.path(), &["init", "--pre-commit"]));
        let expected = format!(
            "Wrote connlint.toml for {what}.\nWrote .pre-commit-config.yaml with the hook.\n"
        );
        assert_eq!((text, code), (expected, Some(0)));
        // What it wrote is taken.
        fs::write(folder.path().join(".env"), FAULTY).unwrap();
        let (text, code) = stdout(run(folder.path(), &["check", "--output-format", "concise"]));
        assert!(text.contains("CL102") && code == Some(1), "{text}");
    }
}

#[test]
fn a_watched_file_is_checked_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".env");
    fs::write(&file, FAULTY).unwrap();
    let mut watching = Watching::start(folder.path());
    watching.wait_for("Found 1 error");
    fs::write(&file, "AIRFLOW_CONN_LAKE=google-cloud-platform://\n").unwrap();
    watching.wait_for("All clean: 1 site in 1 file");
    // A file that is new, and a configuration with a fault that goes away.
    fs::write(folder.path().join("connlint.toml"), "consumer = \"nobody\"\n").unwrap();
    fs::write(folder.path().join("more.env"), FAULTY).unwrap();
    thread::sleep(Duration::from_secs(1));
    fs::write(folder.path().join("connlint.toml"), "consumer = \"shell\"\n").unwrap();
    watching.wait_for("more.env:1:25: error CL102");
}

/// A `connlint check --watch`, and what it prints.
struct Watching {
    child: std::process::Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(connlint())
            .args(["check", "--watch", "--output-format", "concise"])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("connlint runs");
        let out = BufReader::new(child.stdout.take().expect("its output is piped"));
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    fn wait_for(&mut self, start: &str) {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(50));
            if line.unwrap_or_else(|_| panic!("no line starts with {start}")).starts_with(start) {
                return;
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
