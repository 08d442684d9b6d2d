//! Bytes to text.

use imagegate::parse::encoding::{Encoding, Fault, decode, foreign};

use super::reading::{ambiguities, bodies, read};

fn utf16(text: &str, mark: [u8; 2], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    mark.into_iter()
        .chain(text.encode_utf16().flat_map(bytes))
        .collect()
}

#[test]
fn utf8_is_taken_as_it_is() {
    let decoded = decode("image: größe\n".as_bytes().to_vec());
    assert_eq!(decoded.text, "image: größe\n");
    assert_eq!(decoded.encoding, Encoding::Utf8);
    assert_eq!(decoded.fault, None);
}

#[test]
fn a_byte_order_mark_is_no_text() {
    let decoded = decode("\u{feff}image: nginx\n".as_bytes().to_vec());
    assert_eq!(decoded.text, "image: nginx\n");
    assert_eq!(decoded.encoding, Encoding::Utf8WithMark);
}

#[test]
fn utf16_of_both_byte_orders_is_read() {
    let text = "image: 😀\n";
    let little = decode(utf16(text, [0xFF, 0xFE], u16::to_le_bytes));
    let big = decode(utf16(text, [0xFE, 0xFF], u16::to_be_bytes));
    assert_eq!((little.text.as_str(), big.text.as_str()), (text, text));
    assert_eq!(little.encoding, Encoding::Utf16LittleEndian);
    assert_eq!(big.encoding, Encoding::Utf16BigEndian);
}

#[test]
fn a_byte_that_is_not_utf8_is_named_with_its_place_in_the_file() {
    let decoded = decode(b"\xEF\xBB\xBFa: \xE9\n".to_vec());
    let fault = Fault::NotUtf8 {
        offset: 6,
        byte: 0xE9,
    };
    assert_eq!(decoded.fault, Some(fault));
    assert_eq!(fault.to_string(), "the byte 0xE9 at offset 6 is not UTF-8");
}

#[test]
fn every_faulty_byte_is_counted_and_moves_no_other() {
    let decoded = decode(b"a\xFF\xFEb\xE2\x82".to_vec());
    assert_eq!(decoded.text, "a\u{1a}\u{1a}b\u{1a}\u{1a}");
    assert_eq!(decoded.faults, 4);
}

#[test]
fn a_faulty_document_is_read_as_kubectl_reads_it() {
    let decoded = decode(b"a: 1\n---\nb: \xFF\n---\nc: 1\n".to_vec());
    assert_eq!(
        bodies(&decoded.text),
        [r#"{"a":"1"}"#, "{\"b\":\"\u{fffd}\"}", r#"{"c":"1"}"#]
    );
    assert_eq!(ambiguities(&decoded.text), ["NoText"]);
}

#[test]
fn the_place_of_a_faulty_document_is_the_faulty_byte() {
    let decoded = decode(b"a: 1\n---\nb: \xFF\n".to_vec());
    let documents = read(&decoded.text);
    let noted = &documents[1].ambiguities[0];
    assert_eq!((noted.span.start, noted.span.end), (12, 13));
}

#[test]
fn a_row_of_json_objects_with_a_faulty_byte_is_one_all_the_same() {
    let decoded = decode(b"{\"a\": \"\xFF\"} {\"b\": 1}".to_vec());
    let expected = ["{\"a\":\"\u{fffd}\"}", r#"{"b":"1"}"#];
    assert_eq!(bodies(&decoded.text), expected);
}

#[test]
fn text_in_an_encoding_that_nobody_reads_as_yaml_is_told() {
    for (bytes, name) in [
        (b"\xFF\xFE\0\0a\0\0\0".as_slice(), "UTF-32, little-endian"),
        (b"\0\0\xFE\xFF\0\0\0a", "UTF-32, big-endian"),
        (b"a\0\0\0:\0\0\0", "UTF-32, little-endian"),
        (b"\0\0\0a\0\0\0:", "UTF-32, big-endian"),
        (
            b"a\0:\0",
            "UTF-16, little-endian, without a byte-order mark",
        ),
        (b"\0a\0:", "UTF-16, big-endian, without a byte-order mark"),
        (b"+/v8-a: b", "UTF-7"),
        (b"\x84\x31\x95\x33a: b", "GB 18030"),
    ] {
        assert_eq!(foreign(bytes), Some(name), "{bytes:?}");
    }
}

#[test]
fn text_that_is_read_is_not_taken_for_another_encoding() {
    for bytes in [
        b"a: b\n".as_slice(),
        b"\xEF\xBB\xBFa: b\n",
        b"\xFF\xFEa\0:\0",
        b"\xFE\xFF\0a\0:",
        b"\xC3\xA4: b\n",
        b"",
        b"a",
    ] {
        assert_eq!(foreign(bytes), None, "{bytes:?}");
    }
}

#[test]
fn half_a_surrogate_pair_is_read_as_kubectl_reads_it() {
    let mut bytes = utf16("image: ", [0xFE, 0xFF], u16::to_be_bytes);
    bytes.extend([0xD8, 0x3D, 0x00, 0x0A]);
    let decoded = decode(bytes);
    let fault = Fault::LoneSurrogate {
        offset: 16,
        unit: 0xD83D,
    };
    assert_eq!(decoded.fault, Some(fault));
    assert_eq!(bodies(&decoded.text), ["{\"image\":\"\u{fffd}\"}"]);
}

#[test]
fn utf16_cut_in_the_middle_of_a_unit_is_read_as_kubectl_reads_it() {
    let mut bytes = utf16("a: b", [0xFF, 0xFE], u16::to_le_bytes);
    bytes.push(b'\n');
    let decoded = decode(bytes);
    assert_eq!(decoded.fault, Some(Fault::OddLength { offset: 10 }));
    assert_eq!(bodies(&decoded.text), ["{\"a\":\"b\u{fffd}\"}"]);
}
