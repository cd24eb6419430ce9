//! What findings about `backend_kwargs` say happens is what happened in recorded calls.

use connlint_linter::Linter;

const VAULT: &str = "airflow.providers.hashicorp.secrets.vault.VaultBackend";
const SECRETS_MANAGER: &str =
    "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend";
const GOOGLE: &str =
    "airflow.providers.google.cloud.secrets.secret_manager.CloudSecretManagerBackend";
const AKEYLESS: &str = "airflow.providers.akeyless.secrets.akeyless.AkeylessBackend";

/// Airflow does not start.
fn start(exception: &str) -> String {
    format!("the constructor raises {exception}: no Airflow process starts")
}

/// Nothing is found.
fn first(exception: &str) -> String {
    format!(
        "the first lookup raises {exception}, which Airflow swallows: \
         every connection isn't defined"
    )
}

#[test]
fn notes_name_the_stage_and_the_exception() {
    let vault_error = start("hvac.exceptions.VaultError");
    let ignored = "it is ignored without a word, and the default is used".to_owned();
    let silent = "no error says so".to_owned();
    for (class, kwargs, code, note) in [
        (VAULT, r#"{"token": "s3cr3t", "sep": "/"}"#, "CL404", &first("TypeError")),
        (GOOGLE, r#"{"project": "p"}"#, "CL404", &start("TypeError")),
        (SECRETS_MANAGER, r#"{"connections_path": "x"}"#, "CL404", &ignored),
        (VAULT, r#"{"token": "s3cr3t", "kv_engine_version": "2"}"#, "CL405", &vault_error),
        (VAULT, r#"{"token": "s3cr3t", "config_path": true}"#, "CL405", &start("TypeError")),
        (VAULT, r#"{"token": "s3cr3t", "config_path": [null]}"#, "CL405", &start("AttributeError")),
        (VAULT, r#"{"token": "s3cr3t", "config_path": {"a": 1}}"#, "CL405", &silent), // a list of keys
        (VAULT, r#"{"token": "s3cr3t", "timeout": "5"}"#, "CL405", &first("ValueError")),
        (SECRETS_MANAGER, r#"{"connections_lookup_pattern": "("}"#, "CL405", &first("re.error")),
        (SECRETS_MANAGER, r#"{"assume_role_method": "bogus"}"#, "CL405", &silent), // no role
        (
            SECRETS_MANAGER,
            r#"{"assume_role_method": "bogus", "role_arn": "arn:aws:iam::1:role/r"}"#,
            "CL405",
            &first("NotImplementedError"),
        ),
        (VAULT, r#"{"auth_type": "kubernetes"}"#, "CL406", &vault_error),
        (AKEYLESS, r#"{"access_type": "uid"}"#, "CL406", &first("KeyError")),
        (
            SECRETS_MANAGER,
            r#"{"aws_access_key_id": "AKIA"}"#,
            "CL406",
            &"half a key pair is ignored".to_owned(),
        ),
        (
            GOOGLE,
            r#"{"project_id": "p", "connections_prefix": "a/b"}"#,
            "CL408",
            &start("airflow.sdk.exceptions.AirflowException"),
        ),
        (
            VAULT,
            r#"{"token": "s3cr3t", "url": "127.0.0.1:8200"}"#,
            "CL409",
            &first("requests.exceptions.InvalidSchema"),
        ),
    ] {
        let text = format!(
            "AIRFLOW__SECRETS__BACKEND={class}\nAIRFLOW__SECRETS__BACKEND_KWARGS={kwargs}\n"
        );
        let linted = Linter::default().lint(".env", &text);
        let finding = linted.findings.iter().find(|finding| finding.rule.code == code);
        let finding = finding.unwrap_or_else(|| panic!("{code} in {kwargs}"));
        let notes: Vec<_> = finding.notes.iter().map(ToString::to_string).collect();
        assert_eq!(notes, [note.as_str()], "{kwargs}");
    }
}

/// The recorded calls that rules about arguments go back to; their pages name them too.
const EVIDENCE: [(&str, &[&str]); 7] = [
    ("CL410", &["bk0242", "bk0266"]),
    ("CL412", &["bk0417", "bk0418"]),
    ("CL413", &["bk0274", "bk0276"]),
    ("CL414", &["bk0344", "bk0345"]),
    ("CL415", &["bk0328"]),
    ("CL416", &["bk0098", "bk0363"]),
    ("CL417", &["bk0410"]),
];

#[test]
fn rules_find_the_recorded_calls() {
    let recorded = include_str!("../../../tests/kwargs/backend_kwargs.jsonl");
    for (code, ids) in EVIDENCE {
        for id in ids {
            let line = recorded.lines().find(|line| line.contains(&format!("\"{id}\"")));
            let line = line.unwrap_or_else(|| panic!("no call is called {id}"));
            let call = connlint_json::parse(line).unwrap();
            let of = |key: &str| call.last(key).unwrap().span.of(line);
            let (class, kwargs) = (of("backend").trim_matches('"'), of("kwargs"));
            let text = format!(
                "AIRFLOW__SECRETS__BACKEND={class}\nAIRFLOW__SECRETS__BACKEND_KWARGS='{kwargs}'\n"
            );
            let linted = Linter::default().lint(".env", &text);
            let codes: Vec<_> = linted.findings.iter().map(|finding| finding.rule.code).collect();
            assert!(codes.contains(&code), "{id}: {code} is not among {codes:?}");
        }
    }
}
