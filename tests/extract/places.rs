//! Lines and columns, counted from 1 in Unicode characters, however long the line.

use std::sync::Arc;

use imagegate::model::source::SourceText;
use imagegate::model::span::{Position, Span};

use crate::read::{facts, positions};

fn source(text: &str) -> SourceText {
    SourceText::new("a.yaml".into(), text.into())
}

fn at(text: &str, offset: usize) -> (u32, u32) {
    let Position { line, column } = source(text).position(offset as u32);
    (line, column)
}

#[test]
fn columns_count_characters() {
    let found =
        facts("apiVersion: v1\nkind: Pod\nspec: {containers: [{name: '日本', image: a:1}]}\n");
    assert_eq!(positions(&found), ["3:41 a:1"]);
}

#[test]
fn lines_end_at_each_kind_of_line_break() {
    assert_eq!(at("a\nb\r\nc\rd", 7), (4, 1));
    assert_eq!(at("a\r\nb", 1), (1, 2));
    assert_eq!(at("", 0), (1, 1));
}

#[test]
fn an_offset_inside_a_character_or_past_the_end_is_moved_back() {
    assert_eq!(at("ä", 1), (1, 1));
    assert_eq!(at("ä", 99), (1, 2));
}

/// Lines of all lengths around the distance of the remembered columns, with characters of one to four
/// bytes.
fn uneven() -> String {
    let mut text = String::new();
    for length in [0, 1, 700, 1023, 1024, 1025, 5000, 3] {
        text.extend("aä界𝄞".chars().cycle().take(length));
        text.push('\n');
    }
    text
}

#[test]
fn every_position_is_the_one_that_counting_gives() {
    let text = uneven();
    let source = source(&text);
    let (mut line, mut column) = (1, 1);
    for (offset, character) in text.char_indices() {
        assert_eq!(source.position(offset as u32), Position { line, column });
        (line, column) = match character {
            '\n' => (line + 1, 1),
            _ => (line, column + 1),
        };
    }
}

#[test]
fn an_excerpt_of_a_long_line_begins_at_its_first_column() {
    let text = uneven();
    let source = source(&text);
    let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    for column in [1, 100, 513, 600, 2049, 4990, 5000] {
        let line = &lines[6];
        let before: usize = text.lines().take(6).map(|line| line.len() + 1).sum();
        let inside: usize = line[..column - 1].iter().map(|one| one.len_utf8()).sum();
        let start = (before + inside) as u32;
        let location = source.location(Span::new(start, start + 1));
        let kept = source.excerpt(&[location]);
        let shown = kept.line_at(location.start).expect("the line is kept");
        let first = shown.first_column as usize;
        let expected: String = line[first - 1..]
            .iter()
            .take(shown.text.chars().count())
            .collect();
        assert_eq!(*shown.text, *expected, "column {column}");
        assert!(first <= column && column < first + shown.text.chars().count());
    }
}

#[test]
fn a_source_can_be_shared_between_threads() {
    let source = Arc::new(source("a\nb"));
    let other = Arc::clone(&source);
    let there = std::thread::spawn(move || other.position(2))
        .join()
        .expect("it does not panic");
    assert_eq!(there, source.position(2));
}
