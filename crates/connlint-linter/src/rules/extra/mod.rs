//! What stands in `extra`.

pub(crate) mod dangling_extra;
pub(crate) mod deprecated_extra;
pub(crate) mod disabled_verification;
pub(crate) mod exclusive_extras;
pub(crate) mod extra_type;
pub(crate) mod extra_value_not_json;
pub(crate) mod flattened_key;
pub(crate) mod invalid_extra_value;
pub(crate) mod legacy_extra_prefix;
pub(crate) mod rejected_extra;
pub(crate) mod truthy_text;
pub(crate) mod two_sign_ins;
pub(crate) mod unknown_extra;
pub(crate) mod unmasked_secret;

use connlint_catalog::{ArbitraryExtras, ConnType, ExtraSuggestion, Standing};
use connlint_text::{Edit, Grounds, Message, Public, message};

use crate::{ConnectionCx, Draft, ExtraAt};

/// A word of the catalogue.
pub(crate) fn name(word: &'static str) -> Public<'static> {
    Public::vouch(word, Grounds::Catalogue)
}

/// The name of a type.
pub(crate) fn type_name(of: &'static ConnType) -> Public<'static> {
    name(of.name)
}

/// The class of the type's hook, without its module.
pub(crate) fn hook(of: &'static ConnType) -> Public<'static> {
    let class = of.hook_class.and_then(|class| class.rsplit('.').next());
    name(class.unwrap_or("the hook"))
}

/// Whether a key makes connecting fail: the hook passes it to a driver that refuses it, or raises.
pub(crate) fn is_rejected(of: &ConnType, key: &str) -> bool {
    if of.unknown_extras_raise {
        return of.extra(key).is_none();
    }
    of.arbitrary_extras == ArbitraryExtras::DriverClosed
        && matches!(of.standing(key), Standing::Unknown)
}

/// Says to call an extra `key`, and does so.
pub(crate) fn renamed(
    cx: &ConnectionCx<'_>,
    extra: &ExtraAt<'_>,
    key: &'static str,
    draft: Draft<'_>,
) {
    let draft = draft.help(message!["use `", name(key), "`"]);
    // A key that is there already is not to be given twice, and one with a sign in it would have
    // to be encoded.
    let is_plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if is_plain && is_free(cx, extra, key) {
        let title = message!["rename it to `", name(key), "`"];
        draft.unsafe_fix(title, vec![Edit::replace(extra.key_span, message![name(key)])]);
    }
}

/// Whether an extra may be called `key`: no other one is, or will be.
fn is_free(cx: &ConnectionCx<'_>, extra: &ExtraAt<'_>, key: &'static str) -> bool {
    /// More extras than anybody gives are not compared each with each.
    const MANY: usize = 64;

    let mut others = cx.extras.iter().filter(|other| other.key_span != extra.key_span);
    cx.extras.len() <= MANY
        && others.all(|other| {
            other.key != key && cx.of.suggest_extra(&other.key) != Some(ExtraSuggestion::Key(key))
        })
}

/// "key `region`" where the catalogue has the word as one that people write by mistake, and "key"
/// otherwise: what stands in the place of a key may be the rest of a password.
pub(crate) fn key_words(of: &'static ConnType, key: &str) -> Message {
    let mistake = of.common_mistakes.iter().find(|(wrong, _)| *wrong == key);
    mistake.map_or_else(|| message!["key"], |(wrong, _)| message!["key `", name(wrong), "`"])
}
