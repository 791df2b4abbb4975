//! Figures over an account, from one pass over its rows: the parts always add up to the total.

use std::collections::BTreeMap;

use contract::Account;
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    Reader, SalaryBand, Stats, StoreError, Week,
    entity::{message, opportunity},
};

/// Weeks told of.
const WEEKS: u64 = 26;
/// Width of a band of pay, a year.
const BAND: i64 = 20_000;

/// How many opportunities share these values.
#[derive(FromQueryResult)]
struct Group {
    tier: Option<String>,
    status: String,
    kind: String,
    engine: String,
    total_score: Option<i16>,
    number: i64,
}

impl Reader {
    /// Counts by tier, status, kind and engine, the histogram, the average, weeks and bands of pay.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn stats(&self, account: &Account) -> Result<Stats, StoreError> {
        use opportunity::Column as C;
        let same = [C::Tier, C::Status, C::Kind, C::Engine, C::TotalScore];
        let mut query = opportunity::Entity::find()
            .select_only()
            .columns(same)
            .column_as(Expr::cust("COUNT(*)"), "number")
            .filter(C::Account.eq(account.as_str()));
        for column in same {
            query = query.group_by(column);
        }
        let groups = query.into_model::<Group>().all(&self.db).await?;
        Ok(Stats {
            dismissed: self.dismissed(account).await?,
            per_week: self.per_week(account).await?,
            salary_bands: self.salary_bands(account).await?,
            ..sum(groups)
        })
    }

    /// The newest weeks in which something came, oldest first.
    async fn per_week(&self, account: &Account) -> Result<Vec<Week>, StoreError> {
        use opportunity::Column as C;
        let monday = match self.db.get_database_backend() {
            DbBackend::Postgres => {
                "to_char(date_trunc('week', opportunities.message_timestamp AT TIME ZONE 'UTC'), 'YYYY-MM-DD')"
            }
            _ => "date(opportunities.message_timestamp, 'weekday 0', '-6 days')",
        };
        let rows: Vec<(String, i64)> = opportunity::Entity::find()
            .select_only()
            .column_as(Expr::cust(monday), "week")
            .column_as(Expr::cust("COUNT(*)"), "number")
            .filter(C::Account.eq(account.as_str()))
            .group_by(Expr::cust("1"))
            .order_by_desc(Expr::cust("1"))
            .limit(WEEKS)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().rev().map(|(week, number)| Week { week, count: number.unsigned_abs() }).collect())
    }

    /// How many state a pay in each band, by the middle of what they state.
    async fn salary_bands(&self, account: &Account) -> Result<Vec<SalaryBand>, StoreError> {
        use opportunity::Column as C;
        let band = format!(
            "COALESCE((salary_yearly_min + salary_yearly_max) / 2, salary_yearly_min, salary_yearly_max) / {BAND} * {BAND}"
        );
        let rows: Vec<(String, i64, i64)> = opportunity::Entity::find()
            .select_only()
            .column(C::SalaryYearlyCurrency)
            .column_as(Expr::cust(band), "band")
            .column_as(Expr::cust("COUNT(*)"), "number")
            .filter(C::Account.eq(account.as_str()))
            .filter(C::SalaryYearlyCurrency.is_not_null())
            .filter(C::SalaryYearlyMin.is_not_null().or(C::SalaryYearlyMax.is_not_null()))
            .group_by(Expr::cust("1"))
            .group_by(Expr::cust("2"))
            .order_by_asc(Expr::cust("1"))
            .order_by_asc(Expr::cust("2"))
            .into_tuple()
            .all(&self.db)
            .await?;
        let band = |(currency, from, number): (String, i64, i64)| SalaryBand {
            currency,
            from,
            to: from + BAND,
            count: number.unsigned_abs(),
        };
        Ok(rows.into_iter().map(band).collect())
    }

    async fn dismissed(&self, account: &Account) -> Result<BTreeMap<String, u64>, StoreError> {
        use message::Column as C;
        let rows: Vec<(String, i64)> = message::Entity::find()
            .select_only()
            .column(C::Dismissed)
            .column_as(Expr::cust("COUNT(*)"), "number")
            .filter(C::Account.eq(account.as_str()))
            .filter(C::Dismissed.is_not_null())
            .group_by(C::Dismissed)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|(reason, number)| (reason, number.unsigned_abs())).collect())
    }
}

fn sum(groups: Vec<Group>) -> Stats {
    let mut stats = Stats::default();
    let (mut scored, mut points) = (0_u64, 0_u64);
    for group in groups {
        let number = group.number.unsigned_abs();
        stats.total += number;
        *stats.by_tier.entry(group.tier.unwrap_or_else(|| "none".to_owned())).or_default() += number;
        *stats.by_status.entry(group.status).or_default() += number;
        *stats.by_kind.entry(group.kind).or_default() += number;
        *stats.by_engine.entry(group.engine).or_default() += number;
        if let Some(total) = group.total_score.map(i16::unsigned_abs) {
            scored += number;
            points += u64::from(total) * number;
            stats.score_histogram[usize::from(total / 10).min(9)] += number;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "sums of scores stay far below 2^52")]
    let average = (scored > 0).then(|| points as f64 / scored as f64);
    stats.average_score = average;
    stats
}
