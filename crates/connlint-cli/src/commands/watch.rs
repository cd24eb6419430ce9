use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Result, bail};

use super::check;
use crate::args::{Check, Cli};
use crate::{complain, is_broken_pipe, walk};

/// How often the files are looked for.
const INTERVAL: Duration = Duration::from_millis(300);

/// When a file was written last, and how long it is.
type Stamp = Option<(SystemTime, u64)>;

/// Checks now, and again whenever a file has changed, come or gone.
pub(crate) fn run(args: &Check, cli: &Cli) -> Result<ExitCode> {
    if args.input.paths.iter().any(|path| path.as_os_str() == "-") {
        bail!("standard input cannot be watched");
    }
    match watch(args, cli) {
        Ok(never) => match never {},
        Err(error) => Err(error),
    }
}

/// Ends with the reader of the output.
fn watch(args: &Check, cli: &Cli) -> Result<Infallible> {
    let mut seen = None;
    loop {
        // Taken before the check: what changes meanwhile is seen the next time.
        let now = stamps(args);
        if seen.as_ref() != Some(&now) {
            clear()?;
            match check::once(args, cli) {
                Ok(_) => {}
                Err(error) if is_broken_pipe(&error) => return Err(error),
                // Such as a fault in the configuration, which may be gone soon.
                Err(error) => complain(&error),
            }
            io::stdout().flush()?;
            seen = Some(now);
        }
        thread::sleep(INTERVAL);
    }
}

/// The files as they are now.
fn stamps(args: &Check) -> BTreeMap<PathBuf, Stamp> {
    let entries = walk::entries(&args.input.paths, None);
    let paths = entries.iter().filter_map(walk::Entry::path);
    paths.map(|path| (path.to_owned(), stamp(path))).collect()
}

fn stamp(path: &std::path::Path) -> Stamp {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// Clears a terminal, so that only what holds now is on it.
fn clear() -> io::Result<()> {
    let mut out = io::stdout().lock();
    if out.is_terminal() { out.write_all(b"\x1b[2J\x1b[3J\x1b[H") } else { Ok(()) }
}
