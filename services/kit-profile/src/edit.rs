//! Changing some keys of a profile as its person wrote it. Every other line stays as it is, and no comment is lost: those
//! of a key that is written anew stand above it.

use serde_yaml_ng::{Mapping, Value};

/// A key with its new value; `None` takes it out.
pub type Change<'a> = (&'a str, Option<Value>);

/// The text with the keys changed; `None` where it is laid out so that no key can be told from the next, as on one line
/// in braces. What comes out says what went in, and the changes: that is tried, not assumed.
pub fn edit(yaml: &str, changes: &[Change<'_>]) -> Option<String> {
    let Value::Mapping(mut wanted) = serde_yaml_ng::from_str(yaml).ok()? else { return None };
    let mut lines: Vec<String> = yaml.lines().map(str::to_owned).collect();
    for (key, value) in changes {
        let written = match value {
            Some(value) => {
                wanted.insert(Value::from(*key), value.clone());
                let one = Mapping::from_iter([(Value::from(*key), value.clone())]);
                serde_yaml_ng::to_string(&one).ok()?.lines().map(str::to_owned).collect()
            }
            None => {
                wanted.shift_remove(*key);
                Vec::new()
            }
        };
        replace(&mut lines, key, written);
    }
    let mut text = lines.join("\n");
    text.push('\n');
    let said: Value = serde_yaml_ng::from_str(&text).ok()?;
    (said == Value::Mapping(wanted)).then_some(text)
}

/// Puts a key's new lines where its old ones stand, or at the end.
fn replace(lines: &mut Vec<String>, key: &str, mut written: Vec<String>) {
    let Some(start) = lines.iter().position(|line| key_of(line) == Some(key)) else {
        lines.append(&mut written);
        return;
    };
    let after =
        lines[start + 1..].iter().position(|line| key_of(line).is_some()).map_or(lines.len(), |n| start + 1 + n);
    // Blank lines and comments at the margin before the next key belong to that one.
    let is_own = |line: &String| !line.trim().is_empty() && !line.starts_with('#');
    let end = lines[start..after].iter().rposition(is_own).map_or(start + 1, |last| start + last + 1);
    let mut comments: Vec<String> =
        lines[start..end].iter().filter_map(|line| comment(line)).map(str::to_owned).collect();
    if let ([line], [one], 1) = (written.as_mut_slice(), comments.as_slice(), end - start) {
        *line = format!("{line:<38} {one}");
        comments.clear();
    }
    comments.append(&mut written);
    lines.splice(start..end, comments);
}

/// The key that a line at the margin begins with.
fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(':')?;
    let key = key.trim_end().trim_matches(['"', '\'']);
    (!key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')).then_some(key)
}

/// The comment of a line, from its sign on.
fn comment(line: &str) -> Option<&str> {
    let (mut quote, mut before) = (None, ' ');
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '#' && before.is_whitespace() => return Some(&line[at..]),
            // An apostrophe inside a word opens nothing.
            None if (c == '"' || c == '\'') && !before.is_alphanumeric() => quote = Some(c),
            _ => {}
        }
        before = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "\
# Mine.
name: Ana              # signs replies

# The stack.
technologies:
  - Rust               # since 2019
  # - Go
  - { name: \"C#\", years: 3 }

# Pay.
salary: { minimum: 50000, currency: EUR }
situation: \"It's fine # really\" # for now
";

    fn value(yaml: &str) -> Option<Value> {
        serde_yaml_ng::from_str(yaml).ok()
    }

    #[test]
    fn what_does_not_change_stays_as_it_is_written() {
        assert_eq!(edit(YAML, &[]).as_deref(), Some(YAML));
        let changed = edit(YAML, &[("salary", value("{minimum: 60000, currency: EUR}"))]).unwrap_or_default();
        let expected =
            YAML.replace("salary: { minimum: 50000, currency: EUR }", "salary:\n  minimum: 60000\n  currency: EUR");
        assert_eq!(changed, expected);
    }

    #[test]
    fn no_comment_is_lost_with_what_it_stood_in() {
        let changes = [("name", value("Anna")), ("technologies", value("[Rust, Kafka]")), ("situation", None)];
        let expected = "\
# Mine.
name: Anna                             # signs replies

# The stack.
# since 2019
# - Go
technologies:
- Rust
- Kafka

# Pay.
salary: { minimum: 50000, currency: EUR }
# for now
";
        assert_eq!(edit(YAML, &changes).as_deref(), Some(expected));
    }

    #[test]
    fn a_new_key_comes_last_in_quotes_where_it_needs_them() {
        let changed = edit(YAML, &[("headline", value("'a: b # c'"))]).unwrap_or_default();
        assert_eq!(changed, format!("{YAML}headline: 'a: b # c'\n"));
    }

    #[test]
    fn a_text_that_is_laid_out_otherwise_is_left_alone() {
        for yaml in ["{name: Ana}", "- name", "name: [", "? name\n: Ana\n", "one: &a 1\nname: *a\nyears: *a\n"] {
            let changes = [("name", value("Anna")), ("one", None)];
            assert_eq!(edit(yaml, &changes), None, "{yaml}");
        }
    }
}
