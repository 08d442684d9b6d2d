//! What is tried again, how often, and when not.

use std::time::{Duration, Instant};

use imagegate::gather::store::remote::Limits;

use crate::client::{Client, Scene, hasty, said};
use crate::registry::fault::{Action, Fault};
use crate::registry::wire::Reply;

fn limited(retry_after: &str) -> Action {
    Action::Instead(Reply::new(429).with("Retry-After", retry_after))
}

/// The fault passes after two attempts: the answer comes.
fn recovers(action: Action) {
    let scene = Scene::with_faults(vec![Fault::at("/manifests/", 0..2, action.clone())]);
    let found = Client::of(&scene.registry).tag("v1");
    assert!(matches!(found, Ok(Some(_))), "{action:?}");
    assert_eq!(scene.registry.count("/manifests/"), 3, "{action:?}");
}

/// The fault stays: after so many attempts there is no answer.
fn stays(attempts: usize, action: Action, words: &str) {
    let scene = Scene::with_faults(vec![Fault::always("/manifests/", action.clone())]);
    let said = said(Client::of(&scene.registry).tag("v1"));
    assert!(said.contains(words), "{action:?}: {said}");
    assert_eq!(scene.registry.count("/manifests/"), attempts, "{action:?}");
}

#[test]
fn what_passes_is_outlasted() {
    recovers(Action::error(429, "TOOMANYREQUESTS"));
    recovers(limited("0"));
    recovers(limited("Sun, 06 Nov 1994 08:49:37 GMT"));
    recovers(Action::status(408));
    recovers(Action::status(500));
    recovers(Action::status(503));
    recovers(Action::Reset);
    recovers(Action::Close);
    recovers(Action::Truncate);
}

#[test]
fn what_stays_is_no_answer() {
    stays(5, Action::status(500), "500 Internal Server Error, 5 times");
    stays(5, Action::status(502), "502 Bad Gateway, 5 times");
    let broke = "the connection to 127.0.0.1 broke";
    stays(5, Action::Reset, broke);
    stays(5, Action::Close, broke);
    stays(5, Action::Truncate, broke);
}

#[test]
fn refusals_that_stay_are_no_answer() {
    let wish = "with the wish to wait 0 ms, 10 times";
    let limited_words = format!("429 Too Many Requests {wish}");
    let busy_words = format!("503 Service Unavailable {wish}");
    let busy = Reply::new(503).with("Retry-After", "0");
    stays(10, Action::status(429), "429 Too Many Requests, 10 times");
    stays(10, limited("0"), &limited_words);
    stays(10, Action::status(503), "503 Service Unavailable, 10 times");
    stays(10, Action::Instead(busy), &busy_words);
}

#[test]
fn what_does_not_pass_is_not_tried_again() {
    for status in [400, 403, 404, 405, 410, 501] {
        let scene = Scene::with_faults(vec![Fault::always("/manifests/", Action::status(status))]);
        let _ = Client::of(&scene.registry).tag("v1");
        assert_eq!(scene.registry.count("/manifests/"), 1, "{status}");
    }
}

#[test]
fn a_wish_to_wait_is_granted() {
    let scene = Scene::with_faults(vec![Fault::at("/manifests/", 0..1, limited("1"))]);
    let started = Instant::now();
    assert!(Client::of(&scene.registry).tag("v1").unwrap().is_some());
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[test]
fn a_wish_to_wait_too_long_ends_at_once() {
    for wish in ["3600", "Fri, 06 Nov 2893 08:49:37 GMT"] {
        let scene = Scene::with_faults(vec![Fault::always("/manifests/", limited(wish))]);
        let said = said(Client::of(&scene.registry).tag("v1"));
        assert!(
            said.contains("429 Too Many Requests with the wish to wait"),
            "{said}"
        );
        assert_eq!(scene.registry.count("/manifests/"), 1);
    }
}

#[test]
fn a_stall_ends_by_the_time_limit() {
    for action in [Action::Stall, Action::StallInBody] {
        let scene = Scene::with_faults(vec![Fault::always("/v2/", action.clone())]);
        let client = Client::in_haste(&scene.registry);
        let said = said(client.tag("v1"));
        assert!(
            said.contains("no complete answer within 400 ms, 2 times"),
            "{action:?}: {said}"
        );
    }
}

#[test]
fn a_stall_is_outlasted_once() {
    let scene = Scene::with_faults(vec![Fault::at("/v2/", 0..1, Action::Stall)]);
    assert!(
        Client::in_haste(&scene.registry)
            .tag("v1")
            .unwrap()
            .is_some()
    );
}

#[test]
fn attempts_end_with_the_time_of_the_question() {
    let limits = Limits {
        pause: Duration::from_secs(1),
        question: Duration::from_millis(300),
        ..hasty()
    };
    let scene = Scene::with_faults(vec![Fault::always("/v2/", Action::status(500))]);
    let client = Client::with(&scene.registry.name(), limits, Vec::new(), None);
    let said = said(client.tag("v1"));
    assert!(said.contains("500 Internal Server Error;"), "{said}");
    assert_eq!(scene.registry.count("/v2/"), 1);
}

#[test]
fn a_registry_that_is_not_there_is_given_up_for_the_run() {
    let scene = Scene::with_faults(Vec::new());
    let name = scene.registry.name();
    drop(scene);
    let client = Client::with(&name, hasty(), Vec::new(), None);
    let first = said(client.tag("v1"));
    assert!(first.contains("no connection to 127.0.0.1"), "{first}");
    assert!(first.contains("5 times"), "{first}");
    let second = said(client.tag("v2"));
    let (_, why) = first.split_once(": ").unwrap();
    assert!(
        second.ends_with(&format!("not asked, because of an earlier request: {why}")),
        "{second}"
    );
}
