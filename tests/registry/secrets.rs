//! No secret reaches an error or a log, whatever a registry makes of it.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::client::{Client, Scene};
use crate::registry::Setup;
use crate::registry::fault::{Action, Fault};
use crate::registry::login::{Login, TokenServer, User};
use crate::registry::wire::Reply;

/// All that is logged, at every level and by every library.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// What is logged while a client asks for everything there is, and what it answers.
fn overheard(scene: &Scene, login: &serde_json::Value) -> String {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let mut client = Client::logged_in(&scene.registry, login);
    // Only this thread's events are written down.
    client.runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let answers = tracing::subscriber::with_default(subscriber, || {
        let mut answers = format!("{:?}", client.tag("v1"));
        answers += &format!("{:?}", client.blob(&scene.layer));
        answers += &format!("{:?}", client.referrers(&scene.digest));
        answers
    });
    let logged = log.0.lock().expect("the log").clone();
    let logged = String::from_utf8_lossy(&logged);
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
