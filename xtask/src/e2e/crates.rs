//! What would be published on crates.io: each crate is packed, and built from its package alone.

use std::process::Command;

use anyhow::{Context as _, Result};

use super::{Comparison, Wishes};
use crate::check;

pub(super) fn run(_: &Wishes) -> Result<Comparison> {
    let output = Command::new(env!("CARGO"))
        // What is not committed yet is packed too.
        .args(["publish", "--workspace", "--dry-run", "--allow-dirty", "--color", "never"])
        .current_dir(check::root())
        .output()
        .context("cannot run cargo")?;
    let text = String::from_utf8_lossy(&output.stderr);
    let verified = text.lines().filter(|line| line.trim_start().starts_with("Verifying ")).count();
    let fault = (!output.status.success()).then(|| text.into_owned());
    Ok(Comparison { asked: verified, disagreements: fault.into_iter().collect() })
}
