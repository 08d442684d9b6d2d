//! The steps of one kustomization, in the order in which kustomize takes them.

use std::sync::Arc;

use super::build::{State, Work, add_new};
use super::field_specs::FieldSpec;
use super::selector::Selector;
use super::steps::Steps;
use super::{
    Files, Found, Resource, Unread, Values, Why, field_specs, fields, generators, images, names,
    patches, paths, replacements, resource, transformers, vars,
};
use crate::compose::tree::{FileId, Node, Place};
use crate::model::span::Span;

/// Most objects of one kustomization.
const OBJECTS: usize = 10_000;

/// Most parts of one kustomization that are said not to be read.
const UNREAD: usize = 1_000;

impl Work<'_, '_> {
    pub(super) fn run(&mut self) {
        if let Some(name) = fields::unknown(&self.at.node) {
            let detail = format!("`{name}` is no field of a kustomization");
            self.unread(Why::Broken, self.at.place, &detail);
            self.state.unclear = true;
        }
        self.check_spellings();
        self.resources();
        self.configurations();
        generators::run(self);
        self.components();
        patches::merge_patches(self);
        patches::patches(self);
        names::run(self);
        patches::json_patches(self);
        self.images();
        replacements::run(self, &self.at.node);
        transformers::run(self);
        if std::mem::take(&mut self.state.unclear) {
            self.uncertain(None);
        }
        vars::collect(self);
        self.charts();
        self.state
            .built
            .resources
            .retain(|resource| !resource.is_local());
    }

    /// Of one list under two spellings it is not known here what Go leaves of the first.
    fn check_spellings(&mut self) {
        let node = &self.at.node;
        let names = node.as_mapping().map_or(&[][..], |map| map.entries());
        let twice = names.iter().find(|(name, value)| {
            let is_text = value.as_scalar().is_some();
            !is_text && fields::spellings(node, name) > 1 && is_richer(node, name)
        });
        if let Some((name, value)) = twice {
            let detail = format!("`{name}` is there in two spellings");
            let place = value.place().unwrap_or(self.at.place);
            self.unread(Why::NotRead, place, &detail);
            self.state.unclear = true;
        }
    }

    fn resources(&mut self) {
        let node = self.at.node.clone();
        let both = fields::list(&node, "resources").iter();
        for entry in both.chain(fields::list(&node, "bases")) {
            let Some((text, place)) = self.entry(entry) else {
                continue;
            };
            match self.find(&text, place) {
                Some(Found::File(file, values)) => self.objects(file, &values),
                Some(Found::Folder {
                    path,
                    kustomizations,
                }) => self.base(&path, &kustomizations, place),
                _ => {}
            }
        }
    }

    /// The text of an entry that has to be a string.
    pub(super) fn entry(&mut self, entry: &Node) -> Option<(Arc<str>, Place)> {
        let place = entry.place().unwrap_or(self.at.place);
        match entry.as_scalar() {
            Some(scalar) if entry.as_text().is_some() => Some((Arc::clone(&scalar.text), place)),
            _ => {
                self.unread(Why::Broken, place, "an entry is no string");
                None
            }
        }
    }

    /// What an entry names; what cannot be had is said.
    pub(super) fn find(&mut self, entry: &str, place: Place) -> Option<Found> {
        let is_url = entry.contains("://");
        let path = paths::normal(&self.at.folder, entry);
        let found = match is_url {
            true => Found::Missing,
            false => self.builder.files.find(&path),
        };
        let (why, detail) = match &found {
            Found::File(file, _) => {
                self.state.built.files.insert(*file);
                return Some(found);
            }
            Found::Folder { .. } if !paths::is_remote_before_folder(entry) => return Some(found),
            Found::Folder { .. } => (Why::Remote, format!("`{entry}`")),
            Found::Missing if paths::is_remote(entry) => (Why::Remote, format!("`{entry}`")),
            Found::Missing => (Why::Missing, format!("`{entry}` is not there")),
            Found::Outside => (Why::Outside, format!("`{entry}`")),
            Found::Unreadable(why) => {
                self.builder.doubts(self.at.file);
                (Why::Missing, format!("`{entry}`: {why}"))
            }
        };
        self.unread(why, place, &detail);
        None
    }

    fn objects(&mut self, file: FileId, values: &Values) {
        for value in values.iter() {
            let objects = match value {
                Ok(value) => resource::of(value, file).map_err(|why| (why.into(), value.start)),
                Err(error) => Err((Arc::clone(&error.why), error.span.start)),
            };
            match objects {
                Ok(objects) => self.add(objects),
                Err((why, start)) => {
                    self.builder.doubts(self.at.file);
                    let span = Span::new(start, start);
                    self.unread(Why::Broken, Place { file, span }, &why);
                }
            }
        }
    }

    /// Adds objects, as many as there is room for.
    pub(super) fn add(&mut self, objects: Vec<Resource>) {
        let resources = &mut self.state.built.resources;
        let room = OBJECTS.saturating_sub(resources.len());
        let has_steps = self.builder.steps.spend(objects.len()).is_some();
        let is_too_much = objects.len() > room || !has_steps;
        resources.extend(objects.into_iter().take(if has_steps { room } else { 0 }));
        if is_too_much {
            self.builder.doubts(self.at.file);
            self.unread(Why::TooLarge, self.at.place, "it has too many objects");
        }
    }

    fn base(&mut self, path: &str, kustomizations: &[String], place: Place) {
        match self.builder.folder(path, kustomizations) {
            Ok(base) => self.take(&base),
            Err((why, detail)) => {
                self.includes(kustomizations, true);
                self.unread(why, place, &detail);
            }
        }
    }

    /// Says that a kustomization is included, though it could not be built.
    fn includes(&mut self, kustomizations: &[String], failed: bool) {
        for path in kustomizations {
            if let Found::File(file, _) = self.builder.files.find(path) {
                if failed {
                    self.builder.fails(file);
                }
                self.state.built.included.insert(file);
                self.state.built.files.insert(file);
            }
        }
    }

    fn take(&mut self, base: &State) {
        self.add(base.built.resources.clone());
        let state = &mut *self.state;
        state.built.files.extend(&base.built.files);
        state.built.included.extend(&base.built.included);
        state.built.included.extend(base.built.file);
        add_new(&mut state.image_specs, &base.image_specs);
        add_new(&mut state.var_specs, &base.var_specs);
        for (name, specs) in &base.more_specs {
            add_new(state.more_specs.entry(name).or_default(), specs);
        }
        vars::take(&mut state.vars, &base.vars);
        for unread in &base.built.unread {
            if state.built.unread.len() < UNREAD && !state.built.unread.contains(unread) {
                state.built.unread.push(unread.clone());
            }
        }
    }

    fn components(&mut self) {
        let node = self.at.node.clone();
        for entry in fields::list(&node, "components") {
            let Some((text, place)) = self.entry(entry) else {
                continue;
            };
            let Some(found) = self.find(&text, place) else {
                continue;
            };
            let Found::Folder {
                path,
                kustomizations,
            } = found
            else {
                self.unread(Why::Broken, place, "a component is no folder");
                continue;
            };
            self.includes(&kustomizations, false);
            let opened = self.builder.open(&path, &kustomizations);
            let run = opened.and_then(|opened| self.builder.run(&opened, self.state));
            if let Err((why, detail)) = run {
                self.includes(&kustomizations, true);
                self.unread(why, place, &detail);
            }
        }
    }

    fn configurations(&mut self) {
        let node = self.at.node.clone();
        for entry in fields::list(&node, "configurations") {
            let Some((text, place)) = self.entry(entry) else {
                continue;
            };
            let Some(Found::File(_, values)) = self.find(&text, place) else {
                continue;
            };
            for value in values.iter() {
                let Ok(value) = value else {
                    self.unread(Why::Broken, place, "a configuration is no YAML");
                    continue;
                };
                self.configuration(&value.node, place);
            }
        }
        if fields::field(&node, "openapi").is_some() {
            let place = fields::place(&node, "openapi").unwrap_or(self.at.place);
            self.unread(Why::NotRead, place, "`openapi` changes how lists merge");
            self.uncertain(None);
        }
    }

    /// Takes the paths of a configuration.
    fn configuration(&mut self, node: &Node, place: Place) {
        let specs = |name| FieldSpec::list(node, name);
        let state = &mut *self.state;
        let mut room = add_new(&mut state.image_specs, &specs("images"))
            & add_new(&mut state.var_specs, &specs("varReference"));
        for name in names::CONFIGURED {
            room &= add_new(state.more_specs.entry(name).or_default(), &specs(name));
        }
        if !room {
            self.unread(Why::TooLarge, place, "it has too many paths");
            self.state.unclear = true;
        }
        let references = fields::list(node, "nameReference").iter();
        let mut paths = references.flat_map(|entry| FieldSpec::list(entry, "fieldSpecs"));
        if paths.any(|spec| field_specs::may_be_image(&spec.path)) {
            self.unread(
                Why::NotRead,
                place,
                "the name of an object becomes an image",
            );
            self.state.unclear = true;
        }
    }

    fn images(&mut self) {
        let node = self.at.node.clone();
        let lists = ["images", "imageTags"];
        if lists
            .iter()
            .all(|name| fields::field(&node, name).is_some())
        {
            self.unread(
                Why::NotRead,
                self.at.place,
                "both `images` and `imageTags` are there",
            );
        }
        let entries: Vec<Node> = lists
            .iter()
            .flat_map(|name| fields::list(&node, name))
            .cloned()
            .collect();
        let mut specs = FieldSpec::of_images();
        add_new(&mut specs, &self.state.image_specs);
        self.replace_images(&entries, &specs);
    }

    /// Applies entries of `images`.
    pub(super) fn replace_images(&mut self, nodes: &[Node], specs: &[FieldSpec]) {
        let mut entries = Vec::new();
        for node in nodes {
            match images::Entry::read(node) {
                Ok(_) if self.steps().spend(images::COMPILING).is_none() => self.too_much(),
                Ok(entry) => entries.push(entry),
                Err(why) => {
                    let place = node.place().unwrap_or(self.at.place);
                    self.unread(Why::Broken, place, why);
                    self.uncertain(None);
                }
            }
        }
        if entries.is_empty() {
            return;
        }
        let resources = &mut self.state.built.resources;
        match images::transform(resources, &entries, specs, &self.builder.steps) {
            Some(hit) => {
                for (entry, hit) in entries.iter().zip(hit) {
                    let is_certain = self.state.built.unread.is_empty();
                    self.builder
                        .note(entry.place, &entry.named, hit, is_certain);
                }
            }
            None => self.too_much(),
        }
    }

    fn charts(&mut self) {
        let node = self.at.node.clone();
        for name in ["helmCharts", "helmChartInflationGenerator"] {
            for chart in fields::list(&node, name) {
                let name = ["name", "chartName"]
                    .iter()
                    .find_map(|key| fields::text(chart, key));
                let detail = format!("`{}`", name.unwrap_or_default());
                let place = chart.place().unwrap_or(self.at.place);
                self.unread(Why::HelmChart, place, &detail);
            }
        }
    }

    /// Says that something was not read.
    pub(super) fn unread(&mut self, why: Why, place: Place, detail: &str) {
        let unread = Unread {
            why,
            place,
            detail: detail.into(),
        };
        let known = &mut self.state.built.unread;
        if known.len() < UNREAD && !known.contains(&unread) {
            known.push(unread);
        }
    }

    /// Says that the steps are used up.
    pub(super) fn too_much(&mut self) {
        self.unread(Why::TooLarge, self.at.place, "it asks for too much work");
        self.uncertain(None);
    }

    /// Says that something may change the objects that `target` selects in a way that is not followed; without a
    /// target, all of them.
    pub(super) fn uncertain(&mut self, target: Option<&Selector>) {
        for resource in &mut self.state.built.resources {
            resource.uncertain |= target.is_none_or(|target| target.selects(resource));
        }
    }

    /// Takes so many steps for each object.
    pub(super) fn spend_on_all(&self, steps: usize) -> Option<()> {
        let count = self.state.built.resources.len();
        self.builder.steps.spend(count * steps)
    }

    /// The steps that are left.
    pub(super) fn steps(&self) -> &Steps {
        &self.builder.steps
    }

    /// Where files come from.
    pub(super) fn files(&self) -> &dyn Files {
        self.builder.files
    }
}

/// Whether an entry of a spelling that loses says something that the one in its place leaves open.
fn is_richer(node: &Node, name: &str) -> bool {
    let winner = fields::list(node, name);
    let entries = node.as_mapping().map_or(&[][..], |map| map.entries());
    let losers = entries
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case(name));
    let mut pairs = losers.flat_map(|(_, list)| list.items().iter().zip(winner));
    pairs.any(|(loser, winner)| {
        let keys = loser.as_mapping().map_or(&[][..], |map| map.entries());
        keys.iter()
            .any(|(key, _)| fields::field(winner, key).is_none())
    })
}
