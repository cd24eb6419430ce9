//! A shell script of `aws secretsmanager create-secret` commands.
//!
//! The input of the command is JSON on standard input.

use connlint_json::{ObjectWriter, parse};

use super::{Form, Part, Value, member, prefixed, script};

const COMMAND: &str = "aws secretsmanager create-secret --cli-input-json file:///dev/stdin";

pub(crate) const FORM: Form = Form {
    carrier: "a secret of AWS Secrets Manager",
    values: Value::URI_OR_JSON,
    name: |id, options| prefixed(options, "airflow/connections", "/", id),
    fault_of_id: |id| {
        (id.is_empty() || !id.chars().all(is_plain))
            .then_some("AWS Secrets Manager has letters, digits and `/_+=.@-` in names")
    },
    entry: |item| {
        let mut json = String::new();
        let mut object = ObjectWriter::new(&mut json);
        object.text(&"Name".into(), &item.name.as_str().into());
        object.text(&"SecretString".into(), &item.value.as_str().into());
        object.finish();
        Some(script::command(COMMAND, &json))
    },
    parts: |text, _| {
        let part = |(head, body): (&str, &str)| {
            (head == COMMAND).then_some(())?;
            let root = parse(body).ok()?;
            let name = Some(member(&root, "Name")?).filter(|name| name.chars().all(is_plain));
            name.is_some().then_some(())?;
            Some(Part { name, text: member(&root, "SecretString")?.into() })
        };
        script::commands(text)?.into_iter().map(part).collect()
    },
    limit: Some(65_536),
    ..Form::LINES
};

/// Whether a name may have it.
fn is_plain(char: char) -> bool {
    char.is_ascii_alphanumeric() || "/_+=.@-".contains(char)
}
