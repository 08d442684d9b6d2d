//! A value as JSON, to be read like a manifest, and which scalar stands where in it.

use std::sync::Arc;

use super::tree::{Kind, Node, Scalar};

/// Most bytes of one object.
const BYTES: usize = 16 << 20;

/// A value as text.
#[derive(Debug, Default)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Where each scalar begins, in order.
    scalars: Vec<(u32, Arc<Scalar>)>,
}

impl Written {
    /// Writes a value; `None` when it is too large.
    pub fn of(node: &Node) -> Option<Self> {
        let mut written = Self::default();
        written.node(node)?;
        Some(written)
    }

    /// The scalar that begins at a byte.
    pub fn scalar_at(&self, start: u32) -> Option<&Arc<Scalar>> {
        let at = self
            .scalars
            .binary_search_by_key(&start, |(start, _)| *start);
        let (_, scalar) = self.scalars.get(at.ok()?)?;
        Some(scalar)
    }

    fn node(&mut self, node: &Node) -> Option<()> {
        if self.text.len() > BYTES {
            return None;
        }
        match node {
            Node::Scalar(scalar) => {
                self.scalars
                    .push((self.text.len() as u32, Arc::clone(scalar)));
                match scalar.kind {
                    Kind::Text => self.string(&scalar.text),
                    Kind::Other => self.text.push_str(&scalar.text),
                    Kind::Null => self.text.push_str("null"),
                }
            }
            Node::List(items) => {
                self.text.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        self.text.push_str(", ");
                    }
                    self.node(item)?;
                }
                self.text.push(']');
            }
            Node::Mapping(mapping) => {
                self.text.push('{');
                for (at, (key, value)) in mapping.entries().iter().enumerate() {
                    if at > 0 {
                        self.text.push_str(", ");
                    }
                    self.string(key);
                    self.text.push_str(": ");
                    self.node(value)?;
                }
                self.text.push('}');
            }
            Node::Pruned => self.text.push_str("null"),
        }
        Some(())
    }

    /// A string that readers of JSON and of YAML understand alike.
    fn string(&mut self, text: &str) {
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\t' => self.text.push_str("\\t"),
                '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\0'..='\u{1f}' => {
                    self.text.push_str(&format!("\\u{:04x}", character as u32));
                }
                other => self.text.push(other),
            }
        }
        self.text.push('"');
    }
}
