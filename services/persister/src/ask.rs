//! Where a command belongs: the store knows which conversation a reply is of, and which opportunity stands for a job.

use bus::Delivery;
use contract::{Account, Action, Command, CommandRefused, RefusalReason};
use kit_store::StoreError;
use uuid::Uuid;

use crate::{
    Persister,
    command::{Refusal, not_supported, reply_of},
    touch::{Fact, Input, Touch},
};

impl Persister {
    /// What a command touches, or why it is refused without looking at any conversation.
    pub(crate) async fn asked(
        &self,
        index: usize,
        delivery: &Delivery<Input>,
        command: &Command,
    ) -> Result<Result<Touch, CommandRefused>, StoreError> {
        let placed = self.place(&delivery.account, command).await?;
        Ok(placed.map_err(|refusal| refusal.of(command.id)).map(|(conversation_id, command)| Touch {
            index,
            conversation_id,
            event_id: command.id,
            time: delivery.time,
            // Commands are no part of the log.
            stream_sequence: 0,
            caused_by: Some(command.id),
            fact: Fact::Asked(Box::new(command)),
        }))
    }

    async fn place(
        &self,
        account: &Account,
        command: &Command,
    ) -> Result<Result<(Uuid, Command), Refusal>, StoreError> {
        let reader = self.store.reader();
        if let Some(reply) = reply_of(&command.action) {
            let home = reader.answered_by(account, &[reply]).await?.remove(&reply);
            return Ok(home.map(|home| (home, command.clone())).ok_or_else(Refusal::not_found));
        }
        match command.action {
            Action::Snooze { opportunity_id, .. }
            | Action::Archive { opportunity_id }
            | Action::Restore { opportunity_id }
            | Action::Annotate { opportunity_id, .. }
            | Action::Unjoin { opportunity_id }
            | Action::Due { opportunity_id } => Ok(Ok((opportunity_id, command.clone()))),
            Action::Join { opportunity_id, with } => {
                let Some(leader) = reader.job_of(account, with).await? else { return Ok(Err(Refusal::not_found())) };
                if leader != opportunity_id && reader.leads(account, opportunity_id).await? {
                    let detail = "others are joined to it: join the other one to this one instead";
                    return Ok(Err(Refusal::new(RefusalReason::WrongState, detail)));
                }
                let action = Action::Join { opportunity_id, with: leader };
                Ok(Ok((opportunity_id, Command { action, ..command.clone() })))
            }
            ref other => Ok(Err(not_supported(other))),
        }
    }
}
