//! The referrers API: the whole list, or no answer.

use imagegate::gather::store::Referrers;

use crate::client::{Client, Scene, said};
use crate::registry::ReferrersApi;
use crate::registry::content::INDEX;
use crate::registry::fault::{Action, Fault};
use crate::registry::wire::Reply;

fn listed(scene: &Scene) -> usize {
    let found = Client::of(&scene.registry).referrers(&scene.digest);
    match found.expect("an answer") {
        Referrers::Listed(all) => all.len(),
        Referrers::Unsupported => panic!("the registry has the API"),
    }
}

#[test]
fn a_list_may_be_empty() {
    let scene = Scene::with_referrers(ReferrersApi::Whole, 0, Vec::new());
    assert_eq!(listed(&scene), 0);
}

#[test]
fn a_list_comes_whole() {
    let scene = Scene::with_referrers(ReferrersApi::Whole, 7, Vec::new());
    assert_eq!(listed(&scene), 7);
    assert_eq!(scene.registry.count("/referrers/"), 1);
}

#[test]
fn a_list_in_pages_comes_whole() {
    let scene = Scene::with_referrers(ReferrersApi::Pages(2), 7, Vec::new());
    assert_eq!(listed(&scene), 7);
    assert_eq!(scene.registry.count("/referrers/"), 4);
}

#[test]
fn a_registry_without_the_api_says_so_by_status_or_code() {
    let answers = [
        Action::status(404),
        Action::error(404, "NOT_FOUND"),
        Action::error(404, "UNSUPPORTED"),
        Action::error(400, "UNSUPPORTED"),
        Action::error(405, "UNSUPPORTED"),
        Action::error(501, "UNSUPPORTED"),
        Action::status(406),
        Action::error(406, "MANIFEST_INVALID"),
        Action::status(501),
        Action::Instead(Reply::new(404).body(b"404 page not found\n")),
    ];
    for action in answers {
        let faults = vec![Fault::always("/referrers/", action.clone())];
        let scene = Scene::with_referrers(ReferrersApi::Whole, 1, faults);
        let found = Client::of(&scene.registry).referrers(&scene.digest);
        assert_eq!(found.unwrap(), Referrers::Unsupported, "{action:?}");
    }
}

#[test]
fn an_empty_list_may_be_null_or_without_its_type() {
    let answers = [
        (INDEX, r#"{"schemaVersion":2,"manifests":null}"#),
        ("application/json", r#"{"schemaVersion":2,"manifests":[]}"#),
        ("text/plain", r#"{"schemaVersion":2,"manifests":null}"#),
    ];
    for (media_type, body) in answers {
        let reply = Reply::new(200).with("Content-Type", media_type);
        let action = Action::Instead(reply.body(body.as_bytes()));
        let faults = vec![Fault::always("/referrers/", action)];
        let scene = Scene::with_referrers(ReferrersApi::Whole, 1, faults);
        assert_eq!(listed(&scene), 0, "{media_type} {body}");
    }
}

#[test]
fn a_list_without_its_type_comes_whole() {
    let header = Action::Header("Content-Type", "application/json".to_owned());
    let faults = vec![Fault::always("/referrers/", header)];
    let scene = Scene::with_referrers(ReferrersApi::Pages(2), 5, faults);
    assert_eq!(listed(&scene), 5);
}

/// A fault of the referrers API is never an empty list.
fn no_answer(action: Action, words: &str) {
    let faults = vec![Fault::always("/referrers/", action.clone())];
    let scene = Scene::with_referrers(ReferrersApi::Whole, 1, faults);
    let said = said(Client::of(&scene.registry).referrers(&scene.digest));
    assert!(said.contains(words), "{action:?}: {said}");
}

#[test]
fn something_else_than_a_list_is_no_answer() {
    let typed = |media_type: &str| Action::Header("Content-Type", media_type.to_owned());
    no_answer(typed("text/html"), "something else than an OCI index");
    let untyped = |body: &str| {
        let reply = Reply::new(200).with("Content-Type", "application/json");
        Action::Instead(reply.body(body.as_bytes()))
    };
    for body in [
        "{}",
        r#"{"manifests":[]}"#,
        r#"{"schemaVersion":1,"manifests":[]}"#,
        r#"{"schemaVersion":2,"mediaType":"text/plain","manifests":[]}"#,
    ] {
        no_answer(untyped(body), "something else than an OCI index");
    }
    no_answer(
        untyped(r#"{"schemaVersion":2}"#),
        "an OCI index without `manifests`",
    );
    let body = |text: &str| Action::Body(text.as_bytes().to_vec());
    no_answer(body(""), "an OCI index that cannot be read");
    no_answer(body("[]"), "an OCI index that cannot be read");
    no_answer(body("{}"), "an OCI index without `manifests`");
    no_answer(
        body(r#"{"layers":[],"manifests":null}"#),
        "an OCI index without `manifests`",
    );
    no_answer(
        body(r#"{"manifests":[{}]}"#),
        "an OCI index that cannot be read",
    );
    let bad = r#"{"manifests":[{"digest":"sha256:../../x","size":1}]}"#;
    no_answer(body(bad), "an OCI index that cannot be read");
}

#[test]
fn a_refusal_is_no_empty_list() {
    no_answer(
        Action::error(400, "NAME_INVALID"),
        "400 Bad Request (NAME_INVALID)",
    );
    no_answer(Action::status(405), "405 Method Not Allowed");
    no_answer(
        Action::error(403, "UNSUPPORTED"),
        "403 Forbidden (UNSUPPORTED)",
    );
}

/// A `Link` on the first page, and what is made of it.
fn next_page(link: &str, words: &str) {
    no_answer(Action::Header("Link", link.to_owned()), words);
}

#[test]
fn pages_in_a_circle_end() {
    let faults = vec![Fault::always(
        "/referrers/",
        Action::Header("Link", "<?from=0>; rel=\"next\"".to_owned()),
    )];
    let scene = Scene::with_referrers(ReferrersApi::Whole, 1, faults);
    let said = said(Client::of(&scene.registry).referrers(&scene.digest));
    assert!(
        said.contains("page 2: pages that lead in a circle"),
        "{said}"
    );
}

#[test]
fn a_next_page_that_cannot_be_found_is_no_answer() {
    next_page(
        "?from=1; rel=next",
        "a list whose next page cannot be found",
    );
    next_page(
        "<http://[>; rel=next",
        "a list whose next page cannot be found",
    );
    next_page(
        "<http://127.0.0.1:1/>; rel=next",
        "a list whose next page is on another host",
    );
    next_page(
        "<https://registry.example.com/>; rel=next",
        "a list whose next page is on another host",
    );
}

#[test]
fn a_next_page_that_fails_is_no_answer() {
    for action in [Action::status(404), Action::error(404, "UNSUPPORTED")] {
        let faults = vec![Fault::always("from=", action.clone())];
        let scene = Scene::with_referrers(ReferrersApi::Pages(1), 3, faults);
        let said = said(Client::of(&scene.registry).referrers(&scene.digest));
        assert!(said.contains("page 2: 404 Not Found"), "{action:?}: {said}");
    }
}

#[test]
fn endless_pages_end() {
    let scene = Scene::with_referrers(ReferrersApi::Pages(1), 150, Vec::new());
    let said = said(Client::of(&scene.registry).referrers(&scene.digest));
    assert!(said.contains("more than 100 pages"), "{said}");
    assert_eq!(scene.registry.count("/referrers/"), 100);
}

#[test]
fn a_list_that_is_too_long_is_no_answer() {
    let scene = Scene::with_referrers(ReferrersApi::Pages(500), 1001, Vec::new());
    let said = said(Client::of(&scene.registry).referrers(&scene.digest));
    assert!(said.contains("a list of more than 1000 entries"), "{said}");
    let scene = Scene::with_referrers(ReferrersApi::Pages(500), 1000, Vec::new());
    assert_eq!(listed(&scene), 1000);
}
