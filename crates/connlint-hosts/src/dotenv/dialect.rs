use super::tokenizer::Scan;
use super::{astro, compose, gotenv, python, shell};
use crate::Consumer;

/// How one reader reads a `.env` file.
pub(super) struct Dialect {
    /// Takes one statement off the file.
    pub(super) statement: for<'a> fn(&mut Scan<'a>),
    /// Whether it takes off a byte order mark first.
    pub(super) strips_bom: bool,
}

impl Consumer {
    /// The dialect of this reader.
    pub(super) const fn dialect(self) -> Dialect {
        match self {
            Self::Compose => Dialect { statement: compose::statement, strips_bom: true },
            Self::AstroStandalone => Dialect { statement: astro::standalone, strips_bom: false },
            Self::AstroLoad => Dialect { statement: astro::load, strips_bom: false },
            Self::Gotenv => Dialect { statement: gotenv::statement, strips_bom: true },
            Self::PythonDotenv => Dialect { statement: python::statement, strips_bom: true },
            Self::Shell => Dialect { statement: shell::statement, strips_bom: false },
        }
    }
}
