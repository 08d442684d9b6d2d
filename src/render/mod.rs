//! I/O: what charts and kustomizations deploy, by the user's own `helm template` and `kustomize build`.
//!
//! Nothing runs unless the policy or an option asks for it. What comes out is read like any manifest, and each image
//! is put at the scalars of the repository that it is made of. A tool that is not there, fails, takes too long or
//! prints too much leaves its chart as one that could not be checked. Nothing here judges.
#![expect(
    clippy::disallowed_methods,
    reason = "where a chart lies is asked of the file system, and how long tools take of the clock"
)]

mod chart;
mod closure;
mod copy;
mod failure;
mod helm;
mod kustomize;
mod marks;
mod overlays;
mod place;
mod tool;
mod version;

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt as _};

use crate::discover::{Discovered, Place};
use crate::extract::ExtractSettings;
use crate::model::file_facts::FileFacts;
use crate::model::problem::InputProblem;
use crate::model::rule::Rule;
use crate::parse::ParseSettings;
use crate::policy::settings::Policy;
use crate::programs::interrupt::Stop;
use failure::Failure;
use helm::Rendered;
use kustomize::{Built, Overlay};
use place::Files;
use tool::{Limits, Tool};

/// What is rendered, and with what.
#[derive(Debug, Clone)]
pub struct Rendering {
    /// `--render`: everything that can be rendered in the checked files, and not only what the policy names.
    pub everything: bool,
    /// `PATH`, in which the tools are looked for.
    pub path: Option<OsString>,
    /// How long all of it may take.
    pub timeout: Duration,
}

impl Rendering {
    /// Whether a tool runs at all.
    pub fn is_wanted(&self, policy: &Policy) -> bool {
        let render = &policy.render;
        self.everything || render.helm.is_some() || !render.kustomize.is_empty()
    }
}

/// A chart that is to be rendered.
#[derive(Debug, Clone)]
struct Chart {
    /// Its `Chart.yaml` as shown.
    file: Arc<str>,
    /// Its folder, absolute and without links.
    folder: PathBuf,
    /// The values files that it is rendered with, besides its own.
    values: Vec<PathBuf>,
}

impl Chart {
    /// What it is called in messages: its folder.
    fn name(&self) -> &str {
        let folder = self.file.rsplit_once('/').map_or(".", |(folder, _)| folder);
        folder.rsplit('/').next().unwrap_or(folder)
    }
}

/// What files are called in a report, by where they are.
#[derive(Debug, Default)]
struct Names(HashMap<PathBuf, Arc<str>>);

impl Names {
    fn new(found: &Discovered) -> Self {
        let mut names = HashMap::new();
        for input in &found.inputs {
            if let Place::File { identity, .. } = &input.place {
                names.insert(identity.clone(), Arc::clone(&input.shown));
            }
        }
        Self(names)
    }

    /// The name of a file that is checked.
    fn known(&self, file: &Path) -> Option<Arc<str>> {
        self.0.get(file).cloned()
    }

    /// The name of a file that belongs to a chart or lies beside it.
    fn of(&self, file: &Path, chart: &Chart) -> Option<Arc<str>> {
        if let Some(name) = self.0.get(file) {
            return Some(Arc::clone(name));
        }
        let mut folder = chart.folder.as_path();
        let mut shown = chart.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        loop {
            if let Ok(rest) = file.strip_prefix(folder) {
                let rest = crate::discover::shown::shown(rest);
                return Some(match shown.is_empty() {
                    true => rest.into(),
                    false => format!("{shown}/{rest}").into(),
                });
            }
            if shown.is_empty() || shown.ends_with("..") {
                return None;
            }
            folder = folder.parent()?;
            shown = shown.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }
}

/// Renders what is asked for, and puts what comes out into the facts of the files. Returns how long it took.
pub fn render(
    files: &mut Vec<FileFacts>,
    found: &Discovered,
    policy: &Policy,
    policy_folder: Option<&Path>,
    rendering: &Rendering,
) -> Duration {
    let begun = Instant::now();
    let names = Names::new(found);
    let charts = charts(found, policy, policy_folder, rendering);
    let overlays = overlays::of(files, found, policy, policy_folder, rendering);
    if charts.is_empty() && overlays.is_empty() {
        return Duration::ZERO;
    }
    let settings = ExtractSettings::new(policy.custom_resources.clone(), ParseSettings::default());
    let (rendered, built) = run(&charts, &overlays, &settings, rendering);
    let mut known = Files::new(files);
    for (chart, rendered) in charts.iter().zip(rendered) {
        match rendered {
            Ok(rendered) => {
                for problem in without(chart, &rendered) {
                    known.of(&chart.file).problems.push(problem);
                }
                place::place(&mut known, chart, &names, rendered);
            }
            Err(failure) => {
                let what = format!("the chart `{}` could not be rendered", chart.name());
                let problem = problem(&what, &failure, ["helm", "helm template"]);
                known.of(&chart.file).problems.push(problem);
            }
        }
    }
    for (overlay, built) in overlays.iter().zip(built) {
        match built {
            Ok(built) => kustomize::place(&mut known, overlay, &names, built),
            Err(failure) => {
                let what = "the kustomization could not be built";
                let problem = problem(what, &failure, ["kustomize", "kustomize build"]);
                known.of(&overlay.file).problems.push(problem);
            }
        }
    }
    files.sort_by(|one, other| one.source.path.as_bytes().cmp(other.source.path.as_bytes()));
    begun.elapsed()
}

/// What came of each of the charts and kustomizations.
type Outcomes = (Vec<Result<Rendered, Failure>>, Vec<Result<Built, Failure>>);

/// Runs at the same time: a tool keeps one processor busy, and takes some memory.
const AT_ONCE: usize = 2;

/// Renders and builds each of them.
fn run(
    charts: &[Chart],
    overlays: &[Overlay],
    settings: &ExtractSettings,
    rendering: &Rendering,
) -> Outcomes {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = || Failure::Run(format!("no threads could be started: {error}"));
            return (
                charts.iter().map(|_| Err(failure())).collect(),
                overlays.iter().map(|_| Err(failure())).collect(),
            );
        }
    };
    let path = rendering.path.as_deref();
    let outcomes = runtime.block_on(async {
        let stop = Stop::after(rendering.timeout);
        let helm = Tool::find(path, "helm", Limits::default()).await;
        let kustomize = Tool::find(path, "kustomize", Limits::default()).await;
        let charts = charts.iter().map(|chart| {
            let (helm, mut stop) = (&helm, stop.clone());
            async move {
                let helm = helm.as_ref().map_err(Failure::clone)?;
                helm::render(helm, &chart.folder, &chart.values, settings, &mut stop).await
            }
        });
        let overlays = overlays.iter().map(|overlay| {
            let (kustomize, mut stop) = (&kustomize, stop.clone());
            async move {
                let kustomize = kustomize.as_ref().map_err(Failure::clone)?;
                kustomize::build(kustomize, overlay, settings, &mut stop).await
            }
        });
        (
            stream::iter(charts).buffered(AT_ONCE).collect().await,
            stream::iter(overlays).buffered(AT_ONCE).collect().await,
        )
    });
    runtime.shutdown_background();
    outcomes
}

/// The charts that are to be rendered, each once: those of the policy of which a file is checked, and with
/// `--render` all others that are met and are no part of another one.
fn charts(
    found: &Discovered,
    policy: &Policy,
    policy_folder: Option<&Path>,
    rendering: &Rendering,
) -> Vec<Chart> {
    let files: Vec<(&PathBuf, &Arc<str>)> = found
        .inputs
        .iter()
        .filter_map(|input| match &input.place {
            Place::File { identity, .. } => Some((identity, &input.shown)),
            Place::Stdin | Place::Unreadable(_) => None,
        })
        .collect();
    let mut charts = of_policy(&files, policy, policy_folder.unwrap_or(Path::new(".")));
    if rendering.everything {
        for (identity, shown) in files {
            let folder = identity.parent().unwrap_or(identity);
            let is_known = charts.iter().any(|chart| chart.folder == folder);
            if identity
                .file_name()
                .is_some_and(|name| name == "Chart.yaml")
                && !is_known
                && !is_part(folder)
                && !fs::read_to_string(identity).is_ok_and(|text| chart::is_library(&text))
            {
                charts.push(Chart {
                    file: Arc::clone(shown),
                    folder: folder.to_owned(),
                    values: Vec::new(),
                });
            }
        }
    }
    charts.sort_by(|one, other| one.file.cmp(&other.file));
    charts
}

/// The charts that the policy names.
fn of_policy(files: &[(&PathBuf, &Arc<str>)], policy: &Policy, policy_folder: &Path) -> Vec<Chart> {
    let Some(helm) = &policy.render.helm else {
        return Vec::new();
    };
    let absolute = |path: &str| {
        let path = policy_folder.join(path);
        fs::canonicalize(&path).unwrap_or(path)
    };
    let values: Vec<PathBuf> = helm
        .values
        .iter()
        .map(|path| absolute(&path.value))
        .collect();
    let mut charts: Vec<Chart> = Vec::new();
    for written in &helm.charts {
        let folder = absolute(&written.value);
        let is_checked = |(identity, _): &&(&PathBuf, &Arc<str>)| identity.starts_with(&folder);
        let own = folder.join("Chart.yaml");
        let shown = files.iter().find(|(identity, _)| **identity == own);
        let file = shown.map_or_else(
            || crate::discover::shown::shown(&Path::new(&written.value).join("Chart.yaml")).into(),
            |(_, shown)| Arc::clone(shown),
        );
        let is_given = || files.iter().any(|(identity, _)| values.contains(identity));
        let concerned = files.iter().any(|file| is_checked(&file)) || is_given() || !own.is_file();
        if concerned && charts.iter().all(|chart| chart.folder != folder) {
            charts.push(Chart {
                file,
                folder,
                values: values.clone(),
            });
        }
    }
    charts
}

/// Whether the chart in `folder` is one of those in another one.
fn is_part(folder: &Path) -> bool {
    let mut above = folder.ancestors().skip(1);
    above.any(|above| {
        let is_charts = above.file_name().is_some_and(|name| name == "charts");
        let holder = above.parent();
        is_charts && holder.is_some_and(|holder| holder.join("Chart.yaml").is_file())
    })
}

/// What could not be rendered, by a tool and its command.
fn problem(what: &str, failure: &Failure, [tool, command]: [&str; 2]) -> InputProblem {
    InputProblem {
        help: Some(failure.help(tool)),
        not_checked: true,
        ..InputProblem::new(
            Rule::UnreadableInput,
            format!("{what}: {}", failure.sentence(command)),
        )
    }
}

/// What the chart depends on and was rendered without, unless its own values switch it off.
fn without(chart: &Chart, rendered: &Rendered) -> Vec<InputProblem> {
    let values = rendered.copy.text("values.yaml").unwrap_or_default();
    let missing = rendered.copy.missing.iter().filter(|dependency| {
        let condition = dependency.condition.as_deref();
        let is_off = condition.is_some_and(|condition| chart::is_off(condition, &values));
        !is_off || !chart.values.is_empty()
    });
    let problems = missing.map(|dependency| {
        let message = format!(
            "the chart `{}` was rendered without `{}`, which it depends on and which is not in the repository",
            chart.name(),
            dependency.name
        );
        InputProblem {
            help: Some(
                "`helm dependency build` puts it into `charts/`; nothing is fetched here".to_owned(),
            ),
            not_checked: true,
            ..InputProblem::new(Rule::UnreadableInput, message)
        }
    });
    problems.collect()
}
