//! Secrets of HashiCorp Vault.

pub(crate) mod ignored_vault_key;
pub(crate) mod wrong_vault_key;
