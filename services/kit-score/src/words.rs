//! Words of a text, folded for comparison: lower case, without accents.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case, no accents, white space folded.
pub(crate) fn folded(text: &str) -> String {
    let bare: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}
