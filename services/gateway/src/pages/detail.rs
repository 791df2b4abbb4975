//! The page of one opportunity.

use askama::Template;

use super::{
    frame::{Frame, Scene},
    opportunity::{Opportunity, Shown},
};

#[derive(Template)]
#[template(path = "detail.html")]
struct Html<'a> {
    frame: Frame<'a>,
    o: Opportunity,
}

/// Renders an opportunity.
///
/// # Errors
/// Where the template fails.
pub fn render(scene: &Scene<'_>, shown: &Shown) -> Result<String, askama::Error> {
    let frame = Frame::of(scene, &format!("/opportunities/{}", shown.detail.row.id));
    Html { o: Opportunity::of(scene, shown), frame }.render()
}
