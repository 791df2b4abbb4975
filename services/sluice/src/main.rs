//! The one binary: the whole system on a laptop, some stages in a cluster, and the operator's verbs.

mod args;
mod assembly;
mod at_once;
mod caches;
mod door;
mod failure;
mod instance;
mod ledger;
mod model;
mod paint;
mod verb;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Verb};
use failure::Failure;

fn main() -> ExitCode {
    let args = Args::parse();
    if let Verb::Guard(guard) = &args.verb {
        return verb::guard::run(guard);
    }
    let outcome = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(dispatch(args)),
        Err(e) => Err(Failure::failed(format!("the runtime does not start: {e}"))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

async fn dispatch(args: Args) -> Result<(), Failure> {
    let common = &args.common;
    match args.verb {
        Verb::Up(up) => verb::up::run(common, up).await,
        Verb::Run(run) => verb::run::run(common, run).await,
        Verb::Read(read) => verb::read::run(common, read),
        Verb::Import(import) => verb::import::run(common, import).await,
        Verb::Publish(publish) => verb::publish::run(common, publish).await,
        Verb::Status(status) => verb::status::run(common, status).await,
        Verb::Profile(profile) => verb::profile::run(common, profile).await,
        Verb::Rescore(rescore) => verb::rescore::run(common, rescore).await,
        Verb::Migrate(migrate) => verb::migrate::run(common, migrate).await,
        Verb::Topology(topology) => verb::topology::run(common, topology).await,
        Verb::Token(token) => verb::token::run(common, token).await,
        Verb::Account(accounts) => verb::account::run(common, accounts).await,
        Verb::Doctor => verb::doctor::run(common).await,
        Verb::Eval(eval) => verb::eval::run(common, eval).await,
        Verb::Optimize(optimize) => verb::optimize::run(common, optimize).await,
        Verb::Guard(_) => Ok(()),
    }
}
