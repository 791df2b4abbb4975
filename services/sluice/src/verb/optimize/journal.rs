//! What the model was asked and answered so far, beside the result to be: a run that is interrupted goes on where it
//! was. It quotes the labelled messages, and is removed at the end.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use kit_llm::extract::{ExtractIn, ExtractOut};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::failure::Failure;

/// Answers by program and question.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    held: HashMap<Uuid, Option<ExtractOut>>,
}

/// One answer; none where the model gave nothing of use.
#[derive(Deserialize, Serialize)]
struct Line {
    key: Uuid,
    answer: Option<ExtractOut>,
}

impl Journal {
    /// Beside the file to be written. A line that was cut short by the end of a run is asked anew.
    pub(super) fn open(out: &Path, data: &Path) -> Result<Self, Failure> {
        let name = data.file_stem().unwrap_or_default().to_string_lossy();
        let path = out.with_extension(format!("{name}.journal"));
        let failed = |e: std::io::Error| Failure::failed(format!("{}: {e}", path.display()));
        let mut held = HashMap::new();
        let mut text = if path.exists() { fs::read_to_string(&path).map_err(failed)? } else { String::new() };
        if !text.is_empty() && !text.ends_with('\n') {
            text.truncate(text.rfind('\n').map_or(0, |end| end + 1));
            fs::write(&path, &text).map_err(failed)?;
        }
        for line in text.lines() {
            if let Ok(Line { key, answer }) = serde_json::from_str(line) {
                held.insert(key, answer);
            }
        }
        let file = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
        Ok(Self { path, file, held })
    }

    pub(super) fn key(program: Uuid, model: &str, question: &ExtractIn) -> Uuid {
        let text = serde_json::json!([model, question]).to_string();
        Uuid::new_v5(&program, text.as_bytes())
    }

    pub(super) fn get(&self, key: Uuid) -> Option<&Option<ExtractOut>> {
        self.held.get(&key)
    }

    /// Answers held.
    pub(super) fn len(&self) -> usize {
        self.held.len()
    }

    pub(super) fn put(&mut self, key: Uuid, answer: Option<ExtractOut>) -> Result<(), Failure> {
        let line = serde_json::to_string(&Line { key, answer: answer.clone() }).map_err(Failure::failed)?;
        writeln!(self.file, "{line}").map_err(|e| Failure::failed(format!("{}: {e}", self.path.display())))?;
        self.held.insert(key, answer);
        Ok(())
    }

    pub(super) fn remove(self) -> Result<(), Failure> {
        fs::remove_file(&self.path).map_err(|e| Failure::failed(format!("{}: {e}", self.path.display())))
    }
}
