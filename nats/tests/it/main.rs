//! The bus against a real nats-server.

mod bucket;
mod permissions;
mod stage_loop;
mod topology;
