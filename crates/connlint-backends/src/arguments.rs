use connlint_catalog::{Given, KwargsView, Scalar};
use connlint_json::{Member, Node, Value, kept_members};

/// The arguments that a backend gets: of a repeated key the last one.
#[derive(Debug, Clone, Default)]
pub struct Arguments<'k, 'a> {
    members: Vec<&'k Member<'a>>,
}

impl<'k, 'a> Arguments<'k, 'a> {
    /// The members of an object; none of anything else, which Airflow drops.
    pub fn of(node: &'k Node<'a>) -> Self {
        Self { members: kept_members(node.as_object().unwrap_or_default()) }
    }

    /// The arguments in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &'k Member<'a>> + '_ {
        self.members.iter().copied()
    }

    /// The value of an argument, where it is given.
    pub fn get(&self, name: &str) -> Option<&'k Node<'a>> {
        self.iter().find(|member| member.key.is(name)).map(|member| &member.value)
    }

    /// The value, where it is given and not `null`.
    pub fn not_null(&self, name: &str) -> Option<&'k Node<'a>> {
        self.get(name).filter(|node| !matches!(node.value, Value::Null))
    }

    /// The value, where it is given and Python takes it for true.
    pub fn truthy(&self, name: &str) -> Option<&'k Node<'a>> {
        self.get(name).filter(|node| node.is_truthy())
    }

    /// The value as text, where it is a string without lone surrogates.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(text)
    }
}

/// The text of a string without lone surrogates.
pub(crate) fn text(node: &Node<'_>) -> Option<String> {
    node.as_text()?.as_str().map(str::to_owned)
}

/// What Python's f-string makes of a value, where that can be told.
pub(crate) fn formatted(node: &Node<'_>) -> Option<String> {
    match &node.value {
        Value::Null => Some("None".to_owned()),
        Value::Bool(value) => Some(if *value { "True" } else { "False" }.to_owned()),
        Value::Number(number) => Some(number.to_python().into_owned()),
        Value::String(_) => text(node),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// Python's `==` between what is written and a value of the catalogue: `1`, `1.0` and `True` are
/// one.
pub(crate) fn equals(node: &Node<'_>, other: Scalar) -> bool {
    let as_number = |value: i64| Some(value.to_string());
    let left = match &node.value {
        Value::Number(number) => {
            let written = number.to_python();
            Some(written.strip_suffix(".0").unwrap_or(&written).to_owned())
        }
        Value::Bool(value) => as_number(i64::from(*value)),
        Value::String(string) => {
            return matches!(other, Scalar::String(text) if string.is(text));
        }
        Value::Null => return matches!(other, Scalar::Null),
        Value::Array(_) | Value::Object(_) => None,
    };
    let right = match other {
        Scalar::Integer(value) => as_number(value),
        Scalar::Boolean(value) => as_number(i64::from(value)),
        Scalar::Null | Scalar::String(_) => None,
    };
    left.is_some() && left == right
}

impl KwargsView for Arguments<'_, '_> {
    fn given(&self, name: &str) -> Given<'_> {
        let Some(node) = self.get(name) else { return Given::Absent };
        match &node.value {
            Value::Null => Given::Null,
            // The requirements look at plain words only; one with an escape is none of them.
            Value::String(text) if text.is_escaped() && node.is_truthy() => Given::Truthy,
            Value::String(text) => Given::Text(text.raw()),
            _ if node.is_truthy() => Given::Truthy,
            _ => Given::Falsy,
        }
    }

    fn has_key(&self, name: &str, key: &str) -> bool {
        self.get(name).is_none_or(|node| node.as_object().is_none() || node.last(key).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_booleans_are_equal_as_in_python() {
        for (text, one, two) in [
            ("1", true, false),
            ("2.0", false, true),
            ("true", true, false),
            ("1.5", false, false),
            ("\"1\"", false, false),
            ("[2]", false, false),
            ("null", false, false),
        ] {
            let node = connlint_json::parse(text).unwrap();
            assert_eq!(equals(&node, Scalar::Integer(1)), one, "{text}");
            assert_eq!(equals(&node, Scalar::Integer(2)), two, "{text}");
        }
    }
}
