//! Which objects hold values, and where in them: releases of Flux, charts of k3s, applications of Argo CD, and the
//! ConfigMaps and Secrets that releases take their values from.

use super::file::is_key_of_values;
use super::image::Image;
use super::node::{self, From, Map, Unread, Value};
use super::{argo, lists, patches, rules};
use crate::extract::fields::Place;
use crate::extract::objects::Type;

/// What an object says in values.
#[derive(Debug, Default)]
pub(in crate::extract) struct Held {
    pub(in crate::extract) images: Vec<Image>,
    /// Lines that look like an image in texts that could not be parsed.
    pub(in crate::extract) unread: Vec<Unread>,
    /// The namespace into which the object puts what it deploys.
    pub(in crate::extract) namespace: Namespace,
}

/// Into which namespace values are deployed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::extract) enum Namespace {
    /// The object's own.
    #[default]
    Own,
    /// Not the object's own: this one, or none is written.
    Other(Option<String>),
    /// The object's own or any other: what takes the values says it, and stands elsewhere.
    Any,
}

impl Namespace {
    fn named(name: Option<String>) -> Self {
        name.map_or(Self::Own, |name| Self::Other(Some(name)))
    }
}

/// The images that an object of this type holds in values; `None` where it holds no values.
pub(in crate::extract) fn of(of: Type<'_>, from: From<'_, '_>, object: Place) -> Option<Held> {
    let (group, _) = of.group_and_version();
    let holder = Holder { from, object };
    match (group, of.kind) {
        ("helm.toolkit.fluxcd.io", "HelmRelease") => Some(holder.helm_release()),
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => Some(holder.flux_kustomization()),
        ("helm.cattle.io", "HelmChart" | "HelmChartConfig") => Some(holder.helm_chart()),
        ("argoproj.io", "Application") => Some(holder.application(&["spec"])),
        ("argoproj.io", "ApplicationSet") => Some(holder.application_set()),
        ("", "ConfigMap") => Some(holder.config_map("data")),
        ("", "Secret") => Some(holder.config_map("stringData")),
        ("zarf.dev", lists::ZARF) => Some(holder.zarf()),
        ("kustomize.config.k8s.io", "Kustomization" | "Component") => {
            Some(kustomization(from, object))
        }
        _ => None,
    }
}

/// What a kustomization writes into charts: `helmCharts[].valuesInline`.
pub(in crate::extract) fn kustomization(from: From<'_, '_>, root: Place) -> Held {
    let mut held = Held::default();
    let charts = Holder { from, object: root }.at(&["helmCharts"], &mut held.unread);
    for (index, chart) in charts.items().iter().enumerate() {
        if let Some(values) = chart.map().and_then(|chart| chart.get("valuesInline")) {
            let field = format!("helmCharts[{index}].valuesInline");
            held.images.extend(rules::images(values, &field));
        }
    }
    held
}

/// One object that holds values.
pub(super) struct Holder<'r, 'a> {
    pub(super) from: From<'r, 'a>,
    pub(super) object: Place,
}

impl<'a> Holder<'_, 'a> {
    /// The place at the end of these keys.
    pub(super) fn place(&self, keys: &[&'a str]) -> Option<Place> {
        let reader = self.from.reader;
        keys.iter()
            .try_fold(self.object, |at, key| reader.winner(at, key))
    }

    /// What stands at the end of these keys.
    pub(super) fn at(&self, keys: &[&'a str], unread: &mut Vec<Unread>) -> Value {
        let place = self.place(keys);
        place.map_or(Value::Nothing, |place| node::read(self.from, place, unread))
    }

    /// The text at the end of these keys.
    fn text(&self, keys: &[&'a str]) -> Option<String> {
        let scalar = self.from.reader.tree.scalar(self.place(keys)?.node)?;
        (!scalar.value.is_empty()).then(|| scalar.value.to_owned())
    }

    fn helm_release(&self) -> Held {
        let mut held = Held {
            namespace: Namespace::named(self.text(&["spec", "targetNamespace"])),
            ..Held::default()
        };
        let values = self.at(&["spec", "values"], &mut held.unread);
        held.images.extend(rules::images(&values, "spec.values"));
        let renderers = self.at(&["spec", "postRenderers"], &mut held.unread);
        for (index, renderer) in renderers.items().iter().enumerate() {
            let field = format!("spec.postRenderers[{index}].kustomize");
            let kustomize = renderer.map().and_then(|map| map.get("kustomize"));
            if let Some(kustomize) = kustomize.and_then(Value::map) {
                held.images.extend(of_kustomize(kustomize, &field));
            }
        }
        held
    }

    /// What it puts in place of images, wherever these are.
    fn flux_kustomization(&self) -> Held {
        let target = self.text(&["spec", "targetNamespace"]);
        let mut held = Held {
            namespace: Namespace::Other(target),
            ..Held::default()
        };
        if let Value::Map(spec) = self.at(&["spec"], &mut held.unread) {
            held.images.extend(of_kustomize(&spec, "spec"));
        }
        held
    }

    fn helm_chart(&self) -> Held {
        // The controller takes the chart's own namespace where none is written, its documentation says `default`; a
        // HelmChartConfig is about a chart that stands elsewhere.
        let mut held = Held {
            namespace: Namespace::Other(self.text(&["spec", "targetNamespace"])),
            ..Held::default()
        };
        if let Some(content) = self.place(&["spec", "valuesContent"]) {
            let values = node::read_text(self.from, content, &mut held.unread);
            held.images
                .extend(rules::images(&values, "spec.valuesContent"));
        }
        let set = self.at(&["spec", "set"], &mut held.unread);
        let mut values = Map::default();
        for (path, value) in set.map().iter().flat_map(|set| &set.entries) {
            if let Some(scalar) = value.scalar() {
                values.set(path, scalar.clone());
            }
        }
        held.images
            .extend(rules::images(&Value::Map(values), "spec.set"));
        held
    }

    fn application(&self, keys: &[&'a str]) -> Held {
        let with = |key: &[&'a str]| [keys, key].concat();
        let mut held = Held {
            namespace: Namespace::Other(self.text(&with(&["destination", "namespace"]))),
            ..Held::default()
        };
        argo::sources(self, keys, &mut held);
        held
    }

    fn application_set(&self) -> Held {
        let mut held = self.application(&["spec", "template", "spec"]);
        let generators = self.at(&["spec", "generators"], &mut held.unread);
        argo::substitute(&mut held.images, &generators);
        held
    }

    fn zarf(&self) -> Held {
        let mut held = Held::default();
        let root = node::read(self.from, self.object, &mut held.unread);
        held.images.extend(lists::zarf(&root).unwrap_or_default());
        held
    }

    /// The keys that are called like a file of values, as Flux reads them for a release.
    fn config_map(&self, field: &'a str) -> Held {
        let mut held = Held {
            namespace: Namespace::Any,
            ..Held::default()
        };
        let reader = self.from.reader;
        let Some(data) = self.place(&[field]) else {
            return held;
        };
        for entry in reader.fields(data) {
            if let Some(key) = entry.name.filter(|key| is_key_of_values(key)) {
                let values = node::read_text(self.from, entry.value, &mut held.unread);
                let field = format!("{field}[{key:?}]");
                held.images.extend(rules::images(&values, &field));
            }
        }
        held
    }
}

/// What kustomize options of Flux put in place of images.
fn of_kustomize(kustomize: &Map, field: &str) -> Vec<Image> {
    let list = |key: &str| (kustomize.get(key), format!("{field}.{key}"));
    let mut found = Vec::new();
    if let (Some(images), field) = list("images") {
        found.extend(patches::replaced(images, &field));
    }
    for key in ["patches", "patchesStrategicMerge", "patchesJson6902"] {
        if let (Some(patches), field) = list(key) {
            found.extend(patches::patched(patches, &field));
        }
    }
    found
}
