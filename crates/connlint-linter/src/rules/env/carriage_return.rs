use connlint_hosts::{Consumer, HostFormat};
use connlint_text::{Edit, Raw, Span, message};

use crate::{Applicability, DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL631" "carriage-return", Correctness, Error,
    since: "0.1.0", fix: Always, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let document = cx.document;
    let is_script = document.format == HostFormat::Shell
        || (document.format == HostFormat::Dotenv && document.consumer == Consumer::Shell);
    if !is_script {
        return;
    }
    // The first value with one behind it.
    let ends = |start: u32| {
        let rest = document.text.get(start as usize..).unwrap_or_default();
        memchr::memchr(b'\n', rest.as_bytes()).map(|len| start as usize + len)
    };
    let is_crlf = |end: &usize| document.text[..*end].ends_with('\r');
    let first = document.sites.iter().filter_map(|site| ends(site.span.start())).find(is_crlf);
    let Some(end) = first else { return };
    let sign = |at: usize| Span::<Raw>::from_range(at - 1..at);
    let lines = memchr::memmem::find_iter(document.text.as_bytes(), "\r\n");
    let edits = lines.map(|at| Edit { span: sign(at + 1), pieces: Vec::new() }).collect();
    report
        .report_raw(sign(end), message!["the lines of this script end with CR LF"])
        .label("the shell takes the CR for a part of the value")
        .help("save the file with LF as its line end")
        .note("the value that Airflow gets ends with a carriage return")
        .raw_fix(Applicability::Safe, "end the lines with LF", edits);
}
