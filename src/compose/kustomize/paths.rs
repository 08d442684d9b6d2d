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

/// Whether kustomize takes an entry for a repository in the network though a folder has that name:
/// `github.com/owner/name`, and what ssh takes for a host, `user@host:path`.
pub fn is_remote_before_folder(entry: &str) -> bool {
    let lower = entry.to_ascii_lowercase();
    let named = lower.rsplit_once('@').map_or(&*lower, |(_, named)| named);
    let named = named.strip_prefix("github.com");
    let named = named.and_then(|rest| rest.strip_prefix(['/', ':']));
    let is_github = named.is_some_and(|named| named.trim_end_matches('/').contains('/'));
    let is_ssh = entry.split_once('@').is_some_and(|(user, rest)| {
        let host = rest.split('/').next().unwrap_or_default();
        !user.contains('/') && host.contains(':')
    });
    is_github || is_ssh
}
