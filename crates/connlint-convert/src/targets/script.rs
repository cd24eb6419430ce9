//! Scripts that hand a text to a command on its standard input, where no list of processes shows
//! it.
//!
//! ```text
//! script  = *command
//! command = head " <<'JSON'" line-end body line-end "JSON" line-end
//! ```

use connlint_json::parse;

use super::{Part, member};

/// A command that reads `body`, one line of JSON.
pub(super) fn command(head: &str, body: &str) -> String {
    format!("{head} <<'JSON'\n{body}\nJSON\n")
}

/// The commands of a script with what each reads, or nothing where it is none.
pub(super) fn commands(script: &str) -> Option<Vec<(&str, &str)>> {
    let mut commands = Vec::new();
    let mut rest = script;
    while !rest.is_empty() {
        let (head, behind) = rest.split_once(" <<'JSON'\n")?;
        let (body, behind) = behind.split_once("\nJSON\n")?;
        (!head.contains('\n') && !body.contains('\n')).then(|| commands.push((head, body)))?;
        rest = behind;
    }
    Some(commands)
}

/// What the commands put where, of those whose input is JSON with a `Name` and this other member.
pub(super) fn inputs<'t>(text: &'t str, command: &str, value: &str) -> Option<Vec<Part<'t>>> {
    let part = |(head, body): (&str, &str)| {
        (head == command).then_some(())?;
        let input = parse(body).ok()?;
        Some(Part { name: Some(member(&input, "Name")?), text: member(&input, value)?.into() })
    };
    commands(text)?.into_iter().map(part).collect()
}

/// What the commands put where, of those that name it as a word between these two texts.
pub(super) fn texts<'t>(text: &'t str, head: &str, tail: &str) -> Option<Vec<Part<'t>>> {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
    let part = |(command, body): (&'t str, &'t str)| {
        let name = command.strip_prefix(head)?.strip_suffix(tail)?;
        name.chars().all(is_plain).then_some(())?;
        Some(Part { name: Some(name.to_owned()), text: body.into() })
    };
    commands(text)?.into_iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_read_back() {
        let script = command("a -", "{}") + &command("b", "{\"c\": 1}");
        assert_eq!(commands(&script), Some(vec![("a -", "{}"), ("b", "{\"c\": 1}")]));
        for broken in
            ["a", "a <<'JSON'\n{}\n", "a <<'JSON'\n{}\n{}\nJSON\n", "a\nb <<'JSON'\n{}\nJSON\n"]
        {
            assert_eq!(commands(broken), None, "{broken}");
        }
    }
}
