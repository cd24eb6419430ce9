use std::collections::HashMap;
use std::fmt::Write as _;

use crate::Style;
use crate::style::Paint;

/// So many findings that say the same are shown each; of more, the first only.
const MAX_ALIKE: usize = 3;

/// The most places that are listed of those that are not shown.
const MAX_PLACES: usize = 40;

/// A piece of a report that stands by itself.
#[derive(Debug, Clone)]
pub struct Block {
    /// The text.
    pub text: String,
    /// What it has in common with others, where it may be shown for them.
    pub(crate) alike: Option<Alike>,
}

impl Block {
    /// A text that is like no other; nothing where it is empty.
    pub fn of(text: String) -> Option<Self> {
        (!text.is_empty()).then_some(Self { text, alike: None })
    }
}

/// What findings have in common that say the same of different places.
#[derive(Debug, Clone)]
pub(crate) struct Alike {
    /// Everything that is said, without the places.
    pub(crate) what: String,
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) style: Style,
}

/// The texts of blocks, where of many alike ones the first stands for all and lists the others.
pub(crate) fn grouped(blocks: Vec<Block>) -> Vec<String> {
    let mut groups: HashMap<&str, Vec<usize>> = HashMap::new();
    for (nr, block) in blocks.iter().enumerate() {
        if let Some(alike) = &block.alike {
            groups.entry(&alike.what).or_default().push(nr);
        }
    }
    let mut others = vec![None; blocks.len()];
    let mut is_left_out = vec![false; blocks.len()];
    for members in groups.into_values().filter(|members| members.len() > MAX_ALIKE) {
        let (first, rest) = members.split_first().expect("a group has members");
        for &nr in rest {
            is_left_out[nr] = true;
        }
        others[*first] = Some(list(rest.iter().filter_map(|&nr| blocks[nr].alike.as_ref())));
    }
    let shown = blocks.into_iter().zip(others).zip(is_left_out).filter(|(_, left_out)| !left_out);
    shown.map(|((block, others), _)| block.text + &others.unwrap_or_default()).collect()
}

/// `and 4 more like this: .env:4, 9; prod/.env:3, 8`
fn list<'a>(places: impl Iterator<Item = &'a Alike> + Clone) -> String {
    let count = places.clone().count();
    let mut text = String::new();
    let mut last = None;
    let mut style = Style::PLAIN;
    for alike in places.take(MAX_PLACES) {
        style = alike.style;
        // Writing to a string does not fail.
        let _ = match last {
            Some(file) if file == &alike.file => write!(text, ", {}", alike.line),
            Some(_) => write!(text, "; {}:{}", alike.file, alike.line),
            None => write!(text, "{}:{}", alike.file, alike.line),
        };
        last = Some(&alike.file);
    }
    if count > MAX_PLACES {
        let rest = count - MAX_PLACES;
        let _ = write!(text, "; and {rest} more, which --output-format concise lists");
    }
    style.paragraph(Paint::Help, &format!("{count} more like this"), &text)
}
