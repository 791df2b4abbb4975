//! The bus against a real nats-server.

mod bucket;
mod stage_loop;
mod topology;
