//! Credential helpers: programs `docker-credential-NAME` that know a password
//! (github.com/docker/docker-credential-helpers).
//!
//! A helper is bounded in time and output, and asked once per server and run. What it prints is a secret:
//! none of it is repeated anywhere, and its standard error goes nowhere.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::{Mutex, OnceCell};
use tokio::time::timeout;

use super::auth_file::Helper;
use super::{Credential, Secret};
use crate::programs::{self, Group};

/// How long a helper may take.
pub const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Most bytes that a helper may print: tokens of cloud registries have a few thousand.
const MAX_OUTPUT: usize = 64 * 1024;

/// How long the pipe is read on after the helper ended: what it printed is there already, and a process
/// that it left behind may hold the pipe open.
const DRAIN: Duration = Duration::from_millis(100);

/// What a helper prints, and then fails, when it does not know the server (`credentials/error.go` of
/// docker-credential-helpers).
const NOT_FOUND: &[u8] = b"credentials not found in native keychain";

/// The user that a helper names when the secret is an identity token (same project, `client`).
const TOKEN_USER: &str = "<token>";

/// Why a helper gave no answer. Its output is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HelperError {
    /// Its name is no plain file name.
    #[error("its name is not a plain file name")]
    Name,
    /// It is not there.
    #[error("it is not in any absolute folder of PATH")]
    Missing,
    /// It could not be started, or its output not be read.
    #[error("it could not be run: {0}")]
    Run(String),
    /// It took too long.
    #[error("it did not end within {} s and was stopped", .0.as_secs_f64())]
    TooSlow(Duration),
    /// It printed too much.
    #[error("it printed more than {MAX_OUTPUT} bytes and was stopped")]
    TooMuch,
    /// It failed.
    #[error("it failed{}", .0.map(|code| format!(" with exit code {code}")).unwrap_or_default())]
    Failed(Option<i32>),
    /// It printed something else than a credential.
    #[error("it printed something that is no credential")]
    Garbage,
}

type Answer = Result<Option<Credential>, HelperError>;

/// The helpers of one run.
pub struct Helpers {
    path: Option<OsString>,
    limit: Duration,
    answers: Mutex<HashMap<Helper, Arc<OnceCell<Answer>>>>,
}

impl Helpers {
    /// Looks for helpers in `path`, and waits for each for `limit`.
    pub fn new(path: Option<OsString>, limit: Duration) -> Self {
        Self {
            path,
            limit,
            answers: Mutex::default(),
        }
    }

    /// What the helper says; `None` when it does not know the server. Everybody who asks for the same
    /// while it runs waits for the one answer.
    ///
    /// # Errors
    /// It gave no answer; asking again gives the same error.
    pub async fn ask(&self, helper: &Helper) -> Answer {
        let cell = {
            let mut answers = self.answers.lock().await;
            Arc::clone(answers.entry(helper.clone()).or_default())
        };
        cell.get_or_init(|| self.run(helper)).await.clone()
    }

    async fn run(&self, helper: &Helper) -> Answer {
        let program = self.find(&helper.name)?;
        let (succeeded, code, output) = timeout(self.limit, output_of(&program, &helper.server))
            .await
            .map_err(|_| HelperError::TooSlow(self.limit))??;
        understand(succeeded, code, &output)
    }

    fn find(&self, name: &str) -> Result<PathBuf, HelperError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(HelperError::Name);
        }
        programs::find(self.path.as_deref(), &format!("docker-credential-{name}"))
            .ok_or(HelperError::Missing)
    }
}

/// Runs the program: whether it succeeded, its exit code, what it printed. When this is dropped the
/// program ends, and on Unix what it started too.
async fn output_of(
    helper: &Path,
    server: &str,
) -> Result<(bool, Option<i32>, Vec<u8>), HelperError> {
    let mut command = Command::new(helper);
    command
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = programs::owned(&mut command)
        .spawn()
        .map_err(|error| failed_to_run(&error))?;
    let group = Group::of(&child);
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let asking = async {
        if let Some(mut stdin) = stdin {
            // A helper that ends without reading this is judged by what it prints.
            let _ = stdin.write_all(server.as_bytes()).await;
        }
    };
    let reading = async {
        let mut output = Vec::new();
        if let Some(stdout) = stdout {
            read(&mut child, stdout, &mut output, group).await?;
        }
        Ok(output)
    };
    let ((), output) = tokio::join!(asking, reading);
    let output = output?;
    let status = child.wait().await.map_err(|error| failed_to_run(&error))?;
    Ok((status.success(), status.code(), output))
}

/// Reads until the helper has ended, not until everybody who holds the pipe has.
async fn read(
    child: &mut Child,
    mut stdout: ChildStdout,
    output: &mut Vec<u8>,
    group: Group,
) -> Result<(), HelperError> {
    let mut open = true;
    let ended = loop {
        tokio::select! {
            read = stdout.read_buf(output), if open => {
                open = read.map_err(|error| failed_to_run(&error))? > 0;
                if output.len() > MAX_OUTPUT {
                    return Err(HelperError::TooMuch);
                }
            }
            ended = child.wait() => break ended,
        }
    };
    group.has_ended();
    ended.map_err(|error| failed_to_run(&error))?;
    while let Ok(Ok(1..)) = timeout(DRAIN, stdout.read_buf(output)).await {
        if output.len() > MAX_OUTPUT {
            return Err(HelperError::TooMuch);
        }
    }
    Ok(())
}

fn failed_to_run(error: &io::Error) -> HelperError {
    HelperError::Run(error.to_string())
}

/// The answer as printed. Flattening keeps serde from taking an array for an object.
#[derive(Deserialize)]
struct Printed {
    #[serde(rename = "Username", default)]
    user: String,
    #[serde(rename = "Secret", default)]
    secret: String,
    #[serde(flatten)]
    _others: IgnoredAny,
}

fn understand(succeeded: bool, code: Option<i32>, output: &[u8]) -> Answer {
    if !succeeded {
        return match output.trim_ascii() == NOT_FOUND {
            true => Ok(None),
            false => Err(HelperError::Failed(code)),
        };
    }
    let printed: Printed = serde_json::from_slice(output).map_err(|_| HelperError::Garbage)?;
    let secret = Secret::new(printed.secret);
    match printed.user.as_str() {
        // Docker takes an answer without content for "not known".
        "" if secret.expose().is_empty() => Ok(None),
        TOKEN_USER => Ok(Some(Credential::IdentityToken(secret))),
        user if user.is_empty() || user.contains(':') => Err(HelperError::Garbage),
        _ => Ok(Some(Credential::Basic {
            user: printed.user,
            password: secret,
        })),
    }
}
