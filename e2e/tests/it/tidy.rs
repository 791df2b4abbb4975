//! What holds for every file: size, first lines, and words that must not be there.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use contract::catalogue;

/// A Rust file over this many lines holds more than one idea.
const MOST_LINES: usize = 450;
/// Folders that are built, fetched or filled, not written.
const NOT_OURS: [&str; 3] = ["target", "node_modules", "data"];

/// A file of the repository: its path from the root, and its text.
struct File {
    path: PathBuf,
    text: String,
}

impl File {
    fn is_rust(&self) -> bool {
        self.path.extension().is_some_and(|extension| extension == "rs")
    }

    fn is_under(&self, folder: &str) -> bool {
        self.path.iter().any(|part| part == folder)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every text file but the lock, whose sources `architecture` checks.
fn files() -> Vec<File> {
    let (mut folders, mut found) = (vec![root()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                // `data` is a folder of the user's at the root, and of tables inside a crate.
                let top = path.parent() == Some(root().as_path());
                let skipped = NOT_OURS.contains(&name.as_str()) && (top || name != "data");
                if !skipped && (!name.starts_with('.') || name == ".ci") {
                    folders.push(path);
                }
            } else if let Ok(text) = fs::read_to_string(&path)
                && name != "Cargo.lock"
            {
                found.push(File { path: path.strip_prefix(root()).unwrap().to_owned(), text });
            }
        }
    }
    assert!(found.iter().any(File::is_rust), "no files under {}", root().display());
    found
}

/// Panics with every finding at once.
fn none(findings: &[String], rule: &str) {
    assert!(findings.is_empty(), "{rule}\n  {}", findings.join("\n  "));
}

#[test]
fn rust_files_are_short() {
    let long = files().into_iter().filter(File::is_rust).filter_map(|file| {
        let lines = file.text.lines().count();
        (lines > MOST_LINES).then(|| format!("{}: {lines} lines", file.path.display()))
    });
    none(&long.collect::<Vec<_>>(), "split these by idea");
}

#[test]
fn rust_files_open_with_what_they_are_for() {
    let silent = files().into_iter().filter(File::is_rust).filter(|file| !file.text.starts_with("//! "));
    let silent: Vec<_> = silent.map(|file| file.path.display().to_string()).collect();
    none(&silent, "open these with one to three `//!` lines on what they are for");
}

/// Addresses of registries belong to the tools' own configuration, paths of a machine to that machine.
#[test]
fn no_file_names_a_registry_or_a_path_of_somebodys_machine() {
    let registries =
        [concat!("crates", ".io"), concat!("npmjs", ".org"), concat!("pypi", ".org"), concat!("proxy.golang", ".org")];
    let paths = [concat!("/ro", "ot/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")];
    let mut findings = Vec::new();
    for file in files() {
        for (index, line) in file.text.lines().enumerate() {
            let registry = registries.iter().find(|registry| line.contains(*registry));
            let path = paths.iter().find(|path| line.match_indices(**path).any(|(at, _)| starts_a_path(line, at)));
            for word in registry.into_iter().chain(path) {
                findings.push(format!("{}:{}: {word}", file.path.display(), index + 1));
            }
        }
    }
    none(&findings, "these belong to no machine but one");
}

/// Whether a path from the root of a file system starts here, rather than the middle of a longer one or an address.
fn starts_a_path(line: &str, at: usize) -> bool {
    line[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric() && !"./-_}$".contains(before))
}

/// Subjects are spelt by `contract::subject` alone; a test may spell one to check it.
#[test]
fn subjects_are_spelt_in_the_contract_only() {
    let types: BTreeSet<_> = catalogue::EVENTS.iter().filter_map(|spec| spec.event_type.split('.').next()).collect();
    let mut findings = Vec::new();
    for file in files().into_iter().filter(File::is_rust) {
        if file.is_under("schemas") || file.is_under("tests") {
            continue;
        }
        let code = file.text.split("#[cfg(test)]").next().unwrap_or_default();
        for (index, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            if types.iter().any(|first| line.contains(&format!("\"sluice.{first}"))) {
                findings.push(format!("{}:{}", file.path.display(), index + 1));
            }
        }
    }
    none(&findings, "use contract::subject::Prefix here");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut findings = Vec::new();
    for file in files().into_iter().filter(|file| file.path.extension().is_some_and(|extension| extension == "md")) {
        let folder = root().join(file.path.parent().unwrap());
        for link in file.text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next()) {
            let target = link.split('#').next().unwrap_or_default();
            let outside = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
            if !outside && !folder.join(target).exists() {
                findings.push(format!("{}: {link}", file.path.display()));
            }
        }
    }
    none(&findings, "these links lead nowhere");
}
