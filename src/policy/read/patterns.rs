//! Image patterns and object patterns, with the place of what is wrong inside them.

use crate::policy::error::PolicyDiagnostic;
use crate::policy::pattern::{ImagePattern, NamePattern, PatternFault};
use crate::policy::settings::{ObjectPattern, Spanned};

use super::decode::{Reader, Value};
use super::spelling::quoted;

/// A pattern over images.
pub(super) fn image(reader: &mut Reader<'_>, value: &Value) -> Option<Spanned<ImagePattern>> {
    let text = reader.text(value)?;
    match ImagePattern::parse(&text.value) {
        Ok(pattern) => Some(Spanned {
            value: pattern,
            span: value.span,
        }),
        Err(error) => {
            let message = format!("{} is not an image pattern: {error}", quoted(&text.value));
            let end = match error.fault {
                PatternFault::Character(character) => error.offset + character.len_utf8(),
                _ => text.value.len(),
            };
            let span = reader.part(value, error.offset..end);
            reader.report(PolicyDiagnostic::new(span, message, "here"));
            None
        }
    }
}

/// A list of image patterns that must hold something.
pub(super) fn images(reader: &mut Reader<'_>, value: &Value) -> Option<Vec<Spanned<ImagePattern>>> {
    reader.filled_list(value, image)
}

/// `Kind/name`.
pub(super) fn object(reader: &mut Reader<'_>, value: &Value) -> Option<Spanned<ObjectPattern>> {
    reader.checked_text(value, "an object", |text| match text.split_once('/') {
        Some((kind, name)) if !kind.is_empty() && !name.is_empty() && !name.contains('/') => {
            Ok(ObjectPattern {
                kind: NamePattern::new(kind),
                name: NamePattern::new(name),
            })
        }
        _ => Err("write kind and name, such as Deployment/cart or */cart-*".to_owned()),
    })
}
