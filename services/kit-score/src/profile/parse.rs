//! Reading a profile: every fault with its path, not only the first. A faulty part is noted, cut out, and the rest
//! read again.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_yaml_ng::Value;

use super::{Level, Profile, Technology, check};

/// Largest profile.
pub const MAX_BYTES: usize = 64 * 1024;
/// Faults after which reading stops: the text is something else than a profile.
const MOST_FAULTS: usize = 50;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProfileFault {
    /// Where, as `salary.ideal` or `technologies[2].name`; empty for the whole text.
    pub path: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// Everything wrong with a profile; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct ProfileFaults(pub Vec<ProfileFault>);

impl fmt::Display for ProfileFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            let line_end = if index == 0 { "" } else { "\n" };
            match fault.path.as_str() {
                "" => write!(f, "{line_end}{}", fault.detail)?,
                path => write!(f, "{line_end}{path}: {}", fault.detail)?,
            }
        }
        Ok(())
    }
}

impl Profile {
    /// Reads and checks a `profile.yaml`.
    ///
    /// # Errors
    /// Every fault, in the order of the text's keys where it is one of form.
    pub fn parse(yaml: &str) -> Result<Self, ProfileFaults> {
        if yaml.len() > MAX_BYTES {
            return Err(whole(format!("{} bytes; a profile has at most {MAX_BYTES}", yaml.len())));
        }
        let mut value: Value =
            serde_yaml_ng::from_str(yaml).map_err(|e| whole(format!("cannot be read as YAML: {e}")))?;
        let mut faults = required(&value)?;
        let mut cuts = Cuts::default();
        let profile = loop {
            match serde_path_to_error::deserialize::<_, Self>(value.clone()) {
                Ok(profile) => break profile,
                Err(error) => {
                    let (path, cut) = cuts.cut(&mut value, error.path());
                    let detail = error.into_inner().to_string();
                    if !consequence(&path, &detail, &faults) {
                        faults.push(ProfileFault { path, detail: readable(&detail) });
                    }
                    if !cut || faults.len() >= MOST_FAULTS {
                        return Err(ProfileFaults(faults));
                    }
                }
            }
        };
        let of_sense = check::faults(&profile, &faults);
        faults.extend(of_sense);
        if faults.is_empty() { Ok(profile) } else { Err(ProfileFaults(faults)) }
    }
}

fn whole(detail: String) -> ProfileFaults {
    ProfileFaults(vec![ProfileFault { path: String::new(), detail }])
}

/// The keys without which nothing can be judged.
fn required(value: &Value) -> Result<Vec<ProfileFault>, ProfileFaults> {
    const KEYS: [(&str, &str); 3] = [
        ("technologies", "what you work with, as a list of names"),
        ("salary", "the least you would work for, as `minimum` and `currency`"),
        ("remote_policy", "where you work, as `accepted`: remote, hybrid, onsite"),
    ];
    let Value::Mapping(mapping) = value else {
        return Err(whole("a profile is a list of `key: value` lines".to_owned()));
    };
    let missing = KEYS.iter().filter(|(key, _)| mapping.get(*key).is_none_or(Value::is_null));
    Ok(missing
        .map(|(key, what)| ProfileFault { path: (*key).to_owned(), detail: format!("is missing: {what}") })
        .collect())
}

/// What was cut out of the text so far: list items, by the path of their list, so that later items keep their number.
#[derive(Default)]
struct Cuts(BTreeMap<String, usize>);

impl Cuts {
    /// Removes the part at a path, so that the rest can be read. Says where it stood in the whole text, and whether
    /// there was such a part.
    fn cut(&mut self, value: &mut Value, path: &serde_path_to_error::Path) -> (String, bool) {
        use serde_path_to_error::Segment;
        let segments: Vec<_> = path.iter().filter(|s| matches!(s, Segment::Map { .. } | Segment::Seq { .. })).collect();
        let mut written = String::new();
        let mut at = value;
        for (depth, segment) in segments.iter().enumerate() {
            let last = depth + 1 == segments.len();
            match (segment, at) {
                (Segment::Map { key }, Value::Mapping(mapping)) => {
                    let dot = if written.is_empty() { "" } else { "." };
                    written.push_str(&format!("{dot}{key}"));
                    if last {
                        return (written, mapping.shift_remove(key.as_str()).is_some());
                    }
                    let Some(next) = mapping.get_mut(key.as_str()) else { break };
                    at = next;
                }
                (Segment::Seq { index }, Value::Sequence(items)) if *index < items.len() => {
                    let gone = self.0.entry(written.clone()).or_default();
                    written.push_str(&format!("[{}]", index + *gone));
                    if last {
                        *gone += 1;
                        items.remove(*index);
                        return (written, true);
                    }
                    at = &mut items[*index];
                }
                _ => break,
            }
        }
        (written, false)
    }
}

/// Whether a field is missing only because it was cut out.
fn consequence(path: &str, detail: &str, faults: &[ProfileFault]) -> bool {
    let missing = detail.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    missing.is_some_and(|field| faults.iter().any(|fault| fault.path == format!("{path}.{field}")))
}

/// serde's words with a suggestion where a name is almost a known one.
fn readable(detail: &str) -> String {
    let detail = detail.split(" at line ").next().unwrap_or(detail);
    let mut names = detail.split('`').skip(1).step_by(2);
    let kind = ["field", "variant"].into_iter().find(|kind| detail.starts_with(&format!("unknown {kind}")));
    match (kind, names.next()) {
        (Some(kind), Some(given)) => {
            let known: Vec<&str> = names.collect();
            let word = if kind == "field" { "key" } else { "value" };
            match nearest(given, known.iter().copied()) {
                Some(near) => format!("unknown {word} `{given}`; did you mean `{near}`?"),
                None => format!("unknown {word} `{given}`; known: {}", known.join(", ")),
            }
        }
        _ => detail.to_owned(),
    }
}

/// The known name that a misspelt one most likely means.
pub(super) fn nearest<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = given.to_lowercase();
    known
        .map(|name| (strsim::jaro_winkler(&folded, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

impl<'de> Deserialize<'de> for Technology {
    /// A bare name, or a mapping.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            name: String,
            #[serde(default)]
            level: Level,
            #[serde(default)]
            years: Option<u8>,
        }

        struct Either;

        impl<'de> de::Visitor<'de> for Either {
            type Value = Technology;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a technology's name, or `name`, `level` and `years`")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Technology, E> {
                Ok(Technology { name: name.to_owned(), level: Level::Known, years: None })
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Technology, A::Error> {
                let Written { name, level, years } = Written::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Technology { name, level, years })
            }
        }

        deserializer.deserialize_any(Either)
    }
}

/// Times as people write them, `17:00`.
pub(super) mod hour_minute {
    use chrono::NaiveTime;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(time: &NaiveTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.format("%H:%M"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        NaiveTime::parse_from_str(&text, "%H:%M").map_err(|_| D::Error::custom("a time is written as `17:00`"))
    }
}
