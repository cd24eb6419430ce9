//! Makefiles: the variables that recipes get, and the recipes, as GNU make reads them.

use connlint_text::{Decoded, DecodedText, MapBuilder, Span};

use crate::formats::File;
use crate::names::meaning;
use crate::nested::{adopt, mark_unknown};
use crate::references::in_script;
use crate::{Document, Form, HostFormat, Name, Options, Quoting, Site, Surface, shell};

/// How deep `$(…)` may stand in `$(…)`.
const DEEPEST: usize = 64;

/// A makefile by name, with a word about Airflow in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    let is_named = matches!(file.extension, "mk" | "mak" | "make")
        || matches!(file.name, "makefile" | "gnumakefile")
        || file.name.starts_with("makefile.");
    is_named && file.mentions(&shell::TRACES)
}

/// ```text
/// makefile   = { recipe | assignment | other }
/// recipe     = tab { "@" | "-" | "+" | blank } script     ; lines that end with "\" go on
/// assignment = { word } name operator value [ "#" … ]
/// operator   = "=" | ":=" | "::=" | ":::=" | "?=" | "+="
/// ```
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Makefile, options.consumer);
    let mut at = 0;
    while at < text.len() {
        if text.as_bytes()[at] == b'\t' {
            let recipe = recipe(text, &mut at);
            script(&mut document, &recipe, options);
            continue;
        }
        let line = logical_line(text, &mut at);
        let inner = assignment(line.text(), options);
        adopt(&mut document, inner, &line, Quoting::Block);
        if let Some(recipe) = recipe_in_rule(&line) {
            script(&mut document, &recipe, options);
        }
    }
    document
}

/// The sites of one line of a recipe; each gets a shell of its own.
fn script(document: &mut Document<'_>, recipe: &DecodedText<'_>, options: Options) {
    let (value, unknown) = expanded(recipe, 0..recipe.text().len(), false);
    let (value, unknown) = in_script(&recipe.then(value), &unknown);
    let mut inner = shell::extract(value.text(), options);
    // What is missing may be what makes it well-formed.
    inner.issues.clear();
    mark_unknown(&mut inner, &unknown);
    adopt(document, inner, &value, Quoting::MakeRecipe);
}

/// The end of the physical line at `at`, without its line end, and where the next one starts.
fn physical_line(text: &str, at: usize) -> (usize, usize) {
    let len = memchr::memchr(b'\n', &text.as_bytes()[at..]);
    let end = len.map_or(text.len(), |len| at + len);
    let is_crlf = len.is_some() && text[at..end].ends_with('\r');
    (end - usize::from(is_crlf), (end + 1).min(text.len()))
}

/// Whether an odd number of `\` ends the line.
fn is_continued(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// A line of a recipe without the tab; what joins lines is left to the shell.
fn recipe<'a>(text: &'a str, at: &mut usize) -> DecodedText<'a> {
    let mut builder = MapBuilder::new(text);
    let first = *at;
    let prefix = text[first..].bytes().take_while(|byte| b"\t @-+".contains(byte)).count();
    let mut start = first + prefix;
    loop {
        let (end, next) = physical_line(text, *at);
        *at = next;
        let goes_on = is_continued(&text[start.min(end)..end]) && next < text.len();
        builder.copy(start.min(end)..if goes_on { next } else { end });
        if !goes_on {
            return builder.finish_at(start);
        }
        start = next + usize::from(text.as_bytes()[next] == b'\t');
    }
}

/// A line outside of recipes; what joins lines is a blank, with the blanks around it.
fn logical_line<'a>(text: &'a str, at: &mut usize) -> DecodedText<'a> {
    let mut builder = MapBuilder::new(text);
    let mut start = *at;
    let first = start;
    loop {
        let (end, next) = physical_line(text, *at);
        *at = next;
        if !is_continued(&text[start.min(end)..end]) || next >= text.len() {
            builder.copy(start.min(end)..end);
            return builder.finish_at(first);
        }
        let kept = text[start..end - 1].trim_end_matches([' ', '\t']).len();
        builder.copy(start..start + kept);
        let blanks = text[next..].bytes().take_while(|byte| b" \t".contains(byte)).count();
        builder.replace(start + kept..next + blanks, " ");
        *at = next;
        start = next + blanks;
    }
}

/// `target: prerequisite; recipe`
fn recipe_in_rule<'a>(line: &'a DecodedText<'_>) -> Option<DecodedText<'a>> {
    let text = line.text();
    let colon = memchr::memchr(b':', text.as_bytes())?;
    let semicolon = colon + memchr::memchr(b';', &text.as_bytes()[colon..])?;
    let before = &text[..semicolon];
    (!before.contains(['=', '#', '$'])).then(|| {
        let start = u32::try_from(semicolon + 1).unwrap_or(u32::MAX);
        line.part(Span::new(start, line.map().decoded_len()))
    })
}

/// The site of an assignment, and the comment behind it.
fn assignment(line: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(line, HostFormat::Makefile, options.consumer);
    let end = comment(line).unwrap_or(line.len());
    if end < line.len() {
        document.comments.push(Span::from_range(end..line.len()));
    }
    let Some(equals) = memchr::memchr(b'=', &line.as_bytes()[..end]) else { return document };
    let before = &line[..equals];
    let operator = before.trim_end_matches([':', '?', '+', '!']).len();
    let is_shell = before[operator..].ends_with('!');
    let is_added = before[operator..].ends_with('+');
    let name_end = before[..operator].trim_end().len();
    let name_start = before[..name_end].rfind([' ', '\t', ':']).map_or(0, |at| at + 1);
    let name = &line[name_start..name_end];
    // The shell's assignments in a function or behind a rule are none of make's.
    if is_shell || before.contains(['$', ';', '#']) {
        return document;
    }
    let Some(meaning) = meaning(name) else { return document };
    let rest = &line[equals + 1..end];
    let start = equals + 1 + rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let whole = DecodedText::verbatim(line, Span::from_range(0..line.len()));
    let (value, mut unknown) = expanded(&whole, start..end, true);
    if is_added {
        unknown.insert(0, Span::empty(0));
    }
    let map = value.map().clone();
    let value = DecodedText::new(value.into_text().into_owned(), map);
    document.sites.push(Site {
        id: meaning.id.clone(),
        role: meaning.role,
        surface: Surface::Environment,
        form: Form::Text,
        name: Name { text: name.into(), span: Span::from_range(name_start..name_end) },
        span: Span::from_range(name_start..end),
        value_span: Span::from_range(start..end),
        value,
        quoting: Quoting::MakeValue,
        outer: Vec::new(),
        unknown,
    });
    document
}

/// Where a comment starts: at the first `#` with an even number of `\` in front of it.
fn comment(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut at = 0;
    loop {
        match *bytes.get(at)? {
            b'#' if !is_continued(&line[..at]) => return Some(at),
            b'$' => at += reference(&line[at..]).max(1),
            _ => at += 1,
        }
    }
}

/// `range` of a text with `$$` for `$`, and nothing for what make fills in; in values, not in
/// recipes, `\#` is a `#`.
fn expanded<'t>(
    text: &'t DecodedText<'_>,
    range: std::ops::Range<usize>,
    is_value: bool,
) -> (DecodedText<'t>, Vec<Span<Decoded>>) {
    let text = text.text();
    let bytes = text.as_bytes();
    let mut builder = MapBuilder::new(text);
    let mut unknown = Vec::new();
    let (mut at, mut copied) = (range.start, range.start);
    while let Some(found) = memchr::memchr2(b'$', b'\\', &bytes[at..range.end]) {
        let start = at + found;
        let run = bytes[start..range.end].iter().take_while(|byte| **byte == b'\\').count();
        if run > 0 {
            at = start + run;
            if is_value && bytes[at..range.end].first() == Some(&b'#') {
                // Half of the `\` are kept.
                builder.copy(copied..start + run / 2);
                builder.replace(start + run / 2..at + 1, "#");
                at += 1;
                copied = at;
            }
            continue;
        }
        let len = reference(&text[start..range.end]);
        builder.copy(copied..start);
        at = start + len.max(1);
        if text[start..at] == *"$$" {
            builder.replace(start..at, "$");
        } else {
            unknown.push(Span::empty(builder.len()));
            builder.replace(start..at, "");
        }
        copied = at;
    }
    builder.copy(copied..range.end);
    (builder.finish_at(range.start), unknown)
}

/// The length of what starts with `$`: `$$`, `$(…)`, `${…}`, `$x`; all of the rest where a bracket
/// is not closed.
fn reference(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (open, close) = match bytes.get(1) {
        Some(b'(') => (b'(', b')'),
        Some(b'{') => (b'{', b'}'),
        Some(_) => return 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        None => return 1,
    };
    let mut depth = 0usize;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        if *byte == open {
            depth += 1;
            if depth > DEEPEST {
                break;
            }
        } else if *byte == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at + 1;
            }
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites(file: &str) -> Vec<(String, String, usize)> {
        let document = extract(file, Options::default());
        let found = document.sites.iter();
        found
            .map(|site| {
                (site.name.text.to_string(), site.value.text().to_owned(), site.unknown.len())
            })
            .collect()
    }

    #[test]
    fn assignments() {
        for (line, value, unknown) in [
            ("export AIRFLOW_CONN_A = x://u:p@h", "x://u:p@h", 0),
            ("AIRFLOW_CONN_A:=x://h", "x://h", 0),
            ("AIRFLOW_CONN_A ?= x://h # note", "x://h ", 0),
            ("AIRFLOW_CONN_A ::= x://h", "x://h", 0),
            ("AIRFLOW_CONN_A=x://h/\\#a", "x://h/#a", 0),
            ("AIRFLOW_CONN_A=x://h/\\\\\\#a", "x://h/\\#a", 0),
            ("AIRFLOW_CONN_A=x://h/\\\\#a", "x://h/\\\\", 0),
            ("AIRFLOW_CONN_A='x://h'", "'x://h'", 0),
            ("AIRFLOW_CONN_A=x://u:a$$b@h", "x://u:a$b@h", 0),
            ("AIRFLOW_CONN_A=x://$(U):${P}@$h", "x://:@", 3),
            ("AIRFLOW_CONN_A=x://$(shell a (b) # c)@h", "x://@h", 1),
            ("AIRFLOW_CONN_A += b", "b", 1),
            ("up: export AIRFLOW_CONN_A := x://h", "x://h", 0),
            ("override export AIRFLOW_CONN_A = {\"a\": \\\n  1}", "{\"a\": 1}", 0),
            ("AIRFLOW_CONN_A = x://h\r", "x://h", 0),
        ] {
            let file = format!("{line}\n");
            let expected = ("AIRFLOW_CONN_A".to_owned(), value.to_owned(), unknown);
            assert_eq!(sites(&file), [expected], "{line}");
        }
        for line in [
            "# AIRFLOW_CONN_A = x",
            "AIRFLOW_CONN_A != cat a",
            "$(eval AIRFLOW_CONN_A = x)",
            "ifeq ($(AIRFLOW_CONN_A),)",
            "A = AIRFLOW_CONN_A=x",
        ] {
            assert_eq!(sites(line), [], "{line}");
        }
    }

    #[test]
    fn recipes() {
        for (recipe, value, unknown) in [
            ("\texport AIRFLOW_CONN_A='x://h'", "x://h", 0),
            ("\t@AIRFLOW_CONN_A=x://a$$b/ airflow db", "x://a/", 1),
            ("\t-@ AIRFLOW_CONN_A='x://a$$b' airflow db", "x://a$b", 0),
            ("\tAIRFLOW_CONN_A=x://$(U)@h airflow db", "x://@h", 1),
            ("\tAIRFLOW_CONN_A='x://$(U)@h' airflow db", "x://@h", 1),
            ("\ta \\\n\t  AIRFLOW_CONN_A=x://h", "x://h", 0),
            ("up: down ; AIRFLOW_CONN_A=x://h airflow db", "x://h", 0),
        ] {
            let file = format!("up:\n{recipe}\n");
            let expected = ("AIRFLOW_CONN_A".to_owned(), value.to_owned(), unknown);
            assert_eq!(sites(&file), [expected], "{recipe}");
        }
    }

    #[test]
    fn a_variable_of_make_holds_its_place_among_the_words() {
        let file = "up:\n\tairflow connections add a --conn-uri $(URI) --conn-extra $$E\n";
        assert_eq!(sites(file), [("a".to_owned(), String::new(), 1)]);
    }
}
