//! The catalogue: part of it is made anew from the wheels it came from, and compared.

use anyhow::Result;

use super::{Comparison, Wishes};
use crate::wheels;

/// Words in the names of the packages that are read: those with the most arguments.
const PACKAGES: [&str; 3] = ["hashicorp", "amazon", "hvac"];

pub(super) fn run(_: &Wishes) -> Result<Comparison> {
    let (asked, disagreements) = wheels::compare(&PACKAGES)?;
    Ok(Comparison { asked, disagreements })
}
