//! What the rules say about manifests: YAML through the extractor, a policy file through its reader,
//! both through `check::judge`.
#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its fixture has failed"
)]

#[path = "rules/catalog.rs"]
mod catalog;
#[path = "rules/caveats.rs"]
mod caveats;
#[path = "rules/evidence.rs"]
mod evidence;
#[path = "rules/fixtures.rs"]
mod fixtures;
#[path = "rules/latest.rs"]
mod latest;
#[path = "rules/merging.rs"]
mod merging;
#[path = "rules/namespaces.rs"]
mod namespaces;
#[path = "rules/order.rs"]
mod order;
#[path = "rules/registries.rs"]
mod registries;
#[path = "rules/run.rs"]
mod run;
#[path = "rules/scan_facts.rs"]
mod scan_facts;
#[path = "rules/scan_fixture.rs"]
mod scan_fixture;
#[path = "rules/scan_laws.rs"]
mod scan_laws;
#[path = "rules/scans/mod.rs"]
mod scans;
#[path = "rules/signature_facts.rs"]
mod signature_facts;
#[path = "rules/signature_laws.rs"]
mod signature_laws;
#[path = "rules/signature_page.rs"]
mod signature_page;
#[path = "rules/signature_reports.rs"]
mod signature_reports;
#[path = "rules/signature_spellings.rs"]
mod signature_spellings;
#[path = "rules/signatures.rs"]
mod signatures;
#[path = "rules/summary.rs"]
mod summary;
#[path = "rules/suppressions.rs"]
mod suppressions;
