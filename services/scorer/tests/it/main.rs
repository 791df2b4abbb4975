//! Specification of the scorer: what it decides, and the stage on a real server.

mod decide;
mod sample;
mod stage;
