//! Undoes one wrong turn that exports and spreadsheets take: UTF-8 read as Windows-1252 or Latin-1 (“Ã©” for “é”).
//! Only where there is no other reading: a text that could be meant is left alone.

use encoding_rs::WINDOWS_1252;

/// The text as it was meant, or `None` where it is well as it is.
pub(crate) fn repaired(text: &str) -> Option<String> {
    // Every two-byte Latin letter, punctuation and emoji starts with one of these when misread.
    if !text.contains(['Â', 'Ã', 'â', 'ð', 'ï']) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut before = None;
    for c in text.chars() {
        // A capital before it makes “Ã” or “Â” likely to be meant, as in “MANHÔ.
        if matches!(c, 'Â' | 'Ã') && before.is_some_and(char::is_uppercase) {
            return None;
        }
        bytes.push(byte(c)?);
        before = Some(c);
    }
    // A text that was meant would hold a lone accent somewhere, and that is no UTF-8.
    String::from_utf8(bytes).ok().filter(|meant| meant.chars().all(|c| !('\u{80}'..'\u{a0}').contains(&c)))
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
        for meant in ["Señor Núñez, ¿qué tal?", "It’s “remote” – 90 000 €", "🚀 Empezamos ya", "Zürich, Genève, São Paulo"] {
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
            "", "plain", "Señor Núñez", "São Paulo", "AMANHÃ…", "«CAFÉ»", "Ã", "â", "crème brûlée à l’âtre", "naïve",
            "Ã© beside a 🚀", "MAÇÔ", "日本語 Ã©",
        ] {
            assert_eq!(repaired(meant), None, "{meant}");
        }
    }
}
