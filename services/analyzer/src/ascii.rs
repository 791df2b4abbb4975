//! Patterns with ASCII classes; the build script writes the phrases of `data/kind.toml` with it too.

/// The same pattern with ASCII classes outside and inside of brackets.
pub(crate) fn ascii(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 32);
    let (mut chars, mut bracket) = (source.chars().peekable(), 0_u8);
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let next = chars.next().unwrap_or('\\');
                let class = if next == 'p' { latin(&mut chars) } else { None };
                if let Some(class) = class {
                    out.push_str(&if bracket == 0 { format!("[{class}]") } else { class.to_owned() });
                    continue;
                }
                match (next, bracket) {
                    ('b', 0) => out.push_str(r"(?-u:\b)"),
                    ('w', 0) => out.push_str("[0-9A-Za-z_]"),
                    ('d', 0) => out.push_str("[0-9]"),
                    ('s', 0) => out.push_str(r"[ \t\r\n]"),
                    ('S', 0) => out.push_str(r"[^ \t\r\n]"),
                    ('w', _) => out.push_str("0-9A-Za-z_"),
                    ('d', _) => out.push_str("0-9"),
                    ('s', _) => out.push_str(r" \t\r\n"),
                    (other, _) => out.extend(['\\', other]),
                }
            }
            '[' if bracket == 0 => {
                bracket = 1;
                out.push(c);
            }
            ']' if bracket == 1 => {
                bracket = 0;
                out.push(c);
            }
            other => out.push(other),
        }
    }
    out
}

/// Letters and digits of the Latin script for `\p{L}` and its kin: the classes of all scripts make automata a
/// hundred times as large, which every start would pay for. Other classes stay as they are.
fn latin(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<&'static str> {
    const CLASSES: &[(&str, &str)] = &[
        ("{L}", r"A-Za-z\x{c0}-\x{24f}"),
        (
            "{Lu}",
            r"A-Z\x{c0}-\x{de}\x{106}\x{10c}\x{110}\x{11e}\x{130}\x{141}\x{15a}\x{15e}\x{160}\x{179}\x{17b}\x{17d}",
        ),
        ("{Ll}", r"a-z\x{df}-\x{24f}"),
        ("{N}", "0-9"),
    ];
    let rest: String = chars.clone().take(4).collect();
    let (name, class) = CLASSES.iter().find(|(name, _)| rest.starts_with(name))?;
    for _ in name.chars() {
        chars.next();
    }
    Some(class)
}
