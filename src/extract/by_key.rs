//! What the key rules and the tables find on the way through an object whose schema is not known: images in
//! fields that are called so, in objects inside the object, and in annotations that make an injector add a
//! container.

use crate::model::image_use::Role;

use super::fields::Place;
use super::image_text::Collection;
use super::injected;
use super::key_rules::{self, Composed, Scope};
use super::objects::Type;
use super::path::{End, Segment, follow};
use super::resources;
use super::shapes::{Candidate, Form, Shapes};

impl<'a> Shapes<'a, '_> {
    /// What the value of `key` in the mapping `of` is by its name and by what stands beside it.
    pub(super) fn by_key(&mut self, scope: Scope, of: Place, key: &'a str, value: Place) {
        if key.ends_with("nnotations") {
            self.injected(value);
        }
        if scope.openshift && key == "from" {
            self.docker_image(value);
        }
        if scope.tekton {
            self.bundle(key, value);
        }
        // A key below which nothing is judged is none that is.
        if !scope.below(key).is_some_and(|below| below.keys) {
            return;
        }
        if let Some(composed) = key_rules::of_mapping(self.reader, key, value) {
            let main = composed.main;
            let depth = self.path.len();
            self.path.extend(composed.key.map(Segment::Key));
            self.found(main, of, Some(composed));
            self.path.truncate(depth);
        } else if key_rules::names_image(key)
            && !self.is_of_container()
            && self.is_image(key, value)
        {
            let composed = key_rules::with_tag_beside(self.reader, of, key, value);
            self.found(value, of, composed);
        }
    }

    /// The fields of the tables in an object inside the object.
    pub(super) fn listed(&mut self, types: &[Type<'a>], at: Place) {
        let reader = self.reader;
        for (form, path) in types.iter().flat_map(|&of| resources::built_in(of)) {
            let steps = resources::built_in_steps(path);
            let around = self.path.clone();
            follow(reader, at, &steps, &mut |end: End<'a, '_>| {
                let path: Vec<Segment<'a>> = around.iter().chain(end.path).copied().collect();
                (self.visit)(Candidate {
                    value: end.value,
                    name: end.item.and_then(|item| reader.text(item, "name")),
                    role: Role::CustomResource,
                    path: &path,
                    collection: Collection::SomethingElse,
                    form,
                    composed: None,
                });
            });
        }
    }

    /// The annotations there that name the image of a container to add.
    pub(super) fn injected(&mut self, annotations: Place) {
        let reader = self.reader;
        for field in reader.fields(annotations) {
            let Some(name) = field.name else { continue };
            let Some(injected) = injected::find(name) else {
                continue;
            };
            if !injected.is_image(reader, field.value) {
                continue;
            }
            let composed = injected.composed(reader, annotations, field.value);
            self.below(Segment::Key(name), |shapes| {
                (shapes.visit)(Candidate {
                    value: field.value,
                    name: None,
                    role: Role::Annotation,
                    path: &shapes.path,
                    collection: Collection::SomethingElse,
                    form: Form::Reference,
                    composed,
                });
            });
        }
    }

    /// `from: {kind: DockerImage, name: …}` of OpenShift.
    fn docker_image(&mut self, from: Place) {
        if self.reader.text(from, "kind") != Some("DockerImage") {
            return;
        }
        for value in self.reader.named(from, "name") {
            self.below(Segment::Key("name"), |shapes| {
                shapes.found(value, value, None)
            });
        }
    }

    /// A task of Tekton that lies in an image: `bundle: …` beside its name, or the parameter of a resolver.
    fn bundle(&mut self, key: &str, value: Place) {
        let reader = self.reader;
        if !matches!(key, "taskRef" | "pipelineRef") {
            return;
        }
        for bundle in reader.named(value, "bundle") {
            self.below(Segment::Key("bundle"), |shapes| {
                shapes.found(bundle, bundle, None);
            });
        }
        if reader.text(value, "resolver") != Some("bundles") {
            return;
        }
        for params in reader.named(value, "params") {
            for (index, param) in reader.items(params).enumerate() {
                if reader.text(param, "name") != Some("bundle") {
                    continue;
                }
                for bundle in reader.named(param, "value") {
                    let depth = self.path.len();
                    let way = [
                        Segment::Key("params"),
                        Segment::Index(index),
                        Segment::Key("value"),
                    ];
                    self.path.extend(way);
                    self.found(bundle, bundle, None);
                    self.path.truncate(depth);
                }
            }
        }
    }

    fn is_image(&self, key: &str, value: Place) -> bool {
        let scalar = self.reader.tree.scalar(value.node);
        scalar.is_some_and(|scalar| key_rules::is_image(key, &scalar))
    }

    fn found(&mut self, value: Place, named: Place, composed: Option<Composed>) {
        (self.visit)(Candidate {
            value,
            name: self.reader.text(named, "name").filter(|_| named != value),
            role: Role::CustomResource,
            path: &self.path,
            collection: Collection::SomethingElse,
            form: Form::Reference,
            composed,
        });
    }
}
