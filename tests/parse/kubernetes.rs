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
    let differs = table.filter(|(expected, found)| found != expected);
    let found: Vec<String> = differs.map(|(_, found)| found).collect();
    assert!(found.is_empty(), "read otherwise:\n{}", found.join("\n"));
}

#[test]
fn what_kubernetes_reads_is_read_as_it_reads_it() {
    for row in TABLE.lines() {
        let columns: Vec<_> = row.split('\t').collect();
        let [_, kubectl, ours, _] = columns[..] else {
            panic!("four columns: {row}");
        };
        assert!(ours == "=" || kubectl == "refused", "{row}");
    }
}
