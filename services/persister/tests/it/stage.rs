//! The stage on a real server.

use bus::{Bus, Output};
use contract::{Direction, DismissalReason};
use kit_store::testing::Databases;
use persister::{Persister, touch::Input};

use crate::sample::{dismissed, me, message};

async fn persister(_: &Bus) -> Persister {
    // The database lives as long as the test's process.
    let database = Box::leak(Box::new(Databases::sqlite().await));
    Persister::new(&database.store)
}

fn courtesy() -> Output {
    let message = message(1, Direction::Inbound, 0, "Thanks, have a good week!");
    match dismissed(message, DismissalReason::Courtesy) {
        Input::Dismissed(event) => Output::new(&me(), event.as_ref()),
        _ => unreachable!("a dismissal"),
    }
}

bus::stage_conformance!(persister, courtesy, ["opportunities.stored"]);
