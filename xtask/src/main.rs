//! Developer tasks: `cargo xtask TASK`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]

mod bench;
mod catalog;
mod check;
mod dist;
mod docs;
mod e2e;
mod evidence;
mod kwargs;
mod layers;
mod links;
mod new_rule;
mod oracle;
mod peers;
mod reference;
mod sbom;
mod schema;
mod stress;
mod wheels;

use std::process::ExitCode;

/// One `cargo xtask NAME …`.
struct Task {
    name: &'static str,
    /// What follows the name, and what the task does.
    usage: &'static str,
    run: fn(&[String]) -> anyhow::Result<ExitCode>,
}

/// All of them, by name.
const TASKS: &[Task] = &[
    Task {
        name: "bench",
        usage: "[--check | --save | --peers]  count instructions per connection; or time other tools",
        run: bench::run,
    },
    Task {
        name: "bench-data",
        usage: "[FOLDER] [COUNT]  make files of made-up connections, with lists of their faults",
        run: bench::data,
    },
    Task {
        name: "catalog",
        usage: "[--from-wheels] [--check]  make the catalogue's tables anew from its JSON, and that from wheels",
        run: catalog::run,
    },
    Task {
        name: "check",
        usage: "              test layers, rules, links, and that generated files are fresh",
        run: check::run,
    },
    Task {
        name: "dist",
        usage: "[--profile P] make what is released: program, wheel, completions, man pages, \
                bill of materials, checksums",
        run: dist::run,
    },
    Task {
        name: "docs",
        usage: "[--check]     make the pages of docs/ that are made from rules and the catalogue anew",
        run: docs::run,
    },
    Task {
        name: "e2e",
        usage: "[--seed N] [SUITE…]  ask real Airflow, python-dotenv and bash, and compare",
        run: e2e::run,
    },
    Task {
        name: "kwargs",
        usage: "FILE…          replay what real secrets backends did; exit 1 where we disagree",
        run: kwargs::run,
    },
    Task {
        name: "layers",
        usage: "              test that dependencies point one way",
        run: layers::run,
    },
    Task {
        name: "new-rule",
        usage: "FAMILY NAME CODE  make the file, page and entries of a rule",
        run: new_rule::run,
    },
    Task {
        name: "oracle",
        usage: "[FILE…]       replay what real Airflow answered; exit 1 where we disagree",
        run: oracle::run,
    },
    Task {
        name: "schema",
        usage: "[--check]     make the JSON Schemas in schemas/ anew",
        run: schema::run,
    },
    Task {
        name: "stress",
        usage: "[--profile P] [WORD…]  check hostile inputs, each within limits of memory and time",
        run: stress::run,
    },
];

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let task = arguments.split_first().and_then(|(name, rest)| {
        TASKS.iter().find(|task| task.name == name).map(|task| (task, rest))
    });
    if let Some((task, rest)) = task {
        return (task.run)(rest);
    }
    eprintln!("usage: cargo xtask TASK\n");
    for task in TASKS {
        eprintln!("  {:<8} {}", task.name, task.usage);
    }
    Ok(ExitCode::from(2))
}
