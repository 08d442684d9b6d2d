//! Redirects: followed a few times, without credentials to another host, never out of encryption.

use serde_json::json;

use crate::client::{Client, LAYER, PATH, Scene, image, own_authority, patient, said};
use crate::registry::fault::{Action, Fault};
use crate::registry::login::{Login, User};
use crate::registry::tls::Authority;
use crate::registry::{Setup, TestRegistry};

/// A registry that wants a password and keeps its blobs elsewhere.
fn front(storage: &str, blob: &str) -> Scene {
    let location = format!("{storage}/v2/{PATH}/blobs/{blob}?signature=hidden-signature");
    Scene::start(Setup {
        login: Login::Basic(User::new("me", "hidden-password")),
        faults: vec![Fault::at("/blobs/", 1.., Action::redirect(&location))],
        ..Setup::default()
    })
}

#[test]
fn another_host_sees_no_credentials() {
    let (content, _, layer) = image();
    let storage = TestRegistry::start(Setup {
        content,
        ..Setup::default()
    });
    let scene = front(&format!("http://{}", storage.name()), layer.digest.as_str());
    let login = json!({ "username": "me", "password": "hidden-password" });
    let client = Client::logged_in(&scene.registry, &login);
    assert_eq!(client.blob(&scene.layer).unwrap().unwrap(), LAYER);
    assert!(
        scene
            .registry
            .seen()
            .iter()
            .any(|seen| seen.authorization.is_some())
    );
    let seen = storage.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].authorization, None);
}

#[test]
fn a_redirect_with_a_user_in_it_is_followed_without_the_user() {
    let (content, _, layer) = image();
    let storage = TestRegistry::start(Setup {
        content,
        ..Setup::default()
    });
    let location = format!(
        "http://a:b@{}/v2/{PATH}/blobs/{}",
        storage.name(),
        layer.digest
    );
    let scene = Scene::with_faults(vec![Fault::always("/blobs/", Action::redirect(&location))]);
    assert!(
        Client::of(&scene.registry)
            .blob(&scene.layer)
            .unwrap()
            .is_some()
    );
    assert_eq!(storage.seen()[0].authorization, None);
}

#[test]
fn the_same_host_still_sees_credentials() {
    let (_, _, layer) = image();
    let location = format!("/v2/{PATH}/blobs/{}?again", layer.digest);
    let scene = Scene::start(Setup {
        login: Login::Basic(User::new("me", "hidden-password")),
        faults: vec![Fault::at("/blobs/", 1..2, Action::redirect(&location))],
        ..Setup::default()
    });
    let login = json!({ "username": "me", "password": "hidden-password" });
    let client = Client::logged_in(&scene.registry, &login);
    assert!(client.blob(&scene.layer).unwrap().is_some());
}

#[test]
fn a_host_that_was_redirected_to_cannot_ask_for_credentials() {
    let storage = TestRegistry::start(Setup {
        login: Login::Basic(User::new("me", "hidden-password")),
        ..Setup::default()
    });
    let location = format!("http://{}/v2/{PATH}/blobs/x", storage.name());
    let scene = Scene::with_faults(vec![Fault::always("/blobs/", Action::redirect(&location))]);
    let login = json!({ "username": "me", "password": "hidden-password" });
    let client = Client::logged_in(&scene.registry, &login);
    let said = said(client.blob(&scene.layer));
    assert!(
        said.contains("401 Unauthorized (UNAUTHORIZED), by the host that it redirected to"),
        "{said}"
    );
    assert!(client.tag("v1").unwrap().is_some());
    for registry in [&storage, &scene.registry] {
        let mut seen = registry.seen().into_iter();
        assert!(seen.all(|seen| seen.authorization.is_none()));
    }
}

#[test]
fn a_plain_404_of_another_host_is_no_answer() {
    let storage = TestRegistry::start(Setup {
        faults: vec![Fault::always("/", Action::status(404))],
        ..Setup::default()
    });
    let location = format!("http://{}/somewhere", storage.name());
    let scene = Scene::with_faults(vec![Fault::always("/v2/", Action::redirect(&location))]);
    let client = Client::of(&scene.registry);
    assert!(said(client.tag("v1")).contains("404 Not Found, by the host that it redirected to"));
    assert!(said(client.referrers(&scene.digest)).contains("404 Not Found, by the host"));
}

#[test]
fn a_circle_ends() {
    let scene = Scene::with_faults(vec![Fault::always("/v2/", Action::redirect("?again"))]);
    let said = said(Client::of(&scene.registry).tag("v1"));
    assert!(said.contains("more than 5 redirects"), "{said}");
    assert_eq!(scene.registry.count("/v2/"), 6);
}

#[test]
fn a_redirect_to_nowhere_is_no_answer() {
    for location in ["", "http://[", "http:"] {
        let scene = Scene::with_faults(vec![Fault::always("/v2/", Action::redirect(location))]);
        let found = Client::of(&scene.registry).tag("v1");
        assert!(found.is_err(), "{location}");
    }
    let scene = Scene::with_faults(vec![Fault::always("/v2/", Action::status(302))]);
    let said = said(Client::of(&scene.registry).tag("v1"));
    assert!(
        said.contains("302 Found without an address to go to"),
        "{said}"
    );
}

#[test]
fn what_is_encrypted_stays_encrypted() {
    let authority = Authority::new();
    let storage = Scene::with_faults(Vec::new());
    let plain = format!(
        "http://{}/v2/{PATH}/manifests/v1?hidden-signature",
        storage.registry.name()
    );
    let scene = Scene::start(Setup {
        tls: Some(authority.certify()),
        faults: vec![Fault::always("/v2/", Action::redirect(&plain))],
        ..Setup::default()
    });
    let name = format!("localhost:{}", scene.registry.port());
    let access = vec![own_authority(&name, &authority.pem())];
    let said = said(Client::with(&name, patient(), access, None).tag("v1"));
    assert!(said.contains("a redirect to http://127.0.0.1"), "{said}");
    assert!(said.contains("which is not followed"), "{said}");
    assert_eq!(storage.registry.count("/"), 0);
}

#[test]
fn other_kinds_of_addresses_are_not_followed() {
    for location in [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "data:text/plain,x",
    ] {
        let scene = Scene::with_faults(vec![Fault::always("/v2/", Action::redirect(location))]);
        let said = said(Client::of(&scene.registry).tag("v1"));
        assert!(said.contains("which is not followed"), "{said}");
    }
}
