//! Lines that every reader of `.env` files reads alike.

use connlint_hosts::Consumer;

use super::{Form, LONGEST_IN_GO};

pub(crate) const FORM: Form =
    Form { consumers: Consumer::ALL, limit: Some(LONGEST_IN_GO), ..Form::VARIABLES };
