use connlint_text::message;

use crate::project::{Deployed, HostFact, Reach};
use crate::{Confidence, ProjectCx, ProjectReporter, Severity, declare_rule};

declare_rule! {
    "CL807" "local-host", Correctness, Error,
    since: "0.1.0", fix: None, Project => check
}

fn check(cx: &ProjectCx<'_>, report: &mut ProjectReporter<'_>) {
    let is_astro = cx.files().any(|(_, facts)| facts.is_astro_image);
    let services: Vec<_> = cx.files().flat_map(|(_, facts)| &facts.services).collect();
    for (file, facts) in cx.files() {
        for host in &facts.hosts {
            let is_service = services.contains(&&host.name);
            let Some((where_to, severity)) = fault(host, is_astro, is_service) else { continue };
            let headline = match host.reach {
                Reach::Docker => message!["a host that only containers of one machine know"],
                Reach::Near => message!["a host that only the containers of a compose file know"],
                _ => message!["a host that is the container itself"],
            };
            let help = match (host.target, host.is_backend) {
                (Some(Deployed::DotenvFile), _) => {
                    "write `host.docker.internal` for the machine around the container"
                }
                (_, true) => "write the address at which the Deployment reaches it",
                _ => "write the host's name in the network of the Deployment",
            };
            let note = if host.is_backend {
                "each lookup raises ConnectionError, which Airflow swallows: every connection isn't defined"
            } else {
                "tasks fail when they connect"
            };
            let confidence =
                if severity == Severity::Error { Confidence::High } else { Confidence::Medium };
            report
                .report(file, host.place.span, headline)
                .severity(severity)
                .confidence(confidence)
                .label(where_to)
                .help(help)
                .note(note);
        }
    }
}

/// What is wrong with a host in its place, and how bad that is.
fn fault(host: &HostFact, is_astro: bool, is_service: bool) -> Option<(&'static str, Severity)> {
    match (host.target?, host.reach) {
        (Deployed::Cluster, Reach::Docker) => Some(("this runs in a cluster", Severity::Error)),
        (Deployed::Astro, Reach::Docker) => Some(("this is sent to Astro", Severity::Error)),
        // In a cluster a service may be called the same.
        (Deployed::Astro, Reach::Near) if is_service => {
            Some(("this is sent to Astro", Severity::Warning))
        }
        (Deployed::Astro, Reach::Loopback) => Some(("this is sent to Astro", Severity::Warning)),
        // `astro dev` runs Airflow in containers; without them it is as it should be.
        (Deployed::DotenvFile, Reach::Loopback) if is_astro => {
            Some(("`astro dev start` gives this file to containers", Severity::Warning))
        }
        _ => None,
    }
}
