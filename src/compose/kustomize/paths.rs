//! Paths in kustomizations: relative to a folder, or somewhere in the network.

/// `path`, which is relative to `folder`, without `.` and `..`.
pub fn normal(folder: &str, path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let start = if is_absolute { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in start.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match is_absolute || folder.starts_with('/') {
        true => format!("/{joined}"),
        false => joined,
    }
}

/// Whether an entry that is no file here names something in the network.
pub fn is_remote(entry: &str) -> bool {
    const BEGINNINGS: [&str; 5] = ["git@", "git::", "github.com", "gh:", "file:"];
    entry.contains("://")
        || entry.contains("?ref=")
        || entry.contains("?version=")
        || entry.contains("_git/")
        || entry.contains(".git//")
        || entry.ends_with(".git")
        || BEGINNINGS.iter().any(|start| entry.starts_with(start))
}
