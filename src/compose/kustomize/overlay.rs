//! What Flux and Argo CD put on top of a folder: they write it into the folder's kustomization, or make one of
//! the files there, and build that.

use std::sync::Arc;

use super::build::{Builder, Opened, State, Work};
use super::{Built, Found, Unread, Why, fields, names, vars};
use crate::compose::tree::{FileId, Mapping, Node, Place};

/// What is put on top of a folder.
#[derive(Debug, Clone)]
pub struct Overlay {
    /// The folder, absolute.
    pub folder: String,
    /// The file of the object that does.
    pub file: FileId,
    /// Where the object names the folder.
    pub place: Place,
    /// What is taken of a folder without a kustomization.
    pub plain: Plain,
    /// Entries of `patches`, behind those of the kustomization.
    pub patches: Vec<Node>,
    /// Entries of `images`, each in place of one with its name.
    pub images: Vec<Node>,
    /// Entries of `components`.
    pub components: Vec<Node>,
    /// Fields that take the place of those of the kustomization: `namespace`, `namePrefix`, `nameSuffix`.
    pub fields: Vec<(&'static str, Node)>,
    /// The namespace of objects that name none.
    pub missing_namespace: Option<Node>,
}

/// What is taken of a folder without a kustomization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plain {
    /// All YAML files below it; of a folder below it with a kustomization, what that one makes.
    AsFlux,
    /// The manifests in the folder itself.
    Folder,
    /// All manifests below it.
    Below,
}

impl Builder<'_> {
    /// What is deployed with something on top of a folder; `None` where there is no such folder.
    pub fn build_overlay(&self, overlay: &Overlay) -> Option<Built> {
        let Found::Folder {
            path,
            kustomizations,
        } = self.files.find(&overlay.folder)
        else {
            return None;
        };
        let mut state = State::default();
        let done = match kustomizations.is_empty() {
            true => self.plain(&path, overlay),
            false => self.open(&path, &kustomizations),
        }
        .and_then(|mut opened| {
            let included = (!kustomizations.is_empty()).then_some(opened.file);
            opened.node = on_top(&opened.node, overlay);
            state.built.included.extend(included);
            self.run(&opened, &mut state)?;
            if let Some(namespace) = &overlay.missing_namespace {
                let state = &mut state;
                let mut work = Work {
                    builder: self,
                    at: &opened,
                    state,
                };
                names::put_into(&mut work, namespace, true);
            }
            Ok(())
        });
        vars::resolve(&mut state, &self.steps, overlay.place);
        let mut built = state.built;
        built.file = Some(overlay.file);
        built.files.insert(overlay.file);
        if let Err((why, detail)) = done {
            built.failed = true;
            for kustomization in &kustomizations {
                if let Found::File(file, _) = self.files.find(kustomization) {
                    self.fails(file);
                    built.included.insert(file);
                }
            }
            let place = overlay.place;
            built.unread.push(Unread { why, place, detail });
        }
        Some(built)
    }

    /// A kustomization of the files below a folder.
    fn plain(&self, folder: &str, overlay: &Overlay) -> Result<Opened, (Why, Arc<str>)> {
        let too_many = (Why::TooLarge, Arc::from("the folder holds too many files"));
        let below = self.files.below(folder, overlay.plain).ok_or(too_many)?;
        let entry = |path: &String| Node::text_at(path, overlay.place);
        let entries = Node::List(Arc::new(below.iter().map(entry).collect()));
        Ok(Opened {
            folder: folder.to_owned(),
            file: overlay.file,
            node: Node::mapping(vec![("resources".into(), entries)]),
            place: overlay.place,
        })
    }
}

/// The kustomization with what is put on top of it.
fn on_top(kustomization: &Node, overlay: &Overlay) -> Node {
    let mut node = kustomization.clone();
    let Some(mapping) = node.as_mapping_mut() else {
        return node;
    };
    append(mapping, "patches", &overlay.patches);
    append(mapping, "components", &overlay.components);
    if !overlay.images.is_empty() {
        let mut images = fields::list(kustomization, "images").to_vec();
        for image in &overlay.images {
            let name = fields::text(image, "name");
            let known = images
                .iter()
                .position(|known| fields::text(known, "name") == name);
            match known {
                Some(at) => images[at] = image.clone(),
                None => images.push(image.clone()),
            }
        }
        put(mapping, "images", Node::List(Arc::new(images)));
    }
    for (name, value) in &overlay.fields {
        put(mapping, name, value.clone());
    }
    node
}

fn append(mapping: &mut Mapping, name: &str, more: &[Node]) {
    if more.is_empty() {
        return;
    }
    let known = spelled(mapping, name);
    let known = known.and_then(|key| mapping.get(&key)).map(Node::items);
    let mut items = known.unwrap_or_default().to_vec();
    items.extend(more.iter().cloned());
    put(mapping, name, Node::List(Arc::new(items)));
}

/// Sets a field under the spelling that is read of it.
fn put(mapping: &mut Mapping, name: &str, value: Node) {
    let key = spelled(mapping, name).unwrap_or_else(|| name.into());
    mapping.set(key, value);
}

fn spelled(mapping: &Mapping, name: &str) -> Option<Arc<str>> {
    let keys = mapping.entries().iter().map(|(key, _)| key);
    let keys = keys.filter(|key| key.eq_ignore_ascii_case(name));
    keys.max().cloned()
}
