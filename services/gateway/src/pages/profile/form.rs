//! The form as the template draws it: each field with its words, what stands in it and what is wrong with it.

use std::collections::BTreeMap;

use super::{
    currencies,
    fields::{Field, GROUPS, Group, Kind, Values},
};
use crate::{problem::Fault, words::Words};

/// Empty rows at the end of a table.
const SPARE: usize = 2;

/// Fields under one heading.
pub(super) struct Section {
    pub(super) title: String,
    pub(super) id: &'static str,
    pub(super) entries: Vec<Entry>,
}

/// A field with its label.
pub(super) struct Entry {
    pub(super) label: String,
    pub(super) note: Option<String>,
    pub(super) input: Input,
    /// Of a table.
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<Input>>,
}

/// What is filled in.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) label: String,
    pub(super) kind: &'static str,
    pub(super) value: String,
    pub(super) options: Vec<Choice>,
    pub(super) faults: Vec<String>,
}

/// An option of a field.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// The form, with every fault at its field.
pub(super) fn form(values: &Values, faults: &[Fault], words: &Words) -> Vec<Section> {
    let drawer = Drawer { values, faults: placed(values, faults, words), words };
    let section = |group: &'static Group| Section {
        title: words.of("profile-group", group.name),
        id: group.name,
        entries: group.fields.iter().map(|field| drawer.field(field)).collect(),
    };
    GROUPS.iter().map(section).collect()
}

/// A fault's field in words, as `Technologies, 3: years`, and its place in the page; `None` where it is of no field.
pub(super) fn title(values: &Values, fault: &Fault, words: &Words) -> Option<(String, String)> {
    let leaves = leaves(values);
    let (path, _) = place(&leaves, &whereabouts(fault))?;
    let name = |path: &str| words.of("profile-field", path);
    let title = match path.split_once('[').and_then(|(table, rest)| Some((table, rest.split_once("].")?))) {
        None => name(path),
        Some((table, (row, column))) => {
            let row = row.parse::<usize>().map_or(1, |row| row + 1);
            format!("{}, {row}: {}", name(table), name(&format!("{table}.{column}")))
        }
    };
    Some((title, id(path)))
}

/// A fault in words: of a form, for a person who sees fields and no file.
pub(super) fn detail(values: Option<&Values>, fault: &Fault, words: &Words) -> String {
    let leaves = values.map(leaves).unwrap_or_default();
    match place(&leaves, &whereabouts(fault)) {
        Some((_, true)) if fault.detail.starts_with("invalid ") => words.t("profile-whole-number").to_owned(),
        Some(_) if absent(fault).is_some() => words.t("profile-absent").to_owned(),
        _ => fault.detail.clone(),
    }
}

/// The path that a fault means: of a missing part, that of the part.
fn whereabouts(fault: &Fault) -> String {
    absent(fault).map_or_else(|| fault.path.clone(), |part| format!("{}.{part}", fault.path))
}

fn absent(fault: &Fault) -> Option<&str> {
    fault.detail.strip_prefix("missing field `").and_then(|rest| rest.split('`').next())
}

struct Drawer<'a> {
    values: &'a Values,
    faults: BTreeMap<String, Vec<String>>,
    words: &'a Words,
}

impl Drawer<'_> {
    fn field(&self, field: &'static Field) -> Entry {
        let note = format!("profile-note.{}", field.path);
        let label = self.words.of("profile-field", field.path);
        let (mut columns, mut rows) = (Vec::new(), Vec::new());
        if let Kind::Rows(of_row) = &field.kind {
            columns = of_row.iter().map(|column| self.column(field, column)).collect();
            for row in 0..self.values.rows(field.path) + SPARE {
                let input = |column: &'static Field| {
                    let label = format!("{label}, {}: {}", row + 1, self.column(field, column));
                    self.input(
                        &column.kind,
                        format!("{}[{row}].{}", field.path, column.path),
                        field.path,
                        column.path,
                        label,
                    )
                };
                rows.push(of_row.iter().map(input).collect());
            }
        }
        Entry {
            note: self.words.knows(&note).then(|| self.words.t(&note).to_owned()),
            input: self.input(&field.kind, field.path.to_owned(), field.path, field.path, label.clone()),
            label,
            columns,
            rows,
        }
    }

    fn column(&self, field: &Field, column: &Field) -> String {
        self.words.of("profile-field", format!("{}.{}", field.path, column.path))
    }

    fn input(&self, kind: &'static Kind, name: String, field: &str, part: &str, label: String) -> Input {
        let said = self.values.all(&name);
        let choice = |value: &str, label: String| Choice {
            chosen: said.iter().any(|said| said == value),
            value: value.to_owned(),
            label,
        };
        let named = |option: &&str| match *option {
            "" => choice("", self.words.of("profile-unsaid", part)),
            option if matches!(kind, Kind::Several(_)) || field == "seniority" => {
                choice(option, self.words.of("value", option))
            }
            option => choice(option, self.words.of("profile-option", option)),
        };
        let (kind, options) = match kind {
            Kind::Line => ("line", Vec::new()),
            Kind::Number | Kind::Pay => ("number", Vec::new()),
            Kind::Time => ("time", Vec::new()),
            Kind::Yes => ("yes", Vec::new()),
            Kind::Lines => ("lines", Vec::new()),
            Kind::Rows(_) => ("rows", Vec::new()),
            Kind::One(options) => ("one", options.iter().map(named).collect()),
            Kind::Several(options) => ("several", options.iter().map(named).collect()),
            Kind::Currency => ("one", self.currencies(said)),
        };
        Input {
            id: id(&name),
            value: said.join("\n"),
            faults: self.faults.get(&name).cloned().unwrap_or_default(),
            name,
            label,
            kind,
            options,
        }
    }

    /// The known ones, and what stands there though it is not known.
    fn currencies(&self, said: &[String]) -> Vec<Choice> {
        let unknown = said.iter().map(String::as_str).filter(|code| !currencies().contains(code));
        let of = |code: &str| Choice {
            value: code.to_owned(),
            label: code.to_owned(),
            chosen: said.iter().any(|said| said == code),
        };
        unknown.chain(currencies()).map(of).collect()
    }
}

/// As an id of the page, and in a selector of a style.
fn id(path: &str) -> String {
    let plain: String = path.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect();
    format!("f-{plain}")
}

/// Every path that something is filled in at, in the page's order, and whether it takes a number.
fn leaves(values: &Values) -> Vec<(String, bool)> {
    let is_number = |kind: &Kind| matches!(kind, Kind::Number | Kind::Pay);
    let mut leaves = Vec::new();
    for field in GROUPS.iter().flat_map(|group| group.fields) {
        if let Kind::Rows(columns) = &field.kind {
            for row in 0..values.rows(field.path) {
                let of_row = columns
                    .iter()
                    .map(|column| (format!("{}[{row}].{}", field.path, column.path), is_number(&column.kind)));
                leaves.extend(of_row);
            }
        }
        leaves.push((field.path.to_owned(), is_number(&field.kind)));
    }
    leaves
}

/// The field at a path; else the first inside it, as where `salary` is missing; else the one that it is inside of.
fn place<'a>(leaves: &'a [(String, bool)], path: &str) -> Option<(&'a str, bool)> {
    let inside = |inner: &str, outer: &str| {
        !outer.is_empty() && inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    let found = leaves
        .iter()
        .find(|(leaf, _)| leaf == path)
        .or_else(|| leaves.iter().find(|(leaf, _)| inside(leaf, path)))
        .or_else(|| leaves.iter().find(|(leaf, _)| inside(path, leaf)));
    found.map(|(leaf, is_number)| (leaf.as_str(), *is_number))
}

/// Faults by the field that they are shown at.
fn placed(values: &Values, faults: &[Fault], words: &Words) -> BTreeMap<String, Vec<String>> {
    let leaves = leaves(values);
    let mut of_fields = BTreeMap::<String, Vec<String>>::new();
    for fault in faults {
        if let Some((path, _)) = place(&leaves, &whereabouts(fault)) {
            of_fields.entry(path.to_owned()).or_default().push(detail(Some(values), fault, words));
        }
    }
    of_fields
}
