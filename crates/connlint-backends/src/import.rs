use connlint_catalog::{
    AirflowVersion, Backend, Via, backend, backends, compare_releases, moved_class_paths,
};

/// What importing a class path comes to.
#[derive(Debug, Clone, Copy)]
pub enum Imported {
    /// The class of an official backend.
    Backend(&'static Backend),
    /// Nothing: this is raised.
    Fails(&'static str),
    /// Nobody can tell: it is outside Airflow and its providers.
    Unknown,
}

/// Imports a class path, where `release` is the one of the backend's package, as far as known.
///
/// ```
/// use connlint_backends::{Imported, import};
///
/// let raised = |path, airflow: &str| match import(path, None, airflow.parse().unwrap()) {
///     Imported::Fails(exception) => Some(exception),
///     _ => None,
/// };
/// let old = "airflow.contrib.secrets.hashicorp_vault.VaultBackend";
/// assert_eq!(raised(old, "2.11.2"), None);
/// assert_eq!(raised(old, "3.0.0"), Some("ModuleNotFoundError"));
/// let misspelt = "airflow.providers.hashicorp.secrets.vault.ValutBackend";
/// assert_eq!(raised(misspelt, "3.0.0"), Some("AttributeError"));
/// assert_eq!(raised("VaultBackend", "3.0.0"), Some("ImportError"));
/// assert_eq!(raised("our.secrets.Backend", "3.0.0"), None);
/// ```
pub fn import(class_path: &str, release: Option<&str>, airflow: AirflowVersion) -> Imported {
    match backend(class_path) {
        Some(found) => match found.via {
            Via::Official => Imported::Backend(found.backend),
            Via::Moved(moved) => {
                let own = airflow.to_string();
                let own = if moved.releases.package == found.backend.package {
                    release
                } else {
                    Some(own.as_str())
                };
                let gone = match (moved.releases.until, own) {
                    (Some(until), Some(own)) => compare_releases(own, until).is_ge(),
                    // The newest release is meant.
                    (until, None) => until.is_some(),
                    (None, Some(_)) => false,
                };
                if gone {
                    Imported::Fails("ModuleNotFoundError")
                } else {
                    Imported::Backend(found.backend)
                }
            }
        },
        None => unknown_class(class_path),
    }
}

fn unknown_class(class_path: &str) -> Imported {
    let Some((module, _)) = class_path.rsplit_once('.') else {
        return Imported::Fails("ImportError");
    };
    // Quotes and blanks that were left in the path make names that Python cannot have.
    let is_name = |part: &str| {
        !part.is_empty() && part.chars().all(|char| char == '_' || char.is_alphanumeric())
    };
    if !class_path.split('.').all(is_name) {
        let known = is_module(module);
        return Imported::Fails(if known { "AttributeError" } else { "ModuleNotFoundError" });
    }
    if is_module(module) {
        return Imported::Fails("AttributeError");
    }
    if module.starts_with("airflow.providers.") && is_module(provider_of(module)) {
        return Imported::Fails("ModuleNotFoundError");
    }
    Imported::Unknown
}

/// Whether a backend's class is in that module, or in one below it.
fn is_module(module: &str) -> bool {
    let paths = backends().iter().map(|known| known.class_path);
    let old = moved_class_paths().iter().filter(|moved| moved.releases.until.is_none());
    paths
        .chain(old.map(|moved| moved.class_path))
        .any(|path| path.strip_prefix(module).is_some_and(|rest| rest.starts_with('.')))
}

/// `airflow.providers.hashicorp` of any module of that provider.
fn provider_of(module: &str) -> &str {
    let end = module.match_indices('.').nth(2).map_or(module.len(), |(at, _)| at);
    module.get(..end).unwrap_or(module)
}
