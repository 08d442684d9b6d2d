//! Images that a container is told of: `RELATED_IMAGE_…` in its variables, as operators are given their images,
//! and `--…-image` in its arguments. Other variables and arguments are counted where they look like an image.

use crate::model::image_use::Role;

use super::fields::Place;
use super::image_text::Collection;
use super::key_rules;
use super::path::Segment;
use super::shapes::{Candidate, Form, Shapes};

/// The beginning of the names of variables by which an operator is told of images.
const RELATED: &str = "RELATED_IMAGE_";

impl<'a> Shapes<'a, '_> {
    /// The images that the container at `at` is told of.
    pub(super) fn passed(&mut self, at: Place) {
        for key in ["command", "args"] {
            for list in self.reader.named(at, key) {
                self.below(Segment::Key(key), |shapes| shapes.arguments(at, list));
            }
        }
        let reader = self.reader;
        for list in reader.named(at, "env") {
            for (index, variable) in reader.items(list).enumerate() {
                let name = reader.text(variable, "name");
                if !name.is_some_and(|name| name.starts_with(RELATED)) {
                    continue;
                }
                for value in reader.named(variable, "value") {
                    let way = [
                        Segment::Key("env"),
                        Segment::Index(index),
                        Segment::Key("value"),
                    ];
                    self.told(at, value, &way, Form::Reference);
                }
            }
        }
    }

    fn arguments(&mut self, container: Place, list: Place) {
        let reader = self.reader;
        let mut named = false;
        for (index, item) in reader.items(list).enumerate() {
            let text = reader
                .tree
                .scalar(item.node)
                .map_or("", |scalar| scalar.value);
            let way = [Segment::Index(index)];
            if named {
                self.told(container, item, &way, Form::Reference);
            } else if let Some((option, _)) = text.split_once('=')
                && is_option(option)
            {
                self.told(container, item, &way, Form::Option);
            }
            named = is_option(text);
        }
    }

    fn told(&mut self, container: Place, value: Place, way: &[Segment<'a>], form: Form) {
        let reader = self.reader;
        let text = reader
            .tree
            .scalar(value.node)
            .map_or("", |scalar| scalar.value);
        let image = match form {
            Form::Option => text.split_once('=').map_or("", |(_, image)| image),
            _ => text,
        };
        if !key_rules::is_argument(image) {
            return;
        }
        let depth = self.path.len();
        self.path.extend_from_slice(way);
        (self.visit)(Candidate {
            value,
            name: reader.text(container, "name"),
            role: Role::Argument,
            path: &self.path,
            collection: Collection::SomethingElse,
            form,
            composed: None,
        });
        self.path.truncate(depth);
    }
}

/// `--image`, `--executor-image`, `-image`, `--executorImage`.
fn is_option(text: &str) -> bool {
    text.starts_with('-') && !text.contains(char::is_whitespace) && {
        let name = text.trim_start_matches('-');
        name == "image"
            || name.ends_with("-image")
            || name.ends_with("_image")
            || name.ends_with("Image")
    }
}
