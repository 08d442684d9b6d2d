//! Builds reports by hand: texts, and findings that point at words in them.

use std::sync::Arc;

use imagegate::model::caveat::Caveat;
use imagegate::model::digest::Digest;
use imagegate::model::evidence::{AnsweredBy, ResolvedImage};
use imagegate::model::finding::{
    Action, Finding, Fingerprint, Outcome, PolicyLine, Suppressed, SuppressedBy,
};
use imagegate::model::image_use::Role;
use imagegate::model::object::Object;
use imagegate::model::reference::ImageReference;
use imagegate::model::rule::Rule;
use imagegate::model::source::{SourceId, SourceText, Sources};
use imagegate::model::span::{Location, Position, Span};
use imagegate::model::strict::Strict;
use imagegate::model::summary::{NotLookedAt, Summary};
use imagegate::report::{CheckFormat, CheckReport, Listing, Style, write_check};

pub const PLAIN: Style = Style {
    color: false,
    links: false,
    width: 100,
    show_suppressed: false,
};

/// Texts with the findings in them.
#[derive(Default)]
pub struct Scene {
    texts: Vec<(SourceText, Vec<Location>)>,
    pub findings: Vec<Finding>,
    pub resolved: Vec<(ImageReference, ResolvedImage)>,
    pub summary: Summary,
    pub caveats: Vec<Caveat>,
    pub listing: Listing,
    pub strict: Strict,
    pub policy_files: Vec<String>,
}

impl Scene {
    pub fn file(&mut self, path: &str, text: &str) -> SourceId {
        self.texts
            .push((SourceText::new(path.into(), text.into()), Vec::new()));
        SourceId(self.texts.len() as u32 - 1)
    }

    /// The place of the first `needle` in a text.
    pub fn place(&mut self, source: SourceId, needle: &str) -> Location {
        let text = &self.texts[source.0 as usize].0;
        let at = text.text().find(needle).expect("the needle is in the text");
        self.span(source, at, at + needle.len())
    }

    /// The place of a range of bytes, which becomes part of the excerpt.
    pub fn span(&mut self, source: SourceId, start: usize, end: usize) -> Location {
        let (text, kept) = &mut self.texts[source.0 as usize];
        let location = text.location(Span::new(start as u32, end as u32));
        kept.push(location);
        location
    }

    pub fn report(self) -> CheckReport {
        let mut sources = Sources::default();
        for (text, locations) in &self.texts {
            sources.push(text.excerpt(locations));
        }
        CheckReport {
            caveats: self.caveats,
            listing: self.listing,
            strict: self.strict,
            findings: self.findings,
            sources,
            resolved: self.resolved,
            summary: self.summary,
            policy_files: self.policy_files,
        }
    }
}

/// An enforced violation without anything else.
pub fn finding(
    rule: Rule,
    source: SourceId,
    location: impl Into<Option<Location>>,
    message: &str,
) -> Finding {
    Finding {
        rule,
        outcome: Outcome::Violation,
        action: Action::Enforce,
        message: message.into(),
        help: None,
        notes: Box::default(),
        label: "".into(),
        source,
        location: location.into(),
        also_at: Vec::new(),
        image: None,
        reference: None,
        digest: None,
        object: None,
        container: None,
        role: None,
        origin: None,
        field: None,
        decided_by: None,
        fingerprint: Fingerprint(0x0123456789abcdef0123456789abcdef_u128.to_be_bytes()),
        suppressed: None,
        lowered_by: None,
        details: Arc::default(),
        scans: Box::default(),
        outage: None,
    }
}

pub fn print(report: &CheckReport, format: CheckFormat, style: &Style) -> String {
    let mut out = Vec::new();
    write_check(report, format, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const CART: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  namespace: production-web
spec:
  template:
    spec:
      containers:
        - name: cart
          image: registry.internal.example.com/shop/cart
        - name: proxy
          image: nginx:1.27.3
";

const JOBS: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: staging-web}
spec:
  template:
    spec:
      containers:
        - name: migrate
          image: registry.internal.example.com/shop/cart
        - name: legacy
          image: ghcr.io/acme/legacy # imagegate: ignore[disallow-latest-tag] vendor image, OPS-12
";

fn object(kind: &str, namespace: &str, name: &str) -> Option<Arc<Object>> {
    let api_version = if kind == "Job" { "batch/v1" } else { "apps/v1" };
    Some(Arc::new(Object {
        api_version: api_version.into(),
        kind: kind.into(),
        namespace: Some(namespace.into()),
        name: Some(name.into()),
        pod_annotations: None,
    }))
}

fn line(line: u32) -> Option<PolicyLine> {
    Some(PolicyLine {
        path: "imagegate.yaml".into(),
        position: Position { line, column: 5 },
    })
}

fn untagged(scene: &mut Scene, source: SourceId, container: &str, object: Object) -> Finding {
    let image = "registry.internal.example.com/shop/cart";
    let location = scene.place(source, image);
    let namespace = object.namespace.as_deref().unwrap_or_default();
    let name = object.name.as_deref().unwrap_or_default();
    Finding {
        help: Some(format!("write a version, best with its digest: {image}:1.4.2@sha256:…").into()),
        label: format!(
            "container {container} of {} {namespace}/{name}",
            object.kind
        )
        .into(),
        image: Some(image.into()),
        reference: Some(image.into()),
        container: Some(container.into()),
        role: Some(Role::Container),
        origin: None,
        field: Some("spec.template.spec.containers[0].image".into()),
        decided_by: line(12),
        object: Some(Arc::new(object)),
        ..finding(
            Rule::DisallowLatestTag,
            source,
            location,
            "no tag is written, so `latest` is pulled",
        )
    }
}

/// An image with the digest that the registry gave for it; digests by their repeated digit.
pub fn resolved(
    image: &str,
    digest: &str,
    tag_points_to: Option<&str>,
) -> (ImageReference, ResolvedImage) {
    let read = |digit: &str| {
        let text = format!("sha256:{}", digit.repeat(64));
        Digest::parse(&text).expect("a digest")
    };
    let resolved = ResolvedImage {
        digest: read(digest),
        answered_by: AnsweredBy::Registry,
        tag_points_to: tag_points_to.map(read),
        unlisted: None,
        platforms: Vec::new(),
    };
    (ImageReference::parse(image).expect("a reference"), resolved)
}

/// A shop with findings of every kind: violations, one in two places, an audit finding, one that could
/// not be checked, a suppressed one and a file that could not be read.
pub fn shop() -> Scene {
    let mut scene = Scene::default();
    let big = scene.file("shop/archive.yaml", "");
    scene.findings.push(Finding {
        outcome: Outcome::NotChecked,
        help: Some("split it, or leave it out with `exclude`".into()),
        label: "".into(),
        fingerprint: Fingerprint(0x10000000000000000000000000000000_u128.to_be_bytes()),
        ..finding(
            Rule::UnreadableInput,
            big,
            None,
            "the file is larger than 64 MiB, so nothing in it was checked",
        )
    });
    let cart = scene.file("shop/cart.yaml", CART);
    let cart_object = object("Deployment", "production-web", "cart").unwrap();
    let found = untagged(&mut scene, cart, "cart", (*cart_object).clone());
    scene.findings.push(Finding {
        fingerprint: Fingerprint(0x20000000000000000000000000000000_u128.to_be_bytes()),
        ..found
    });
    let proxy = scene.place(cart, "nginx:1.27.3");
    let about_proxy = |rule, message| Finding {
        label: "container proxy of Deployment production-web/cart".into(),
        image: Some("nginx:1.27.3".into()),
        reference: Some("docker.io/library/nginx:1.27.3".into()),
        container: Some("proxy".into()),
        role: Some(Role::Container),
        origin: None,
        field: Some("spec.template.spec.containers[1].image".into()),
        object: Some(Arc::clone(&cart_object)),
        ..finding(rule, cart, proxy, message)
    };
    scene.findings.push(Finding {
        action: Action::Audit,
        help: Some(
            "use the mirror: registry.internal.example.com/dockerhub/library/nginx:1.27.3".into(),
        ),
        decided_by: line(6),
        fingerprint: Fingerprint(0x30000000000000000000000000000000_u128.to_be_bytes()),
        ..about_proxy(
            Rule::RestrictImageRegistries,
            "nginx:1.27.3 comes from docker.io, which is not approved",
        )
    });
    scene.findings.push(Finding {
        outcome: Outcome::NotChecked,
        decided_by: line(18),
        digest: Some(format!("sha256:{}", "1".repeat(64))),
        fingerprint: Fingerprint(0x40000000000000000000000000000000_u128.to_be_bytes()),
        ..about_proxy(
            Rule::VerifyImageSignatures,
            "could not check who signed `nginx:1.27.3`: GET https://registry-1.docker.io/v2/library/nginx/referrers/sha256:1111…: 429 Too Many Requests, 5 times",
        )
    });
    let jobs = scene.file("shop/jobs.yaml", JOBS);
    let job = object("Job", "staging-web", "migrate").unwrap();
    let found = untagged(&mut scene, jobs, "migrate", (*job).clone());
    scene.findings.push(Finding {
        fingerprint: Fingerprint(0x50000000000000000000000000000000_u128.to_be_bytes()),
        ..found
    });
    let legacy = scene.place(jobs, "ghcr.io/acme/legacy");
    scene.findings.push(Finding {
        label: "container legacy of Job staging-web/migrate".into(),
        image: Some("ghcr.io/acme/legacy".into()),
        reference: Some("ghcr.io/acme/legacy".into()),
        container: Some("legacy".into()),
        role: Some(Role::Container),
        origin: None,
        field: Some("spec.template.spec.containers[1].image".into()),
        object: Some(job),
        decided_by: line(12),
        fingerprint: Fingerprint(0x60000000000000000000000000000000_u128.to_be_bytes()),
        suppressed: Some(Suppressed {
            by: SuppressedBy::Comment,
            reason: "vendor image, OPS-12".into(),
            until: None,
        }),
        ..finding(
            Rule::DisallowLatestTag,
            jobs,
            legacy,
            "no tag is written, so `latest` is pulled",
        )
    });
    let pinned = format!("nginx:1.27@sha256:{}", "2".repeat(64));
    scene.resolved = vec![
        resolved(&pinned, "2", Some("3")),
        resolved("nginx:1.27.3", "1", None),
    ];
    scene.policy_files = vec!["imagegate.yaml".to_owned()];
    scene.summary = Summary {
        files: 3,
        documents: 2,
        manifests: 2,
        images: 4,
        unique_images: 3,
        judged: 4,
        violations: 2,
        audit: 1,
        not_checked: 2,
        suppressed: 1,
        not_looked_at: vec![
            (NotLookedAt::TemplateDocument, 4),
            (NotLookedAt::ExemptNamespace, 12),
            (
                NotLookedAt::RuleNotConfigured(Rule::CheckVulnerabilityScan),
                4,
            ),
            (NotLookedAt::NothingRequired(Rule::VerifyImageSignatures), 2),
            (NotLookedAt::ScanClaimedByAnnotation, 1),
        ],
    };
    scene
}
