//! Dead letters: an event given up goes whole into a stream of its own before its delivery is terminated.

use std::collections::BTreeMap;

use async_nats::jetstream::Message;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use contract::{Account, DeadLetter, Event as _, Reason, dead::v1::MOST_PAYLOAD, identity};

use crate::{connect::Bus, error::BusError, headers::NewEnvelope, trace};

/// For the headers of a dead letter, of what the server takes in one message.
const ROOM: usize = 4096;

/// Where a delivery stood in its stream.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) stream: String,
    pub(crate) sequence: u64,
    pub(crate) published_at: DateTime<Utc>,
    pub(crate) attempt: u32,
}

impl Bus {
    /// Publishes a dead letter and waits for its acknowledgement. The same delivery buried twice is one letter.
    pub(crate) async fn bury(
        &self,
        stage: &'static str,
        message: &Message,
        origin: &Origin,
        reason: Reason,
        detail: String,
    ) -> Result<(), BusError> {
        // An event whose subject names no account is filed under the laptop's.
        let account = self.prefix.split(&message.subject).map_or_else(Account::me, |(_, account)| account);
        let mut letter = DeadLetter {
            stage: stage.to_owned(),
            reason,
            detail,
            attempts: origin.attempt,
            subject: message.subject.to_string(),
            stream: origin.stream.clone(),
            stream_sequence: origin.sequence,
            published_at: origin.published_at,
            died_at: Utc::now(),
            headers: headers_of(message),
            payload_base64: (message.payload.len() <= MOST_PAYLOAD).then(|| STANDARD.encode(&message.payload)),
        };
        let subject = self.prefix.dead(stage, &account);
        let json = |letter: &DeadLetter| {
            serde_json::to_vec(letter)
                .map_err(|e| BusError::Unacceptable { subject: subject.clone(), detail: e.to_string() })
        };
        let mut payload = json(&letter)?;
        // A letter that the server does not take would keep its event for ever; the original stays in its stream.
        let cuts: [fn(&mut DeadLetter); 2] = [|letter| letter.headers.clear(), |letter| letter.payload_base64 = None];
        for cut in cuts {
            if payload.len() + ROOM > self.client.max_payload() {
                cut(&mut letter);
                payload = json(&letter)?;
            }
        }
        let id = identity::output_id(identity::sequence_id(&origin.stream, origin.sequence), stage, 0, 0);
        let mut headers = NewEnvelope {
            id,
            message_id: &format!("dead-{id}"),
            source: &format!("sluice/{stage}"),
            event_type: DeadLetter::TYPE,
            version: DeadLetter::VERSION,
            time: letter.died_at,
            about: None,
            attempt: Some(origin.attempt),
        }
        .write();
        trace::inject(&mut headers);
        self.send(subject, headers, payload.into()).await.map(|_| ())
    }
}

/// First value of each header.
fn headers_of(message: &Message) -> BTreeMap<String, String> {
    let Some(headers) = &message.headers else {
        return BTreeMap::new();
    };
    headers.iter().filter_map(|(name, values)| Some((name.to_string(), values.first()?.as_str().to_owned()))).collect()
}
