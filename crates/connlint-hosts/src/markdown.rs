//! Texts for people, in Markdown and reStructuredText: the code that stands in them.
//!
//! Only blocks of code are read, each as the format it is of. Prose mentions settings; it sets none.

use std::borrow::Cow;

use connlint_text::{DecodedText, MapBuilder};

use crate::formats::File;
use crate::names::meaning;
use crate::nested::adopt;
use crate::{Document, HostFormat, Options, Quoting, detect};

/// Words of texts that may show a connection.
const TRACES: [&str; 6] =
    ["IRFLOW_", "irflow_", "airflow connections", "conn_uri", "vault ", "astro "];

/// What a file of each language would be called; Markdown within Markdown is not followed.
const LANGUAGES: [(&str, &[&str]); 10] = [
    (
        "x.sh",
        &["bash", "sh", "shell", "zsh", "console", "shell-session", "terminal", "bash-session"],
    ),
    ("x.env", &["env", "dotenv", ".env", "properties"]),
    ("x.yaml", &["yaml", "yml"]),
    ("x.json", &["json", "json5", "jsonc"]),
    ("Dockerfile", &["docker", "dockerfile"]),
    ("x.tf", &["hcl", "terraform", "tf"]),
    ("x.py", &["python", "py", "python3"]),
    ("airflow.cfg", &["ini", "cfg", "conf"]),
    ("Makefile", &["make", "makefile"]),
    ("x.ps1", &["powershell", "ps1", "pwsh"]),
];

/// A text by name, with a word about Airflow in it.
pub(crate) fn detects(file: &File<'_>) -> bool {
    matches!(file.extension, "md" | "markdown" | "mdx" | "rst") && file.mentions(&TRACES)
}

/// The sites in the blocks of a text. What tells Markdown from reStructuredText is the block itself.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let mut document = Document::empty(text, HostFormat::Markdown, options.consumer);
    for block in blocks(text) {
        let part = block.text(text);
        let Some(format) = format(block.language, part.text()) else { continue };
        let mut inner = crate::extract(format, part.text(), options);
        // A fragment need not be well-formed.
        inner.issues.clear();
        adopt(&mut document, inner, &part, Quoting::Block);
    }
    document.sites.sort_by_key(|site| (site.span.start(), std::cmp::Reverse(site.span.end())));
    document
}

/// The format of a block, where anything of Airflow may stand in it.
fn format(language: &str, text: &str) -> Option<HostFormat> {
    let language = language.to_ascii_lowercase();
    let named = LANGUAGES.iter().find(|(_, names)| names.contains(&language.as_str()));
    match named {
        Some(("x.sh", _)) => script(text),
        Some((name, _)) => detect(name, text),
        None if matches!(
            language.as_str(),
            "" | "text" | "txt" | "none" | "plaintext" | "default"
        ) =>
        {
            let guesses = ["x.json", "Dockerfile", "x.yaml"];
            let is_dockerfile =
                text.lines().any(|line| line.starts_with("ENV ") || line.starts_with("FROM "));
            let guess = guesses.iter().filter(|name| **name != "Dockerfile" || is_dockerfile);
            guess.into_iter().find_map(|name| detect(name, text)).or_else(|| script(text))
        }
        None => None,
    }
}

/// Lines that only set something of Airflow's are shown for a `.env` file, whatever they are
/// called: quotes and blanks mean something else there.
fn script(text: &str) -> Option<HostFormat> {
    let mut lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let is_setting = |line: &str| {
        line.starts_with('#')
            || line.split_once('=').is_some_and(|(name, value)| {
                meaning(name).is_some() && !value.ends_with('\\') && is_closed(value)
            })
    };
    let is_env = lines.clone().any(|line| line.contains('=')) && lines.all(is_setting);
    if is_env { detect("x.env", text) } else { detect("x.sh", text) }
}

/// Whether a value is closed on its own line.
fn is_closed(value: &str) -> bool {
    !value.starts_with(['\'', '"']) || (value.len() > 1 && value.ends_with(['\'', '"']))
}

/// A block of code: the lines between its fences, or those that are indented.
struct Block<'a> {
    language: &'a str,
    start: usize,
    end: usize,
    indentation: usize,
}

impl Block<'_> {
    /// The text of the block without indentation, prompts and line numbers.
    fn text<'t>(&self, text: &'t str) -> DecodedText<'t> {
        let lines = &text[self.start..self.end];
        let numbers = is_numbered(lines);
        let mut builder = MapBuilder::new(text);
        let mut at = self.start;
        for (index, line) in lines.split_inclusive('\n').enumerate() {
            let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
            let mut from = blanks.min(self.indentation);
            if numbers {
                from += number(index).len();
            }
            from += prompt(&line[from..]);
            builder.copy(at + from..at + line.len());
            at += line.len();
        }
        builder.finish_at(self.start)
    }
}

fn number(index: usize) -> Cow<'static, str> {
    (index + 1).to_string().into()
}

/// Whether every line starts with its number, as copied documentation does.
fn is_numbered(lines: &str) -> bool {
    let mut all = lines.lines().enumerate().peekable();
    let starts = |(index, line): (usize, &str)| {
        line.strip_prefix(&*number(index)).is_some_and(|rest| {
            !rest.starts_with(|char: char| char.is_ascii_digit() || ".:)=".contains(char))
        })
    };
    let first_fits = all.peek().is_some_and(|(_, line)| {
        line.strip_prefix('1')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == ' '))
    });
    first_fits && all.all(starts)
}

/// The length of a prompt at the start of a line: `$ `, and `$` right before a known word.
fn prompt(line: &str) -> usize {
    let dollars = line.len() - line.trim_start_matches('$').len();
    if dollars == 0 {
        return 0;
    }
    let rest = &line[dollars..];
    if rest.starts_with(' ') || rest.trim().is_empty() {
        return dollars + usize::from(rest.starts_with(' '));
    }
    let words = ["vault ", "astro ", "airflow ", "export ", "docker ", "kubectl ", "#"];
    let is_setting = rest.split_once('=').is_some_and(|(name, _)| meaning(name).is_some());
    if is_setting || words.iter().any(|word| rest.starts_with(word)) { dollars } else { 0 }
}

/// The blocks of a text, in order.
///
/// ```text
/// fenced   = indentation ( "```" | "~~~" ) info … the same fence or a longer one
/// directed = ".. code-block:: language" blank lines, then deeper lines
/// literal  = a line that ends with "::", blank lines, then deeper lines
/// ```
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = Lines { text, at: 0 };
    while let Some((_, line)) = lines.next() {
        let trimmed = line.trim_start_matches([' ', '\t', '>']);
        let indentation = line.len() - trimmed.len();
        let bullet = trimmed.trim_start_matches(['-', '*', '+', ' ']);
        if let Some(fence) = fence(trimmed).or_else(|| fence(bullet)) {
            let body = lines.at;
            let mut end = body;
            let mark = &fence.0[..1];
            while let Some((at, line)) = lines.next() {
                end = at;
                let closing = line.trim();
                if closing.len() >= fence.0.len() && closing.trim_start_matches(mark).is_empty() {
                    break;
                }
                end = lines.at;
            }
            blocks.push(Block { language: fence.1, start: body, end, indentation });
        } else if let Some(language) = directive(line) {
            blocks.extend(lines.deeper(indentation, language));
        }
    }
    blocks
}

/// A fence and the first word behind it.
fn fence(line: &str) -> Option<(&str, &str)> {
    let mark = line.chars().next().filter(|char| matches!(char, '`' | '~'))?;
    let info = line.trim_start_matches(mark);
    let fence = &line[..line.len() - info.len()];
    if fence.len() < 3 || (mark == '`' && info.contains('`')) {
        return None;
    }
    let info = info.trim().trim_start_matches(['{', '.']);
    let language = info.split([' ', ',', '{', '}', '\t', ':']).next().unwrap_or_default();
    Some((fence, language))
}

/// The language of the block that a line of reStructuredText announces.
fn directive(line: &str) -> Option<&str> {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix(".. ") {
        let (name, language) = rest.split_once("::")?;
        return matches!(
            name,
            "code-block" | "code" | "sourcecode" | "parsed-literal" | "highlight"
        )
        .then_some(language.trim());
    }
    (line.ends_with("::") && line.len() > 2).then_some("")
}

/// The lines of a text, and where the next one starts.
struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<(usize, &'a str)> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let len = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |len| len + 1);
        self.at = start + len;
        Some((start, rest[..len].trim_end_matches(['\n', '\r'])))
    }

    /// The lines that stand deeper than `indentation`, less options (`:linenos:`) and blank lines
    /// in front.
    fn deeper(&mut self, indentation: usize, language: &'a str) -> Option<Block<'a>> {
        let mut block: Option<Block<'a>> = None;
        loop {
            let before = self.at;
            let Some((start, line)) = self.next() else { break };
            let trimmed = line.trim_start();
            if trimmed.is_empty() {
                continue;
            }
            let depth = line.len() - trimmed.len();
            if depth <= indentation {
                self.at = before;
                break;
            }
            match &mut block {
                Some(block) => {
                    block.end = self.at;
                    block.indentation = block.indentation.min(depth);
                }
                None if trimmed.starts_with(':') => {}
                None => {
                    block = Some(Block { language, start, end: self.at, indentation: depth });
                }
            }
        }
        block
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HostFormat;

    fn sites(text: &str) -> Vec<String> {
        let document = crate::extract(HostFormat::Markdown, text, Options::default());
        for site in &document.sites {
            assert_eq!(site.value.map().decoded_len() as usize, site.value.text().len());
        }
        let short = |site: &crate::Site<'_>| format!("{}={}", site.name.text, site.value.text());
        document.sites.iter().map(short).collect()
    }

    #[test]
    fn blocks_are_read_as_what_they_are() {
        let a = &["AIRFLOW_CONN_A=x://h"][..];
        for (text, expected) in [
            ("```bash\nexport AIRFLOW_CONN_A='x://h'\n```\n", a),
            ("~~~sh\nexport AIRFLOW_CONN_A=x://h\n~~~\n", a),
            ("- item\n\n  ```bash\n  export AIRFLOW_CONN_A='x://h'\n  ```\n", a),
            ("```\nexport AIRFLOW_CONN_A=x://h\n", a),
            ("````md\n```bash\nexport AIRFLOW_CONN_A=x://h\n```\n````\n", &[]),
            ("```env\nAIRFLOW_CONN_A=x://h # c\n```\n", a),
            ("```bash\nAIRFLOW_CONN_A={\"a\": \"b\"}\n```\n", &["AIRFLOW_CONN_A={\"a\": \"b\"}"]),
            ("```console\n$ export AIRFLOW_CONN_A=x://h\nok\n```\n", a),
            ("```\n1export AIRFLOW_CONN_A=x://h\\\n2/d\n```\n", &["AIRFLOW_CONN_A=x://h/d"]),
            ("```\n$AIRFLOW_CONN_A=x://h\n```\n", a),
            (
                "```json\n{\"a\": {\"conn_type\": \"http\"}}\n```\n",
                &["a={\"conn_type\": \"http\"}"],
            ),
            (
                ".. code-block:: bash\n   :linenos:\n\n   export AIRFLOW_CONN_A=x://h\n\nAIRFLOW_CONN_B=c\n",
                a,
            ),
            ("Do this::\n\n    export AIRFLOW_CONN_A='x://h'\n", a),
            ("Set `AIRFLOW_CONN_A=x://h`, or AIRFLOW_CONN_B='x'.\n", &[]),
            ("```js\nAIRFLOW_CONN_A=x://h\n```\n", &[]),
        ] {
            assert_eq!(sites(text), expected, "{text}");
        }
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "1. x\n\n   ```bash\n   export AIRFLOW_CONN_A='{\n     \"a\": 1}'\n   ```\n";
        let document = crate::extract(HostFormat::Markdown, text, Options::default());
        let site = &document.sites[0];
        assert_eq!(site.value.text(), "{\n  \"a\": 1}");
        let at = site.value.text().find('1').unwrap();
        let raw = site.value.map().to_raw(connlint_text::Span::from_range(at..at + 1));
        assert_eq!(raw.range().start, text.rfind('1').unwrap());
        assert_eq!(site.encode("b").as_deref(), Some("b"));
    }
}
