//! Bounds what the parser would hold of a stream: a text of a gigabyte, or a gigabyte of brackets, is
//! refused before it is in memory. Nothing is understood here but texts and nesting.

use std::io::{self, Read};

use super::fault::{MAX_DEPTH, MAX_TEXT_BYTES, Unreadable};

/// A stream of JSON whose texts and nesting are bounded.
pub(super) struct Guarded<R> {
    stream: R,
    place: Place,
    depth: usize,
}

enum Place {
    Outside,
    /// In a text, with the bytes of it so far.
    Text(usize),
    /// Behind a backslash in a text.
    Escape(usize),
}

impl<R> Guarded<R> {
    pub(super) fn new(stream: R) -> Self {
        Self {
            stream,
            place: Place::Outside,
            depth: 0,
        }
    }

    /// Follows the next bytes of the stream.
    fn follow(&mut self, mut bytes: &[u8]) -> Result<(), Unreadable> {
        while let Some((&byte, rest)) = bytes.split_first() {
            bytes = match self.place {
                Place::Outside => {
                    self.outside(byte)?;
                    rest
                }
                Place::Escape(length) => {
                    self.place = Place::Text(length + 1);
                    rest
                }
                Place::Text(length) => self.text(length, bytes)?,
            };
        }
        Ok(())
    }

    fn outside(&mut self, byte: u8) -> Result<(), Unreadable> {
        match byte {
            b'"' => self.place = Place::Text(0),
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        match self.depth > MAX_DEPTH {
            true => Err(Unreadable::Deep),
            false => Ok(()),
        }
    }

    /// Follows a text of which `length` bytes were seen; returns what is behind its end or next escape.
    fn text<'b>(&mut self, length: usize, bytes: &'b [u8]) -> Result<&'b [u8], Unreadable> {
        let end = memchr::memchr2(b'"', b'\\', bytes);
        let length = length + end.unwrap_or(bytes.len());
        if length > MAX_TEXT_BYTES {
            return Err(Unreadable::LongText);
        }
        let (mark, rest) = match end.and_then(|end| bytes.get(end..)?.split_first()) {
            Some((&mark, rest)) => (Some(mark), rest),
            None => (None, &[][..]),
        };
        self.place = match mark {
            None => Place::Text(length),
            Some(b'"') => Place::Outside,
            Some(_) => Place::Escape(length + 1),
        };
        Ok(rest)
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        let bytes = buffer.get(..count).unwrap_or_default();
        self.follow(bytes).map_err(io::Error::other)?;
        Ok(count)
    }
}
