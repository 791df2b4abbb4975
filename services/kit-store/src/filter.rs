//! What a list is narrowed by, as conditions. One of them may lead: then the database finds rows by its index and sorts
//! what it finds. Else the sort's own index leads, and every condition is looked at row by row.
//!
//! PostgreSQL knows from its statistics which index is worth it. SQLite does not: there every column but the leading one
//! is written with a sign before it, which keeps its indexes out; where words lead, the account as well, since nearly all
//! rows are of one.

use std::collections::BTreeSet;

use contract::{Account, Status, Tier};
use sea_orm::{
    Condition, DbBackend, Statement,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use serde::{Deserialize, Serialize};

use crate::{
    OpportunityFilter,
    entity::opportunity::{Column, Entity},
    words,
};

/// A condition that has an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Lead {
    Search,
    Skill,
    Company,
    Recruiter,
    Status,
    Kind,
    Remote,
    Tier,
    Score,
    Time,
}

impl Lead {
    /// Whether it is found in the full text, which knows no accounts.
    const fn is_words(self) -> bool {
        matches!(self, Self::Search | Self::Skill)
    }
}

/// The conditions of one question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conditions<'a> {
    pub(crate) backend: DbBackend,
    pub(crate) account: &'a Account,
    pub(crate) filter: &'a OpportunityFilter,
}

impl Conditions<'_> {
    /// The conditions that could lead.
    pub(crate) fn leads(self) -> Vec<Lead> {
        let f = self.filter;
        [
            (f.q.is_some(), Lead::Search),
            (f.skill.is_some(), Lead::Skill),
            (f.company.is_some(), Lead::Company),
            (f.recruiter.is_some(), Lead::Recruiter),
            (!f.statuses.is_empty(), Lead::Status),
            (!f.kinds.is_empty(), Lead::Kind),
            (f.remote.is_some(), Lead::Remote),
            (!f.tiers.is_empty(), Lead::Tier),
            (f.min_score.is_some() || f.max_score.is_some(), Lead::Score),
            (f.since.is_some() || f.until.is_some(), Lead::Time),
        ]
        .into_iter()
        .filter_map(|(given, lead)| given.then_some(lead))
        .collect()
    }

    /// One condition alone, for the account.
    pub(crate) fn one(self, lead: Lead) -> Condition {
        self.mine(true).add(self.condition(lead, true))
    }

    /// SQLite's count of the rows that words lead to: read off the words' index row by row, so that it ends when there are
    /// enough. `None` where words do not lead.
    pub(crate) fn count_by_words(self, lead: Lead, most: u64) -> Option<Statement> {
        let f = self.filter;
        let (terms, exact) = match (self.backend, lead) {
            (DbBackend::Sqlite, Lead::Search) => {
                let words = words::words(f.q.as_deref()?);
                let (last, whole) = words.split_last()?;
                (matching_all(whole, Some(last)), None)
            }
            (DbBackend::Sqlite, Lead::Skill) => {
                let skill = f.skill.as_deref()?;
                let words = words::words(skill);
                words.first()?;
                (matching_all(&words, None), Some(skill.trim().to_lowercase()))
            }
            _ => return None,
        };
        let also = if exact.is_some() { format!(" AND {SKILL_ON_SQLITE}") } else { String::new() };
        let sql = format!(
            "SELECT COUNT(*) AS total FROM (SELECT 1 FROM opportunities_search \
             CROSS JOIN opportunities ON opportunities.search_id = opportunities_search.rowid \
             WHERE opportunities_search MATCH ? AND +opportunities.account = ?{also} LIMIT {most})"
        );
        let values = [terms, self.account.as_str().to_owned()].into_iter().chain(exact).map(Into::into);
        Some(Statement::from_sql_and_values(self.backend, sql, values))
    }

    /// Everything. `open` says which columns' indexes may be used.
    pub(crate) fn all(self, open: impl Fn(Lead) -> bool) -> Condition {
        let leads = self.leads();
        let mut all = self.mine(!leads.iter().any(|lead| lead.is_words() && open(*lead)));
        for lead in leads {
            all = all.add(self.condition(lead, open(lead)));
        }
        all.add_option(self.filter.has_pay.map(|stated| {
            let stated_pay = |column| Expr::col((Entity, column)).is_not_null();
            let either = Condition::any().add(stated_pay(Column::SalaryMin)).add(stated_pay(Column::SalaryMax));
            if stated { either } else { either.not() }
        }))
    }

    fn mine(self, open: bool) -> Condition {
        Condition::all().add(self.column(Column::Account, open).eq(self.account.as_str()))
    }

    /// A column, with its index or kept from it.
    pub(crate) fn column(self, column: Column, open: bool) -> SimpleExpr {
        use sea_orm::IdenStatic as _;
        if open || self.backend == DbBackend::Postgres {
            Expr::col((Entity, column))
        } else {
            Expr::cust(format!("+opportunities.{}", column.as_str()))
        }
    }

    fn condition(self, lead: Lead, open: bool) -> Condition {
        let f = self.filter;
        let (all, column) = (Condition::all(), |column| self.column(column, open));
        match lead {
            Lead::Search => all.add_option(f.q.as_deref().and_then(|q| self.search(q, open))),
            Lead::Skill => all.add_option(f.skill.as_deref().map(|skill| self.has_skill(skill, open))),
            Lead::Company => {
                all.add_option(f.company.as_deref().and_then(|name| self.begins(Column::CompanyKey, name, open)))
            }
            Lead::Recruiter => {
                all.add_option(f.recruiter.as_deref().and_then(|name| self.begins(Column::RecruiterKey, name, open)))
            }
            Lead::Status => all.add(column(Column::Status).is_in(f.statuses.iter().copied().map(Status::as_str))),
            Lead::Kind => all.add(column(Column::Kind).is_in(f.kinds.iter().map(|kind| kind.as_str()))),
            Lead::Remote => all.add_option(f.remote.map(|remote| column(Column::RemotePolicy).eq(remote.as_str()))),
            Lead::Tier => self.tiers(open),
            Lead::Score => {
                // Without a score the rank is -1: no bound from above may let it in.
                let least = f.min_score.map_or(0, i16::from);
                all.add(column(Column::ScoreRank).gte(least))
                    .add_option(f.max_score.map(|most| column(Column::ScoreRank).lte(i16::from(most))))
            }
            Lead::Time => all
                .add_option(f.since.map(|time| column(Column::MessageTimestamp).gte(time)))
                .add_option(f.until.map(|time| column(Column::MessageTimestamp).lt(time))),
        }
    }

    /// Bounds rather than a list, so that an index walked in order begins and ends by them; the list beside them only where
    /// it has gaps, since PostgreSQL takes each for a narrowing of its own and expects too few rows.
    fn tiers(self, open: bool) -> Condition {
        let ranks: BTreeSet<i16> = self.filter.tiers.iter().copied().map(Tier::rank).collect();
        let (Some(least), Some(most)) = (ranks.first().copied(), ranks.last().copied()) else {
            return Condition::all();
        };
        let column = |open| self.column(Column::TierRank, open);
        let all = Condition::all();
        if least == most {
            return all.add(column(open).eq(least));
        }
        let all = all.add(column(open).gte(least)).add(column(open).lte(most));
        let whole = usize::try_from(most - least).is_ok_and(|span| span < ranks.len());
        if whole { all } else { all.add(column(false).is_in(ranks)) }
    }

    /// A name that begins so. Keys are words and single spaces: nothing in one is a pattern.
    fn begins(self, column: Column, name: &str, open: bool) -> Option<SimpleExpr> {
        let key = words::key(Some(name))?;
        let end = format!("{key}{}", char::MAX);
        Some(match self.backend {
            // By bytes, whatever the database's collation is; the index is made for these operators.
            DbBackend::Postgres => {
                use sea_orm::IdenStatic as _;
                let column = column.as_str();
                Expr::cust_with_values(
                    format!("opportunities.{column} ~>=~ $1 AND opportunities.{column} ~<~ $2"),
                    [key, end],
                )
            }
            _ => self.column(column, open).gte(key).and(self.column(column, open).lt(end)),
        })
    }

    /// Every word must occur, the last one as a beginning. Words are letters and digits alone by now, so that nothing of
    /// the question can be an operator.
    fn search(self, q: &str, open: bool) -> Option<SimpleExpr> {
        let words = words::words(q);
        let (last, whole) = words.split_last()?;
        Some(self.contains(whole, Some(last), open))
    }

    fn contains(self, whole: &[String], beginning: Option<&String>, open: bool) -> SimpleExpr {
        match self.backend {
            DbBackend::Postgres => {
                let whole = whole.iter().map(|word| format!("'{word}'"));
                let terms: Vec<String> = whole.chain(beginning.map(|word| format!("'{word}':*"))).collect();
                Expr::cust_with_values(
                    "opportunities.id IN (SELECT id FROM opportunity_texts WHERE search @@ to_tsquery('simple', $1))",
                    [terms.join(" & ")],
                )
            }
            _ if open => Expr::cust_with_values(
                "opportunities.search_id IN \
                 (SELECT rowid FROM opportunities_search WHERE opportunities_search MATCH ?)",
                [matching_all(whole, beginning)],
            ),
            // Where something else leads, the words' index would be asked anew for every row: its own words are faster.
            _ => {
                let whole = whole.iter().map(|word| format!(" {word} "));
                let words: Vec<String> = whole.chain(beginning.map(|word| format!(" {word}"))).collect();
                let each = " AND instr(' ' || texts.search_text || ' ', ?) > 0".repeat(words.len());
                Expr::cust_with_values(
                    format!(
                        "EXISTS (SELECT 1 FROM opportunity_texts AS texts WHERE texts.id = opportunities.id{each})"
                    ),
                    words,
                )
            }
        }
    }

    /// The technology itself; where that leads, found by its words first.
    fn has_skill(self, skill: &str, open: bool) -> SimpleExpr {
        let words = words::words(skill);
        if words.is_empty() {
            return Expr::cust("1 = 0");
        }
        let sql = match self.backend {
            DbBackend::Postgres => {
                "EXISTS (SELECT 1 FROM jsonb_array_elements_text(opportunities.tech_stack) AS skill WHERE lower(skill) = $1)"
            }
            _ => SKILL_ON_SQLITE,
        };
        let exact = Expr::cust_with_values(sql, [skill.trim().to_lowercase()]);
        if open { self.contains(&words, None, true).and(exact) } else { exact }
    }
}

const SKILL_ON_SQLITE: &str =
    "EXISTS (SELECT 1 FROM json_each(opportunities.tech_stack) AS skill WHERE lower(skill.value) = ?)";

/// What SQLite's full text is asked for: all words whole, and one as a beginning.
fn matching_all(whole: &[String], beginning: Option<&String>) -> String {
    let whole = whole.iter().map(|word| format!("\"{word}\""));
    whole.chain(beginning.map(|word| format!("\"{word}\"*"))).collect::<Vec<_>>().join(" ")
}
