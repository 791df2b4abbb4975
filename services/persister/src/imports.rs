//! How far imports are: nothing of a conversation, so it goes its own short way.

use bus::{Delivery, StageError};
use kit_store::{Progress, Writer};

use crate::{classified, touch::Input};

/// Stores what a batch says of imports.
pub(crate) async fn store(writer: &Writer, batch: &[Delivery<Input>], results: &mut [Result<(), StageError>]) {
    let (mut places, mut all) = (Vec::new(), Vec::new());
    for (index, delivery) in batch.iter().enumerate() {
        if let Input::Progressed(progress) = &delivery.event {
            places.push(index);
            let (account, progress) = (delivery.account.clone(), progress.as_ref().clone());
            all.push(Progress { account, at: delivery.time, progress });
        }
    }
    if let Err(error) = writer.progress(&all).await {
        for index in places {
            results[index] = Err(classified(error.clone()));
        }
    }
}
