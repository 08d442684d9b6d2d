//! The parts of a stored signature: read as bytes, and written back as other bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imagegate::gather::stored::StoredSignature;
use serde_json::{Value, json};

use crate::stored::{json as read, pem, text};

/// A part of a stored signature: where it stands, and how it is written there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// The layer itself.
    Layer,
    /// An annotation, in base64 or PEM.
    Annotation(&'static str, Coding),
    /// A field of the JSON in an annotation, by JSON pointer.
    Entry(&'static str, Coding),
    /// A field of the JSON in the layer, by JSON pointer.
    Bundle(&'static str, Coding),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Coding {
    Base64,
    Hex,
    Pem,
    /// A number, as such or in quotes.
    Number,
    Text,
}

const ENTRY: &str = "dev.sigstore.cosign/bundle";

fn document(stored: &StoredSignature, part: Part) -> Value {
    match part {
        Part::Entry(..) => read(stored.annotations[ENTRY].as_bytes()),
        _ => read(&stored.bytes),
    }
}

/// The bytes of a part.
pub(crate) fn bytes(stored: &StoredSignature, part: Part) -> Vec<u8> {
    let (written, coding) = match part {
        Part::Layer => return stored.bytes.clone(),
        Part::Annotation(name, coding) => (json!(stored.annotations[name]), coding),
        Part::Entry(pointer, coding) | Part::Bundle(pointer, coding) => {
            let document = document(stored, part);
            let value = document.pointer(pointer).cloned();
            (
                value.unwrap_or_else(|| panic!("{pointer} is there")),
                coding,
            )
        }
    };
    match coding {
        Coding::Base64 => STANDARD.decode(text(&written)).expect("base64"),
        Coding::Hex => unhex(text(&written)),
        Coding::Pem => pem(text(&written).as_bytes()).remove(0),
        Coding::Number => number(&written).to_be_bytes().to_vec(),
        Coding::Text => text(&written).as_bytes().to_vec(),
    }
}

fn number(value: &Value) -> i64 {
    let parsed = value.as_i64().or_else(|| text(value).parse().ok());
    parsed.expect("a number")
}

pub(crate) fn unhex(hex: &str) -> Vec<u8> {
    let pairs = (0..hex.len()).step_by(2).map(|at| &hex[at..at + 2]);
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).expect("hex"))
        .collect()
}

/// A copy in which a part has other bytes; `None` when they cannot be written there at all.
pub(crate) fn with(stored: &StoredSignature, part: Part, bytes: &[u8]) -> Option<StoredSignature> {
    let mut copy = stored.clone();
    let (pointer, coding) = match part {
        Part::Layer => {
            copy.bytes = bytes.to_vec();
            return Some(copy);
        }
        Part::Annotation(_, coding) => ("", coding),
        Part::Entry(pointer, coding) | Part::Bundle(pointer, coding) => (pointer, coding),
    };
    let mut document = match part {
        Part::Annotation(..) => Value::Null,
        _ => document(stored, part),
    };
    let place = document.pointer_mut(pointer).expect("it is there");
    let written = match coding {
        Coding::Base64 => json!(STANDARD.encode(bytes)),
        Coding::Hex => json!(hex(bytes)),
        Coding::Pem => json!(format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            STANDARD.encode(bytes)
        )),
        Coding::Number => {
            let number = i64::from_be_bytes(bytes.try_into().expect("eight bytes"));
            match place {
                Value::String(_) => json!(number.to_string()),
                _ => json!(number),
            }
        }
        Coding::Text => json!(std::str::from_utf8(bytes).ok()?),
    };
    *place = written;
    match part {
        Part::Annotation(name, _) => {
            copy.annotations
                .insert(name.to_owned(), text(&document).to_owned());
        }
        Part::Entry(..) => {
            copy.annotations
                .insert(ENTRY.to_owned(), document.to_string());
        }
        _ => copy.bytes = document.to_string().into_bytes(),
    }
    Some(copy)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
