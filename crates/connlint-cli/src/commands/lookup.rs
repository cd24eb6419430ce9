use std::io::{self, Write as _};
use std::process::ExitCode;

use connlint::backends::{Kind, Name};
use connlint::catalog::Stage;
use connlint::parser::Process;
use connlint::report::ShowFormat;
use connlint::text::{Grounds, Public};
use connlint::{Linter, LookedUp, Profile, Source, last_backends, lookups};
use serde_json::{Value, json};

use crate::args::Show;
use crate::project::{Plan, Planned};
use crate::walk::{self, Unread};

/// `show --lookup ID`: where Airflow looks, in its order, and under which names. Nobody is asked.
pub(crate) fn run(args: &Show, id: &str) -> anyhow::Result<ExitCode> {
    let kind = if args.variable { Kind::Variable } else { Kind::Connection };
    let plan = Plan::of(&args.input, args.input.flags())?;
    let read = plan.each(|file| match walk::read(&file.entry) {
        Ok(bytes) => Ok(Some((file, bytes))),
        Err(Unread::Binary | Unread::Special) if !file.entry.named => Ok(None),
        Err(unread) => {
            anstream::eprintln!("{}: {}", walk::printable(&file.entry.name), unread.reason());
            Err(())
        }
    })?;
    let failed = read.iter().any(Result::is_err);
    let files: Vec<_> = read.into_iter().flatten().flatten().collect();
    let sources: Vec<_> = files.iter().map(|(file, bytes)| (file, Source::of(bytes))).collect();
    // Rules are not asked.
    let linter = |file: &Planned| Linter { rules: Vec::new(), ..file.linter(&plan.flags) };
    let linted: Vec<_> = sources
        .iter()
        .map(|(file, source)| linter(file).lint_source(&file.entry.name, source))
        .collect();
    let mut order: Vec<_> = linted.iter().flat_map(|file| lookups(file, kind, id)).collect();
    order.extend(last_backends(&linted, kind, id));

    let text = match args.output_format {
        ShowFormat::Json => as_json(&order, plan.linter().profile, kind, id),
        ShowFormat::Text => as_text(&order, kind, id),
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(if failed { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Connection => "connection",
        Kind::Variable => "variable",
        Kind::Config => "option",
    }
}

/// A text without characters that drive a terminal.
fn printable(text: &str) -> String {
    Public::vouch(text, Grounds::Name).to_string()
}

fn as_text(order: &[LookedUp], kind: Kind, id: &str) -> String {
    let mut lines =
        vec![format!("{} `{}` is looked for in this order:", kind_name(kind), printable(id))];
    for looked_up in order {
        lines.push(String::new());
        lines.push(heading(looked_up));
        match &looked_up.names {
            None => lines.push("  nobody can tell the name".to_owned()),
            Some(Err(nothing)) => lines.push(format!("  nothing: {}", nothing.words())),
            Some(Ok(names)) => {
                lines
                    .extend(names.iter().map(|name| format!("  {}", printable(&name.to_string()))));
            }
        }
        if let Some(failure) = &looked_up.failure {
            let what = if failure.stage <= Stage::Construct {
                "no Airflow process starts"
            } else {
                "every lookup fails, and Airflow goes on without"
            };
            lines.push(format!("  but it raises {}: {what}", failure.exception));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// `HashiCorp Vault (.env:2)`
fn heading(looked_up: &LookedUp) -> String {
    let backend = printable(&looked_up.backend);
    let places = looked_up.places.iter();
    let places: Vec<_> =
        places.map(|place| format!("{}:{}", printable(&place.file), place.line)).collect();
    let asked_by = match looked_up.asked_by {
        Some(Process::Worker) => ", asked by workers",
        Some(Process::Server) => ", asked by all but workers",
        None => "",
    };
    if places.is_empty() {
        format!("{backend}{asked_by}")
    } else {
        format!("{backend}{asked_by} ({})", places.join(", "))
    }
}

fn as_json(order: &[LookedUp], profile: Profile, kind: Kind, id: &str) -> String {
    let order: Vec<Value> = order.iter().map(looked_up_json).collect();
    let whole = json!({
        "version": 1,
        "airflow": profile.version.to_string(),
        "kind": kind_name(kind),
        "id": id,
        "order": order,
    });
    format!("{whole:#}\n")
}

fn looked_up_json(looked_up: &LookedUp) -> Value {
    let places: Vec<Value> = looked_up
        .places
        .iter()
        .map(|place| json!({ "file": place.file, "line": place.line }))
        .collect();
    let name = |name: &Name| json!({ "what": name.what, "name": name.text, "within": name.within });
    let (names, nothing) = match &looked_up.names {
        None => (Value::Null, Value::Null),
        Some(Err(nothing)) => (json!([]), json!(nothing.words())),
        Some(Ok(names)) => (names.iter().map(name).collect(), Value::Null),
    };
    let failure = looked_up
        .failure
        .as_ref()
        .map(|failure| json!({ "stage": failure.stage.name(), "exception": failure.exception }));
    json!({
        "backend": looked_up.backend,
        "asked_by": looked_up.asked_by.map(|process| match process {
            Process::Worker => "workers",
            Process::Server => "servers",
        }),
        "places": places,
        "names": names,
        "nothing": nothing,
        "failure": failure,
    })
}
