//! What is said about the work itself, on standard error. Only events of this crate: those of the HTTP
//! and TLS crates may show what is secret.

use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::Registry;

use super::args::LogLevel;
use super::progress::beside_the_line;
use super::say;
use crate::model::shorten::shorten;

/// The crate whose events are said, with its modules.
const CRATE: &str = env!("CARGO_CRATE_NAME");

/// Most characters of one event: what a registry answers may stand in it.
const LONGEST_EVENT: usize = 2_000;

impl From<LogLevel> for LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Off => Self::OFF,
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}

/// Says events of `level` and above for the rest of the process.
pub fn start(level: LogLevel) {
    let level = LevelFilter::from(level);
    let filter = filter_fn(move |event| is_ours(event) && *event.level() <= level);
    let lines = Lines.with_filter(filter.with_max_level_hint(level));
    // Somebody who embeds the crate and listens already is not pushed aside.
    let _ = tracing::subscriber::set_global_default(Registry::default().with(lines));
}

fn is_ours(event: &Metadata<'_>) -> bool {
    let below = event.target().strip_prefix(CRATE);
    below.is_some_and(|path| path.is_empty() || path.starts_with("::"))
}

/// One line an event: `debug: GET https://ghcr.io/v2/ status=200`.
struct Lines;

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        let level = event.metadata().level().as_str().to_ascii_lowercase();
        let text = line.message + &line.fields;
        // Line breaks are hostile here: one event is one line.
        let text = shorten(&text, LONGEST_EVENT).replace('\n', "\\n");
        beside_the_line(|| say(&format!("{level}: "), &text));
    }
}

/// The fields of one event.
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record(field, format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record(field, format_args!("{value:?}"));
    }
}

impl Line {
    fn record(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value}"),
            name => write!(self.fields, " {name}={value}"),
        };
    }
}
