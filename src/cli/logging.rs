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
    let out = |level: &str, text: &str| beside_the_line(|| say(&format!("{level}: "), text));
    // Somebody who embeds the crate and listens already is not pushed aside.
    let _ = tracing::subscriber::set_global_default(listener(level, out));
}

/// Hands each event of this crate to `out`: its level, and one line of text.
fn listener(
    level: LogLevel,
    out: impl Fn(&str, &str) + Send + Sync + 'static,
) -> impl Subscriber + Send + Sync {
    let level = LevelFilter::from(level);
    let filter = filter_fn(move |event| is_ours(event) && *event.level() <= level);
    let lines = Lines(out).with_filter(filter.with_max_level_hint(level));
    Registry::default().with(lines)
}

fn is_ours(event: &Metadata<'_>) -> bool {
    let below = event.target().strip_prefix(CRATE);
    below.is_some_and(|path| path.is_empty() || path.starts_with("::"))
}

/// One line an event: `debug`, `GET https://ghcr.io/v2/ status=200`.
struct Lines<F>(F);

impl<S: Subscriber, F: Fn(&str, &str) + Send + Sync + 'static> Layer<S> for Lines<F> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        let level = event.metadata().level().as_str().to_ascii_lowercase();
        let text = line.message + &line.fields;
        // Line breaks are hostile here: one event is one line.
        let text = shorten(&text, LONGEST_EVENT).replace('\n', "\\n");
        self.0(&level, &text);
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::{LONGEST_EVENT, LogLevel, listener};

    /// What is said while `work` runs.
    fn said(level: LogLevel, work: impl FnOnce()) -> Vec<String> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        let listener = listener(level, move |level, text| {
            kept.lock().unwrap().push(format!("{level}: {text}"));
        });
        tracing::subscriber::with_default(listener, work);
        let lines = lines.lock().unwrap();
        lines.clone()
    }

    #[test]
    fn an_event_is_its_level_its_message_and_its_fields() {
        let lines = said(LogLevel::Debug, || {
            let registry = "ghcr.io";
            tracing::debug!(target: "imagegate::store", registry, status = 200, "answered");
        });
        assert_eq!(lines, ["debug: answered registry=ghcr.io status=200"]);
    }

    #[test]
    fn only_events_of_this_crate_are_said() {
        let lines = said(LogLevel::Trace, || {
            tracing::error!(target: "h2::client", authorization = "Bearer secret", "sent");
            tracing::error!(target: "imagegate_other", "sent");
            tracing::error!(target: "imagegate", "ours");
            tracing::error!("this module");
        });
        assert_eq!(lines, ["error: ours", "error: this module"]);
    }

    #[test]
    fn events_below_the_level_are_not_said() {
        let events = || {
            tracing::warn!("warning");
            tracing::info!("information");
        };
        assert_eq!(said(LogLevel::Warn, events), ["warn: warning"]);
        assert_eq!(said(LogLevel::Off, events), Vec::<String>::new());
    }

    #[test]
    fn an_event_is_one_line_of_bounded_length() {
        let long = "x".repeat(100_000);
        let lines = said(LogLevel::Warn, || tracing::warn!("a\nb {long}"));
        assert_eq!(lines.len(), 1);
        assert!(lines[0].starts_with("warn: a\\nb x"), "{}", &lines[0][..20]);
        assert!(lines[0].chars().count() < LONGEST_EVENT + 20);
    }
}
