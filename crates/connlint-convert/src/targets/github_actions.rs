//! A command that sets secrets of GitHub Actions.
//!
//! A step asks for them as `AIRFLOW_CONN_A: ${{ secrets.AIRFLOW_CONN_A }}`. What the script is
//! given goes to `gh`: `sh set.sh --env production`.

use connlint_hosts::Consumer;

use super::{Form, between};

const HEAD: &str = "gh secret set --env-file - \"$@\" <<'ENV'\n";
const TAIL: &str = "ENV\n";

pub(crate) const FORM: Form = Form {
    carrier: "a secret of GitHub",
    document: |entries, _| format!("{HEAD}{}{TAIL}", entries.concat()),
    parts: |text, _| between(text, HEAD, TAIL),
    // `gh` reads as its kin in Go do.
    consumers: Consumer::ALL,
    limit: Some(48 * 1024),
    ..Form::VARIABLES
};
