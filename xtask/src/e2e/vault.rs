//! A real OpenBao on policies: what it answers for a path, and what it answers to a backend.
//!
//! `--inputs` says how many paths are asked for; each is one answer of the server's
//! `sys/capabilities` to a token with a few random policies.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use connlint_parser::{Acl, Capabilities, Capability, read_policy};
use serde_json::{Value, json};

use super::random::Random;
use super::venv::Server;
use super::{Comparison, Wishes};

/// Paths that are asked for unless the environment says otherwise.
const PATHS: usize = 100_000;

/// Paths that are asked for with one set of policies.
const BATCH: usize = 40;

/// Compares policies with the server, then what it answers to the logins and reads of a backend.
pub(super) fn run(wishes: &Wishes) -> Result<Comparison> {
    let wanted = wishes.inputs.unwrap_or(PATHS);
    let mut server = OpenBao(Server::start("openbao", "ask_openbao.py")?);
    let mut comparison = Comparison::default();
    let mut random = Random::new(wishes.seed, 3);
    while comparison.asked < wanted {
        let case = Case::random(&mut random);
        for fault in case.compare(&mut server, &mut comparison.asked)? {
            comparison.disagreements.push(fault.shrunk(&mut server)?.to_string());
        }
    }
    notations(&mut server, &mut comparison)?;
    backend(&mut server, &mut comparison)?;
    Ok(comparison)
}

/// A server of OpenBao; it ends with this value.
struct OpenBao(Server);

/// What the server answers.
struct Answer {
    status: u64,
    body: Value,
}

impl OpenBao {
    fn ask(&mut self, request: &Value) -> Result<Answer> {
        let answer = self.0.ask(request)?;
        let status = answer["status"].as_u64().context("no status")?;
        Ok(Answer { status, body: answer["body"].clone() })
    }

    fn put(&mut self, path: &str, body: &Value) -> Result<Answer> {
        self.ask(&json!({"method": "POST", "path": path, "body": body}))
    }

    /// Writes policies; `None` where one of them is refused, and which.
    fn accepts(&mut self, texts: &[String]) -> Result<Result<(), usize>> {
        for (index, text) in texts.iter().enumerate() {
            let answer =
                self.put(&format!("sys/policies/acl/p{index}"), &json!({"policy": text}))?;
            match answer.status {
                200 | 204 => {}
                400 => return Ok(Err(index)),
                status => anyhow::bail!("OpenBao answers {status} to a policy"),
            }
        }
        Ok(Ok(()))
    }

    /// A token with the first `count` of the policies, and no others.
    fn token(&mut self, count: usize) -> Result<String> {
        let names: Vec<_> = (0..count).map(|index| format!("p{index}")).collect();
        let body = json!({"policies": names, "no_default_policy": true, "ttl": "1h"});
        let answer = self.put("auth/token/create-orphan", &body)?;
        let token = answer.body["auth"]["client_token"].as_str().context("no token")?;
        Ok(token.to_owned())
    }

    /// What a token may do with each path.
    fn capabilities(&mut self, token: &str, paths: &[String]) -> Result<Vec<Capabilities>> {
        let answer = self.put("sys/capabilities", &json!({"token": token, "paths": paths}))?;
        ensure!(answer.status == 200, "OpenBao answers {} to paths", answer.status);
        paths.iter().map(|path| capabilities(&answer.body["data"][path])).collect()
    }
}

fn capabilities(words: &Value) -> Result<Capabilities> {
    let words = words.as_array().context("a path without an answer")?;
    let words = words.iter().map(|word| {
        word.as_str().and_then(Capability::from_name).context("a capability of another name")
    });
    words.collect()
}

/// Policies of one token, and paths to ask for.
#[derive(Clone)]
struct Case {
    policies: Vec<Vec<Stanza>>,
    paths: Vec<String>,
}

/// One `path` of a policy.
#[derive(Clone)]
struct Stanza {
    path: String,
    words: Vec<&'static str>,
    /// Written as `policy = "…"`.
    legacy: Option<&'static str>,
    is_json: bool,
}

/// Parts of paths, in policies and in requests; few, so that they meet.
const SEGMENTS: &[&str] = &["a", "b", "ab", "c", "abc", "", "data"];
/// Parts that only policies have a use for.
const WILDCARDS: &[&str] = &["+", "+", "+", "+", "*", "+b", "b+", "a*", "++", "*b"];
const ENDS: &[&str] = &["", "", "", "", "*", "*", "/*", "/*", "/", "/+", "a*"];
const WORDS: &[&str] = &[
    "read", "read", "read", "list", "create", "update", "delete", "patch", "sudo", "deny", "scan",
];
const LEGACY: &[&str] = &["read", "write", "sudo", "deny"];

impl Case {
    fn random(random: &mut Random) -> Self {
        let policies = (0..=random.below(3)).map(|_| {
            let is_json = random.chance(20);
            (0..=random.below(5)).map(|_| Stanza::random(random, is_json)).collect()
        });
        let policies: Vec<Vec<Stanza>> = policies.collect();
        let stanzas: Vec<&Stanza> = policies.iter().flatten().collect();
        let mut paths = BTreeSet::new();
        for _ in 0..BATCH {
            let path = if random.chance(75) {
                stanzas[random.below(stanzas.len())].request(random)
            } else {
                folders(random, &[], 5)
            };
            // An empty path is none, and two answers of this name would be one.
            if !path.is_empty() && path != "capabilities" {
                paths.insert(path);
            }
        }
        Self { policies, paths: paths.into_iter().collect() }
    }

    fn texts(&self) -> Vec<String> {
        self.policies.iter().map(|policy| written(policy)).collect()
    }

    /// Where the server and connlint do not agree, one path each.
    fn compare(&self, server: &mut OpenBao, asked: &mut usize) -> Result<Vec<Disagreement>> {
        let texts = self.texts();
        let policies: Vec<_> = texts.iter().map(|text| read_policy(text)).collect();
        let refused = policies.iter().position(|policy| !policy.issues.is_empty());
        let accepted = server.accepts(&texts)?;
        if refused.is_some() || accepted.is_err() {
            *asked += 1;
            let is_same = refused == accepted.err();
            return Ok(if is_same {
                Vec::new()
            } else {
                vec![Disagreement::refused(self, accepted)]
            });
        }
        let token = server.token(texts.len())?;
        let answers = server.capabilities(&token, &self.paths)?;
        let acl = Acl::new(policies.iter().flat_map(|policy| &policy.paths));
        *asked += answers.len();
        let mut faults = Vec::new();
        for (path, expected) in self.paths.iter().zip(answers) {
            let found = acl.capabilities(path);
            if found != expected {
                let case = Self { policies: self.policies.clone(), paths: vec![path.clone()] };
                let what = format!("{path:?} is {expected:?}, not {found:?}");
                faults.push(Disagreement { case, what });
            }
        }
        Ok(faults)
    }
}

/// Folders of a path, with wildcards among them where there are some.
fn folders(random: &mut Random, wildcards: &[&str], most: usize) -> String {
    let parts: Vec<&str> = (0..=random.below(most))
        .map(|_| {
            let is_wild = !wildcards.is_empty() && random.chance(30);
            random.pick(if is_wild { wildcards } else { SEGMENTS })
        })
        .collect();
    parts.join("/")
}

impl Stanza {
    fn random(random: &mut Random, is_json: bool) -> Self {
        let mut path = folders(random, WILDCARDS, 4);
        path.push_str(random.pick(ENDS));
        if random.chance(5) {
            path.insert(0, '/');
        }
        let words = (0..random.below(4)).map(|_| WORDS[random.below(WORDS.len())]).collect();
        let legacy = random.chance(15).then(|| LEGACY[random.below(LEGACY.len())]);
        Self { path, words, legacy, is_json }
    }

    /// A path that this stanza may well be for.
    fn request(&self, random: &mut Random) -> String {
        let mut path = String::new();
        for (index, part) in self.path.split('/').enumerate() {
            if index > 0 {
                path.push('/');
            }
            match part {
                "+" => path.push_str(random.pick(SEGMENTS)),
                _ if random.chance(85) => path.push_str(part.trim_end_matches('*')),
                _ => path.push_str(random.pick(SEGMENTS)),
            }
        }
        if self.path.ends_with('*') && random.chance(80) {
            path.push_str(&folders(random, &[], 2));
        }
        if random.chance(15) {
            path.push('/');
        }
        path
    }
}

/// The policy in HCL, or in JSON where its stanzas say so.
fn written(policy: &[Stanza]) -> String {
    if policy.iter().any(|stanza| stanza.is_json) {
        let paths = policy.iter().map(|stanza| {
            let mut body = json!({"capabilities": stanza.words});
            if let Some(legacy) = stanza.legacy {
                body["policy"] = legacy.into();
            }
            json!({ &stanza.path: body })
        });
        return json!({"path": paths.collect::<Vec<_>>()}).to_string();
    }
    let mut text = String::new();
    for Stanza { path, words, legacy, .. } in policy {
        // A list of texts in JSON is one in HCL.
        let words = json!(words);
        let _ = write!(text, "path \"{path}\" {{\n  capabilities = {words}\n");
        if let Some(legacy) = legacy {
            let _ = writeln!(text, "  policy = \"{legacy}\"");
        }
        text.push_str("}\n");
    }
    text
}

/// A case of one path on which the two differ.
struct Disagreement {
    case: Case,
    what: String,
}

impl Disagreement {
    fn refused(case: &Case, accepted: Result<(), usize>) -> Self {
        let what = match accepted {
            Ok(()) => "accepted, not refused".to_owned(),
            Err(index) => format!("policy {index} refused, not accepted, or another one first"),
        };
        Self { case: Case { paths: Vec::new(), ..case.clone() }, what }
    }

    /// The same with as little around it as shows it.
    fn shrunk(mut self, server: &mut OpenBao) -> Result<Self> {
        while let Some(smaller) = self.smaller(server)? {
            self = smaller;
        }
        Ok(self)
    }

    fn smaller(&self, server: &mut OpenBao) -> Result<Option<Self>> {
        for (policy, stanzas) in self.case.policies.iter().enumerate() {
            for (stanza, it) in stanzas.iter().enumerate() {
                let mut case = self.case.clone();
                case.policies[policy].remove(stanza);
                case.policies.retain(|policy| !policy.is_empty());
                if let Some(fault) = case.compare(server, &mut 0)?.pop() {
                    return Ok(Some(fault));
                }
                for word in 0..it.words.len() {
                    let mut case = self.case.clone();
                    case.policies[policy][stanza].words.remove(word);
                    if let Some(fault) = case.compare(server, &mut 0)?.pop() {
                        return Ok(Some(fault));
                    }
                }
            }
        }
        Ok(None)
    }
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.what)?;
        for text in self.case.texts() {
            write!(f, "\n       {}", text.trim_end().replace('\n', "\n       "))?;
        }
        Ok(())
    }
}

/// Policies that Vault must take, or refuse, as connlint does.
const NOTATIONS: &[&str] = &[
    "# nothing\n",
    "name = \"x\"\npath \"a\" {}\n",
    "path \"a\" { capabilities = [\"READ\"] }",
    "path \"a\" { capabilities = \"read\" }",
    "path \"a\" { capabilties = [\"read\"] }",
    "path \"a\" { policy = \"all\" }",
    "path \"a\" { policy = \"\" }",
    "path \"a+*\" { policy = \"read\" }",
    "path \"a/+*\" { policy = \"read\" }",
    "path \"+*\" { policy = \"read\" }",
    "path \"+/*\" { policy = \"read\" }",
    "path \"a/+b*\" { policy = \"read\" }",
    "paths \"a\" { policy = \"read\" }",
    "path = { \"a\" = {} }",
    "path \"a\" = {}",
    "path a { capabilities = [\"read\"] }",
    "path \"a\"\n{\n  capabilities = [\"read\"]\n}",
    "path \"a\" { capabilities = [read] }",
    "path \"a\" \"b\" { capabilities = [\"read\"] }",
    "path \"a\" { capabilities = [\"read\" \"list\"] }",
    "path \"a\" { capabilities = [\"read\",] }",
    "path \"a\" { capabilities = [] }",
    "path \"a\" { capabilities = [\"read\"], comment = \"x\" }",
    "path \"a\" { capabilities = [\"read\"] capabilities = [\"list\"] }",
    "path \"a\" {",
    "path \"a\" }",
    "path \"a\" {},,",
    "path \"${\" {}",
    "/* path \"a\" {}",
    "path \"a\" { policy = \"deny\" capabilities = [\"reed\"] }",
    "path \"a\" { capabilities = [\"deny\", \"reed\"] }",
    "path \"a\" { comment = 'x' }",
    "{\"path\": {\"a\": {\"capabilities\": [\"read\"]}}}",
    "{\"path\": [{\"a\": {\"policy\": \"read\"}}]}",
    "{\"path\": {\"a\": {\"x\": 1}}}",
    "{\"x\": 1}",
    "{\"path\": {\"a\": {\"capabilities\": \"read\"}}}",
    "{\"path\": {\"a\": {}}}",
    "{}",
];

/// Asks whether a text is a policy.
fn notations(server: &mut OpenBao, comparison: &mut Comparison) -> Result<()> {
    for &text in NOTATIONS {
        let accepted = server.put("sys/policies/acl/notation", &json!({"policy": text}))?;
        let accepted = matches!(accepted.status, 200 | 204);
        comparison.asked += 1;
        if accepted != read_policy(text).issues.is_empty() {
            let word = if accepted { "accepted, not refused" } else { "refused, not accepted" };
            comparison.disagreements.push(format!("{text:?} is {word}"));
        }
    }
    Ok(())
}

/// The answers on which the rules about Vault rely: those of a server, to what a set-up script
/// writes and a backend asks.
fn backend(server: &mut OpenBao, comparison: &mut Comparison) -> Result<()> {
    let mut expect = |what: &str, status: u64, answer: Answer| {
        comparison.asked += 1;
        if answer.status != status {
            let line = format!("{what} is answered with {}, not with {status}", answer.status);
            comparison.disagreements.push(line);
        }
        answer
    };
    let version = |version: &str| json!({"type": "kv", "options": {"version": version}});
    expect("a mount", 204, server.put("sys/mounts/airflow", &version("2"))?);
    expect("a mount of version 1", 204, server.put("sys/mounts/old", &version("1"))?);
    expect("the same mount again", 400, server.put("sys/mounts/airflow", &version("2"))?);
    let approle = json!({"type": "approle"});
    expect("an auth method", 204, server.put("sys/auth/approle", &approle)?);
    expect("the same method again", 400, server.put("sys/auth/approle", &approle)?);
    let secret = json!({"conn_uri": "postgres://db"});
    let data = json!({"data": secret});
    // A mount of version 2 makes itself ready behind the answer, and refuses everything so long.
    let mut written = server.put("airflow/data/connections/pg", &data)?;
    for _ in 0..100 {
        if written.status != 400 {
            break;
        }
        thread::sleep(Duration::from_millis(100));
        written = server.put("airflow/data/connections/pg", &data)?;
    }
    expect("a secret", 200, written);
    expect("a secret of version 1", 204, server.put("old/connections/pg", &secret)?);

    // What each policy lets the backend read.
    let kv2 = "airflow/data/connections/pg";
    for (policy, path, status) in [
        ("secret/*", kv2, 403),
        ("airflow/connections/*", kv2, 403),
        ("airflow/data/connections", kv2, 403),
        ("airflow/data/connections/*", kv2, 200),
        ("airflow/*", kv2, 200),
        ("airflow/*", "airflow/connections/pg", 404), // version 1 on a mount of version 2
        ("airflow/data/connections/*", "airflow/connections/pg", 403),
        ("old/*", "old/data/connections/pg", 404), // and the other way
        ("old/connections/*", "old/connections/pg", 200),
        ("airflow/*", "nowhere/data/connections/pg", 403), // a mount that is not there
    ] {
        let text = format!("path \"{policy}\" {{ capabilities = [\"read\"] }}");
        ensure!(server.accepts(&[text])?.is_ok(), "OpenBao refuses a policy");
        let token = server.token(1)?;
        let read = json!({"method": "GET", "path": path, "token": token});
        expect(&format!("{path} with {policy}"), status, server.ask(&read)?);
    }

    // What a role may say.
    let role = "auth/approle/role/airflow";
    for (body, status) in [
        (json!({"token_policies": "p0", "secret_id_num_use": 1}), 204), // no such parameter: silence
        (json!({"token_policies": "nobody-wrote-it"}), 204),
        (json!({"token_ttl": "24h", "token_max_ttl": "1h"}), 400),
        (json!({"token_type": "batch", "token_num_uses": 1}), 400),
        (json!({"bind_secret_id": false}), 500),
        (json!({"role_id": "airflow", "token_num_uses": 1, "token_policies": "p0"}), 204),
    ] {
        expect(&format!("a role of {body}"), status, server.put(role, &body)?);
    }

    // A token of one use does not last for two lookups.
    let text = "path \"airflow/data/connections/*\" { capabilities = [\"read\"] }".to_owned();
    ensure!(server.accepts(&[text])?.is_ok(), "OpenBao refuses a policy");
    let secret_id = server.put(&format!("{role}/secret-id"), &json!({}))?;
    let login = json!({"role_id": "airflow", "secret_id": secret_id.body["data"]["secret_id"]});
    let login = expect("a login", 200, server.put("auth/approle/login", &login)?);
    let token = &login.body["auth"]["client_token"];
    let read = json!({"method": "GET", "path": kv2, "token": token});
    expect("the first lookup", 200, server.ask(&read)?);
    expect("the second lookup", 403, server.ask(&read)?);
    Ok(())
}
