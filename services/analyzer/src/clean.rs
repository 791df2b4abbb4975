//! Text made fit for matching, with the way back. HTML, zero-width, bidi and tag characters go, look-alike letters
//! become plain ones (NFKC); every byte that stays knows the bytes of the message it came from.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::html;

/// A half-open byte range.
pub(crate) type Span = std::ops::Range<usize>;

/// Clean text; `origin[i]` is the raw range that byte `i` stands for.
#[derive(Debug, Default)]
pub(crate) struct Clean {
    pub(crate) text: String,
    origin: Vec<(u32, u32)>,
    /// Raw ranges that a reader would not see: comments, hidden elements.
    pub(crate) unseen: Vec<Span>,
}

impl Clean {
    /// Cleans as much of `raw` as an intake would accept; longer texts are read up to there.
    pub(crate) fn of(raw: &str, limit: usize) -> Self {
        let mut end = raw.len().min(limit);
        while !raw.is_char_boundary(end) {
            end -= 1;
        }
        let raw = &raw[..end];
        let mut clean = Self::default();
        for piece in html::pieces(raw) {
            match piece {
                html::Piece::Text(span) => clean.push_text(raw, span),
                html::Piece::Char(c, span) => clean.push_char(c, &span),
                html::Piece::Hidden(span) => clean.unseen.push(span),
            }
        }
        if clean.text.contains(foreign) { clean.in_one_script() } else { clean }
    }

    /// Words that mix scripts in the letters of one: only a disguise writes "Ignоre" with a Cyrillic "о".
    fn in_one_script(self) -> Self {
        let mut plain = Self { unseen: self.unseen, ..Self::default() };
        let mut at = 0;
        for word in self.text.split_inclusive(|c: char| !c.is_alphabetic()) {
            let mixed = word.contains(foreign) && word.contains(|c: char| c.is_ascii_alphabetic());
            for c in word.chars() {
                let (start, end) = self.origin.get(at).copied().unwrap_or_default();
                at += c.len_utf8();
                plain.push_char(if mixed { latin(c) } else { c }, &(start as usize..end as usize));
            }
        }
        plain
    }

    /// The raw range of a clean one; `None` for an empty or foreign range.
    pub(crate) fn raw(&self, span: &Span) -> Option<Span> {
        let last = span.end.checked_sub(1)?;
        if span.start > last {
            return None;
        }
        let (start, end) = (self.origin.get(span.start)?.0 as usize, self.origin.get(last)?.1 as usize);
        (start < end).then_some(start..end)
    }

    fn push_text(&mut self, raw: &str, span: Span) {
        let base = span.start;
        let mut chars = raw[span].char_indices().peekable();
        let mut composed = String::new();
        while let Some((at, c)) = chars.next() {
            if invisible(c) {
                continue;
            }
            let start = base + at;
            if c.is_ascii() && chars.peek().is_none_or(|(_, next)| next.is_ascii()) {
                self.push_char(c, &(start..start + 1));
                continue;
            }
            let mut end = start + c.len_utf8();
            let mut cluster = String::from(c);
            while let Some((at, mark)) = chars.next_if(|(_, next)| cluster.len() < 64 && is_combining_mark(*next)) {
                end = base + at + mark.len_utf8();
                cluster.push(mark);
            }
            composed.clear();
            composed.extend(cluster.nfkc());
            for c in composed.chars() {
                self.push_char(plain(c), &(start..end));
            }
        }
    }

    fn push_char(&mut self, c: char, from: &Span) {
        self.text.push(c);
        let origin = (u32::try_from(from.start).unwrap_or(0), u32::try_from(from.end).unwrap_or(0));
        self.origin.resize(self.text.len(), origin);
    }
}

/// Characters that carry no word: zero-width and bidi controls, variation selectors, tag characters.
fn invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
        || (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
}

/// Letters of the scripts that hold look-alikes of Latin ones.
fn foreign(c: char) -> bool {
    matches!(c, '\u{0391}'..='\u{03c9}' | '\u{0400}'..='\u{04ff}')
}

/// The Latin letter that a Greek or Cyrillic one looks like.
fn latin(c: char) -> char {
    const ALIKE: &[(&str, &str)] = &[
        ("АВЕКМНОРСТУХЅІЈԚԜ", "ABEKMHOPCTYXSIJQW"),
        ("аеорсухѕіјԛԝԁһӏ", "aeopcyxsijqwdhl"),
        ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
        ("ονικρ", "ovikp"),
    ];
    let twin = |(from, to): &(&str, &str)| from.chars().zip(to.chars()).find(|(f, _)| *f == c).map(|(_, t)| t);
    ALIKE.iter().find_map(twin).unwrap_or(c)
}

/// One form for what is typed in several.
fn plain(c: char) -> char {
    match c {
        '\u{2010}' | '\u{2011}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{02bc}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{2028}' | '\u{2029}' => '\n',
        c if c.is_whitespace() && !matches!(c, '\n' | '\r' | '\t') => ' ',
        other => other,
    }
}

/// A lower-case rendering without accents, for phrases; `back[i]` is the position in the source text.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub(crate) text: String,
    back: Vec<u32>,
    length: usize,
}

/// The text of [`Folded`] alone, for words whose place does not matter.
pub(crate) fn fold(source: &str) -> String {
    if source.is_ascii() {
        return source.to_ascii_lowercase();
    }
    let mut text = String::with_capacity(source.len());
    source.chars().for_each(|c| push_folded(&mut text, c));
    text
}

fn push_folded(text: &mut String, c: char) {
    if c.is_ascii() {
        return text.push(c.to_ascii_lowercase());
    }
    for base in std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c)) {
        match base {
            'ß' => text.push_str("ss"),
            'ł' | 'Ł' => text.push('l'),
            'ø' | 'Ø' => text.push('o'),
            'æ' | 'Æ' => text.push_str("ae"),
            'ı' => text.push('i'),
            '\u{2014}' => text.push('\u{2013}'),
            other => text.extend(other.to_lowercase()),
        }
    }
}

impl Folded {
    pub(crate) fn of(source: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(source.len()),
            back: Vec::with_capacity(source.len()),
            length: source.len(),
        };
        for (at, c) in source.char_indices() {
            push_folded(&mut folded.text, c);
            folded.back.resize(folded.text.len(), u32::try_from(at).unwrap_or(u32::MAX));
        }
        folded
    }

    /// The source range of a folded one.
    pub(crate) fn source(&self, span: &Span) -> Span {
        let at = |i: usize| self.back.get(i).map_or(self.length, |p| *p as usize);
        let start = at(span.start);
        // A character may fold to several bytes: end where the next character starts.
        let mut end = span.end;
        while end < self.back.len() && end > span.start && self.back[end] == self.back[end - 1] {
            end += 1;
        }
        start..at(end).max(start)
    }

    /// Where a source position lies in the folded text.
    pub(crate) fn position(&self, source: usize) -> usize {
        self.back.partition_point(|p| (*p as usize) < source)
    }
}
