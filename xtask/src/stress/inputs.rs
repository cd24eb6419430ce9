//! The inputs, a row each.

#![expect(clippy::disallowed_methods, reason = "a developer task writes what connlint has to read")]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use super::Content::{File as Text, Folder};
use super::Input;

/// How connlint is called where nothing else is of interest.
const CHECK: &[&str] = &["check", "--threads", "1"];

/// The start of a `.env` file with a URI that has a query.
const QUERY: &str = "AIRFLOW_CONN_A=postgres://u:p@h/d?";
/// The start of a `.env` file with a password.
const PASSWORD: &str = "AIRFLOW_CONN_A=postgres://u:";
const EXPORT: &str = "{\"a\": {\"conn_type\": \"http\", \"extra\": ";
const COMPOSE: &str = "services:\n  airflow:\n    environment:\n      AIRFLOW_CONN_A: http://h\n";
const VAULT: &str = "AIRFLOW__SECRETS__BACKEND=airflow.providers.hashicorp.secrets.vault.VaultBackend\nAIRFLOW__SECRETS__BACKEND_KWARGS={";

/// An input that connlint is called on as usual.
const fn input(name: &'static str, size: usize, content: super::Content) -> Input {
    Input { name, content, size, arguments: CHECK }
}

/// One that it is called on in another way.
const fn called(
    name: &'static str,
    size: usize,
    arguments: &'static [&'static str],
    content: super::Content,
) -> Input {
    Input { name, content, size, arguments }
}

pub(super) const INPUTS: &[Input] = &[
    // Depth.
    input("objects in objects", 4096, Text("connections.json", EXPORT, "{\"a\":", "")),
    input("lists in lists", 4096, Text("connections.json", EXPORT, "[", "")),
    input(
        "objects in objects of a URI",
        4096,
        Text(".env", "AIRFLOW_CONN_A={\"extra\":", "{\"a\":", "\n"),
    ),
    input("flow in flow of YAML", 4096, Text("connections.yaml", "a: ", "{a: ", "")),
    input(
        "dashes behind dashes",
        4096,
        Text("connections.yaml", "a: http://h\nb:\n ", "- ", "x\n"),
    ),
    input("ever deeper lines of YAML", 1000, Folder(deeper_lines)),
    input("blocks in blocks of HCL", 2048, Text("main.tf", "# AIRFLOW_CONN_A\n", "a {\n", "")),
    input(
        "templates in templates of HCL",
        2048,
        Text("main.tf", "# AIRFLOW_CONN_A\na = \"", "${\"", ""),
    ),
    input(
        "brackets in brackets of Python",
        2048,
        Text("dag.py", "import airflow\nx = Connection(conn_id='a')\ny = ", "[", ""),
    ),
    input(
        "a sum of a million terms in Python",
        512,
        Text(
            "dag.py",
            "import airflow\nfrom airflow.models import Connection\nx = Connection(conn_id='a') + 1",
            "+1",
            "\n",
        ),
    ),
    input(
        "calls on calls in Python",
        512,
        Text("dag.py", "import airflow\nx = Connection(conn_id='a')", ".a()", "\n"),
    ),
    input(
        "not not not in Python",
        512,
        Text("dag.py", "import airflow\nx = Connection(conn_id='a') or ", "not ", "1\n"),
    ),
    input("shells in shells", 2048, Text("run.sh", "export AIRFLOW_CONN_A=\"", "$(echo \"", "")),
    input("defaults in defaults", 2048, Text(".env", "AIRFLOW_CONN_A=", "${A:-", "\n")),
    input("tables in tables of TOML", 256, Text("connlint.toml", "x = ", "[", "")),
    input("JSON in JSON in JSON", 14, Folder(nested_json)),
    // What stands for more than it is.
    input("a billion laughs", 30, Folder(laughs)),
    input(
        "a chain of aliases",
        1024,
        Text("docker-compose.yml", COMPOSE, "x№: &x№\n  <<: *x\n", ""),
    ),
    input("merges of merges", 2000, Folder(merges)),
    input(
        "many aliases of a large map",
        1024,
        Text(
            "docker-compose.yml",
            "x-a: &a {AIRFLOW_CONN_A: http://h, AIRFLOW_CONN_B: http://h, AIRFLOW_CONN_C: http://h}\nservices:\n",
            "  s№:\n    environment: *a\n",
            "",
        ),
    ),
    // Long lines.
    input("ampersands", 102_400, Text(".env", QUERY, "&", "\n")),
    input("query keys", 1024, Text(".env", QUERY, "key№=v&", "\n")),
    input("the same query key", 1024, Text(".env", QUERY, "key=v&", "\n")),
    input("square brackets", 4096, Text(".env", "AIRFLOW_CONN_A=postgres://", "[", "\n")),
    input("curly brackets", 4096, Text(".env", PASSWORD, "{{", "@h\n")),
    input("at signs", 4096, Text(".env", PASSWORD, "@", "h\n")),
    input("schemes", 4096, Text(".env", "AIRFLOW_CONN_A=", "a://", "\n")),
    input("hosts", 4096, Text(".env", "AIRFLOW_CONN_A=mongo://", "h№:1,", "/d\n")),
    input("escapes of escapes", 4096, Text(".env", PASSWORD, "%2525", "@h\n")),
    input("backslashes in quotes", 4096, Text(".env", "AIRFLOW_CONN_A=\"", "\\\\", "\n")),
    input("a million findings on a line", 3072, Text(".env", QUERY, "k№=%zz&", "\n")),
    called(
        "a million findings on a line, as SARIF",
        3072,
        &["check", "--threads", "1", "--output-format", "sarif"],
        Text(".env", QUERY, "k№=%zz&", "\n"),
    ),
    called(
        "many sites on a line, fixed",
        256,
        &["check", "--threads", "1", "--fix"],
        Text("connections.json", "{", "\"a№\": \"http://u:p/q@h\", ", "\"z\": \"http://h\"}"),
    ),
    called(
        "many sites on a line, as a diff",
        256,
        &["check", "--threads", "1", "--diff"],
        Text("connections.json", "{", "\"a№\": \"http://u:p/q@h\", ", "\"z\": \"http://h\"}"),
    ),
    input("a line of nothing", 51_200, Text(".env", "AIRFLOW_CONN_A=", "a", "\n")),
    input("letters that are two columns wide", 4096, Text(".env", PASSWORD, "\u{4e16}", "/@h\n")),
    input(
        "marks that take no column",
        4096,
        Text(".env", PASSWORD, "a\u{301}\u{200b}\u{202e}", "/@h\n"),
    ),
    input(
        "a number of a million digits",
        2048,
        Text("connections.json", "{\"a\": {\"conn_type\": \"http\", \"port\": ", "9", "}}"),
    ),
    input("a port of a million digits", 2048, Text(".env", "AIRFLOW_CONN_A=http://h:", "9", "\n")),
    input(
        "base64 of a megabyte",
        4096,
        Text(
            "secret.yaml",
            "apiVersion: v1\nkind: Secret\ndata:\n  AIRFLOW_CONN_A: ",
            "aHR0",
            "\n",
        ),
    ),
    // Many lines.
    input(
        "a million sites in a list",
        4096,
        Text(
            "docker-compose.yml",
            "services:\n  a:\n    environment:\n",
            "    - AIRFLOW_CONN_A№=http://u:p/q@h\n",
            "",
        ),
    ),
    input(
        "a million sites in Helm values",
        2048,
        Text("values.yaml", "env:\n", "  - name: AIRFLOW_CONN_A№\n    value: http://h\n", ""),
    ),
    input("sites of one name", 2048, Text(".env", "", "AIRFLOW_CONN_A=http://u:p@h\n", "")),
    called(
        "many faults, fixed",
        512,
        &["check", "--threads", "1", "--fix"],
        Text(".env", "", "AIRFLOW_CONN_A№=postgres://u:p/q@h:1/d\n", ""),
    ),
    called(
        "many faults, ignored",
        512,
        &["check", "--threads", "1", "--add-ignores"],
        Text(".env", "", "AIRFLOW_CONN_A№=postgres://u:p/q@h:1/d\n", ""),
    ),
    called(
        "many connections, converted",
        2048,
        &["convert", "--to", "export-json", ".env"],
        Text(".env", "", "AIRFLOW_CONN_A№=postgres://u:p@h:1/d\n", ""),
    ),
    called(
        "many connections, scrubbed",
        512,
        &["scrub", ".env"],
        Text(".env", "", "AIRFLOW_CONN_A№=postgres://u:p@h:1/d\n", ""),
    ),
    called(
        "many connections, compared",
        512,
        &["diff", ".env", ".env"],
        Text(".env", "", "AIRFLOW_CONN_A№=postgres://u:p@h:1/d\n", ""),
    ),
    input("empty lines", 20_480, Text(".env", "AIRFLOW_CONN_A=http://h\n", "\n", "")),
    input("open quotes", 4096, Text(".env", "", "AIRFLOW_CONN_A№=\"x\\\n", "")),
    input(
        "here-documents without an end",
        2048,
        Text("run.sh", "export AIRFLOW_CONN_A=http://h\n", "cat <<E№\n", ""),
    ),
    input(
        "lines that go on",
        4096,
        Text("Dockerfile", "FROM apache/airflow\nENV AIRFLOW_CONN_A=http://h", " \\\n  A№=x", "\n"),
    ),
    input(
        "fences without an end",
        4096,
        Text("README.md", "AIRFLOW_CONN_A\n", "```sh\nexport AIRFLOW_CONN_A=http://h\n~~~\n", ""),
    ),
    input(
        "sections of airflow.cfg",
        4096,
        Text("airflow.cfg", "[core]\nsql_alchemy_conn = x\n", "[s№]\na = b\n", ""),
    ),
    input(
        "documents of YAML",
        4096,
        Text(
            "all.yaml",
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  AIRFLOW_CONN_A: http://h\n",
            "---\n",
            "",
        ),
    ),
    input(
        "keys of a Vault secret",
        2048,
        Text(
            "a.json",
            "{\"request_id\": \"0\", \"lease_duration\": 0, \"data\": {",
            "\"k№\": 1, ",
            "\"conn_uri\": \"http://h\"}}",
        ),
    ),
    input(
        "paths of a policy with many globs",
        1024,
        Text("policies/a.hcl", "", "path \"secret/+/a№/+/*\" { capabilities = [\"read\"] }\n", ""),
    ),
    input(
        "parts of a path of a policy",
        1024,
        Text("policies/a.hcl", "path \"", "+/", "*\" { capabilities = [\"read\"] }\n"),
    ),
    input("arguments of a backend", 1024, Text(".env", VAULT, "\"k№\": 1, ", "\"z\": 1}\n")),
    input(
        "a pattern that goes back and forth",
        1024,
        Text(
            ".env",
            "",
            "AIRFLOW__SECRETS__BACKEND=airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend\nAIRFLOW__SECRETS__BACKEND_KWARGS={\"connections_lookup_pattern\": \"(a+)+№$\"}\nAIRFLOW_CONN_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=http://h\n",
            "",
        ),
    ),
    input(
        "a pattern that becomes large",
        8,
        Text(
            ".env",
            "AIRFLOW__SECRETS__BACKEND=airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend\nAIRFLOW__SECRETS__BACKEND_KWARGS={\"connections_lookup_pattern\": \"a",
            "{9}",
            "\"}\nAIRFLOW_CONN_A=http://h\n",
        ),
    ),
    // Bytes.
    input("bytes that are no UTF-8", 1024, Folder(no_utf8)),
    called("UTF-16", 4096, &["check", "--threads", "1", ".env"], Folder(utf16)),
    called(
        "NUL bytes",
        4096,
        &["check", "--threads", "1", ".env"],
        Text(".env", "AIRFLOW_CONN_A=http://h\n", "\0", "\n"),
    ),
    input("byte order marks", 4096, Text(".env", "", "\u{feff}", "AIRFLOW_CONN_A=http://h\n")),
    input("carriage returns", 4096, Text(".env", "", "AIRFLOW_CONN_A№=http://h\r", "\r\n")),
    input(
        "escape sequences of a terminal",
        2048,
        Text(".env", PASSWORD, "\u{1b}[2J\u{7}", "/@h\n"),
    ),
    input("a file of a thousand gigabytes", 1000, Folder(hole)),
    // Files.
    input("folders with a .env each", 4000, Folder(folders)),
    input("files of one folder", 8000, Folder(files)),
    input("Dags that ask for one connection each", 4000, Folder(dags)),
    input("a path that is too long", 300, Folder(deep_path)),
    input("links in circles", 400, Folder(circles)),
    input("pipes and devices", 200, Folder(devices)),
    called(
        "a device that never ends, named",
        1,
        &["check", "--threads", "1", "/dev/zero"],
        Folder(circles),
    ),
    input("a .gitignore that never ends", 1, Folder(endless_gitignore)),
    input("a pyproject.toml that never ends", 1, Folder(endless_pyproject)),
    input("folders that may not be entered", 400, Folder(closed)),
    input("names that drive a terminal", 800, Folder(odd_names)),
    input("patterns of .gitignore", 256, Folder(gitignore)),
    input("patterns of a configuration", 256, Folder(patterns)),
    input("entries of a baseline", 1024, Folder(baseline)),
];

fn lines(path: &Path, count: usize, line: impl Fn(usize) -> String) -> io::Result<()> {
    let mut text = String::new();
    for nr in 0..count {
        let _ = writeln!(text, "{}", line(nr));
    }
    fs::write(path, text)
}

fn deeper_lines(folder: &Path, depth: usize) -> io::Result<()> {
    lines(&folder.join("connections.yaml"), depth, |nr| format!("{}a:", " ".repeat(nr)))
}

/// Each level escapes the one in it, and is twice as long.
fn nested_json(folder: &Path, levels: usize) -> io::Result<()> {
    let mut text = "{\\\"conn_type\\\": \\\"http\\\"}".to_owned();
    for _ in 0..levels {
        text = format!(
            "{{\\\"extra\\\": \\\"{}\\\"}}",
            text.replace('\\', "\\\\").replace('"', "\\\"")
        );
    }
    fs::write(folder.join("connections.json"), format!("{{\"a\": \"{text}\"}}"))
}

/// Each list has the one before it nine times.
fn laughs(folder: &Path, levels: usize) -> io::Result<()> {
    let mut text = "a0: &a0 http://h\n".to_owned();
    for level in 1..=levels {
        let _ = writeln!(
            text,
            "a{level}: &a{level} [{}]",
            vec![format!("*a{}", level - 1); 9].join(", ")
        );
    }
    let _ = writeln!(text, "AIRFLOW_CONN_A: *a{levels}");
    fs::write(
        folder.join("docker-compose.yml"),
        format!("{text}services:\n  s:\n    environment: *a{levels}\n"),
    )
}

/// Each map merges the two before it.
fn merges(folder: &Path, count: usize) -> io::Result<()> {
    let mut text =
        "x0: &x0 {AIRFLOW_CONN_A: http://h}\nx1: &x1 {AIRFLOW_CONN_B: http://h}\n".to_owned();
    for nr in 2..count.max(3) {
        let _ = writeln!(text, "x{nr}: &x{nr}\n  <<: [*x{}, *x{}]\n  K{nr}: 1", nr - 1, nr - 2);
    }
    let _ = writeln!(text, "services:\n  s:\n    environment: *x{}", count.max(3) - 1);
    fs::write(folder.join("docker-compose.yml"), text)
}

fn no_utf8(folder: &Path, kib: usize) -> io::Result<()> {
    fs::write(folder.join(".env"), b"AIRFLOW_CONN_A=http://u:\xFF/p@h\n".repeat(kib << 5))
}

fn utf16(folder: &Path, kib: usize) -> io::Result<()> {
    let text = "AIRFLOW_CONN_A=http://h\n".repeat((kib << 10) / 48);
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(folder.join(".env"), [&b"\xFF\xFE"[..], &bytes].concat())
}

/// A file of that many gigabytes, all of which but the first line is a hole.
fn hole(folder: &Path, gigabytes: usize) -> io::Result<()> {
    for (nr, text) in ["AIRFLOW_CONN_A=http://h\n".repeat(1000), String::new()].iter().enumerate() {
        let path = folder.join(format!("{nr}.env"));
        fs::write(&path, text)?;
        File::options().write(true).open(path)?.set_len((gigabytes as u64) << 30)?;
    }
    Ok(())
}

fn folders(folder: &Path, count: usize) -> io::Result<()> {
    for nr in 0..count {
        let inner = folder.join(format!("f{nr}"));
        fs::create_dir(&inner)?;
        fs::write(inner.join(".env"), "AIRFLOW_CONN_A=http://u:p@h\n")?;
    }
    Ok(())
}

fn files(folder: &Path, count: usize) -> io::Result<()> {
    (0..count).try_for_each(|nr| {
        fs::write(folder.join(format!("{nr}.env")), format!("AIRFLOW_CONN_A{nr}=http://u:p@h\n"))
    })
}

fn dags(folder: &Path, count: usize) -> io::Result<()> {
    lines(&folder.join(".env"), count, |nr| format!("AIRFLOW_CONN_A{nr}=http://u:p@h"))?;
    (0..count).try_for_each(|nr| {
        let text =
            format!("from airflow.hooks.base import BaseHook\nBaseHook.get_connection('b{nr}')\n");
        fs::write(folder.join(format!("d{nr}.py")), text)
    })
}

/// Longer than the 4096 bytes that a system call takes: made by going down step by step.
fn deep_path(folder: &Path, depth: usize) -> io::Result<()> {
    let name = "d".repeat(100);
    let script = "echo AIRFLOW_CONN_A=http://h > .env; for i in $(seq \"$2\"); do mkdir \"$1\" && cd \"$1\" && echo AIRFLOW_CONN_A=http://h > .env || exit 1; done";
    let arguments = ["-c", script, "bash", &name, &depth.to_string()];
    let status = Command::new("bash").args(arguments).current_dir(folder).status()?;
    if status.success() { Ok(()) } else { Err(io::ErrorKind::Other.into()) }
}

fn circles(folder: &Path, count: usize) -> io::Result<()> {
    for nr in 0..count {
        symlink(format!("{}.env", (nr + 1) % count), folder.join(format!("{nr}.env")))?;
        symlink(".", folder.join(format!("here{nr}")))?;
        symlink("..", folder.join(format!("up{nr}")))?;
    }
    Ok(())
}

fn devices(folder: &Path, count: usize) -> io::Result<()> {
    for nr in 0..count {
        for device in ["zero", "random", "stdin", "full", "tty"] {
            symlink(format!("/dev/{device}"), folder.join(format!("{device}{nr}.env")))?;
        }
        fifo(&folder.join(format!("pipe{nr}.env")))?;
    }
    fifo(&folder.join("requirements.txt"))
}

fn fifo(path: &Path) -> io::Result<()> {
    let status = Command::new("mkfifo").arg(path).status()?;
    if status.success() { Ok(()) } else { Err(io::ErrorKind::Other.into()) }
}

fn endless_gitignore(folder: &Path, _: usize) -> io::Result<()> {
    fs::write(folder.join(".env"), "AIRFLOW_CONN_A=http://h\n")?;
    for (name, target) in [
        (".gitignore", "/dev/zero"),
        (".ignore", "/dev/zero"),
        (".git/index", "/dev/zero"),
        (".dockerignore", "/dev/zero"),
    ] {
        symlink(target, folder.join(name))?;
    }
    fs::write(
        folder.join("Dockerfile"),
        "FROM apache/airflow\nCOPY . .\nENV AIRFLOW_CONN_A=http://u:p@h\n",
    )?;
    let inner = folder.join("inner");
    fs::create_dir(&inner)?;
    fifo(&inner.join(".gitignore"))?;
    fs::write(inner.join(".env"), "AIRFLOW_CONN_A=http://h\n")
}

fn endless_pyproject(folder: &Path, _: usize) -> io::Result<()> {
    fs::write(folder.join(".env"), "AIRFLOW_CONN_A=http://h\n")?;
    symlink("/dev/zero", folder.join("pyproject.toml"))?;
    fifo(&folder.join(".connlint.toml"))
}

fn closed(folder: &Path, count: usize) -> io::Result<()> {
    for nr in 0..count {
        let inner = folder.join(format!("f{nr}"));
        fs::create_dir(&inner)?;
        fs::write(inner.join(".env"), "AIRFLOW_CONN_A=http://h\n")?;
        fs::set_permissions(&inner, fs::Permissions::from_mode(0o000))?;
    }
    Ok(())
}

fn odd_names(folder: &Path, count: usize) -> io::Result<()> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    for nr in 0..count {
        let long = "x".repeat(240);
        for name in [
            format!("{nr}\u{1b}]0;x\u{7}.env").into_bytes(),
            format!("{nr}\n::error::x.env").into_bytes(),
            format!("{nr}\u{202e}vne.env").into_bytes(),
            format!("{nr}{long}.env").into_bytes(),
            [nr.to_string().as_bytes(), b"\xFF.env"].concat(),
        ] {
            fs::write(folder.join(OsStr::from_bytes(&name)), "AIRFLOW_CONN_A=http://u:p/q@h\n")?;
        }
    }
    Ok(())
}

fn gitignore(folder: &Path, kib: usize) -> io::Result<()> {
    lines(&folder.join(".gitignore"), kib << 6, |nr| format!("**/a*b*{nr}"))?;
    files(folder, 200)
}

fn patterns(folder: &Path, kib: usize) -> io::Result<()> {
    let mut text = "exclude = [\n".to_owned();
    for nr in 0..kib << 5 {
        let _ = writeln!(text, "  '**/{{a,b,c}}*[0-9]*{nr}',");
    }
    fs::write(folder.join("connlint.toml"), text + "]\n")?;
    files(folder, 200)
}

fn baseline(folder: &Path, kib: usize) -> io::Result<()> {
    let entry = |nr| {
        format!("{{\"file\": \"{nr}.env\", \"rule\": \"CL104\", \"site\": \"A\", \"count\": 1}}")
    };
    let entries: Vec<_> = (0..kib << 4).map(entry).collect();
    let text = format!("{{\"version\": 1, \"entries\": [{}]}}", entries.join(",\n"));
    fs::write(folder.join("connlint-baseline.json"), text)?;
    fs::write(folder.join("connlint.toml"), "baseline = 'connlint-baseline.json'\n")?;
    files(folder, 200)
}
