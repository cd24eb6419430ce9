//! The bodies of the fuzz targets: what must hold for any bytes.
//!
//! The first byte chooses the reader and the Airflow, the rest is the file.

use connlint_hosts::{Consumer, HostFormat};
use connlint_linter::{Applicability, Linter};

use crate::props::{self, Held, PROFILES, linter};
use crate::strategies::any_file;

/// Declares the targets, with their names for the test that replays the seeds.
macro_rules! targets {
    ($($(#[doc = $doc:literal])+ $name:ident),+ $(,)?) => {
        /// Every target by name.
        pub const TARGETS: &[(&str, fn(&[u8]) -> Held)] = &[$((stringify!($name), $name)),+];

        $($(#[doc = $doc])+ pub fn $name(bytes: &[u8]) -> Held { bodies::$name(&Input::of(bytes)) })+
    };
}

targets! {
    /// Connection URIs by themselves.
    uri,
    /// JSON connections by themselves.
    json,
    /// The arguments of a secrets backend.
    kwargs,
    /// `.env` files for every reader.
    dotenv,
    /// Exports of `airflow connections`, in each of their formats.
    exports,
    /// What Vault answers.
    vault,
    /// YAML of every format.
    yaml,
    /// Terraform, and policies of Vault.
    hcl,
    /// Scripts of shells, and what has such scripts in it.
    shell,
    /// `airflow.cfg`, and units of systemd.
    ini,
    /// Python, requirements, and prose with code in it.
    python,
    /// Values can be written back to where they came from.
    source_map,
    /// Fixes settle and touch nothing else.
    fix,
    /// Connections written in another form are read back.
    convert,
    /// Configurations and baselines.
    config,
    /// What options on the command line take.
    arguments,
    /// No output shows a secret. The bytes are the seed that a document grows from.
    no_leak,
}

/// What the bytes of an input say.
struct Input<'a> {
    consumer: Consumer,
    profile: &'static str,
    bytes: &'a [u8],
}

impl<'a> Input<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let (&first, bytes) = bytes.split_first().unwrap_or((&0, &[]));
        let (consumers, first) = (Consumer::ALL, usize::from(first));
        Self {
            consumer: consumers[first % consumers.len()],
            profile: PROFILES[first / consumers.len() % PROFILES.len()],
            bytes,
        }
    }

    fn linter(&self, format: HostFormat) -> Linter {
        linter(format, self.consumer, self.profile)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes).into_owned()
    }

    /// The format that the first byte of the file chooses, and the rest of the file.
    fn any_format(&self) -> (HostFormat, Self) {
        self.one_of(HostFormat::ALL)
    }

    fn one_of(&self, formats: &[HostFormat]) -> (HostFormat, Self) {
        let (&first, bytes) = self.bytes.split_first().unwrap_or((&0, &[]));
        (formats[usize::from(first) % formats.len()], Self { bytes, ..*self })
    }

    /// The rest of the file is sound in the format of these that its first byte chooses.
    fn is_sound_as(&self, formats: &[HostFormat]) -> Held {
        let (format, input) = self.one_of(formats);
        props::sound_bytes(&input.linter(format), input.bytes)
    }
}

mod bodies {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

    use super::{Applicability, Held, HostFormat, Input, any_file, props};

    pub(super) fn uri(input: &Input<'_>) -> Held {
        let linter = input.linter(HostFormat::UriLines);
        props::sound_bytes(&linter, input.bytes)?;
        props::no_silent_failure(&linter, &input.text())
    }

    pub(super) fn json(input: &Input<'_>) -> Held {
        let text = format!("{{{}", input.text());
        let linter = input.linter(HostFormat::UriLines);
        props::sound(&linter, &text)?;
        props::no_silent_failure(&linter, &text)
    }

    pub(super) fn kwargs(input: &Input<'_>) -> Held {
        let text = input.text();
        let (class, kwargs) = text.split_once('\n').unwrap_or(("", &text));
        let file = format!(
            "AIRFLOW__SECRETS__BACKEND={class}\nAIRFLOW__SECRETS__BACKEND_KWARGS={kwargs}\n"
        );
        props::sound(&input.linter(HostFormat::Dotenv), &file)
    }

    pub(super) fn dotenv(input: &Input<'_>) -> Held {
        props::sound_bytes(&input.linter(HostFormat::Dotenv), input.bytes)
    }

    pub(super) fn exports(input: &Input<'_>) -> Held {
        [HostFormat::ConnectionsJson, HostFormat::ConnectionsYaml, HostFormat::ConnectionsEnv]
            .into_iter()
            .try_for_each(|format| props::sound_bytes(&input.linter(format), input.bytes))
    }

    pub(super) fn vault(input: &Input<'_>) -> Held {
        props::sound_bytes(&input.linter(HostFormat::VaultJson), input.bytes)
    }

    pub(super) fn yaml(input: &Input<'_>) -> Held {
        use HostFormat::{
            AirflowSettings, AstroDeployment, AzurePipelines, CloudFormation, Compose,
            ConnectionsYaml, GithubActions, GitlabCi, HelmTemplate, HelmValues, Kubernetes,
            YamlEnv,
        };
        input.is_sound_as(&[
            YamlEnv,
            Compose,
            Kubernetes,
            HelmValues,
            HelmTemplate,
            GithubActions,
            GitlabCi,
            AzurePipelines,
            CloudFormation,
            AirflowSettings,
            AstroDeployment,
            ConnectionsYaml,
        ])
    }

    pub(super) fn hcl(input: &Input<'_>) -> Held {
        input.is_sound_as(&[HostFormat::Policy, HostFormat::Terraform])
    }

    pub(super) fn shell(input: &Input<'_>) -> Held {
        use HostFormat::{Batch, Dockerfile, Jenkinsfile, Makefile, PowerShell, Shell};
        input.is_sound_as(&[Shell, Dockerfile, Makefile, PowerShell, Batch, Jenkinsfile])
    }

    pub(super) fn ini(input: &Input<'_>) -> Held {
        input.is_sound_as(&[HostFormat::ConfigFile, HostFormat::Systemd])
    }

    pub(super) fn python(input: &Input<'_>) -> Held {
        input.is_sound_as(&[HostFormat::Python, HostFormat::Markdown, HostFormat::Requirements])
    }

    pub(super) fn convert(input: &Input<'_>) -> Held {
        let (format, input) = input.any_format();
        props::what_is_converted_reads_back(&input.linter(format), &input.text())
    }

    pub(super) fn config(input: &Input<'_>) -> Held {
        props::configurations_are_read(&input.text())
    }

    pub(super) fn arguments(input: &Input<'_>) -> Held {
        props::options_are_read(&input.text())
    }

    pub(super) fn source_map(input: &Input<'_>) -> Held {
        let (format, input) = input.any_format();
        props::maps_lead_back(&input.linter(format), &input.text())
    }

    pub(super) fn fix(input: &Input<'_>) -> Held {
        let (format, input) = input.any_format();
        let (linter, text) = (input.linter(format), input.text());
        props::fix_settles(&linter, &text, Applicability::Safe)?;
        props::fix_settles(&linter, &text, Applicability::Unsafe)
    }

    pub(super) fn no_leak(input: &Input<'_>) -> Held {
        let mut seed = [0; 32];
        for (at, byte) in input.bytes.iter().enumerate() {
            seed[at % seed.len()] ^= byte.wrapping_add(u8::try_from(at / 32 % 256).unwrap_or(0));
        }
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let Ok(tree) = any_file().new_tree(&mut runner) else { return Ok(()) };
        let (format, template) = tree.current();
        let linter = input.linter(format);
        props::nothing_leaks(&linter, &template)?;
        props::same_view_at_any_length(&linter, &template)
    }
}
