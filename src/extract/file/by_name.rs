//! What a file says by its name alone: a kustomization, a chart, values.

use std::sync::Arc;

use super::{File, Looking, Place};
use crate::extract::objects::Type;
use crate::extract::sources::Named;
use crate::extract::uses::judged;
use crate::extract::values;

impl File<'_> {
    /// What the file is by its name alone; an object in it says itself what it is.
    pub(super) fn by_name(&mut self, looking: Looking<'_>, root: Place, is_manifest: bool) {
        let reader = looking.reader;
        if is_manifest || !reader.is_mapping(root) {
            return;
        }
        let at = reader.tree.span(root.node);
        match self.named {
            Some(Named::Chart) => {
                let name = reader.text(root, "name");
                self.caveats.chart(self.source, at, name);
            }
            Some(named) => {
                let reason = named.counted_as();
                self.caveats.source_of_images(reason, self.source, at, None);
            }
            None => {}
        }
        if !self.settings.values {
            return;
        }
        let number = self.objects;
        let mut found = values::Found {
            uses: &mut self.uses,
            caveats: &mut self.caveats,
        };
        self.objects += match self.named {
            Some(Named::Kustomization) => found.of_kustomization(looking, root, number),
            Some(Named::Chart) => 0,
            None => found.of_file(looking, root, self.holds, number),
        };
        if let Some(values::Named::Values(_)) = self.holds {
            self.not_taken(looking, root);
        }
    }

    /// Counts what looks like an image in values and is not taken for one.
    fn not_taken(&mut self, looking: Looking<'_>, root: Place) {
        let mut of_document = self.uses.found.iter().rev();
        let first = of_document.position(|used| used.document != looking.document);
        let first = first.map_or(0, |beyond| self.uses.found.len() - beyond);
        let judged = judged(self.uses.found.get(first..).unwrap_or_default());
        let of_no_kind = Type {
            api_version: "",
            kind: "",
        };
        let node = (root.node, of_no_kind);
        let unlisted = self.unlisted.below(looking.reader.tree, node, &judged);
        let object = values::chart_of(self.holds);
        self.caveats
            .unlisted(self.source, &unlisted, &mut || Arc::clone(&object));
    }
}
