//! JSON patches (RFC 6902).

use std::sync::Arc;

use super::steps::Steps;
use super::strategic::Failed;
use crate::compose::tree::Node;

/// Most nodes inside of each other in a value that is copied.
const DEPTH: usize = 256;

/// Most parts of a path.
const PARTS: usize = 128;

/// One operation.
#[derive(Debug, Clone)]
enum Operation {
    Add(Vec<String>, Node),
    Remove(Vec<String>),
    Replace(Vec<String>, Node),
    Copy(Vec<String>, Vec<String>),
    Move(Vec<String>, Vec<String>),
    Test(Vec<String>, Node),
}

/// A list of operations.
#[derive(Debug, Clone)]
pub struct JsonPatch(Vec<Operation>);

const FAILS: Failed = Failed::NotRead("an operation of a JSON patch fails");

impl JsonPatch {
    /// Whether the value is such a patch, good or not.
    pub fn is_one(value: &Node) -> bool {
        matches!(value, Node::List(_))
    }

    /// Reads one.
    ///
    /// # Errors
    /// Why it is not read.
    pub fn read(value: &Node) -> Result<Self, &'static str> {
        let operations = value.items().iter().map(operation);
        operations
            .collect::<Option<Vec<Operation>>>()
            .map(Self)
            .ok_or("an operation of a JSON patch is not read")
    }

    /// Applies it.
    ///
    /// # Errors
    /// Why it could not be followed; the object is as far as the patch came.
    pub fn apply(&self, object: &mut Node, steps: &Steps) -> Result<(), Failed> {
        for operation in &self.0 {
            steps.spend(16).ok_or(Failed::TooMuch)?;
            match operation {
                Operation::Add(path, value) => add(object, path, value.clone(), steps)?,
                Operation::Remove(path) => {
                    remove(object, path, steps)?;
                }
                Operation::Replace(path, value) => {
                    let there = find_mut(object, path, steps).ok_or(FAILS)?;
                    *there = match (&*there, value) {
                        (Node::Scalar(before), Node::Scalar(after)) => {
                            Node::Scalar(Arc::new(after.in_place_of(before)))
                        }
                        _ => value.clone(),
                    };
                }
                Operation::Copy(from, to) => {
                    let value = find(object, from).ok_or(FAILS)?.clone();
                    steps.depth(&value, DEPTH).ok_or(Failed::TooMuch)?;
                    add(object, to, value, steps)?;
                }
                Operation::Move(from, to) => {
                    let value = remove(object, from, steps)?;
                    steps.depth(&value, DEPTH).ok_or(Failed::TooMuch)?;
                    add(object, to, value, steps)?;
                }
                Operation::Test(path, value) => {
                    let there = find(object, path);
                    if !there.is_some_and(|there| same(there, value)) {
                        return Err(FAILS);
                    }
                }
            }
        }
        Ok(())
    }
}

fn operation(node: &Node) -> Option<Operation> {
    let path = pointer(node.text(&["path"])?)?;
    let value = || node.get("value").cloned();
    let from = || pointer(node.text(&["from"])?);
    Some(match node.text(&["op"])? {
        "add" => Operation::Add(path, value()?),
        "remove" => Operation::Remove(path),
        "replace" => Operation::Replace(path, value()?),
        "copy" => Operation::Copy(from()?, path),
        "move" => Operation::Move(from()?, path),
        "test" => Operation::Test(path, value()?),
        _ => return None,
    })
}

fn pointer(text: &str) -> Option<Vec<String>> {
    let mut parts = text.split('/');
    if parts.next() != Some("") {
        return None;
    }
    let parts = parts.map(|part| part.replace("~1", "/").replace("~0", "~"));
    let parts: Vec<String> = parts.collect();
    (parts.len() <= PARTS).then_some(parts)
}

fn find<'a>(node: &'a Node, path: &[String]) -> Option<&'a Node> {
    path.iter().try_fold(node, |node, part| match node {
        Node::Mapping(mapping) => mapping.get(part),
        Node::List(items) => items.get(index(part, items.len())?),
        _ => None,
    })
}

fn find_mut<'a>(node: &'a mut Node, path: &[String], steps: &Steps) -> Option<&'a mut Node> {
    path.iter().try_fold(node, |node, part| match node {
        Node::Mapping(mapping) => {
            steps.spend(mapping.entries().len())?;
            Arc::make_mut(mapping).get_mut(part)
        }
        Node::List(items) => {
            steps.spend(items.len())?;
            let at = index(part, items.len())?;
            Arc::make_mut(items).get_mut(at)
        }
        _ => None,
    })
}

/// The index that a part names; one below zero counts from the end.
fn index(part: &str, length: usize) -> Option<usize> {
    let number: i64 = part.parse().ok()?;
    let number = if number < 0 {
        number + length as i64
    } else {
        number
    };
    usize::try_from(number).ok()
}

fn add(node: &mut Node, path: &[String], value: Node, steps: &Steps) -> Result<(), Failed> {
    let Some((last, parents)) = path.split_last() else {
        *node = value;
        return Ok(());
    };
    match find_mut(node, parents, steps).ok_or(FAILS)? {
        Node::Mapping(mapping) => {
            steps
                .spend(mapping.entries().len())
                .ok_or(Failed::TooMuch)?;
            let mapping = Arc::make_mut(mapping);
            let value = match (mapping.get(last), value) {
                (Some(Node::Scalar(before)), Node::Scalar(after)) => {
                    Node::Scalar(Arc::new(after.in_place_of(before)))
                }
                (_, value) => value,
            };
            mapping.set(last.as_str().into(), value);
        }
        Node::List(items) => {
            steps.spend(items.len()).ok_or(Failed::TooMuch)?;
            let at = match last.as_str() {
                "-" => items.len(),
                part => index(part, items.len()).ok_or(FAILS)?,
            };
            if at > items.len() {
                return Err(FAILS);
            }
            Arc::make_mut(items).insert(at, value);
        }
        _ => return Err(FAILS),
    }
    Ok(())
}

fn remove(node: &mut Node, path: &[String], steps: &Steps) -> Result<Node, Failed> {
    let (last, parents) = path.split_last().ok_or(FAILS)?;
    match find_mut(node, parents, steps).ok_or(FAILS)? {
        Node::Mapping(mapping) => Arc::make_mut(mapping).remove(last).ok_or(FAILS),
        Node::List(items) => {
            let at = index(last, items.len()).ok_or(FAILS)?;
            if at >= items.len() {
                return Err(FAILS);
            }
            Ok(Arc::make_mut(items).remove(at))
        }
        _ => Err(FAILS),
    }
}

fn same(one: &Node, other: &Node) -> bool {
    match (one, other) {
        (Node::Scalar(one), Node::Scalar(other)) => {
            one.text == other.text && one.kind == other.kind
        }
        (Node::List(one), Node::List(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(&**other)
                    .all(|(one, other)| same(one, other))
        }
        (Node::Mapping(one), Node::Mapping(other)) => {
            let all = |(key, value): &(Arc<str>, Node)| {
                other.get(key).is_some_and(|other| same(value, other))
            };
            one.entries().len() == other.entries().len() && one.entries().iter().all(all)
        }
        _ => false,
    }
}
