//! Templates of `CloudFormation`: environments of tasks and functions, options of MWAA, secrets and
//! parameters.

use std::borrow::Cow;

use connlint_text::{MapBuilder, Span};

use super::{Policy, Walk, is_yaml};
use crate::formats::File;
use crate::references::References;
use crate::yaml::Node;
use crate::{Document, Form, HostFormat, Name, Options, Quoting, Role, Site, Surface};

/// A template with resources of AWS and a setting of Airflow's, or a secret that is called like one.
pub(crate) fn detects(file: &File<'_>) -> bool {
    (is_yaml(file) || (file.extension == "template" && !file.text.trim_start().starts_with('{')))
        && file.mentions(&["Resources:"])
        && file.mentions(&["AWS::"])
        && (file.mentions_airflow()
            || file.mentions(&["secrets.backend", "connections/", "connections-", "variables/"]))
}

/// Environments as lists and mappings, `AirflowConfigurationOptions`, secrets by their names.
/// `${ … }` is unknown, as are `!Ref` and its kin; what `!Join` puts between them is read.
pub(crate) fn extract(text: &str, options: Options) -> Document<'_> {
    let policy = Policy::new(HostFormat::CloudFormation, References::Plain);
    super::extract(text, options, Policy { has_scripts: true, ..policy })
}

impl<'y, 's> Walk<'_, 'y, 's, '_> {
    /// The text of `Fn::Sub`, the long form of the tag `!Sub`, or of the list that either may have;
    /// any other node itself.
    pub(super) fn substituted(&self, value: &'y Node<'s>) -> &'y Node<'s> {
        match self.function(value, "Sub") {
            Some([text, ..]) => text,
            _ => self.yaml.get(value, "Fn::Sub").unwrap_or(value),
        }
    }

    /// Adds a site for what `!Join` puts together, of which what is computed is unknown; gives
    /// whether there is something left to read.
    pub(super) fn joined(
        &mut self,
        name: Name<'y>,
        id: Option<String>,
        (role, surface): (Role, Surface),
        value: &'y Node<'s>,
    ) -> bool {
        let yaml = self.yaml;
        let Some([delimiter, list]) = self.function(value, "Join") else { return false };
        let (Some(delimiter), Some(Node::Sequence { items, .. })) =
            (yaml.scalar(delimiter), yaml.written(list))
        else {
            return false;
        };
        let mut builder = MapBuilder::new(self.document.text);
        let mut unknown = Vec::new();
        let mut is_known = false;
        for (index, item) in items.iter().enumerate() {
            let span = item.span();
            if index > 0 {
                builder.replace(span.range().start..span.range().start, &delimiter.value);
            }
            match yaml.written(item) {
                Some(Node::Scalar(scalar)) if !scalar.is_computed() => {
                    is_known |= !scalar.value.is_empty();
                    let text = yaml.decode(scalar);
                    for run in text.map().runs() {
                        if run.verbatim {
                            builder.copy(run.raw.range());
                        } else {
                            builder.replace(run.raw.range(), run.decoded.of(text.text()));
                        }
                    }
                }
                _ => unknown.push(Span::empty(builder.len())),
            }
        }
        if !is_known {
            return false;
        }
        let value_span = value.span();
        self.document.sites.push(Site {
            id: id.map(Cow::Owned),
            span: name.span.join(value_span),
            name: Name { text: Cow::Owned(name.text.into_owned()), span: name.span },
            role,
            surface,
            form: Form::Text,
            value_span,
            value: builder.finish_at(value_span.range().start),
            quoting: Quoting::Opaque,
            outer: Vec::new(),
            unknown,
        });
        true
    }

    /// The arguments of a function of templates, in its long or its short form.
    fn function(&self, value: &'y Node<'s>, name: &str) -> Option<&'y [Node<'s>]> {
        if self.policy.format != HostFormat::CloudFormation {
            return None;
        }
        let long = self.yaml.get(value, &format!("Fn::{name}"));
        let arguments = long.unwrap_or(value);
        let Some(Node::Sequence { items, span, .. }) = self.yaml.written(arguments) else {
            return None;
        };
        // The parser keeps no tags of lists.
        let before = self.document.text.get(..span.range().start)?.trim_end();
        let is_short = || before.strip_suffix(name).is_some_and(|before| before.ends_with('!'));
        (long.is_some() || is_short()).then_some(&items[..])
    }
}
