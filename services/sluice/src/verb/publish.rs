//! `sluice publish`: messages from standard input onto the bus.

use std::io::Read as _;

use bus::Intake;
use chrono::Utc;
use contract::{Event as _, MessageReceived, event::MAX_PAYLOAD, topology::Lane};
use serde_json::{Value, json};

use super::{say, say_json};
use crate::{
    args::{Common, Publish},
    failure::Failure,
    instance::Target,
};

pub(crate) async fn run(common: &Common, args: Publish) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|e| Failure::failed(format!("standard input: {e}")))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::failed("standard input is not UTF-8"))?;
    let messages = parse(&text)?;
    let target = Target::find(common)?;
    let account = args.account.unwrap_or(target.account.clone());
    let bus = target.bus().await?;
    let mut failed = 0;
    for (line, message) in messages {
        let intake = message.and_then(|message| {
            Intake::new(&account, message, Lane::Live, "sluice/cli", Utc::now()).map_err(|e| e.to_string())
        });
        let published = match intake {
            Ok(Intake { message_id, output, .. }) => {
                bus.publish(output).await.map(|receipt| (message_id, receipt)).map_err(|e| e.to_string())
            }
            Err(fault) => Err(fault),
        };
        failed += usize::from(published.is_err());
        match published {
            Ok((id, receipt)) if common.json => {
                say_json(
                    &json!({ "line": line, "message_id": id, "sequence": receipt.stream_sequence, "duplicate": receipt.duplicate }),
                )?;
            }
            Ok((id, receipt)) => say(format!("published {id} as sequence {}", receipt.stream_sequence))?,
            Err(fault) if common.json => say_json(&json!({ "line": line, "error": fault }))?,
            Err(fault) => super::remark(format!("line {line}: {fault}")),
        }
    }
    if failed > 0 { Err(Failure::failed(format!("{failed} not published"))) } else { Ok(()) }
}

type Parsed = Vec<(usize, Result<MessageReceived, String>)>;

/// One JSON object, JSON lines, or plain text.
fn parse(text: &str) -> Result<Parsed, Failure> {
    if text.trim().is_empty() {
        return Err(Failure::failed("standard input is blank; a message needs words"));
    }
    if !text.trim_start().starts_with('{') {
        return Ok(vec![(
            1,
            Ok(MessageReceived {
                text: text.trim_end().to_owned(),
                source: Some("cli".to_owned()),
                ..Default::default()
            }),
        )]);
    }
    let one = |text: &str| {
        if text.len() > MAX_PAYLOAD {
            return Err(format!("{} bytes, over the limit of {MAX_PAYLOAD}", text.len()));
        }
        MessageReceived::decode(1, text.as_bytes()).map_err(|e| e.to_string())
    };
    // A pretty-printed object spans lines; JSON lines do not.
    if serde_json::from_str::<Value>(text).is_ok() {
        return Ok(vec![(1, one(text))]);
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    Ok(lines.map(|(index, line)| (index + 1, one(line))).collect())
}
