//! `testdata/yaml/kubernetes.tsv`: what kubectl's reader makes of a text, and what is made of it here.

use std::fmt::Write as _;

use imagegate::parse::document::Body;
use serde_json::Value;

use super::reading::{ambiguities, read, shown};

const TABLE: &str = include_str!("../../testdata/yaml/kubernetes.tsv");

/// The scalars of kubectl's JSON as text, since it is the text that this crate judges.
fn as_text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(truth) => Value::String(truth.to_string()),
        Value::Array(items) => items.into_iter().map(as_text).collect(),
        Value::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| (key, as_text(value)))
            .collect(),
        other => other,
    }
}

fn line(written: &str, kubectl: &str) -> String {
    let text: String = serde_json::from_str(written).expect("a JSON string");
    let documents = read(&text);
    let first = documents.first().expect("a document");
    let ours = shown(first);
    let theirs = serde_json::from_str(kubectl).map(|value| as_text(value).to_string());
    let equal = theirs.is_ok_and(|theirs| theirs == ours)
        || (kubectl == "refused" && matches!(first.body, Body::Broken(_)));
    let mut notes = ambiguities(&text);
    notes.sort();
    notes.dedup();
    let mut line = format!("{written}\t{kubectl}\t");
    line.push_str(if equal { "=" } else { &ours });
    write!(line, "\t{}", notes.join(" ")).expect("writing to a string");
    line
}

#[test]
fn every_text_of_the_table_is_read_as_the_table_says() {
    let table = TABLE.lines().map(|row| {
        let mut columns = row.split('\t');
        let written = columns.next().expect("a text");
        let kubectl = columns.next().expect("what kubectl makes of it");
        (row, line(written, kubectl))
    });
    for (expected, found) in table {
        assert_eq!(found, expected);
    }
}

/// Where Kubernetes deploys something else than is read here, the document says so.
#[test]
fn what_is_read_otherwise_than_kubernetes_reads_it_is_never_silent() {
    for row in TABLE.lines() {
        let columns: Vec<_> = row.split('\t').collect();
        let [written, kubectl, ours, notes] = columns[..] else {
            panic!("four columns: {row}");
        };
        // A line break of YAML 1.1 inside quotes is text to both; here it is shown as a blank.
        let same = matches!(ours, "=" | "broken") || written.contains("one\\u2028two");
        assert!(same || kubectl == "refused" || !notes.is_empty(), "{row}");
    }
}
