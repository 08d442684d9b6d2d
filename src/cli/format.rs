//! `--format FORMAT[=FILE]`: the text of one value to the reports that it asks for.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};

use crate::report::CheckFormat;

/// What a format of a check is for.
const fn purpose(format: CheckFormat) -> &'static str {
    match format {
        CheckFormat::Text => "For a person: snippets, sentences, a summary",
        CheckFormat::Concise => "One line a finding: path:line:col: rule: message",
        CheckFormat::Json => "A versioned object with everything that is known",
        CheckFormat::Sarif => "SARIF 2.1.0, for code scanning",
        CheckFormat::Github => "Annotations of a GitHub workflow",
    }
}

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

/// Reads values of `--format`, and names the formats to help texts and completions.
#[derive(Debug, Clone, Copy)]
pub struct CheckTargetsParser;

impl TypedValueParser for CheckTargetsParser {
    type Value = CheckTargets;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<CheckTargets, clap::Error> {
        let text = StringValueParser::new();
        let parser = text.try_map(|value| check_targets(&value));
        parser.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = CheckFormat::ALL.into_iter();
        let value = |format: CheckFormat| PossibleValue::new(format.name()).help(purpose(format));
        Some(Box::new(values.map(value)))
    }
}

/// Reads one value of `--format`.
fn check_targets(value: &str) -> Result<CheckTargets, String> {
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
    let known = CheckFormat::ALL.into_iter().find(|it| it.name() == name);
    let format =
        known.ok_or_else(|| format!("`{name}` is not a format; it is one of {}", names()))?;
    Ok(CheckTarget {
        format,
        file: file.filter(|file| file.as_os_str() != "-"),
    })
}

fn names() -> String {
    CheckFormat::ALL.map(CheckFormat::name).join(", ")
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
