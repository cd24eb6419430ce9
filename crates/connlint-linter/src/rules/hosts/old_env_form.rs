use connlint_hosts::{HostFormat, Quoting};
use connlint_text::{Edit, Piece, Raw, Span, message};

use crate::{Applicability, Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL713" "old-env-form", Host, Warning,
    since: "0.1.0", fix: Sometimes, Site => check, where: [Host]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    if cx.document.format != HostFormat::Dockerfile {
        return;
    }
    let (site, text) = (cx.site, cx.document.text);
    let joint: Span<Raw> = Span::new(site.name.span.end(), site.value_span.start());
    let is_old = joint.of(text).starts_with([' ', '\t']) && joint.of(text).trim().is_empty();
    let before = text.get(..site.name.span.start() as usize).unwrap_or_default().trim_end();
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    if !is_old || !word.eq_ignore_ascii_case("env") {
        return;
    }
    let draft = report
        .report_raw(joint, message!["the old form of `ENV`"])
        .label("`=` is missing")
        .help("write `ENV NAME=\"value\"`")
        .note("Docker warns: LegacyKeyValueFormat. Everything up to the line end is the value");
    let value = site.value_span.of(text);
    let is_simple = !value.contains(['"', '\'', '\\', '$', '`', '\n', ' ', '\t']);
    if is_simple && site.quoting == Quoting::DockerBare {
        let edit = Edit { span: joint, pieces: vec![Piece::Text("=".into())] };
        draft.raw_fix(Applicability::Safe, "write `=`", vec![edit]);
    }
}
