//! The bytes of a file to text: UTF-8, or UTF-16 with a byte-order mark, as kubectl reads them.
//!
//! What is no text does not stop the reading: kubectl reads U+FFFD in its place and goes on. Here it
//! becomes a [`SUBSTITUTE`], which moves no other byte, so that [`super::documents`] reads the document
//! that it stands in and reports it.

/// What stands in a text for a byte or unit that is none: Unicode's own character for that, which no
/// reader of YAML takes.
pub const SUBSTITUTE: char = '\u{1a}';

/// The place of a fault in the bytes of the file, and what is wrong there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A byte that is not UTF-8 at this place.
    #[error("the byte {byte:#04X} at offset {offset} is not UTF-8")]
    NotUtf8 {
        /// Bytes before it in the file.
        offset: usize,
        /// The byte.
        byte: u8,
    },
    /// Half of a surrogate pair.
    #[error("the UTF-16 unit {unit:#06X} at offset {offset} is half of a pair")]
    LoneSurrogate {
        /// Bytes before it in the file.
        offset: usize,
        /// The unit.
        unit: u16,
    },
    /// The last byte of UTF-16 has no partner.
    #[error("the UTF-16 text ends in the middle of a unit, at offset {offset}")]
    OddLength {
        /// Bytes before it in the file.
        offset: usize,
    },
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8: the text's bytes are the file's.
    Utf8,
    /// UTF-8 after a byte-order mark: the text begins at byte 3 of the file.
    Utf8WithMark,
    /// UTF-16, little-endian, after a mark: bytes of the text are not bytes of the file.
    Utf16LittleEndian,
    /// UTF-16, big-endian, likewise.
    Utf16BigEndian,
}

/// A file as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text without byte-order mark. Each byte or unit that is no text is a [`SUBSTITUTE`] in it.
    pub text: String,
    /// How the file is written.
    pub encoding: Encoding,
    /// The first fault.
    pub fault: Option<Fault>,
    /// How many there are.
    pub faults: usize,
}

impl Decoded {
    fn add(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
        self.faults += 1;
    }
}

/// Encodings of text that neither Kubernetes nor this crate reads, with the bytes at a file's start that
/// declare each. The longer ones come first: UTF-32 begins as UTF-16 does.
const FOREIGN_MARKS: &[(&[u8], &str)] = &[
    (&[0xFF, 0xFE, 0, 0], "UTF-32, little-endian"),
    (&[0, 0, 0xFE, 0xFF], "UTF-32, big-endian"),
    (&[0xDD, 0x73, 0x66, 0x73], "UTF-EBCDIC"),
    (&[0x84, 0x31, 0x95, 0x33], "GB 18030"),
    (b"+/v8", "UTF-7"),
    (b"+/v9", "UTF-7"),
    (b"+/v+", "UTF-7"),
    (b"+/v/", "UTF-7"),
    (&[0xF7, 0x64, 0x4C], "UTF-1"),
    (&[0x0E, 0xFE, 0xFF], "SCSU"),
    (&[0xFB, 0xEE, 0x28], "BOCU-1"),
];

/// How the start of a text looks in an encoding that needs a byte-order mark and has none: `true` stands
/// for a byte of ASCII text, `false` for a NUL.
const UNMARKED: &[(&[bool], &str)] = &[
    (
        &[true, false, false, false, true, false, false, false],
        "UTF-32, little-endian",
    ),
    (
        &[false, false, false, true, false, false, false, true],
        "UTF-32, big-endian",
    ),
    (
        &[true, false, true, false],
        "UTF-16, little-endian, without a byte-order mark",
    ),
    (
        &[false, true, false, true],
        "UTF-16, big-endian, without a byte-order mark",
    ),
];

/// The encoding of a file that says or shows that it is text in one which is not read: to [`decode`] it
/// would be something else, in which nothing is found.
pub fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let is_text = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    let looks = |shape: &[bool]| {
        let mut pairs = shape.iter().zip(bytes);
        bytes.len() >= shape.len()
            && pairs.all(|(&text, &byte)| if text { is_text(byte) } else { byte == 0 })
    };
    let mut marked = FOREIGN_MARKS.iter();
    let marked = marked.find(|(mark, _)| bytes.starts_with(mark));
    let mut unmarked = UNMARKED.iter();
    marked.map(|(_, name)| *name).or_else(|| {
        unmarked
            .find(|(shape, _)| looks(shape))
            .map(|(_, name)| *name)
    })
}

/// Decodes the whole bytes of a file. UTF-8 is taken over without a copy.
pub fn decode(mut bytes: Vec<u8>) -> Decoded {
    match bytes.as_slice() {
        [0xFF, 0xFE, units @ ..] => utf16(units, Encoding::Utf16LittleEndian, u16::from_le_bytes),
        [0xFE, 0xFF, units @ ..] => utf16(units, Encoding::Utf16BigEndian, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, ..] => {
            bytes.drain(..UTF8_MARK_BYTES);
            utf8(bytes, Encoding::Utf8WithMark, UTF8_MARK_BYTES)
        }
        _ => utf8(bytes, Encoding::Utf8, 0),
    }
}

/// Whether all of a decoded text may stand in YAML: no control characters (YAML 1.2.2, "Character Set"), of
/// which [`SUBSTITUTE`] stands for bytes that are no characters.
pub fn is_text(text: &str) -> bool {
    let control = |character: char| {
        character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{85}')
    };
    !text.chars().any(control)
}

const UTF8_MARK_BYTES: usize = 3;
const UTF16_MARK_BYTES: usize = 2;

fn utf8(bytes: Vec<u8>, encoding: Encoding, mark: usize) -> Decoded {
    let mut decoded = Decoded {
        text: String::new(),
        encoding,
        fault: None,
        faults: 0,
    };
    decoded.text = String::from_utf8(bytes).unwrap_or_else(|error| {
        let mut bytes = error.into_bytes();
        let mut at = 0;
        while let Some(length) = blank_out_next(&mut bytes, &mut at, mark, &mut decoded) {
            at += length;
        }
        // Every byte that was not UTF-8 is ASCII now, so nothing is lost here.
        String::from_utf8_lossy(&bytes).into_owned()
    });
    decoded
}

/// Puts substitutes in place of the next bytes after `at` that are not UTF-8, and moves `at` there; their
/// number, `None` when the rest is UTF-8.
fn blank_out_next(
    bytes: &mut [u8],
    at: &mut usize,
    mark: usize,
    decoded: &mut Decoded,
) -> Option<usize> {
    let error = std::str::from_utf8(&bytes[*at..]).err()?;
    *at += error.valid_up_to();
    let length = error.error_len().unwrap_or(bytes.len() - *at);
    for byte in &mut bytes[*at..*at + length] {
        decoded.add(Fault::NotUtf8 {
            offset: mark + *at,
            byte: *byte,
        });
        *byte = SUBSTITUTE as u8;
    }
    Some(length)
}

fn utf16(bytes: &[u8], encoding: Encoding, unit: fn([u8; 2]) -> u16) -> Decoded {
    let mut decoded = Decoded {
        text: String::with_capacity(bytes.len()),
        encoding,
        fault: None,
        faults: 0,
    };
    let pairs = bytes.chunks_exact(2);
    let odd = !pairs.remainder().is_empty();
    let mut offset = UTF16_MARK_BYTES;
    for character in char::decode_utf16(pairs.map(|pair| unit([pair[0], pair[1]]))) {
        match character {
            Ok(character) => {
                decoded.text.push(character);
                offset += 2 * character.len_utf16();
            }
            Err(error) => {
                decoded.text.push(SUBSTITUTE);
                let unit = error.unpaired_surrogate();
                decoded.add(Fault::LoneSurrogate { offset, unit });
                offset += 2;
            }
        }
    }
    if odd {
        decoded.text.push(SUBSTITUTE);
        decoded.add(Fault::OddLength { offset });
    }
    decoded
}
