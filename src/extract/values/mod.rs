//! Images in the values of charts: what a chart is given says which images it deploys, as far as it says it. A chart
//! itself is not rendered here.
//!
//! `node` reads values, `rules` finds the images in them, `image` puts their parts together, `holders`, `lists` and
//! `file` know where values stand, `add` makes image uses of what was found.

mod add;
mod argo;
mod file;
mod holders;
mod image;
mod lists;
mod literals;
mod node;
mod number;
mod patches;
mod places;
mod registry;
mod rules;
mod shape;

use std::sync::Arc;

use self::add::Adding;
pub(super) use self::file::{Charts, ValuesFile};
use self::holders::Held;
use self::lists::Release;
pub(super) use self::literals::literals;
use self::node::From;
use self::places::Places;
use super::caveats::Caveats;
use super::fields::Place;
use super::objects::ObjectNode;
use super::uses::{Looking, Uses};
use crate::model::object::Object;
use crate::model::summary::NotLookedAt;

/// What the name of a file says about values in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// Values of a chart.
    Values(ValuesFile),
    /// Releases of helmfile.
    Helmfile,
}

impl Named {
    /// Values of a chart that is not known.
    pub(super) const fn unknown() -> Self {
        Self::Values(ValuesFile { chart: None })
    }

    /// What a file of that name is, unless an object stands in it.
    pub(super) fn of(path: &str, charts: &Charts) -> Option<Self> {
        match file::is_helmfile(path) {
            true => Some(Self::Helmfile),
            false => file::of(path, charts).map(Self::Values),
        }
    }
}

/// Where what is found is put.
#[derive(Debug)]
pub(super) struct Found<'f> {
    pub(super) uses: &'f mut Uses,
    pub(super) caveats: &'f mut Caveats,
}

impl Found<'_> {
    /// Takes the images that an object holds in values, the `number`th of its file. Its other uses begin with
    /// number `first`.
    pub(super) fn of_object(
        &mut self,
        looking: Looking<'_>,
        object: &ObjectNode<'_>,
        number: u32,
        first: usize,
    ) {
        let Looking { reader, source, .. } = looking;
        let mut types = object.types.iter();
        let held = types.find_map(|&of| holders::of(of, from(looking), object.at));
        let Some(held) = held.filter(|held| !held.is_empty()) else {
            return;
        };
        let described = object.describe(reader, source, &mut self.uses.kept);
        self.held(looking, held, described, number, first);
    }

    /// Takes the images of a document that is no object, by what the file is called. Returns how many objects
    /// they belong to, of which the first has that number.
    pub(super) fn of_file(
        &mut self,
        looking: Looking<'_>,
        root: Place,
        named: Option<&Named>,
        number: u32,
    ) -> u32 {
        let kind = looking.reader.text(root, "kind");
        if named.is_none() && kind != Some(lists::ZARF) {
            return 0;
        }
        let mut held = Held::default();
        let first = self.uses.found.len();
        let values = node::read(from(looking), root, &mut held.unread);
        if named == Some(&Named::Helmfile) {
            let releases = lists::helmfile(&values);
            let numbers = (number..).zip(releases);
            return numbers.fold(0, |count, (number, release)| {
                self.release(looking, release, number);
                count + 1
            });
        }
        let object = match lists::zarf(&values) {
            Some(images) => {
                held.images = images;
                named_object(lists::ZARF, None)
            }
            None => {
                held.images = rules::images(&values, "");
                chart_of(named)
            }
        };
        if held.is_empty() {
            return 0;
        }
        self.held(looking, held, object, number, first);
        1
    }

    /// Takes what a release of helmfile says, whose chart is counted.
    fn release(&mut self, looking: Looking<'_>, release: Release, number: u32) {
        let name = release.name.as_ref();
        let object = named_object("release", name.map(|name| name.text.as_str()));
        let object = release.held.namespace.of(object);
        if let Some(name) = name {
            let (reason, object) = (NotLookedAt::HelmRelease, Arc::clone(&object));
            self.caveats
                .source_of_images(reason, looking.source, name.span, Some(object));
        }
        let first = self.uses.found.len();
        self.held(looking, release.held, object, number, first);
    }

    /// Takes what a kustomization without `apiVersion` and `kind` writes into charts; whether there is something.
    pub(super) fn of_kustomization(
        &mut self,
        looking: Looking<'_>,
        root: Place,
        number: u32,
    ) -> u32 {
        let held = holders::kustomization(from(looking), root);
        if held.is_empty() {
            return 0;
        }
        let first = self.uses.found.len();
        let object = named_object("Kustomization", None);
        self.held(looking, held, object, number, first);
        1
    }

    fn held(
        &mut self,
        looking: Looking<'_>,
        held: Held,
        object: Arc<Object>,
        number: u32,
        first: usize,
    ) {
        let object = held.namespace.of(object);
        for line in &held.unread {
            self.caveats
                .unread_line(looking.source, line.span, &line.line, Arc::clone(&object));
        }
        Adding {
            uses: self.uses,
            looking,
            object,
            deployed_by: held.namespace.deployed_by(looking.source.path()),
            number,
            first,
        }
        .all(held.images);
    }
}

fn from<'r, 'a: 'r>(looking: Looking<'a>) -> From<'r, 'a> {
    From {
        reader: looking.reader,
        text: looking.source.text(),
        places: &Places::Own,
    }
}

/// What stands for the object of values in a file of that name.
pub(super) fn chart_of(named: Option<&Named>) -> Arc<Object> {
    match named {
        Some(Named::Values(file)) => named_object("chart", file.chart.as_deref()),
        _ => named_object("chart", None),
    }
}

/// What stands for an object where values belong to none.
fn named_object(kind: &str, name: Option<&str>) -> Arc<Object> {
    Arc::new(Object {
        kind: kind.into(),
        name: name.map(Into::into),
        ..Object::default()
    })
}
