//! A shell script of `aws secretsmanager create-secret` commands.
//!
//! The input of the command is JSON on standard input.

use connlint_json::ObjectWriter;

use super::{Form, Reader, Value, asked, script};

const BACKEND: &str = "aws-secrets-manager";
const COMMAND: &str = "aws secretsmanager create-secret --cli-input-json file:///dev/stdin";

pub(crate) const FORM: Form = Form {
    carrier: "a secret of AWS Secrets Manager",
    values: Value::URI_OR_JSON,
    backend: Some(BACKEND),
    name: |id, options| asked(BACKEND, id, options),
    takes_name: |name| name.len() <= 512 && name.chars().all(is_plain),
    names: "AWS Secrets Manager has up to 512 letters, digits and `/_+=.@-` in names",
    entry: |item| {
        let mut json = String::new();
        let mut object = ObjectWriter::new(&mut json);
        object.text(&"Name".into(), &item.name.as_str().into());
        object.text(&"SecretString".into(), &item.value.as_str().into());
        object.finish();
        Some(script::command(COMMAND, &json))
    },
    parts: |text, _| script::inputs(text, COMMAND, "SecretString"),
    reader: Reader::AwsSecret,
    limit: Some(65_536),
    ..Form::LINES
};

fn is_plain(char: char) -> bool {
    char.is_ascii_alphanumeric() || "/_+=.@-".contains(char)
}
