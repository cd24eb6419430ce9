use crate::generated::SENSITIVE_NAME_PARTS;

/// Whether Airflow masks the value of an `extra` key of this name in its logs.
///
/// Airflow's secrets masker looks for certain words anywhere in the lower-cased name.
///
/// ```
/// use connlint_catalog::is_sensitive_name;
///
/// assert!(is_sensitive_name("client_secret"));
/// assert!(is_sensitive_name("AWS_Session_TOKEN"));
/// assert!(!is_sensitive_name("region_name"));
/// ```
pub fn is_sensitive_name(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    SENSITIVE_NAME_PARTS.iter().any(|part| name.contains(part))
}
