//! A shell script of `aws ssm put-parameter` commands.
//!
//! The input of the command is JSON on standard input.

use connlint_json::ObjectWriter;

use super::{Form, Reader, Value, asked, script};

const BACKEND: &str = "aws-ssm-parameter-store";
const COMMAND: &str = "aws ssm put-parameter --cli-input-json file:///dev/stdin";

/// How many bytes a parameter has that costs nothing.
const STANDARD: usize = 4096;

pub(crate) const FORM: Form = Form {
    carrier: "a parameter of AWS",
    values: Value::URI_OR_JSON,
    backend: Some(BACKEND),
    name: |id, options| asked(BACKEND, id, options),
    takes_name,
    names: "a parameter of AWS has up to 1,011 letters, digits and `/_.-` in its name, 15 levels, and does not begin with `aws` or `ssm`",
    entry: |item| {
        let mut json = String::new();
        let mut object = ObjectWriter::new(&mut json);
        object.text(&"Name".into(), &item.name.as_str().into());
        object.text(&"Type".into(), &"SecureString".into());
        if item.value.len() > STANDARD {
            object.text(&"Tier".into(), &"Advanced".into());
        }
        object.text(&"Value".into(), &item.value.as_str().into());
        object.finish();
        Some(script::command(COMMAND, &json))
    },
    parts: |text, _| script::inputs(text, COMMAND, "Value"),
    reader: Reader::Text,
    limit: Some(8192),
    ..Form::LINES
};

fn takes_name(name: &str) -> bool {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "/_.-".contains(char);
    let start = name.trim_start_matches('/').to_ascii_lowercase();
    name.len() <= 1011
        && name.chars().all(is_plain)
        && !name.contains("//")
        && !name.ends_with('/')
        && name.matches('/').count() <= 15
        && !(start.starts_with("aws") || start.starts_with("ssm"))
}
