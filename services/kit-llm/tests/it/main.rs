//! Tests of the language model's crate: answers, programs, the gate, each protocol with its faults, and a real model.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test's helper fails by panicking, like the test itself")]

mod answers;
mod budget;
mod extraction;
mod gate;
mod ollama;
mod programs;
mod proofs;
mod real;
mod remote;
mod scripted;
mod server;
