//! Scripts that hand a text to a command on its standard input, where no list of processes shows
//! it.
//!
//! ```text
//! script  = *command
//! command = head " <<'JSON'" line-end body line-end "JSON" line-end
//! ```

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
