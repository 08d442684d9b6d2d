//! What a pattern matches, and what it refuses to be.

use imagegate::model::reference::ImageReference;
use imagegate::policy::pattern::{ImagePattern, PatternFault};

fn pattern(text: &str) -> ImagePattern {
    ImagePattern::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn matches(written: &str, image: &str) -> bool {
    let reference = ImageReference::parse(image).unwrap_or_else(|error| panic!("{image}: {error}"));
    pattern(written).matches(&reference)
}

fn assert_all(written: &str, images: &[&str], expected: bool) {
    for image in images {
        assert_eq!(matches(written, image), expected, "{written} on {image}");
    }
}

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[test]
fn a_pattern_without_stars_is_one_repository() {
    assert_all("ghcr.io/acme", &["ghcr.io/acme", "ghcr.io/acme:1"], true);
    assert_all(
        "ghcr.io/acme",
        &[
            "ghcr.io/acme-evil",
            "ghcr.io/acme/app",
            "ghcr.io/acm",
            "x.ghcr.io/acme",
        ],
        false,
    );
}

#[test]
fn one_star_stays_inside_a_segment() {
    assert_all(
        "ghcr.io/acme/*",
        &["ghcr.io/acme/app", "ghcr.io/acme/a-b.c"],
        true,
    );
    assert_all(
        "ghcr.io/acme/*",
        &["ghcr.io/acme", "ghcr.io/acme/app/x"],
        false,
    );
    assert_all("ghcr.io/*-ci/app", &["ghcr.io/acme-ci/app"], true);
    assert_all("ghcr.io/*-ci/app", &["ghcr.io/acme/x-ci/app"], false);
}

#[test]
fn two_stars_at_the_end_want_something_below() {
    assert_all(
        "ghcr.io/acme/**",
        &["ghcr.io/acme/app", "ghcr.io/acme/a/b/c:1"],
        true,
    );
    assert_all(
        "ghcr.io/acme/**",
        &["ghcr.io/acme", "ghcr.io/acme-evil/app"],
        false,
    );
}

#[test]
fn two_stars_in_the_middle_may_stand_for_nothing() {
    assert_all(
        "ghcr.io/**/app",
        &["ghcr.io/app", "ghcr.io/a/app", "ghcr.io/a/b/app"],
        true,
    );
    assert_all("ghcr.io/**/app", &["ghcr.io/app/x", "ghcr.io/xapp"], false);
}

#[test]
fn two_stars_alone_match_every_image() {
    assert_all(
        "**",
        &["nginx", "localhost:5000/a/b:1", "[::1]:443/x"],
        true,
    );
}

#[test]
fn two_stars_in_front_stand_for_every_registry() {
    assert_all(
        "**/app",
        &["app", "ghcr.io/app", "localhost:5000/a/app"],
        true,
    );
    assert_all("**/app", &["ghcr.io/app/x", "app.io/x"], false);
    assert_all("**:latest", &["nginx:latest", "ghcr.io/a/b:latest"], true);
    assert_all("**:latest", &["nginx", "nginx:latest-alpine"], false);
}

#[test]
fn a_star_in_a_registry_stays_inside_a_label() {
    assert_all(
        "*.example.com/**",
        &["a.example.com/x", "quay-int.example.com/a/b"],
        true,
    );
    assert_all(
        "*.example.com/**",
        &[
            "example.com/x",
            "a.b.example.com/x",
            "a.example.com:443/x",
            "a.example.com.evil.io/x",
            "aexample.com/x",
        ],
        false,
    );
    assert_all("quay-*.example.com/**", &["quay-int.example.com/x"], true);
    assert_all(
        "quay-*.example.com/**",
        &["quay-a.b.example.com/x", "quay.example.com/x"],
        false,
    );
}

#[test]
fn a_registry_matches_only_with_the_port_that_is_written() {
    assert_all(
        "registry.k8s.io/**",
        &["registry.k8s.io:443/pause:3.9"],
        false,
    );
    assert_all(
        "registry.k8s.io:443/**",
        &["registry.k8s.io:443/pause"],
        true,
    );
    assert_all("registry.k8s.io:443/**", &["registry.k8s.io/pause"], false);
    assert_all(
        "localhost:*/**",
        &["localhost:5000/app", "localhost:1/app"],
        true,
    );
    assert_all("localhost:*/**", &["localhost/app"], false);
    assert_all("[2001:db8::1]:5000/**", &["[2001:db8::1]:5000/app"], true);
    assert_all(
        "[2001:db8::1]:5000/**",
        &["[2001:db8::2]:5000/app", "[2001:db8::1]/app"],
        false,
    );
}

#[test]
fn a_pattern_is_normalised_like_a_reference() {
    let spellings = [
        "nginx",
        "library/nginx",
        "docker.io/nginx",
        "index.docker.io/nginx",
        "registry-1.docker.io/library/nginx",
    ];
    for written in spellings {
        assert_all(written, &spellings, true);
        assert_all(written, &["acme/nginx", "quay.io/nginx"], false);
    }
    assert_all("acme/*", &["acme/app", "docker.io/acme/app"], true);
    assert_all("docker.io/**", &["nginx", "acme/app"], true);
    assert_all("docker.io/*", &["nginx"], true);
    assert_all("docker.io/*", &["acme/app"], false);
}

#[test]
fn a_tag_and_a_digest_are_compared_on_their_own() {
    assert_all(
        "nginx:1.*",
        &["nginx:1.27", "nginx:1.", &format!("nginx:1.2@{DIGEST}")],
        true,
    );
    assert_all(
        "nginx:1.*",
        &["nginx", "nginx:2.0", &format!("nginx@{DIGEST}")],
        false,
    );
    let exact = format!("nginx@{DIGEST}");
    assert_all(&exact, &[&exact, &format!("nginx:latest@{DIGEST}")], true);
    assert_all(&exact, &["nginx", &exact.replace("012", "112")], false);
    assert_all("**@sha256:*", &[&exact], true);
    assert_all("**@sha512:*", &[&exact], false);
    assert_all("**@*", &["nginx:1"], false);
    assert_all(&format!("nginx:1@{DIGEST}"), &[&exact, "nginx:1"], false);
}

#[test]
fn no_look_alike_of_an_approved_registry_passes() {
    let approved = [
        "quay-int.registry.example.com/**",
        "registry.internal.example.com/**",
        "registry.k8s.io/**",
    ]
    .map(pattern);
    let look_alikes = [
        "registry.k8s.io.evil.example/pause:3.9",
        "registry.k8s.io-evil/pause",
        "registry.k8s.io./pause",
        "registry.k8s.io:443/pause",
        "evil/registry.k8s.io/pause",
        "evil.example/registry.k8s.io/pause",
        "registry.k8s.io@evil.example/pause",
        "user:pass@registry.k8s.io/pause",
        "registry.k8s.io:x@evil.example/pause",
        "REGISTRY.K8S.IO/pause",
        "Registry.k8s.io/pause",
        "registry.k8s.i\u{43e}/pause",
        "registry.k8s\u{3002}io/pause",
        "registry.k8s.io\u{2215}pause",
        "registry\u{200b}.k8s.io/pause",
        "https://registry.k8s.io/pause",
        "//registry.k8s.io/pause",
        "registry.k8s.io//pause",
        "registry.k8s.io/../pause",
        "registry.k8s.io\\evil/pause",
        "registry.k8s.io#evil/pause",
        "registry.k8s.io?evil/pause",
        "registry.k8s.io%2fevil/pause",
        " registry.k8s.io/pause",
        "registry.k8s.io/pause\n",
        "quay-int.registry.example.com-evil/x",
        "quay-int.registry.example.community/x",
        "xquay-int.registry.example.com/x",
        "registry.k8s.io",
        "registry.k8s.io:3.9",
        "registry-k8s.io/pause",
    ];
    for image in look_alikes {
        if let Ok(reference) = ImageReference::parse(image) {
            assert!(
                !approved.iter().any(|one| one.matches(&reference)),
                "{image}"
            );
        }
    }
}

#[test]
fn a_refusal_sees_through_other_spellings_of_the_same_place() {
    let refuses = |written: &str, image: &str| {
        pattern(written).refuses(&ImageReference::parse(image).expect("a reference"))
    };
    assert!(refuses("quay.io/**", "quay.io:443/x"));
    assert!(refuses("quay.io/**", "quay.io:0443/x"));
    assert!(refuses("quay.io/**", "quay.io:80/x"));
    assert!(!refuses("quay.io/**", "quay.io:5000/x"));
    assert!(refuses("quay.io:443/**", "quay.io/x"));
    assert!(refuses("docker.io/**", "registry-1.docker.io:443/a/x"));
    assert!(refuses("docker.io/**", "index.docker.io:0443/a/x"));
    assert!(!refuses("docker.io/**", "index.docker.io:5000/a/x"));
    assert!(refuses("localhost:5000/**", "localhost:05000/x"));
    assert!(refuses("[2001:db8::1]/**", "[2001:db8:0:0::1]/x"));
    assert!(!refuses("[2001:db8::1]/**", "[2001:db8::2]/x"));
    assert!(refuses("**:latest", "nginx"));
    assert!(!refuses("**:latest", &format!("nginx@{DIGEST}")));
    assert!(!refuses("quay.io/**", "quay.io.example/x"));
}

#[test]
fn many_stars_take_no_exponential_time() {
    let written = format!("ghcr.io/{}b", "*a".repeat(100));
    assert!(!matches(&written, &format!("ghcr.io/{}", "a".repeat(250))));
    let written = format!("ghcr.io/{}x", "**/a/".repeat(100));
    let image = format!("ghcr.io/{}a", "a/".repeat(120));
    assert!(!matches(&written, &image));
}

#[test]
fn a_faulty_pattern_says_where_and_why() {
    use PatternFault as F;
    let text = |text: &str| text.to_owned();
    let cases: Vec<(&str, usize, PatternFault)> = vec![
        ("", 0, F::Empty),
        ("ghcr.io/a?", 9, F::Character('?')),
        ("ghcr.io/a b", 9, F::Character(' ')),
        ("ghcr.i\u{43e}/a", 6, F::Character('\u{43e}')),
        ("https://ghcr.io/a", 0, F::Scheme(text("https"))),
        ("user@ghcr.io/a", 0, F::UserInfo),
        ("*", 0, F::AmbiguousStar),
        ("*/app", 0, F::AmbiguousStar),
        ("*:1.0", 0, F::AmbiguousStar),
        ("quay.io", 0, F::BareRegistry(text("quay.io"))),
        ("quay.io:443", 0, F::BareRegistry(text("quay.io"))),
        ("localhost:5000", 0, F::BareRegistry(text("localhost"))),
        ("quay.io/", 8, F::EmptySegment),
        ("/quay.io", 0, F::EmptySegment),
        ("quay.io//x", 8, F::EmptySegment),
        ("quay.io/acme**", 12, F::PartialDoubleStar),
        ("**.example.com/x", 0, F::PartialDoubleStar),
        ("Quay.io/x", 0, F::Uppercase),
        ("quay.io/a/Acme", 10, F::Uppercase),
        ("quay.io./x", 0, F::Registry(text("quay.io."))),
        ("quay.io:port/x", 0, F::Registry(text("quay.io:port"))),
        ("quay.io:*0/x", 0, F::Registry(text("quay.io:*0"))),
        ("[::*]/x", 0, F::Registry(text("[::*]"))),
        ("quay.io/a/-x", 10, F::Segment(text("-x"))),
        ("quay.io/a:1/x", 8, F::Segment(text("a:1"))),
        ("quay.io/x:", 10, F::Tag(String::new())),
        ("quay.io/x:-1", 10, F::Tag(text("-1"))),
        ("quay.io/x@sha256:12", 10, F::Digest(text("sha256:12"))),
        ("quay.io/x@md5:*", 10, F::Digest(text("md5:*"))),
    ];
    for (written, offset, fault) in cases {
        let error = ImagePattern::parse(written).expect_err(written);
        assert_eq!((error.offset, error.fault), (offset, fault), "{written}");
    }
    let long = "a".repeat(1025);
    assert_eq!(
        ImagePattern::parse(&long).expect_err("long").fault,
        F::TooLong
    );
}

#[test]
fn covering_is_seen_where_it_is_plain() {
    let covers = |wide: &str, narrow: &str| pattern(wide).covers(&pattern(narrow));
    assert!(covers("**", "ghcr.io/acme/app:1"));
    assert!(covers("ghcr.io/**", "ghcr.io/acme/**"));
    assert!(covers("ghcr.io/acme/*", "ghcr.io/acme/app"));
    assert!(covers("*.example.com/**", "a.example.com/x"));
    assert!(covers("docker.io/**", "nginx"));
    assert!(covers("nginx", "nginx:1.27"));
    assert!(covers("nginx:1.*", "nginx:1.2*"));
    assert!(!covers("nginx:1.*", "nginx"));
    assert!(!covers("ghcr.io/acme/*", "ghcr.io/acme/**"));
    assert!(!covers("ghcr.io/acme", "ghcr.io/acme/**"));
    assert!(!covers("ghcr.io/**", "ghcr.io:443/x"));
    assert!(!covers("ghcr.io/**", "**"));
}

#[test]
fn patterns_without_a_common_image_do_not_overlap() {
    let overlap = |a: &str, b: &str| {
        let (a, b) = (pattern(a), pattern(b));
        assert_eq!(a.may_overlap(&b), b.may_overlap(&a));
        a.may_overlap(&b)
    };
    assert!(overlap("**/app", "ghcr.io/acme/*"));
    assert!(overlap("ghcr.io/a*/x", "ghcr.io/*b/x"));
    assert!(overlap("nginx", "nginx:1"));
    assert!(!overlap("nginx:1.*", "nginx:2.*"));
    assert!(!overlap("ghcr.io/a*/x", "ghcr.io/b*/x"));
    assert!(!overlap("ghcr.io/acme", "ghcr.io/acme/**"));
    assert!(!overlap("ghcr.io/**", "quay.io/**"));
    assert!(!overlap("*.example.com/**", "example.com/**"));
}

#[test]
fn the_pattern_for_every_image_is_the_one_that_people_write() {
    assert_eq!(Ok(ImagePattern::every_image()), ImagePattern::parse("**"));
}
