use connlint_catalog::{Backend, Profile, Providers};
use connlint_hosts::{Document, Site};
use connlint_parser::{Kwargs, Reading, VaultSecret};

use crate::{Declared, Signs, reading};

/// What a rule is told about a site.
#[derive(Debug, Clone, Copy)]
pub struct SiteCx<'a> {
    /// The file's name.
    pub path: &'a str,
    /// Whether the file is there to be copied, by its name.
    pub is_example: bool,
    /// The document around it.
    pub document: &'a Document<'a>,
    /// The site.
    pub site: &'a Site<'a>,
    /// What Airflow makes of it, where it is a connection.
    pub reading: Option<&'a Reading<'a>>,
    /// What shows of it at a glance.
    pub signs: Signs,
    /// Which Airflow reads it.
    pub profile: Profile,
    /// Which releases of the providers stand beside it.
    pub provided: Provided<'a>,
    /// What the team has of its own.
    pub declared: &'a Declared,
}

/// The releases of the providers, as far as anything says them.
#[derive(Debug, Clone, Copy)]
pub struct Provided<'a> {
    /// Those that the user states.
    pub stated: &'a Providers,
    /// The newest ones that the requirements of the project permit.
    pub required: &'a Providers,
}

impl<'a> Provided<'a> {
    /// The release of a package; `None` for the newest that is known.
    pub fn release(&self, package: &str) -> Option<&'a str> {
        self.stated.release(package).or_else(|| self.required.release(package))
    }
}

/// What a rule is told about a `backend_kwargs`.
#[derive(Debug, Clone, Copy)]
pub struct KwargsCx<'a> {
    /// The site.
    pub site: &'a Site<'a>,
    /// What Airflow's loader makes of it.
    pub kwargs: &'a Kwargs<'a>,
    /// The site of the backend class that gets them, where the document has one.
    pub class: Option<&'a Site<'a>>,
    /// The class, where the catalogue knows it.
    pub backend: Option<&'static Backend>,
    /// The release of the package that has the class; `None` for the newest that is known.
    pub release: Option<&'a str>,
    /// Whether that release is known from requirements only, which have a rule about what is too new.
    pub is_required: bool,
    /// Which Airflow reads it.
    pub profile: Profile,
    /// What the team has of its own.
    pub declared: &'a Declared,
}

/// What a rule is told about a secret of Vault.
#[derive(Debug, Clone, Copy)]
pub struct VaultCx<'a> {
    /// The site.
    pub site: &'a Site<'a>,
    /// Its keys, sorted by what the backend does with them.
    pub secret: &'a VaultSecret<'a>,
}

/// What a rule is told about a connection that several Airflows read.
#[derive(Debug, Clone, Copy)]
pub struct VersionsCx<'a> {
    /// The site.
    pub site: &'a Site<'a>,
    /// What each Airflow of the range makes of it, the newest first.
    pub readings: &'a [(Profile, Reading<'a>)],
}

/// What a rule is told about a whole document.
#[derive(Debug, Clone, Copy)]
pub struct DocumentCx<'a> {
    /// The document.
    pub document: &'a Document<'a>,
    /// Which Airflow reads it.
    pub profile: Profile,
}

impl<'a> DocumentCx<'a> {
    /// What Airflow makes of a site, where that is a connection.
    pub fn reading(&self, site: &'a Site<'a>) -> Option<Reading<'a>> {
        reading(site, self.profile)
    }
}
