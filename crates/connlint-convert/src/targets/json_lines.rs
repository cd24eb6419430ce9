//! The JSON that Airflow reads in place of a URI, one connection a line.

use super::{Form, Value};
use crate::json::Extra;

pub(crate) const FORM: Form = Form {
    carrier: "JSON",
    values: &[Value::Json(Extra::Object), Value::Json(Extra::Text)],
    ..Form::LINES
};
