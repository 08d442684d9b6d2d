//! What helps where a scanner gave no scan, by its own last words.

use super::command::Scanner;

/// Words of a scanner in small letters, any of which tells the cause, and what to do.
struct Advice {
    scanner: Scanner,
    words: &'static [&'static str],
    advice: &'static str,
}

const ADVICE: [Advice; 5] = [
    Advice {
        scanner: Scanner::Grype,
        words: &["was built", "max allowed age", "database is too old"],
        advice: "its database is too old: run `grype db update` where there is a network, or set \
                 GRYPE_DB_MAX_ALLOWED_BUILT_AGE or GRYPE_DB_VALIDATE_AGE=false",
    },
    Advice {
        scanner: Scanner::Grype,
        words: &[
            "failed to load vulnerability db",
            "database does not exist",
            "updating db",
            "vulnerability database",
            "unable to download listing",
        ],
        advice: "it has no database: run `grype db update` first; without a network, import one with `grype \
                 db import FILE` and set GRYPE_DB_AUTO_UPDATE=false, GRYPE_DB_VALIDATE_AGE=false and, where \
                 it lies elsewhere, GRYPE_DB_CACHE_DIR",
    },
    Advice {
        scanner: Scanner::Trivy,
        words: &["on the first run", "skip-db-update", "skip-java-db-update"],
        advice: "it has no database: run `trivy image --download-db-only` without TRIVY_SKIP_DB_UPDATE \
                 first, and name its folder with TRIVY_CACHE_DIR",
    },
    Advice {
        scanner: Scanner::Trivy,
        words: &[
            "vulnerability db",
            "db download",
            "trivy-db",
            "trivy-java-db",
            "db error",
        ],
        advice: "it has no database: run `trivy image --download-db-only` where there is a network and set \
                 TRIVY_SKIP_DB_UPDATE=true (`--skip-db-update`) and TRIVY_CACHE_DIR, or name a mirror with \
                 TRIVY_DB_REPOSITORY",
    },
    Advice {
        scanner: Scanner::Trivy,
        words: &["toomanyrequests"],
        advice: "the registry of its database is asked too often: name a mirror with TRIVY_DB_REPOSITORY",
    },
];

/// The advice that fits the last words.
pub fn of(scanner: Scanner, lines: &[String]) -> Option<&'static str> {
    let said = lines.join("\n").to_ascii_lowercase();
    let fits = |advice: &&Advice| {
        let mut words = advice.words.iter();
        advice.scanner == scanner && words.any(|words| said.contains(words))
    };
    ADVICE.iter().find(fits).map(|advice| advice.advice)
}
