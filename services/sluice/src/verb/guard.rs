//! Becomes another program that ends with the process that started this one. A laptop's nats-server is started
//! through it, so that a killed `sluice up` leaves no server behind.

use std::{
    os::unix::process::CommandExt as _,
    process::{Command, ExitCode},
};

use crate::{args::Guard, failure::Failure};

pub(crate) fn run(guard: &Guard) -> ExitCode {
    let Some((program, arguments)) = guard.command.split_first() else {
        return Failure::bad_use("guard: nothing to run").report();
    };
    #[cfg(target_os = "linux")]
    {
        let parent = nix::unistd::getppid();
        let asked = nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGTERM);
        // The parent may have ended before the request took effect.
        if asked.is_ok() && nix::unistd::getppid() != parent {
            return ExitCode::FAILURE;
        }
    }
    let error = Command::new(program).args(arguments).exec();
    Failure::failed(format!("{}: {error}", program.display())).report()
}
