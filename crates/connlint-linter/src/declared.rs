use std::collections::BTreeMap;

/// What a team has of its own, which no catalogue knows.
///
/// ```
/// use std::sync::Arc;
/// use connlint_linter::{Declared, DeclaredType, Linter};
///
/// let text = "AIRFLOW_CONN_LAKE=acme-lake://lake.example.com\n";
/// assert_eq!(Linter::default().lint(".env", text).findings.len(), 1);
///
/// let mut declared = Declared::default();
/// declared.conn_types.insert("acme_lake".to_owned(), DeclaredType::default());
/// let linter = Linter { declared: Arc::new(declared), ..Linter::default() };
/// assert!(linter.lint(".env", text).findings.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declared {
    /// Secrets backends, by the path of the class.
    pub backends: BTreeMap<String, DeclaredBackend>,
    /// Connection types, as Airflow holds them: `acme_lake` for `acme-lake://`.
    pub conn_types: BTreeMap<String, DeclaredType>,
}

/// A secrets backend of a team.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeclaredBackend {
    /// The arguments that it accepts; `None` where it accepts any.
    pub kwargs: Option<Vec<String>>,
}

/// A connection type of a team.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeclaredType {
    /// The keys of `extra` that its hook reads; `None` where it reads any.
    pub extra: Option<Vec<String>>,
}
