//! Pay: amounts, what they are per and in which money. Only what a message offers for work; see `docs/understanding.md`.

mod custom;
mod parse;
mod tokens;

use contract::Salary;

pub(crate) use parse::Setting;

use crate::{
    doc::Doc,
    header::{Layout, Topic},
    reading::Found,
};

/// The pay a message states.
pub(crate) fn find(doc: &Doc, layout: &Layout, setting: Setting) -> Option<Found<Salary>> {
    let favoured: Vec<_> = layout
        .about(Topic::Pay)
        .into_iter()
        .map(|span| doc.low.position(span.start)..doc.low.position(span.end))
        .collect();
    let pay = parse::find(&doc.low.text, setting, &favoured)?;
    let confidence = if pay.points >= 7 { 92 } else { 78 };
    Some(Found { value: pay.salary, span: doc.low.source(&pay.span), confidence })
}
