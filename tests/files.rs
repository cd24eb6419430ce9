//! Files that cannot be read, and lists that must be complete.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the tests write and read the files themselves")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use connlint::RULES;
use connlint::convert::Target;
use connlint::report::OutputFormat;
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
fn a_large_file_does_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    // Some are wrong, some are defined twice, and some hosts are here only.
    let line = |number: usize| match number % 50 {
        7 => format!("AIRFLOW_CONN_C{number}=postgres://app:s3/cr@db{number}:5432/app\n"),
        9 => "AIRFLOW_CONN_TWICE=mysql://app@host.docker.internal/app\n".to_owned(),
        _ => format!(
            "AIRFLOW_CONN_C{number}=postgres://app:changeme@db{number}.example.com:5432/app?sslmode=require\n"
        ),
    };
    let text: String = (0..20_000).map(line).collect();
    assert!(text.len() > 1 << 20);
    fs::write(folder.path().join(".env"), text).unwrap();
    let check = |threads| {
        let arguments = ["check", "--output-format", "json", "--threads", threads];
        stdout(run(folder.path(), &arguments)).0
    };
    let one = check("1");
    assert!(one.matches("\"CL104\"").count() == 400, "{}", one.lines().count());
    assert!(one.matches("\"CL602\"").count() == 399, "{}", one.lines().count());
    for threads in ["2", "3", "7"] {
        assert!(one == check(threads), "{threads} threads");
    }
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
    for command in [
        "check",
        "show",
        "convert",
        "diff",
        "scrub",
        "baseline",
        "init",
        "rule",
        "rules",
        "schema",
        "completions",
    ] {
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

#[test]
fn a_configuration_cannot_lead_out_of_its_repository() {
    const OUTSIDE: &str = "token = s3cr3t-sentinel\n";
    let folder = tempfile::tempdir().unwrap();
    let outside = folder.path().join("outside");
    fs::write(&outside, OUTSIDE).unwrap();
    for (name, text, link) in [
        ("linked", None, Some("connlint.toml")),
        ("hidden", None, Some("pyproject.toml")),
        ("baseline", Some("baseline = 'known.json'\n"), Some("known.json")),
        ("folder", Some("baseline = 'up/outside'\n"), Some("up")),
        ("parent", Some("baseline = '../outside'\n"), None),
    ] {
        let repository = folder.path().join(name);
        fs::create_dir_all(repository.join(".git")).unwrap();
        fs::write(repository.join(".env"), GOOD).unwrap();
        if let Some(text) = text {
            fs::write(repository.join("connlint.toml"), text).unwrap();
        }
        if let Some(link) = link {
            let target = if link == "up" { folder.path() } else { &outside };
            symlink(target, repository.join(link)).unwrap();
        }
        for command in ["check", "baseline"] {
            let output = run(&repository, &[command]);
            let error = String::from_utf8(output.stderr.clone()).unwrap();
            assert!(error.contains("leads out of the"), "{name} {command} {error}");
            assert!(!error.contains("sentinel"), "{name} {command} {error}");
            assert_eq!(stdout(output), (String::new(), Some(2)), "{name} {command}");
            assert_eq!(fs::read_to_string(&outside).unwrap(), OUTSIDE, "{name} {command}");
        }
    }
}

#[test]
fn a_configuration_above_the_repository_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("connlint.toml"), "ignore = ['ALL']\n").unwrap();
    let inner = folder.path().join("repository/deep");
    fs::create_dir_all(&inner).unwrap();
    fs::write(inner.join(".env"), "AIRFLOW_CONN_PG=postgres://app:s3/cr3t@db/app\n").unwrap();
    // Without a repository, those up to the current folder are.
    assert_eq!(run(folder.path(), &["check"]).status.code(), Some(0));
    assert_eq!(run(&inner, &["check"]).status.code(), Some(1));
    fs::create_dir(folder.path().join("repository/.git")).unwrap();
    assert_eq!(run(folder.path(), &["check"]).status.code(), Some(1));
    // The nearest one within counts, wherever the command runs.
    fs::write(folder.path().join("repository/.connlint.toml"), "ignore = ['ALL']\n").unwrap();
    assert_eq!(run(&inner, &["check"]).status.code(), Some(0));
    fs::write(inner.join("pyproject.toml"), "[tool.connlint]\nstrict = true\n").unwrap();
    assert_eq!(run(&inner, &["check"]).status.code(), Some(1));
}

#[test]
fn the_schemas_are_those_of_the_repository() {
    for (of, name) in [("config", "connlint"), ("check", "check")] {
        let (text, _) = stdout(run(connlint_tests::root(), &["schema", of]));
        let path = connlint_tests::root().join(format!("schemas/{name}.schema.json"));
        assert_eq!(text, fs::read_to_string(path).unwrap(), "cargo xtask schema");
    }
}

#[test]
fn no_more_findings_are_shown_than_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..9 {
        let text = "AIRFLOW_CONN_A=postgres://u:s3/c@h\nAIRFLOW_CONN_B=postgres://u:s3/c@h\n";
        fs::write(folder.path().join(format!("{index}.env")), text).unwrap();
    }
    for (limit, format) in
        [(0, "concise"), (1, "concise"), (5, "concise"), (5, "jsonl"), (99, "jsonl")]
    {
        let limit = limit.to_string();
        let arguments =
            ["check", "--select", "CL104", "--output-format", format, "--max-findings", &limit];
        let (text, code) = stdout(run(folder.path(), &arguments));
        let shown = text.lines().filter(|line| line.contains("CL104")).count();
        let limit: usize = limit.parse().unwrap();
        assert_eq!((shown, code), (limit.min(18), Some(1)), "{text}");
        let hidden = format!("{} of them not shown", 18 - shown);
        assert!(format != "concise" || text.contains(&hidden), "{text}");
    }
}

#[test]
fn a_variable_that_is_no_utf8_costs_itself_alone() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::process::Command;

    let check = |command: &str| {
        Command::new(connlint_tests::connlint())
            .args([command, "--env"])
            .env_clear()
            .env("AIRFLOW_VAR_BAD", OsStr::from_bytes(b"caf\xE9-s3cr3t"))
            .env("AIRFLOW_CONN_PG", "postgres://app:s3/cr3t@db:5432/app")
            .output()
            .unwrap()
    };
    let found = check("check");
    let text = String::from_utf8(found.stdout).unwrap();
    assert_eq!(found.status.code(), Some(1), "{text}");
    assert!(text.contains("the value is not UTF-8") && text.contains("AIRFLOW_VAR_BAD"), "{text}");
    assert!(text.contains("CL104") && !text.contains("cr3t"), "{text}");
    let shown = check("show");
    let text = String::from_utf8(shown.stdout).unwrap();
    assert_eq!(shown.status.code(), Some(0), "{text}");
    assert!(text.contains("AIRFLOW_VAR_BAD") && !text.contains("cr3t"), "{text}");
}

#[test]
fn files_of_variables_are_known_by_who_names_them() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let faulty = "# settings\nAIRFLOW_CONN_LAKE=google_cloud_platform://\n";
    write("deploy/compose.yaml", "services:\n  a:\n    env_file: [../settings/airflow.txt]\n");
    write("deploy/a.service", "[Service]\nEnvironmentFile=-/opt/airflow/vars.txt\n");
    for name in ["settings/airflow.txt", "root/opt/airflow/vars.txt", "opt/vars.txt", "airflow.txt"]
    {
        write(name, faulty);
    }
    write("settings/other.txt", faulty);
    let (text, _) = stdout(run(folder.path(), &["check", "--output-format", "concise"]));
    let found: Vec<_> = text.lines().filter_map(|line| line.split_once(':')).collect();
    let files = found.iter().filter(|(_, rest)| rest.contains("CL102")).map(|it| it.0);
    assert_eq!(
        files.collect::<Vec<_>>(),
        ["root/opt/airflow/vars.txt", "settings/airflow.txt"],
        "{text}"
    );
}

#[test]
fn an_ignored_env_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".env"), GOOD).unwrap();
    fs::write(folder.path().join(".gitignore"), ".env\n").unwrap();
    let said = |arguments: &[&str]| {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(
        said(&["check"]),
        "`.env` was not read, since git ignores it: name it to check it\n"
    );
    for quiet in
        [&["check", ".", ".env"][..], &["check", "--quiet"], &["check", "--output-format", "json"]]
    {
        assert_eq!(said(quiet), "", "{quiet:?}");
    }
}

#[test]
fn what_git_ignores_is_not_read_from_a_device() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    for path in [folder.path().join(".env"), inner.join(".env")] {
        fs::write(path, "AIRFLOW_CONN_PG=postgres://app:s3/cr3t@db/app\n").unwrap();
    }
    let check = || stdout(run(folder.path(), &["check", "--output-format", "concise"]));
    symlink("/dev/zero", inner.join(".gitignore")).unwrap();
    let (text, code) = check();
    assert!(text.contains("inner/.gitignore:1:1: error CL001"), "{text}");
    assert!(text.contains("it is no regular file"), "{text}");
    assert!(text.contains("\n.env:1:") || text.starts_with(".env:1:"), "{text}");
    assert!(!text.contains("inner/.env"), "{text}");
    assert_eq!(code, Some(2), "{text}");
    symlink("/dev/zero", folder.path().join(".ignore")).unwrap();
    let (text, code) = check();
    assert!(text.starts_with(".ignore:1:1: error CL001"), "{text}");
    assert_eq!(code, Some(2), "{text}");
}

#[test]
fn a_file_that_is_one_large_hole_is_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".env");
    fs::write(&path, GOOD).unwrap();
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(1 << 40).unwrap();
    let (text, code) = stdout(run(folder.path(), &["check", "--output-format", "concise", ".env"]));
    assert!(text.contains(".env:1:1: error CL001") && text.contains("larger than 4 GiB"), "{text}");
    assert_eq!(code, Some(2), "{text}");
}

/// A terminal's title, a line of its own for GitHub, one that turns around, a mark of HTML.
const ODD: &str = "a\u{1b}]0;title\u{7}\r\n::error::forged\u{202e}\u{9b}2J<b>|`x";

#[test]
fn neither_names_nor_values_drive_a_terminal_or_forge_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join(ODD);
    fs::create_dir(&inner).unwrap();
    let uri = format!("postgres://{ODD}:p/q@{ODD}/{ODD}?{ODD}={ODD}");
    fs::write(inner.join(format!("{ODD}.env")), format!("AIRFLOW_CONN_PG='{uri}'\n")).unwrap();
    let json = connlint::json::dumps_str(&uri.as_str().into());
    let id = connlint::json::dumps_str(&ODD.into());
    fs::write(inner.join("connections.json"), format!("{{{id}: {json}}}")).unwrap();
    symlink("nowhere", inner.join(format!("{ODD}.yaml"))).unwrap();
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for format in OutputFormat::ALL {
        runs.push(vec!["check", "-v", "--output-format", format.name()]);
    }
    for target in Target::ALL {
        runs.push(vec!["convert", "-o", "/dev/null", "--force", "--to", target.name()]);
    }
    runs.extend([
        vec!["check", "--diff", "--unsafe-fixes"],
        vec!["check", "--statistics"],
        vec!["show"],
        vec!["show", "--output-format", "json"],
        vec!["show", "--reveal"],
        vec!["show", "--lookup", ODD],
        vec!["diff", ODD, "nothing"],
        vec!["baseline"],
        vec!["init", ODD],
        vec!["check", "--select", ODD],
        vec!["convert", "--to", "env", "--conn-id", ODD],
        vec!["check", "--config", ODD],
        vec!["scrub", ODD],
        vec!["check", "--add-ignores"],
    ]);
    for arguments in runs {
        let output = run(folder.path(), &arguments);
        assert!(output.status.code().is_some_and(|code| code <= 2), "{arguments:?}");
        for text in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(text);
            let drives = |char: char| {
                (char.is_control() && !matches!(char, '\n' | '\t')) || char == '\u{202e}'
            };
            assert!(!text.contains(drives), "{arguments:?}\n{text:?}");
            assert!(
                !text.lines().any(|line| line.starts_with("::error::")),
                "{arguments:?}\n{text}"
            );
        }
    }
    // A configuration with a fault, which is drawn.
    fs::write(inner.join("connlint.toml"), "baseline = '../../x'\n").unwrap();
    let output = run(folder.path(), &["check"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("leads out of the project"), "{said}");
    assert!(!said.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}', '\u{9b}']), "{said:?}");
}
