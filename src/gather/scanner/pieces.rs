//! The output of a scanner as the stream that the reader of reports takes: one thread receives it while the
//! other parses.

use std::io::{self, Read};

use tokio::sync::mpsc::Receiver;

/// Pieces of a stream in the order in which they are sent; it ends when nobody can send any more.
pub struct Pieces {
    coming: Receiver<Vec<u8>>,
    piece: io::Cursor<Vec<u8>>,
}

impl Pieces {
    /// The stream of what `coming` receives. It must be read outside of the runtime's own threads.
    pub fn new(coming: Receiver<Vec<u8>>) -> Self {
        Self {
            coming,
            piece: io::Cursor::default(),
        }
    }
}

impl Read for Pieces {
    /// Fills the buffer, if that much comes: a reader that tells formats apart by the first bytes needs them
    /// together, however small the pieces are.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.piece.read(rest)? {
                0 => match self.coming.blocking_recv() {
                    Some(piece) => self.piece = io::Cursor::new(piece),
                    None => break,
                },
                count => filled += count,
            }
        }
        Ok(filled)
    }
}
