//! Names that are no patterns: registries and repositories, a namespace, and the files beside the policy.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize as _;

use crate::model::object::{NAMESPACE_FORM, is_namespace};
use crate::model::reference::{DEFAULT_REGISTRY, ImageReference};
use crate::policy::error::PolicyDiagnostic;
use crate::policy::keys::certificates;
use crate::policy::settings::{Mirror, NamedFile, RegistryAccess, Spanned};

use super::decode::{Reader, Value};
use super::spelling::quoted;

/// `registries`: how to reach them.
pub(super) fn registries(
    reader: &mut Reader<'_>,
    value: &Value,
) -> Option<Vec<Spanned<RegistryAccess>>> {
    named_entries(
        reader,
        value,
        registry_or_repository,
        |reader, name, value| {
            let mut fields = reader.fields(value)?;
            if !["ca", "http", "layout"]
                .iter()
                .any(|key| fields.is_written(key))
            {
                let message = format!("{} says nothing about the registry", value.what);
                fields.reader.report(
                    PolicyDiagnostic::new(value.owner, message, "empty")
                        .with_help("write `ca`, `http: true` or `layout`, or leave the entry out"),
                );
            }
            let ca = fields.optional("ca", |reader, value| {
                let path = reader.text(value)?;
                let file = file(reader, value, &path.value)?;
                if let Err(error) = certificates::read(&file) {
                    let message = format!("{} cannot be used: {error}", quoted(&path.value));
                    reader.report(PolicyDiagnostic::new(
                        value.span,
                        message,
                        "the certificates",
                    ));
                    return None;
                }
                Some(NamedFile {
                    path: path.value,
                    bytes: file.into(),
                })
            });
            let http = fields.optional("http", Reader::boolean);
            let layout = fields.optional("layout", Reader::text);
            fields.end("key");
            Some(Spanned {
                span: name.span,
                value: RegistryAccess {
                    name: name.value,
                    http: http.is_some_and(|http| http.value),
                    ca,
                    layout: layout.map(|layout| layout.value),
                },
            })
        },
    )
}

/// `mirrors` of `restrict-image-registries`.
pub(super) fn mirrors(reader: &mut Reader<'_>, value: &Value) -> Option<Vec<Mirror>> {
    named_entries(reader, value, mirrored, |reader, from, value| {
        let to = reader.checked_text(value, "a registry or repository", registry_or_repository)?;
        Some(Mirror { from, to })
    })
}

/// A map whose keys are registries or repositories: normalised, and each one once.
fn named_entries<'a, T>(
    reader: &mut Reader<'a>,
    value: &Value,
    normal_form: fn(&str) -> Result<String, String>,
    mut read: impl FnMut(&mut Reader<'a>, Spanned<String>, &Value) -> Option<T>,
) -> Option<Vec<T>> {
    let mut seen: HashMap<String, String> = HashMap::new();
    let mut all = Some(Vec::new());
    for (key, value) in reader.entries(value)? {
        let name = match normal_form(&key.value) {
            Ok(name) => name,
            Err(help) => {
                let message = format!("{} is not a registry or repository", quoted(&key.value));
                reader.report(PolicyDiagnostic::new(key.span, message, "the key").with_help(help));
                all = None;
                continue;
            }
        };
        if let Some(first) = seen.insert(name.clone(), key.value.clone()) {
            let (first, second) = (quoted(&first), quoted(&key.value));
            let message = format!("{first} and {second} both name {}", quoted(&name));
            reader.report(
                PolicyDiagnostic::new(key.span, message, "the second one")
                    .with_help("keep one of them"),
            );
            all = None;
        }
        let name = Spanned {
            value: name,
            span: key.span,
        };
        match (read(reader, name, &value), &mut all) {
            (Some(read), Some(all)) => all.push(read),
            _ => all = None,
        }
    }
    all
}

/// The normal form of a registry (`ghcr.io`, `localhost:5000`) or a repository (`ghcr.io/acme/app`).
fn registry_or_repository(text: &str) -> Result<String, String> {
    if text.contains('/') {
        return repository(text);
    }
    let probe = ImageReference::parse(&format!("{text}/x"))
        .map_err(|_| "write a host such as ghcr.io or localhost:5000".to_owned())?;
    let is_registry =
        probe.tag.is_none() && probe.digest.is_none() && !probe.repository.contains('/')
            || probe.repository == "library/x";
    if is_registry {
        Ok(probe.registry)
    } else {
        Err("a registry has a dot or a port, or is localhost; a repository has its registry in front, such as docker.io/library/nginx".to_owned())
    }
}

/// The normal form of what a mirror holds: a registry, a repository, or an account of Docker Hub. One name
/// below `docker.io` is an account there (`docker.io/acme`, `docker.io/library`); an official image has
/// `library/` in front.
fn mirrored(text: &str) -> Result<String, String> {
    let name = registry_or_repository(text)?;
    let official = name.strip_prefix(&format!("{DEFAULT_REGISTRY}/library/"));
    Ok(match official {
        Some(account) if !text.ends_with(&format!("library/{account}")) => {
            format!("{DEFAULT_REGISTRY}/{account}")
        }
        _ => name,
    })
}

/// The normal form of a repository.
pub(super) fn repository(text: &str) -> Result<String, String> {
    let reference = ImageReference::parse(text).map_err(|error| error.to_string())?;
    if reference.tag.is_some() || reference.digest.is_some() {
        return Err("leave tag and digest out: a repository is meant".to_owned());
    }
    Ok(reference.name())
}

/// `namespaces.default`: an RFC 1123 label, as the API server wants it.
pub(super) fn namespace(reader: &mut Reader<'_>, value: &Value) -> Option<Spanned<String>> {
    reader.checked_text(value, "a namespace", |text| {
        if is_namespace(text) {
            return Ok(text.to_owned());
        }
        Err(NAMESPACE_FORM.to_owned())
    })
}

/// The bytes of the file that the policy names.
pub(super) fn file(reader: &mut Reader<'_>, value: &Value, path: &str) -> Option<Vec<u8>> {
    match reader.files.read(Path::new(path)) {
        Ok(bytes) => {
            reader.spend(bytes.len(), value.span)?;
            Some(bytes)
        }
        Err(reason) => {
            let message = format!("{} cannot be read: {reason}", quoted(path));
            reader.report(
                PolicyDiagnostic::new(value.span, message, "the file")
                    .with_help("files are named relative to the policy file"),
            );
            None
        }
    }
}

/// `trusted-root`: a file that holds a JSON object.
pub(super) fn trusted_root(reader: &mut Reader<'_>, value: &Value) -> Option<Spanned<NamedFile>> {
    let path = reader.text(value)?;
    let bytes = file(reader, value, &path.value)?;
    let mut json = serde_json::Deserializer::from_slice(&bytes);
    let object = serde_json::Map::deserialize(&mut json).and_then(|_| json.end());
    if let Err(error) = object {
        // The parser's own words may repeat what is in the file.
        let reason = if error.is_data() {
            "it holds no JSON object".to_owned()
        } else {
            let (line, column) = (error.line(), error.column());
            format!("it is not JSON, see its line {line}, column {column}")
        };
        let message = format!("{} is not a trusted root: {reason}", quoted(&path.value));
        reader.report(
            PolicyDiagnostic::new(value.span, message, "the file")
                .with_help("write the path of a Sigstore trusted_root.json"),
        );
        return None;
    }
    if let Some(reason) = reader.files.trusted_root_fault(&bytes) {
        let message = format!("{} cannot be used: {reason}", quoted(&path.value));
        reader.report(PolicyDiagnostic::new(value.span, message, "the file"));
        return None;
    }
    Some(Spanned {
        value: NamedFile {
            path: path.value,
            bytes: bytes.into(),
        },
        span: path.span,
    })
}
