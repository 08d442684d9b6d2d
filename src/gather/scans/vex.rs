//! The OpenVEX files that the policy names.

use std::collections::HashSet;
use std::path::Path;

use super::file;
use super::format::openvex;
use super::pattern::{self, quoted};
use crate::model::scan::VexFacts;

/// Largest document, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Reads every document that the globs name, each once. `folder` is the one that they are relative to. A
/// glob that matches no file is among what could not be read.
pub fn read(folder: &Path, globs: &[&str]) -> VexFacts {
    let mut facts = VexFacts::default();
    let mut known = HashSet::new();
    for glob in globs {
        let mut listing = pattern::list(folder, glob);
        if listing.files.is_empty() && listing.unread.is_empty() {
            facts
                .unread
                .push(format!("{} matches no file", quoted(glob)));
        }
        facts.unread.append(&mut listing.unread);
        for named in listing.files {
            if !known.insert(named.identity) {
                continue;
            }
            let bytes = file::bytes(&named.path, MAX_BYTES);
            match bytes.and_then(|bytes| openvex::statements(&bytes, &named.shown)) {
                Ok(mut statements) => facts.statements.append(&mut statements),
                Err(reason) => {
                    let shown = quoted(&named.shown);
                    facts
                        .unread
                        .push(format!("{shown} could not be read: {reason}"));
                }
            }
        }
    }
    facts
}
