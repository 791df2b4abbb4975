//! The routes of each account, made when it first comes: their state names that account and no other, so that no handler
//! can reach another one's data, whatever an address or a body says.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use axum::Router;
use contract::Account;

use crate::app::App;

/// Accounts remembered; with more, all are made anew as they come.
const MOST: usize = 4096;

/// Routes that lack their state, and those that have it.
#[derive(Debug)]
pub(crate) struct Rooms {
    routes: Router<App>,
    /// An account's own parts are made anew from it.
    template: App,
    made: RwLock<HashMap<Account, (App, Router)>>,
}

impl Rooms {
    pub(crate) fn new(routes: Router<App>, template: App) -> Self {
        Self { routes, template, made: RwLock::default() }
    }

    /// The account's state and routes.
    pub(crate) fn of(&self, account: &Account) -> (App, Router) {
        if let Some(room) = self.made.read().unwrap_or_else(PoisonError::into_inner).get(account) {
            return room.clone();
        }
        let app = App {
            account: account.clone(),
            accepted: Arc::default(),
            imports: Arc::default(),
            ..self.template.clone()
        };
        let room = (app.clone(), self.routes.clone().with_state(app));
        let mut made = self.made.write().unwrap_or_else(PoisonError::into_inner);
        if made.len() >= MOST {
            made.clear();
        }
        made.entry(account.clone()).or_insert(room).clone()
    }
}
