//! One kustomization: built, and what comes out put where it stands in the repository.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use super::Names;
use super::closure::Closure;
use super::failure::Failure;
use super::marks::scalars;
use super::place::{Files, start};
use super::tool::Tool;
use crate::discover::reach::Reach;
use crate::discover::read;
use crate::extract::{ExtractSettings, file};
use crate::model::caveat::Caveat;
use crate::model::file_facts::FileFacts;
use crate::model::image_use::{ImageUse, Role};
use crate::model::origin::{Deployment, Destination, Origin};
use crate::model::source::SourceText;
use crate::model::span::{Location, Span};
use crate::model::summary::NotLookedAt;
use crate::parse::encoding;
use crate::programs::interrupt::Stop;

/// The number of an object in its file that no annotation reaches.
const NO_OBJECT: u32 = u32::MAX;

/// Largest file whose text is searched for a place.
const BYTES: u64 = 16 * 1024 * 1024;

/// A kustomization that is to be built.
#[derive(Debug, Clone)]
pub struct Overlay {
    /// Its file as shown.
    pub file: Arc<str>,
    /// Its folder, absolute and without links.
    pub folder: PathBuf,
}

/// What it builds.
#[derive(Debug)]
pub struct Built {
    facts: FileFacts,
    closure: Closure,
}

/// Builds it.
///
/// # Errors
/// Why nothing is known of what it deploys.
pub async fn build(
    tool: &Tool,
    overlay: &Overlay,
    settings: &ExtractSettings,
    stop: &mut Stop,
) -> Result<Built, Failure> {
    let ground = Reach::from_here().together_with(&overlay.folder);
    let closure = Closure::of(&overlay.folder, &ground).map_err(Failure::Refused)?;
    if closure.has_plugins && !tool.is_without_network() {
        return Err(Failure::Refused(
            "it has generators or transformers, which may ask for the network, and it cannot be taken away here"
                .to_owned(),
        ));
    }
    let arguments: [OsString; 4] = [
        "build".into(),
        "--load-restrictor".into(),
        "LoadRestrictionsRootOnly".into(),
        overlay.folder.clone().into(),
    ];
    let text = tool.run(&arguments, stop).await?;
    let facts = file::facts("<built>".into(), text.into(), settings);
    Ok(Built { facts, closure })
}

/// Puts what it builds into the facts of the files.
pub fn place(files: &mut Files<'_>, overlay: &Overlay, names: &Names, built: Built) {
    let Built { facts, closure } = built;
    let mut sources = Vec::new();
    for path in closure.kustomizations.iter().chain(&closure.files) {
        let name = names.known(path);
        let is_own =
            path.parent() == Some(&overlay.folder) && closure.kustomizations.contains(path);
        let Some(name) = name.or_else(|| is_own.then(|| Arc::clone(&overlay.file))) else {
            continue;
        };
        if let Ok(bytes) = read::file(path, BYTES) {
            let text = encoding::decode(bytes).text;
            sources.push(SourceText::new(name, text.into()));
        }
    }
    for source in &sources {
        let of_kustomization = [NotLookedAt::Kustomization, NotLookedAt::KustomizeImage];
        let caveats = &mut files.of(source.path()).caveats;
        caveats.retain(|caveat| !of_kustomization.contains(&caveat.reason));
    }
    for used in facts.uses {
        let is_known = sources.iter().any(|source| {
            let mut uses = files.of(source.path()).uses.iter();
            uses.any(|known| is_same(known, &used))
        });
        if !is_known {
            one(files, overlay, &sources, used);
        }
    }
    let of_overlay = files.of(&overlay.file);
    of_overlay
        .problems
        .extend(facts.problems.into_iter().map(|mut problem| {
            problem.message = format!("in what `kustomize build` makes of it: {}", problem.message);
            problem.location = None;
            problem.object_index = None;
            problem
        }));
    of_overlay
        .caveats
        .extend(facts.caveats.into_iter().map(|caveat| Caveat {
            path: Arc::clone(&overlay.file),
            position: None,
            ..caveat
        }));
}

/// Whether the image is judged at its own place already, in an object that is deployed as it is written there.
fn is_same(known: &ImageUse, used: &ImageUse) -> bool {
    known.text == used.text
        && known.object.kind == used.object.kind
        && (known.object.namespace == used.object.namespace || known.role == Role::Kustomize)
}

/// One that is put together: at the scalar of a kustomization or patch that says it, else at the kustomization.
fn one(files: &mut Files<'_>, overlay: &Overlay, sources: &[SourceText], used: ImageUse) {
    let found = sources
        .iter()
        .find_map(|source| Some((source, source.location(written(source, &used.text)?))));
    let (path, location, lines) = match found {
        Some((source, location)) => {
            let lines = source.excerpt(&[location]);
            (Arc::clone(source.path()), location, Some(lines))
        }
        None => (Arc::clone(&overlay.file), start(), None),
    };
    let own = used.object.namespace.as_ref();
    let origin = Origin {
        deployed_by: vec![Deployment {
            path: Arc::clone(&overlay.file),
            namespace: own.map_or(Destination::Unnamed, |name| {
                Destination::Named(Arc::clone(name))
            }),
            position: None,
        }],
        ..Origin::default()
    };
    let facts = files.of(&path);
    let same = |known: &ImageUse, location: Location| {
        known.location == location && known.text == used.text && known.object == used.object
    };
    if facts.uses.iter().any(|known| same(known, location)) {
        return;
    }
    facts.uses.push(ImageUse {
        location,
        used_through: None,
        document: 0,
        object_index: NO_OBJECT,
        role: Role::Kustomize,
        origin: Some(Arc::new(origin)),
        ..used
    });
    facts.uses.sort_by_key(|used| {
        let through = used.used_through.unwrap_or(used.location);
        (through.span.start, used.location.span.start)
    });
    if let Some(lines) = lines {
        facts.source.add(lines);
    }
}

/// The scalar of a file that says the image: all of it, or in a kustomization its tag, digest or name.
fn written(source: &SourceText, image: &str) -> Option<Span> {
    let (named, digest) = image.split_once('@').unwrap_or((image, ""));
    let slash = named.rfind('/').map_or(0, |at| at + 1);
    let colon = named.get(slash..)?.find(':').map(|at| slash + at);
    let name = colon.and_then(|at| named.get(..at)).unwrap_or(named);
    let tag = colon.and_then(|at| named.get(at + 1..)).unwrap_or_default();
    let wanted = [
        ("image", image),
        ("value", image),
        ("newtag", tag),
        ("digest", digest),
        ("newname", name),
    ];
    let scalars = scalars(source.text());
    wanted.iter().find_map(|(key, text)| {
        let mut scalars = scalars.iter();
        let found = scalars.find(|(own, value, _)| {
            !text.is_empty() && own.eq_ignore_ascii_case(key) && value == text
        });
        found.map(|(_, _, span)| *span)
    })
}
