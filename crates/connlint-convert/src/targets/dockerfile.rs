//! A Dockerfile. Whoever has the image reads what it sets, so no secret may be in it.

use connlint_hosts::HostFormat;

use super::{Form, Reader, assignment};

pub(crate) const FORM: Form = Form {
    carrier: "an image",
    entry: |item| Some(format!("ENV {}", assignment(item)?)),
    reader: Reader::Host(HostFormat::Dockerfile),
    is_public: true,
    ..Form::VARIABLES
};
