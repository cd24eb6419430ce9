use connlint_text::{Grounds, Message, Public, message};

use crate::project::{ProjectFacts, name};
use crate::{NewLine, ProjectCx, ProjectReporter, Severity, declare_rule};

declare_rule! {
    "CL803" "missing-provider", Correctness, Warning[Medium],
    since: "0.1.0", fix: Sometimes, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    // Airflow's own images have the providers in them.
    if cx.files().any(|(_, facts)| facts.has_full_image) {
        return;
    }
    let installed = || {
        let lists = cx.files().filter_map(|(_, facts)| facts.requirements.as_ref()).flatten();
        lists.chain(cx.files().flat_map(|(_, facts)| &facts.installed))
    };
    if cx.files().all(|(_, facts)| facts.requirements.is_none()) {
        return;
    }
    missing_hooks(cx, &installed().map(String::as_str).collect::<Vec<_>>(), report);
    for (file, facts) in cx.files() {
        for backend in &facts.backends {
            let package = backend.backend.package;
            let Some(extra) = package.strip_prefix("apache-airflow-providers-") else { continue };
            let is_provider = |line: &String| is_package(line, package) || has_extra(line, extra);
            if !installed().any(is_provider) {
                report
                    .report(
                        file,
                        backend.class.span,
                        message!["nothing installs `", name(package), "`, which has this backend"],
                    )
                    .help(message!["add `", name(package), "` to ", requirements(cx)])
                    .note("raises AirflowConfigException where it is missing: no Airflow command works")
                    .unsafe_lines(added(cx, package));
                continue;
            }
            let is_aws = backend.vault.as_ref().is_some_and(|vault| vault.auth_type == "aws_iam");
            let has_boto3 = |line: &String| {
                is_package(line, "boto3")
                    || is_package(line, "apache-airflow-providers-amazon")
                    || has_extra(line, "amazon")
                    || (is_package(line, package) && extras(line).any(|extra| extra == "boto3"))
            };
            if is_aws && !installed().any(has_boto3) {
                report
                    .report(
                        file,
                        backend.kwargs.span,
                        message!["nothing installs `boto3`, which `aws_iam` needs"],
                    )
                    .help(message!["add `boto3` to ", requirements(cx)])
                    .note("the first lookup raises ModuleNotFoundError, which Airflow swallows: every connection isn't defined")
                    .unsafe_lines(added(cx, "boto3"));
            }
        }
    }
}

/// Packages that come with Airflow, or came with some release of it.
const WITH_AIRFLOW: [&str; 10] = [
    "common-compat",
    "common-io",
    "common-sql",
    "fab",
    "ftp",
    "http",
    "imap",
    "smtp",
    "sqlite",
    "standard",
];

/// Reports the types of connections whose hooks nothing installs, where the requirements are all
/// there is: they name Airflow itself.
fn missing_hooks(cx: &ProjectCx<'_>, installed: &[&str], report: &mut ProjectReporter<'_>) {
    let is_whole = installed
        .iter()
        .any(|line| is_package(line, "apache-airflow") || is_package(line, "apache-airflow-core"));
    if !is_whole || cx.files().any(|(_, facts)| facts.is_astro_image) {
        return;
    }
    let mut told = Vec::new();
    for (file, facts) in cx.files() {
        for (package, place) in &facts.hooks {
            let Some(extra) = package.strip_prefix("apache-airflow-providers-") else { continue };
            let is_provider = |line: &&str| is_package(line, package) || has_extra(line, extra);
            if WITH_AIRFLOW.contains(&extra)
                || told.contains(package)
                || installed.iter().any(is_provider)
            {
                continue;
            }
            told.push(*package);
            report
                .report(
                    file,
                    place.span,
                    message!["nothing installs `", name(package), "`, which has the hook for it"],
                )
                .severity(Severity::Info)
                .help(message!["add `", name(package), "` to ", requirements(cx)])
                .note("a Dag that imports the hook cannot be read, and the connection cannot be tested")
                .unsafe_lines(added(cx, package));
        }
    }
}

/// The package as a line of the requirements, where these are a plain list.
fn added(cx: &ProjectCx<'_>, package: &'static str) -> Option<(Message, NewLine)> {
    let is_list = |path: &str| path.rsplit(['/', '\\']).next() == Some("requirements.txt");
    let (file, _) =
        cx.files().find(|(_, facts)| facts.requirements.is_some() && is_list(facts.path()))?;
    let title = message!["add `", name(package), "` to ", requirements(cx)];
    Some((title, NewLine { file, text: Public::vouch(package, Grounds::Catalogue) }))
}

/// The requirements file, by its name.
fn requirements(cx: &ProjectCx<'_>) -> Message {
    let path = cx.files().find(|(_, facts)| facts.requirements.is_some());
    message![
        "`",
        name(path.map_or("requirements.txt", |(_, facts): (_, &ProjectFacts)| facts.path())),
        "`"
    ]
}

/// Whether a line requires that package.
fn is_package(line: &str, package: &str) -> bool {
    line.strip_prefix(package).is_some_and(|rest| {
        !rest.starts_with(|char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.'))
    })
}

/// Whether a line is Airflow itself with an extra.
fn has_extra(line: &str, extra: &str) -> bool {
    is_package(line, "apache-airflow")
        && extras(line).any(|it| it == extra || it == "all" || it == "devel-all")
}

fn extras(line: &str) -> impl Iterator<Item = &str> {
    let list = line.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    list.map_or("", |(list, _)| list).split(',').map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages() {
        for (line, expected) in [
            ("apache-airflow", true),
            ("apache-airflow==2.10", true),
            ("apache-airflow [amazon]", true),
            ("apache-airflow-providers-amazon", false),
            ("apache-airflow2", false),
        ] {
            assert_eq!(is_package(line, "apache-airflow"), expected, "{line}");
        }
        assert!(has_extra("apache-airflow[celery, hashicorp]==3.0", "hashicorp"));
        assert!(!has_extra("apache-airflow[celery]", "hashicorp"));
    }
}
