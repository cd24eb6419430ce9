//! The picture in README.md is what a terminal shows.
//!
//! `UPDATE_DOCS=1` draws it anew.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the test reads and writes the picture")]

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use connlint_tests::{connlint, copy_of, root, stdout};

/// Pixels between two lines, and the width of a character.
const LINE: usize = 20;
const CHARACTER: usize = 8;
/// Around all of it.
const MARGIN: usize = 18;

#[test]
fn picture_is_fresh() {
    let mut command = Command::new(connlint());
    let folder = copy_of("tests/docs/readme");
    command.args(["check", "--color", "always"]).current_dir(folder.path());
    let (text, code) = stdout(command.output().unwrap());
    assert_eq!(code, Some(1));
    // How long it took is another each time.
    let (text, rest) = text.rsplit_once(" in ").unwrap();
    let (_, fixable) = rest.split_once(';').unwrap();
    let fresh = picture(&format!("$ connlint check\n{text};{fixable}"));

    let path = root().join("docs/connlint.svg");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let written = fs::read_to_string(path).unwrap();
    assert!(written == fresh, "docs/connlint.svg is out of date: UPDATE_DOCS=1 draws it anew");
}

#[test]
fn colours_become_classes() {
    let svg = picture("\u{1b}[1;31merror\u{1b}[0m <a>\n\nb");
    assert!(
        svg.contains("<tspan class=\"s1 s31\">error</tspan><tspan> &lt;a&gt;</tspan>"),
        "{svg}"
    );
    assert_eq!(svg.matches("<text ").count(), 2, "{svg}");
}

/// A terminal with this text in it.
fn picture(text: &str) -> String {
    let lines: Vec<_> = text.trim_end().lines().map(spans).collect();
    let width = |line: &Line| line.iter().map(|(_, text)| text.chars().count()).sum::<usize>();
    let widest = lines.iter().map(width).max().unwrap_or_default();
    let (w, h) = (widest * CHARACTER + 2 * MARGIN, lines.len() * LINE + 2 * MARGIN);
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" aria-label="connlint check finds faults in a project">
<style>
text {{ font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d5dbe3; white-space: pre }}
.s1 {{ font-weight: bold }} .s2 {{ opacity: .65 }} .s4 {{ text-decoration: underline }}
.s31 {{ fill: #ff7b72 }} .s32 {{ fill: #7ee787 }} .s33 {{ fill: #e3b341 }} .s34 {{ fill: #79c0ff }} .s35 {{ fill: #d2a8ff }} .s36 {{ fill: #76d9e6 }}
</style>
<rect width="{w}" height="{h}" rx="8" fill="#11161d"/>
"##
    );
    for (line, number) in lines.iter().zip(1..).filter(|(line, _)| width(line) > 0) {
        let (y, length) = (MARGIN + number * LINE - 6, width(line) * CHARACTER);
        let _ = write!(
            svg,
            r#"<text x="{MARGIN}" y="{y}" textLength="{length}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">"#
        );
        for (style, text) in line {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let class =
                if style.is_empty() { String::new() } else { format!(" class=\"{style}\"") };
            let _ = write!(svg, "<tspan{class}>{text}</tspan>");
        }
        svg.push_str("</text>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

/// Pieces of a line with the classes of their style.
type Line = Vec<(String, String)>;

/// Takes the escape sequences of colour and weight out of a line.
fn spans(line: &str) -> Line {
    let mut spans = Vec::new();
    let mut style: Vec<&str> = Vec::new();
    for piece in line.split("\u{1b}[").enumerate() {
        let text = match piece {
            (0, text) => text,
            (_, piece) => {
                let (codes, text) = piece.split_once('m').expect("only styles are escaped");
                for code in codes.split(';') {
                    if matches!(code, "0" | "") {
                        style.clear();
                    } else {
                        style.push(code);
                    }
                }
                text
            }
        };
        if !text.is_empty() {
            let classes: Vec<_> = style.iter().map(|code| format!("s{code}")).collect();
            spans.push((classes.join(" "), text.to_owned()));
        }
    }
    spans
}
