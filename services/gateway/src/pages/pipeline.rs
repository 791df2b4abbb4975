//! The pipeline: its stages as a flow, with what waits, what is under way and how old the oldest is; the streams below.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};

use super::{
    Visit, broken,
    frame::{Frame, Scene},
    money::{self, grouped},
};
use crate::{
    api::pipeline::{self, Pipeline, StageFigures},
    app::App,
    words::Words,
};

/// A stage is behind when its oldest event has waited longer than this.
const BEHIND_SECONDS: f64 = 60.0;
/// A stream is nearly full from this share on.
const NEARLY_FULL: u64 = 80;

/// `GET /pipeline`
pub(super) async fn show(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let visit = Visit::of(&uri, &headers);
    let page = async {
        let pipeline = pipeline::now(&app).await?;
        render(&visit.scene_with_tally(&app, None).await, &pipeline).map_err(|error| broken(&error))
    };
    let page = page.await;
    visit.answer(&app, page)
}

#[derive(Template)]
#[template(path = "pipeline.html")]
struct Html<'a> {
    frame: Frame<'a>,
    sentence: String,
    stages: Vec<Stage>,
    streams: Vec<Stream>,
    dead: u64,
}

struct Stage {
    name: String,
    what: String,
    class: &'static str,
    state: String,
    rate: String,
    waiting: String,
    busy: String,
    repeated: String,
    oldest: String,
    dead: u64,
}

struct Stream {
    name: String,
    messages: String,
    size: String,
    share: u64,
    class: &'static str,
}

/// Renders the flow.
///
/// # Errors
/// Where the template fails.
pub(crate) fn render(scene: &Scene<'_>, pipeline: &Pipeline) -> Result<String, askama::Error> {
    let frame = Frame::of(scene, "/pipeline");
    let words = frame.words;
    let behind = pipeline.stages.iter().max_by_key(|stage| stage.pending + stage.in_flight);
    let sentence = match behind.filter(|stage| stage.pending + stage.in_flight > 0) {
        Some(stage) => words.with2("works-through", words.of("stage", stage.stage), stage.pending + stage.in_flight),
        None => words.t("all-idle").to_owned(),
    };
    let streams = pipeline.streams.iter().map(|stream| {
        let limit = u64::try_from(stream.max_bytes).unwrap_or(0);
        let share = (stream.bytes * 100).checked_div(limit).unwrap_or(0).min(100);
        Stream {
            name: stream.stream.clone(),
            messages: grouped(i64::try_from(stream.messages).unwrap_or(i64::MAX)),
            size: match limit {
                0 => size(stream.bytes),
                limit => words.with2("of-size", size(stream.bytes), size(limit)),
            },
            share,
            class: if share >= NEARLY_FULL { "fault" } else { "fill" },
        }
    });
    Html {
        sentence,
        stages: pipeline.stages.iter().map(|figures| stage(figures, words)).collect(),
        streams: streams.collect(),
        dead: pipeline.stages.iter().map(|stage| stage.dead_letters).sum(),
        frame,
    }
    .render()
}

fn stage(figures: &StageFigures, words: &Words) -> Stage {
    let open = figures.pending + figures.in_flight;
    let old = figures.oldest_age_seconds.unwrap_or(0.0);
    let (class, state) = match (open, figures.waiting) {
        _ if old > BEHIND_SECONDS => ("fault", "stage-behind"),
        (0, true) => ("high", "stage-idle"),
        (0, false) => ("low", "stage-silent"),
        _ => ("inter", "stage-works"),
    };
    #[expect(clippy::cast_possible_truncation, reason = "an age in milliseconds fits by far")]
    let oldest = figures.oldest_age_seconds.map(|seconds| money::span((seconds * 1000.0) as i64));
    Stage {
        name: words.of("stage", figures.stage),
        what: words.of("stage-what", figures.stage),
        class,
        state: words.t(state).to_owned(),
        rate: figures.rate.map_or_else(|| "–".to_owned(), |rate| format!("{rate}/s")),
        waiting: grouped(i64::try_from(figures.pending).unwrap_or(i64::MAX)),
        busy: figures.in_flight.to_string(),
        repeated: figures.redelivered.to_string(),
        oldest: oldest.unwrap_or_else(|| "–".to_owned()),
        dead: figures.dead_letters,
    }
}

/// Bytes in one unit.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KB", bytes / 1_024),
        1_048_576..1_073_741_824 => format!("{} MB", bytes / 1_048_576),
        _ => format!("{}.{} GB", bytes / 1_073_741_824, bytes % 1_073_741_824 * 10 / 1_073_741_824),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_in_one_unit() {
        assert_eq!([5, 2_048, 3 << 20, 5 << 29].map(size), ["5 B", "2 KB", "3 MB", "2.5 GB"]);
    }
}
