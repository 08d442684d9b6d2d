//! No registry decides how much memory or time is used.

use crate::client::{Client, LAYER, Scene, said};
use crate::registry::ReferrersApi;
use crate::registry::fault::{Action, Fault};
use crate::registry::wire::Reply;

const TEN_GIGABYTES: u64 = 10_000_000_000;

#[test]
fn a_length_beyond_the_cap_is_refused_before_reading() {
    let faults = vec![Fault::always("/v2/", Action::Length(TEN_GIGABYTES))];
    let scene = Scene::with_referrers(ReferrersApi::Whole, 1, faults);
    let client = Client::of(&scene.registry);
    let manifest = said(client.tag("v1"));
    assert!(
        manifest.contains("10000000000 bytes, where at most 4194304 are read"),
        "{manifest}"
    );
    let referrers = said(client.referrers(&scene.digest));
    assert!(
        referrers.contains("where at most 4194304 are read"),
        "{referrers}"
    );
    let blob = said(client.blob(&scene.layer));
    assert!(blob.contains("where 22 were announced"), "{blob}");
}

#[test]
fn a_body_without_end_is_cut_off() {
    let faults = vec![Fault::always("/v2/", Action::Endless)];
    let scene = Scene::with_referrers(ReferrersApi::Whole, 1, faults);
    let client = Client::of(&scene.registry);
    let manifest = said(client.tag("v1"));
    assert!(
        manifest.contains("goes on behind 4194304 bytes"),
        "{manifest}"
    );
    let referrers = said(client.referrers(&scene.digest));
    assert!(
        referrers.contains("goes on behind 4194304 bytes"),
        "{referrers}"
    );
    let blob = said(client.blob(&scene.layer));
    assert!(blob.contains("goes on behind 22 bytes"), "{blob}");
}

#[test]
fn headers_without_end_are_cut_off() {
    let scene = Scene::with_faults(vec![Fault::always("/v2/", Action::EndlessHeaders)]);
    let said = said(Client::of(&scene.registry).tag("v1"));
    assert!(said.contains("the connection to 127.0.0.1 broke"), "{said}");
}

#[test]
fn a_404_without_end_is_no_answer() {
    let endless = vec![b' '; 100_000];
    let faults = vec![Fault::always(
        "/v2/",
        Action::Instead(Reply::new(404).body(&endless)),
    )];
    let scene = Scene::with_faults(faults);
    assert!(said(Client::of(&scene.registry).tag("v1")).contains("404 Not Found"));
}

#[test]
fn a_compressed_answer_is_refused() {
    for encoding in ["gzip", "br", "zstd", "gzip, identity"] {
        let header = Action::Header("Content-Encoding", encoding.to_owned());
        let faults = vec![Fault::always("/v2/", header)];
        let scene = Scene::with_referrers(ReferrersApi::Whole, 1, faults);
        let client = Client::of(&scene.registry);
        for said in [
            said(client.tag("v1")),
            said(client.blob(&scene.layer)),
            said(client.referrers(&scene.digest)),
        ] {
            assert!(
                said.contains("a compressed answer, which was not asked for"),
                "{said}"
            );
        }
        let seen = scene.registry.seen();
        let asked = ("accept-encoding".to_owned(), "identity".to_owned());
        assert!(seen.iter().all(|seen| seen.headers.contains(&asked)));
    }
}

#[test]
fn an_answer_that_says_it_is_not_compressed_is_read() {
    let header = Action::Header("Content-Encoding", "identity".to_owned());
    let scene = Scene::with_faults(vec![Fault::always("/v2/", header)]);
    assert!(Client::of(&scene.registry).tag("v1").unwrap().is_some());
}

#[test]
fn a_blob_of_another_size_is_refused() {
    let scene = Scene::with_faults(Vec::new());
    let client = Client::of(&scene.registry);
    for size in [0, 1, LAYER.len() as u64 - 1, LAYER.len() as u64 + 1] {
        let mut layer = scene.layer.clone();
        layer.size = size;
        let said = said(client.blob(&layer));
        assert!(
            said.contains(&format!("where {size} were announced")),
            "{said}"
        );
    }
}

#[test]
fn a_blob_that_is_too_large_is_not_asked_for() {
    let mut scene = Scene::with_faults(Vec::new());
    scene.layer.size = 32 * 1024 * 1024 + 1;
    let said = said(Client::of(&scene.registry).blob(&scene.layer));
    assert!(
        said.contains("not asked for: it has 33554433 bytes"),
        "{said}"
    );
    assert_eq!(scene.registry.count("/"), 0);
}

#[test]
fn at_most_sixteen_requests_run_at_the_same_time() {
    let scene = Scene::start(crate::registry::Setup {
        latency: std::time::Duration::from_millis(20),
        ..Default::default()
    });
    let client = Client::of(&scene.registry);
    let repository = client.repository();
    client.runtime.block_on(async {
        let mut asking = tokio::task::JoinSet::new();
        for number in 0..64 {
            let (remote, repository) = (client.remote.clone(), repository.clone());
            asking.spawn(async move {
                let tag = format!("v{number}");
                let target = imagegate::gather::store::Target::Tag(&tag);
                remote.manifest(&repository, target).await
            });
        }
        while let Some(answer) = asking.join_next().await {
            answer.unwrap().unwrap();
        }
    });
    assert_eq!(scene.registry.count("/manifests/"), 64);
    // The registry still counts a request for a moment after its answer has arrived.
    let most = scene.registry.most_busy();
    assert!((2..24).contains(&most), "{most}");
}
