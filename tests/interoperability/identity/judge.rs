//! Reads what `main.go` writes, and says which deployed images would pass the gate unseen.
//!
//! ```text
//! cargo run --release --example identity_judge < RECORDS
//! ```
//!
//! Each image that Kubernetes deploys has to be among those that are judged, or the file has to have a
//! finding that stops a deploy: one of a rule that is enforced, and not lowered to audit. Exit code 1 when
//! that does not hold of a file.

#![expect(clippy::print_stdout, reason = "the figures are the purpose")]

use std::error::Error;
use std::io::{self, BufReader, ErrorKind, Read};
use std::process::ExitCode;
use std::sync::Arc;

use imagegate::extract::ExtractSettings;
use imagegate::extract::file::facts;
use imagegate::model::file_facts::FileFacts;
use imagegate::model::rule::Rule;
use imagegate::parse::encoding;

/// Most missed files that are shown.
const SHOWN: u32 = 40;

#[derive(Debug, Default)]
struct Figures {
    files: u32,
    all_judged: u32,
    stopped_by_a_finding: u32,
    missed: u32,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut input = BufReader::with_capacity(1 << 20, io::stdin().lock());
    let settings = ExtractSettings::default();
    let path: Arc<str> = "x.yaml".into();
    let mut figures = Figures::default();
    while let Some((file, images)) = record(&mut input)? {
        figures.files += 1;
        if encoding::foreign(&file).is_some() {
            figures.stopped_by_a_finding += 1;
            continue;
        }
        let text: Arc<str> = encoding::decode(file.clone()).text.into();
        let facts = facts(Arc::clone(&path), text, &settings);
        if has_all(&facts, &images) {
            figures.all_judged += 1;
        } else if facts
            .problems
            .iter()
            .any(|problem| !problem.audit_at_most && problem.rule != Rule::UnrenderedTemplate)
        {
            figures.stopped_by_a_finding += 1;
        } else {
            figures.missed += 1;
            if figures.missed <= SHOWN {
                let shown = String::from_utf8_lossy(&file);
                println!("missed {images:?} in {shown:?}: {:?}", facts.problems);
            }
        }
    }
    println!(
        "{} files deploy an image: of {} each is judged, {} are stopped by a finding, {} pass unseen",
        figures.files, figures.all_judged, figures.stopped_by_a_finding, figures.missed
    );
    Ok(if figures.missed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn has_all(facts: &FileFacts, images: &[String]) -> bool {
    let mut images = images.iter();
    images.all(|image| facts.uses.iter().any(|used| *used.text == **image))
}

/// The next file, and the images that Kubernetes deploys from it.
fn record(input: &mut impl Read) -> io::Result<Option<(Vec<u8>, Vec<String>)>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        result => result?,
    }
    let mut file = vec![0; u32::from_le_bytes(length) as usize];
    input.read_exact(&mut file)?;
    let mut images = Vec::new();
    for _ in 0..short(input)? {
        let mut image = vec![0; usize::from(short(input)?)];
        input.read_exact(&mut image)?;
        images.push(String::from_utf8_lossy(&image).into_owned());
    }
    Ok(Some((file, images)))
}

fn short(input: &mut impl Read) -> io::Result<u16> {
    let mut bytes = [0; 2];
    input.read_exact(&mut bytes)?;
    Ok(u16::from_le_bytes(bytes))
}
