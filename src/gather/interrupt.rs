//! Ctrl-C while evidence is gathered: the first stops the waiting, so that what is known is reported; the
//! next one, whenever it comes, ends the process.

use std::thread;

use tokio::sync::watch;

/// The exit code of a process that SIGINT ended, as shells count it.
const ENDED_BY_INTERRUPT: i32 = 130;

/// Tells when the run was interrupted.
#[derive(Debug, Clone)]
pub struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Listens from now on, on a thread of its own that outlives the run: the report that follows must
    /// be interruptible too.
    #[expect(
        clippy::disallowed_methods,
        reason = "a second Ctrl-C ends the process, whatever it is doing"
    )]
    pub fn listen() -> Self {
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
    pub async fn interrupted(&mut self) {
        if self.0.wait_for(|stopped| *stopped).await.is_err() {
            std::future::pending().await
        }
    }
}
