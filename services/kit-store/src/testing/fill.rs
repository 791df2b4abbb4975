//! Many opportunities at once, made by the database itself: for tests of plans and for benches.

use contract::Account;
use sea_orm::{ConnectionTrait, DbBackend};

use crate::Store;

/// Rows are one minute apart, the newest first.
const NEWEST: &str = "2026-11-20";

impl Store {
    /// Adds so many opportunities of an account, and a fiftieth of them more of another one. Every value follows from the
    /// row's number: a score from none to 100, five hundred companies, three ways to work, some technologies that are
    /// common and some that are rare.
    pub async fn fill(&self, account: &Account, rows: u64) {
        let db = &self.writes;
        let dialect = Dialect(db.get_database_backend());
        for sql in [dialect.opportunities(account, rows), dialect.texts(), dialect.scores()] {
            db.execute_unprepared(&sql).await.expect("the rows are written");
        }
        // As autovacuum and the persister's upkeep would have done by then.
        let upkeep =
            if dialect.0 == DbBackend::Postgres { "VACUUM ANALYZE" } else { "PRAGMA wal_checkpoint(TRUNCATE)" };
        db.execute_unprepared(upkeep).await.expect("the database looks after its tables");
    }
}

#[derive(Clone, Copy)]
struct Dialect(DbBackend);

impl Dialect {
    fn pick(self, postgres: String, sqlite: String) -> String {
        if self.0 == DbBackend::Postgres { postgres } else { sqlite }
    }

    fn json(self, sql: &str) -> String {
        self.pick(format!("CAST({sql} AS jsonb)"), sql.to_owned())
    }

    /// The numbers from 1 on.
    fn numbers(self, rows: u64) -> String {
        self.pick(
            format!("(SELECT generate_series(1, {rows}) AS n) AS numbers"),
            format!(
                "(WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows}) \
                 SELECT n FROM numbers)"
            ),
        )
    }

    fn id(self) -> String {
        self.pick(
            "CAST(md5(CAST(n AS text)) AS uuid)".to_owned(),
            "CAST(printf('%016d', (n * 2654435761) % 1000000000000000) AS BLOB)".to_owned(),
        )
    }

    fn time(self) -> String {
        self.pick(
            format!("timestamptz '{NEWEST} 00:00:00Z' - n * interval '1 minute'"),
            format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', '{NEWEST}', '-' || n || ' minutes')"),
        )
    }

    fn opportunities(self, account: &Account, rows: u64) -> String {
        let (id, time, flags) = (self.id(), self.time(), self.json("'[]'"));
        let stack = self.json(
            "'[\"' || CASE n % 3 WHEN 0 THEN 'Rust' WHEN 1 THEN 'Go' ELSE 'Kotlin' END || '\", \"' ||
             CASE n % 7 WHEN 0 THEN 'Kafka' ELSE 'PostgreSQL' END || '\", \"' ||
             CASE WHEN n % 5000 = 0 THEN 'COBOL' ELSE 'Docker' END || '\"]'",
        );
        // A fixed shuffle, so that neighbours in time are none in score.
        let shuffled = self.pick("(CAST(n AS bigint) * 7919) % 104 - 3".to_owned(), "(n * 7919) % 104 - 3".to_owned());
        let rank = "CASE WHEN s >= 75 THEN 3 WHEN s >= 50 THEN 2 WHEN s >= 30 THEN 1 WHEN s >= 0 THEN 0 ELSE -1 END";
        let tier = "CASE WHEN s >= 75 THEN 'HIGH_PRIORITY' WHEN s >= 50 THEN 'INTERESANTE' \
                    WHEN s >= 30 THEN 'POCO_INTERESANTE' WHEN s >= 0 THEN 'NO_INTERESA' END";
        format!(
            "INSERT INTO opportunities (id, account, kind, status, source, language, engine, flags, recruiter_name,
               recruiter_key, message_id, message_timestamp, excerpt, company, company_key, role, tech_stack, salary_min,
               currency, salary_period, salary_yearly_min, salary_yearly_currency, remote_policy, facts_revision,
               search_id, total_score, tier, tier_uncapped, tier_rank, score_rank, decision, profile_revision, starred,
               revision, created_at, updated_at, processed_at, processing_time_ms)
             SELECT {id}, CASE WHEN n > {rows} THEN 'another' ELSE '{account}' END,
               CASE WHEN n % 20 = 0 THEN 'follow_up' ELSE 'new_opportunity' END,
               CASE WHEN n % 1000 = 0 THEN 'snoozed' WHEN n % 10 < 6 THEN 'awaiting_review' WHEN n % 10 < 8 THEN 'archived'
                 WHEN n % 10 = 8 THEN 'replied' ELSE 'declined' END,
               'bench', 'en', 'rules', {flags}, 'Recruiter ' || (n % 2000), 'recruiter ' || (n % 2000), {id}, {time},
               'We are hiring for a platform team, row ' || n, 'Company ' || (n % 500), 'company ' || (n % 500),
               'Backend Engineer', {stack}, 60000 + n % 60 * 1000, 'EUR', 'year', 60000 + n % 60 * 1000, 'EUR',
               CASE n % 3 WHEN 0 THEN 'remote' WHEN 1 THEN 'hybrid' ELSE 'onsite' END, 1, n,
               CASE WHEN s >= 0 THEN s END, {tier}, {tier}, {rank}, CASE WHEN s >= 0 THEN s ELSE -1 END, 'review', 1,
               false, 1, {time}, {time}, {time}, 12
             FROM (SELECT n, {shuffled} AS s FROM {numbers}) AS rows_of",
            numbers = self.numbers(rows + rows / 50),
        )
    }

    fn texts(self) -> String {
        format!(
            "INSERT INTO opportunity_texts (id, account, raw_message, facts, evidence, search_text, search_id, revision)
             SELECT id, account,
               'Hello, we are hiring a ' || role || ' at ' || company || ' for our platform team, reference word' ||
                 (search_id % 3000) || '.',
               '{{}}', '{{}}',
               'at backend engineer for hello hiring our platform reference team we word' || (search_id % 3000) || ' ' ||
                 company_key || ' ' || recruiter_key || ' ' || lower({stack}), search_id, 1
             FROM opportunities WHERE source = 'bench'",
            stack = self.pick(
                "translate(CAST(tech_stack AS text), '[]\",', '')".to_owned(),
                "replace(replace(replace(replace(tech_stack, '[', ''), ']', ''), '\"', ''), ',', '')".to_owned(),
            ),
        )
    }

    fn scores(self) -> String {
        "INSERT INTO scores (id, account, revision) SELECT id, account, 1 FROM opportunities WHERE source = 'bench'"
            .to_owned()
    }
}
