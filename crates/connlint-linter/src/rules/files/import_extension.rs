use connlint_catalog::Quirk;
use connlint_text::message;

use crate::rules::airflow;
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL765" "import-extension", Correctness, Error,
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    for command in &cx.document.commands {
        if !command.runs("airflow", &["connections", "import"]) {
            continue;
        }
        let file = command.words.iter().skip(3).find(|word| !word.text().starts_with('-'));
        let Some(file) = file.filter(|word| word.is_known()) else { continue };
        let name = file.text().rsplit('/').next().unwrap_or_default();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let is_dot_env = name.eq_ignore_ascii_case(".env");
        let is_known = ["env", "json", "yaml", "yml"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known));
        if is_known && (!is_dot_env || cx.profile.has(Quirk::DotEnvNameTaken)) {
            continue;
        }
        let what = if is_dot_env {
            "to Python, the name `.env` has no extension"
        } else {
            "Airflow goes by the extension: `.json`, `.yaml`, `.yml` or `.env`"
        };
        report
            .report_raw(file.span, message!["Airflow does not import a file of this name"])
            .label(what)
            .help("give the file a name that ends in one of these, with something in front")
            .note(message![airflow(cx.profile), " refuses it, and imports nothing"]);
    }
}
