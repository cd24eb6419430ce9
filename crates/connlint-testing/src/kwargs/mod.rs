//! Replays recorded calls of the real secrets backends.
//!
//! See `tests/kwargs/README.md` for the files, and for what surrounded the calls.

mod start;

use std::collections::BTreeMap;
use std::fmt;

use connlint_backends::{
    Arguments, Call, Failure, FileFault, Imported, Kind, Needed, Outcome, Surroundings,
    VaultAnswer, VaultStep, failures, import, read,
};
use connlint_catalog::{AirflowVersion, Backend, Stage};
use connlint_json::{Node, Value, parse};

/// What came of a replay.
#[derive(Debug, Default)]
pub struct Report {
    /// How far we agree, by backend.
    pub tallies: BTreeMap<String, Tally>,
    /// Where we do not.
    pub disagreements: Vec<Disagreement>,
}

/// How far we agree about one backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Calls that were replayed.
    pub calls: usize,
    /// Calls of which outcome, stage and exception agree.
    pub agreed: usize,
    /// Calls that we, too, say to work out, or to fail.
    pub outcomes: usize,
    /// Calls that we say to end at the same stage.
    pub stages: usize,
    /// Calls that we say to raise the same exception, or none.
    pub exceptions: usize,
    /// Calls that the environment decided.
    pub environmental: usize,
    /// Those of them that agree nevertheless.
    pub environmental_agreed: usize,
    /// Lookups of which the requests were recorded, or that nothing came of.
    pub lookups: usize,
    /// Those of them that agree.
    pub lookups_agreed: usize,
}

/// A recorded call that we take to end otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The id of the case.
    pub id: String,
    /// What is compared: `call` or a lookup.
    pub what: String,
    /// What the real class did.
    pub recorded: String,
    /// What we say.
    pub foretold: String,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, what, recorded, foretold } = self;
        write!(f, "{id} {what}: recorded {recorded}, foretold {foretold}")
    }
}

/// A line that is no case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotACase {
    /// Its number, from 1.
    pub line: usize,
}

impl fmt::Display for NotACase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is no recorded call", self.line)
    }
}

impl std::error::Error for NotACase {}

/// Replays a file of cases.
///
/// # Errors
///
/// Where a line is no case.
pub fn replay(cases: &str) -> Result<Report, NotACase> {
    let mut report = Report::default();
    for (index, text) in cases.lines().enumerate() {
        let not_a_case = NotACase { line: index + 1 };
        let node = parse(text).map_err(|_| not_a_case)?;
        let case = Case(&node);
        let is_call = case.0.last("kwargs").is_some();
        let replayed =
            if is_call { call(&case, &mut report) } else { start::replay(&case, &mut report) };
        replayed.ok_or(not_a_case)?;
    }
    Ok(report)
}

/// One recorded call.
struct Case<'k, 'a>(&'k Node<'a>);

impl<'k, 'a> Case<'k, 'a> {
    fn text(&self, key: &str) -> Option<String> {
        self.0.last(key)?.as_text()?.as_str().map(str::to_owned)
    }

    fn lookups(&self) -> &'k [Node<'a>] {
        self.0.last("lookups").and_then(Node::as_array).unwrap_or_default()
    }

    fn is_environmental(&self) -> bool {
        self.0.last("environment_dependent").is_some_and(Node::is_truthy)
    }
}

/// How a call ends: the stage that fails or is reached last, and the exception.
#[derive(Debug, Clone, PartialEq, Eq)]
struct End {
    stage: Stage,
    exception: Option<String>,
}

impl From<&Failure> for End {
    fn from(failure: &Failure) -> Self {
        Self { stage: failure.stage, exception: Some(failure.exception.to_owned()) }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.exception.as_deref().unwrap_or("ok"), self.stage.name())
    }
}

fn stage(name: &str) -> Option<Stage> {
    [Stage::Import, Stage::Construct, Stage::Client, Stage::Lookup]
        .into_iter()
        .find(|stage| stage.name() == name)
}

/// Replays one call; `None` where it is none.
fn call(case: &Case<'_, '_>, report: &mut Report) -> Option<()> {
    let id = case.text("id")?;
    let class_path = case.text("backend")?;
    let airflow: AirflowVersion = case.text("airflow_version")?.parse().ok()?;
    let release = case.text("provider_version")?;
    let recorded = End { stage: stage(&case.text("stage")?)?, exception: case.text("exception") };
    let mut lookups = Vec::new();
    let foretold = match import(&class_path, Some(&release), airflow) {
        Imported::Backend(backend) => {
            let call = Call {
                backend,
                arguments: Arguments::of(case.0.last("kwargs")?),
                release: Some(&release),
                airflow,
            };
            end(case, &class_path, &call, &mut lookups)
        }
        Imported::Fails(exception) => {
            End { stage: Stage::Import, exception: Some(exception.to_owned()) }
        }
        Imported::Unknown => End { stage: Stage::Import, exception: None },
    };
    let name = class_path.rsplit('.').next().unwrap_or_default().to_owned();
    let tally = report.tallies.entry(name).or_default();
    let agrees = recorded == foretold;
    if case.is_environmental() {
        tally.environmental += 1;
        tally.environmental_agreed += usize::from(agrees);
    } else {
        tally.calls += 1;
        tally.agreed += usize::from(agrees);
        let (is, said) = (&recorded, &foretold);
        tally.outcomes += usize::from(is.exception.is_some() == said.exception.is_some());
        tally.stages += usize::from(is.stage == said.stage);
        tally.exceptions += usize::from(is.exception == said.exception);
        if !agrees {
            report.disagreements.push(Disagreement {
                id: id.clone(),
                what: "call".to_owned(),
                recorded: recorded.to_string(),
                foretold: foretold.to_string(),
            });
        }
    }
    for (what, recorded, foretold) in lookups {
        tally.lookups += 1;
        if recorded == foretold {
            tally.lookups_agreed += 1;
        } else {
            report.disagreements.push(Disagreement { id: id.clone(), what, recorded, foretold });
        }
    }
    Some(())
}

/// Takes a call as far as it was taken when it was recorded.
fn end(
    case: &Case<'_, '_>,
    class_path: &str,
    call: &Call<'_, '_>,
    compared: &mut Vec<(String, String, String)>,
) -> End {
    let surroundings = Recorded::of(case);
    let reached = reach(case, class_path, call.backend);
    let failures = failures(call, &surroundings);
    // With a client of their own, only those of Vault were asked for it in front of lookups.
    let skips_client = !case.lookups().is_empty() && call.backend.id != "hashicorp-vault";
    let first = failures.iter().find(|failure| {
        failure.stage <= reached && !(skips_client && failure.stage == Stage::Client)
    });
    if let Some(failure) = first {
        return failure.into();
    }
    let mut end = End { stage: reached, exception: None };
    for lookup in case.lookups() {
        let Some((kind, key)) = asked(lookup) else { continue };
        let surroundings = Recorded { stored: lookup.last("stored"), ..Recorded::of(case) };
        let reading = read(call, &surroundings, kind, &key);
        compare(case, lookup, &reading, compared);
        if let (Outcome::Raised(failure), None) = (&reading.outcome, &end.exception) {
            end = failure.into();
        }
    }
    end
}

/// The stage a call was taken to.
fn reach(case: &Case<'_, '_>, class_path: &str, backend: &Backend) -> Stage {
    let has_client = !matches!(
        backend.id,
        "yandex-lockbox" | "local-filesystem" | "environment-variables" | "metastore"
    );
    if !case.lookups().is_empty() {
        Stage::Lookup
    } else if has_client && class_path == backend.class_path {
        Stage::Client
    } else {
        Stage::Construct
    }
}

fn asked(lookup: &Node<'_>) -> Option<(Kind, String)> {
    let text = |key| lookup.last(key)?.as_text()?.as_str().map(str::to_owned);
    let kind = match text("kind")?.as_str() {
        "conn" => Kind::Connection,
        "var" => Kind::Variable,
        "conf" => Kind::Config,
        _ => return None,
    };
    Some((kind, text("key")?))
}

/// Compares the requests of a lookup, and how it ended.
fn compare(
    case: &Case<'_, '_>,
    lookup: &Node<'_>,
    reading: &connlint_backends::Reading,
    compared: &mut Vec<(String, String, String)>,
) {
    let key = asked(lookup).map_or_else(String::new, |(_, key)| key);
    let requests = lookup.last("requests").and_then(Node::as_array).unwrap_or_default();
    let requests: Vec<String> = requests
        .iter()
        .filter_map(|request| request.as_text()?.as_str().map(str::to_owned))
        .collect();
    let exception =
        lookup.last("exception").and_then(|node| node.as_text()?.as_str().map(str::to_owned));
    let is_null = |node: &Node<'_>| matches!(node.value, Value::Null);
    let recorded = match (exception, lookup.last("result")) {
        (Some(exception), _) => exception,
        (None, Some(result)) if is_null(result) => "nothing".to_owned(),
        (None, _) => "something".to_owned(),
    };
    let foretold = match &reading.outcome {
        Outcome::Raised(failure) => failure.exception.to_owned(),
        Outcome::Nothing => "nothing".to_owned(),
        Outcome::Found => "something".to_owned(),
        // What a file or service holds was not recorded.
        Outcome::Unknown if recorded == "something" => recorded.clone(),
        Outcome::Unknown => "unknown".to_owned(),
    };
    if case.is_environmental() {
        return;
    }
    compared.push((
        format!("lookup of {key}"),
        format!("{} {recorded}", requests.join(", ")),
        format!("{} {foretold}", reading.requests.join(", ")),
    ));
}

/// What surrounded the calls.
struct Recorded<'k, 'a> {
    env: Vec<(String, String)>,
    /// What is stored where a lookup reads.
    stored: Option<&'k Node<'a>>,
}

impl<'k, 'a> Recorded<'k, 'a> {
    fn of(case: &Case<'k, 'a>) -> Self {
        let env = case.0.last("env").and_then(Node::as_object).unwrap_or_default();
        let pair = |member: &connlint_json::Member<'_>| {
            let value = member.value.as_text()?.as_str()?.to_owned();
            Some((member.key.text().as_str()?.to_owned(), value))
        };
        Self { env: env.iter().filter_map(pair).collect(), stored: None }
    }
}

impl Surroundings for Recorded<'_, '_> {
    fn variable(&self, name: &str) -> Option<&str> {
        self.env.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn has(&self, needed: Needed<'_>) -> bool {
        match needed {
            Needed::File(path) => !path.starts_with('/') && !path.starts_with("missing"),
            _ => false,
        }
    }

    fn file_fault(&self, path: &str) -> Option<FileFault> {
        match path {
            "bad.env" => Some(FileFault::Malformed),
            "dup.env" => Some(FileFault::Repeated),
            "conns_bad.json" => Some(FileFault::UnknownKey),
            path => (!self.has(Needed::File(path))).then_some(FileFault::Missing),
        }
    }

    fn unreachable(&self, url: &str) -> Option<&'static str> {
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split('/').next()?;
        let host = authority.rsplit('@').next()?;
        match (scheme, host) {
            ("http", "127.0.0.1:8200" | "localhost:8200") => None,
            // The stand-in speaks no TLS.
            ("https", "127.0.0.1:8200" | "localhost:8200") => Some("requests.exceptions.SSLError"),
            _ => Some("requests.exceptions.ConnectionError"),
        }
    }

    fn vault(&self, call: &Call<'_, '_>, step: VaultStep<'_>) -> VaultAnswer<'_> {
        let text = |name: &str| call.arguments.text(name);
        match step {
            VaultStep::LogIn if text("auth_type").as_deref() == Some("approle") => {
                match text("secret_id").as_deref() {
                    None | Some("" | "wrong") => VaultAnswer::Invalid,
                    Some(_) => VaultAnswer::Granted(None),
                }
            }
            VaultStep::Configure if self.variable("VAULT_TOKEN").is_none() => {
                VaultAnswer::Forbidden
            }
            VaultStep::LookUpSelf if text("token").as_deref() == Some("bad") => {
                VaultAnswer::Forbidden
            }
            VaultStep::LogIn | VaultStep::Configure | VaultStep::LookUpSelf => {
                VaultAnswer::Granted(None)
            }
            VaultStep::Read { target } => self.secret_at(target),
        }
    }
}

impl Recorded<'_, '_> {
    /// What the stand-in holds at a path: secrets below three paths of three mounts.
    fn secret_at(&self, target: &str) -> VaultAnswer<'_> {
        let path = target.strip_prefix("/v1/").and_then(|path| path.split_once('/'));
        let Some(("airflow" | "secret" | "kv1", path)) = path else {
            return VaultAnswer::Forbidden;
        };
        let path = path.strip_prefix("data/").unwrap_or(path);
        let is_kept =
            ["connections/", "variables/", "config/"].iter().any(|kept| path.starts_with(kept));
        match self.stored.filter(|_| is_kept) {
            Some(secret) => VaultAnswer::Granted(Some(secret)),
            None => VaultAnswer::Absent,
        }
    }
}
