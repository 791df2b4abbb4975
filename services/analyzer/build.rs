//! Writes `data/tech.toml` and `data/kind.toml` as constants, so that no start has to parse them, and finds the words
//! that announce each phrase.

use std::{collections::BTreeMap, env, error::Error, fmt::Write as _, fs, io::Write as _, path::Path};

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use serde::Deserialize;

#[path = "src/ascii.rs"]
mod ascii;

/// The signals in the order in which the crate counts them.
const SIGNALS: [&str; 10] =
    ["offer", "seeker", "bench", "sales", "newsletter", "scam", "rejection", "scheduling", "nudge", "courtesy"];

#[derive(Deserialize)]
struct Technologies {
    tech: Vec<Tech>,
}

#[derive(Deserialize)]
struct Tech {
    name: String,
    #[serde(default)]
    alias: Vec<String>,
    sense: Option<Sense>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sense {
    Context,
    List,
    Case,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut cargo = std::io::stdout().lock();
    writeln!(cargo, "cargo::rerun-if-changed=data")?;
    writeln!(cargo, "cargo::rerun-if-changed=src/ascii.rs")?;
    let out = env::var_os("OUT_DIR").ok_or("run by cargo only")?;
    fs::write(Path::new(&out).join("tech.rs"), technologies()?)?;
    fs::write(Path::new(&out).join("kind.rs"), phrases()?)?;
    writeln!(cargo, "cargo::rustc-env=RULES_DATA={:016x}", digest()?)?;
    Ok(())
}

/// FNV-1a over every data file, in order of name: a cached answer of a model does not outlive the rules it was asked by.
fn digest() -> Result<u64, Box<dyn Error>> {
    let mut files = fs::read_dir("data")?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    files.retain(|path| path.is_file());
    files.sort();
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        for byte in fs::read(file)? {
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(digest)
}

fn technologies() -> Result<String, Box<dyn Error>> {
    let file: Technologies = toml::from_str(&fs::read_to_string("data/tech.toml")?)?;
    let mut out = "pub(super) const TECHNOLOGIES: &[Tech] = &[\n".to_owned();
    for Tech { name, alias, sense } in file.tech {
        let sense = sense.map_or("Plain".to_owned(), |sense| format!("{sense:?}"));
        writeln!(out, "    Tech {{ name: {name:?}, alias: &{alias:?}, sense: Sense::{sense} }},")?;
    }
    Ok(out + "];\n")
}

fn phrases() -> Result<String, Box<dyn Error>> {
    let mut file: BTreeMap<String, Vec<String>> = toml::from_str(&fs::read_to_string("data/kind.toml")?)?;
    let mut out = "pub(super) const PHRASES: &[Phrase] = &[\n".to_owned();
    for (signal, name) in SIGNALS.iter().enumerate() {
        for source in file.remove(*name).ok_or_else(|| format!("data/kind.toml has no list `{name}`"))? {
            let source = ascii::ascii(&format!(r"(?:^|\b)(?:{source})"));
            let words = words(&source)?;
            writeln!(out, "    Phrase {{ signal: {signal}, source: {source:?}, words: &{words:?} }},")?;
        }
    }
    match file.into_keys().next() {
        Some(unknown) => Err(format!("data/kind.toml has a list `{unknown}` that nobody counts").into()),
        None => Ok(out + "];\n"),
    }
}

/// Words of which any match of the pattern holds at least one: how it begins or how it ends, whichever tells more.
fn words(source: &str) -> Result<Vec<String>, Box<dyn Error>> {
    /// A shorter word is in every text; more letters tell little more.
    const LETTERS: std::ops::RangeInclusive<usize> = 3..=7;
    let hir = regex_syntax::parse(source)?;
    let ends = [ExtractKind::Prefix, ExtractKind::Suffix].into_iter().filter_map(|kind| {
        let mut found = Extractor::new();
        let prefix = matches!(kind, ExtractKind::Prefix);
        let literals = found.kind(kind).extract(&hir);
        let words: Vec<&str> =
            literals.literals()?.iter().map(|l| std::str::from_utf8(l.as_bytes()).ok()).collect::<Option<_>>()?;
        let shortest = words.iter().map(|word| word.len()).min().filter(|n| n >= LETTERS.start())?;
        let cut = |word: &str| {
            let length = word.len().min(*LETTERS.end());
            word.get(if prefix { 0..length } else { word.len() - length..word.len() }).unwrap_or(word).to_owned()
        };
        Some((shortest, words.into_iter().map(cut).collect()))
    });
    Ok(ends.max_by_key(|(shortest, _)| *shortest).map(|(_, words)| words).unwrap_or_default())
}
