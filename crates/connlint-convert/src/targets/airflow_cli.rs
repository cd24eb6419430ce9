//! A shell script that runs `airflow connections import`.
//!
//! `airflow connections add` takes a connection as an argument only, which others see in the list
//! of processes. An import reads a file, here one that nobody else may open.

use connlint_hosts::HostFormat;

use super::{Form, Reader, between, export_json};

const HEAD: &str = "\
#!/bin/sh
set -eu
folder=$(mktemp -d)
trap 'rm -rf \"$folder\"' EXIT
cat > \"$folder/connections.json\" <<'JSON'
";
const TAIL: &str = "
JSON
airflow connections import \"$folder/connections.json\"
";

pub(crate) const FORM: Form = Form {
    carrier: "an import",
    document: |entries, _| format!("{HEAD}{}{TAIL}", export_json::document(entries)),
    parts: |text, _| between(text, HEAD, TAIL),
    reader: Reader::Host(HostFormat::ConnectionsJson),
    ..export_json::FORM
};
