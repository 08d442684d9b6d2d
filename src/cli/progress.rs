//! A line on the terminal that says how far the questions to registries are answered. It appears only
//! when a person is there to read it and has waited for a moment, and it is gone before the report.

use std::env;
use std::io::{self, IsTerminal as _};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal;
use crate::gather::settings::Progress;

/// What is done sooner needs no progress.
const PATIENCE: Duration = Duration::from_millis(300);

/// How often the line is drawn while nothing happens, so that the seconds go on.
const TICK: Duration = Duration::from_millis(500);

/// The line, in ASCII: a terminal may lack everything else.
const TEMPLATE: &str = "asking registries about images [{bar:30}] {pos} of {len}, {elapsed}";

/// The line that stands on the terminal now. There is one terminal, and whoever else writes to it has to
/// know of the line.
static ON_SCREEN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// How far a run is, for a person. Clears itself when dropped.
pub struct ProgressLine {
    /// Where it is drawn; `None` when nobody would read it.
    screen: Option<fn() -> ProgressDrawTarget>,
    started: Mutex<Option<Started>>,
}

/// A line that is on the terminal or will be after [`PATIENCE`].
struct Started {
    bar: ProgressBar,
    /// Ends the waiting when dropped.
    waiting: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl ProgressLine {
    /// A line that is not shown yet, and never without a terminal, in CI, or when `switched_off`.
    pub fn new(switched_off: bool) -> Self {
        let wanted = !switched_off && somebody_reads();
        Self::on(wanted.then_some(ProgressDrawTarget::stderr))
    }

    fn on(screen: Option<fn() -> ProgressDrawTarget>) -> Self {
        Self {
            screen,
            started: Mutex::new(None),
        }
    }

    /// Takes note of how far the run is. Only a network is worth a line: files answer at once.
    pub fn advance(&self, progress: Progress) {
        let (Some(screen), true) = (self.screen, progress.network) else {
            return;
        };
        let mut started = lock(&self.started);
        let bar = &started.get_or_insert_with(|| Started::new(screen)).bar;
        bar.set_length(progress.of as u64);
        bar.set_position(progress.done as u64);
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        let Some(started) = lock(&self.started).take() else {
            return;
        };
        drop(started.waiting);
        if let Some(thread) = started.thread {
            // It panics in no case; a line that cannot be drawn is no reason to fail.
            let _ = thread.join();
        }
        lock(&ON_SCREEN).take();
        started.bar.finish_and_clear();
    }
}

impl Started {
    fn new(screen: fn() -> ProgressDrawTarget) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style.progress_chars("=> "));
        }
        let (waiting, ended) = mpsc::channel();
        let shown = bar.clone();
        let appear = move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(screen());
                shown.enable_steady_tick(TICK);
                *lock(&ON_SCREEN) = Some(shown);
            }
        };
        Self {
            bar,
            waiting,
            thread: thread::Builder::new().spawn(appear).ok(),
        }
    }
}

/// Writes to standard error while the line, if there is one, is out of the way.
pub fn beside_the_line(write: impl FnOnce()) {
    match &*lock(&ON_SCREEN) {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// Nothing that a panic could leave half done is behind these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Some CI systems pretend to be a terminal; all of them set `CI`.
fn somebody_reads() -> bool {
    let in_ci = env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    io::stderr().is_terminal() && !in_ci && !terminal::is_dumb(&|name: &str| env::var_os(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: Progress = Progress {
        done: 1,
        of: 2,
        network: true,
    };

    /// There is one terminal: tests that may put a line on it run one after the other.
    static TERMINAL: Mutex<()> = Mutex::new(());

    #[test]
    fn a_line_is_on_the_terminal_while_it_is_needed_and_not_after() {
        let _alone = lock(&TERMINAL);
        let line = ProgressLine::on(Some(ProgressDrawTarget::hidden));
        line.advance(HALF);
        while lock(&ON_SCREEN).is_none() {
            thread::yield_now();
        }
        beside_the_line(|| ());
        drop(line);
        assert!(lock(&ON_SCREEN).is_none());
    }

    #[test]
    fn a_run_that_ends_soon_shows_no_line() {
        let _alone = lock(&TERMINAL);
        let line = ProgressLine::on(Some(ProgressDrawTarget::hidden));
        line.advance(HALF);
        drop(line);
        assert!(lock(&ON_SCREEN).is_none());
    }

    #[test]
    fn without_a_terminal_or_a_network_there_is_no_line() {
        let unread = ProgressLine::on(None);
        unread.advance(HALF);
        assert!(lock(&unread.started).is_none());
        let offline = ProgressLine::on(Some(ProgressDrawTarget::hidden));
        offline.advance(Progress {
            network: false,
            ..HALF
        });
        assert!(lock(&offline.started).is_none());
    }

    #[test]
    fn several_threads_may_report_at_once() {
        let _alone = lock(&TERMINAL);
        let line = ProgressLine::on(Some(ProgressDrawTarget::hidden));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| line.advance(HALF));
            }
        });
        let started = lock(&line.started);
        assert_eq!(started.as_ref().map(|it| it.bar.position()), Some(1));
    }
}
