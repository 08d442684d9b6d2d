//! "Here it is", "there is none" and "no answer", told apart.

use crate::client::{Client, LAYER, Scene, image, other_digest, said};
use crate::registry::content::{INDEX, MANIFEST};
use crate::registry::fault::{Action, Fault};
use crate::registry::wire::Reply;
use crate::registry::{Setup, TestRegistry};

use imagegate::model::digest::Digest;

#[test]
fn what_is_there_is_found_by_tag_and_by_digest() {
    let scene = Scene::with_faults(Vec::new());
    let client = Client::of(&scene.registry);
    let by_tag = client.tag("v1").unwrap().unwrap();
    let by_digest = client.by_digest(&scene.digest).unwrap().unwrap();
    assert_eq!(by_tag.digest, scene.digest);
    assert_eq!(by_tag, by_digest);
    assert_eq!(client.tag_digest("v1").unwrap(), Some(scene.digest));
    assert_eq!(client.blob(&scene.layer).unwrap().unwrap(), LAYER);
}

#[test]
fn what_is_not_there_is_none() {
    let scene = Scene::with_faults(Vec::new());
    let client = Client::of(&scene.registry);
    let mut layer = scene.layer;
    layer.digest = other_digest();
    assert_eq!(client.tag("v2").unwrap(), None);
    assert_eq!(client.tag_digest("v2").unwrap(), None);
    assert_eq!(client.by_digest(&other_digest()).unwrap(), None);
    assert_eq!(client.blob(&layer).unwrap(), None);
}

#[test]
fn a_repository_that_is_not_there_is_none() {
    let registry = TestRegistry::start(Setup::default());
    assert_eq!(Client::of(&registry).tag("v1").unwrap(), None);
}

#[test]
fn a_plain_404_is_none() {
    let scene = Scene::with_faults(vec![Fault::always("/manifests/", Action::status(404))]);
    assert_eq!(Client::of(&scene.registry).tag("v1").unwrap(), None);
}

#[test]
fn a_404_with_a_page_for_people_is_no_answer() {
    let page = Reply::new(404).with("Content-Type", "text/html");
    let page = page.body(b"<html><h1>Not found</h1></html>");
    let untyped = Reply::new(404).body(b"<!DOCTYPE html>\n<html></html>");
    for page in [page, untyped] {
        refused(
            Action::Instead(page),
            "404 Not Found with a page for people; a proxy, a firewall or a web server wrote that page",
        );
    }
}

#[test]
fn a_page_of_a_proxy_is_no_matter_of_a_login() {
    let page = Reply::new(403).with("Content-Type", "text/html");
    let page = Action::Instead(page.body(b"<html>blocked by policy</html>"));
    let scene = Scene::with_faults(vec![Fault::always("/v2/", page)]);
    let said = said(Client::of(&scene.registry).tag("v1"));
    assert!(said.contains("403 Forbidden with a page"), "{said}");
    assert!(!said.contains("log in"), "{said}");
}

/// One status that is no answer, and what is said about it.
fn refused(action: Action, words: &str) {
    let scene = Scene::with_faults(vec![Fault::always("/v2/", action.clone())]);
    let client = Client::of(&scene.registry);
    for said in [
        said(client.tag("v1")),
        said(client.tag_digest("v1")),
        said(client.blob(&scene.layer)),
        said(client.referrers(&scene.digest)),
    ] {
        assert!(said.contains(words), "{action:?}: {said}");
    }
}

#[test]
fn a_404_with_another_reason_is_no_answer() {
    refused(
        Action::error(404, "DENIED"),
        "404 Not Found (DENIED); no credentials were shown",
    );
    refused(
        Action::error(404, "UNAUTHORIZED"),
        "404 Not Found (UNAUTHORIZED)",
    );
    refused(
        Action::error(404, "TOOMANYREQUESTS"),
        "404 Not Found (TOOMANYREQUESTS)",
    );
}

#[test]
fn a_refusal_is_no_answer() {
    refused(
        Action::error(403, "DENIED"),
        "403 Forbidden (DENIED); no credentials were shown: log in",
    );
    refused(Action::status(400), "400 Bad Request");
    refused(Action::status(410), "410 Gone");
    refused(Action::status(204), "204 No Content");
}

#[test]
fn a_broken_challenge_is_no_answer() {
    let challenge = |text: &str| {
        let reply = Reply::new(401);
        Action::Instead(reply.with("WWW-Authenticate", text))
    };
    refused(
        Action::status(401),
        "it does not say what it wants to be shown; no login changes that",
    );
    refused(
        challenge("Bearer realm=\"unfinished"),
        "what it wants to be shown cannot be read",
    );
    refused(
        challenge("Bearer service=\"x\""),
        "wants a token and does not say from where",
    );
    refused(
        challenge("Negotiate"),
        "it wants neither a token nor a password",
    );
    refused(
        challenge("Bearer realm=\"::\""),
        "a token server whose address cannot be read",
    );
    refused(
        challenge("Bearer realm=\"http://registry.example.com/\""),
        "a token server without encryption",
    );
    refused(
        challenge("Bearer realm=\"https://a:b@registry.example.com/\""),
        "a token server together with a user",
    );
}

#[test]
fn a_digest_that_the_bytes_do_not_have_is_no_answer() {
    let wrong = other_digest().to_string();
    let header = Action::Header("Docker-Content-Digest", wrong);
    let scene = Scene::with_faults(vec![Fault::always("/manifests/", header)]);
    let client = Client::of(&scene.registry);
    assert!(said(client.tag("v1")).contains("bytes with the digest"));
    assert!(said(client.by_digest(&scene.digest)).contains("bytes with the digest"));
}

#[test]
fn a_digest_that_is_none_is_no_answer() {
    let header = Action::Header("Docker-Content-Digest", "sha256:12".to_owned());
    let scene = Scene::with_faults(vec![Fault::always("/manifests/", header)]);
    assert!(said(Client::of(&scene.registry).tag("v1")).contains("a digest of it that is none"));
}

#[test]
fn altered_bytes_are_no_answer() {
    let scene = Scene::with_faults(vec![Fault::always("/v2/", Action::Flip)]);
    let client = Client::of(&scene.registry);
    assert!(said(client.tag("v1")).contains("bytes with the digest"));
    assert!(said(client.by_digest(&scene.digest)).contains("bytes with the digest"));
    assert!(said(client.blob(&scene.layer)).contains("bytes with the digest"));
}

#[test]
fn a_tag_that_names_no_manifest_is_no_answer() {
    let page = Action::Header("Content-Type", "image/png".to_owned());
    let scene = Scene::with_faults(vec![Fault::always("/manifests/", page)]);
    let said = said(Client::of(&scene.registry).tag("v1"));
    assert!(
        said.contains("something else than a manifest or index"),
        "{said}"
    );
}

#[test]
fn a_document_that_says_nothing_is_no_manifest() {
    for (media_type, body) in [
        (MANIFEST, "{}"),
        (INDEX, r#"{"schemaVersion":2}"#),
        ("application/json", r#"{"errors":[]}"#),
        ("application/json", r#"{"layers":[]}"#),
        (MANIFEST, "<html></html>"),
    ] {
        let reply = Reply::new(200).with("Content-Type", media_type);
        let action = Action::Instead(reply.body(body.as_bytes()));
        let scene = Scene::with_faults(vec![Fault::always("/manifests/", action)]);
        let client = Client::of(&scene.registry);
        for said in [said(client.tag("v1")), said(client.tag_digest("v1"))] {
            assert!(
                said.contains("in place of a manifest") || said.contains("something else than"),
                "{said}"
            );
        }
    }
}

#[test]
fn a_manifest_without_its_type_is_known_by_what_is_in_it() {
    for media_type in ["application/json", "application/octet-stream"] {
        let header = Action::Header("Content-Type", media_type.to_owned());
        let scene = Scene::with_faults(vec![Fault::always("/manifests/", header)]);
        let found = Client::of(&scene.registry).tag("v1").unwrap().unwrap();
        assert_eq!(found.digest, scene.digest);
    }
}

#[test]
fn the_media_type_may_have_parameters_and_any_case() {
    let written = "Application/vnd.OCI.image.manifest.v1+json; charset=utf-8".to_owned();
    let header = Action::Header("Content-Type", written);
    let scene = Scene::with_faults(vec![Fault::always("/manifests/", header)]);
    assert!(Client::of(&scene.registry).tag("v1").unwrap().is_some());
}

#[test]
fn each_algorithm_of_a_digest_is_computed() {
    let (content, digest, _) = image();
    let first = TestRegistry::start(Setup {
        content: content.clone(),
        ..Setup::default()
    });
    let bytes = Client::of(&first).tag("v1").unwrap().unwrap().bytes;
    let zeros = Digest::parse(&format!("sha512:{}", "0".repeat(128))).unwrap();
    let long = zeros.of_same_algorithm(&bytes);
    let faults = vec![Fault::always(
        "/manifests/",
        Action::Header("Docker-Content-Digest", long.to_string()),
    )];
    let second = TestRegistry::start(Setup {
        content,
        faults,
        ..Setup::default()
    });
    let client = Client::of(&second);
    assert_eq!(client.tag("v1").unwrap().unwrap().digest, long);
    let short = Digest::parse(&digest).unwrap();
    assert_eq!(client.by_digest(&short).unwrap().unwrap().digest, short);
}

#[test]
fn a_digest_of_a_tag_is_found_where_head_is_not_known() {
    let faults = vec![Fault::at("/manifests/v1", 0..1, Action::status(405))];
    let scene = Scene::with_faults(faults);
    let client = Client::of(&scene.registry);
    assert_eq!(client.tag_digest("v1").unwrap(), Some(scene.digest));
    let methods: Vec<String> = scene
        .registry
        .seen()
        .into_iter()
        .map(|seen| seen.method)
        .collect();
    assert_eq!(methods, ["HEAD", "GET"]);
}

#[test]
fn a_name_that_is_no_host_is_no_answer() {
    let client = Client::with("not a host", crate::client::patient(), Vec::new(), None);
    assert!(said(client.tag("v1")).contains("that is no name of a host"));
}
