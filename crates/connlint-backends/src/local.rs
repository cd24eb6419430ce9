//! `LocalFilesystemBackend`: connections and variables in a file.

use connlint_catalog::{AirflowVersion, Stage};
use connlint_json::{Node, Value};

use crate::arguments::text;
use crate::call::{Cause, Course};
use crate::{Call, FileFault, Kind, Name, Nothing, Surroundings, unknown};

const FILES: [&str; 3] = ["connections_file_path", "variables_file_path", "configs_file_path"];

/// Builds the backend; files are opened when something is looked up.
pub(crate) fn start(call: &Call<'_, '_>, course: &mut Course) {
    unknown::check(call, Stage::Construct, course);
}

/// Opens the file of a kind, as every lookup does.
pub(crate) fn open(
    call: &Call<'_, '_>,
    surroundings: &dyn Surroundings,
    kind: Kind,
    course: &mut Course,
) {
    let argument = kind.of(FILES);
    // The files of Airflow 3 raise exceptions of their own.
    let is_new = call.airflow >= AirflowVersion::exact(3, 0, 0);
    let Some(node) = call.arguments.truthy(argument) else { return };
    let Some(path) = text(node) else {
        let exception = if is_new { "TypeError" } else { "AttributeError" };
        course.raise(exception, Cause::Value(argument));
        return;
    };
    let fault = surroundings.file_fault(&path);
    if !is_new && fault == Some(FileFault::Missing) {
        course.raise(call.airflow_exception(), Cause::Outside);
        return;
    }
    let suffix = path.rsplit_once('.').map_or("", |(_, suffix)| suffix);
    if !matches!(suffix, "env" | "json" | "yaml" | "yml") {
        let exception = if is_new {
            "airflow.exceptions.AirflowUnsupportedFileTypeException"
        } else {
            call.airflow_exception()
        };
        course.raise(exception, Cause::Value(argument));
        return;
    }
    let exception = match (fault, kind) {
        (None, _) => return,
        (Some(FileFault::Missing), _) => "FileNotFoundError",
        (Some(FileFault::Malformed), _) => "airflow.exceptions.AirflowFileParseException",
        (Some(FileFault::Repeated), Kind::Connection) => "airflow.exceptions.ConnectionNotUnique",
        (Some(FileFault::Repeated), _) if is_new => "airflow.exceptions.VariableNotUnique",
        (Some(FileFault::Repeated | FileFault::UnknownKey), _) => call.airflow_exception(),
    };
    course.raise(exception, Cause::Outside);
}

/// The id is the key in the file.
pub(crate) fn name(call: &Call<'_, '_>, kind: Kind, id: &str) -> Result<Name, Nothing> {
    match call.arguments.get(kind.of(FILES)) {
        None | Some(Node { value: Value::Null, .. }) => Err(Nothing::Disabled),
        Some(node) if !node.is_truthy() => Err(Nothing::Disabled),
        Some(node) => {
            let within = text(node).ok_or(Nothing::Unusable)?;
            Ok(Name { what: "key", text: id.to_owned(), within: Some(within) })
        }
    }
}
