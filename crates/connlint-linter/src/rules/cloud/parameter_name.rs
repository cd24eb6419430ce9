use connlint_text::{Span, message};

use super::{is_airflow_name, option};
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL903" "parameter-name", Correctness, Error,
    since: "0.1.0", fix: None, Document => check
}

/// How deep the names of parameters may be.
const LEVELS: usize = 15;

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for command in
        cx.document.commands.iter().filter(|it| it.runs("aws", &["ssm", "put-parameter"]))
    {
        let Some((word, offset)) = option(command, &["name"]) else { continue };
        let text = word.text().get(offset..).unwrap_or_default();
        if !word.is_known() || !is_airflow_name(text) || text.contains(['<', '{']) {
            continue;
        }
        let span = word.value.map().to_raw(Span::from_range(offset..word.text().len()));
        let lower = text.trim_start_matches('/').to_ascii_lowercase();
        if lower.starts_with("aws") || lower.starts_with("ssm") {
            report
                .report_raw(span, message!["a name that is reserved for AWS"])
                .help("begin with another word, such as `/airflow/connections/`")
                .note("AWS answers AccessDeniedException");
        } else if text.contains('/') && !text.starts_with('/') {
            report
                .report_raw(span, message!["the name of a parameter with folders begins with `/`"])
                .help("write `/` in front")
                .note("AWS answers: Parameter name must be a fully qualified name")
                .note("the backend asks for a name with `/` in front in any case");
        } else if text.matches('/').count() > LEVELS {
            report
                .report_raw(
                    span,
                    message!["the name of a parameter with more than ", LEVELS, " levels"],
                )
                .help("use fewer folders")
                .note("AWS answers HierarchyLevelLimitExceededException");
        }
    }
}
