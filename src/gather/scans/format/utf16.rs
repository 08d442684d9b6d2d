//! UTF-16 as UTF-8: PowerShell's `>` writes what a scanner prints so.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};

use super::fault::{self, Unreadable};

/// The order of the two bytes of a unit.
#[derive(Clone, Copy)]
pub(super) enum Order {
    Little,
    Big,
}

/// The order that a byte-order mark at the beginning tells.
pub(super) fn order(bytes: &[u8]) -> Option<Order> {
    match bytes {
        [0xff, 0xfe, ..] => Some(Order::Little),
        [0xfe, 0xff, ..] => Some(Order::Big),
        _ => None,
    }
}

/// The text in UTF-8, without its mark; other bytes as they are.
///
/// # Errors
/// It has a mark of UTF-16 and is none.
pub(super) fn in_utf8(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Unreadable> {
    let Some(order) = order(bytes) else {
        return Ok(Cow::Borrowed(bytes));
    };
    let behind = bytes.get(2..).unwrap_or_default();
    let mut text = Vec::with_capacity(bytes.len());
    let read = Utf16::new(behind, order).read_to_end(&mut text);
    read.map_err(|error| fault::of_io(&error))?;
    Ok(Cow::Owned(text))
}

/// A stream of UTF-16 behind its mark, as UTF-8.
pub(super) struct Utf16<R> {
    bytes: io::Bytes<BufReader<R>>,
    order: Order,
    /// What is still to be given of a character, the last byte first.
    pending: Vec<u8>,
}

impl<R: Read> Utf16<R> {
    pub(super) fn new(stream: R, order: Order) -> Self {
        Self {
            bytes: BufReader::new(stream).bytes(),
            order,
            pending: Vec::with_capacity(4),
        }
    }

    fn unit(&mut self) -> io::Result<Option<u16>> {
        let Some(first) = self.bytes.next() else {
            return Ok(None);
        };
        let second = self.bytes.next().ok_or_else(not_text)?;
        let pair = [first?, second?];
        Ok(Some(match self.order {
            Order::Little => u16::from_le_bytes(pair),
            Order::Big => u16::from_be_bytes(pair),
        }))
    }

    fn character(&mut self) -> io::Result<Option<char>> {
        let Some(unit) = self.unit()? else {
            return Ok(None);
        };
        let second = match (0xd800..0xdc00).contains(&unit) {
            true => self.unit()?,
            false => None,
        };
        let mut read = char::decode_utf16([unit].into_iter().chain(second));
        let character = read.next().and_then(Result::ok);
        character.map(Some).ok_or_else(not_text)
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        for place in buffer {
            if self.pending.is_empty() {
                let Some(character) = self.character()? else {
                    break;
                };
                let mut bytes = [0; 4];
                let text = character.encode_utf8(&mut bytes);
                self.pending.extend(text.bytes().rev());
            }
            let Some(byte) = self.pending.pop() else {
                break;
            };
            *place = byte;
            count += 1;
        }
        Ok(count)
    }
}

fn not_text() -> io::Error {
    io::Error::other(Unreadable::NotUtf16)
}
