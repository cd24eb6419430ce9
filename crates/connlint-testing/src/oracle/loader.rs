//! What a secrets backend is given when Airflow starts.

use std::borrow::Cow;

use connlint_catalog::{Passthrough, Stage, backend as catalogued};
use connlint_hosts::airflow_cfg;
use connlint_json::{Node, dumps, dumps_str, parse};
use connlint_parser::{
    CommandOutcome, Exception, LoadedBackend, Process, Settings, World, load_backend,
};

use super::{Answer, Engine, NodeText, entries, error, is_finite};

/// The class that the recording put there to see what it is given.
const PROBE: &str = "airflow_oracle_probe.Probe";

/// The environment of the recording: that class, those of Airflow, and two programs.
struct Recording;

impl World for Recording {
    fn has_class(&self, path: &str) -> bool {
        path == PROBE || catalogued(path).is_some()
    }

    fn run(&self, words: &[String]) -> CommandOutcome {
        match words.split_first() {
            Some((program, words)) if program == "echo" => {
                CommandOutcome::Printed(format!("{}\n", words.join(" ")))
            }
            Some((program, _)) if program == "false" => CommandOutcome::Failed,
            _ => CommandOutcome::NotFound,
        }
    }
}

pub(super) fn backend(input: &Node<'_>, engine: &Engine) -> Option<Answer> {
    let cfg = input.last("cfg").and_then(NodeText::text).unwrap_or_default();
    let file = airflow_cfg::read(&cfg);
    if !file.errors.is_empty() {
        // Airflow does not start with such a file, whatever the backend.
        return None;
    }
    let mut settings = Settings::default();
    settings.environment.insert("AIRFLOW__SECRETS__BACKEND".into(), PROBE.into());
    for (name, value) in entries(input.last("env")?) {
        settings.environment.insert(name.into(), value.text()?.into());
    }
    settings.config.extend(file.options.iter().map(|option| {
        let key = (Cow::Borrowed(option.section), Cow::Borrowed(option.key));
        (key, Cow::Borrowed(option.value.text()))
    }));
    let is_worker = input.last("worker").is_some_and(Node::is_truthy);
    let process = if is_worker { Process::Worker } else { Process::Server };
    Some(match load_backend(&settings, process, engine.profile, &Recording) {
        Ok(None) => [("ok".into(), "true".into()), ("backend".into(), "null".into())].into(),
        Ok(Some(found)) => of_backend(&found),
        Err(failure) => failed(failure.exception, Some(&failure.message)),
    })
}

fn of_backend(found: &LoadedBackend<'_>) -> Answer {
    let arguments = match found.arguments() {
        Ok(arguments) => arguments,
        Err(exception) => return failed(exception, None),
    };
    let arguments = parse(&arguments).expect("arguments are written as JSON");
    let is_refused = |name: &str| {
        let fate = catalogued(&found.class).map(|class| class.backend.passthrough(name));
        matches!(fate, Some(Passthrough::Rejected { stage: Stage::Construct, .. }))
    };
    if entries(&arguments).any(|(name, _)| is_refused(&name)) {
        return failed(Exception::TypeError, None);
    }
    let name = found.class.rsplit('.').next().unwrap_or_default();
    let mut answer: Answer =
        [("ok".into(), "true".into()), ("backend".into(), dumps_str(&name.into()))].into();
    if found.class != PROBE || !is_finite(&arguments) {
        return answer;
    }
    let kwargs = entries(&arguments).map(|(name, value)| (format!("kwargs.{name}"), dumps(value)));
    answer.extend(kwargs);
    answer
}

fn failed(exception: Exception, message: Option<&connlint_parser::FailureMessage<'_>>) -> Answer {
    [("ok".to_owned(), "false".to_owned())]
        .into_iter()
        .chain(error("error", exception, message))
        .collect()
}
