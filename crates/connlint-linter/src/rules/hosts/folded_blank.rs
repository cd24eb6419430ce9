use connlint_hosts::{Form, Quoting, Role};
use connlint_text::{Edit, Span, message};

use crate::rules::setting::is_database_url;
use crate::{Reporter, SiteCx, declare_rule};

declare_rule! {
    "CL708" "folded-blank", Correctness, Error,
    since: "0.1.0", fix: Sometimes, Site => check, where: [Host]
}

fn check(cx: &SiteCx<'_>, report: &mut Reporter<'_>) {
    let (site, text) = (cx.site, cx.site.value.text());
    let is_yaml = |quoting: &Quoting| {
        matches!(
            quoting,
            Quoting::YamlBlock | Quoting::YamlPlain | Quoting::YamlDouble | Quoting::YamlSingle
        )
    };
    let in_yaml = is_yaml(&site.quoting) || site.outer.iter().any(is_yaml);
    let is_uri = !text.trim_start().starts_with('{') && text.contains("://");
    let is_read = site.role == Role::Connection && site.form == Form::Text || is_database_url(site);
    if !in_yaml || !is_uri || !is_read {
        return;
    }
    // A blank that stands for a line end, with something of the URI on both sides.
    let map = site.value.map();
    let folded = text.trim_end().char_indices().find(|&(at, char)| {
        let span = Span::from_range(at..at + char.len_utf8());
        matches!(char, ' ' | '\n') && map.to_raw(span).of(cx.document.text).contains('\n')
    });
    let Some((at, _)) = folded else { return };
    let span = Span::from_range(at..at + 1);
    report
        .report(span, message!["a line end inside a URI becomes a blank"])
        .label("YAML joins the lines with a blank, or keeps the line end")
        .help("write the URI in one line, or end the line with `\\` between double quotes")
        .note("the blank becomes a part of the key, host or password beside it")
        .unsafe_fix("join the lines", vec![Edit { span, pieces: Vec::new() }]);
}
