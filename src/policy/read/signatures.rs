//! `verify-image-signatures`, and the signers that the scan rule asks for too.

use crate::model::span::Span;
use crate::policy::error::PolicyDiagnostic;
use crate::policy::keys::{certificates, public_key};
use crate::policy::pattern::{ImagePattern, TextPattern};
use crate::policy::settings::{SignatureRequirement, Signer, Spanned, VerifyImageSignatures};

use super::decode::{Fields, Reader, Value};
use super::spelling::{listed, quoted};
use super::{names, patterns};

const TRANSPARENCY_LOG: [(&str, bool); 2] = [("require", true), ("ignore", false)];
const UNMATCHED: [(&str, bool); 2] = [("allow", false), ("violation", true)];

/// What stands beside `action`.
pub(super) fn settings(
    fields: &mut Fields<'_, '_>,
    _rule: &Value,
) -> Option<VerifyImageSignatures> {
    let require = fields.required("require", |reader, value| {
        reader.filled_list(value, requirement)
    });
    let unmatched = fields.optional("unmatched", |reader, value| {
        reader.choice(value, &UNMATCHED)
    });
    Some(VerifyImageSignatures {
        require: require?,
        unmatched_is_violation: unmatched.unwrap_or(Spanned::default_of(false)),
    })
}

fn requirement(reader: &mut Reader<'_>, value: &Value) -> Option<SignatureRequirement> {
    let mut fields = reader.fields(value)?;
    let images = fields.optional("images", patterns::images);
    let signers = fields.required("signers", signers);
    let at_least = fields.optional("at-least", |reader, value| {
        let number = reader.whole_number(value)?;
        at_least_in_range(reader, number, signers.as_deref())
    });
    let annotations = fields.optional("annotations", annotations);
    let transparency_log = fields.optional("transparency-log", transparency_log);
    let repository = fields.optional("repository", |reader, value| {
        reader.checked_text(value, "a repository", names::repository)
    });
    fields.end("key");
    Some(SignatureRequirement {
        span: value.span,
        images: images.unwrap_or_else(every_image),
        signers: signers?,
        at_least: at_least.unwrap_or(Spanned::default_of(1)),
        annotations: annotations.unwrap_or_default(),
        transparency_log: transparency_log.unwrap_or(Spanned::default_of(true)),
        repository,
    })
}

/// The pattern that stands for `images` when it is not written.
pub(super) fn every_image() -> Vec<Spanned<ImagePattern>> {
    vec![Spanned::default_of(ImagePattern::every_image())]
}

/// A signer counts once, so a threshold above the number of different signers can never be reached.
fn at_least_in_range(
    reader: &mut Reader<'_>,
    number: Spanned<u32>,
    signers: Option<&[Spanned<Signer>]>,
) -> Option<Spanned<u32>> {
    let most = signers.map(|signers| {
        let mut different: Vec<&Signer> = Vec::new();
        for signer in signers {
            if !different.iter().any(|known| known.is_same(&signer.value)) {
                different.push(&signer.value);
            }
        }
        different.len()
    });
    if number.value >= 1 && most.is_none_or(|most| number.value as usize <= most) {
        return Some(number);
    }
    let help = match most {
        Some(1) => "there is one signer: leave `at-least` out".to_owned(),
        Some(most) => {
            format!("write a number from 1 to {most}; a signer that is listed twice counts once")
        }
        None => "write a number from 1".to_owned(),
    };
    let message = match most {
        Some(most) => format!(
            "`at-least` is {}, and the number of signers is {most}",
            number.value
        ),
        None => format!("`at-least` is {}", number.value),
    };
    reader.report(PolicyDiagnostic::new(number.span, message, "out of range").with_help(help));
    None
}

fn annotations(
    reader: &mut Reader<'_>,
    value: &Value,
) -> Option<Vec<(Spanned<String>, Spanned<String>)>> {
    let entries = reader.entries(value)?;
    if entries.is_empty() {
        let message = format!("{} is empty", value.what);
        reader.report(
            PolicyDiagnostic::new(value.span, message, "nothing in it")
                .with_help("write at least one annotation, or leave the key out"),
        );
        return None;
    }
    let mut all = Some(Vec::new());
    for (key, value) in entries {
        match (reader.text(&value), &mut all) {
            (Some(text), Some(all)) => all.push((key, text)),
            _ => all = None,
        }
    }
    all
}

/// `transparency-log`: whether an entry of the log is required.
pub(super) fn transparency_log(reader: &mut Reader<'_>, value: &Value) -> Option<Spanned<bool>> {
    reader.choice(value, &TRANSPARENCY_LOG)
}

/// `signers`: not empty.
pub(super) fn signers(reader: &mut Reader<'_>, value: &Value) -> Option<Vec<Spanned<Signer>>> {
    reader.filled_list(value, |reader, value| {
        let signer = one_of(
            reader,
            value,
            "signer",
            &mut [
                ("key", &mut key),
                ("keyless", &mut keyless),
                ("certificate", &mut certificate),
            ],
        )?;
        Some(Spanned {
            value: signer,
            span: value.span,
        })
    })
}

/// Reads one alternative of a map that must hold exactly one key.
type Alternative<'f, T> = (
    &'static str,
    &'f mut dyn FnMut(&mut Reader<'_>, &Value) -> Option<T>,
);

/// A map that holds exactly one of several keys.
pub(super) fn one_of<T>(
    reader: &mut Reader<'_>,
    value: &Value,
    noun: &str,
    alternatives: &mut [Alternative<'_, T>],
) -> Option<T> {
    let words: Vec<&str> = alternatives.iter().map(|(word, _)| *word).collect();
    let mut fields = reader.fields(value)?;
    let written: Vec<(&str, Span)> = words
        .iter()
        .filter_map(|word| fields.key_span(word).map(|span| (*word, span)))
        .collect();
    let wrong = match written.as_slice() {
        [_] => None,
        [] => Some((value.owner, format!("{} names no {noun}", value.what))),
        [(first, _), (second, span), ..] => Some((
            *span,
            format!("`{first}` and `{second}` stand in one {noun}"),
        )),
    };
    if let Some((span, message)) = wrong {
        let help = format!("write exactly one of {}", listed(&words));
        let label = format!("one {noun} an item");
        fields
            .reader
            .report(PolicyDiagnostic::new(span, message, label).with_help(help));
    }
    let mut read = None;
    for (word, alternative) in alternatives {
        let found = fields.optional(word, |reader, value| alternative(reader, value));
        read = read.or(found);
    }
    fields.end("key");
    read
}

fn key(reader: &mut Reader<'_>, value: &Value) -> Option<Signer> {
    let text = reader.text(value)?.value;
    let inline = text.trim_start().starts_with("-----BEGIN");
    let (written, bytes) = if inline {
        ("inline key".to_owned(), text.into_bytes())
    } else if let Some(name) = text.strip_prefix("env://") {
        let bytes = variable(reader, value, name)?;
        (text, bytes)
    } else if let Some(elsewhere) = Elsewhere::read(&text) {
        let message = format!("keys cannot be had through {}", quoted(elsewhere.scheme));
        let diagnostic = PolicyDiagnostic::new(value.span, message, "not supported");
        reader.report(diagnostic.with_help(elsewhere.help()));
        return None;
    } else {
        let bytes = names::file(reader, value, &text)?;
        (text, bytes)
    };
    match public_key::read(&bytes) {
        Ok(der) => Some(Signer::Key { written, der }),
        Err(error) => {
            let shown = if inline {
                "the inline key".to_owned()
            } else {
                quoted(&written)
            };
            let message = format!("{shown} cannot be used: {error}");
            let mut diagnostic = PolicyDiagnostic::new(value.span, message, "the public key");
            diagnostic.help = error.help().map(str::to_owned);
            reader.report(diagnostic);
            None
        }
    }
}

/// A key that lies neither in a file nor in a variable.
struct Elsewhere<'t> {
    /// With what follows it: `awskms://`.
    scheme: &'t str,
    written: &'t str,
}

/// Where cosign has keys (`cosign/doc/cosign_public-key.md`, `sigstore/pkg/signature/kms`).
const KEY_SERVICES: [&str; 7] = [
    "awskms://",
    "azurekms://",
    "gcpkms://",
    "gitlab://",
    "hashivault://",
    "k8s://",
    PKCS11,
];

/// The scheme of keys in a device (RFC 7512), which has no `//`.
const PKCS11: &str = "pkcs11:";

impl<'t> Elsewhere<'t> {
    fn read(written: &'t str) -> Option<Self> {
        let end = match written.split_once("://") {
            Some((scheme, _)) => scheme.len() + "://".len(),
            None if written.starts_with(PKCS11) => PKCS11.len(),
            None => return None,
        };
        let scheme = written.get(..end)?;
        Some(Self { scheme, written })
    }

    fn help(&self) -> String {
        if !KEY_SERVICES.contains(&self.scheme) {
            return "name a file with the public key, env://NAME, or write the PEM itself"
                .to_owned();
        }
        // The URI of a device may hold its PIN; and what a shell would read differently is left to the reader.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/:@-".contains(&byte);
        let is_plain = self.written.len() <= 200 && self.written.bytes().all(plain);
        let key = match self.scheme != PKCS11 && is_plain {
            true => self.written.to_owned(),
            false => format!("{}…", self.scheme),
        };
        format!(
            "write its public half to a file once, `cosign public-key --key {key} > cosign.pub`, and name that file"
        )
    }
}

fn variable(reader: &mut Reader<'_>, value: &Value, name: &str) -> Option<Vec<u8>> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let sound = name.bytes().all(letter)
        && name
            .bytes()
            .next()
            .is_some_and(|first| !first.is_ascii_digit());
    let found = if sound {
        reader.files.variable(name)
    } else {
        None
    };
    if found.is_none() {
        let message = if sound {
            format!("the environment variable `{name}` is not set")
        } else {
            format!(
                "{} is not the name of an environment variable",
                quoted(name)
            )
        };
        reader.report(PolicyDiagnostic::new(
            value.span,
            message,
            "wanted for the public key",
        ));
    }
    let bytes = found?.into_bytes();
    reader.spend(bytes.len(), value.span)?;
    Some(bytes)
}

fn keyless(reader: &mut Reader<'_>, value: &Value) -> Option<Signer> {
    let mut fields = reader.fields(value)?;
    let issuer = fields.required("issuer", Reader::text);
    let subject = fields.required("subject", Reader::text);
    fields.end("key");
    Some(Signer::Keyless {
        issuer: TextPattern::new(issuer?.value),
        subject: TextPattern::new(subject?.value),
    })
}

fn certificate(reader: &mut Reader<'_>, value: &Value) -> Option<Signer> {
    let mut fields = reader.fields(value)?;
    let chain = fields.required("chain", |reader, value| {
        let path = reader.text(value)?.value;
        let bytes = names::file(reader, value, &path)?;
        match certificates::read(&bytes) {
            Ok(chain) => Some((path, chain)),
            Err(error) => {
                let message = format!("{} cannot be used: {error}", quoted(&path));
                reader.report(PolicyDiagnostic::new(
                    value.span,
                    message,
                    "the certificates",
                ));
                None
            }
        }
    });
    let subject = fields.required("subject", Reader::text);
    let issuer = fields.optional("issuer", Reader::text);
    fields.end("key");
    let (written, chain) = chain?;
    Some(Signer::Certificate {
        written,
        chain,
        subject: TextPattern::new(subject?.value),
        issuer: TextPattern::new(issuer.map_or_else(|| "**".to_owned(), |issuer| issuer.value)),
    })
}
