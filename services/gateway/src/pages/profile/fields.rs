//! The profile as fields of a form: which there are, what stands in them, and what they say as keys of the file.

use std::collections::{BTreeMap, BTreeSet};

use kit_score::{Profile, profile::starter};
use serde_json::Value as Json;
use serde_yaml_ng::{Mapping, Value};

/// Fields under one heading.
pub(super) struct Group {
    /// Of the heading's words.
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
}

/// A field, named by its path in the file.
pub(super) struct Field {
    pub(super) path: &'static str,
    pub(super) kind: Kind,
}

/// How a field is filled in.
pub(super) enum Kind {
    Line,
    Number,
    /// A yearly figure, with separators as people write it.
    Pay,
    Currency,
    Time,
    Yes,
    /// One of these; the first may be empty, for nothing said.
    One(&'static [&'static str]),
    Several(&'static [&'static str]),
    /// A list, an item on each line.
    Lines,
    /// A table of these columns.
    Rows(&'static [Field]),
}

use Kind::{Currency, Line, Lines, Number, One, Pay, Rows, Several, Time, Yes};

const fn field(path: &'static str, kind: Kind) -> Field {
    Field { path, kind }
}

const SENIORITIES: &[&str] =
    &["", "intern", "junior", "mid", "senior", "staff", "principal", "lead", "manager", "director", "executive"];
const PLACES: &[&str] = &["remote", "hybrid", "onsite"];
const EMPLOYMENT: &[&str] = &["full_time", "part_time", "contract", "internship"];
const SEARCH: &[&str] = &["active", "passive", "selective", "not_looking"];
const POLICIES: &[&str] = &["never", "on_request", "always"];
const REGISTERS: &[&str] = &["", "tu", "usted", "vos"];
/// Known goes without saying.
const LEVELS: &[&str] = &["", "basic"];
const DAYS: &[&str] = &["", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const TECHNOLOGY: &[Field] = &[field("name", Line), field("level", One(LEVELS)), field("years", Number)];
const CALL: &[Field] = &[field("day", One(DAYS)), field("from", Time), field("to", Time)];

/// Every field of the page, in its order.
pub(super) const GROUPS: &[Group] = &[
    Group {
        name: "you",
        fields: &[
            field("name", Line),
            field("headline", Line),
            field("languages", Lines),
            field("locations", Lines),
            field("seniority", One(SENIORITIES)),
            field("years", Number),
            field("technologies", Rows(TECHNOLOGY)),
        ],
    },
    Group {
        name: "want",
        fields: &[
            field("salary.minimum", Pay),
            field("salary.ideal", Pay),
            field("salary.currency", Currency),
            field("minimum_stack_share", Number),
            field("remote_policy.accepted", Several(PLACES)),
            field("remote_policy.max_office_days", Number),
            field("work_week_days", Number),
            field("employment_types", Several(EMPLOYMENT)),
            field("relocation", Yes),
        ],
    },
    Group {
        name: "companies",
        fields: &[
            field("favourite_companies", Lines),
            field("blocked_companies", Lines),
            field("company.industries", Lines),
            field("reject_if", Lines),
            field("must_have", Lines),
            field("nice_to_have", Lines),
        ],
    },
    Group { name: "stand", fields: &[field("search_status", One(SEARCH)), field("notice_period_days", Number)] },
    Group {
        name: "replies",
        fields: &[
            field("reply.signature", Line),
            field("reply.register", One(REGISTERS)),
            field("reply_within_days", Number),
            field("situation", Line),
            field("disclosure.salary", One(POLICIES)),
            field("disclosure.notice", One(POLICIES)),
            field("contact.email", Line),
            field("disclosure.email", One(POLICIES)),
            field("contact.phone", Line),
            field("disclosure.phone", One(POLICIES)),
            field("contact.cv_link", Line),
            field("disclosure.cv", One(POLICIES)),
        ],
    },
    Group {
        name: "calls",
        fields: &[field("time_zone", Line), field("scheduling_link", Line), field("call_windows", Rows(CALL))],
    },
];

fn all() -> impl Iterator<Item = &'static Field> {
    GROUPS.iter().flat_map(|group| group.fields)
}

/// What stands in the fields, by path; `technologies[0].name` in a table. What is empty is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, Vec<String>>);

impl Values {
    /// As a profile fills them.
    pub(super) fn of(profile: &Profile) -> Self {
        // A profile of texts, numbers and lists always has a form as JSON.
        let json = serde_json::to_value(profile).unwrap_or_default();
        let mut values = Self::default();
        for field in all() {
            let at = format!("/{}", field.path.replace('.', "/"));
            values.read(&field.kind, field.path.to_owned(), json.pointer(&at).unwrap_or(&Json::Null));
        }
        values
    }

    fn read(&mut self, kind: &Kind, path: String, json: &Json) {
        let text = |json: &Json| json.as_str().map_or_else(|| json.to_string(), str::to_owned);
        let said: Vec<String> = match (kind, json) {
            (_, Json::Null | Json::Bool(false)) => Vec::new(),
            (Rows(columns), Json::Array(rows)) => {
                for (index, row) in rows.iter().enumerate() {
                    for column in *columns {
                        let of_row = row.get(column.path).unwrap_or(&Json::Null);
                        self.read(&column.kind, format!("{path}[{index}].{}", column.path), of_row);
                    }
                }
                Vec::new()
            }
            (One(options), json) => option(options, &text(json)).map(str::to_owned).into_iter().collect(),
            (_, Json::Array(items)) => items.iter().map(text).collect(),
            (_, json) => vec![text(json)],
        };
        self.put(path, said);
    }

    /// As a person filled them in. Empty rows of a table are left out.
    pub(super) fn posted(pairs: &[(String, String)]) -> Self {
        let mut values = Self::default();
        for field in all() {
            match &field.kind {
                Rows(columns) => {
                    for (index, row) in rows_of(pairs, field.path).into_iter().enumerate() {
                        for column in *columns {
                            let from = format!("{}[{row}].{}", field.path, column.path);
                            values.put(format!("{}[{index}].{}", field.path, column.path), said(pairs, &from));
                        }
                    }
                }
                _ => values.put(field.path.to_owned(), said(pairs, field.path)),
            }
        }
        values
    }

    fn put(&mut self, path: String, said: Vec<String>) {
        if !said.is_empty() {
            self.0.insert(path, said);
        }
    }

    /// All that stands in a field.
    pub(super) fn all(&self, path: &str) -> &[String] {
        self.0.get(path).map_or(&[], Vec::as_slice)
    }

    /// How many rows a table has.
    pub(super) fn rows(&self, path: &str) -> usize {
        self.0.keys().filter_map(|key| row_of(key, path)).max().map_or(0, |last| last + 1)
    }

    /// The keys that say something else than before, as they are to be written over a text that says `before`.
    pub(super) fn changes(&self, before: &Self, yaml: &Value) -> Vec<kit_profile::Change<'static>> {
        let mut changes: Vec<kit_profile::Change<'static>> = Vec::new();
        for field in all() {
            let top = field.path.split('.').next().unwrap_or(field.path);
            let differs = |field: &Field| self.part(field.path) != before.part(field.path);
            let of_top = || all().filter(|field| field.path.split('.').next() == Some(top));
            if changes.iter().any(|(key, _)| *key == top) || !of_top().any(differs) {
                continue;
            }
            let value = match field.path.split_once('.') {
                None => self.value(&field.kind, field.path),
                Some(_) => self.parts(yaml.get(top), of_top()),
            };
            let empty = |value: &Value| value.as_sequence().is_some_and(Vec::is_empty);
            changes.push((top, value.filter(|value| !empty(value))));
        }
        changes
    }

    fn part(&self, path: &str) -> Vec<(&String, &Vec<String>)> {
        self.0.iter().filter(|(key, _)| *key == path || row_of(key, path).is_some()).collect()
    }

    /// A key of several fields: what the form does not know of it stays.
    fn parts(&self, there: Option<&Value>, fields: impl Iterator<Item = &'static Field>) -> Option<Value> {
        let mut mapping = there.and_then(Value::as_mapping).cloned().unwrap_or_default();
        for field in fields {
            let Some((_, key)) = field.path.split_once('.') else { continue };
            match self.value(&field.kind, field.path) {
                Some(value) => {
                    mapping.insert(Value::from(key), value);
                }
                None => {
                    mapping.shift_remove(key);
                }
            }
        }
        (!mapping.is_empty()).then_some(Value::Mapping(mapping))
    }

    fn value(&self, kind: &Kind, path: &str) -> Option<Value> {
        let said = self.all(path);
        let first = said.first();
        let list = || Value::Sequence(said.iter().map(|item| Value::from(item.as_str())).collect());
        // What is no number stays as it was written: the profile's own check refuses it.
        let number = |read: Option<i64>, text: &String| read.map_or_else(|| Value::from(text.as_str()), Value::from);
        match kind {
            Yes => Some(Value::from(first.is_some())),
            Several(_) => Some(list()),
            Lines => first.map(|_| list()),
            Number => first.map(|text| number(text.parse().ok(), text)),
            Pay => first.map(|text| number(starter::amount(text).or_else(|| text.parse().ok()), text)),
            Line | Currency | Time | One(_) => first.map(|text| Value::from(text.as_str())),
            Rows(columns) => {
                Some(Value::Sequence((0..self.rows(path)).map(|row| self.row(columns, path, row)).collect()))
            }
        }
    }

    /// A row; a name alone stands for itself.
    fn row(&self, columns: &[Field], path: &str, row: usize) -> Value {
        let column = |column: &Field| {
            let value = self.value(&column.kind, &format!("{path}[{row}].{}", column.path))?;
            Some((Value::from(column.path), value))
        };
        let mapping: Mapping = columns.iter().filter_map(column).collect();
        match (mapping.len(), mapping.get("name")) {
            (1, Some(name)) => name.clone(),
            _ => Value::Mapping(mapping),
        }
    }
}

/// The option that a value of the file is, by its name or its first letters, as `Tue`.
fn option(options: &'static [&'static str], value: &str) -> Option<&'static str> {
    let value = value.to_lowercase();
    let named = options.iter().find(|option| **option == value);
    named
        .or_else(|| options.iter().find(|option| option.starts_with(&value)))
        .copied()
        .filter(|option| !option.is_empty())
}

/// The row of a table that a path is in.
fn row_of(path: &str, table: &str) -> Option<usize> {
    path.strip_prefix(table)?.strip_prefix('[')?.split_once(']')?.0.parse().ok()
}

/// The rows of a table in which something stands.
fn rows_of(pairs: &[(String, String)], table: &str) -> BTreeSet<usize> {
    pairs.iter().filter(|(_, value)| !value.trim().is_empty()).filter_map(|(path, _)| row_of(path, table)).collect()
}

fn said(pairs: &[(String, String)], path: &str) -> Vec<String> {
    let of_path = pairs.iter().filter(|(name, _)| name == path);
    let lines = of_path.flat_map(|(_, value)| value.split(['\r', '\n']));
    lines.map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use kit_score::profile::EXAMPLE;

    use super::*;

    fn profile(yaml: &str) -> Profile {
        Profile::parse(yaml).expect("a profile")
    }

    fn pairs(values: &Values) -> Vec<(String, String)> {
        let of = |(path, said): (&String, &Vec<String>)| (path.clone(), said.join("\r\n"));
        values.0.iter().map(of).collect()
    }

    /// Of the profile after some fields were filled in otherwise.
    fn saved(yaml: &str, fields: &[(&str, &str)]) -> String {
        let before = Values::of(&profile(yaml));
        let mut posted = pairs(&before);
        posted.retain(|(path, _)| !fields.iter().any(|(field, _)| field == path));
        posted.extend(fields.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())));
        let whole = serde_yaml_ng::from_str(yaml).expect("YAML");
        kit_profile::edit(yaml, &Values::posted(&posted).changes(&before, &whole)).expect("edited")
    }

    #[test]
    fn a_form_sent_back_untouched_changes_nothing() {
        assert_eq!(saved(EXAMPLE, &[]), EXAMPLE);
    }

    #[test]
    fn every_field_reaches_the_profile() {
        let fields = [
            ("salary.minimum", "95.000"),
            ("technologies[2].years", "10"),
            ("technologies[17].name", "Zig"),
            ("remote_policy.accepted", "onsite"),
            ("call_windows[0].day", "monday"),
            ("seniority", ""),
            ("relocation", "yes"),
            ("disclosure.cv", "always"),
            ("reject_if", "crypto\r\n\r\n betting "),
            ("nice_to_have", ""),
        ];
        let yaml = saved(EXAMPLE, &fields);
        let mut expected = profile(EXAMPLE);
        let after = profile(&yaml.replace("max_office_days: 1", "max_office_days: 0"));
        expected.salary.minimum = 95_000;
        expected.technologies[2].years = Some(10);
        expected.technologies.push(serde_json::from_str("\"Zig\"").expect("a technology"));
        expected.remote_policy.accepted = vec![contract::RemotePolicy::Onsite];
        expected.remote_policy.max_office_days = Some(0);
        expected.call_windows[0].day = chrono::Weekday::Mon;
        expected.seniority = None;
        expected.relocation = true;
        expected.disclosure.cv = kit_score::profile::Policy::Always;
        expected.reject_if = vec!["crypto".to_owned(), "betting".to_owned()];
        expected.nice_to_have = Vec::new();
        assert_eq!(after, expected);
        assert!(yaml.contains("# --- what you want") && yaml.contains("# percent of the stack line"), "comments stay");
    }

    #[test]
    fn what_the_form_does_not_ask_for_stays() {
        let yaml = EXAMPLE.replace("industries: [robotics, energy]", "sizes: [startup]\n  industries: [energy]");
        let after = profile(&saved(&yaml, &[("company.industries", "robotics")]));
        assert_eq!(
            (after.company.sizes, after.company.industries),
            (vec!["startup".to_owned()], vec!["robotics".to_owned()])
        );
    }
}
