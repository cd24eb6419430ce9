//! One URI a line.

use super::Form;

pub(crate) const FORM: Form = Form::LINES;
