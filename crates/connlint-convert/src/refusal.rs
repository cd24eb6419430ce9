use connlint_parser::Exception;
use connlint_text::{Grounds, Message, Public, message};

use crate::{Field, Target};

/// Why a connection was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Airflow does not read it where it stands.
    NotRead(Exception),
    /// There is nothing to read where it stands.
    Absent,
    /// Airflow reads a connection without a type from a text that was meant to have one.
    NoConnType,
    /// A part of it comes from the environment that its document is read in.
    Environment,
    /// It belongs to one team, which no form can say.
    Team,
    /// It has no id, and the form wants one.
    NoId,
    /// The form cannot name its id.
    Id {
        /// What is wrong with it.
        why: &'static str,
        /// A form that can.
        instead: Option<Target>,
    },
    /// Airflow does not look for it there.
    NotAsked {
        /// Why not.
        why: &'static str,
        /// A form that can.
        instead: Option<Target>,
    },
    /// Another connection would go by the same name there.
    Taken {
        /// The id of the other one.
        by: Public<'static>,
    },
    /// Another connection of that id says something else.
    Ambiguous,
    /// The name stands more than once in a document that is read piece by piece.
    Repeated,
    /// The form cannot carry what one field says.
    Field {
        /// The field.
        field: Field,
        /// What would become of it.
        loss: Loss,
        /// The form.
        target: Target,
        /// A form that can.
        instead: Option<Target>,
    },
    /// It has more bytes than the form can carry.
    TooLong {
        /// How many it can.
        limit: usize,
        /// The form.
        target: Target,
        /// A form that can.
        instead: Option<Target>,
    },
    /// The form would show what may be a secret to others.
    Shown {
        /// The field.
        field: Field,
        /// The form.
        target: Target,
    },
    /// The form cannot carry it, and no single field is to blame.
    Whole {
        /// The form.
        target: Target,
        /// A form that can.
        instead: Option<Target>,
    },
}

/// What would become of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// It would be missing.
    Dropped,
    /// It would say something else, or be of another type.
    Changed,
    /// It could not be written, or Airflow would raise.
    Refused,
}

impl Refusal {
    /// The reason in words; of the connection it says at most the id of another.
    ///
    /// ```
    /// use connlint_convert::{Field, Loss, Refusal, Target};
    ///
    /// let refusal = Refusal::Field {
    ///     field: Field::Description,
    ///     loss: Loss::Dropped,
    ///     target: Target::Uri,
    ///     instead: Some(Target::ExportJson),
    /// };
    /// assert_eq!(
    ///     refusal.message().as_str(),
    ///     "description: a URI cannot carry it; use --to export-json",
    /// );
    /// ```
    pub fn message(&self) -> Message {
        match self {
            Self::NotRead(exception) => message!["Airflow raises ", exception.name()],
            Self::Absent => message!["there is nothing here that Airflow would read"],
            Self::NoConnType => {
                message!["Airflow finds no conn_type in it, and takes all of it for the schema"]
            }
            Self::Environment => {
                message!["a part of it comes from the environment, which is not known here"]
            }
            Self::Team => message!["it belongs to one team, which no other form can say"],
            Self::NoId => message!["it has no id; use --to uri"],
            Self::Id { why, instead } => message!["conn_id: ", *why, use_instead(*instead)],
            Self::NotAsked { why, instead } => {
                message!["Airflow would not look for it: ", *why, use_instead(*instead)]
            }
            Self::Taken { by } => message!["conn_id: `", by, "` would go by the same name"],
            Self::Ambiguous => message!["conn_id: another connection of that id differs"],
            Self::Repeated => message!["conn_id: another connection would go by the same name"],
            Self::Field { field, loss, target, instead } => message![
                field.name(),
                ": ",
                target.carrier(),
                match loss {
                    Loss::Dropped => " cannot carry it",
                    Loss::Changed => " cannot carry it unchanged",
                    Loss::Refused => " cannot carry it: Airflow would raise",
                },
                use_instead(*instead)
            ],
            Self::TooLong { limit, target, instead } => message![
                target.carrier(),
                " carries no more than ",
                *limit,
                " bytes",
                use_instead(*instead)
            ],
            Self::Shown { field, target } => message![
                field.name(),
                ": ",
                target.carrier(),
                " shows it to everyone who has it; use --to k8s-secret"
            ],
            Self::Whole { target, instead } => {
                message![target.carrier(), " cannot carry it", use_instead(*instead)]
            }
        }
    }
}

fn use_instead(instead: Option<Target>) -> Message {
    instead.map_or_else(Message::default, |target| message!["; use --to ", target.name()])
}

/// A `conn_id` as it may be shown.
pub(crate) fn shown(conn_id: &str) -> Public<'static> {
    Public::vouch(conn_id.to_owned(), Grounds::Name)
}
