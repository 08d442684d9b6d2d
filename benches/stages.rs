//! The stages of a check, each on its own, over realistic manifests that are made here:
//!
//! ```sh
//! cargo bench --bench stages
//! ```
//!
//! Whole runs over a folder, beside ripgrep: `benches/corpus.sh FOLDER`.

#![allow(missing_docs, reason = "criterion's macros make public items")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use imagegate::check::{self, Context};
use imagegate::extract::{ExtractSettings, file};
use imagegate::model::evidence::Gathered;
use imagegate::model::file_facts::FileFacts;
use imagegate::model::source::{SourceId, Sources};
use imagegate::parse::encoding::decode;
use imagegate::policy::settings::Policy;
use imagegate::report::{CheckFormat, CheckReport, Style, write_check};

/// Deployments of two containers each, none of which has a tag.
fn manifests(objects: usize) -> String {
    let mut text = String::new();
    for number in 0..objects {
        let _ = write!(
            text,
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop-{number}\n  namespace: production\n\
             spec:\n  replicas: 3\n  selector:\n    matchLabels: {{ app: shop-{number} }}\n  template:\n    metadata:\n\
             \x20     labels: {{ app: shop-{number} }}\n    spec:\n      containers:\n        - name: app\n\
             \x20         image: registry.example.com/shop/app-{number}\n          ports:\n            - containerPort: 8080\n\
             \x20         resources:\n            limits: {{ cpu: 500m, memory: 256Mi }}\n        - name: proxy\n\
             \x20         image: \"registry.example.com/platform/proxy-{number}\"\n"
        );
    }
    text
}

fn facts_of(text: &Arc<str>) -> FileFacts {
    file::facts(
        "bench.yaml".into(),
        Arc::clone(text),
        &ExtractSettings::default(),
    )
}

fn reading(criterion: &mut Criterion) {
    let text: Arc<str> = manifests(2_000).into();
    let mut group = criterion.benchmark_group("read");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("bytes to text", |bencher| {
        bencher.iter_batched(
            || text.as_bytes().to_vec(),
            |bytes| black_box(decode(bytes)),
            criterion::BatchSize::LargeInput,
        );
    });
    group.bench_function("text to facts", |bencher| {
        bencher.iter(|| black_box(facts_of(&text)));
    });
    group.finish();
}

fn judged(files: &[(SourceId, FileFacts)], policy: &Policy) -> check::Judgement {
    // The built-in policy wants no evidence.
    let evidence = Gathered::default();
    check::judge(
        files,
        &Context {
            policy,
            policy_source: None,
            namespace: None,
            today: jiff::civil::date(2026, 11, 24),
            now: jiff::Timestamp::UNIX_EPOCH,
            evidence: &evidence,
            all_governed_checked: true,
            places_of_images_by_rule: false,
        },
    )
}

fn judging(criterion: &mut Criterion) {
    let policy = Policy::built_in();
    let text: Arc<str> = manifests(10_000).into();
    let mut sources = Sources::default();
    let facts = facts_of(&text);
    let files = vec![(sources.push(facts.source.clone()), facts)];
    let mut group = criterion.benchmark_group("20,000 images, each with a finding");
    group.sample_size(10);
    group.bench_function("judge", |bencher| {
        bencher.iter(|| black_box(judged(&files, &policy)));
    });
    let judgement = judged(&files, &policy);
    let report = CheckReport {
        findings: judgement.findings,
        sources,
        resolved: judgement.resolved,
        summary: judgement.summary,
        caveats: judgement.caveats,
        ..CheckReport::default()
    };
    let style = Style {
        color: false,
        links: false,
        width: 100,
        show_suppressed: false,
    };
    for format in CheckFormat::ALL {
        group.bench_function(format!("write {}", format.name()), |bencher| {
            bencher.iter(|| {
                let mut out = Vec::new();
                let written = write_check(&report, format, &style, &mut out);
                black_box((written, out))
            });
        });
    }
    group.finish();
}

criterion_group!(stages, reading, judging);
criterion_main!(stages);
