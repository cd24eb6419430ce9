use connlint_text::Span;

use crate::{Document, Form, HostFormat, Options, Role, extract};

fn read(text: &str) -> Document<'_> {
    extract(HostFormat::Shell, text, Options::default())
}

/// The sites of a script, written short: `name=value`, or `name{fields}`.
fn sites(text: &str) -> Vec<String> {
    let document = read(text);
    let short = |site: &crate::Site<'_>| match (site.role, site.form) {
        (Role::VaultSecret, _) => format!("secret {}", site.name.text),
        (_, Form::Object) => format!("{}{}", site.name.text, site.value.text()),
        _ => format!("{}={}", site.name.text, site.value.text()),
    };
    document.sites.iter().map(short).collect()
}

#[test]
fn settings() {
    for (script, expected) in [
        ("export AIRFLOW_CONN_A='x://h?a=b&c'", &["AIRFLOW_CONN_A=x://h?a=b&c"][..]),
        ("AIRFLOW_CONN_A=x://h airflow scheduler", &["AIRFLOW_CONN_A=x://h"]),
        ("export AIRFLOW_CONN_A=x://h?a=b&c=d", &["AIRFLOW_CONN_A=x://h?a=b"]),
        ("AIRFLOW_CONN_A=x://h#f # c", &["AIRFLOW_CONN_A=x://h#f"]),
        ("# export AIRFLOW_CONN_A=x://h", &[]),
        ("export 'AIRFLOW_CONN_A=x://h'", &["AIRFLOW_CONN_A=x://h"]),
        (r#"export AIRFLOW_CONN_A="x://$U@h""#, &["AIRFLOW_CONN_A=x://@h"]),
        ("export AIRFLOW_CONN_A=x://h\\\n/d", &["AIRFLOW_CONN_A=x://h/d"]),
        (r"AIRFLOW_CONN_A=$'x://\x41\u00e9\'@h'", &["AIRFLOW_CONN_A=x://Aé'@h"]),
        (r#"AIRFLOW_CONN_A="a"'b'\"c"#, &["AIRFLOW_CONN_A=ab\"c"]),
        ("docker run -e AIRFLOW_CONN_A=x://h image", &["AIRFLOW_CONN_A=x://h"]),
        ("docker run --env=AIRFLOW_CONN_A=x://h image", &["AIRFLOW_CONN_A=x://h"]),
        (
            "kubectl create secret generic s --from-literal=AIRFLOW_CONN_A='x://h'",
            &["AIRFLOW_CONN_A=x://h"],
        ),
        ("if true; then export AIRFLOW_VAR_A=1; fi", &["AIRFLOW_VAR_A=1"]),
        ("(cd /x && AIRFLOW_VAR_A=1 run)", &["AIRFLOW_VAR_A=1"]),
        ("AIRFLOW_CONN_A=(a b) AIRFLOW_VAR_B=1", &["AIRFLOW_VAR_B=1"]),
        ("echo AIRFLOW_CONN_A=x://h", &[]),
        ("grep AIRFLOW_CONN_A=x .env", &[]),
        ("X=$((1 << 2))\nAIRFLOW_VAR_A=1", &["AIRFLOW_VAR_A=1"]),
        ("((x << 2))\nAIRFLOW_VAR_A=1", &["AIRFLOW_VAR_A=1"]),
        ("echo it's\nAIRFLOW_VAR_A=1", &["AIRFLOW_VAR_A=1"]),
        ("echo \"$(date \"+%F\")\"; AIRFLOW_VAR_A=1", &["AIRFLOW_VAR_A=1"]),
        ("bash -c 'export AIRFLOW_VAR_A=\"1\"'", &["AIRFLOW_VAR_A=1"]),
        ("bash -c 'AIRFLOW_VAR_A=\"1\" airflow version'", &["AIRFLOW_VAR_A=1"]),
        ("docker exec -i web bash <<'EOF'\nexport AIRFLOW_VAR_A=1\nEOF\n", &["AIRFLOW_VAR_A=1"]),
        ("x 2>&1 >/dev/null <in AIRFLOW_VAR_A=1", &["AIRFLOW_VAR_A=1"]),
    ] {
        assert_eq!(sites(script), expected, "{script}");
    }
}

#[test]
fn files_that_are_written() {
    for (script, expected) in [
        ("echo 'AIRFLOW_CONN_A=x://h' >> .env", &["AIRFLOW_CONN_A=x://h"][..]),
        ("echo AIRFLOW_CONN_A={\\\"a\\\":1} >> .env", &["AIRFLOW_CONN_A={\"a\":1}"]),
        ("echo AIRFLOW_CONN_A=x://h | tee -a .env", &[]),
        ("cat > .env <<EOF\nAIRFLOW_CONN_A=x://$U@h\nEOF\nls", &["AIRFLOW_CONN_A=x://@h"]),
        ("cat > .env <<'EOF'\nAIRFLOW_CONN_A='x://$U@h'\nEOF\n", &["AIRFLOW_CONN_A=x://$U@h"]),
        (
            "cat <<-EOF >.env\n\tAIRFLOW_CONN_A=x://h\n\tEOF\nAIRFLOW_VAR_A=1",
            &["AIRFLOW_CONN_A=x://h", "AIRFLOW_VAR_A=1"],
        ),
        ("tee .env <<EOF\nAIRFLOW_CONN_A=x://h\nEOF", &["AIRFLOW_CONN_A=x://h"]),
        ("cat > connections.json <<EOF\n{\"a\": \"x://h\"}\nEOF", &["a=x://h"]),
        ("cat <<EOF\nAIRFLOW_CONN_A=x://h\nEOF", &[]),
        ("echo \"AIRFLOW_CONN_A='x://$U@h'\" >> \"$GITHUB_ENV\"", &["AIRFLOW_CONN_A='x://@h'"]),
        ("echo AIRFLOW_VAR_A=1 | tee -a $GITHUB_ENV", &[]),
    ] {
        assert_eq!(sites(script), expected, "{script}");
    }
}

#[test]
fn tools() {
    for (script, expected) in [
        ("airflow connections add --conn-uri 'x://h' pg", &["pg=x://h"][..]),
        ("airflow connections add pg --conn-uri=x://h", &["pg=x://h"]),
        (
            "sudo docker compose exec airflow airflow connections add 'pg' \\\n  --conn-type 'http' --conn-host \"$H\"",
            &[r#"pg{"conn_type":"http","host":""}"#],
        ),
        ("airflow connections add pg --conn-json '{\"port\": '$P'}'", &["pg={\"port\": }"]),
        ("airflow connections -a --conn_id old --conn_uri x://h", &["old=x://h"]),
        ("airflow connections get pg", &[]),
        ("astro dev run connections add pg --conn-uri x://h", &["pg=x://h"]),
        ("airflow variables set batch 500", &["batch=500"]),
        ("astro deployment variable create -d x AIRFLOW_VAR_A='1' --secret", &["AIRFLOW_VAR_A=1"]),
        ("astro deployment variable create -k AIRFLOW_VAR_A -v 1 -s", &["AIRFLOW_VAR_A=1"]),
        (
            "astro deployment connection create --conn-id pg --conn-type http --host h",
            &[r#"pg{"conn_type":"http","host":"h"}"#],
        ),
        (
            "vault kv put -mount=airflow connections/pg conn_uri='x://h' >/dev/null",
            &["secret connections/pg", "conn_uri=x://h"],
        ),
        (
            "vault kv put -mount airflow connections/pg conn_type=http \"extra={}\"",
            &["secret connections/pg", r#"connections/pg{"conn_type":"http","extra":"{}"}"#],
        ),
        (
            "vault kv put airflow/variables/b value=500",
            &["secret airflow/variables/b", "value=500"],
        ),
        ("vault kv put secret/app conn_uri=@f", &["secret secret/app", "conn_uri="]),
        ("vault kv put secret/app password=x", &[]),
        ("vault write auth/approle/role/astro token_ttl=24h", &[]),
        (
            "aws secretsmanager create-secret --name airflow/connections/pg --secret-string x://h",
            &["airflow/connections/pg=x://h"],
        ),
        (
            "echo -n 'x://h' | gcloud secrets create airflow-connections-pg --data-file=-",
            &["airflow-connections-pg=x://h"],
        ),
        (
            "az keyvault secret set --vault-name v --name airflow-connections-pg --value x://h",
            &["airflow-connections-pg=x://h"],
        ),
        (
            r"helm upgrade --install a apache-airflow/airflow --set 'env.AIRFLOW_CONN_A=x://h\,i,b=c'",
            &["AIRFLOW_CONN_A=x://h,i"],
        ),
        (
            "helm install a c --set 'env[0].name=AIRFLOW_VAR_A' --set-string 'env[0].value=1'",
            &["AIRFLOW_VAR_A=1"],
        ),
        (
            "helm install a c --set-literal='config.secrets.backend_kwargs={\"a\": 1, \"b\": 2}'",
            &["AIRFLOW__SECRETS__BACKEND_KWARGS={\"a\": 1, \"b\": 2}"],
        ),
        ("helm install a c --set config.core.executor=null,env={AIRFLOW_VAR_A=1}", &[]),
        ("helm install a c --set replicas=2 --set b", &[]),
    ] {
        assert_eq!(sites(script), expected, "{script}");
    }
}

#[test]
fn what_the_environment_fills_in_is_unknown() {
    for (script, expected) in [
        (r#"AIRFLOW_CONN_A="x://$U:p@${H}""#, &[(4, 4), (7, 7)][..]),
        ("AIRFLOW_CONN_A='x://$U'", &[]),
        (r"AIRFLOW_CONN_A=x://\$U", &[]),
        ("cat > .env <<EOF\nAIRFLOW_CONN_A=x://$U@h\nEOF", &[(4, 4)]),
        ("AIRFLOW_CONN_A=x://${U:-me}@h", &[(4, 6)]),
        ("airflow connections add a --conn-type x --conn-host a\\\"$H", &[(28, 28)]),
        (r#"helm install a c --set "a=b,AIRFLOW_CONN_A=x\,${U}:p${H}""#, &[(2, 2), (4, 4)]),
    ] {
        let document = read(script);
        let unknown: Vec<_> =
            document.sites[0].unknown.iter().map(|part| (part.start(), part.end())).collect();
        assert_eq!(unknown, expected, "{script}");
    }
}

#[test]
fn commands_are_kept_with_their_places() {
    let script = "echo 'path \"a/*\" {}' | sudo vault policy write p - & ls";
    let document = read(script);
    let [command] = &document.commands[..] else { panic!("one command") };
    assert!(command.runs("vault", &["policy", "write"]));
    assert_eq!(command.words[3].text(), "p");
    assert_eq!(command.words[3].span.of(script), "p");
    assert_eq!(command.input.as_ref().unwrap().text(), "path \"a/*\" {}");
    assert_eq!(command.end.of(script), "&");

    let script = "docker exec web sh -c \"vault auth enable approle\"";
    let document = read(script);
    assert!(document.commands[0].runs("vault", &["auth", "enable"]));
    assert_eq!(document.commands[0].words[3].span.of(script), "approle");
}

#[test]
fn values_are_written_back_through_all_layers() {
    for (script, text, expected) in [
        ("AIRFLOW_CONN_A=x", "a b", Some("a\\ b")),
        ("AIRFLOW_CONN_A='x'", "it's", None),
        ("AIRFLOW_CONN_A=\"x\"", "$a", Some("\\$a")),
        ("AIRFLOW_CONN_A=\"x\"'y'", "a", None),
        ("export \"AIRFLOW_CONN_A=x\"", "$", Some("\\$")),
        ("cat > .env <<EOF\nAIRFLOW_CONN_A=x\nEOF", "$a", Some("\\$\\$a")),
        ("cat > .env <<'EOF'\nAIRFLOW_CONN_A='x'\nEOF", "$a", Some("$a")),
        ("helm install a c --set \"AIRFLOW_CONN_A=x\"", "a,{$", Some("a\\\\,\\\\{\\$")),
        ("helm install a c --set AIRFLOW_CONN_A=x", "a,b", Some("a\\\\,b")),
    ] {
        let document = read(script);
        let site = &document.sites[0];
        assert_eq!(site.encode(text).as_deref(), expected, "{script}");
        let raw = site.value.map().to_raw(Span::new(0, 1));
        assert_eq!(raw.of(script), "x", "{script}");
    }
}

#[test]
fn the_length_of_a_script_is_the_time_it_takes() {
    for piece in ["$(", "\"", "`\n", "<<A\n", "'\n", "((", "AIRFLOW_VAR_A=("] {
        let script = piece.repeat(100_000);
        read(&script);
    }
}
