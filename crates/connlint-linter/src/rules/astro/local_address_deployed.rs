use connlint_hosts::{HostFormat, Role, Site};
use connlint_parser::Reading;
use connlint_text::{Decoded, Span, message};

use super::load_argument::stores;
use crate::rules::setting::command_of;
use crate::{DocumentCx, Reporter, declare_rule};

declare_rule! {
    "CL758" "local-address-deployed", Correctness, Warning[Medium],
    since: "0.1.0", fix: None, Document => check
}

fn check(cx: &DocumentCx<'_>, report: &mut Reporter<'_>) {
    let document = cx.document;
    let is_agent = document.format == HostFormat::HelmValues
        && document.sites.iter().any(|site| site.name.span.of(document.text) == "secretBackend");
    let is_deployed = |site: &Site<'_>| {
        is_agent
            || document.format == HostFormat::AstroDeployment
            || command_of(document, site).is_some_and(stores)
    };
    for (site, reading) in document.sites.iter().zip(cx.readings) {
        if !matches!(site.role, Role::Connection | Role::BackendKwargs) || !is_deployed(site) {
            continue;
        }
        let Some(place) = local_host(site, reading.as_ref()) else { continue };
        report
            .report_in(site, place, message!["an address of this machine, for somewhere else"])
            .label("a container in a Deployment is meant by this, or nobody")
            .help("write an address that the Deployment can reach")
            .note("the lookup fails, and Airflow says that the connection isn't defined");
    }
}

/// Where a host stands that means something on a laptop only.
fn local_host(site: &Site<'_>, reading: Option<&Reading<'_>>) -> Option<Span<Decoded>> {
    let text = site.value.text();
    if let Some(Reading::Uri(uri)) = reading {
        let host = uri.host.as_ref().filter(|host| is_local(&host.text))?;
        return Some(host.span);
    }
    let root = connlint_json::parse(text).ok()?;
    let members = root.as_object()?;
    members.iter().find_map(|member| {
        let key = member.key.text();
        let value = member.value.as_text()?;
        let url = value.as_str()?;
        let host = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = host.split([':', '/']).next().unwrap_or_default();
        let is_address =
            matches!(key.as_str(), Some("url" | "host" | "vault_url" | "endpoint_url"));
        (is_address && is_local(host)).then_some(member.value.span)
    })
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "host.docker.internal")
}
