//! `.env` files for one reader, which may take names that others do not.

use connlint_hosts::Consumer;

use super::{Form, LONGEST_IN_GO, assignment};

/// The form of a reader.
const fn of(consumers: &'static [Consumer]) -> Form {
    Form { consumers, takes_name: |_| true, ..Form::VARIABLES }
}

pub(crate) const COMPOSE: Form = of(&[Consumer::Compose]);
pub(crate) const ASTRO_STANDALONE: Form = of(&[Consumer::AstroStandalone]);
pub(crate) const ASTRO_LOAD: Form =
    Form { limit: Some(LONGEST_IN_GO), ..of(&[Consumer::AstroLoad]) };
pub(crate) const GOTENV: Form = Form { limit: Some(LONGEST_IN_GO), ..of(&[Consumer::Gotenv]) };
pub(crate) const PYTHON_DOTENV: Form = of(&[Consumer::PythonDotenv]);

/// What is not exported stays in the shell.
pub(crate) const SHELL: Form =
    Form { entry: |item| Some(format!("export {}", assignment(item)?)), ..of(&[Consumer::Shell]) };
