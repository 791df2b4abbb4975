//! Configuration and the admin answers.

mod admin;
mod config;
