//! `docs/hosts.md`: the host formats, in the order they are tried in.

use std::fmt::Write as _;

use connlint_hosts::HostFormat;

/// The page.
pub(super) fn page() -> String {
    let mut page = "# Host formats\n\n\
        A connection stands in a file of some format, which has quotes, escapes and variables of its\n\
        own. connlint decodes a value as the reader of that format does, and writes a fix back through\n\
        the same rules. The first format of this table that a file is of reads it; `--host NAME` says\n\
        which it is. Files without a trace of Airflow are not read.\n\n\
        | format | recognised by | what is read | whose quoting is followed |\n\
        | --- | --- | --- | --- |\n"
        .to_owned();
    for format in HostFormat::ALL {
        let (known_by, sites, reader) = (format.known_by(), format.sites(), format.reader());
        // Writing to a string does not fail.
        let _ = writeln!(page, "| `{}` | {known_by} | {sites} | {reader} |", format.name());
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_a_row_of_four_cells() {
        let page = page();
        for format in HostFormat::ALL {
            let row =
                page.lines().find(|line| line.starts_with(&format!("| `{}` |", format.name())));
            let row = row.expect("a row");
            assert_eq!(row.matches(" | ").count(), 3, "{row}");
        }
    }
}
