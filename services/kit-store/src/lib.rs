//! The store: entities, the persister's writes and everybody's reads. The only crate beside `migrations` that names
//! sea-orm.

pub mod query;
