//! Why something is not known, and whether one failure keeps it from being known for many images.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Why something could not be found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    sentence: String,
    outage: Option<Arc<Outage>>,
}

/// A failure that is not about one image: another image of the same registry meets it as well. What is
/// equal here is one thing to put right.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Outage {
    /// The registry, as image references name it; `None` when the run itself ended early.
    pub registry: Option<String>,
    /// What came back, without how often it was asked and for which image.
    pub answer: String,
    /// What a person can do.
    pub advice: Option<String>,
}

impl Reason {
    /// A sentence about something that fails as `outage` says.
    pub fn of_outage(sentence: String, outage: Option<Arc<Outage>>) -> Self {
        Self { sentence, outage }
    }

    /// What ends the run, and so keeps everything from being known that was still open.
    pub fn of_run(sentence: String) -> Self {
        let outage = Outage {
            registry: None,
            answer: sentence.clone(),
            advice: None,
        };
        Self::of_outage(sentence, Some(Arc::new(outage)))
    }

    /// Several reasons as one sentence.
    pub fn joined(reasons: &[Self]) -> Self {
        let sentences: Vec<&str> = reasons.iter().map(|reason| &**reason).collect();
        Self {
            sentence: sentences.join("; "),
            outage: Self::common_outage(reasons),
        }
    }

    /// The failure behind it, when others may meet it too.
    pub fn outage(&self) -> Option<&Arc<Outage>> {
        self.outage.as_ref()
    }

    /// The failure that is behind every one of the reasons; `None` as soon as one has another cause.
    pub fn common_outage(reasons: &[Self]) -> Option<Arc<Outage>> {
        let (first, rest) = reasons.split_first()?;
        let outage = first.outage.as_ref()?;
        let mut rest = rest.iter();
        rest.all(|reason| reason.outage.as_ref() == Some(outage))
            .then(|| Arc::clone(outage))
    }
}

impl Deref for Reason {
    type Target = str;

    fn deref(&self) -> &str {
        &self.sentence
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl<T: Into<String>> From<T> for Reason {
    /// A reason that concerns one image alone, for all that is known.
    fn from(sentence: T) -> Self {
        Self {
            sentence: sentence.into(),
            outage: None,
        }
    }
}
