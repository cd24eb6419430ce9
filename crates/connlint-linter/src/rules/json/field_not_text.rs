use connlint_hosts::HostFormat;
use connlint_json::Value;
use connlint_parser::Reading;
use connlint_text::{Edit, Piece, message};

use crate::rules::airflow;
use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL207" "field-not-text", Correctness, Warning,
    since: "0.1.0", fix: Sometimes, Site => check
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    // The Astro CLI hands each field to Airflow as a text.
    let Some(Reading::Json(json)) =
        cx.reading.filter(|_| cx.document.format != HostFormat::AirflowSettings)
    else {
        return;
    };
    if json.failure.is_some() || json.uri().is_some() {
        return;
    }
    for (name, headline) in [
        ("host", "`host` is no text"),
        ("login", "`login` is no text"),
        ("schema", "`schema` is no text"),
    ] {
        let Some(node) = json.field(name).filter(|node| node.is_truthy()) else { continue };
        let what = match &node.value {
            Value::String(_) | Value::Null => continue,
            Value::Number(_) => "a number",
            Value::Bool(_) => "`true`",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        let draft = report
            .report(node.span, message![headline])
            .label(what)
            .help("write it between quotes")
            .note(message![
                airflow(json.profile),
                " keeps it as it is: `get_uri()` raises TypeError, and so may the hook"
            ]);
        if let Value::Number(_) = &node.value {
            let quote = || Piece::Text("\"".into());
            let pieces = vec![quote(), Piece::Keep(node.span), quote()];
            draft.unsafe_fix("write it between quotes", vec![Edit { span: node.span, pieces }]);
        }
    }
}
