//! `GET /opportunities/export`: everything that matches, as NDJSON or CSV, streamed page by page.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use kit_store::{OpportunityRow, Sort};
use serde_json::json;

use crate::{
    app::App,
    openapi::{Api, Parameter},
    problem::Problem,
    query::{self, Listing, MAX_LIMIT},
};

/// What of the list's own parameters has no meaning here.
const NOT_HERE: [&str; 2] = ["limit", "cursor"];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Format {
    Ndjson,
    Csv,
}

pub(super) fn routes(api: Api) -> Api {
    let mut parameters = query::parameters();
    parameters.retain(|parameter| !NOT_HERE.contains(&parameter.name()));
    parameters.push(Parameter::word("format", &["ndjson", "csv"], "ndjson where it is left out"));
    api.get("/opportunities/export", export, |op| {
        op.is("opportunities", "Everything that matches, as a file")
            .detail("Cells of CSV that a spreadsheet would take for a formula begin with an apostrophe.")
            .query(&parameters)
            .answer_as(200, "One opportunity a line", "application/x-ndjson", json!({ "type": "string" }))
            .answer_as(200, "One opportunity a row", "text/csv", json!({ "type": "string" }))
    })
}

async fn export(State(app): State<App>, uri: Uri) -> Result<Response, Problem> {
    let (mut pairs, mut format) = (query::pairs(&uri)?, Format::Ndjson);
    if let Some(at) = pairs.iter().position(|(name, _)| name == "format") {
        format = match pairs.remove(at).1.as_str() {
            "ndjson" => Format::Ndjson,
            "csv" => Format::Csv,
            _ => return Err(Problem::parameter("format", "is one of ndjson, csv")),
        };
    }
    if let Some((name, _)) = pairs.iter().find(|(name, _)| NOT_HERE.contains(&name.as_str())) {
        return Err(Problem::parameter(name, "has no meaning here: an export is everything that matches"));
    }
    let mut list = query::listing(&pairs)?;
    if list.sort == Sort::Relevance {
        list.sort = Sort::Priority;
    }
    let (media, name) = match format {
        Format::Ndjson => ("application/x-ndjson", "attachment; filename=\"opportunities.ndjson\""),
        Format::Csv => ("text/csv; charset=utf-8; header=present", "attachment; filename=\"opportunities.csv\""),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    // The first page before the answer begins: what is wrong with the question is still a problem then.
    let first = page(&app, &list, None, format).await?;
    Ok((headers, Body::from_stream(pages(app, list, format, first))).into_response())
}

/// Bytes of a page, and the cursor of the next.
type Page = (Bytes, Option<String>);

fn pages(app: App, list: Listing, format: Format, first: Page) -> impl Stream<Item = std::io::Result<Bytes>> {
    // Fused: who packs the answer asks once more after its end.
    let pages = stream::unfold(Some((app, list, Ok(first))), move |state| async move {
        let (app, list, page_now) = state?;
        match page_now {
            Ok((bytes, Some(cursor))) => {
                let next = page(&app, &list, Some(&cursor), format).await;
                Some((Ok(bytes), Some((app, list, next))))
            }
            Ok((bytes, None)) => Some((Ok(bytes), None)),
            // The answer has begun: breaking it off is the one way to say that it is not whole.
            Err(_) => Some((Err(std::io::Error::other("the export could not be read to its end")), None)),
        }
    });
    pages.fuse()
}

async fn page(app: &App, list: &Listing, cursor: Option<&str>, format: Format) -> Result<Page, Problem> {
    let page = app.reader.opportunities(&app.account, &list.filter, list.sort, MAX_LIMIT, cursor).await?;
    let bytes = match format {
        Format::Ndjson => ndjson(&page.items),
        Format::Csv => csv(&page.items, cursor.is_none()),
    };
    let bytes = bytes.map_err(|error| {
        tracing::error!(%error, "an export cannot be written");
        Problem::internal()
    })?;
    Ok((bytes.into(), page.next_cursor))
}

fn ndjson(rows: &[OpportunityRow]) -> Result<Vec<u8>, std::io::Error> {
    let mut bytes = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut bytes, row)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

const COLUMNS: [&str; 25] = [
    "id",
    "received",
    "tier",
    "total_score",
    "status",
    "decision",
    "kind",
    "company",
    "agency",
    "role",
    "seniority",
    "tech_stack",
    "salary_min",
    "salary_max",
    "currency",
    "salary_period",
    "salary_yearly_min",
    "salary_yearly_max",
    "salary_yearly_currency",
    "remote_policy",
    "location",
    "recruiter_name",
    "language",
    "reply_state",
    "excerpt",
];

fn csv(rows: &[OpportunityRow], head: bool) -> Result<Vec<u8>, std::io::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    if head {
        writer.write_record(COLUMNS)?;
    }
    for row in rows {
        writer.write_record(cells(row).map(harmless))?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

fn cells(row: &OpportunityRow) -> [String; 25] {
    fn text<T: ToString>(value: Option<T>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    [
        row.id.to_string(),
        row.message_timestamp.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        text(row.tier),
        text(row.total_score),
        row.status.to_string(),
        row.decision.to_string(),
        row.kind.to_string(),
        text(row.company.as_ref()),
        text(row.agency.as_ref()),
        text(row.role.as_ref()),
        text(row.seniority),
        row.tech_stack.join(", "),
        text(row.salary_min),
        text(row.salary_max),
        text(row.currency.as_ref()),
        text(row.salary_period.as_ref()),
        text(row.salary_yearly_min),
        text(row.salary_yearly_max),
        text(row.salary_yearly_currency.as_ref()),
        text(row.remote_policy),
        text(row.location.as_ref()),
        text(row.recruiter_name.as_ref()),
        row.language.to_string(),
        text(row.reply_state),
        row.excerpt.clone(),
    ]
}

/// What a stranger wrote must not become a formula of the person's spreadsheet.
fn harmless(cell: String) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<i64>().is_err();
    if formula { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_cell_is_never_a_formula() {
        for (cell, safe) in [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("+1 cmd", "'+1 cmd"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("-2+3", "'-2+3"),
            ("-5", "-5"),
            ("Acme = good", "Acme = good"),
        ] {
            assert_eq!(harmless(cell.to_owned()), safe);
        }
    }
}
