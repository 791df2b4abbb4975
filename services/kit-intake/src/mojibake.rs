//! Undoes one wrong turn that exports and spreadsheets take: UTF-8 read as Windows-1252 or Latin-1 (“Ã©” for “é”).
//! Only where there is no other reading: a text that could be meant is left alone.

use encoding_rs::WINDOWS_1252;

/// The text as it was meant, or `None` where it is well as it is.
pub(crate) fn repaired(text: &str) -> Option<String> {
    // Every two-byte Latin letter, punctuation and emoji starts with one of these when misread.
    if text.is_ascii() || !text.contains(['Â', 'Ã', 'â', 'ð', 'ï']) {
        return None;
    }
    if may_be_meant(text) {
        return None;
    }
    let bytes = text.chars().map(byte).collect::<Option<Vec<u8>>>()?;
    // A text that was meant would hold a lone accent somewhere, and that is no UTF-8.
    String::from_utf8(bytes).ok().filter(|meant| meant.chars().all(|c| !('\u{80}'..'\u{a0}').contains(&c)))
}

/// Whether a word in capitals ends in “Ã” or “Â” before punctuation, as in “AMANHÃ…”: then it may be no accident.
fn may_be_meant(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    (1..chars.len()).any(|i| {
        matches!(chars[i], 'Ã' | 'Â')
            && chars[i - 1].is_uppercase()
            && chars
                .get(i + 1)
                .is_some_and(|c| matches!(c, '…' | '”' | '“' | '’' | '‘' | '»' | '«' | '–' | '—' | '\u{a0}'))
            && !chars.get(i + 2).is_some_and(|c| c.is_alphanumeric())
    })
}

/// The byte that was misread as this character.
fn byte(c: char) -> Option<u8> {
    // Latin-1 maps these to control characters; Windows-1252 has letters there and comes below.
    if let code @ 0x80..=0x9f = u32::from(c) {
        return u8::try_from(code).ok();
    }
    let mut utf8 = [0; 4];
    let (encoded, _, unmappable) = WINDOWS_1252.encode(c.encode_utf8(&mut utf8));
    if unmappable { None } else { encoded.first().copied() }
}

#[cfg(test)]
mod tests {
    use super::repaired;

    /// What a reader with the wrong table makes of a text.
    fn misread(text: &str) -> String {
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn utf8_read_as_windows_1252_is_undone() {
        for meant in [
            "Señor Núñez, ¿qué tal?",
            "It’s “remote” – 90 000 €",
            "🚀 Empezamos ya",
            "Zürich, Genève, São Paulo",
            "ESPAÑA",
            "Óscar",
        ] {
            assert_eq!(repaired(&misread(meant)).as_deref(), Some(meant));
        }
    }

    #[test]
    fn utf8_read_as_latin_1_is_undone() {
        let latin_1: String = "L’équipe à Paris".bytes().map(char::from).collect();
        assert_eq!(repaired(&latin_1).as_deref(), Some("L’équipe à Paris"));
    }

    #[test]
    fn text_that_is_meant_stays() {
        for meant in [
            "",
            "plain",
            "Señor Núñez",
            "São Paulo",
            "AMANHÃ…",
            "«CAFÉ»",
            "Ã",
            "â",
            "crème brûlée à l’âtre",
            "naïve",
            "Ã© beside a 🚀",
            "MAÇÔ",
            "日本語 Ã©",
        ] {
            assert_eq!(repaired(meant), None, "{meant}");
        }
    }
}
