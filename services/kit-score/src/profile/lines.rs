//! On which line of a profile's text a fault is.

/// The line, from 1, of a fault's path (`salary.ideal`, `technologies[2].name`): that of its deepest part that the text
/// writes on a line of its own. `None` where no part is found, as of a key that is missing.
pub fn line_of(yaml: &str, path: &str) -> Option<usize> {
    let lines: Vec<Line<'_>> = yaml.lines().enumerate().filter_map(Line::of).collect();
    let (mut from, mut to, mut found) = (0, lines.len(), None);
    for part in parts(path) {
        let block = lines.get(from..to)?;
        let Some(at) = position(block, &part).map(|at| from + at) else { break };
        found = Some(lines[at].number);
        let depth = lines[at].depth(&part);
        let inner = lines[at + 1..to]
            .iter()
            .take_while(|line| line.indent > depth || (line.indent == depth && line.is_item() && !part.is_index()));
        // The rest of an item's own line belongs to it: `- name: X`.
        from = if part.is_index() { at } else { at + 1 };
        to = at + 1 + inner.count();
    }
    found
}

/// A line that says something.
struct Line<'a> {
    number: usize,
    indent: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn of((index, line): (usize, &'a str)) -> Option<Self> {
        let text = line.trim_start();
        (!text.is_empty() && !text.starts_with('#')).then(|| Self {
            number: index + 1,
            indent: line.len() - text.len(),
            text,
        })
    }

    fn is_item(&self) -> bool {
        self.text == "-" || self.text.starts_with("- ")
    }

    fn is_key(&self, key: &str) -> bool {
        let text = self.text.trim_start_matches("- ").trim_start();
        let quoted = text.strip_prefix(['"', '\'']).unwrap_or(text);
        let rest = quoted.strip_prefix(key).map(|rest| rest.strip_prefix(['"', '\'']).unwrap_or(rest));
        rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
    }

    fn depth(&self, part: &Part<'_>) -> usize {
        match part {
            Part::Index(_) => self.indent,
            // The keys of an item stand behind its dash.
            Part::Key(_) => {
                self.indent
                    + if self.is_item() { self.text.len() - self.text.trim_start_matches(['-', ' ']).len() } else { 0 }
            }
        }
    }
}

enum Part<'a> {
    Key(&'a str),
    Index(usize),
}

impl Part<'_> {
    fn is_index(&self) -> bool {
        matches!(self, Self::Index(_))
    }
}

fn parts(path: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    for segment in path.split('.').filter(|segment| !segment.is_empty()) {
        let mut pieces = segment.split('[');
        parts.extend(pieces.next().filter(|key| !key.is_empty()).map(Part::Key));
        parts.extend(pieces.filter_map(|piece| piece.strip_suffix(']')?.parse().ok()).map(Part::Index));
    }
    parts
}

fn position(block: &[Line<'_>], part: &Part<'_>) -> Option<usize> {
    match part {
        Part::Key(key) => block.iter().position(|line| line.is_key(key)),
        Part::Index(wanted) => {
            let indent = block.iter().find(|line| line.is_item())?.indent;
            let mut items = block.iter().enumerate().filter(|(_, line)| line.is_item() && line.indent == indent);
            items.nth(*wanted).map(|(at, _)| at)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "\
# salary: not here
name: X
technologies:
  - Rust
  - name: Kafka
    level: bsic

  - { name: Go, years: 99 }
salary: { minimum: -1, currency: EUR }
call_windows:
- day: monday
  from: \"19:00\"
reply:
  signature: \"\"
";

    #[test]
    fn a_fault_is_on_the_line_of_its_deepest_part() {
        for (path, line) in [
            ("name", 2),
            ("technologies", 3),
            ("technologies[0].name", 4),
            ("technologies[1].level", 6),
            ("technologies[2].years", 8),
            ("salary.minimum", 9),
            ("call_windows[0]", 11),
            ("call_windows[0].from", 12),
            ("reply.signature", 14),
        ] {
            assert_eq!(line_of(YAML, path), Some(line), "{path}");
        }
        assert_eq!(line_of(YAML, "remote_policy"), None);
        assert_eq!(line_of("", ""), None);
    }
}
