//! Registries that limit how often they are asked. What counts is that all is answered, and how many
//! requests were refused on the way; how long it took depends on the machine.

use std::time::Duration;

use imagegate::gather::store::remote::Limits;
use imagegate::gather::store::{StoredManifest, Target, Unanswered};
use imagegate::model::repository::Repository;
use tokio::task::JoinSet;

use crate::client::{Client, PATH, Scene, image, patient, said};
use crate::registry::fault::{Action, Fault};
use crate::registry::rate::Rate;
use crate::registry::wire::Reply;
use crate::registry::{Setup, TestRegistry};

/// As many tags as a large folder of manifests has images.
const TAGS: usize = 120;

fn tag(number: usize) -> String {
    format!("v{number}")
}

/// A registry with `TAGS` tags of one image.
fn registry(setup: Setup) -> TestRegistry {
    let (mut content, digest, _) = image();
    for number in 0..TAGS {
        content.tag(PATH, &tag(number), &digest);
    }
    TestRegistry::start(Setup { content, ..setup })
}

fn refusing(status: u16, retry_after: Option<&str>) -> Action {
    let reply = Reply::new(status);
    Action::Instead(match retry_after {
        Some(wish) => reply.with("Retry-After", wish),
        None => reply,
    })
}

/// With the pauses that users have.
fn client(registry: &TestRegistry) -> Client {
    Client::with(&registry.name(), Limits::default(), Vec::new(), None)
}

/// Asks for that many tags at once, as a run does.
fn ask(client: &Client, tags: usize) -> Vec<Result<Option<StoredManifest>, Unanswered>> {
    client.runtime.block_on(async {
        let mut asking = JoinSet::new();
        for number in 0..tags {
            let (remote, repository) = (client.remote.clone(), client.repository());
            asking.spawn(async move {
                let tag = tag(number);
                let target = Target::Tag(&tag);
                remote.manifest(&repository, target).await
            });
        }
        asking.join_all().await
    })
}

/// Every tag is answered by a registry that allows 40 requests a second, and few requests are refused: the
/// 15 that were under way with the first, and the few that find out the rate.
fn all_are_answered(refusal: Action) {
    let registry = registry(Setup {
        rate: Some(Rate::new(40, refusal.clone())),
        ..Setup::default()
    });
    let answers = ask(&client(&registry), TAGS);
    let unanswered = answers.iter().filter(|answer| answer.is_err()).count();
    assert_eq!(unanswered, 0, "{refusal:?}");
    assert!(
        (1..60).contains(&registry.refused()),
        "{refusal:?}: {}",
        registry.refused()
    );
}

#[test]
fn a_limit_is_kept_once_it_is_known() {
    all_are_answered(refusing(429, None));
}

#[test]
fn a_limit_that_names_a_time_is_kept() {
    all_are_answered(refusing(429, Some("1")));
}

#[test]
fn a_registry_that_cannot_keep_up_is_asked_less() {
    all_are_answered(refusing(503, None));
}

#[test]
fn a_registry_that_cannot_keep_up_and_names_a_time_is_asked_less() {
    all_are_answered(refusing(503, Some("1")));
}

#[test]
fn after_a_refusal_few_ask_at_once() {
    let registry = registry(Setup {
        faults: vec![Fault::at("/v2/", 0..1, refusing(429, Some("0")))],
        latency: Duration::from_millis(200),
        ..Setup::default()
    });
    let client = Client::of(&registry);
    assert!(ask(&client, 27).iter().all(Result::is_ok));
    // Two at a time, and one more after each round of answers: eight after 2 + 3 + 4 + 5 + 6 + 7 of them.
    assert!(registry.most_busy() <= 8, "{}", registry.most_busy());
}

#[test]
fn a_registry_that_always_refuses_is_asked_a_bounded_number_of_times() {
    for refusal in [
        refusing(429, None),
        refusing(429, Some("0")),
        refusing(503, None),
        refusing(503, Some("0")),
    ] {
        let registry = registry(Setup {
            faults: vec![Fault::always("/v2/", refusal.clone())],
            ..Setup::default()
        });
        let answers = ask(&Client::of(&registry), 24);
        assert!(answers.iter().all(Result::is_err), "{refusal:?}");
        // Ten times the first question, once each other one.
        let asked = registry.seen().len();
        assert!(asked <= 24 + 20, "{refusal:?}: {asked}");
    }
}

#[test]
fn a_registry_that_refuses_every_other_request_is_asked_twice_each() {
    // Each fault sees what those before it let pass.
    let every_other =
        (0..TAGS).map(|turn| Fault::at("/v2/", turn..=turn, refusing(429, Some("0"))));
    let registry = registry(Setup {
        faults: every_other.collect(),
        ..Setup::default()
    });
    let client = Client::of(&registry);
    for number in 0..6 {
        assert!(client.tag(&tag(number)).is_ok());
    }
    assert_eq!(registry.seen().len(), 12);
}

#[test]
fn a_wish_beyond_the_time_of_the_run_is_said_and_not_waited_for() {
    let limits = Limits {
        run: Duration::from_secs(20),
        ..patient()
    };
    let scene = Scene::with_faults(vec![Fault::always("/v2/", refusing(503, Some("25")))]);
    let client = Client::with(&scene.registry.name(), limits, Vec::new(), None);
    let said = said(client.tag("v1"));
    let words = "503 Service Unavailable with the wish to wait 25 s";
    assert!(said.contains(words), "{said}");
    assert_eq!(scene.registry.seen().len(), 1);
}

#[test]
fn another_registry_is_not_slowed() {
    let limited = Scene::with_faults(vec![Fault::always("/v2/", refusing(429, Some("3600")))]);
    let other = registry(Setup {
        latency: Duration::from_millis(30),
        ..Setup::default()
    });
    let client = client(&other);
    let elsewhere = Repository {
        registry: limited.registry.name(),
        path: PATH.to_owned(),
    };
    let target = Target::Tag("v1");
    let refused = client.remote.manifest(&elsewhere, target);
    assert!(client.runtime.block_on(refused).is_err());
    assert!(ask(&client, TAGS).iter().all(Result::is_ok));
    assert!(other.most_busy() > 4, "{}", other.most_busy());
}
