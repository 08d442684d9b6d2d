//! `docs/compatibility.md` shows the table of engines as the program knows it.

use imagegate::report::inspect::engines::{Engine, FACTS, Kept, Source};

const PAGE: &str = include_str!("../../docs/compatibility.md");

/// The table, a row for each way to store something, and the list of sources below it.
fn expected() -> (String, String) {
    let engines = Engine::ALL.map(Engine::name).join(" | ");
    let mut table = format!("| stored | {engines} |\n|---|---|---|---|---|---|\n");
    for kept in Kept::ALL {
        let cells = Engine::ALL.map(|engine| {
            let fact = FACTS
                .iter()
                .find(|fact| fact.kept == kept && fact.engine == engine)
                .unwrap();
            let number = Source::ALL
                .iter()
                .position(|source| *source == fact.source)
                .unwrap();
            format!("{} ({})", fact.finds.words(), number + 1)
        });
        table += &format!("| {} | {} |\n", kept.words(), cells.join(" | "));
    }
    let sources = Source::ALL.iter().enumerate();
    let sources = sources.map(|(index, source)| format!("{}. {}\n", index + 1, source.words()));
    (table, sources.collect())
}

#[test]
fn the_page_shows_the_table_and_where_it_comes_from() {
    let (table, sources) = expected();
    let page = PAGE.replace("\r\n", "\n");
    assert!(page.contains(&table), "the page should hold\n{table}");
    assert!(page.contains(&sources), "the page should hold\n{sources}");
}
