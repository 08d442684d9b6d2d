//! `imagegate policy check` and `imagegate policy schema`, and reading the policy for other commands.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{ColorChoice, PolicyCheckArguments};
use super::error::CliError;
use super::exit_code::Verdict;
use super::terminal::{Stream, style};
use super::{output, remark};
use crate::discover::policy_file::{self, BesidePolicy, Search};
use crate::discover::shown::shown;
use crate::gather::store::layout::{Layout, LayoutKey};
use crate::gather::verify::Verifier;
use crate::model::source::SourceText;
use crate::parse::encoding;
use crate::policy::PolicyFiles;
use crate::policy::error::PolicyDiagnostic;
use crate::policy::settings::Policy;
use crate::report::{escape, write_policy_advice, write_policy_errors};

/// What stands above the list of what a change can use.
const EXPOSED: &str =
    "what the author of a change can use against it, see docs/untrusted-contributors.md:";

/// A policy that can be used.
#[derive(Debug)]
pub struct LoadedPolicy {
    /// The policy.
    pub policy: Policy,
    /// The folder that paths in it are relative to.
    pub folder: PathBuf,
    /// The file without links.
    pub identity: PathBuf,
    /// Its text.
    pub text: Arc<SourceText>,
}

/// Reads the policy at `named`, or the one found upward; `None` when there is none.
///
/// # Errors
/// It cannot be read, or is wrong: everything that is wrong is shown on standard error.
pub fn load(named: Option<&Path>, color: ColorChoice) -> Result<Option<LoadedPolicy>, CliError> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => match policy_file::search()? {
            Search::Found { policy, before } => {
                if let Some(before) = before {
                    remark(&format!(
                        "note: `{}` stands before `{}`, which is not used",
                        shown(&policy),
                        shown(&before)
                    ));
                }
                policy
            }
            Search::None => return Ok(None),
            Search::Outside(path) => {
                remark(&format!(
                    "note: `{}` is not used, since no git repository holds both it and this \
                     folder; --policy uses it",
                    shown(&path)
                ));
                return Ok(None);
            }
        },
    };
    let file = policy_file::read(&path)?;
    let decoded = encoding::decode(file.bytes);
    if let Some(fault) = decoded.fault {
        return Err(CliError::PolicyEncoding {
            path: file.shown,
            fault,
        });
    }
    if !encoding::is_text(&decoded.text) {
        return Err(CliError::PolicyNotText(file.shown));
    }
    let text = Arc::new(SourceText::new(
        file.shown.as_str().into(),
        decoded.text.into(),
    ));
    let beside = Beside(BesidePolicy::new(file.folder.clone()));
    match crate::policy::read(Arc::clone(&text), &beside) {
        Ok(policy) => Ok(Some(LoadedPolicy {
            policy,
            folder: file.folder,
            identity: file.identity,
            text,
        })),
        Err(diagnostics) => {
            let style = style(Stream::Stderr, color, false);
            let mut out = std::io::stderr().lock();
            // A closed standard error must not change the verdict.
            let _ = write_policy_errors(&text, &diagnostics, &style, &mut out);
            Err(CliError::Policy(file.shown))
        }
    }
}

/// The files beside the policy, judged by those who will use them.
struct Beside(BesidePolicy);

impl PolicyFiles for Beside {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        self.0.read(path)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.0.variable(name)
    }

    fn trusted_root_fault(&self, json: &[u8]) -> Option<String> {
        let verifier = Verifier::new(Some(json));
        verifier.err().map(|error| error.to_string())
    }
}

/// `imagegate policy check`: exit code 0 when the policy can be used, whatever advice there is.
pub fn check(arguments: &PolicyCheckArguments) -> Result<Verdict, CliError> {
    let color = arguments.display.color;
    let loaded = match load(arguments.file.as_deref(), color) {
        Ok(Some(loaded)) => loaded,
        Ok(None) => return Err(CliError::NoPolicy),
        // The errors are shown; that a policy cannot be used is what was asked.
        Err(CliError::Policy(_)) => return Ok(Verdict::Usage),
        Err(error) => return Err(error),
    };
    let mut advice = crate::policy::lint(&loaded.policy);
    advice.extend(unreadable_layouts(&loaded));
    advice.sort_by_key(|found| found.span);
    let style = style(Stream::Stdout, color, false);
    let path = escape::terminal(loaded.text.path());
    output::to_stdout(|out| {
        if advice.is_empty() {
            writeln!(out, "{path} is valid, and nothing in it is useless")?;
        } else {
            write_policy_advice(&loaded.text, &advice, &style, out)?;
        }
        write_exposures(&loaded, out)
    })?;
    Ok(Verdict::Clean)
}

/// A line for each thing that the author of a change can use against the policy.
fn write_exposures(loaded: &LoadedPolicy, out: &mut dyn io::Write) -> io::Result<()> {
    let exposures = crate::policy::exposures(&loaded.policy);
    if exposures.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{EXPOSED}")?;
    for found in exposures {
        let at = loaded.text.position(found.span.start);
        let place = format!("{}:{}:{}", loaded.text.path(), at.line, at.column);
        let help = found.help.unwrap_or_default();
        let line = format!("{place}: {}; {help}", found.message);
        writeln!(out, "  {}", escape::terminal(&line))?;
    }
    Ok(())
}

/// The layouts that cannot be read. It is no error, since they may be made between this and the check.
fn unreadable_layouts(loaded: &LoadedPolicy) -> Vec<PolicyDiagnostic> {
    let entries = loaded.policy.registries.iter();
    let unreadable = entries.filter_map(|entry| {
        let path = entry.value.layout.as_deref()?;
        let key = LayoutKey::parse(&entry.value.name);
        let why = Layout::open(&loaded.folder.join(path), path, key).err()?;
        let message = format!("{}: {}", why.asked, why.answer);
        let advice = PolicyDiagnostic::new(entry.span, message, "no image of it can be checked");
        Some(match why.advice {
            Some(help) => advice.with_help(help),
            None => advice,
        })
    });
    unreadable.collect()
}

/// `imagegate policy schema`.
pub fn schema() -> Result<Verdict, CliError> {
    let schema = crate::policy::schema();
    output::to_stdout(|out| writeln!(out, "{}", schema.trim_end()))?;
    Ok(Verdict::Clean)
}
