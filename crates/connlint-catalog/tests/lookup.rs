//! What people write, and what they meant.

use connlint_catalog::{
    Alternative, ArbitraryExtras, Backend, BackendReason, DefaultPortBy, ExtraSuggestion, Given,
    KwargsView, Passthrough, Problem, Reason, RequirementSeverity, Stage, Standing, backend,
    conn_type, nearest, suggest_backend, suggest_conn_type,
};

const VAULT: &str = "airflow.providers.hashicorp.secrets.vault.VaultBackend";
const AWS: &str = "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend";
const GCP: &str = "airflow.providers.google.cloud.secrets.secret_manager.CloudSecretManagerBackend";
const AZURE: &str = "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend";
const YANDEX: &str = "airflow.providers.yandex.secrets.lockbox.LockboxSecretBackend";
const AKEYLESS: &str = "airflow.providers.akeyless.secrets.akeyless.AkeylessBackend";
const FILES: &str = "airflow.secrets.local_filesystem.LocalFilesystemBackend";

#[track_caller]
fn official(class_path: &str) -> &'static Backend {
    backend(class_path).expect("a class path of the catalogue").backend
}

#[test]
fn wrong_types_have_a_suggestion() {
    for (name, expected) in [
        ("Amazon S3", Some(("aws", Reason::Removed))),
        ("s3", Some(("aws", Reason::Removed))),
        ("hdfs", Some(("webhdfs", Reason::Removed))),
        ("bigquery", Some(("gcpbigquery", Reason::Hint))),
        ("mongodb", Some(("mongo", Reason::Hint))),
        ("mongodb+srv", Some(("mongo", Reason::Hint))),
        ("https", Some(("http", Reason::Hint))),
        ("HTTPS", Some(("http", Reason::Hint))),
        ("slack-webhook", Some(("slackwebhook", Reason::Hint))),
        ("postgresql", Some(("postgres", Reason::Hint))),
        ("Google Cloud", Some(("google_cloud_platform", Reason::Label))),
        ("Amazon Web Services", Some(("aws", Reason::Label))),
        ("Postgres", Some(("postgres", Reason::Case))),
        ("google-cloud-platform", Some(("google_cloud_platform", Reason::Case))),
        ("Google Cloud Platform", Some(("google_cloud_platform", Reason::Case))),
        ("postgresql+psycopg2", Some(("postgres", Reason::Driver))),
        ("mssql+pyodbc", Some(("mssql", Reason::Driver))),
        ("mysql+mysqldb", Some(("mysql", Reason::Driver))),
        ("bigquery+x", Some(("gcpbigquery", Reason::Driver))),
        ("postgress", Some(("postgres", Reason::Misspelt))),
        ("snowfalke", Some(("snowflake", Reason::Misspelt))),
        ("google_cloud_platfrom", Some(("google_cloud_platform", Reason::Misspelt))),
        ("google_cloud_platform", None),
        ("postgres", None),
        ("my_company", None),
        ("", None),
        ("+", None),
    ] {
        let found = suggest_conn_type(name).map(|found| (found.conn_type, found.reason));
        assert_eq!(found, expected, "{name}");
    }
    let advice = |name| suggest_conn_type(name).unwrap().advice;
    assert_eq!(advice("rediss"), Some("redis with extra ssl=true"));
    assert_eq!(advice("https"), None);
}

#[test]
fn types_say_what_the_hooks_do() {
    let aws = conn_type("aws").unwrap();
    assert_eq!(aws.login_is, Some("access key id"));
    assert_eq!(aws.arbitrary_extras, ArbitraryExtras::No);
    assert!(aws.extra("session_kwargs").unwrap().may_be_secret());
    assert!(!aws.extra_is_public("session_kwargs"));
    assert!(!aws.extra_is_public("no_such_key"));
    assert!(aws.extra_is_public("region_name"));

    let postgres = conn_type("postgres").unwrap();
    assert_eq!(postgres.arbitrary_extras, ArbitraryExtras::DriverClosed);
    let port = postgres.default_port.unwrap();
    assert_eq!((port.port, port.by), (5432, DefaultPortBy::Driver));
    let sslmode = postgres.extra("sslmode").unwrap();
    assert_eq!(
        nearest("requre", sslmode.allowed.iter().filter_map(|it| it.as_str())),
        Some("require")
    );

    let mongo = conn_type("mongo").unwrap();
    assert_eq!(mongo.extra("SRV").map(|extra| extra.name), Some("srv"));
    assert_eq!(mongo.standing("REPLICASET"), Standing::Driver);
    assert_eq!(conn_type("aws").unwrap().extra("REGION_NAME"), None);
    assert!(conn_type("slack").unwrap().extra("proxy").unwrap().may_be_secret());

    let kafka = conn_type("kafka").unwrap();
    assert_eq!(kafka.required[0].extra(), Some("bootstrap.servers"));
    assert_eq!(conn_type("kubernetes").unwrap().exclusive_extras.len(), 1);
}

#[test]
fn wrong_extras_have_a_suggestion() {
    use ExtraSuggestion::{Advice, Key};
    for (name, key, expected) in [
        ("aws", "region", Some(Key("region_name"))),
        ("aws", "regoin_name", Some(Key("region_name"))),
        ("aws", "host", Some(Key("endpoint_url"))), // only old releases read it
        ("aws", "region_name", None),
        ("snowflake", "acount", Some(Key("account"))),
        ("snowflake", "schema", Some(Advice("the schema field"))),
        ("spark", "deploy_mode", Some(Key("deploy-mode"))),
        ("spark", "spark_binary", Some(Key("spark-binary"))),
        ("postgres", "ssl_mode", Some(Key("sslmode"))),
        ("postgres", "aplication_name", Some(Key("application_name"))),
        ("postgres", "application_name", None),
        ("ssh", "timeout", Some(Key("conn_timeout"))),
        ("ssh", "ignore_hostkey_verification", Some(Key("no_host_key_check"))),
        ("google_cloud_platform", "keyfile_json", Some(Key("keyfile_dict"))),
        ("google_cloud_platform", "xyzzy", None),
    ] {
        assert_eq!(conn_type(name).unwrap().suggest_extra(key), expected, "{name} {key}");
    }
}

#[test]
fn kwargs_have_a_suggestion() {
    for (class_path, name, expected) in [
        (VAULT, "nmespace", Some("namespace")),
        (VAULT, "conections_path", Some("connections_path")),
        (VAULT, "connection_path", Some("connections_path")),
        (VAULT, "URL", Some("url")),
        (VAULT, "sesion", None), // `session` exists, but JSON has no value for it
        (AZURE, "conection_timeout", Some("connection_timeout")), // the SDK's, not the backend's
        (FILES, "connection_file_path", Some("connections_file_path")),
        (VAULT, "anything", None),
    ] {
        assert_eq!(official(class_path).suggest_kwarg(name), expected, "{name}");
    }
}

#[test]
fn unknown_kwargs_go_where_airflow_sends_them() {
    let rejected = |stage| Passthrough::Rejected { stage, exception: "TypeError" };
    for (class_path, name, expected) in [
        (VAULT, "xyzzy", rejected(Stage::Client)),
        (AWS, "sep_", Passthrough::Ignored),
        (GCP, "xyzzy", rejected(Stage::Construct)),
        (AZURE, "xyzzy", Passthrough::Ignored),
        (AZURE, "credential", rejected(Stage::Client)),
        (AZURE, "retry_total", Passthrough::Forwarded { to: "azure SecretClient", kwarg: None }),
        (AKEYLESS, "xyzzy", Passthrough::Ignored),
        (FILES, "xyzzy", rejected(Stage::Construct)),
    ] {
        assert_eq!(official(class_path).passthrough(name), expected, "{name}");
    }
    let forwarded = |class_path, name| match official(class_path).passthrough(name) {
        Passthrough::Forwarded { to, kwarg: Some(_) } => Some(to),
        _ => None,
    };
    assert_eq!(forwarded(VAULT, "verify"), Some("hvac_client"));
    assert_eq!(forwarded(AWS, "region_name"), Some("aws_extra"));
    assert_eq!(forwarded(VAULT, "token"), None);
}

#[test]
fn wrong_backends_have_a_suggestion() {
    for (path, expected) in [
        (
            "airflow.providers.hashicorp.secrets.vault",
            Some(("hashicorp-vault", BackendReason::ModuleOnly)),
        ),
        (
            "airflow.providers.hashicorp.secrets.vault.VaultBackned",
            Some(("hashicorp-vault", BackendReason::Misspelt)),
        ),
        (
            "airflow.contrib.secrets.hashicorp_vaults.VaultBackend",
            Some(("hashicorp-vault", BackendReason::Misspelt)),
        ),
        (
            "airflow.providers.hashicorp.vault.VaultBackend",
            Some(("hashicorp-vault", BackendReason::SameClass)),
        ),
        ("AzureKeyVaultBackend", Some(("azure-key-vault", BackendReason::NameOnly))),
        (VAULT, None),
        ("", None),
        ("my.Backend", None),
    ] {
        let found = suggest_backend(path).map(|found| (found.backend.id, found.reason));
        assert_eq!(found, expected, "{path}");
    }
}

/// Arguments as a test writes them.
struct Kwargs<'a>(&'a [(&'a str, Given<'a>)]);

impl KwargsView for Kwargs<'_> {
    fn given(&self, name: &str) -> Given<'_> {
        self.0.iter().find(|(key, _)| *key == name).map_or(Given::Absent, |(_, given)| *given)
    }

    fn has_key(&self, _: &str, key: &str) -> bool {
        key == "RoleArn"
    }
}

fn missing(class_path: &str, kwargs: &[(&str, Given<'_>)]) -> Vec<(&'static str, Problem)> {
    let kwargs = Kwargs(kwargs);
    let missing = official(class_path).missing(&kwargs);
    missing.map(|missing| (missing.requirement.id, missing.problem)).collect()
}

#[test]
fn each_auth_type_of_vault_has_its_requirements() {
    const TOKEN: &[Alternative] = &[Alternative::Kwarg("token"), Alternative::Kwarg("token_path")];
    const JWT: &[Alternative] =
        &[Alternative::Kwarg("jwt_token"), Alternative::Kwarg("jwt_token_path")];
    let absent = |names: &[&'static str]| Problem::Absent(names.to_vec());
    for (auth_type, without, with) in [
        ("token", vec![], &["token"][..]), // checked below
        ("github", vec![("github", Problem::NoneOf(TOKEN))], &["token"]),
        (
            "approle",
            vec![("approle", absent(&["role_id"])), ("approle-secret", absent(&["secret_id"]))],
            &["role_id", "secret_id"],
        ),
        ("kubernetes", vec![("kubernetes", absent(&["kubernetes_role"]))], &["kubernetes_role"]),
        (
            "jwt",
            vec![("jwt", absent(&["jwt_role"])), ("jwt", Problem::NoneOf(JWT))],
            &["jwt_role", "jwt_token_path"],
        ),
        (
            "azure",
            vec![("azure", absent(&["azure_resource", "azure_tenant_id"]))],
            &["azure_resource", "azure_tenant_id"],
        ),
        (
            "radius",
            vec![("radius", absent(&["radius_host", "radius_secret"]))],
            &["radius_host", "radius_secret"],
        ),
        ("gcp", vec![("gcp", absent(&["gcp_scopes", "role_id"]))], &["gcp_scopes", "role_id"]),
        ("ldap", vec![("ldap", absent(&["username", "password"]))], &["username", "password"]),
        (
            "userpass",
            vec![("userpass", absent(&["username", "password"]))],
            &["username", "password"],
        ),
        ("aws_iam", vec![], &[]),
    ] {
        assert!(official(VAULT).kwarg("auth_type").unwrap().allows_str(auth_type));
        let mut kwargs = vec![("auth_type", Given::Text(auth_type))];
        if auth_type != "token" {
            assert_eq!(missing(VAULT, &kwargs), without, "{auth_type}");
        }
        kwargs.extend(with.iter().map(|name| (*name, Given::Truthy)));
        assert_eq!(missing(VAULT, &kwargs), [], "{auth_type}");
    }
}

#[test]
fn token_may_come_from_the_environment() {
    for kwargs in [&[][..], &[("token", Given::Text(""))], &[("token", Given::Null)]] {
        let kwargs = Kwargs(kwargs);
        let found: Vec<_> = official(VAULT).missing(&kwargs).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].requirement.id, "token");
        assert!(found[0].may_be_met_elsewhere());
    }
    let kwargs = Kwargs(&[("auth_type", Given::Text("github"))]);
    assert!(!official(VAULT).missing(&kwargs).next().unwrap().may_be_met_elsewhere());
}

#[test]
fn other_requirements_are_evaluated() {
    use Given::{Null, Text, Truthy};
    let absent = |names: &[&'static str]| Problem::Absent(names.to_vec());

    // The default of an argument counts, an explicit null does not.
    let kubernetes = [("auth_type", Text("kubernetes")), ("kubernetes_role", Truthy)];
    assert_eq!(missing(VAULT, &kubernetes), []);
    let with_null = [&kubernetes[..], &[("kubernetes_jwt_path", Null)]].concat();
    assert_eq!(missing(VAULT, &with_null), [("kubernetes", absent(&["kubernetes_jwt_path"]))]);

    let role = [("auth_type", Text("aws_iam")), ("assume_role_kwargs", Truthy)];
    let lacks = Problem::AbsentKeys { kwarg: "assume_role_kwargs", keys: vec!["RoleSessionName"] };
    assert_eq!(missing(VAULT, &role), [("aws-assume-role", lacks)]);

    assert_eq!(
        missing(AZURE, &[("vault_url", Truthy), ("tenant_id", Truthy)]),
        [(
            "service-principal",
            Problem::Partial {
                given: vec!["tenant_id"],
                absent: vec!["client_id", "client_secret"]
            },
        )]
    );
    assert_eq!(missing(AZURE, &[]), [("vault-url", absent(&["vault_url"]))]);

    let conflict = Problem::Conflict(vec!["yc_connection_id", "yc_oauth_token"]);
    let folder = ("folder_id", Truthy);
    let both = [("yc_connection_id", Truthy), ("yc_oauth_token", Truthy), folder];
    assert_eq!(missing(YANDEX, &both), [("credentials", conflict)]);
    assert_eq!(missing(YANDEX, &[("yc_oauth_token", Truthy), folder]), []);

    let two = [("gcp_key_path", Truthy), ("gcp_keyfile_dict", Truthy), ("project_id", Truthy)];
    let conflict = Problem::Conflict(vec!["gcp_keyfile_dict", "gcp_key_path"]);
    assert_eq!(missing(GCP, &two), [("credentials", conflict)]);

    assert_eq!(
        missing(AKEYLESS, &[("access_type", Text("uid"))]),
        [("uid", absent(&["uid_token"]))]
    );
    assert_eq!(
        missing(AKEYLESS, &[("access_type", Text("gcp"))]),
        [("cloud", absent(&["access_id"]))]
    );
    assert_eq!(
        missing(AWS, &[("assume_role_method", Truthy)]),
        [("assume-role", absent(&["role_arn"]))]
    );
    assert_eq!(missing(AWS, &[]), []);
    let pair = official(AWS).requirements.iter().find(|it| it.id == "static-keys").unwrap();
    assert_eq!(pair.severity, RequirementSeverity::Warning);
}

#[test]
fn given_text_is_not_told() {
    assert_eq!(format!("{:?}", Given::Text("s3cr3t-token")), "Text(…)");
}

#[test]
fn prefixes_of_secret_manager_hold_few_characters() {
    use Given::{Null, Text};
    for (prefix, sep, permitted) in [
        (Text("airflow-connections"), Text("-"), true),
        (Text("airflow/connections"), Text("-"), false),
        (Text("airflow"), Text("/"), false),
        (Null, Text("/"), true), // nothing is looked up, so nothing is checked
        (Text("airflow-connections\n"), Text("-"), false),
        (Text("airflow"), Text("-\n"), true), // Python's `$` permits it
    ] {
        let kwargs = [("connections_prefix", prefix), ("sep", sep), ("project_id", Given::Truthy)];
        let problems = missing(GCP, &kwargs);
        assert_eq!(problems.is_empty(), permitted, "{prefix:?} {sep:?}");
        for (id, problem) in problems {
            assert_eq!(id, "prefix-pattern");
            assert!(
                matches!(problem, Problem::Characters(characters) if characters.kwargs == ["connections_prefix", "sep"])
            );
        }
    }
    let default = [("sep", Text("/")), ("project_id", Given::Truthy)];
    assert_eq!(missing(GCP, &default).len(), 1, "the default prefix is checked with it");
}
