//! Lists: sorts, pages, filters, search.

use contract::{Status, Tier};
use kit_store::{OpportunityFilter, Sort, StoreError, testing::Database};
use uuid::Uuid;

use crate::{
    on_both,
    sample::{Row, at, id, me, write},
};

on_both!(
    every_sort_is_total_and_pages_through_everything_once,
    pages_do_not_shift_when_rows_come,
    a_foreign_cursor_is_refused,
    each_filter_narrows,
    search_finds_whole_words_and_a_beginning,
    search_follows_changes,
    the_best_fit_comes_first_and_shows_where,
    relevance_pages_through_everything_once,
    no_list_goes_over_the_whole_table,
    figures_add_up_by_week_and_by_pay,
);

const SORTS: [Sort; 5] = [Sort::Priority, Sort::ScoreDesc, Sort::ScoreAsc, Sort::ReceivedDesc, Sort::ReceivedAsc];

fn rows() -> Vec<Row> {
    let totals = [Some(80), Some(80), None, Some(10), Some(55), Some(100), Some(0), None, Some(55)];
    (0..).zip(totals).map(|(n, total)| Row::new(n + 1, "ACME S.L.", i64::from(n % 4), total)).collect()
}

async fn all(database: &Database, filter: &OpportunityFilter, sort: Sort, limit: u64) -> Vec<Uuid> {
    let reader = database.store.reader();
    let (mut found, mut cursor) = (vec![], None);
    loop {
        let page = reader.opportunities(&me(), filter, sort, limit, cursor.as_deref()).await.unwrap();
        found.extend(page.items.iter().map(|row| row.id));
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => return found,
        }
    }
}

async fn every_sort_is_total_and_pages_through_everything_once(database: Database) {
    write(&database.store, &rows()).await.unwrap();
    for sort in SORTS {
        let mut expected = rows();
        let rank = |row: &Row| row.total.map_or(-1, i16::from);
        let tier = |row: &Row| row.total.map_or(-1, |total| Tier::of(total).rank());
        match sort {
            Sort::Priority => expected.sort_by_key(|row| (tier(row), rank(row), row.minute, row.number)),
            Sort::ScoreDesc => expected.sort_by_key(|row| (rank(row), row.minute, row.number)),
            // What has no score comes last here too.
            Sort::ScoreAsc => {
                expected.sort_by_key(|row| (row.total.is_none(), rank(row), row.minute, row.number));
            }
            Sort::ReceivedDesc | Sort::ReceivedAsc => expected.sort_by_key(|row| (row.minute, row.number)),
            Sort::Relevance => unreachable!("it has a test of its own"),
        }
        if matches!(sort, Sort::Priority | Sort::ScoreDesc | Sort::ReceivedDesc) {
            expected.reverse();
        }
        let expected: Vec<Uuid> = expected.iter().map(|row| id(row.number)).collect();
        for limit in [1, 2, 4, 100] {
            assert_eq!(
                all(&database, &OpportunityFilter::default(), sort, limit).await,
                expected,
                "{sort:?} by {limit}"
            );
        }
    }
}

async fn pages_do_not_shift_when_rows_come(database: Database) {
    write(&database.store, &rows()).await.unwrap();
    let reader = database.store.reader();
    let any = OpportunityFilter::default();
    let first = reader.opportunities(&me(), &any, Sort::ReceivedDesc, 3, None).await.unwrap();
    write(&database.store, &[Row::new(99, "Newest", 900, Some(99))]).await.unwrap();
    let second = reader.opportunities(&me(), &any, Sort::ReceivedDesc, 3, first.next_cursor.as_deref()).await.unwrap();
    assert!(second.items.iter().all(|row| row.id != id(99) && first.items.iter().all(|shown| shown.id != row.id)));
    assert_eq!((first.total_estimate, second.total_estimate), (9, 9), "the count is that of the first page");
}

async fn a_foreign_cursor_is_refused(database: Database) {
    write(&database.store, &rows()).await.unwrap();
    let reader = database.store.reader();
    let any = OpportunityFilter::default();
    let page = reader.opportunities(&me(), &any, Sort::Priority, 2, None).await.unwrap();
    for (sort, cursor) in [(Sort::ScoreAsc, page.next_cursor.as_deref()), (Sort::Priority, Some("' OR 1=1"))] {
        assert_eq!(reader.opportunities(&me(), &any, sort, 2, cursor).await, Err(StoreError::BadCursor));
    }
}

async fn each_filter_narrows(database: Database) {
    let rows = [
        Row::new(1, "Manzana Labs", 0, Some(80)),
        Row { status: Status::Archived, ..Row::new(2, "Olivo 100%", 10, Some(40)) },
        Row { stack: &["C#", "Go"], ..Row::new(3, "Peral_Soft", 20, None) },
    ];
    write(&database.store, &rows).await.unwrap();
    let any = OpportunityFilter::default;
    for (filter, expected) in [
        (any(), vec![1, 2, 3]),
        (OpportunityFilter { tiers: vec![Tier::HighPriority], ..any() }, vec![1]),
        (OpportunityFilter { statuses: vec![Status::Archived, Status::New], ..any() }, vec![2]),
        (OpportunityFilter { company: Some("MANZANA".into()), ..any() }, vec![1]),
        (OpportunityFilter { company: Some("olivo 100%".into()), ..any() }, vec![2]),
        (OpportunityFilter { company: Some("peral_s".into()), ..any() }, vec![3]),
        (OpportunityFilter { company: Some("labs".into()), ..any() }, vec![]),
        (OpportunityFilter { recruiter: Some("inigo pena".into()), ..any() }, vec![1, 2, 3]),
        (OpportunityFilter { recruiter: Some("%".into()), ..any() }, vec![1, 2, 3]),
        (OpportunityFilter { skill: Some("rust".into()), ..any() }, vec![1, 2]),
        (OpportunityFilter { skill: Some("C#".into()), ..any() }, vec![3]),
        (OpportunityFilter { skill: Some("R%".into()), ..any() }, vec![]),
        (OpportunityFilter { remote: Some(contract::RemotePolicy::Onsite), ..any() }, vec![]),
        (OpportunityFilter { min_score: Some(41), ..any() }, vec![1]),
        (OpportunityFilter { max_score: Some(40), ..any() }, vec![2]),
        (OpportunityFilter { since: Some(at(10)), ..any() }, vec![2, 3]),
        (OpportunityFilter { until: Some(at(10)), ..any() }, vec![1]),
        (OpportunityFilter { kinds: vec![contract::Kind::FollowUp], ..any() }, vec![]),
    ] {
        let expected: Vec<Uuid> = expected.into_iter().map(id).collect();
        assert_eq!(all(&database, &filter, Sort::ReceivedAsc, 10).await, expected, "{filter:?}");
    }
}

async fn search(database: &Database, q: &str) -> Vec<Uuid> {
    all(database, &OpportunityFilter { q: Some(q.into()), ..OpportunityFilter::default() }, Sort::ReceivedAsc, 10).await
}

async fn search_finds_whole_words_and_a_beginning(database: Database) {
    let rows = [
        Row { text: "Buscamos ingeniería en Málaga: C++ y node.js, 85k€", ..Row::new(1, "Manzana Labs", 0, None) },
        Row { text: "Engineering manager, Berlin. DROP TABLE users; --", ..Row::new(2, "Olivo", 10, None) },
    ];
    write(&database.store, &rows).await.unwrap();
    for (q, expected) in [
        ("malaga", vec![1]),
        ("MÁLAGA ingen", vec![1]),
        ("manzana rust", vec![1]),
        ("eng", vec![2]),
        ("eng berlin", vec![]),
        ("berlin eng", vec![2]),
        ("c++", vec![1]),
        ("node.js", vec![1]),
        ("85k", vec![1]),
        ("pena", vec![1, 2]),
        ("malaga OR berlin", vec![]),
        ("\"malaga\" -berlin", vec![]),
        ("drop table users", vec![2]),
        ("mal*", vec![1]),
        ("'", vec![1, 2]),
        ("nothing", vec![]),
    ] {
        let expected: Vec<Uuid> = expected.into_iter().map(id).collect();
        assert_eq!(search(&database, q).await, expected, "{q}");
    }
}

async fn search_follows_changes(database: Database) {
    write(&database.store, &[Row::new(1, "Manzana Labs", 0, None)]).await.unwrap();
    write(&database.store, &[Row { revision: 2, ..Row::new(1, "Olivo", 0, None) }]).await.unwrap();
    assert_eq!(search(&database, "manzana").await, Vec::<Uuid>::new());
    assert_eq!(search(&database, "olivo").await, [id(1)]);
    database.store.execute("DELETE FROM opportunities").await;
    assert_eq!(search(&database, "olivo").await, Vec::<Uuid>::new());
}

fn asked(q: &str) -> OpportunityFilter {
    OpportunityFilter { q: Some(q.into()), ..OpportunityFilter::default() }
}

async fn the_best_fit_comes_first_and_shows_where(database: Database) {
    let rows = [
        Row { text: "We speak of Olivo and of others.", ..Row::new(1, "Manzana", 0, Some(90)) },
        Row { text: "Nothing here.", ..Row::new(2, "Olivo", 10, Some(10)) },
        Row { text: "Olivo olivo olivo!", stack: &["Olivo"], ..Row::new(3, "Peral", 20, Some(50)) },
    ];
    write(&database.store, &rows).await.unwrap();
    let reader = database.store.reader();
    let page = reader.opportunities(&me(), &asked("oliv"), Sort::Relevance, 10, None).await.unwrap();
    assert_eq!(page.items.iter().map(|row| row.id).collect::<Vec<_>>(), [id(2), id(3), id(1)]);
    let shown: Vec<Option<&str>> =
        page.items.iter().map(|row| row.highlight.as_ref().map(|h| h.text.as_str())).collect();
    assert_eq!(shown, [None, Some("Olivo olivo olivo!"), Some("We speak of Olivo and of others.")]);
    assert_eq!(page.items[1].highlight.as_ref().unwrap().ranges, [(0, 5), (6, 11), (12, 17)]);
}

async fn relevance_pages_through_everything_once(database: Database) {
    write(&database.store, &rows()).await.unwrap();
    let whole = all(&database, &asked("acme"), Sort::Relevance, 100).await;
    assert_eq!(whole.len(), rows().len());
    for limit in [1, 2, 4] {
        assert_eq!(all(&database, &asked("acme"), Sort::Relevance, limit).await, whole, "by {limit}");
    }
}

/// Among twenty thousand rows, each condition in each order: SQLite is asked for its plan, PostgreSQL for what it did.
async fn no_list_goes_over_the_whole_table(database: Database) {
    const ROWS: u64 = 20_000;
    database.store.fill(&me(), ROWS).await;
    let reader = database.store.reader();
    for filter in narrowings() {
        for sort in SORTS {
            let plan = reader.plan(&me(), &filter, sort).await;
            // Where SQLite asks the words' index, that leads: the account's would go over all of its rows.
            let by_words = plan.iter().any(|line| line.starts_with("SCAN opportunities_search"));
            let by_account = plan.iter().any(|line| line.ends_with("(account=?)"));
            assert!(!(by_words && by_account), "{sort:?} {filter:?}:\n{}", plan.join("\n"));
            for line in &plan {
                let scan = ["SCAN opportunities", "SCAN opportunities_search"].contains(&line.as_str());
                let passed = line.trim().strip_prefix("Rows Removed by Filter: ").map_or(0, |n| n.parse().unwrap());
                assert!(!scan && passed < ROWS / 2, "{sort:?} {filter:?}:\n{}", plan.join("\n"));
            }
        }
    }
}

async fn figures_add_up_by_week_and_by_pay(database: Database) {
    const ROWS: u64 = 20_000;
    database.store.fill(&me(), ROWS).await;
    let stats = database.store.reader().stats(&me()).await.unwrap();
    assert_eq!(stats.total, ROWS);
    let weeks: Vec<(&str, u64)> = stats.per_week.iter().map(|week| (week.week.as_str(), week.count)).collect();
    // One a minute, back from midnight before Friday the 20th: four days of the last week, a whole one before.
    assert_eq!(
        weeks,
        [("2026-11-02", 20_000 - 4 * 1440 - 7 * 1440), ("2026-11-09", 7 * 1440), ("2026-11-16", 4 * 1440)]
    );
    let bands: Vec<(i64, i64)> = stats.salary_bands.iter().map(|band| (band.from, band.to)).collect();
    assert_eq!(bands, [(60_000, 80_000), (80_000, 100_000), (100_000, 120_000)]);
    assert_eq!(stats.salary_bands.iter().map(|band| band.count).sum::<u64>(), ROWS);
}

/// Each condition alone, with many rows and with few, and some together.
fn narrowings() -> Vec<OpportunityFilter> {
    let any = OpportunityFilter::default;
    let text = |text: &str| Some(text.to_owned());
    vec![
        any(),
        OpportunityFilter { tiers: vec![Tier::HighPriority], ..any() },
        OpportunityFilter { tiers: vec![Tier::NoInteresa, Tier::Interesante], ..any() },
        OpportunityFilter { statuses: vec![Status::AwaitingReview], ..any() },
        OpportunityFilter { statuses: vec![Status::Snoozed], ..any() },
        OpportunityFilter { kinds: vec![contract::Kind::FollowUp], ..any() },
        OpportunityFilter { kinds: vec![contract::Kind::Scam], ..any() },
        OpportunityFilter { remote: Some(contract::RemotePolicy::Remote), ..any() },
        OpportunityFilter { company: text("company 77"), ..any() },
        OpportunityFilter { recruiter: text("recruiter 1999"), ..any() },
        OpportunityFilter { skill: text("rust"), ..any() },
        OpportunityFilter { skill: text("cobol"), ..any() },
        OpportunityFilter { min_score: Some(99), ..any() },
        OpportunityFilter { max_score: Some(5), ..any() },
        OpportunityFilter { since: Some(at(-1_000)), ..any() },
        OpportunityFilter { until: Some(at(-10_000)), ..any() },
        OpportunityFilter { q: text("platform"), ..any() },
        OpportunityFilter { q: text("word2999"), ..any() },
        OpportunityFilter { q: text("nothing"), company: text("company 77"), ..any() },
        OpportunityFilter {
            tiers: vec![Tier::HighPriority],
            statuses: vec![Status::Archived],
            skill: text("go"),
            ..any()
        },
    ]
}
