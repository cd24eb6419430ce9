//! What users say: configurations, baselines, and what options take.

use connlint_catalog::{Profile, ProviderRelease, Providers, Target};
use connlint_config::{Baseline, Config, Date, Fault, Flags, Kind};
use connlint_hosts::{Consumer, HostFormat};
use connlint_linter::RULES;

use super::{Held, hold};

/// Any text is a configuration and a baseline, or is told what is wrong with it, at places that it
/// has.
pub fn configurations_are_read(text: &str) -> Held {
    let mut faults = Vec::new();
    for kind in [Kind::Own, Kind::PyProject] {
        match Config::parse(text, kind) {
            Ok(config) => {
                for path in [".env", "a/b/dag.py", "", "../x"] {
                    let linter = config.linter(path, &Flags::default());
                    hold!(linter.rules.len() <= RULES.len(), "there are more rules than there are");
                    let _ = config.excludes(path);
                }
            }
            Err(found) => {
                hold!(!found.is_empty(), "a configuration is refused without a reason");
                faults.extend(found);
            }
        }
    }
    match Baseline::parse(text) {
        Ok(baseline) => {
            let again = Baseline::parse(&baseline.to_json());
            hold!(again.is_ok_and(|it| it == baseline), "a baseline is written as another one");
        }
        Err(fault) => faults.push(fault),
    }
    let fits = |fault: &Fault| text.get(fault.span.range()).is_some();
    hold!(faults.iter().all(fits), "a fault stands outside of the text");
    Ok(())
}

/// Any text is what an option takes, or it is not.
pub fn options_are_read(text: &str) -> Held {
    let _ = text.parse::<Profile>();
    let _ = (Consumer::from_name(text), HostFormat::from_name(text));
    let _ = RULES.iter().filter(|rule| rule.is_meant_by(text)).count();
    let _ = connlint_linter::nearest_rule(text);
    if let Ok(target) = text.parse::<Target>() {
        let again = target.to_string().parse::<Target>();
        hold!(again.is_ok_and(|it| it == target), "a target is written as another one");
    }
    if let Ok(date) = text.parse::<Date>() {
        hold!(date.to_string() == text, "a date is written as another one");
    }
    if let Ok(release) = text.parse::<ProviderRelease>() {
        let _: Providers = [release].into_iter().collect();
    }
    configurations_are_read(text)
}
