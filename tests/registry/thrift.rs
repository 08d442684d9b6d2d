//! Each question is asked once a run.

use imagegate::gather::store::{Referrers, Target};

use crate::client::{Client, Scene};
use crate::registry::ReferrersApi;
use crate::registry::fault::{Action, Fault};

#[test]
fn a_question_is_asked_once_however_many_ask_it() {
    let scene = Scene::with_referrers(ReferrersApi::Whole, 1, Vec::new());
    let client = Client::of(&scene.registry);
    let (repository, digest) = (client.repository(), scene.digest.clone());
    client.runtime.block_on(async {
        let mut asking = tokio::task::JoinSet::new();
        for _ in 0..32 {
            let (remote, layer) = (client.remote.clone(), scene.layer.clone());
            let (repository, digest) = (repository.clone(), digest.clone());
            asking.spawn(async move {
                let manifest = remote.manifest(&repository, Target::Digest(&digest)).await;
                let referrers = remote.referrers(&repository, &digest).await.unwrap();
                let blob = remote.blob(&repository, &layer).await;
                assert!(manifest.unwrap().is_some() && blob.unwrap().is_some());
                assert!(matches!(referrers, Referrers::Listed(all) if all.len() == 1));
            });
        }
        while let Some(done) = asking.join_next().await {
            done.unwrap();
        }
    });
    assert_eq!(scene.registry.seen().len(), 3);
}

#[test]
fn what_a_tag_brought_is_known_by_digest_too() {
    let scene = Scene::with_faults(Vec::new());
    let client = Client::of(&scene.registry);
    client.tag("v1").unwrap();
    client.by_digest(&scene.digest).unwrap();
    client.tag_digest("v1").unwrap();
    assert_eq!(scene.registry.seen().len(), 1);
}

#[test]
fn a_failure_is_an_answer_for_the_run() {
    let scene = Scene::with_faults(vec![Fault::at("/v2/", 0..1, Action::status(403))]);
    let client = Client::of(&scene.registry);
    let first = client.tag("v1").unwrap_err();
    assert_eq!(client.tag("v1").unwrap_err(), first);
    assert_eq!(scene.registry.seen().len(), 1);
}

#[test]
fn who_gives_up_leaves_the_question_to_others() {
    let scene = Scene::with_faults(vec![Fault::at("/v2/", 0..1, Action::Stall)]);
    let client = Client::of(&scene.registry);
    let (repository, target) = (client.repository(), Target::Tag("v1"));
    client.runtime.block_on(async {
        let first = client.remote.manifest(&repository, target);
        let limit = std::time::Duration::from_millis(100);
        assert!(tokio::time::timeout(limit, first).await.is_err());
        let second = client.remote.manifest(&repository, target).await;
        assert!(second.unwrap().is_some());
    });
}

#[test]
fn large_answers_are_not_kept() {
    let mut content = crate::registry::content::Content::default();
    let bytes = vec![7; 2 * 1024 * 1024];
    let mut layer = Scene::with_faults(Vec::new()).layer;
    let digest = content.blob(&bytes);
    content.tag(crate::client::PATH, "v1", &digest);
    layer.digest = imagegate::model::digest::Digest::parse(&digest).unwrap();
    layer.size = bytes.len() as u64;
    let scene = Scene::start(crate::registry::Setup {
        content,
        ..Default::default()
    });
    let client = Client::of(&scene.registry);
    assert_eq!(client.blob(&layer).unwrap().unwrap(), bytes);
    assert_eq!(client.blob(&layer).unwrap().unwrap(), bytes);
    assert_eq!(scene.registry.count("/blobs/"), 2);
}

#[test]
fn the_program_says_who_it_is() {
    let scene = Scene::with_faults(Vec::new());
    Client::of(&scene.registry).tag("v1").unwrap();
    let seen = scene.registry.seen();
    let (_, agent) = seen[0]
        .headers
        .iter()
        .find(|(name, _)| name == "user-agent")
        .unwrap();
    assert_eq!(agent, concat!("imagegate/", env!("CARGO_PKG_VERSION")));
}
