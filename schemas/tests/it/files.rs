//! Committed files that tests read, compare and, with `UPDATE=1`, write.

use std::{fs, path::PathBuf};

use contract::catalogue::EventSpec;

/// A path under `schemas/`.
pub(crate) fn path(relative: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(relative)
}

pub(crate) fn read(relative: &str) -> String {
    fs::read_to_string(path(relative)).unwrap_or_default()
}

pub(crate) fn write(relative: &str, text: &str) {
    let path = path(relative);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Whether generated files are to be written rather than compared.
pub(crate) fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Names of the files of a folder, sorted.
pub(crate) fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(path(folder)).unwrap_or_else(|error| panic!("schemas/{folder}: {error}"));
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Every golden payload of an event: its version, its path under `schemas/`, its bytes.
pub(crate) fn golden(spec: &EventSpec) -> Vec<(u32, String, Vec<u8>)> {
    let folder = format!("golden/{}", spec.event_type);
    let mut found = Vec::new();
    for version in names(&folder) {
        for name in names(&format!("{folder}/{version}")) {
            let relative = format!("{folder}/{version}/{name}");
            let bytes = fs::read(path(&relative)).unwrap();
            found.push((version.trim_start_matches('v').parse().unwrap(), relative, bytes));
        }
    }
    found
}
