//! `cargo xtask stress`: what an enemy might commit, and what connlint makes of it.
//!
//! Each input is written twice, the second time [`TIMES`] as large, and checked by a process of its
//! own that may take only so much memory and time. It has to end by itself, without a panic, and to
//! take no more time for a byte of the large input than for one of the small. Nothing of it is kept
//! in the repository: a row says how it is made.

#![expect(clippy::disallowed_methods, reason = "a developer task writes what connlint has to read")]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::check;

mod inputs;

use inputs::INPUTS;

/// How many times larger the large input is than the small one.
const TIMES: usize = 4;

/// How much more time a byte of the large input may take. What is quadratic takes [`TIMES`] as much.
const TOLERATED: f64 = 2.2;

/// Seconds of the processor below which growth is not looked at: what starts and ends a process
/// counts too much.
const SHORT: f64 = 0.3;

/// What a process may take: address space in KiB, seconds of the processor, and of the clock.
const MEMORY: u64 = 2 << 20;
const SECONDS: u32 = 60;

/// How much smaller the inputs are for a program that is not optimised, and what is enough for it.
const UNOPTIMISED: usize = 16;
const ENOUGH: usize = 1024;

/// An input, and how connlint is called on it.
struct Input {
    /// What is bad about it.
    name: &'static str,
    content: Content,
    /// How large the large one is, for an optimised program: KiB of a file, or what a function
    /// counts.
    size: usize,
    /// What is said behind `connlint`.
    arguments: &'static [&'static str],
}

/// What a folder is filled with.
enum Content {
    /// A file: its name, its start, a piece that is repeated, and its end. A `№` in the piece is the
    /// number of the repetition.
    File(&'static str, &'static str, &'static str, &'static str),
    /// A function that fills the folder with something of that size.
    Folder(fn(&Path, usize) -> io::Result<()>),
}

/// What came of a process.
struct Ran {
    /// Of the processor.
    seconds: f64,
    /// How many bytes it printed.
    printed: u64,
    /// Why this may not be.
    fault: Option<String>,
}

/// `stress [--profile PROFILE | --program PATH] [WORD…]`: the inputs whose name has one of the
/// words, or all.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let (mut profile, mut given, mut words) = ("dev", None, Vec::new());
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--profile" => profile = rest.next().context("--profile takes a name")?,
            "--program" => given = Some(rest.next().context("--program takes a path")?),
            flag if flag.starts_with('-') => bail!("unknown argument {flag}"),
            word => words.push(word),
        }
    }
    let (program, is_slow) = match given {
        Some(path) => (fs::canonicalize(path).context("no program")?, false),
        None => (check::connlint(profile)?, profile == "dev"),
    };
    let (count, faults) = all(&program, is_slow, |input| {
        words.is_empty() || words.iter().any(|word| input.name.contains(word))
    })?;
    println!("{} of {count} inputs are handled well", count - faults.len());
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Tries all inputs on a program that is not optimised; gives how many these are, and what may not be.
pub(crate) fn all_unoptimised() -> Result<(usize, Vec<String>)> {
    all(&check::connlint("dev")?, true, |_| true)
}

/// Tries the inputs that are wanted; gives how many these were, and what may not be.
fn all(
    program: &Path,
    is_slow: bool,
    is_wanted: impl Fn(&Input) -> bool,
) -> Result<(usize, Vec<String>)> {
    let folder = check::target().join("stress");
    let (mut count, mut faults) = (0, Vec::new());
    println!("{:<44} {:>9} {:>8} {:>8} {:>9}", "", "bytes", "seconds", "growth", "printed");
    for input in INPUTS.iter().filter(|input| is_wanted(input)) {
        let small = input.size.div_ceil(UNOPTIMISED).min(ENOUGH);
        let size = if is_slow { small } else { input.size };
        let mut measured = measure(program, input, size, &folder)?;
        if measured.fault().is_some() {
            // A machine that does something else meanwhile is no fault of ours.
            measured = measure(program, input, size, &folder)?;
        }
        count += 1;
        println!("{}", measured.line(input.name));
        if let Some(fault) = measured.fault() {
            println!("     {fault}");
            faults.push(format!("{}: {fault}", input.name));
        }
    }
    if folder.exists() {
        remove(&folder)?;
    }
    Ok((count, faults))
}

/// A small input and a large one, measured.
struct Measured {
    bytes: u64,
    small: Ran,
    large: Ran,
}

impl Measured {
    /// How much more time a byte of the large input takes.
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    fn growth(&self) -> f64 {
        self.large.seconds / self.small.seconds.max(0.01) / TIMES as f64
    }

    fn is_long(&self) -> bool {
        self.large.seconds >= SHORT
    }

    fn fault(&self) -> Option<String> {
        if let Some(fault) = self.small.fault.as_ref().or(self.large.fault.as_ref()) {
            return Some(fault.clone());
        }
        let growth = self.growth();
        let grows = self.is_long() && growth > TOLERATED;
        grows.then(|| format!("a byte takes {growth:.1} times as long in a larger input"))
    }

    fn line(&self, name: &str) -> String {
        let growth = if self.is_long() { format!("{:.1}", self.growth()) } else { "-".to_owned() };
        let Self { bytes, large: Ran { seconds, printed, .. }, .. } = self;
        format!("{name:<44} {bytes:>9} {seconds:>8.2} {growth:>8} {printed:>9}")
    }
}

fn measure(program: &Path, input: &Input, size: usize, folder: &Path) -> Result<Measured> {
    let small = ran(program, input, size.div_ceil(TIMES), folder)?;
    let large = ran(program, input, size, folder)?;
    let bytes = bytes(&folder.join("input"))?;
    Ok(Measured { bytes, small, large })
}

/// Fills a new folder with the input, and lets the program look at it.
fn ran(program: &Path, input: &Input, size: usize, folder: &Path) -> Result<Ran> {
    if folder.exists() {
        remove(folder)?;
    }
    let inside = folder.join("input");
    // The top of a repository: no configuration above it is read.
    fs::create_dir_all(inside.join(".git")).context("no folder for the input")?;
    match input.content {
        Content::File(name, head, piece, tail) => {
            write(&inside.join(name), head, piece, tail, size << 10)
        }
        Content::Folder(fill) => fill(&inside, size),
    }
    .with_context(|| format!("cannot write the input of {}", input.name))?;
    let (out, err, times) = (folder.join("out"), folder.join("err"), folder.join("times"));
    let limits = format!(
        "ulimit -c 0; ulimit -v {MEMORY}; ulimit -t {SECONDS}; file=$1; shift; \
         timeout -s KILL {SECONDS} \"$@\"; code=$?; times > \"$file\"; exit $code"
    );
    let status = Command::new("sh")
        .args(["-c", &limits, "sh"])
        .arg(&times)
        .arg(program)
        .args(input.arguments)
        .env("RUST_BACKTRACE", "0")
        .current_dir(&inside)
        .stdin(Stdio::null())
        .stdout(File::create(&out)?)
        .stderr(File::create(&err)?)
        .status()
        .context("cannot run sh")?;
    let said = fs::read(&err)?;
    let said = String::from_utf8_lossy(&said);
    let fault = match status.code() {
        _ if said.contains("panicked") => Some(format!("it panics: {}", start(&said))),
        Some(0..=2) => None,
        Some(137 | 152) => Some(format!("it takes longer than {SECONDS} s")),
        code => Some(format!("it ends with {code:?}: {}", start(&said))),
    };
    Ok(Ran { seconds: seconds(&times)?, printed: out.metadata()?.len(), fault })
}

/// The first words of what it said.
fn start(said: &str) -> String {
    said.chars().take(200).map(|char| if char == '\n' { ' ' } else { char }).collect()
}

/// What the children of a shell took of the processor: the second line, as `0m1.20s 0m0.10s`.
fn seconds(times: &Path) -> Result<f64> {
    let text = fs::read_to_string(times).context("the shell says nothing about time")?;
    let children = text.lines().nth(1).context("the shell says nothing about its children")?;
    children
        .split_whitespace()
        .map(|time| {
            let (minutes, seconds) = time.strip_suffix('s')?.split_once('m')?;
            Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
        })
        .sum::<Option<f64>>()
        .with_context(|| format!("the shell says {children}"))
}

/// Writes a file of about `len` bytes.
fn write(path: &Path, head: &str, piece: &str, tail: &str, len: usize) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(head.as_bytes())?;
    let (mut written, mut nr) = (head.len() + tail.len(), 0);
    while written < len {
        let text = piece.replace('№', &nr.to_string());
        out.write_all(text.as_bytes())?;
        written += text.len();
        nr += 1;
    }
    out.write_all(tail.as_bytes())?;
    out.flush()
}

/// The bytes of the files in a folder. Links are not followed, and holes count.
fn bytes(folder: &Path) -> io::Result<u64> {
    let mut sum = 0;
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries.flatten() {
            let data = entry.metadata()?;
            if data.is_dir() {
                open.push(entry.path());
            } else if data.is_file() {
                sum += data.len();
            }
        }
    }
    Ok(sum)
}

/// Removes a folder. What a program may not go into, its owner first makes his again; paths that are
/// too long for the system are no trouble for `rm`.
fn remove(folder: &Path) -> Result<()> {
    let run = |program: &str, arguments: &[&str]| -> Result<()> {
        let status = Command::new(program).args(arguments).arg(folder).status();
        ensure!(status.context(program.to_owned())?.success(), "{program} fails");
        Ok(())
    };
    run("chmod", &["-R", "u+rwX"])?;
    run("rm", &["-rf"])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_inputs_are_the_same() {
        let names: BTreeSet<_> = INPUTS.iter().map(|input| input.name).collect();
        assert_eq!(names.len(), INPUTS.len());
    }

    #[test]
    fn what_a_shell_says_about_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("times");
        for (text, expected) in [
            ("0m0.00s 0m0.00s\n0m1.25s 0m0.25s\n", 1.5),
            ("0m0.000000s 0m0.000000s\n2m0.500000s 0m0.000000s\n", 120.5),
        ] {
            fs::write(&file, text).unwrap();
            assert!((seconds(&file).unwrap() - expected).abs() < 1e-9, "{text}");
        }
    }
}
