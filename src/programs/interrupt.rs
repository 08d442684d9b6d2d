//! What ends the work of a run early: the time limit, and Ctrl-C. The first Ctrl-C stops the
//! waiting, so that what is known is reported; the next one, whenever it comes, ends the process.

use std::thread;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// The exit code of a process that SIGINT ended, as shells count it.
const ENDED_BY_INTERRUPT: i32 = 130;

/// Tells when nothing more is to be waited for. One is made for a run, and cloned.
#[derive(Debug, Clone)]
pub struct Stop {
    limit: Duration,
    deadline: Instant,
    interrupt: Interrupt,
}

impl Stop {
    /// After `limit` from now, or at Ctrl-C.
    pub fn after(limit: Duration) -> Self {
        Self {
            limit,
            deadline: Instant::now() + limit,
            interrupt: Interrupt::listen(),
        }
    }

    /// Returns when the run is to stop, with the reason.
    pub async fn stopped(&mut self) -> String {
        tokio::select! {
            () = tokio::time::sleep_until(self.deadline) => {
                let limit = self.limit.as_secs_f64();
                format!("the run reached its time limit of {limit} s; --timeout sets another")
            }
            () = self.interrupt.interrupted() => "the run was stopped by Ctrl-C".to_owned(),
        }
    }
}

/// Tells when the run was interrupted.
#[derive(Debug, Clone)]
struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Listens from now on, on a thread of its own that outlives the run: the report that follows must
    /// be interruptible too.
    #[expect(
        clippy::disallowed_methods,
        reason = "a second Ctrl-C ends the process, whatever it is doing"
    )]
    fn listen() -> Self {
        let (stop, stopped) = watch::channel(false);
        let listening = thread::Builder::new().name("interrupt".to_owned());
        // Without the thread Ctrl-C does what it does by default.
        let _ = listening.spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                if tokio::signal::ctrl_c().await.is_err() {
                    return;
                }
                let still_waiting = stop.send(true).is_ok();
                if still_waiting && tokio::signal::ctrl_c().await.is_err() {
                    return;
                }
                std::process::exit(ENDED_BY_INTERRUPT);
            });
        });
        Self(stopped)
    }

    /// Returns when the run is interrupted.
    async fn interrupted(&mut self) {
        if self.0.wait_for(|stopped| *stopped).await.is_err() {
            std::future::pending().await
        }
    }
}
