//! Reading an answer's body without ever holding more of it than was allowed.

use std::sync::Arc;

use reqwest::Response;
use reqwest::header::CONTENT_ENCODING;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::failure::Failure;
use super::limits::BYTES_IN_FLIGHT;

/// How large a body may be, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// No larger.
    AtMost(u64),
    /// No other size.
    Exactly(u64),
}

impl Size {
    const fn cap(self) -> u64 {
        match self {
            Self::AtMost(size) | Self::Exactly(size) => size,
        }
    }

    fn refuses(self, length: u64) -> Option<Failure> {
        match self {
            Self::AtMost(most) if length > most => Some(Failure::new(format!(
                "an answer of {length} bytes, where at most {most} are read"
            ))),
            Self::Exactly(size) if length != size => Some(Failure::new(format!(
                "an answer of {length} bytes, where {size} were announced"
            ))),
            _ => None,
        }
    }
}

/// The memory that bodies may take while they are read, of all registries together.
pub(super) struct Memory(Arc<Semaphore>);

/// One permit stands for so many bytes.
const UNIT: u64 = 1024;

impl Memory {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(units(BYTES_IN_FLIGHT) as usize)))
    }

    /// Waits until there is room for so many bytes.
    async fn reserve(&self, bytes: u64) -> Option<OwnedSemaphorePermit> {
        let units = units(bytes.min(BYTES_IN_FLIGHT));
        // `None` when the semaphore is closed, which it never is.
        Arc::clone(&self.0).acquire_many_owned(units).await.ok()
    }
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

/// Reads the body.
///
/// # Errors
/// It is of another size, compressed, or does not come to its end.
pub(super) async fn read(
    response: &mut Response,
    size: Size,
    memory: &Memory,
    broken: impl Fn(&reqwest::Error) -> Failure,
) -> Result<Vec<u8>, Failure> {
    if let Some(encoding) = response.headers().get(CONTENT_ENCODING)
        && !encoding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        // Compressed answers were not asked for, and unpacking them has no bound.
        return Err(Failure::new("a compressed answer, which was not asked for"));
    }
    let length = response.content_length();
    if let Some(failure) = length.and_then(|length| size.refuses(length)) {
        return Err(failure);
    }
    let most = length.unwrap_or(size.cap());
    let _room = memory.reserve(most).await;
    // Growing by doubling could take twice the room that was reserved.
    let mut body = Vec::with_capacity(usize::try_from(most).unwrap_or_default());
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        let longer = (body.len() + chunk.len()) as u64;
        if longer > size.cap() {
            let cap = size.cap();
            return Err(Failure::new(format!(
                "an answer that goes on behind {cap} bytes, the most that is read of it"
            )));
        }
        body.extend_from_slice(&chunk);
    }
    body.shrink_to_fit();
    match size.refuses(body.len() as u64) {
        Some(failure) => Err(failure),
        None => Ok(body),
    }
}
