use connlint_text::{Span, message};

use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL750" "secret-comment-as-value", Correctness, Error,
    since: "0.1.0", fix: None, Site => check, where: [Escape]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let text = cx.site.value.text();
    let is_comment = matches!(text.trim(), "# secret" | "# secret, use --include-secrets");
    if !is_comment {
        return;
    }
    report
        .report(Span::from_range(0..text.len()), message!["a comment in place of the value"])
        .label("this is what the reader of the file takes for the value")
        .help("write the value, or remove the line")
        .note("`astro deployment variable list --save` writes it for a secret; `--load` stores it as the value");
}
