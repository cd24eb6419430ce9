//! The example project, from end to end.

use connlint_tests::{root, run, stdout};

#[test]
fn astro_vault() {
    let arguments = ["check", "--output-format", "concise", "examples/astro-vault"];
    let (text, code) = stdout(run(root(), &arguments));
    // The rest of the last line says how long it took.
    let (findings, summary) = text.trim_end().rsplit_once('\n').unwrap();
    let (summary, _) = summary.split_once(" in ").unwrap();
    insta::assert_snapshot!(format!("{findings}\n{summary}"), @r"
    examples/astro-vault/.env:3:233: warning CL004 placeholder: a placeholder was left in
    examples/astro-vault/.env:6:45: error CL104 unencoded-delimiter: `/` in the password is not percent-encoded [*]
    examples/astro-vault/.env:6:47: warning CL603 divergent-value: not every reader of this file reads the same [*]
    examples/astro-vault/.env:7:25: error CL102 underscore-scheme: `_` in the scheme of a connection URI [*]
    examples/astro-vault/.env:8:1: error CL601 lowercase-env-name: lower-case letters in the name of an environment variable [*]
    examples/astro-vault/.env:9:36: warning CL603 divergent-value: not every reader of this file reads the same
    examples/astro-vault/.env:10:47: error CL201 unknown-json-key: unknown key `user` in a JSON connection
    examples/astro-vault/.env.hcp:2:34: error CL406 missing-kwarg: `role_id` is missing
    examples/astro-vault/.env.hcp:2:35: error CL404 unknown-kwarg: unknown key `conections_path` for HashiCorp Vault
    examples/astro-vault/.env.hcp:2:116: error CL405 kwarg-type: `kv_engine_version` has a value that is not allowed [*]
    examples/astro-vault/.env.hcp:2:128: error CL407 hcp-without-namespace: a Vault of the HashiCorp Cloud Platform without a namespace
    examples/astro-vault/deploy.sh:8:140: warning CL004 placeholder: a placeholder was left in
    examples/astro-vault/include/connections.json:3:18: warning CL301 unknown-conn-type: unknown conn_type `Amazon S3`
    examples/astro-vault/include/connections.json:9:43: error CL105 invalid-port: several hosts in a connection URI
    examples/astro-vault/include/connections.yaml:4:57: error CL203 invalid-extra: `extra` is not JSON: a comma stands before a closing bracket
    examples/astro-vault/include/connections.yaml:14:9: error CL202 invalid-json-port: the port is not a number
    examples/astro-vault/vault/dump/batch_size.json:8:7: error CL501 wrong-vault-key: Airflow reads no key `vals` of a Vault secret
    examples/astro-vault/vault/dump/crm.json:11:7: error CL501 wrong-vault-key: Airflow reads no key `user` of a Vault secret
    examples/astro-vault/vault/seed.sh:7:50: error CL501 wrong-vault-key: Airflow reads no key `vals` of a Vault secret
    examples/astro-vault/vault/seed.sh:8:135: error CL701 shell-unquoted-metachar: the value ends at an `&` outside of quotes
    examples/astro-vault/vault/seed.sh:10:84: error CL501 wrong-vault-key: Airflow reads no key `user` of a Vault secret
    Found 16 errors and 5 warnings
    ");
    assert_eq!(code, Some(1));
}
