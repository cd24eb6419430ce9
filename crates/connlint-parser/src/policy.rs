//! Policies of Vault: which paths a token may do what with.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::BitOr;

use connlint_hcl::{Body, Expr, Value as Hcl, parse as parse_hcl};
use connlint_json::{Node, Value as Json};
use connlint_text::{Decoded, Span};

macro_rules! capabilities {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal),+ $(,)?) => {
        /// What a policy lets a token do with a path.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Capability {
            $($(#[doc = $doc])+ $variant),+
        }

        impl Capability {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in a policy.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The one of that name, whose case counts.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|capability| capability.name() == name)
            }
        }
    };
}

capabilities! {
    /// Create what is not there.
    Create "create",
    /// Read: all that a secrets backend needs.
    Read "read",
    /// Change what is there.
    Update "update",
    /// Delete.
    Delete "delete",
    /// List keys.
    List "list",
    /// Change parts of what is there.
    Patch "patch",
    /// Use paths that are for administrators.
    Sudo "sudo",
    /// Nothing, whatever else is granted to the path.
    Deny "deny",
    /// List keys of all depths (OpenBao).
    Scan "scan",
    /// Subscribe to events (Vault).
    Subscribe "subscribe",
    /// Recover from a snapshot (Vault Enterprise).
    Recover "recover",
}

/// A set of capabilities.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Capabilities(u16);

impl Capabilities {
    /// The one capability.
    pub const fn of(capability: Capability) -> Self {
        Self(1 << capability as u16)
    }

    /// Whether it holds this one.
    pub const fn has(self, capability: Capability) -> bool {
        self.0 & Self::of(capability).0 != 0
    }

    /// Whether it holds none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those it holds, in the order of [`Capability::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL.iter().copied().filter(move |capability| self.has(*capability))
    }

    /// With another grant for the same path: `deny` on either side is all that stays.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        let denied = Self::of(Capability::Deny);
        if self.has(Capability::Deny) || other.has(Capability::Deny) {
            denied
        } else {
            self | other
        }
    }
}

impl BitOr for Capabilities {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Self {
        capabilities.into_iter().map(Self::of).fold(Self::default(), BitOr::bitor)
    }
}

impl fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// A policy as it is written.
#[derive(Debug, Clone, Default)]
pub struct Policy<'a> {
    /// The `path` stanzas, in order.
    pub paths: Vec<PolicyPath<'a>>,
    /// Why Vault refuses the policy, in order.
    pub issues: Vec<PolicyIssue>,
}

/// One `path` stanza.
#[derive(Clone)]
pub struct PolicyPath<'a> {
    /// The path, without the `/` that Vault drops at its start.
    pub path: Cow<'a, str>,
    /// Where the path stands, with its quotes.
    pub path_span: Span<Decoded>,
    /// What is granted; `deny` stands alone.
    pub granted: Capabilities,
    /// The capabilities one by one, as they are written.
    pub capabilities: Vec<(Capability, Span<Decoded>)>,
    /// The whole stanza.
    pub span: Span<Decoded>,
}

impl PolicyPath<'_> {
    /// Whether the stanza is about some path below `folder`, or about all of them.
    ///
    /// ```
    /// let policy = connlint_parser::read_policy("path \"a/+/c*\" { policy = \"read\" }");
    /// assert!(policy.paths[0].reaches("a/b"));
    /// assert!(policy.paths[0].reaches("a/b/cd/e"));
    /// assert!(!policy.paths[0].reaches("a/b/d"));
    /// ```
    pub fn reaches(&self, folder: &str) -> bool {
        let (text, is_prefix) =
            self.path.strip_suffix('*').map_or((&*self.path, false), |text| (text, true));
        let mut parts = text.split('/').peekable();
        let mut segments = folder.split('/');
        while let Some(part) = parts.next() {
            let is_last = parts.peek().is_none();
            match segments.next() {
                // What is left of the stanza is below the folder.
                None => return true,
                Some(_) if part == "+" => {}
                Some(segment) if is_prefix && is_last => return segment.starts_with(part),
                Some(segment) if segment == part => {}
                Some(_) => return false,
            }
        }
        false
    }
}

impl fmt::Debug for PolicyPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyPath")
            .field("span", &self.span)
            .field("granted", &self.granted)
            .finish_non_exhaustive()
    }
}

/// Why Vault refuses a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyIssue {
    /// What is wrong.
    pub kind: PolicyIssueKind,
    /// Where.
    pub span: Span<Decoded>,
}

/// What is wrong with a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PolicyIssueKind {
    /// Neither HCL nor JSON.
    Syntax(&'static str),
    /// A key that no stanza has.
    UnknownKey,
    /// `capabilities` that are no list.
    NotAList,
    /// A capability that is no text.
    NotAWord,
    /// A word that is no capability.
    UnknownCapability,
    /// `policy = "…"` with another word than `deny`, `read`, `write` and `sudo`.
    UnknownLegacyPolicy,
    /// `+*`: only a whole segment can be a wildcard.
    PlusStar,
}

/// The keys of a stanza, those of Vault Enterprise and OpenBao included.
const STANZA_KEYS: [&str; 15] = [
    "allowed_parameters",
    "capabilities",
    "comment",
    "control_group",
    "denied_parameters",
    "expiration",
    "list_scan_response_keys_filter_path",
    "max_wrapping_ttl",
    "mfa_methods",
    "min_wrapping_ttl",
    "pagination_limit",
    "policy",
    "required_parameters",
    "response_keys_filter_path",
    "subscribe_event_types",
];

/// The keys beside `path`.
const POLICY_KEYS: [&str; 2] = ["name", "path"];

/// Reads a policy in HCL or JSON.
///
/// ```text
/// policy = *( "name" "=" string / "path" string "{" *stanza-key "}" )
/// stanza-key = "capabilities" "=" "[" *string "]" / "policy" "=" string / …
/// ```
///
/// ```
/// use connlint_parser::{Acl, Capability, read_policy};
///
/// let policy = read_policy("path \"secret/*\" {\n  capabilities = [\"read\"]\n}\n");
/// let acl = Acl::new(&policy.paths);
/// assert!(acl.allows("secret/data/connections/pg", Capability::Read));
/// assert!(!acl.allows("airflow/data/connections/pg", Capability::Read));
/// ```
pub fn read_policy(text: &str) -> Policy<'_> {
    let mut policy = Policy::default();
    if text.trim_start().starts_with('{') {
        match connlint_json::parse(text) {
            Ok(root) => of_json(&mut policy, &root),
            Err(error) => policy.issue(PolicyIssueKind::Syntax(error.kind.fault()), error.span),
        }
    } else {
        of_hcl(&mut policy, text);
    }
    policy.issues.sort_by_key(|issue| issue.span);
    policy
}

impl<'a> Policy<'a> {
    fn issue(&mut self, kind: PolicyIssueKind, span: Span<Decoded>) {
        self.issues.push(PolicyIssue { kind, span });
    }

    /// Takes a stanza over, whose words are not understood yet.
    fn stanza(&mut self, stanza: Stanza<'a>) {
        let Stanza { path, path_span, span, legacy, words } = stanza;
        if path.contains("+*") {
            self.issue(PolicyIssueKind::PlusStar, path_span);
        }
        let mut capabilities = Vec::new();
        // An empty word is none.
        if let Some((word, span)) = legacy.filter(|(word, _)| !word.is_empty()) {
            match legacy_capabilities(&word) {
                Some(granted) => capabilities.extend(granted.iter().map(|it| (*it, span))),
                None => self.issue(PolicyIssueKind::UnknownLegacyPolicy, span),
            }
        }
        for (word, span) in words {
            // Vault reads no further than to the first `deny`.
            if capabilities.iter().any(|(capability, _)| *capability == Capability::Deny) {
                break;
            }
            match Capability::from_name(&word) {
                Some(capability) => capabilities.push((capability, span)),
                None => self.issue(PolicyIssueKind::UnknownCapability, span),
            }
        }
        let granted: Capabilities =
            capabilities.iter().map(|(capability, _)| *capability).collect();
        let granted = granted.joined(Capabilities::default());
        let path = match path {
            Cow::Borrowed(path) => Cow::Borrowed(path.strip_prefix('/').unwrap_or(path)),
            Cow::Owned(path) => Cow::Owned(path.strip_prefix('/').unwrap_or(&path).to_owned()),
        };
        self.paths.push(PolicyPath { path, path_span, granted, capabilities, span });
    }
}

/// A `path` stanza, in the words of the text.
struct Stanza<'a> {
    path: Cow<'a, str>,
    path_span: Span<Decoded>,
    span: Span<Decoded>,
    legacy: Option<(Cow<'a, str>, Span<Decoded>)>,
    words: Vec<(Cow<'a, str>, Span<Decoded>)>,
}

impl<'a> Stanza<'a> {
    const fn new(path: Cow<'a, str>, path_span: Span<Decoded>, span: Span<Decoded>) -> Self {
        Self { path, path_span, span, legacy: None, words: Vec::new() }
    }
}

/// `policy = "write"` and its like, of Vault before 0.5.
fn legacy_capabilities(word: &str) -> Option<&'static [Capability]> {
    use Capability::{Create, Delete, Deny, List, Read, Sudo, Update};
    Some(match word {
        "deny" => &[Deny],
        "read" => &[Read, List],
        "write" => &[Create, Read, Update, Delete, List],
        "sudo" => &[Create, Read, Update, Delete, List, Sudo],
        _ => return None,
    })
}

fn of_hcl<'a>(policy: &mut Policy<'a>, text: &'a str) {
    let file = parse_hcl(text);
    for error in &file.errors {
        policy.issue(PolicyIssueKind::Syntax(error.what), error.span);
    }
    for member in file.body.members {
        let span = member.span();
        match (member.key.name(), &member.labels[..], &member.value.value) {
            // Vault looks at the first label only.
            ("path", [label, ..], Hcl::Object(body)) if member.is_block => {
                hcl_stanza(policy, Stanza::new(label.literal(), label.span, span), body);
            }
            ("name", [], _) => {}
            _ => policy.issue(PolicyIssueKind::UnknownKey, member.key.span),
        }
    }
}

fn hcl_stanza<'a>(policy: &mut Policy<'a>, mut stanza: Stanza<'a>, body: &Body<'a>) {
    let text = |expr: &Expr<'a>| match &expr.value {
        Hcl::Str(string) => Some((string.literal().into_text(), string.span())),
        _ => None,
    };
    for member in &body.members {
        match (member.key.name(), &member.value.value) {
            ("capabilities", Hcl::Tuple(items)) => {
                stanza.words.extend(items.iter().filter_map(text));
                if let Some(item) = items.iter().find(|item| text(item).is_none()) {
                    policy.issue(PolicyIssueKind::NotAWord, item.span);
                }
            }
            ("capabilities", _) => policy.issue(PolicyIssueKind::NotAList, member.value.span),
            ("policy", Hcl::Str(_)) => stanza.legacy = text(&member.value),
            (key, _) if STANZA_KEYS.contains(&key) => {}
            _ => policy.issue(PolicyIssueKind::UnknownKey, member.key.span),
        }
    }
    policy.stanza(stanza);
}

fn of_json<'a>(policy: &mut Policy<'a>, root: &Node<'a>) {
    let word = |node: &Node<'a>| Some((node.as_text()?.to_lossy().into_owned().into(), node.span));
    for member in root.as_object().unwrap_or_default() {
        let key = member.key.text();
        if !key.as_str().is_some_and(|key| POLICY_KEYS.contains(&key)) {
            policy.issue(PolicyIssueKind::UnknownKey, member.key.span());
        }
        if !member.key.is("path") {
            continue;
        }
        // One map of paths, or a list of such maps.
        let maps = member.value.as_array().unwrap_or(std::slice::from_ref(&member.value));
        for path in maps.iter().filter_map(Node::as_object).flatten() {
            let name = path.key.text().to_lossy().into_owned();
            let mut stanza = Stanza::new(name.into(), path.key.span(), path.span());
            let bodies = path.value.as_array().unwrap_or(std::slice::from_ref(&path.value));
            for key in bodies.iter().filter_map(Node::as_object).flatten() {
                match (key.key.raw(), &key.value.value) {
                    ("capabilities", Json::Array(items)) => {
                        stanza.words.extend(items.iter().filter_map(word));
                        if let Some(item) = items.iter().find(|item| word(item).is_none()) {
                            policy.issue(PolicyIssueKind::NotAWord, item.span);
                        }
                    }
                    ("capabilities", _) => policy.issue(PolicyIssueKind::NotAList, key.value.span),
                    ("policy", _) => stanza.legacy = word(&key.value),
                    (key, _) if STANZA_KEYS.contains(&key) => {}
                    _ => policy.issue(PolicyIssueKind::UnknownKey, key.key.span()),
                }
            }
            policy.stanza(stanza);
        }
    }
    if root.as_object().is_none() {
        policy.issue(PolicyIssueKind::Syntax("no object"), root.span);
    }
}

/// What the policies of a token allow together.
///
/// The rules for a request are those of the one path that fits best; grants for the same path add
/// up, and `deny` among them wins.
#[derive(Debug, Clone, Default)]
pub struct Acl {
    exact: BTreeMap<String, Capabilities>,
    /// Paths that ended in `*`, without it.
    prefixes: BTreeMap<String, Capabilities>,
    /// Paths with a `+` for a segment, perhaps with a `*` at the end.
    patterns: BTreeMap<String, Capabilities>,
}

impl Acl {
    /// The rules of the stanzas of one or more policies.
    pub fn new<'p, 'a: 'p>(paths: impl IntoIterator<Item = &'p PolicyPath<'a>>) -> Self {
        let mut acl = Self::default();
        for path in paths {
            acl.add(&path.path, path.granted);
        }
        acl
    }

    /// Adds a grant.
    pub fn add(&mut self, path: &str, granted: Capabilities) {
        let (map, key) = if has_plus(path) {
            (&mut self.patterns, path)
        } else if let Some(prefix) = path.strip_suffix('*') {
            (&mut self.prefixes, prefix)
        } else {
            (&mut self.exact, path)
        };
        let entry = map.entry(key.to_owned()).or_insert(granted);
        *entry = entry.joined(granted);
    }

    /// Whether a request is allowed.
    pub fn allows(&self, path: &str, capability: Capability) -> bool {
        let granted = self.granted(path, capability == Capability::List);
        granted.has(capability) && !granted.has(Capability::Deny)
    }

    /// What Vault says of a path (`sys/capabilities`): `deny` where nothing is granted.
    ///
    /// ```
    /// use connlint_parser::{Acl, Capability, read_policy};
    ///
    /// let policy = read_policy("path \"a/+/c\" { capabilities = [\"read\"] }");
    /// let acl = Acl::new(&policy.paths);
    /// assert!(acl.capabilities("a/b/c").has(Capability::Read));
    /// assert!(acl.capabilities("a/b/d").has(Capability::Deny));
    /// ```
    pub fn capabilities(&self, path: &str) -> Capabilities {
        let granted = self.granted(path, true);
        if granted.is_empty() { Capabilities::of(Capability::Deny) } else { granted }
    }

    fn granted(&self, path: &str, is_list: bool) -> Capabilities {
        let path = path.trim_start_matches('/');
        // A folder is listed by a path that ends in `/`, which a rule need not have.
        let folder = path.strip_suffix('/').filter(|_| is_list);
        let exact = |path| self.exact.get(path).copied();
        exact(path)
            .or_else(|| exact(folder?))
            .or_else(|| self.best_fit(path))
            .or_else(|| self.best_fit(folder?))
            .unwrap_or_default()
    }

    fn best_fit(&self, path: &str) -> Option<Capabilities> {
        let prefix = self.longest_prefix(path).map(|(prefix, granted)| {
            let (wildcard, len) = (prefix.len(), prefix.len());
            let rank = Rank { wildcard, is_whole: false, fewer: 0, len, text: prefix };
            (rank, granted)
        });
        let segments: Vec<&str> = path.split('/').collect();
        let patterns = self.patterns.iter();
        let patterns = patterns
            .filter_map(|(pattern, granted)| Some((Rank::of(pattern, &segments)?, *granted)));
        let best = prefix.into_iter().chain(patterns).max_by(|(a, _), (b, _)| a.cmp(b));
        best.map(|(_, granted)| granted)
    }

    fn longest_prefix(&self, path: &str) -> Option<(&str, Capabilities)> {
        (0..=path.len())
            .rev()
            .filter_map(|len| path.get(..len))
            .find_map(|prefix| self.prefixes.get_key_value(prefix))
            .map(|(prefix, granted)| (prefix.as_str(), *granted))
    }
}

/// How well a pattern fits: the greatest wins.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank<'p> {
    /// Where the first wildcard stands: the later, the better.
    wildcard: usize,
    /// Without `*` at the end.
    is_whole: bool,
    /// How few `+` there are, as a number that is never positive.
    fewer: isize,
    /// The longer, the better; of two equally long ones the greater.
    len: usize,
    text: &'p str,
}

impl<'p> Rank<'p> {
    /// The rank of a pattern that fits the path of these segments.
    fn of(pattern: &'p str, segments: &[&str]) -> Option<Self> {
        let text = pattern.strip_suffix('*').unwrap_or(pattern);
        let is_whole = text.len() == pattern.len();
        let parts: Vec<&str> = text.split('/').collect();
        if parts.len() > segments.len() || (is_whole && parts.len() != segments.len()) {
            return None;
        }
        let mut fewer = 0;
        for (index, (part, segment)) in parts.iter().zip(segments).enumerate() {
            let is_last = index + 1 == parts.len();
            if *part == "+" {
                fewer -= 1;
            } else if part != segment && !(is_last && !is_whole && segment.starts_with(part)) {
                return None;
            }
        }
        let wildcard = pattern.find('+').unwrap_or(pattern.len());
        Some(Self { wildcard, is_whole, fewer, len: text.len(), text })
    }
}

/// Whether a segment is, or at least starts with, a `+`.
fn has_plus(path: &str) -> bool {
    path == "+" || path.starts_with("+/") || path.contains("/+")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acl(stanzas: &[(&str, &[&str])]) -> Acl {
        let mut acl = Acl::default();
        for (path, words) in stanzas {
            let words = words.iter().map(|word| Capability::from_name(word).unwrap());
            let granted = words.collect::<Capabilities>().joined(Capabilities::default());
            acl.add(path, granted);
        }
        acl
    }

    /// Whether reading is allowed; as recorded with OpenBao 2.7.2.
    #[test]
    fn matching() {
        const READ: &[&str] = &["read"];
        const LIST: &[&str] = &["list"];
        const DENY: &[&str] = &["deny"];
        for (stanzas, path, reads) in [
            (&[("airflow/*", READ)][..], "airflow/data/a", true),
            (&[("airflow/*", READ)], "airflowx/a", false),
            (&[("airflow/*", READ)], "airflow", false),
            (&[("airflow*", READ)], "airflowx/a", true),
            (&[("*", READ)], "a/b", true),
            (&[("a/*/b", READ)], "a/x/b", false), // `*` is a wildcard at the end only
            (&[("a/*/b", READ)], "a/*/b", true),
            (&[("a/+/b", READ)], "a/x/b", true),
            (&[("a/+/b", READ)], "a//b", true),
            (&[("a/+/b", READ)], "a/x/y/b", false),
            (&[("a/+", READ)], "a/b", true),
            (&[("a/+", READ)], "a", false),
            (&[("a/+b", READ)], "a/xb", false),
            (&[("a/+b", READ)], "a/+b", true),
            (&[("a/+/c*", READ)], "a/b/cd/e", true),
            (&[("connections", READ)], "connections/x", false),
            (&[("a/*", READ), ("a/b", LIST)], "a/b", false), // the exact path decides alone
            (&[("a/b", READ), ("a/b", LIST)], "a/b", true),
            (&[("a/b", READ), ("a/b", DENY)], "a/b", false),
            (&[("a/b", DENY), ("a/b", READ)], "a/b", false),
            (&[("a/*", DENY), ("a/+/c", READ)], "a/b/c", true),
            (&[("a/b/*", DENY), ("a/+/c", READ)], "a/b/c", false),
            (&[("a/+/*", DENY), ("a/+/c", READ)], "a/b/c", true),
            (&[("a/+/+", DENY), ("a/+/c", READ)], "a/b/c", true),
            (&[("a/+/c*", DENY), ("a/+/cd*", READ)], "a/b/cde", true),
            (&[("a/*", READ), ("a/b/*", DENY)], "a/b/c", false),
            (&[("a/*", READ), ("a/b/*", DENY)], "a/c", true),
            (&[("a/b", &[])], "a/b", false),
            (&[], "a/b", false),
            (&[("a/b", READ)], "/a/b", true),
            (&[("a/b", READ)], "a/b/", false),
        ] {
            assert_eq!(acl(stanzas).allows(path, Capability::Read), reads, "{stanzas:?} {path}");
        }
    }

    #[test]
    fn folders_are_listed() {
        for (path, asked, lists) in [
            ("a/metadata/*", "a/metadata/", true),
            ("a/metadata/*", "a/metadata", false),
            ("a/metadata", "a/metadata/", true),
            ("a/+", "a/b/", true),
            ("a/+", "a/", true),
        ] {
            assert_eq!(
                acl(&[(path, &["list"])]).allows(asked, Capability::List),
                lists,
                "{path} {asked}"
            );
        }
    }

    #[test]
    fn notations() {
        use Capability::{Create, Delete, Deny, List, Read, Sudo, Update};
        for (text, path, granted) in [
            (r#"path "a" { capabilities = ["read", "list",] }"#, "a", &[Read, List][..]),
            (r#"path "/a" { capabilities = ["read"] }"#, "a", &[Read]),
            (r#""path" "a" { comment = "x" capabilities = ["read"] }"#, "a", &[Read]),
            (r#"path a { capabilities = ["read"] }"#, "a", &[Read]),
            ("path \"a\"\n{ capabilities = [\"read\"] }", "a", &[Read]),
            (r#"path "a" { capabilities = ["read", "deny"] }"#, "a", &[Deny]),
            (r#"path "a" { capabilities = ["read"] capabilities = ["list"] }"#, "a", &[Read, List]),
            (r#"path "a" { policy = "read" }"#, "a", &[Read, List]),
            (r#"path "a" { policy = "write" }"#, "a", &[Create, Read, Update, Delete, List]),
            (r#"path "a" { policy = "sudo" }"#, "a", &[Create, Read, Update, Delete, List, Sudo]),
            (r#"path "a" { policy = "deny" capabilities = ["read"] }"#, "a", &[Deny]),
            (r#"path "a" { policy = "deny" capabilities = ["reed"] }"#, "a", &[Deny]),
            (r#"path "a" { capabilities = ["deny", "reed"] }"#, "a", &[Deny]),
            (r#"path "a" { policy = "" capabilities = ["read"] }"#, "a", &[Read]),
            ("# c\nname = \"x\"\npath \"a\" {}", "a", &[]),
            (r#"path "a/${b}" { capabilities = ["read"] }"#, "a/${b}", &[Read]),
            (r#"{"path": {"a": {"capabilities": ["read"]}}}"#, "a", &[Read]),
            (r#"{"path": [{"a": {"policy": "read"}}]}"#, "a", &[Read, List]),
        ] {
            let policy = read_policy(text);
            assert!(policy.issues.is_empty(), "{text}: {:?}", policy.issues);
            let [stanza] = &policy.paths[..] else { panic!("{text}") };
            assert_eq!(stanza.path, path, "{text}");
            assert_eq!(stanza.granted, granted.iter().copied().collect(), "{text}");
        }
    }

    #[test]
    fn what_vault_refuses() {
        use PolicyIssueKind as K;
        for (text, kind, place) in [
            (r#"path "a" { capabilities = ["READ"] }"#, K::UnknownCapability, "\"READ\""),
            (r#"path "a" { capabilities = "read" }"#, K::NotAList, "\"read\""),
            (r#"path "a" { capabilties = ["read"] }"#, K::UnknownKey, "capabilties"),
            (r#"path "a" { policy = "all" }"#, K::UnknownLegacyPolicy, "\"all\""),
            (r#"path "a+*" { policy = "read" }"#, K::PlusStar, "\"a+*\""),
            (r#"paths "a" { policy = "read" }"#, K::UnknownKey, "paths"),
            (r#"path = { "a" = {} }"#, K::UnknownKey, "path"),
            (r#"path "a" = {}"#, K::UnknownKey, "path"),
            (r#"path "a" { capabilities = [read] }"#, K::NotAWord, "read"),
            (r#"{"path": {"a": {"capabilities": ["read", []]}}}"#, K::NotAWord, "[]"),
            (
                r#"path "a" { comment = 'x }"#,
                K::Syntax("a single quote, where HCL has `\"` alone"),
                "'",
            ),
            (r#"path "a" {"#, K::Syntax("a brace that is not closed"), "{"),
            (r#"path "a" { capabilities = ["read" "list"] }"#, K::Syntax("a comma is missing"), ""),
            (r#"{"path": {"a": {"x": 1}}}"#, K::UnknownKey, "\"x\""),
            (r#"{"x": 1}"#, K::UnknownKey, "\"x\""),
        ] {
            let policy = read_policy(text);
            let [issue] = policy.issues[..] else { panic!("{text}: {:?}", policy.issues) };
            assert_eq!((issue.kind, issue.span.of(text)), (kind, place), "{text}");
        }
    }
}
