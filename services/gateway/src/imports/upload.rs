//! A file that is uploaded: streamed to an unnamed temporary file, bounded, raw or as the one part of a form.

use std::{
    fs::File,
    io::{Seek as _, SeekFrom},
};

use axum::{
    body::Body,
    extract::{FromRequest as _, Multipart, Request},
};
use bytes::Bytes;
use tokio::io::AsyncWriteExt as _;

use crate::{
    body::{self, next},
    problem::Problem,
};

/// Most bytes of a file: LinkedIn's archives with years of messages have a few dozen MiB.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// A file that has arrived whole.
#[derive(Debug)]
pub(crate) struct Spooled {
    pub(crate) file: File,
    /// What a form calls it. Shown, never used as a path.
    pub(crate) name: Option<String>,
}

/// Takes the file of a request.
pub(crate) async fn spool(request: Request) -> Result<Spooled, Problem> {
    let media = body::media(request.headers());
    if media == "multipart/form-data" {
        return form(request).await;
    }
    const RAW: [&str; 8] = [
        "text/csv",
        "application/csv",
        "application/vnd.ms-excel",
        "application/zip",
        "application/x-zip-compressed",
        "application/x-ndjson",
        "application/jsonl",
        "application/octet-stream",
    ];
    if !RAW.contains(&media.as_str()) {
        return Err(Problem::media_type(
            "send the file as text/csv, application/zip or application/x-ndjson, or as a form's file",
        ));
    }
    raw(request.into_body()).await
}

async fn raw(content: Body) -> Result<Spooled, Problem> {
    let (mut chunks, mut kept) = (content.into_data_stream(), Kept::new()?);
    while let Some(chunk) = next(&mut chunks).await? {
        kept.add(&chunk).await?;
    }
    Ok(Spooled { file: kept.finish().await?, name: None })
}

async fn form(request: Request) -> Result<Spooled, Problem> {
    let wrong = || Problem::body("is not a form with one file");
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| wrong())?;
    while let Some(mut part) = form.next_field().await.map_err(|_| wrong())? {
        let Some(name) = part.file_name().map(str::to_owned) else { continue };
        let mut kept = Kept::new()?;
        while let Some(chunk) = body::in_time(part.chunk()).await?.map_err(|_| wrong())? {
            kept.add(&chunk).await?;
        }
        // A browser may send a whole path; only the last part says anything.
        let name = name.rsplit(['/', '\\']).next().map(str::to_owned);
        return Ok(Spooled { file: kept.finish().await?, name });
    }
    Err(wrong())
}

/// What has arrived so far.
struct Kept {
    file: tokio::fs::File,
    size: u64,
}

impl Kept {
    fn new() -> Result<Self, Problem> {
        let file = tempfile::tempfile().map_err(|error| full(&error))?;
        Ok(Self { file: tokio::fs::File::from_std(file), size: 0 })
    }

    async fn add(&mut self, chunk: &Bytes) -> Result<(), Problem> {
        self.size += chunk.len() as u64;
        if self.size > MOST_BYTES {
            return Err(Problem::too_large(format!("the file has at most {MOST_BYTES} bytes")));
        }
        self.file.write_all(chunk).await.map_err(|error| full(&error))
    }

    async fn finish(mut self) -> Result<File, Problem> {
        self.file.flush().await.map_err(|error| full(&error))?;
        let mut file = self.file.into_std().await;
        file.seek(SeekFrom::Start(0)).map_err(|error| full(&error))?;
        Ok(file)
    }
}

fn full(error: &std::io::Error) -> Problem {
    tracing::error!(%error, "an upload cannot be kept in the temporary folder");
    Problem::unavailable("the gateway's temporary folder takes no more; see its log")
}
