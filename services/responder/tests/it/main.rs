//! What replies say and do not say, seen from outside the crate.

mod answers;
mod grid;
mod hostile;
mod offers;
mod reasons;
mod situation;
mod situations;
