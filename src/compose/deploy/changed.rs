//! Objects that are not as they are written: they are read like manifests, and each image is traced back to the
//! scalars that it is made of.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{COMPOSED, Composed, Deploying, Stands, Top, extend};
use crate::compose::facts::at_place;
use crate::compose::json::Written as Json;
use crate::compose::kustomize::Resource;
use crate::compose::tree::{Piece, Scalar};
use crate::extract::{ExtractSettings, file};
use crate::model::image_use::{ImageUse, Role};
use crate::model::origin::Deployment;

/// Most places before one that are looked at for a text around it.
const AROUND: usize = 8;

/// What deploys an object, and whether the run is asked about that.
#[derive(Debug, Clone, Copy)]
struct By<'d> {
    deployments: &'d [Deployment],
    asked: bool,
}

/// An image of a changed object, and what it is made of.
struct Made<'u> {
    used: &'u ImageUse,
    /// The scalar that decides.
    scalar: Arc<Scalar>,
    pieces: Vec<Piece>,
    /// Whether it is all of the scalar, as that is written.
    is_whole: bool,
    /// Whether all its scalars are as they are written.
    is_as_written: bool,
    /// What stands at its place as it is written, of which this is what becomes: one image, that several fields
    /// may use.
    instead_of: Vec<Stands>,
}

impl Deploying {
    /// Takes an object that is not as it is written. Says whether it could be read.
    pub(super) fn changed(
        &mut self,
        resource: &Resource,
        deployments: &[Deployment],
        top: &Top,
        settings: &ExtractSettings,
    ) -> bool {
        let Some(written) = Json::of(&resource.node) else {
            return false;
        };
        // What becomes of an object is asked with the file in which it stands, too.
        let base = self.known.get(&resource.file);
        let by = By {
            deployments,
            asked: top.asked || base.is_some_and(|base| base.asked),
        };
        let text: Arc<str> = written.text.as_str().into();
        let facts = file::facts(Arc::clone(&top.name), text, settings);
        let of_one_scalar =
            |one: &ImageUse, other: &ImageUse| one.location.span.start == other.location.span.start;
        for uses in facts.uses.chunk_by(of_one_scalar) {
            let start = uses.first().map(|used| used.location.span.start);
            let Some(scalar) = start.and_then(|start| written.scalar_at(start)) else {
                continue;
            };
            match uses {
                [used] if !scalar.text.contains('\n') => self.one(&written, used, scalar, by),
                _ => self.in_text(uses, scalar, by),
            }
        }
        !facts.problems.iter().any(|problem| problem.not_checked)
    }

    /// An image that is a scalar, or several.
    fn one(&mut self, written: &Json, used: &ImageUse, scalar: &Arc<Scalar>, by: By<'_>) {
        let mut pieces: Vec<Piece> = Vec::new();
        let (mut is_as_written, mut is_known) = (scalar.is_as_written(), true);
        self.replaces(scalar);
        let parts = used.origin.as_deref().map_or(&[][..], |it| &it.parts);
        for part in parts {
            let Some(of_part) = written.scalar_at(part.written.location.span.start) else {
                is_known = false;
                continue;
            };
            self.replaces(of_part);
            is_as_written &= of_part.is_as_written();
            match of_part.is_as_written() {
                true => pieces.push(of_part.piece(part.role)),
                false => pieces.extend(of_part.pieces()),
            }
        }
        let is_whole = parts.is_empty() && scalar.is_as_written();
        if parts.is_empty() || !is_known {
            pieces = scalar.pieces();
        }
        let start = (scalar.place.file, scalar.place.span.start);
        if !self.at.contains_key(&start) {
            self.around(scalar, &used.text);
        }
        let stands = self.at.get(&start);
        self.made(
            Made {
                used,
                scalar: Arc::clone(scalar),
                pieces,
                is_whole,
                is_as_written,
                instead_of: stands.cloned().unwrap_or_default(),
            },
            by,
        );
    }

    /// Images in a text that is itself values of a chart or the like: those of the text as it is written, one
    /// after the other.
    fn in_text(&mut self, uses: &[ImageUse], scalar: &Arc<Scalar>, by: By<'_>) {
        self.replaces(scalar);
        let stands: Vec<Stands> = Self::within(&self.at, scalar.place).cloned().collect();
        let are_same = stands.len() == uses.len();
        for (at, used) in uses.iter().enumerate() {
            self.made(
                Made {
                    used,
                    scalar: Arc::clone(scalar),
                    pieces: Vec::new(),
                    is_whole: true,
                    is_as_written: scalar.is_as_written(),
                    instead_of: stands
                        .get(at)
                        .filter(|_| are_same)
                        .cloned()
                        .into_iter()
                        .collect(),
                },
                by,
            );
        }
    }

    /// Says that an image is judged at a place in a text, of which it was known only that it is somewhere in it.
    fn around(&mut self, scalar: &Scalar, image: &str) {
        let place = scalar.place;
        let before = self
            .at
            .range((place.file, 0)..(place.file, place.span.start));
        let before = before.rev().take(AROUND).flat_map(|(_, stands)| stands);
        for stands in before {
            if stands.location.span.end >= place.span.end && *stands.text == *image {
                self.marks.entry(stands.number).or_default().filled_in = true;
            }
        }
    }

    /// Says that a scalar stands where others stood.
    fn replaces(&mut self, scalar: &Scalar) {
        for piece in scalar.replaced() {
            for stands in Self::within(&self.at, piece.place) {
                self.marks.entry(stands.number).or_default().replaced = true;
            }
        }
    }

    fn made(&mut self, made: Made<'_>, by: By<'_>) {
        let mut stands = made.instead_of.iter();
        let is_same = stands.any(|stands| stands.text == made.used.text);
        // Of several parts one may be put in by a patch, or taken away: then the text is another one.
        let stays = made.is_whole && made.is_as_written && !made.instead_of.is_empty();
        if !is_same && !stays {
            for stands in &made.instead_of {
                self.marks.entry(stands.number).or_default().filled_in = true;
            }
            return self.compose(made, by);
        }
        for stands in &made.instead_of {
            let mark = self.marks.entry(stands.number).or_default();
            extend(&mut mark.deployed_by, by.deployments);
            mark.asked |= by.asked;
            for piece in made.scalar.replaced() {
                if !mark.in_place_of.contains(piece) {
                    mark.in_place_of.push(piece.clone());
                }
            }
        }
    }

    fn compose(&mut self, made: Made<'_>, by: By<'_>) {
        let Made { used, scalar, .. } = &made;
        let file = scalar.place.file;
        // What only overlays say that nobody asked about is their matter.
        let Some(known) = self.known.get(&file).filter(|it| it.asked || by.asked) else {
            return;
        };
        let name = used.object.name.as_deref().unwrap_or_default();
        let field = format!("{} {name} {}", used.object.kind, used.field);
        let places = made.pieces.iter().map(|piece| piece.place).collect();
        let stands = made.instead_of.first();
        let location = match stands {
            Some(stands) => stands.location,
            None => known.source.location(scalar.place.span),
        };
        let start = location.span.start;
        let key = (file, start, Arc::clone(&used.text), places, field);
        if self.composed.len() >= COMPOSED && !self.composed.contains_key(&key) {
            self.too_many = true;
            return;
        }
        let role = match stands {
            Some(stands) => stands.role,
            None => Role::Kustomize,
        };
        let composed = self.composed.entry(key).or_insert_with(|| Composed {
            used: ImageUse {
                location,
                used_through: None,
                document: stands.map_or(0, |stands| stands.document),
                object_index: stands.map_or(0, |stands| stands.object_index),
                role,
                object: at_place(&used.object, location),
                ..(*used).clone()
            },
            is_of_file: stands.is_some(),
            is_whole: made.is_whole,
            pieces: made.pieces.clone(),
            replaced: scalar.replaced().to_vec(),
            deployed_by: BTreeSet::new(),
        });
        extend(&mut composed.deployed_by, by.deployments);
        // What the object itself says of where it goes holds beside that.
        if let Some(own) = used.origin.as_deref() {
            extend(&mut composed.deployed_by, &own.deployed_by);
        }
    }
}
