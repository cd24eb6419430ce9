//! `connlint convert`, from files to exit codes.

#![expect(clippy::unwrap_used, reason = "a test that cannot make its files has failed")]

use std::path::Path;
use std::process::{Command, Output};

const CONNLINT: &str = env!("CARGO_BIN_EXE_connlint");
const DOTENV: &str = "AIRFLOW_CONN_PG='postgres://u:s3cr3t-pw@db:5432/app'\n\
                      AIRFLOW_CONN_BAD=postgres://u:s3cr3t/pw@db\n";

#[expect(clippy::disallowed_methods, reason = "the test makes the files that the program reads")]
fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the test reads what the program wrote")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn convert(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(CONNLINT).arg("convert").args(args).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn refused_connections_are_named_and_the_rest_written() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join(".env"), DOTENV);
    let (code, out, err) = convert(folder.path(), &["--to", "uri"]);
    assert_eq!(out, "postgres://u:s3cr3t-pw@db:5432/app\n");
    assert_eq!(err, "refused bad (.env:2): Airflow raises ValueError\nconverted 1, refused 1\n");
    assert_eq!(code, Some(1));
    let (code, _, err) = convert(folder.path(), &["--to", "uri", "--conn-id", "PG"]);
    assert_eq!((code, &*err), (Some(0), "converted 1, refused 0\n"));
}

#[test]
fn an_unknown_id_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join(".env"), "AIRFLOW_CONN_WAREHOUSE=postgres://db\n");
    let (code, out, err) = convert(folder.path(), &["--to", "uri", "--conn-id", "warehose"]);
    assert_eq!((code, &*out), (Some(2), ""));
    assert_eq!(err, "error: no connection has the id `warehose`; did you mean `warehouse`?\n");
}

#[test]
fn files_are_replaced_by_force_only() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.yaml");
    write(&folder.path().join(".env"), "AIRFLOW_CONN_A=http://h\n");
    let to_file = ["--to", "export-yaml", "-o", "out.yaml"];
    assert_eq!(convert(folder.path(), &to_file).0, Some(0));
    let text = read(&output);
    assert!(text.starts_with("a:\n  conn_type: http\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(output.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let (code, _, err) = convert(folder.path(), &to_file);
    assert_eq!((code, &*err), (Some(2), "error: out.yaml exists; --force replaces it\n"));
    write(&folder.path().join(".env"), "AIRFLOW_CONN_A=ftp://h\n");
    // What an earlier run wrote is no input.
    let (code, _, err) = convert(folder.path(), &[&to_file[..], &["--force"]].concat());
    assert_eq!((code, &*err), (Some(0), "converted 1, refused 0\n"));
    assert_eq!(read(&output), text.replace("http", "ftp"));
}

#[test]
fn secrets_of_vault_are_named_by_their_file() {
    let folder = tempfile::tempdir().unwrap();
    let answer = r#"{"request_id": "0", "data": {"data": {"conn_uri": "http://h"}, "metadata": {"version": 1}}}"#;
    write(&folder.path().join("dump/connections/team/api.json"), answer);
    let (code, out, err) = convert(folder.path(), &["dump", "--to", "connections-env"]);
    assert_eq!((code, &*out, &*err), (Some(0), "team/api=http://h\n", "converted 1, refused 0\n"));
}

#[test]
fn nothing_to_convert_is_trouble() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("x.yaml"), "a: b\n");
    for (args, message) in [
        (&["--to", "uri"][..], "error: no connection found\n"),
        (
            &["x.yaml", "--to", "uri"],
            "x.yaml: no known format; --host says which it is\nerror: no connection found\n",
        ),
        (&["y", "--to", "uri"], "y: no such file\nerror: no connection found\n"),
    ] {
        let (code, out, err) = convert(folder.path(), args);
        assert_eq!((code, &*out, &*err), (Some(2), "", message));
    }
}
