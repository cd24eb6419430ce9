//! A shell script that runs `astro deployment variable create --secret`.
//!
//! The values stand in a file that nobody else may open. What the script is given goes to `astro`:
//! `sh create.sh --deployment-id ID`.

use connlint_hosts::Consumer;

use super::{Form, LONGEST_IN_GO, between};

const HEAD: &str = "\
#!/bin/sh
set -eu
folder=$(mktemp -d)
trap 'rm -rf \"$folder\"' EXIT
cat > \"$folder/.env\" <<'ENV'
";
const TAIL: &str = "\
ENV
astro deployment variable create --load --env \"$folder/.env\" --secret \"$@\"
";

pub(crate) const FORM: Form = Form {
    document: |entries, _| format!("{HEAD}{}{TAIL}", entries.concat()),
    parts: |text, _| between(text, HEAD, TAIL),
    consumers: &[Consumer::AstroLoad],
    limit: Some(LONGEST_IN_GO),
    ..Form::VARIABLES
};
