//! Virtual environments below `target/e2e/`, made once for each list of packages.

#![expect(clippy::disallowed_methods, reason = "a developer task installs what it compares with")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::check;

/// A Python with packages.
#[derive(Debug)]
pub(super) struct Venv {
    pub(super) python: PathBuf,
}

impl Venv {
    /// The environment for `tests/e2e/requirements/NAME.txt`; made where it is missing or its list
    /// has changed.
    pub(super) fn of(name: &str) -> Result<Self> {
        let list = check::root().join(format!("tests/e2e/requirements/{name}.txt"));
        let wanted = fs::read_to_string(&list).with_context(|| list.display().to_string())?;
        let folder = folder()?.join(name);
        let python = folder.join("bin/python");
        // Written last: an installation that was interrupted is made anew.
        let stamp = folder.join("installed.txt");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(Self { python });
        }
        println!("installing {name} into {}", folder.display());
        run(Command::new(base_python()?).args(["-m", "venv", "--clear"]).arg(&folder))
            .context("cannot make a virtual environment (Debian has it in python3-venv)")?;
        let pip =
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"];
        run(Command::new(&python).args(pip).arg(&list))
            .context("pip cannot install the packages")?;
        fs::write(&stamp, wanted).context("cannot write the stamp")?;
        Ok(Self { python })
    }
}

/// The connlint of this checkout, built first.
pub(super) fn connlint() -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--package", "connlint-cli", "--manifest-path"]);
    command.arg(check::root().join("Cargo.toml")).arg("--");
    command
}

/// A program of `tests/e2e` that answers each line of JSON with one; it ends with this value.
pub(super) struct Server {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Server {
    /// Starts a program in the environment of that name.
    pub(super) fn start(venv: &str, program: &str) -> Result<Self> {
        let venv = Venv::of(venv)?;
        let mut child = Command::new(&venv.python)
            .arg(check::root().join("tests/e2e").join(program))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().context("no standard output")?);
        Ok(Self { child, requests, answers })
    }

    pub(super) fn ask(&mut self, request: &Value) -> Result<Value> {
        let requests = self.requests.as_mut().context("no standard input")?;
        writeln!(requests, "{request}").context("the program takes no request")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        serde_json::from_str(&line).context("the program gives no answer")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends when its input does.
        self.requests = None;
        let _ = self.child.wait();
    }
}

/// Where the suites keep what they install.
pub(super) fn folder() -> Result<PathBuf> {
    let folder = check::target().join("e2e");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}

/// The folder into which a package of npm is installed, once.
pub(super) fn npm_folder(name: &str, package: &str) -> Result<PathBuf> {
    let folder = folder()?.join(name);
    // Written last, as above.
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == package) {
        return Ok(folder);
    }
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    println!("installing {package} into {}", folder.display());
    let npm = ["install", "--silent", "--no-audit", "--no-fund", "--prefix"];
    run_quietly(Command::new("npm").args(npm).arg(&folder).arg(package))
        .with_context(|| format!("npm cannot install {package}"))?;
    fs::write(&stamp, package).context("cannot write the stamp")?;
    Ok(folder)
}

/// Installs the package of Debian that has a program of the same name, where that is missing.
pub(crate) fn debian_package(name: &str) -> Result<()> {
    if Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    println!("installing {name}");
    apt_get(&["update", "-qq"])?;
    apt_get(&["install", "-qq", "--yes", name])
        .with_context(|| format!("{name} cannot be installed"))
}

/// The folder with the files of packages of Debian, which are not installed: a program among them
/// may be asked without becoming a part of the machine.
pub(super) fn debian_files(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = folder()?.join(name);
    // Written last, as above.
    let stamp = folder.join("unpacked.txt");
    let wanted = packages.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|unpacked| unpacked == wanted) {
        return Ok(folder);
    }
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    println!("unpacking {name} into {}", folder.display());
    let download =
        || run_quietly(Command::new("apt-get").arg("download").args(packages).current_dir(&folder));
    // The list of packages may be missing, or older than the packages.
    if download().is_err() {
        apt_get(&["update", "-qq"])?;
        download().with_context(|| format!("the packages of {name} cannot be had"))?;
    }
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            run_quietly(Command::new("dpkg").arg("-x").arg(&path).arg(&folder))?;
        }
    }
    fs::write(&stamp, wanted).context("cannot write the stamp")?;
    Ok(folder)
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let is_root = Command::new("id").arg("-u").output()?.stdout == b"0\n";
    let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
    run_quietly(command.args((!is_root).then_some("apt-get")).args(arguments))
}

/// `$PYTHON`, or a Python that every pinned package has a wheel for.
pub(super) fn base_python() -> Result<String> {
    let named = std::env::var("PYTHON").ok();
    let candidates = ["python3.11", "python3.12", "python3.10", "python3"].map(str::to_owned);
    for python in named.into_iter().chain(candidates) {
        let version = Command::new(&python)
            .args(["-c", "import sys; print(sys.version_info[:2] in [(3, 10), (3, 11), (3, 12)])"])
            .output();
        if version.is_ok_and(|output| output.stdout.starts_with(b"True")) {
            return Ok(python);
        }
    }
    bail!("no Python 3.10, 3.11 or 3.12: install python3.11, or name one in $PYTHON")
}

/// Runs a program whose output is of interest only where it fails.
pub(super) fn run_quietly(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed:\n{text}");
    Ok(())
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?}"))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}

/// Runs a program on a text, and gives what it prints.
pub(super) fn ask(command: &mut Command, input: String) -> Result<String> {
    let program = Path::new(command.get_program()).to_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    // Written beside the reading: both pipes may fill up.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "{} failed", program.display());
    let written = writer.join().ok().context("the writer stopped")?;
    written.with_context(|| format!("{} did not read all", program.display()))?;
    String::from_utf8(output.stdout)
        .with_context(|| format!("{} prints no UTF-8", program.display()))
}
