//! I/O: the evidence that the rules need. Nothing here judges.
