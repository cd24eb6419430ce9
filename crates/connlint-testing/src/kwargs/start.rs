//! Starts of Airflow: which backend it loads, and what that gets.

use connlint_backends::{Arguments, Call, Imported, failures, import};
use connlint_catalog::{AirflowVersion, Passthrough, Profile, Scalar, Stage};
use connlint_json::{dumps, parse};
use connlint_parser::{CommandOutcome, LoadedBackend, Process, Settings, World, load_backend};

use super::{Case, Disagreement, Recorded, Report};

/// A class that can be imported and is no backend.
const NO_BACKEND: &str = "json.JSONDecoder";

/// Where whoever ran Airflow is at home.
const HOME: &str = "/home/airflow";

/// Replays one start; `None` where it is none.
pub(super) fn replay(case: &Case<'_, '_>, report: &mut Report) -> Option<()> {
    let id = case.text("id")?;
    let airflow: AirflowVersion = case.text("airflow_version")?.parse().ok()?;
    let surroundings = Recorded::of(case);
    let start = Start {
        airflow,
        // What was installed beside that Airflow.
        release: if airflow < AirflowVersion::exact(3, 0, 0) { "3.8.0" } else { "4.8.4" },
        settings: settings(&surroundings),
        surroundings: &surroundings,
    };
    let foretold = start.run();
    let compared = [
        ("exception", case.text("exception"), foretold.exception.map(str::to_owned)),
        ("search path", json_of(case, "search_path"), foretold.search_path),
        ("what is seen", json_of(case, "seen"), foretold.seen),
    ];
    // Only Airflow 3 was asked for it.
    let worker = case.0.last("worker_backend").map(|node| {
        let foretold =
            start.worker_class().map_or("null".to_owned(), |class| format!("\"{class}\""));
        ("backend of workers", Some(dumps(node)), Some(foretold))
    });
    let tally = report.tallies.entry("start".to_owned()).or_default();
    tally.calls += 1;
    let before = report.disagreements.len();
    for (what, recorded, foretold) in compared.into_iter().chain(worker) {
        if recorded != foretold {
            report.disagreements.push(Disagreement {
                id: id.clone(),
                what: what.to_owned(),
                recorded: recorded.unwrap_or_else(|| "nothing".to_owned()),
                foretold: foretold.unwrap_or_else(|| "nothing".to_owned()),
            });
        }
    }
    // What `VaultBackend` received is compared as well, so it is all or nothing.
    let agrees = usize::from(report.disagreements.len() == before);
    for count in [&mut tally.agreed, &mut tally.outcomes, &mut tally.stages, &mut tally.exceptions]
    {
        *count += agrees;
    }
    Some(())
}

fn json_of(case: &Case<'_, '_>, key: &str) -> Option<String> {
    // The files do not name a directory of the machine.
    case.0.last(key).map(|node| dumps(node).replace("<value of $HOME>", HOME))
}

fn settings<'r>(recorded: &'r Recorded<'_, '_>) -> Settings<'r> {
    let mut settings = Settings::default();
    let variables = recorded.env.iter();
    settings.environment.extend(variables.map(|(name, value)| (name.into(), value.into())));
    settings.environment.insert("HOME".into(), HOME.into());
    settings
}

/// One start of Airflow.
struct Start<'r, 'k, 'a> {
    airflow: AirflowVersion,
    release: &'static str,
    settings: Settings<'r>,
    surroundings: &'r Recorded<'k, 'a>,
}

/// What comes of it.
#[derive(Default)]
struct Foretold {
    exception: Option<&'static str>,
    search_path: Option<String>,
    seen: Option<String>,
}

impl Foretold {
    fn raises(exception: &'static str) -> Self {
        Self { exception: Some(exception), ..Self::default() }
    }
}

impl World for Start<'_, '_, '_> {
    fn has_class(&self, path: &str) -> bool {
        match import(path, Some(self.release), self.airflow) {
            Imported::Backend(_) => true,
            Imported::Fails(_) => false,
            Imported::Unknown => path == NO_BACKEND,
        }
    }

    fn run(&self, words: &[String]) -> CommandOutcome {
        match words {
            [program, rest @ ..] if program == "echo" => {
                CommandOutcome::Printed(format!("{}\n", rest.join(" ")))
            }
            _ => CommandOutcome::NotFound,
        }
    }
}

impl Start<'_, '_, '_> {
    fn loaded(&self, process: Process) -> Result<Option<LoadedBackend<'_>>, &'static str> {
        load_backend(&self.settings, process, Profile::core(self.airflow), self).map_err(|_| {
            if self.is_airflow_3() {
                "airflow._shared.configuration.exceptions.AirflowConfigException"
            } else {
                "airflow.exceptions.AirflowConfigException"
            }
        })
    }

    fn is_airflow_3(&self) -> bool {
        self.airflow >= AirflowVersion::exact(3, 0, 0)
    }

    fn worker_class(&self) -> Option<String> {
        let loaded = self.loaded(Process::Worker).ok()??;
        Some(class_name(&loaded.class).to_owned())
    }

    fn run(&self) -> Foretold {
        let loaded = match self.loaded(Process::Server) {
            Ok(loaded) => loaded,
            Err(exception) => return Foretold::raises(exception),
        };
        let Some(loaded) = loaded else {
            return Foretold { search_path: Some(search_path(None)), ..Foretold::default() };
        };
        let search_path = Some(search_path(Some(&loaded.class)));
        let imported = import(&loaded.class, Some(self.release), self.airflow);
        let Imported::Backend(backend) = imported else {
            // Airflow 3 tells each backend which class connections are of.
            return if self.is_airflow_3() {
                Foretold::raises("AttributeError")
            } else {
                Foretold { search_path, ..Foretold::default() }
            };
        };
        let written = loaded.arguments().expect("no recorded arguments nest too deep");
        let node = parse(&written).expect("it was just written");
        let call = Call {
            backend,
            arguments: Arguments::of(&node),
            release: Some(self.release),
            airflow: self.airflow,
        };
        let failures = failures(&call, self.surroundings);
        match failures.iter().find(|failure| failure.stage == Stage::Construct) {
            Some(failure) => Foretold::raises(failure.exception),
            None => Foretold { exception: None, search_path, seen: Some(seen(&call)) },
        }
    }
}

fn class_name(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn search_path(class: Option<&str>) -> String {
    let own = class.map(class_name);
    let names = own.into_iter().chain(["EnvironmentVariablesBackend", "MetastoreBackend"]);
    let quoted: Vec<_> = names.map(|name| format!("\"{name}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

/// What `VaultBackend` keeps of its arguments, as JSON.
fn seen(call: &Call<'_, '_>) -> String {
    let of = |name: &str| {
        let given = call.arguments.get(name);
        // An empty version stands for the default one.
        let given = given.filter(|node| name != "kv_engine_version" || node.is_truthy());
        let default = call.backend.kwarg(name).and_then(|kwarg| kwarg.default);
        given.map_or_else(|| default.unwrap_or(Scalar::Null).to_string(), dumps)
    };
    let kept = ["url", "token", "mount_point", "kv_engine_version", "auth_type"];
    let kept: Vec<_> = kept.iter().map(|name| format!("\"{name}\": {}", of(name))).collect();
    let forwarded = call.arguments.iter().filter(|member| {
        let name = member.key.text();
        let fate = call.backend.passthrough(name.as_str().unwrap_or_default());
        !matches!(fate, Passthrough::Argument(_))
    });
    let pair = |member: &connlint_json::Member<'_>| {
        format!("\"{}\": {}", member.key.raw(), dumps(&member.value))
    };
    let forwarded: Vec<_> = forwarded.map(pair).collect();
    format!("{{{}, \"extra\": {{{}}}}}", kept.join(", "), forwarded.join(", "))
}
