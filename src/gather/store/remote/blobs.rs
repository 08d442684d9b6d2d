//! The question for a blob, and what is checked of the answer.

use reqwest::{Method, StatusCode};

use super::super::{MAX_BLOB_BYTES, Unanswered, oci};
use super::body::Size;
use super::failure::Failure;
use super::limits::Budget;
use super::request::Request;
use super::{Remote, refusal};
use crate::model::repository::Repository;

impl Remote {
    pub(super) async fn ask_blob(
        &self,
        repository: &Repository,
        descriptor: &oci::Descriptor,
    ) -> Result<Option<Vec<u8>>, Unanswered> {
        let digest = &descriptor.digest;
        let size = Size::Exactly(descriptor.size);
        let place = ("blobs", digest.as_str());
        let request = Request::new(self, repository, Method::GET, place, size)?;
        if descriptor.size > MAX_BLOB_BYTES {
            let failure = Failure::new(format!(
                "not asked for: it has {} bytes, and at most {MAX_BLOB_BYTES} are read",
                descriptor.size
            ));
            return Err(failure.to(&request.asked));
        }
        let mut budget = Budget::new(self.limits().question);
        let answered = self.fetch(&request, &mut budget).await?;
        if refusal::is_none(&answered.answer) {
            return Ok(None);
        }
        if answered.answer.status != StatusCode::OK {
            return Err(answered.refused(&request));
        }
        let bytes = answered.answer.body.unwrap_or_default();
        match digest.of_same_algorithm(&bytes) {
            real if real == *digest => Ok(Some(bytes)),
            real => Err(Failure::new(format!("bytes with the digest {real}")).to(&request.asked)),
        }
    }
}
