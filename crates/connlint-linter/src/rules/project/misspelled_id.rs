use connlint_hosts::Role;
use connlint_text::{Edit, message};

use crate::project::{IdFact, name};
use crate::{Applicability, Confidence, ProjectCx, ProjectReporter, declare_rule};

declare_rule! {
    "CL831" "misspelled-id", Correctness, Warning,
    since: "0.1.0", fix: Sometimes, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    let has_backend = cx.files().any(|(_, facts)| facts.has_backend);
    for (file, fact) in cx.undefined() {
        let Some((other, definition)) = meant(cx, fact) else { continue };
        let is_case = definition.id.to_lowercase() == fact.id.to_lowercase();
        // A backend may know the id as it is spelled.
        if has_backend && !is_case {
            continue;
        }
        let kind = if fact.role == Role::Variable { "variable" } else { "connection" };
        let confidence = if is_case { Confidence::High } else { Confidence::Medium };
        let why = if is_case { "another case" } else { "a slip away" };
        let draft = report
            .report(file, fact.place.span, message!["no file defines this ", kind])
            .confidence(confidence)
            .label(message!["`", name(&definition.id), "` is ", why])
            .help(message!["write `", name(&definition.id), "`, as in ", cx.place(other, definition.place)])
            .note("ids are compared letter by letter, but for the names of environment variables, where case does not count");
        // A template takes no other characters in a name.
        if definition.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            draft.raw_fix(
                Applicability::Unsafe,
                message!["write `", name(&definition.id), "`"],
                vec![Edit::replace(fact.place.span, message![name(&definition.id)])],
            );
        }
    }
}

/// What was probably meant by an id that nothing defines.
pub(super) fn meant<'a>(cx: &ProjectCx<'a>, asked: &'a IdFact) -> Option<(usize, &'a IdFact)> {
    let alike = |(_, fact): &(usize, &IdFact)| fact.role == asked.role;
    let lower = |id: &'a str| id.chars().flat_map(char::to_lowercase);
    let is_case = |(_, fact): &(usize, &'a IdFact)| lower(&fact.id).eq(lower(&asked.id));
    let is_slip = |(_, fact): &(usize, &IdFact)| is_slip(&fact.id, &asked.id);
    let definitions = || cx.definitions().filter(alike);
    definitions().find(is_case).or_else(|| definitions().find(is_slip))
}

/// Whether two ids may be a slip apart: most are not, and every id is compared with every other.
fn may_be_slip(left: &str, right: &str) -> bool {
    if !left.is_ascii() || !right.is_ascii() {
        return true;
    }
    let plain = |byte: &u8| if b"-.".contains(byte) { b'_' } else { byte.to_ascii_lowercase() };
    let is_same = |(left, right): &(&u8, &u8)| plain(left) == plain(right);
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let start = left.iter().zip(right).take_while(is_same).count();
    let (left, right) = (&left[start..], &right[start..]);
    let end = left.iter().rev().zip(right.iter().rev()).take_while(is_same).count();
    left.len().max(right.len()) - end <= 2
}

/// Whether two ids differ by a `-` for a `_`, or by one slip of a letter in a word that is long
/// enough: `orders_eu` and `orders_us` are two things.
fn is_slip(left: &str, right: &str) -> bool {
    if !may_be_slip(left, right) {
        return false;
    }
    let plain = |id: &str| id.to_lowercase().replace(['-', '.'], "_");
    let (left, right) = (plain(left), plain(right));
    if left == right {
        return true;
    }
    let (left, right): (Vec<_>, Vec<_>) = (left.split('_').collect(), right.split('_').collect());
    if left.len() != right.len() {
        return false;
    }
    let mut different = left.iter().zip(&right).filter(|(left, right)| left != right);
    let (Some((left, right)), None) = (different.next(), different.next()) else { return false };
    is_one_slip(left.as_bytes(), right.as_bytes())
}

/// A letter too many, too few, another, or two swapped, in words of five letters or more.
fn is_one_slip(left: &[u8], right: &[u8]) -> bool {
    let same = left.iter().zip(right).take_while(|(left, right)| left == right).count();
    let (left_rest, right_rest) = (&left[same..], &right[same..]);
    let ends = left_rest.iter().rev().zip(right_rest.iter().rev());
    let end = ends.take_while(|(left, right)| left == right).count();
    let (a, b) = (&left_rest[..left_rest.len() - end], &right_rest[..right_rest.len() - end]);
    let is_letters = a.iter().chain(b).all(u8::is_ascii_alphabetic);
    let is_slip = match (a, b) {
        ([] | [_], [_]) | ([_], []) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    };
    is_letters && is_slip && left.len().min(right.len()) >= 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips() {
        for (left, right, expected) in [
            ("sales-db", "sales_db", true),
            ("sales_db", "slaes_db", true),
            ("salesforce", "saleforce", true),
            ("warehouse", "warehousex", true),
            ("orders_eu", "orders_us", false),
            ("shard_one", "shard_two", false),
            ("server1", "server2", false),
            ("server", "server2", false),
            ("pg_dev", "pg_prod", false),
            ("sales", "sales_db", false),
            ("sales_db", "slaes_dv", false),
            ("", "a", false),
        ] {
            assert_eq!(is_slip(left, right), expected, "{left} {right}");
        }
    }
}
