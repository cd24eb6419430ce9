//! What stores of secrets hand on.

use connlint_json::{Node, dumps, dumps_str, parse};
use connlint_parser::{AwsWords, VaultStyle, read_aws_secret, read_vault, vault_variable};

use super::{Answer, Engine, NodeText as _, entries, of_reading};

/// A secret of Vault; the provider in the environment of Airflow 2 was an old one.
pub(super) fn vault(line: &str, secret: &Node<'_>, conn_id: &str, engine: &Engine) -> Answer {
    let is_old = engine.name.starts_with('2');
    let style = if is_old { VaultStyle::Arguments } else { VaultStyle::Stored };
    let found = read_vault(line, secret, style, engine.profile);
    let mut answer = of_reading(&found.read(engine.profile), conn_id, engine);
    if answer.get("ok").is_some_and(|ok| ok == "true") {
        let variable = vault_variable(secret).map_or_else(|| "null".into(), dumps);
        answer.insert("variable".into(), variable);
    }
    answer
}

/// A secret of AWS Secrets Manager, with the arguments of its backend.
pub(super) fn aws(
    secret: &str,
    kwargs: &Node<'_>,
    conn_id: &str,
    engine: &Engine,
) -> Option<Answer> {
    let mut words = AwsWords::default();
    for (field, more) in kwargs.last("extra_conn_words").into_iter().flat_map(entries) {
        for word in more.as_array()? {
            let is_field = words.add(&field, &word.text()?);
            if !is_field && secret.trim_start().starts_with('{') && parse(secret).is_ok() {
                let name = dumps_str(&format!("'{field}'").into());
                let members =
                    [("ok", "false"), ("error.type", "\"KeyError\""), ("error.message", &name)];
                return Some(members.map(|(key, value)| (key.to_owned(), value.to_owned())).into());
            }
        }
    }
    let found = read_aws_secret(secret, &words);
    Some(of_reading(&found.read(engine.profile), conn_id, engine))
}
