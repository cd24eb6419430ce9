//! Lines that every reader of `.env` files reads alike.

use connlint_hosts::Consumer;

use super::Form;

pub(crate) const FORM: Form = Form { consumers: Consumer::ALL, ..Form::VARIABLES };
