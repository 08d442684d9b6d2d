//! No secret reaches an error or a log, whatever a registry makes of it.

use std::cell::RefCell;
use std::io::Write;
use std::sync::Once;

use serde_json::json;

use crate::client::{Client, Scene};
use crate::registry::Setup;
use crate::registry::fault::{Action, Fault};
use crate::registry::login::{Login, TokenServer, User};
use crate::registry::wire::Reply;

thread_local! {
    /// All that is logged on this thread, while a test wants it.
    static OVERHEARD: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Where the one subscriber of the process writes: to the thread's own log.
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        OVERHEARD.with_borrow_mut(|log| {
            if let Some(log) = log {
                log.extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs `act` and gives all that this thread logs meanwhile, at every level and by every library.
///
/// One subscriber for the whole process: with one of this thread alone, `tracing` asks the thread that
/// reaches an event first whether anybody wants it, and remembers "nobody" for all when that is another
/// test's thread.
fn logged_by(act: impl FnOnce()) -> String {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(|| Log)
            .init();
    });
    OVERHEARD.set(Some(Vec::new()));
    act();
    let logged = OVERHEARD.take().expect("the log");
    String::from_utf8_lossy(&logged).into_owned()
}

/// What is logged while a client asks for everything there is, and what it answers.
fn overheard(scene: &Scene, login: &serde_json::Value) -> String {
    let mut client = Client::logged_in(&scene.registry, login);
    // All of it runs on this thread, whose events are written down.
    client.runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut answers = String::new();
    let logged = logged_by(|| {
        answers += &format!("{:?}", client.tag("v1"));
        answers += &format!("{:?}", client.blob(&scene.layer));
        answers += &format!("{:?}", client.referrers(&scene.digest));
    });
    assert!(
        logged.contains("/v2/team/app/manifests/v1"),
        "requests are logged: {logged}"
    );
    format!("{answers}\n{logged}")
}

fn holds_no_secret(text: &str) {
    // The last two are `me:hidden-password` in base64, and any token of the test registry.
    for secret in ["hidden", "bWU6aGlkZGVu", "of-test"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

fn me() -> User {
    User::new("me", "hidden-password")
}

fn my_login() -> serde_json::Value {
    json!({ "username": "me", "password": "hidden-password" })
}

#[test]
fn passwords_stay_secret() {
    let scene = Scene::with_login(Login::Basic(me()));
    holds_no_secret(&overheard(&scene, &my_login()));
    let other = json!({ "username": "me", "password": "hidden-other" });
    holds_no_secret(&overheard(&scene, &other));
}

#[test]
fn tokens_stay_secret() {
    let server = TokenServer {
        user: Some(me()),
        ..TokenServer::default()
    };
    let scene = Scene::with_login(Login::Bearer(server));
    holds_no_secret(&overheard(&scene, &my_login()));
}

#[test]
fn identity_tokens_stay_secret() {
    let server = TokenServer {
        refresh_token: Some("hidden-identity".to_owned()),
        ..TokenServer::default()
    };
    let scene = Scene::with_login(Login::Bearer(server));
    let login = json!({ "identitytoken": "hidden-identity" });
    holds_no_secret(&overheard(&scene, &login));
}

#[test]
fn a_registry_that_repeats_secrets_is_not_repeated() {
    let echo = json!({ "errors": [{ "code": "HIDDEN_CODE", "message": "hidden-password" }] });
    let reply = Reply::new(403).with("X-Echo", "hidden-password");
    let reply = reply.body(echo.to_string().as_bytes());
    let scene = Scene::start(Setup {
        faults: vec![Fault::always("/v2/", Action::Instead(reply))],
        ..Setup::default()
    });
    let text = overheard(&scene, &my_login());
    // hyper logs nothing of an answer; imagegate repeats no message and no unknown code.
    assert!(!text.to_lowercase().contains("hidden"), "{text}");
}

#[test]
fn signed_addresses_stay_secret() {
    let location = "http://user:hidden-word@127.0.0.1:1/storage?signature=hidden-signature";
    let scene = Scene::start(Setup {
        faults: vec![Fault::always("/v2/", Action::redirect(location))],
        ..Setup::default()
    });
    holds_no_secret(&overheard(&scene, &my_login()));
}
