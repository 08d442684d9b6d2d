//! Hosts that a person could take for an approved one. Only the wording of a finding depends on it:
//! whether an image passes is decided by whole labels alone.

/// Hosts shorter than this differ by one letter without any intent: `gcr.io` and `ghcr.io`.
const SHORTEST_FOR_ONE_EDIT: usize = 8;

/// The approved host that `host` looks like without being it.
pub fn of<'a>(host: &str, approved: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    approved
        .filter(|known| *known != host)
        .find(|known| resembles(host, known))
}

fn resembles(host: &str, known: &str) -> bool {
    host.contains(known)
        || skeleton(host) == skeleton(known)
        || (known.len() >= SHORTEST_FOR_ONE_EDIT
            && one_edit_apart(host.as_bytes(), known.as_bytes()))
}

/// The host with letters replaced that look alike in common fonts.
fn skeleton(host: &str) -> String {
    host.to_lowercase()
        .replace("rn", "m")
        .replace("vv", "w")
        .replace('0', "o")
        .replace(['1', 'i'], "l")
        .trim_end_matches('.')
        .to_owned()
}

/// Whether one insertion, deletion, replacement or swap of neighbours turns one into the other.
fn one_edit_apart(left: &[u8], right: &[u8]) -> bool {
    let (short, long) = if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[same..], &long[same..]);
    match long.len() - short.len() {
        0 => match (short, long) {
            ([a, b, rest @ ..], [c, d, others @ ..]) if a == d && b == c => rest == others,
            ([_, rest @ ..], [_, others @ ..]) => rest == others,
            _ => false,
        },
        1 => short == &long[1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    const APPROVED: [&str; 2] = ["registry.k8s.io", "ghcr.io"];

    #[test]
    fn hosts_made_to_be_confused_are_named() {
        for host in [
            "registry.k8s.io.evil.example",
            "evil-registry.k8s.io",
            "registry.k8s.io:5000",
            "Registry.K8s.io",
            "reg1stry.k8s.io",
            "registry.k8s.lo",
            "regisrty.k8s.io",
            "registry.k8.io",
            "registry.k8ss.io",
        ] {
            assert_eq!(
                of(host, APPROVED.into_iter()),
                Some("registry.k8s.io"),
                "{host}"
            );
        }
    }

    #[test]
    fn other_hosts_are_not() {
        for host in [
            "gcr.io",
            "docker.io",
            "quay.io",
            "registry.example.com",
            "ghcr.io",
        ] {
            assert_eq!(of(host, APPROVED.into_iter()), None, "{host}");
        }
    }
}
