//! What a program prints, read as it comes, and not without end.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Child;
use tokio::time::timeout;

use super::{Group, Tail};

/// Bytes that are read at a time.
const PIECE: usize = 64 * 1024;

/// How long a pipe is read on after the program ended, at a time and in all, and how much of it: what the
/// scanner printed is there already (Linux lets a pipe hold 1 MiB), and a process that it left behind may
/// hold the pipe open, and write to it.
const DRAIN: Duration = Duration::from_millis(200);
const DRAIN_WHOLE: Duration = Duration::from_secs(2);
const DRAIN_BYTES: u64 = 1024 * 1024;

/// Why a program was not heard to its end.
#[derive(Debug)]
pub enum Stopped {
    /// The system refused.
    Failed(io::Error),
    /// It printed more than it may.
    TooMuch,
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// The output of a program on its way to whoever wants it.
struct Output<'o, F> {
    take: &'o mut F,
    /// Bytes that may still come.
    left: u64,
}

impl<F: AsyncFnMut(&[u8])> Output<'_, F> {
    async fn take(&mut self, piece: &[u8]) -> Result<(), Stopped> {
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(length).ok_or(Stopped::TooMuch)?;
        (self.take)(piece).await;
        Ok(())
    }
}

/// Reads until the program has ended, not until everybody who holds its pipes has. `take` gets what it prints,
/// `most` bytes of it, and `said` the end of its standard error.
///
/// # Errors
/// Why it was not heard to its end; it is ended then as soon as `child` is dropped.
pub async fn heard(
    child: &mut Child,
    group: Group,
    most: u64,
    take: &mut impl AsyncFnMut(&[u8]),
    said: &mut Tail,
) -> Result<ExitStatus, Stopped> {
    let mut output = Output { take, left: most };
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (Some(mut stdout), Some(mut stderr)) = (stdout, stderr) else {
        return Err(io::Error::other("it has no output").into());
    };
    let (mut piece, mut words) = (vec![0; PIECE], vec![0; PIECE]);
    let (mut stdout_open, mut stderr_open) = (true, true);
    let status = loop {
        tokio::select! {
            count = stdout.read(&mut piece), if stdout_open => {
                let piece = piece.get(..count?).unwrap_or_default();
                stdout_open = !piece.is_empty();
                output.take(piece).await?;
            }
            count = stderr.read(&mut words), if stderr_open => {
                let words = words.get(..count?).unwrap_or_default();
                stderr_open = !words.is_empty();
                said.push(words);
            }
            status = child.wait() => break status?,
        }
    };
    group.has_ended();
    // Whoever still prints when the time is over is not the program.
    let (of_output, _) = tokio::join!(
        timeout(DRAIN_WHOLE, async {
            let mut rest = stdout.take(DRAIN_BYTES);
            while let Some(count) = more(&mut rest, &mut piece).await {
                output.take(piece.get(..count).unwrap_or_default()).await?;
            }
            Ok::<(), Stopped>(())
        }),
        timeout(DRAIN_WHOLE, async {
            let mut rest = stderr.take(DRAIN_BYTES);
            while let Some(count) = more(&mut rest, &mut words).await {
                said.push(words.get(..count).unwrap_or_default());
            }
        }),
    );
    of_output.unwrap_or(Ok(()))?;
    Ok(status)
}

/// What is in the pipe of a program that has ended.
async fn more(pipe: &mut (impl AsyncRead + Unpin), buffer: &mut [u8]) -> Option<usize> {
    let count = timeout(DRAIN, pipe.read(buffer)).await;
    count.ok()?.ok().filter(|count| *count > 0)
}
