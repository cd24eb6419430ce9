//! `cargo xtask bench-data` and `cargo xtask bench`: made-up connections by the thousand, and what
//! each costs.

#![expect(clippy::disallowed_methods, reason = "a developer task writes and measures files")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{check, peers};

/// A form of the data: what the generator calls it, the name of the file, and the format to give
/// where the name does not say it.
pub(crate) struct Form {
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) format: Option<&'static str>,
}

pub(crate) const FORMS: [Form; 5] = [
    Form { name: "env", file: "bulk.env", format: None },
    Form { name: "json", file: "bulk.json", format: None },
    Form { name: "yaml", file: "bulk.yaml", format: None },
    Form { name: "jsonl", file: "bulk.jsonl", format: None },
    Form { name: "uri-lines", file: "bulk.txt", format: Some("uri") },
];

/// How many connections the two files have whose difference is measured: what a start costs goes out.
const FEW: u32 = 2_000;
const MANY: u32 = 12_000;

/// How much more than its budget a connection may cost, in percent.
const ALLOWED: f64 = 3.0;

/// `bench-data [FOLDER] [COUNT]`: a file of each form with its manifest of faults.
pub(crate) fn data(arguments: &[String]) -> Result<ExitCode> {
    let folder = arguments.first().map_or_else(|| folder().join("data"), PathBuf::from);
    let count = arguments.get(1).map_or(Ok(100_000), |text| text.replace('_', "").parse())?;
    for form in &FORMS {
        let file = make(&folder, form, count, 1)?;
        println!("{}", file.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// `bench [--check | --save]`: instructions per connection, beside the budget.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let (mut check, mut save, mut peers) = (false, false, false);
    for argument in arguments {
        match argument.as_str() {
            "--check" => check = true,
            "--save" => save = true,
            "--peers" => peers = true,
            other => bail!("unknown argument {other}"),
        }
    }
    let connlint = check::connlint("release")?;
    if peers {
        peers::run(&connlint)?;
        return Ok(ExitCode::SUCCESS);
    }
    let budgets = check::root().join("benches/budget.json");
    let text = fs::read_to_string(&budgets).unwrap_or_else(|_| "{}".to_owned());
    let budget: BTreeMap<String, u64> =
        serde_json::from_str(&text).context("benches/budget.json is no budget")?;
    let mut measured = BTreeMap::new();
    measured.insert("start".to_owned(), instructions(&connlint, &["--version"])?);
    for form in &FORMS {
        let cost = |count| -> Result<u64> {
            let folder = folder().join(count_name(count));
            let file = make(&folder, form, count, 1)?;
            // Threads that wait for work count too.
            let mut arguments =
                vec!["check", "--isolated", "--threads", "1", "--output-format", "json"];
            arguments.extend(form.format.iter().flat_map(|format| ["--host", format]));
            let path = file.to_str().context("the target folder has an odd name")?;
            arguments.push(path);
            instructions(&connlint, &arguments)
        };
        let each = (cost(MANY)?.saturating_sub(cost(FEW)?)) / u64::from(MANY - FEW);
        measured.insert(form.name.to_owned(), each);
    }
    let mut code = ExitCode::SUCCESS;
    println!("{:<10} {:>12} {:>12}", "", "instructions", "budget");
    for (name, &cost) in &measured {
        let allowed = budget.get(name).copied();
        let shown = allowed.map_or_else(|| "none".to_owned(), |budget| budget.to_string());
        #[expect(clippy::cast_precision_loss, reason = "a percentage is shown")]
        let is_over =
            allowed.is_some_and(|budget| cost as f64 > budget as f64 * (1.0 + ALLOWED / 100.0));
        println!("{name:<10} {cost:>12} {shown:>12}{}", if is_over { "  over" } else { "" });
        if is_over && check {
            code = ExitCode::FAILURE;
        }
    }
    if save {
        fs::write(&budgets, serde_json::to_string_pretty(&measured)? + "\n")
            .context("cannot write the budget")?;
    }
    Ok(code)
}

/// The file of that form, made where it is missing, with its manifest beside it.
pub(crate) fn make(folder: &Path, form: &Form, count: u32, seed: u64) -> Result<PathBuf> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let file = folder.join(form.file);
    let manifest = manifest(&file);
    if file.exists() && manifest.exists() {
        return Ok(file);
    }
    let status = Command::new("python3")
        .arg(check::root().join("benches/gen_bulk.py"))
        .args(["--format", form.name, "--error-rate", "0.02"])
        .args(["--count", &count.to_string(), "--seed", &seed.to_string()])
        .arg("--out")
        .arg(&file)
        .arg("--manifest")
        .arg(&manifest)
        .status()
        .context("cannot run python3")?;
    ensure!(status.success(), "the generator fails");
    Ok(file)
}

/// Where the faults of a file are listed: a JSON object a line.
pub(crate) fn manifest(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".faults");
    file.with_file_name(name)
}

pub(crate) fn folder() -> PathBuf {
    check::target().join("bench")
}

fn count_name(count: u32) -> String {
    format!("{}k", count / 1_000)
}

/// How many instructions a run takes, as callgrind counts them.
fn instructions(connlint: &Path, arguments: &[&str]) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(connlint)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .context("cannot run valgrind (Debian has it in the package of that name)")?;
    let log = String::from_utf8_lossy(&output.stderr);
    let line = log.lines().find(|line| line.contains("Collected : "));
    let number = line.and_then(|line| line.rsplit(' ').next()?.parse().ok());
    number.context("valgrind says nothing about instructions")
}
