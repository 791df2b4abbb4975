//! The signals of `data/kind.toml`, counted.

use std::sync::LazyLock;

use regex::RegexSet;
use serde::Deserialize;

use crate::pattern::ascii;

#[derive(Deserialize)]
struct File {
    offer: Vec<String>,
    seeker: Vec<String>,
    bench: Vec<String>,
    sales: Vec<String>,
    newsletter: Vec<String>,
    scam: Vec<String>,
    rejection: Vec<String>,
    scheduling: Vec<String>,
    nudge: Vec<String>,
    courtesy: Vec<String>,
}

/// How many patterns of each signal a text holds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Signals {
    pub(crate) offer: usize,
    pub(crate) seeker: usize,
    pub(crate) bench: usize,
    pub(crate) sales: usize,
    pub(crate) newsletter: usize,
    pub(crate) scam: usize,
    pub(crate) rejection: usize,
    pub(crate) scheduling: usize,
    pub(crate) nudge: usize,
    pub(crate) courtesy: usize,
}

#[expect(clippy::expect_used, reason = "the data is a constant of this crate and the tests read it")]
static SETS: LazyLock<[RegexSet; 10]> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../data/kind.toml")).expect("kind.toml is well formed");
    let set = |list: Vec<String>| RegexSet::new(list.iter().map(|p| ascii(&format!(r"(?:^|\b)(?:{p})")))).expect("its patterns compile");
    [
        set(file.offer), set(file.seeker), set(file.bench), set(file.sales), set(file.newsletter), set(file.scam),
        set(file.rejection), set(file.scheduling), set(file.nudge), set(file.courtesy),
    ]
});

impl Signals {
    /// Counts over folded text.
    pub(crate) fn of(low: &str) -> Self {
        let [offer, seeker, bench, sales, newsletter, scam, rejection, scheduling, nudge, courtesy] =
            std::array::from_fn(|i| SETS[i].matches(low).iter().count());
        Self { offer, seeker, bench, sales, newsletter, scam, rejection, scheduling, nudge, courtesy }
    }
}
