//! How deep a Python file is nested, told before anything descends into it.

/// How many brackets Python lets stand open.
const MAX_BRACKETS: usize = 200;

/// How many levels of indentation Python counts.
const MAX_INDENTS: usize = 100;

/// How many operators may stand in each other. Python's own limit is its stack.
const MAX_OPERATORS: usize = 800;

/// Whether the tree of `text` is shallow enough to be walked.
///
/// One pass over the bytes knows strings, comments, brackets and lines, but no grammar: it counts
/// rather too much. Operators count up to the next comma of their brackets, since what stands
/// between commas are branches of one node.
pub(super) fn is_shallow(text: &str) -> bool {
    let mut scan = Scan {
        bytes: text.as_bytes(),
        at: 0,
        levels: vec![Level::default()],
        operators: 0,
        indents: vec![0],
    };
    scan.run()
}

/// What was seen since a bracket was opened.
#[derive(Default, Clone, Copy)]
struct Level {
    /// The operators since the last comma.
    operators: usize,
    /// The `lambda`s, which commas do not end.
    lambdas: usize,
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    levels: Vec<Level>,
    /// The operators of all levels.
    operators: usize,
    indents: Vec<usize>,
}

impl Scan<'_> {
    fn run(&mut self) -> bool {
        self.indent();
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\'' | b'"' => {
                    self.string(byte);
                    continue;
                }
                b'#' => {
                    let rest = &self.bytes[self.at..];
                    self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                    continue;
                }
                b'\\' => self.at += self.line_end(self.at + 1).unwrap_or(0),
                b'\n' | b'\r' if self.levels.len() == 1 => {
                    self.clear();
                    self.at += 1;
                    self.indent();
                    if self.indents.len() > MAX_INDENTS {
                        return false;
                    }
                    continue;
                }
                b'(' | b'[' | b'{' => {
                    // A call is a node around what stands before it, too.
                    self.count(1);
                    self.levels.push(Level::default());
                }
                b')' | b']' | b'}' if self.levels.len() > 1 => {
                    self.comma(true);
                    self.levels.pop();
                }
                b',' => self.comma(false),
                b';' if self.levels.len() == 1 => self.clear(),
                _ if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                    self.word();
                    continue;
                }
                _ if byte.is_ascii_punctuation() => self.count(1),
                _ => {}
            }
            if self.levels.len() > MAX_BRACKETS || self.operators > MAX_OPERATORS {
                return false;
            }
            self.at += 1;
        }
        self.operators <= MAX_OPERATORS
    }

    fn count(&mut self, operators: usize) {
        self.operators += operators;
        if let Some(level) = self.levels.last_mut() {
            level.operators += operators;
        }
    }

    /// Forgets the operators of the innermost level.
    fn comma(&mut self, is_end: bool) {
        if let Some(level) = self.levels.last_mut() {
            let kept = if is_end { 0 } else { level.lambdas };
            self.operators = (self.operators - level.operators) + kept;
            level.operators = kept;
        }
    }

    fn clear(&mut self) {
        self.levels = vec![Level::default()];
        self.operators = 0;
    }

    /// A name or a keyword; the keywords that are operators count.
    fn word(&mut self) {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        let rest = &self.bytes[self.at..];
        let word = &rest[..rest.iter().take_while(|byte| is_word(byte)).count()];
        self.at += word.len();
        match word {
            b"lambda" => {
                self.count(1);
                if let Some(level) = self.levels.last_mut() {
                    level.lambdas += 1;
                }
            }
            b"not" | b"await" | b"if" | b"else" | b"yield" | b"and" | b"or" | b"in" | b"is" => {
                self.count(1);
            }
            _ => {}
        }
    }

    /// Goes behind the string that opens here, or behind its line where it is not closed.
    fn string(&mut self, quote: u8) {
        let rest = &self.bytes[self.at..];
        let is_long = rest.starts_with(&[quote; 3]);
        let mut at = if is_long { 3 } else { 1 };
        while let Some(&byte) = rest.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\n' | b'\r' if !is_long => break,
                _ if byte == quote && (!is_long || rest[at..].starts_with(&[quote; 3])) => {
                    at += if is_long { 3 } else { 1 };
                    break;
                }
                _ => {}
            }
            at += 1;
        }
        self.at += at.min(rest.len());
    }

    /// The length of the line end at `at`.
    fn line_end(&self, at: usize) -> Option<usize> {
        match self.bytes.get(at..)? {
            [b'\r', b'\n', ..] => Some(2),
            [b'\n' | b'\r', ..] => Some(1),
            _ => None,
        }
    }

    /// The indentation of the line that starts here; blank lines have none.
    fn indent(&mut self) {
        let rest = &self.bytes[self.at..];
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0C')).count();
        self.at += blanks;
        if matches!(rest.get(blanks), None | Some(b'\n' | b'\r' | b'#')) {
            return;
        }
        while self.indents.last().is_some_and(|&indent| indent > blanks) {
            self.indents.pop();
        }
        if self.indents.last().is_some_and(|&indent| indent < blanks) {
            self.indents.push(blanks);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_deep() {
        let nested = |open: &str, count: usize, close: &str| {
            format!("{}1{}", open.repeat(count), close.repeat(count))
        };
        let indented = |count: usize| {
            let lines = (0..count).map(|level| format!("{}if a:\n", " ".repeat(level)));
            format!("{}{}pass\n", lines.collect::<String>(), " ".repeat(count))
        };
        for (text, expected) in [
            ("", true),
            ("a = [1, 2]\n", true),
            (&*nested("(", 150, ")"), true),
            (&nested("(", 250, ")"), false),
            (&nested("f(", 250, ")"), false),
            (&nested("not ", 300, ""), true),
            (&nested("not ", 3000, ""), false),
            (&nested("-", 3000, ""), false),
            (&nested("lambda a, b: ", 3000, ""), false),
            (&nested("1 if a else ", 3000, ""), false),
            (&nested("1 + ", 3000, ""), false),
            (&format!("a{}", ".b()".repeat(3000)), false),
            (&format!("a = [{}]", "b.c(1), ".repeat(3000)), true),
            (&format!("a = {}", "'b' ".repeat(3000)), true),
            (&"a = b.c(1)\n".repeat(3000), true),
            (&"a = b; ".repeat(3000), true),
            (&format!("a = '{}'", "(".repeat(3000)), true),
            (&format!("a = '''{}\n'''", "('".repeat(3000)), true),
            (&format!("# {}", "(".repeat(3000)), true),
            (&nested("f'{f\"{", 1000, "}\"}'"), false),
            (&nested("f'{", 1000, "}'"), false),
            (&"1 \\\n + ".repeat(3000), false),
            (&indented(90), true),
            (&indented(110), false),
        ] {
            assert_eq!(is_shallow(text), expected, "{}", text.get(..60).unwrap_or(text));
        }
    }
}
