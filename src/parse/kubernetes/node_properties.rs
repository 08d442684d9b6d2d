//! The anchor and tag before a node: which node a name means, and which type a tag gives a scalar.

use super::events::{Events, Stop};
use super::token::Kind;
use crate::parse::tree::ScalarTag;

/// The namespace of the tags `!!name`.
const YAML_TAGS: &str = "tag:yaml.org,2002:";

/// What stands before a node.
#[derive(Debug, Default)]
pub(super) struct Properties {
    pub(super) anchor: usize,
    pub(super) tag: Option<String>,
    /// Where the last of them ends.
    pub(super) end: usize,
}

impl Events<'_, '_, '_> {
    /// An anchor, a tag, or both in any order.
    pub(super) fn properties(&mut self) -> Result<Properties, Stop> {
        let mut properties = Properties::default();
        for _ in 0..2 {
            let token = self.scanner.peek()?;
            let end = token.end;
            match &token.kind {
                &Kind::Anchor(name) if properties.anchor == 0 => {
                    self.anchor_count += 1;
                    self.anchors.insert(name, self.anchor_count);
                    properties.anchor = self.anchor_count;
                }
                Kind::Tag { handle, suffix } if properties.tag.is_none() => {
                    let (handle, suffix) = (*handle, suffix.clone());
                    properties.tag = Some(self.whole_tag(handle, suffix)?);
                }
                _ => break,
            }
            properties.end = end;
            self.scanner.take()?;
        }
        Ok(properties)
    }

    fn whole_tag(&self, handle: &str, suffix: String) -> Result<String, Stop> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        let declared = self.handles.iter().find(|(known, _)| *known == handle);
        let prefix = match (declared, handle) {
            (Some((_, prefix)), _) => prefix.as_str(),
            (None, "!") => "!",
            (None, "!!") => YAML_TAGS,
            _ => return Err(Stop::Refused),
        };
        Ok(format!("{prefix}{suffix}"))
    }
}

/// What a whole tag says about the type of a scalar.
pub(super) fn scalar_tag(tag: &str) -> ScalarTag {
    if tag == "!" {
        return ScalarTag::NonSpecific;
    }
    match tag.strip_prefix(YAML_TAGS) {
        Some("str") => ScalarTag::String,
        Some("binary") => ScalarTag::Binary,
        Some("merge") => ScalarTag::Merge,
        Some("int" | "float" | "bool" | "null") => ScalarTag::Other,
        _ => ScalarTag::Own,
    }
}
