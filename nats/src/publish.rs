//! Publishing: an event is accepted when the stream has acknowledged it, and not before.

use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use chrono::Utc;
use futures::{StreamExt as _, stream};
use uuid::Uuid;

use crate::{connect::Bus, error::BusError, headers::NewEnvelope, stage::Output, trace};

/// Publishes in flight at once in [`Bus::publish_all`].
const WINDOW: usize = 256;

/// The stream's word that it has an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its place in the stream.
    pub stream_sequence: u64,
    /// The stream had it already (same id within the window).
    pub duplicate: bool,
}

impl Bus {
    /// Publishes an event and waits for the stream's acknowledgement. An output without an id gets a random one.
    ///
    /// # Errors
    /// [`BusError::Publish`]: the event may or may not be in the stream; publishing it again with the same id is safe.
    /// [`BusError::Unacceptable`]: it is over the server's limit, or has no JSON form.
    pub async fn publish(&self, output: Output) -> Result<Receipt, BusError> {
        let id = output.id.unwrap_or_else(Uuid::new_v4);
        self.publish_as(&output, id, &id.to_string(), None).await
    }

    /// Publishes many with a window in flight; the results are in the order given.
    pub async fn publish_all(&self, outputs: Vec<Output>) -> Vec<Result<Receipt, BusError>> {
        stream::iter(outputs).map(|output| self.publish(output)).buffered(WINDOW).collect().await
    }

    /// Publishes under a given id and message id; a stage says who it is, and which delivery of its input this came of.
    pub(crate) async fn publish_as(
        &self,
        output: &Output,
        id: Uuid,
        message_id: &str,
        stage: Option<(&str, u32)>,
    ) -> Result<Receipt, BusError> {
        let subject = self.prefix.event(&output.event_type, &output.account);
        let payload = output.payload.as_ref().map_err(|detail| BusError::Unacceptable {
            subject: subject.clone(),
            detail: format!("cannot be written as JSON: {detail}"),
        })?;
        let mut headers = NewEnvelope {
            id,
            message_id,
            source: stage.map(|(source, _)| source).or(output.source.as_deref()).unwrap_or(&self.name),
            event_type: &output.event_type,
            version: output.version,
            time: Utc::now(),
            about: output.about,
            attempt: stage.map(|(_, attempt)| attempt),
        }
        .write();
        trace::inject(&mut headers);
        self.send(subject, headers, payload.clone().into()).await
    }

    /// Sends and waits for the acknowledgement.
    pub(crate) async fn send(
        &self,
        subject: String,
        headers: async_nats::HeaderMap,
        payload: bytes::Bytes,
    ) -> Result<Receipt, BusError> {
        let failed = |error: PublishError| {
            let (subject, detail) = (subject.clone(), error.to_string());
            match error.kind() {
                PublishErrorKind::MaxPayloadExceeded => BusError::Unacceptable { subject, detail },
                _ => BusError::Publish { subject, detail },
            }
        };
        let ack = self.jetstream.publish_with_headers(subject.clone(), headers, payload).await;
        let ack = ack.map_err(failed)?.await.map_err(failed)?;
        Ok(Receipt { stream_sequence: ack.sequence, duplicate: ack.duplicate })
    }
}
