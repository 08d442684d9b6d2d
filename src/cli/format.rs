//! `--format FORMAT[=FILE]`: the text of one value to the reports that it asks for.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::report::CheckFormat;

/// The formats of a check: name, format, and what it is for.
const CHECK_FORMATS: [(&str, CheckFormat, &str); 5] = [
    (
        "text",
        CheckFormat::Text,
        "for a person: snippets, sentences, a summary [default]",
    ),
    (
        "concise",
        CheckFormat::Concise,
        "one line a finding: path:line:col: rule: message",
    ),
    (
        "json",
        CheckFormat::Json,
        "a versioned object with everything that is known",
    ),
    (
        "sarif",
        CheckFormat::Sarif,
        "SARIF 2.1.0, for code scanning",
    ),
    (
        "github",
        CheckFormat::Github,
        "annotations of a GitHub workflow",
    ),
];

/// One report to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckTarget {
    /// Its format.
    pub format: CheckFormat,
    /// The file; `None` for standard output.
    pub file: Option<PathBuf>,
}

/// The reports that one value asks for; more than one when a variable has several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckTargets(pub Vec<CheckTarget>);

/// Reads one value of `--format`.
pub fn check_targets(value: &str) -> Result<CheckTargets, String> {
    let lines = value.lines().filter(|line| !line.trim().is_empty());
    let targets: Vec<CheckTarget> = lines.map(check_target).collect::<Result<_, _>>()?;
    if targets.is_empty() {
        return Err(format!("a format is one of {}", names()));
    }
    Ok(CheckTargets(targets))
}

fn check_target(value: &str) -> Result<CheckTarget, String> {
    let (name, file) = match value.split_once('=') {
        Some((_, "")) => return Err("no file is named behind `=`".to_owned()),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (value, None),
    };
    let known = CHECK_FORMATS.iter().find(|(known, ..)| *known == name);
    let (_, format, _) =
        known.ok_or_else(|| format!("`{name}` is not a format; it is one of {}", names()))?;
    Ok(CheckTarget {
        format: *format,
        file: file.filter(|file| file.as_os_str() != "-"),
    })
}

fn names() -> String {
    let names: Vec<&str> = CHECK_FORMATS.iter().map(|(name, ..)| *name).collect();
    names.join(", ")
}

/// The long help of `--format` of a check.
pub fn check_help() -> String {
    let mut help = "Write the report in this format, to FILE or standard output; repeatable\n\n\
                    Only one of them can go to standard output. Files are written whole or not at \
                    all.\n\nFormats:"
        .to_owned();
    for (name, _, purpose) in CHECK_FORMATS {
        // Writing to a String cannot fail.
        let _ = write!(help, "\n- {name}: {purpose}");
    }
    help
}

#[cfg(test)]
mod tests {
    use super::{CheckTarget, check_targets};
    use crate::report::CheckFormat;
    use std::path::PathBuf;

    #[test]
    fn a_format_goes_to_standard_output_or_a_file() {
        let target = |value| check_targets(value).unwrap().0.remove(0);
        let stdout = CheckTarget {
            format: CheckFormat::Json,
            file: None,
        };
        assert_eq!(target("json"), stdout);
        assert_eq!(target("json=-"), stdout);
        assert_eq!(target("json=a=b").file, Some(PathBuf::from("a=b")));
    }

    #[test]
    fn lines_of_a_variable_are_several_formats() {
        assert_eq!(check_targets("text\nsarif=x.sarif\n").unwrap().0.len(), 2);
    }

    #[test]
    fn what_is_no_format_is_refused_with_the_names() {
        assert!(check_targets("xml").unwrap_err().contains("sarif"));
        assert!(check_targets("json=").is_err());
        assert!(check_targets("\n").is_err());
    }
}
