//! What cryptography says about stored signatures: real ones, forged ones, altered ones, junk.
#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its fixture has failed"
)]

#[path = "signatures_verify/altered.rs"]
mod altered;
#[path = "signatures_verify/hostile.rs"]
mod hostile;
#[path = "signatures_verify/made.rs"]
mod made;
#[path = "signatures_verify/mixed.rs"]
mod mixed;
#[path = "signatures_verify/names.rs"]
mod names;
#[path = "signatures_verify/part.rs"]
mod part;
#[path = "signatures_verify/public.rs"]
mod public;
#[path = "signatures_verify/roots.rs"]
mod roots;
#[path = "signatures_verify/stored.rs"]
mod stored;
#[path = "signatures_verify/verdicts.rs"]
mod verdicts;
