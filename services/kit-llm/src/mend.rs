//! Bends a JSON value towards a schema where its meaning is plain: names, casing, a number in quotes, one value for a
//! list. It invents nothing: what has no plain meaning is left for the typed decoding to refuse.

use serde_json::{Map, Value};

/// Words by which models say "not stated".
const NOTHING: [&str; 14] = [
    "",
    "null",
    "none",
    "n/a",
    "na",
    "nil",
    "unknown",
    "not stated",
    "not specified",
    "not mentioned",
    "unspecified",
    "no especificado",
    "desconocido",
    "-",
];

/// Counts as it mends.
#[derive(Debug)]
pub(crate) struct Mender<'a> {
    aliases: &'a [(&'a str, &'a str)],
    repairs: u32,
}

impl<'a> Mender<'a> {
    pub(crate) const fn new(aliases: &'a [(&'a str, &'a str)]) -> Self {
        Self { aliases, repairs: 0 }
    }

    /// Mends in place; gives the number of things mended.
    pub(crate) fn mend(mut self, value: &mut Value, schema: &Value) -> u32 {
        self.value(value, schema);
        self.repairs
    }

    /// Whether an object holds something that the schema knows: else it is a piece of an answer, or of prose.
    pub(crate) fn knows(&self, value: &Value, schema: &Value) -> bool {
        let keys = value.as_object().into_iter().flat_map(Map::keys);
        schema["properties"]
            .as_object()
            .is_some_and(|known| keys.into_iter().any(|key| self.name(key, known).is_some()))
    }

    fn set(&mut self, value: &mut Value, mended: Value) {
        *value = mended;
        self.repairs += 1;
    }

    fn value(&mut self, value: &mut Value, schema: &Value) {
        let (schema, nullable) = not_null(schema);
        if nullable {
            if value.is_null() {
                return;
            }
            if value.as_str().is_some_and(is_nothing) {
                return self.set(value, Value::Null);
            }
        }
        match kind(schema) {
            "object" => self.object(value, schema, nullable),
            "array" => self.array(value, schema),
            "string" => self.string(value, schema),
            "integer" => self.integer(value),
            "number" => self.number(value),
            "boolean" => self.boolean(value),
            _ => {}
        }
    }

    fn object(&mut self, value: &mut Value, schema: &Value, nullable: bool) {
        let Some(properties) = schema["properties"].as_object() else { return };
        self.whole_object(value, properties);
        let Some(object) = value.as_object_mut() else { return };
        for (key, mut held) in std::mem::take(object) {
            match self.name(&key, properties) {
                Some(name) if !object.contains_key(name) => {
                    self.repairs += u32::from(name != key);
                    self.value(&mut held, &properties[name]);
                    object.insert(name.to_owned(), held);
                }
                _ => self.repairs += 1,
            }
        }
        for (name, property) in properties.iter().filter(|(name, _)| !object.contains_key(*name)).collect::<Vec<_>>() {
            let empty = match not_null(property) {
                (_, true) => Value::Null,
                (schema, false) if kind(schema) == "array" => Value::Array(Vec::new()),
                (schema, false) if kind(schema) == "boolean" => Value::Bool(false),
                _ => continue,
            };
            self.repairs += 1;
            object.insert(name.clone(), empty);
        }
        // A value of nothing is not stated, whatever its quote says.
        let states = properties
            .get("value")
            .is_none_or(|schema| not_null(schema).1 || object.get("value").is_some_and(|value| !is_empty(value)));
        if nullable && !states {
            self.set(value, Value::Null);
        }
    }

    /// An object where a model gave a part of it: `"company": "Acme"` for a value and its quote, which it then is
    /// itself; `"salary": {"min": 1, "quote": "…"}` for one whose value is an object.
    fn whole_object(&mut self, value: &mut Value, properties: &Map<String, Value>) {
        let Some(named) = ["value", "name"].into_iter().find(|name| properties.contains_key(*name)) else { return };
        if !properties.contains_key("quote") {
            return;
        }
        if value.is_string() {
            let both = Map::from_iter([named, "quote"].map(|key| (key.to_owned(), value.clone())));
            return self.set(value, Value::Object(both));
        }
        let (Some(inner), Some(object)) = (properties[named]["properties"].as_object(), value.as_object_mut()) else {
            return;
        };
        if !object.contains_key(named) {
            let (within, beside) =
                std::mem::take(object).into_iter().partition(|(key, _)| self.name(key, inner).is_some());
            *object = beside;
            object.insert(named.to_owned(), Value::Object(within));
            self.repairs += 1;
        }
    }

    /// The property that a key means.
    fn name<'p>(&self, key: &str, properties: &'p Map<String, Value>) -> Option<&'p str> {
        let alias = self.aliases.iter().find(|(alias, _)| bare(alias) == bare(key)).map(|(_, name)| *name);
        let exact = properties.keys().find(|name| *name == key);
        let loose = || properties.keys().find(|name| bare(name) == bare(key));
        let aliased = || properties.keys().find(|name| Some(name.as_str()) == alias);
        exact.or_else(loose).or_else(aliased).map(String::as_str)
    }

    fn array(&mut self, value: &mut Value, schema: &Value) {
        match value {
            Value::Array(_) => {}
            Value::Null => self.set(value, Value::Array(Vec::new())),
            Value::String(text) if is_nothing(text) => self.set(value, Value::Array(Vec::new())),
            _ => {
                let one = value.take();
                self.set(value, Value::Array(vec![one]));
            }
        }
        let Some(items) = value.as_array_mut() else { return };
        let most = schema["maxItems"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
        if items.len() > most {
            items.truncate(most);
            self.repairs += 1;
        }
        items.iter_mut().for_each(|item| self.value(item, &schema["items"]));
        let before = items.len();
        items.retain(|item| !item.is_null() && !item.get("value").is_some_and(is_empty));
        self.repairs += u32::try_from(before - items.len()).unwrap_or(u32::MAX);
    }

    fn string(&mut self, value: &mut Value, schema: &Value) {
        match value {
            Value::Number(number) => {
                let text = number.to_string();
                self.set(value, Value::String(text));
            }
            Value::Array(one) if one.len() == 1 && one[0].is_string() => {
                let text = one.remove(0);
                self.set(value, text);
            }
            _ => {}
        }
        let Some(text) = value.as_str() else { return };
        if let Some(allowed) = schema["enum"].as_array()
            && !allowed.contains(value)
        {
            let meant = allowed.iter().find(|word| word.as_str().is_some_and(|word| bare(word) == bare(text)));
            if let Some(meant) = meant.cloned() {
                self.set(value, meant);
            }
            return;
        }
        let most = schema["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
        if let Some((end, _)) = text.char_indices().nth(most) {
            let text = text[..end].to_owned();
            self.set(value, Value::String(text));
        }
    }

    fn integer(&mut self, value: &mut Value) {
        let whole = match value {
            Value::Number(number) if number.is_f64() => number.as_f64().and_then(whole),
            Value::String(text) => amount(text),
            _ => None,
        };
        if let Some(whole) = whole {
            self.set(value, whole.into());
        }
    }

    fn number(&mut self, value: &mut Value) {
        if let Some(number) = value.as_str().and_then(|text| text.trim().parse::<f64>().ok()) {
            self.set(value, number.into());
        }
    }

    fn boolean(&mut self, value: &mut Value) {
        let meant = match value {
            Value::Null => Some(false),
            Value::Number(number) => number.as_u64().filter(|number| *number <= 1).map(|number| number == 1),
            Value::String(text) => match text.trim().to_lowercase().as_str() {
                "true" | "yes" | "sí" | "si" => Some(true),
                "false" | "no" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if let Some(meant) = meant {
            self.set(value, Value::Bool(meant));
        }
    }
}

/// The schema without its null, and whether null may be.
fn not_null(schema: &Value) -> (&Value, bool) {
    let null = |option: &Value| option["type"].as_str() == Some("null");
    match schema["anyOf"].as_array() {
        Some(options) if options.iter().any(null) => {
            (options.iter().find(|option| !null(option)).unwrap_or(schema), true)
        }
        _ => (schema, schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"))),
    }
}

fn kind(schema: &Value) -> &str {
    let listed = schema["type"].as_array().and_then(|kinds| kinds.iter().find_map(|kind| kind.as_str()));
    schema["type"].as_str().or(listed).unwrap_or_default()
}

fn is_nothing(text: &str) -> bool {
    NOTHING.contains(&text.trim().to_lowercase().as_str())
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(is_nothing)
}

/// A name without case and separators: `techStack`, `Tech stack` and `tech_stack` are one.
fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
}

/// `120000`, `120,000`, `120.000` and `120k`; nothing that could be read in two ways.
fn amount(text: &str) -> Option<i64> {
    let text = text.trim();
    let (digits, factor) = match text.strip_suffix(['k', 'K']) {
        Some(thousands) => (thousands.trim_end(), 1000),
        None => (text, 1),
    };
    let groups: Vec<_> = digits.split(['.', ',', ' ', '\'', '\u{a0}']).collect();
    let grouped = groups.len() == 1 || groups[1..].iter().all(|group| group.len() == 3);
    let plain = groups.concat();
    let usable = grouped && !plain.is_empty() && plain.len() <= 12 && plain.bytes().all(|b| b.is_ascii_digit());
    if usable { plain.parse::<i64>().ok()?.checked_mul(factor) } else { None }
}
