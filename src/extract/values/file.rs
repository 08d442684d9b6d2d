//! Which files hold the values of a chart, by their names and by the chart that they lie in.

use std::collections::BTreeSet;

/// Folders of a chart that hold values beside its `values.yaml`.
const FOLDERS: [&str; 7] = [
    "ci",
    "env",
    "envs",
    "environments",
    "overrides",
    "config",
    "values",
];

/// Folders of a chart in which nothing is values, whatever it is called.
const NOT_VALUES: [&str; 2] = ["templates", "crds"];

/// Beginnings of names of files of other tools, which may lie where the chart lies.
const OTHERS: [&str; 11] = [
    ".",
    "docker-compose",
    "compose",
    "chart",
    "requirements",
    "mkdocs",
    "ct",
    "cr",
    "skaffold",
    "taskfile",
    "azure-pipelines",
];

/// What is known of a file of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct ValuesFile {
    /// The chart that it is for, as far as its folder says it.
    pub(in crate::extract) chart: Option<String>,
}

/// The folders of the charts that a run knows, as shown to people.
pub(in crate::extract) type Charts = BTreeSet<String>;

/// What the file is, unless an object stands in it; `None` where nothing says that it holds values.
pub(in crate::extract) fn of(path: &str, charts: &Charts) -> Option<ValuesFile> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = ["yaml", "yml"].iter().find_map(|end| {
        let (stem, ending) = name.rsplit_once('.')?;
        ending.eq_ignore_ascii_case(end).then_some(stem)
    })?;
    let stem = stem.to_ascii_lowercase();
    let chart = chart_of(folder, charts);
    let inside = chart.and_then(|chart| folder.get(chart.len()..));
    let mut inside = inside
        .unwrap_or_default()
        .trim_start_matches('/')
        .split('/');
    let first = inside.next().unwrap_or_default();
    let is_inside = chart.is_some()
        && (first.is_empty() || FOLDERS.contains(&first))
        && !OTHERS.iter().any(|other| is_called(&stem, other));
    if NOT_VALUES.contains(&first) || !(is_inside || is_named_so(folder, &stem)) {
        return None;
    }
    let name = chart.map(|chart| chart.rsplit('/').next().unwrap_or(chart));
    Some(ValuesFile {
        chart: name
            .filter(|name| !matches!(*name, "" | "." | ".."))
            .map(str::to_owned),
    })
}

/// Whether a name is that one, or that one with something behind.
fn is_called(stem: &str, other: &str) -> bool {
    let rest = stem.strip_prefix(other);
    rest.is_some_and(|rest| other == "." || !rest.starts_with(char::is_alphanumeric))
}

/// Whether the file is one of the templates of a chart.
pub(in crate::extract) fn is_template(path: &str, charts: &Charts) -> Option<ValuesFile> {
    let (folder, _) = path.rsplit_once('/')?;
    let chart = chart_of(folder, charts)?;
    let inside = folder.get(chart.len()..)?;
    let name = chart.rsplit('/').next();
    (inside.trim_start_matches('/').split('/').next() == Some("templates")).then(|| ValuesFile {
        chart: name.filter(|name| !name.is_empty()).map(str::to_owned),
    })
}

/// The nearest folder of a chart around.
fn chart_of<'c>(folder: &str, charts: &'c Charts) -> Option<&'c str> {
    if charts.is_empty() {
        return None;
    }
    let mut folder = folder;
    loop {
        if let Some(chart) = charts.get(folder) {
            return Some(chart);
        }
        folder = match folder.rsplit_once('/') {
            Some((above, _)) => above,
            None if folder.is_empty() => return None,
            None => "",
        };
    }
}

/// `values.yaml`, `values-prod.yaml`, `app-values.yaml`, `app.values.yaml`, and what lies in a folder `values`.
fn is_named_so(folder: &str, stem: &str) -> bool {
    let marks = ['-', '_', '.'];
    let before = stem.strip_suffix("values");
    let after = stem.strip_prefix("values");
    before.is_some_and(|before| before.is_empty() || before.ends_with(marks))
        || after.is_some_and(|after| after.starts_with(marks))
        || folder.rsplit('/').next() == Some("values")
}

/// Whether the key of a ConfigMap or Secret is called like a file of values.
pub(in crate::extract) fn is_key_of_values(key: &str) -> bool {
    of(key, &Charts::new()).is_some()
}

/// Whether helmfile reads a file of that name, or one in such a folder.
pub(in crate::extract) fn is_helmfile(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or(path);
    let folder = parts.next().unwrap_or_default();
    name.starts_with("helmfile.") || matches!(folder, "helmfile" | "helmfile.d")
}
