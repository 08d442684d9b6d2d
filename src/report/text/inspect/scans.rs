//! The scans of an inspected image: a line each.

use std::io;

use super::{INDENT, LISTED, Page};
use crate::check::wording::{quoted, shortened};
use crate::model::scan::ScanOrigin;
use crate::model::signature::SignatureFacts;
use crate::report::inspect::{InspectedImage, scans};

impl Page<'_> {
    /// The scans, each with the number of the attestation that holds it or the file where it stands.
    pub(super) fn scans(
        &mut self,
        image: &InspectedImage,
        facts: &SignatureFacts,
    ) -> io::Result<()> {
        for found in image.scans.iter().take(LISTED) {
            let origin = match &found.origin {
                ScanOrigin::Attestation(holding) => {
                    let mut candidates = facts.candidates.iter();
                    let at = candidates.position(|candidate| candidate.place == holding.place);
                    at.map_or_else(String::new, |index| format!(" (in {})", index + 1))
                }
                ScanOrigin::Report(path) => format!(" (report {})", quoted(path)),
                ScanOrigin::Scanner(name) => format!(" ({})", shortened(name)),
            };
            let text = format!("{}{origin}", scans::words(found));
            self.line(INDENT, "scan", &text)?;
        }
        self.more(INDENT, image.scans.len())?;
        for reason in image.unread_scans.iter().take(LISTED) {
            self.unread("scan", &format!("could not be read: {reason}"))?;
        }
        self.more(INDENT, image.unread_scans.len())?;
        match image.scans.is_empty() && image.unread_scans.is_empty() {
            true => Ok(()),
            false => writeln!(self.out),
        }
    }
}
