//! Credentials: which file and entry decide, and what a credential helper can do to a run.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what a test sets up must work, or the test fails"
)]

#[path = "credentials/files.rs"]
mod files;
#[cfg(unix)]
#[path = "credentials/helpers.rs"]
mod helpers;

use imagegate::gather::credentials::{Credential, Credentials, Environment};
use imagegate::gather::store::Unanswered;

/// Asks for one repository, with credentials that were asked for nothing else.
fn ask(environment: &Environment, registry: &str, path: &str) -> Result<Credential, Unanswered> {
    let credentials = Credentials::new(environment.clone());
    run(credentials.of(registry, path))
}

/// Runs to the end in a runtime of its own.
fn run<T>(task: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(task)
}

/// What `task` gives, unless it waits for something that never comes.
#[cfg(unix)]
fn without_waiting<T: Send + 'static>(task: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(task()));
    let patience = std::time::Duration::from_secs(20);
    receiver.recv_timeout(patience).expect("it waits")
}

/// The credential in one line, its secret shown.
fn told(credential: &Credential) -> String {
    match credential {
        Credential::Anonymous => "anonymous".to_owned(),
        Credential::Basic { user, password } => format!("{user}:{}", password.expose()),
        Credential::IdentityToken(token) => format!("identity {}", token.expose()),
        Credential::Bearer(token) => format!("bearer {}", token.expose()),
    }
}
