//! `imagegate explain`: the documentation of a rule.

use clap::builder::PossibleValuesParser;

use super::args::ExplainArguments;
use super::error::CliError;
use super::exit_code::Verdict;
use super::output::to_stdout;
use crate::check::catalog::{self, CATALOG};
use crate::model::rule::Rule;

/// Accepts the identifiers of rules, and suggests the nearest one.
pub fn rule_parser() -> PossibleValuesParser {
    PossibleValuesParser::new(Rule::ALL.map(Rule::id))
}

/// Shows one page, or the list of rules.
pub fn run(arguments: &ExplainArguments) -> Result<Verdict, CliError> {
    let wanted = arguments.rule.as_deref().and_then(Rule::from_id);
    let width = Rule::ALL.map(|rule| rule.id().len()).into_iter().max();
    let width = width.unwrap_or_default();
    to_stdout(|out| match wanted {
        Some(rule) => writeln!(out, "{}", catalog::text(rule).page.trim_end()),
        None => CATALOG.iter().try_for_each(|text| {
            let id = text.rule.id();
            writeln!(out, "{id:width$}  {}", text.summary)
        }),
    })?;
    Ok(Verdict::Clean)
}
