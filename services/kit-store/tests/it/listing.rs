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
    lists_are_served_by_an_index,
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
    assert_eq!(second.total_estimate, 10);
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
        (OpportunityFilter { company: Some("100%".into()), ..any() }, vec![2]),
        (OpportunityFilter { company: Some("l_s".into()), ..any() }, vec![3]),
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

async fn lists_are_served_by_an_index(database: Database) {
    write(&database.store, &rows()).await.unwrap();
    for sort in SORTS {
        let plan = database.store.reader().plan(&me(), &OpportunityFilter::default(), sort).await.join("\n");
        assert!(plan.contains("opportunities_by_account_"), "{sort:?}: {plan}");
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Sort"), "{sort:?}: {plan}");
    }
}
