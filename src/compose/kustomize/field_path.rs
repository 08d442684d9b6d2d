//! Paths of fields in `replacements` and `vars`: keys, positions and items by what they hold.

use std::sync::Arc;

use super::steps::Steps;
use crate::compose::tree::Node;

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A key of a map, or a position in a list.
    Key(String),
    /// `[key=value]`: the items of a list that have it.
    Having(String, String),
    /// `*`: everything.
    Each,
    /// `-`: a new item.
    New,
}

/// The parts of a path; in brackets and behind `\` a dot is text.
pub fn parts(path: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut depth = 0;
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => part.extend(characters.next()),
            '.' if depth == 0 => parts.push(read(&std::mem::take(&mut part))),
            _ => {
                match character {
                    '[' => depth += 1,
                    ']' => depth -= 1,
                    _ => {}
                }
                part.push(character);
            }
        }
    }
    parts.push(read(&part));
    parts
}

fn read(part: &str) -> Part {
    let inside = part
        .strip_prefix('[')
        .and_then(|part| part.strip_suffix(']'));
    match inside.map(|inside| inside.split_once('=')) {
        Some(Some((key, value))) => Part::Having(key.to_owned(), value.to_owned()),
        Some(None) => Part::Key(inside.unwrap_or_default().to_owned()),
        None if part == "*" => Part::Each,
        None if part == "-" => Part::New,
        None => Part::Key(part.to_owned()),
    }
}

/// What stands behind a path that leads to one value.
pub fn find<'a>(node: &'a Node, path: &[Part]) -> Option<&'a Node> {
    path.iter().try_fold(node, |node, part| match (node, part) {
        (Node::Mapping(mapping), Part::Key(key)) => mapping.get(key),
        (Node::List(items), Part::Key(at)) => items.get(at.parse::<usize>().ok()?),
        (Node::List(items), Part::Having(key, value)) => {
            items.iter().find(|item| has(item, key, value))
        }
        _ => None,
    })
}

fn has(item: &Node, key: &str, value: &str) -> bool {
    let found = match key.is_empty() {
        true => Some(item),
        false => item.get(key),
    };
    let scalar = found.and_then(Node::as_scalar);
    scalar.is_some_and(|scalar| &*scalar.text == value)
}

/// What a change did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changed {
    /// How many values it changed.
    pub times: usize,
    /// Whether an item may be meant too that only holds the value as a part: kustomize takes it for an
    /// expression.
    pub unsure: bool,
}

/// Changes every value behind a path; with `create` a key that is not there is made from null. `None` when
/// there were not enough steps.
pub fn change(
    node: &mut Node,
    path: &[Part],
    create: bool,
    with: &mut dyn FnMut(&Node) -> Node,
    steps: &Steps,
) -> Option<Changed> {
    steps.spend(0)?;
    let Some((part, rest)) = path.split_first() else {
        *node = with(node);
        return Some(Changed {
            times: 1,
            unsure: false,
        });
    };
    let mut changed = Changed::default();
    let mut add = |more: Changed| {
        changed.times += more.times;
        changed.unsure |= more.unsure;
    };
    match (node, part) {
        (Node::Mapping(mapping), Part::Key(key)) => {
            steps.spend(mapping.entries().len())?;
            let mapping = Arc::make_mut(mapping);
            if mapping.get(key).is_none() && create {
                let empty = match rest.is_empty() {
                    true => Node::Pruned,
                    false => Node::mapping(Vec::new()),
                };
                mapping.set(key.as_str().into(), empty);
            }
            if let Some(value) = mapping.get_mut(key) {
                add(change(value, rest, create, with, steps)?);
            }
        }
        (Node::Mapping(mapping), Part::Each) => {
            steps.spend(mapping.entries().len())?;
            for (_, value) in Arc::make_mut(mapping).entries_mut() {
                add(change(value, rest, create, with, steps)?);
            }
        }
        (Node::List(items), part) => {
            steps.spend(items.len())?;
            for (at, item) in Arc::make_mut(items).iter_mut().enumerate() {
                if is_meant(item, at, part) {
                    add(change(item, rest, create, with, steps)?);
                } else {
                    add(Changed {
                        times: 0,
                        unsure: may_be_meant(item, part),
                    });
                }
            }
        }
        _ => {}
    }
    Some(changed)
}

fn is_meant(item: &Node, at: usize, part: &Part) -> bool {
    match part {
        Part::Key(number) => number.parse() == Ok(at),
        Part::Having(key, value) => has(item, key, value),
        Part::Each => true,
        Part::New => false,
    }
}

fn may_be_meant(item: &Node, part: &Part) -> bool {
    let Part::Having(key, value) = part else {
        return false;
    };
    let text = item.get(key).and_then(Node::as_scalar);
    let is_part = text.is_some_and(|text| text.text.contains(value.as_str()));
    is_part || value.contains(|mark| "*+?()[]{}|^$\\".contains(mark))
}
