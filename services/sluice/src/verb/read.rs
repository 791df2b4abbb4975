//! `sluice read`: one message, read and judged here and now. No server, nothing stored, nothing sent.

use std::{io::Read as _, time::Instant};

use chrono::Utc;
use contract::{
    Account, Event as _, Message, MessageReceived,
    intake::{MAX_TEXT, Receipt, resolve},
};
use kit_score::Profile;
use serde_json::json;

use super::{say, say_json};
use crate::{
    args::{Common, Read},
    at_once::{Understood, understand},
    failure::Failure,
    instance::Folder,
    paint,
};

pub(crate) fn run(common: &Common, args: Read) -> Result<(), Failure> {
    let text = input(&args)?;
    let profile = profile(common, &args)?;
    let started = Instant::now();
    let message = message(&text)?;
    let understood = std::thread::scope(|threads| {
        threads.spawn(|| analyzer::warm_up(&message));
        understand(message.clone(), profile.as_ref())
    });
    match understood {
        Understood::Opportunity(scored, draft) => {
            let elapsed = started.elapsed();
            if common.json {
                say_json(&json!({
                    "kind": scored.analysis.kind, "language": scored.analysis.language, "facts": scored.analysis.facts,
                    "flags": scored.analysis.flags, "score": scored.score, "decision": scored.decision,
                    "draft": draft.text.as_ref().ok(), "no_draft": draft.text.as_ref().err(), "checks": draft.checks,
                    "milliseconds": elapsed.as_secs_f64() * 1000.0,
                }))
            } else {
                say(paint::opportunity(&scored, &draft, elapsed))
            }
        }
        Understood::Dismissed(dismissed) => {
            if common.json {
                say_json(&json!({
                    "kind": dismissed.kind, "language": dismissed.language, "dismissed": dismissed.reason,
                    "detail": dismissed.detail,
                }))
            } else {
                say(paint::dismissed(&dismissed, started.elapsed()))
            }
        }
    }
}

fn input(args: &Read) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    // One byte more than any message may have tells a long one from one that just fits.
    let most = 16 * MAX_TEXT as u64;
    let (name, read) = if args.file.as_os_str() == "-" {
        ("standard input".to_owned(), std::io::stdin().take(most).read_to_end(&mut bytes))
    } else {
        let name = args.file.display().to_string();
        let file = std::fs::File::open(&args.file).map_err(|e| Failure::failed(format!("{name}: {e}")))?;
        (name, file.take(most).read_to_end(&mut bytes))
    };
    read.map_err(|e| Failure::failed(format!("{name}: {e}")))?;
    String::from_utf8(bytes).map_err(|_| Failure::failed(format!("{name} is not UTF-8 text")))
}

/// Plain text, or the JSON of a message.
fn message(text: &str) -> Result<Message, Failure> {
    let received = match text.trim_start().starts_with('{') {
        true => MessageReceived::decode(1, text.as_bytes()).map_err(Failure::failed)?,
        false => MessageReceived { text: text.trim_end().to_owned(), ..Default::default() },
    };
    let (now, account) = (Utc::now(), Account::me());
    resolve(received, Receipt { account: &account, time: now, received_at: now, backfilled: false })
        .map_err(Failure::failed)
}

/// The profile named, the sample one, or the one that `sluice profile set` left; none is no fault.
fn profile(common: &Common, args: &Read) -> Result<Option<Profile>, Failure> {
    if args.demo {
        return Profile::parse(kit_intake::sample::PROFILE).map(Some).map_err(Failure::failed);
    }
    match &args.profile {
        Some(file) => super::profile::load(file).map(|(_, profile)| Some(profile)),
        None => {
            let left = Folder::choose(common, false)?.profile();
            if left.is_file() { super::profile::load(&left).map(|(_, profile)| Some(profile)) } else { Ok(None) }
        }
    }
}
