//! `check-vulnerability-scan`.

use crate::policy::settings::{
    CheckVulnerabilityScan, IgnoredVulnerability, SCAN_PREDICATES, ScanSource, Spanned,
    VulnerabilitySeverity,
};

use super::decode::{Fields, Reader, Value};
use super::patterns;
use super::signatures::{every_image, one_of, signers, transparency_log};

const STATEMENTS: [(&str, bool); 2] = [("newest", false), ("every", true)];
const BIND: [(&str, bool); 2] = [("digest", false), ("tag", true)];
const VEX_PRODUCTS: [(&str, bool); 2] = [("digest", false), ("repository", true)];
const SCANNERS: [(&str, &str); 2] = [("trivy", "trivy"), ("grype", "grype")];
const SEVERITIES: [(&str, VulnerabilitySeverity); 4] = [
    ("low", VulnerabilitySeverity::Low),
    ("medium", VulnerabilitySeverity::Medium),
    ("high", VulnerabilitySeverity::High),
    ("critical", VulnerabilitySeverity::Critical),
];

/// What stands beside `action`.
pub(super) fn settings(
    fields: &mut Fields<'_, '_>,
    _rule: &Value,
) -> Option<CheckVulnerabilityScan> {
    let accept = fields.required("accept", |reader, value| reader.filled_list(value, source));
    let statements = fields.optional("statements", |reader, value| {
        reader.choice(value, &STATEMENTS)
    });
    let fail_on = fields.optional("fail-on", severity);
    let unknown_severity = fields.optional("unknown-severity", severity);
    let ignore_unfixed = fields.optional("ignore-unfixed", Reader::boolean);
    let max_age = fields.optional("max-age", Reader::seconds);
    let ignore = fields.optional("ignore", |reader, value| reader.list(value, ignored));
    let vex = fields.optional("vex", |reader, value| reader.list(value, Reader::path_glob));
    let vex_products = fields.optional("vex-products", |reader, value| {
        reader.choice(value, &VEX_PRODUCTS)
    });
    Some(CheckVulnerabilityScan {
        accept: accept?,
        every_statement: statements.is_some_and(|statements| statements.value),
        fail_on: fail_on.unwrap_or(Spanned::default_of(VulnerabilitySeverity::High)),
        unknown_severity: unknown_severity
            .map_or(VulnerabilitySeverity::Medium, |severity| severity.value),
        ignore_unfixed: ignore_unfixed.is_some_and(|ignore| ignore.value),
        max_age,
        ignore: ignore.unwrap_or_default(),
        vex: vex.unwrap_or_default(),
        vex_by_repository: vex_products.is_some_and(|products| products.value),
    })
}

fn severity(reader: &mut Reader<'_>, value: &Value) -> Option<Spanned<VulnerabilitySeverity>> {
    reader.choice(value, &SEVERITIES)
}

fn source(reader: &mut Reader<'_>, value: &Value) -> Option<Spanned<ScanSource>> {
    let source = one_of(
        reader,
        value,
        "source",
        &mut [
            ("attestation", &mut attestation),
            ("report", &mut report),
            ("annotation", &mut annotation),
            ("scanner", &mut scanner),
        ],
    )?;
    Some(Spanned {
        value: source,
        span: value.span,
    })
}

fn attestation(reader: &mut Reader<'_>, value: &Value) -> Option<ScanSource> {
    let mut fields = reader.fields(value)?;
    let predicate = fields.required("predicate", |reader, value| {
        reader.choice(value, &SCAN_PREDICATES.map(|word| (word, word)))
    });
    let signers = fields.required("signers", signers);
    let log = fields.optional("transparency-log", transparency_log);
    fields.end("key");
    Some(ScanSource::Attestation {
        predicate: predicate?.value.to_owned(),
        signers: signers?,
        transparency_log: log.is_none_or(|log| log.value),
    })
}

fn report(reader: &mut Reader<'_>, value: &Value) -> Option<ScanSource> {
    let mut fields = reader.fields(value)?;
    let files = fields.required("files", |reader, value| {
        reader.filled_list(value, Reader::path_glob)
    });
    let bind = fields.optional("bind", |reader, value| reader.choice(value, &BIND));
    fields.end("key");
    Some(ScanSource::Report {
        files: files?,
        by_tag: bind.is_some_and(|bind| bind.value),
    })
}

fn annotation(reader: &mut Reader<'_>, value: &Value) -> Option<ScanSource> {
    let mut fields = reader.fields(value)?;
    let key = fields.required("key", Reader::text);
    let wanted = fields.required("value", Reader::text);
    fields.end("key");
    Some(ScanSource::Annotation {
        key: key?.value,
        value: wanted?.value,
    })
}

fn scanner(reader: &mut Reader<'_>, value: &Value) -> Option<ScanSource> {
    let name = reader.choice(value, &SCANNERS)?;
    Some(ScanSource::Scanner(name.value.to_owned()))
}

fn ignored(reader: &mut Reader<'_>, value: &Value) -> Option<Spanned<IgnoredVulnerability>> {
    let mut fields = reader.fields(value)?;
    let id = fields.required("id", Reader::text);
    let package = fields.optional("package", Reader::text);
    let images = fields.optional("images", patterns::images);
    let reason = fields.required("reason", Reader::reason);
    let expires = fields.optional("expires", Reader::date);
    fields.end("key");
    Some(Spanned {
        span: value.span,
        value: IgnoredVulnerability {
            id: id?.value,
            package: package.map(|package| package.value),
            images: images.unwrap_or_else(every_image),
            reason: reason?.value,
            expires: expires.map(|expires| expires.value),
        },
    })
}
