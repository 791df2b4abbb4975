//! How the account's owner writes: their own sent words and nobody else's.

use contract::{Account, Decision, Engine, Language, ReplyState};
use kit_store::{
    Scope,
    record::{Key, Reply},
    testing::Database,
};

use crate::{
    on_both,
    sample::{Row, at, id, me},
};

on_both!(only_the_persons_own_sent_words_of_a_language_are_style);

fn reply(number: u8, state: ReplyState, engine: Engine, language: Language) -> Reply {
    Reply {
        id: id(100 + number),
        answers: Key::new(at(0), id(number)),
        state,
        decision: Decision::Ask,
        language,
        text: Some(format!("reply {number}")),
        no_draft: None,
        checks: vec![],
        engine,
        profile_revision: 1,
        stream_sequence: 1,
        approval: None,
        created_at: at(0),
        updated_at: at(i64::from(number)),
    }
}

async fn only_the_persons_own_sent_words_of_a_language_are_style(database: Database) {
    let store = &database.store;
    let (sent, person, en) = (ReplyState::Sent, Engine::Person, Language::En);
    let replies = [
        reply(1, sent, person, en),
        reply(2, sent, person, en),
        reply(3, sent, person, en),
        reply(4, sent, Engine::Llm, en),
        reply(5, ReplyState::Discarded, person, en),
        reply(6, sent, person, Language::Es),
    ];
    let mut writes: Vec<_> = (1..)
        .zip(replies)
        .map(|(number, reply)| (Row::new(number, "Acme", 0, None).write(), reply))
        .map(|(mut write, reply)| {
            write.replies = vec![reply];
            write
        })
        .collect();
    let conversations = writes.iter().map(|write| (me(), write.conversation_id)).collect();
    let scope = Scope { conversations, ..Scope::default() };
    store.writer().transact(&scope, |_| (std::mem::take(&mut writes), ())).await.unwrap();
    let own = |account: Account| {
        let reader = store.reader();
        async move { reader.own_replies(&account, Language::En, 2).await.unwrap() }
    };
    assert_eq!(own(me()).await, ["reply 3", "reply 2"]);
    assert!(own("other".parse().unwrap()).await.is_empty());
}
