//! Passwords and tokens: what is shown, to whom, and what happens when it does not help.

use serde_json::json;

use imagegate::gather::store::Target;

use crate::client::{Client, Scene, hasty, in_haste_logged_in, own_authority, said};
use crate::registry::fault::{Action, Fault};
use crate::registry::login::{Login, TokenServer, User};
use crate::registry::tls::Authority;
use crate::registry::wire::Reply;
use crate::registry::{Setup, TestRegistry};

const TEN_GIGABYTES: u64 = 10_000_000_000;

fn bearer(server: TokenServer) -> Scene {
    Scene::with_login(Login::Bearer(server))
}

fn me() -> User {
    User::new("me", "hidden-password")
}

fn my_login() -> serde_json::Value {
    json!({ "username": "me", "password": "hidden-password" })
}

fn targets(registry: &TestRegistry) -> Vec<String> {
    let seen = registry.seen().into_iter();
    let path = |target: &str| target.split('?').next().map(str::to_owned);
    seen.filter_map(|seen| path(&seen.target)).collect()
}

#[test]
fn a_token_is_fetched_anonymously() {
    let scene = bearer(TokenServer::default());
    assert!(Client::of(&scene.registry).tag("v1").unwrap().is_some());
    let manifest = "/v2/team/app/manifests/v1";
    assert_eq!(targets(&scene.registry), [manifest, "/token", manifest]);
}

#[test]
fn a_token_may_be_called_access_token() {
    let scene = bearer(TokenServer {
        access_token: true,
        ..TokenServer::default()
    });
    assert!(Client::of(&scene.registry).tag("v1").unwrap().is_some());
}

#[test]
fn a_token_is_fetched_with_a_password() {
    let scene = bearer(TokenServer {
        user: Some(me()),
        ..TokenServer::default()
    });
    let client = Client::logged_in(&scene.registry, &my_login());
    assert!(client.tag("v1").unwrap().is_some());
}

#[test]
fn a_token_is_fetched_with_an_identity_token() {
    let scene = bearer(TokenServer {
        refresh_token: Some("hidden+identity/token".to_owned()),
        ..TokenServer::default()
    });
    let login = json!({ "identitytoken": "hidden+identity/token" });
    let client = Client::logged_in(&scene.registry, &login);
    assert!(client.tag("v1").unwrap().is_some());
}

#[test]
fn a_password_is_shown_to_who_wants_one() {
    let scene = Scene::with_login(Login::Basic(me()));
    let client = Client::logged_in(&scene.registry, &my_login());
    assert!(client.tag("v1").unwrap().is_some());
    assert!(client.blob(&scene.layer).unwrap().is_some());
    assert_eq!(
        scene.registry.seen().len(),
        3,
        "refused once in the whole run"
    );
}

#[test]
fn a_password_is_shown_to_nobody_who_does_not_ask() {
    let scene = Scene::with_faults(Vec::new());
    let client = Client::logged_in(&scene.registry, &my_login());
    assert!(client.tag("v1").unwrap().is_some());
    assert!(
        scene
            .registry
            .seen()
            .iter()
            .all(|seen| seen.authorization.is_none())
    );
}

#[test]
fn a_wrong_password_is_no_answer() {
    let login = json!({ "username": "me", "password": "another-password" });
    for scene in [
        Scene::with_login(Login::Basic(me())),
        bearer(TokenServer {
            user: Some(me()),
            ..TokenServer::default()
        }),
    ] {
        let said = said(Client::logged_in(&scene.registry, &login).tag("v1"));
        assert!(
            said.contains("401 Unauthorized (UNAUTHORIZED); the credentials that are configured"),
            "{said}"
        );
    }
}

#[test]
fn no_password_is_no_answer() {
    let scene = Scene::with_login(Login::Basic(me()));
    let said = said(Client::of(&scene.registry).tag("v1"));
    assert!(said.contains("it wants user and password, and none are configured; log in with `docker login 127.0.0.1:"), "{said}");
}

#[test]
fn a_token_server_that_refuses_strangers_is_no_answer() {
    let scene = bearer(TokenServer {
        user: Some(me()),
        ..TokenServer::default()
    });
    let client = Client::of(&scene.registry);
    let said = said(client.tag("v1"));
    assert!(
        said.contains("/token: 401 Unauthorized (UNAUTHORIZED); no credentials were shown"),
        "{said}"
    );
    assert_eq!(
        scene.registry.count("/manifests/"),
        1,
        "it does not go on anonymously"
    );
}

#[test]
fn a_token_is_fetched_once_however_many_want_it() {
    let scene = bearer(TokenServer::default());
    let client = Client::of(&scene.registry);
    let repository = client.repository();
    client.runtime.block_on(async {
        let mut asking = tokio::task::JoinSet::new();
        for number in 0..32 {
            let (remote, repository) = (client.remote.clone(), repository.clone());
            asking.spawn(async move {
                let tag = format!("v{number}");
                remote.tag_digest(&repository, &tag).await
            });
        }
        while let Some(answer) = asking.join_next().await {
            answer.unwrap().unwrap();
        }
    });
    assert_eq!(scene.registry.count("/token"), 1);
    let refused = scene.registry.seen();
    let refused = refused
        .iter()
        .filter(|seen| seen.target.starts_with("/v2/"));
    assert_eq!(
        refused.filter(|seen| seen.authorization.is_none()).count(),
        1
    );
}

#[test]
fn another_repository_gets_a_token_of_its_own_without_being_refused_first() {
    let scene = bearer(TokenServer::default());
    let client = Client::of(&scene.registry);
    assert!(client.tag("v1").unwrap().is_some());
    let other = client.repository_at("team/other");
    let answer = client
        .runtime
        .block_on(client.remote.tag_digest(&other, "v1"));
    assert_eq!(answer.unwrap(), None);
    let other = targets(&scene.registry).split_off(3);
    let manifest = "/v2/team/other/manifests/v1";
    assert_eq!(other, ["/token", manifest, manifest], "token, HEAD, GET");
}

#[test]
fn a_token_that_is_refused_is_replaced() {
    let scene = bearer(TokenServer {
        uses: Some(1),
        ..TokenServer::default()
    });
    let client = Client::of(&scene.registry);
    assert!(client.tag("v1").unwrap().is_some());
    assert!(client.blob(&scene.layer).unwrap().is_some());
    assert_eq!(scene.registry.count("/token"), 2);
}

#[test]
fn a_token_that_is_always_refused_is_replaced_once() {
    let scene = bearer(TokenServer {
        uses: Some(0),
        ..TokenServer::default()
    });
    let said = said(Client::of(&scene.registry).tag("v1"));
    assert!(said.contains("401 Unauthorized"), "{said}");
    assert_eq!(scene.registry.count("/token"), 1);
    assert_eq!(scene.registry.count("/manifests/"), 2);
}

#[test]
fn a_token_holds_at_least_a_minute() {
    let scene = bearer(TokenServer {
        expires_in: Some(1),
        ..TokenServer::default()
    });
    let client = Client::of(&scene.registry);
    assert!(client.tag("v1").unwrap().is_some());
    assert!(client.blob(&scene.layer).unwrap().is_some());
    assert_eq!(scene.registry.count("/token"), 1);
}

/// A fault of the token server, asked with a password: no answer, and nobody goes on without a token.
fn token_server(action: Action, words: &str) {
    let scene = Scene::start(Setup {
        login: Login::Bearer(TokenServer {
            user: Some(me()),
            ..TokenServer::default()
        }),
        faults: vec![Fault::always("/token", action.clone())],
        ..Setup::default()
    });
    let client = in_haste_logged_in(&scene.registry, &my_login());
    let first = said(client.tag("v1"));
    assert!(first.contains("/token: "), "{action:?}: {first}");
    assert!(first.contains(words), "{action:?}: {first}");
    assert_eq!(
        said(client.tag("v2")),
        first,
        "the answer holds for the run"
    );
    assert_eq!(scene.registry.count("/manifests/"), 1, "{action:?}");
}

#[test]
fn a_token_server_that_fails_is_no_answer() {
    token_server(Action::Stall, "no complete answer within 400 ms, 2 times");
    token_server(Action::Reset, "broke");
    token_server(Action::status(500), "500 Internal Server Error, 5 times");
    token_server(Action::status(404), "404 Not Found");
    token_server(Action::error(403, "DENIED"), "403 Forbidden (DENIED)");
    token_server(
        Action::Length(TEN_GIGABYTES),
        "where at most 1048576 are read",
    );
    token_server(Action::Endless, "goes on behind 1048576 bytes");
    token_server(Action::redirect("?again"), "more than 5 redirects");
}

#[test]
fn garbage_is_no_token() {
    let texts = [
        "",
        "<html>",
        "[]",
        "{}",
        r#"{"token":7}"#,
        r#"{"token":""}"#,
        r#"{"token":"a b"}"#,
        r#"{"token":"a\nX-Header: b"}"#,
        r#"{"token":"\u00fc"}"#,
    ];
    for text in texts {
        token_server(
            Action::Body(text.as_bytes().to_vec()),
            "an answer that holds no token",
        );
    }
    let deep = "[".repeat(1_000_000);
    token_server(
        Action::Body(deep.into_bytes()),
        "an answer that holds no token",
    );
}

#[test]
fn a_refresh_token_follows_no_redirect() {
    let elsewhere = TestRegistry::start(Setup::default());
    let location = format!("http://{}/token", elsewhere.name());
    let scene = Scene::start(Setup {
        login: Login::Bearer(TokenServer::default()),
        faults: vec![Fault::always("/token", Action::redirect(&location))],
        ..Setup::default()
    });
    let login = json!({ "identitytoken": "hidden-identity-token" });
    let said = said(Client::logged_in(&scene.registry, &login).tag("v1"));
    assert!(
        said.contains("307 Temporary Redirect where credentials were sent"),
        "{said}"
    );
    assert_eq!(elsewhere.count("/"), 0);
}

#[test]
fn an_answer_of_forever_401_is_no_answer() {
    let challenge = Reply::new(401).with("WWW-Authenticate", "Basic realm=\"x\"");
    let scene = Scene::with_faults(vec![Fault::always("/v2/", Action::Instead(challenge))]);
    let client = Client::logged_in(&scene.registry, &my_login());
    let said = said(client.tag("v1"));
    assert!(
        said.contains("401 Unauthorized; the credentials that are configured"),
        "{said}"
    );
    assert_eq!(scene.registry.count("/v2/"), 2);
}

#[test]
fn a_token_server_that_is_named_without_encryption_sees_no_other_repositorys_login() {
    let authority = Authority::new();
    let named = TestRegistry::start(Setup {
        tls: Some(authority.certify()),
        ..Setup::default()
    });
    let realm = format!("https://localhost:{}/token", named.port());
    let challenge = Reply::new(401).with("WWW-Authenticate", &format!("Bearer realm=\"{realm}\""));
    let scene = Scene::with_faults(vec![Fault::always("/v2/", Action::Instead(challenge))]);
    let name = scene.registry.name();
    let secure = own_authority(&format!("{name}/team/secure"), &authority.pem());
    let client = Client::with(&name, hasty(), vec![secure], Some(&my_login()));
    assert!(said(client.tag("v1")).contains(&realm));
    let (repository, target) = (client.repository_at("team/secure"), Target::Tag("v1"));
    let answer = client.remote.manifest(&repository, target);
    said(client.runtime.block_on(answer));
    assert_eq!(named.count("/token"), 0);
}
