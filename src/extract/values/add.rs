//! Images of values as uses of images: with the places of their parts, the object and the namespace.

use std::collections::HashSet;
use std::sync::Arc;

use super::holders::{Held, Namespace};
use super::image::Image;
use super::node::Scalar;
use crate::extract::path::without_middle;
use crate::extract::uses::{Looking, Uses};
use crate::model::image_use::ImageUse;
use crate::model::object::Object;
use crate::model::origin::{Deployment, Destination, Origin, Part, Written};

impl Held {
    /// Whether nothing was found.
    pub(super) fn is_empty(&self) -> bool {
        let says_nothing = matches!(self.namespace, Namespace::Own | Namespace::Any);
        self.images.is_empty() && self.unread.is_empty() && says_nothing
    }
}

impl Namespace {
    /// The object in the namespace into which it deploys.
    pub(super) fn of(&self, object: Arc<Object>) -> Arc<Object> {
        match self {
            Self::Own | Self::Any => object,
            Self::Other(name) if object.namespace.as_deref() == name.as_deref() => object,
            Self::Other(name) => Arc::new(Object {
                namespace: name.as_deref().map(Into::into),
                ..Object::clone(&object)
            }),
        }
    }
}

impl Namespace {
    /// What deploys values that an object in that file only keeps.
    pub(super) fn deployed_by(&self, path: &Arc<str>) -> Option<Deployment> {
        (*self == Self::Any).then(|| Deployment {
            path: Arc::clone(path),
            namespace: Destination::Unknown,
            position: None,
        })
    }
}

/// Adding the images of one object.
pub(super) struct Adding<'f, 'a> {
    pub(super) uses: &'f mut Uses,
    pub(super) looking: Looking<'a>,
    pub(super) object: Arc<Object>,
    /// What else deploys it than the object.
    pub(super) deployed_by: Option<Deployment>,
    pub(super) number: u32,
    /// The number of the object's first use.
    pub(super) first: usize,
}

impl Adding<'_, '_> {
    /// Adds them where no container was found in their place, and brings all in the order of the text.
    pub(super) fn all(mut self, images: Vec<Image>) {
        let own = self.uses.found.get_mut(self.first..).unwrap_or_default();
        let known: HashSet<u32> = own.iter().map(|used| used.location.span.start).collect();
        for used in own {
            // What stands in values goes where they go.
            used.object = Arc::clone(&self.object);
        }
        for image in images {
            let at = image.deciding().cloned();
            if let Some(at) = at.filter(|at| !known.contains(&at.span.start)) {
                self.one(image, &at);
            }
        }
        let own = self.uses.found.get_mut(self.first..).unwrap_or_default();
        own.sort_by_key(|used| {
            let through = used.used_through.unwrap_or(used.location);
            (through.span.start, used.location.span.start)
        });
    }

    fn one(&mut self, image: Image, at: &Scalar) {
        let Looking {
            source, document, ..
        } = self.looking;
        if !self.uses.has_room(source, at.through, at.span) {
            return;
        }
        let origin = self.origin(&image);
        let kept = &mut self.uses.kept;
        self.uses.found.push(ImageUse {
            text: kept.text(&image.text),
            reference: Arc::new(image.reference),
            location: source.location(at.span),
            used_through: at.through.map(|through| source.location(through)),
            document,
            object: Arc::clone(&self.object),
            object_index: self.number,
            container: None,
            role: image.role,
            field: without_middle(image.field).into(),
            origin: origin.map(Arc::new),
        });
    }

    /// Nothing where the image is the scalar at its place and there is no more to say.
    fn origin(&mut self, image: &Image) -> Option<Origin> {
        let mut parts = image.parts.as_slice();
        if let [(_, only)] = parts
            && only.text == image.text
        {
            parts = &[];
        }
        let origin = Origin {
            parts: parts
                .iter()
                .map(|(role, scalar)| Part {
                    role: *role,
                    written: self.written(scalar),
                })
                .collect(),
            in_place_of: image
                .in_place_of
                .iter()
                .map(|scalar| self.written(scalar))
                .collect(),
            deployed_by: self.deployed_by.iter().cloned().collect(),
            switch: image.switch.as_deref().map(Into::into),
        };
        (origin != Origin::default()).then_some(origin)
    }

    fn written(&mut self, scalar: &Scalar) -> Written {
        let source = self.looking.source;
        Written {
            text: self.uses.kept.text(&scalar.text),
            path: Arc::clone(source.path()),
            location: source.location(scalar.span),
        }
    }
}
