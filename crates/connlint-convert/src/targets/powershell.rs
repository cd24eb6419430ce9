//! Lines of PowerShell that set environment variables.
//!
//! PowerShell takes the curly quotes of Unicode for `'`, too: only ASCII is written.

use connlint_hosts::HostFormat;

use super::{Form, Reader};

pub(crate) const FORM: Form = Form {
    entry: |item| {
        let is_plain = item.value.chars().all(|char| matches!(char, ' '..='~'));
        let quoted = item.value.replace('\'', "''");
        is_plain.then(|| format!("$env:{} = '{quoted}'\n", item.name))
    },
    reader: Reader::Host(HostFormat::PowerShell),
    ..Form::VARIABLES
};
