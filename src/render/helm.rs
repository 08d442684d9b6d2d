//! One chart: rendered once for what it deploys, and once more with markers for the scalars that this is made of.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::chart;
use super::copy::Copy;
use super::failure::Failure;
use super::marks::{self, Candidates, Mark, marked, marks, traced};
use super::tool::Tool;
use crate::extract::rendered::Templates;
use crate::extract::{ExtractSettings, file};
use crate::model::file_facts::FileFacts;
use crate::model::image_use::ImageUse;
use crate::model::origin::PartRole;
use crate::model::span::Span;
use crate::programs::interrupt::Stop;

/// The namespace that the release is rendered for. It stands for one that is not known: what a template makes of it
/// must not decide what is exempt.
pub const NAMESPACE: &str = "imagegate-namespace-of-the-release";

/// A helm without a version of its own, as built from source, takes Kubernetes for v1.20.
const KUBE_VERSION: &str = "1.34.0";

/// Charts that refuse other images than their own would refuse markers.
const ANY_IMAGE: &str = "global.security.allowInsecureImages=true";

/// A scalar that an image is made of.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// What it says of the image.
    pub role: PartRole,
    /// Its file, without links.
    pub file: PathBuf,
    /// Where in the file.
    pub span: Span,
    /// The scalar as YAML decodes it.
    pub text: String,
}

/// What a chart renders.
#[derive(Debug)]
pub struct Rendered {
    /// What the rendered text says, places in that text.
    pub facts: FileFacts,
    /// Which template made which part of it.
    pub templates: Templates,
    /// For each use in `facts`, the scalars that it is made of; none where that could not be told.
    pub scalars: Vec<Vec<Scalar>>,
    /// The uses of which it is known that no value is in them.
    literal: Vec<bool>,
    /// The rendered text.
    pub text: Arc<str>,
    /// The files of the chart.
    pub copy: Copy,
}

/// A file whose scalars may make an image.
struct ValuesFile {
    original: PathBuf,
    /// Where it is written for helm: inside the chart, or beside it.
    place: Result<String, PathBuf>,
    text: String,
    is_chart: bool,
    is_top: bool,
}

/// Renders the chart in `folder` with these values.
///
/// # Errors
/// Why nothing is known of what it deploys.
pub async fn render(
    tool: &Tool,
    folder: &Path,
    values: &[PathBuf],
    settings: &ExtractSettings,
    stop: &mut Stop,
) -> Result<Rendered, Failure> {
    let mut copy = Copy::of(folder).map_err(Failure::Refused)?;
    let mut files = files_of(&copy);
    let mut given = Vec::new();
    for (number, path) in values.iter().enumerate() {
        let (place, text) = copy.beside(number, path).map_err(|error| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Failure::Refused(format!(
                "the values file `{name}` could not be read: {error}"
            ))
        })?;
        given.push(place.clone());
        files.push(ValuesFile {
            original: path.clone(),
            place: Err(place),
            text,
            is_chart: false,
            is_top: false,
        });
    }
    let text = tool.run(&arguments(&copy, &given), stop).await?;
    let text: Arc<str> = text.into();
    let facts = file::facts("<rendered>".into(), Arc::clone(&text), settings);
    let mut rendered = Rendered {
        scalars: vec![Vec::new(); facts.uses.len()],
        literal: vec![false; facts.uses.len()],
        templates: Templates::of(&text),
        facts,
        text,
        copy,
    };
    rendered.trace(tool, &files, &given, settings, stop).await;
    Ok(rendered)
}

impl Rendered {
    /// Renders with markers until every image is traced that can be: with all, and where a chart cannot take those,
    /// with those that are about images for certain.
    async fn trace(
        &mut self,
        tool: &Tool,
        files: &[ValuesFile],
        given: &[PathBuf],
        settings: &ExtractSettings,
        stop: &mut Stop,
    ) {
        let images: Vec<&str> = self.facts.uses.iter().map(|used| &*used.text).collect();
        let candidates: Vec<Candidates<'_>> = files.iter().map(ValuesFile::candidates).collect();
        let all = marks(&candidates, &images);
        let certain = |mark: &&Mark| mark.is_certain;
        let some: Vec<Mark> = all.iter().filter(certain).cloned().collect();
        let rounds = match some.len() == all.len() {
            true => vec![all],
            false => vec![all, some],
        };
        for marks in rounds {
            let mut open = self.scalars.iter().zip(&self.literal);
            let is_open = open.any(|(scalars, is_literal)| scalars.is_empty() && !is_literal);
            if marks.is_empty() || !is_open {
                return;
            }
            if write_marks(&self.copy, files, &marks).is_none() {
                return;
            }
            let mut arguments = arguments(&self.copy, given);
            arguments.extend(["--set", ANY_IMAGE].map(OsString::from));
            match tool.run(&arguments, stop).await {
                Ok(text) => {
                    let facts = file::facts("<marked>".into(), text.into(), settings);
                    self.take(&facts.uses, marks, files);
                }
                Err(failure) => {
                    let why = failure.sentence(tool.name());
                    tracing::info!(target: "imagegate::render", "with markers: {why}");
                }
            }
        }
    }

    /// Takes the scalars of the images that are told apart by their markers.
    fn take(&mut self, marked: &[ImageUse], marks: Vec<Mark>, files: &[ValuesFile]) {
        let marks: HashMap<usize, Mark> = marks
            .into_iter()
            .map(|mark| (marks::number(&mark), mark))
            .collect();
        let mut order: HashMap<(&str, &str), Vec<&ImageUse>> = HashMap::new();
        for used in marked {
            order.entry(key(used)).or_default().push(used);
        }
        let mut met: HashMap<(&str, &str), usize> = HashMap::new();
        let known = self.scalars.iter_mut().zip(&mut self.literal);
        for (used, (scalars, is_literal)) in self.facts.uses.iter().zip(known) {
            let key = key(used);
            let number = met.entry(key).or_default();
            let same = order.get(&key).map(Vec::as_slice).unwrap_or_default();
            let own = same.get(*number).copied();
            *number += 1;
            if !scalars.is_empty() {
                continue;
            }
            // A value may decide how many there are: then any that is made of the same text will do.
            let candidates = own.into_iter().chain(same.iter().copied());
            let mut found = candidates
                .filter_map(|other| Some((other, traced(&other.text, &used.text, &marks)?)));
            if let Some((other, found)) = found.next() {
                let scalar = |(at, mark): &(usize, &Mark)| {
                    let file = files.get(mark.file)?;
                    Some(Scalar {
                        role: role(&other.text, *at, mark.marker.len()),
                        file: file.original.clone(),
                        span: mark.span,
                        text: mark.text.clone(),
                    })
                };
                *scalars = found.iter().filter_map(scalar).collect();
                *is_literal = found.is_empty();
            }
        }
    }
}

/// What tells uses apart in two renderings of one chart: the template and the field. Names may be made of values.
fn key(used: &ImageUse) -> (&str, &str) {
    let origin = used.origin.as_deref();
    let template = origin.and_then(|origin| origin.deployed_by.first());
    (template.map_or("", |template| &*template.path), &used.field)
}

/// What the piece of a reference is.
fn role(image: &str, at: usize, length: usize) -> PartRole {
    let digest = image.find('@').unwrap_or(image.len());
    let slash = image[..digest].rfind('/').map_or(0, |at| at + 1);
    let colon = image[slash..digest]
        .find(':')
        .map_or(digest, |at| slash + at);
    let end = at + length;
    match () {
        () if at > digest => PartRole::Digest,
        () if at >= colon => PartRole::Tag,
        () if end > colon => PartRole::Image,
        () if at == 0 && end == image.len() => PartRole::Image,
        // What is followed by a path, and begins the text.
        () if at == 0 && image[end..].trim_start_matches('/').len() < image[end..].len() => {
            PartRole::Registry
        }
        () => PartRole::Repository,
    }
}

impl ValuesFile {
    fn candidates(&self) -> Candidates<'_> {
        Candidates {
            text: &self.text,
            is_chart: self.is_chart,
            is_top: self.is_top,
        }
    }
}

/// The default values and the descriptions of a chart and of those in it.
fn files_of(copy: &Copy) -> Vec<ValuesFile> {
    let mut files = Vec::new();
    for (inside, original) in &copy.files {
        let (folder, name) = inside.rsplit_once('/').unwrap_or(("", inside));
        let parts: Vec<&str> = folder.split('/').collect();
        let of_charts = |pair: &[&str]| pair.len() == 2 && pair.first() == Some(&"charts");
        let is_chart_folder = folder.is_empty() || parts.chunks(2).all(of_charts);
        if !is_chart_folder || !matches!(name, "values.yaml" | "Chart.yaml") {
            continue;
        }
        if let Some(text) = copy.text(inside) {
            files.push(ValuesFile {
                original: original.clone(),
                place: Ok(inside.clone()),
                text,
                is_chart: name == "Chart.yaml",
                is_top: folder.is_empty(),
            });
        }
    }
    files
}

/// Writes the files with these markers and no others.
fn write_marks(copy: &Copy, files: &[ValuesFile], marks: &[Mark]) -> Option<()> {
    for (number, file) in files.iter().enumerate() {
        let of_file = marks.iter().filter(|mark| mark.file == number);
        let text = marked(&file.text, of_file)?;
        match &file.place {
            Ok(inside) => copy.write(inside, &text).ok()?,
            Err(beside) => Copy::write_beside(beside, &text).ok()?,
        }
    }
    Some(())
}

fn arguments(copy: &Copy, values: &[PathBuf]) -> Vec<OsString> {
    let name = copy
        .text("Chart.yaml")
        .and_then(|text| chart::name_of(&text));
    let is_name = |name: &String| {
        let is_letter = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let inner = name.trim_matches('-').len() == name.len();
        !name.is_empty() && name.len() <= 53 && inner && name.bytes().all(is_letter)
    };
    let name = name.filter(is_name).unwrap_or_else(|| "release".to_owned());
    let mut all: Vec<OsString> = vec!["template".into(), name.into(), copy.root().into()];
    all.extend(
        [
            "--namespace",
            NAMESPACE,
            "--kube-version",
            KUBE_VERSION,
            // A schema may refer to any address and any file.
            "--skip-schema-validation",
        ]
        .map(OsString::from),
    );
    for path in values {
        all.extend(["--values".into(), path.into()]);
    }
    all
}

/// The object that is deployed into the namespace of the release names none.
pub fn without_release(used: &mut ImageUse) {
    if used.object.namespace.as_deref() == Some(NAMESPACE) {
        let mut object = used.object.as_ref().clone();
        object.namespace = None;
        used.object = Arc::new(object);
    }
}
