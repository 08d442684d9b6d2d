//! Four-valued truth: what is known, what is known to be absent, and what could not be found out.

/// A fact that had to be fetched. Every failure to fetch ends as [`Evidence::Unavailable`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence<T> {
    /// It was found.
    Known(T),
    /// Its place was asked, answered, and does not hold it.
    Absent,
    /// It could not be found out; the sentence says what was asked, what answered, what to do.
    Unavailable(String),
}
