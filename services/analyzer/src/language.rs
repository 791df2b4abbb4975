//! The language of a message: its small words decide, since they are certain even in one line full of English titles;
//! whatlang is asked where they do not.

use std::{collections::HashMap, sync::LazyLock};

use contract::Language;
use whatlang::{Detector, Lang};

const SMALL_WORDS: &[(Language, &str)] = &[
    (
        Language::En,
        "the and you your are for with we our is this that have has to of be would i'm it's looking hiring from what can will about any if they them at as on hi hello hey thanks my us do not need needs was team",
    ),
    (
        Language::Es,
        "el la los las y que de en para con una un por tu te estamos buscamos es soy del se lo como hola gracias equipo mas pero si esta este le su nos al ti muy somos sobre tienes puedes saludos quedo vacante empresa o perfil buenas anos experiencia",
    ),
    (
        Language::Pt,
        "o os as e que de em para com uma um por voce tudo bem estamos nao sua seu oi ola vaga obrigado obrigada do da no na dos das ao mais se sou somos boa tarde dia nosso empresa pela pelo uma temos equipa qualquer eu",
    ),
    (
        Language::Fr,
        "le la les et que de des du en pour avec une un vous nous est votre notre bonjour je sur au aux dans pas poste chez cordialement merci ce cette qui ne par plus sont seriez recherche",
    ),
    (
        Language::De,
        "der die das und ist sie wir ein eine einen fur mit bei von zu im in auf den dem ich nicht hallo suchen ihr ihre unser unsere danke grusse oder auch als haben wird du dein bitte am zum zur kann herr frau uns",
    ),
    (
        Language::It,
        "il lo la gli le e che di per con una un del della dei sono siamo ciao non si al nel nella cerchiamo come piu ti mi grazie buongiorno nostro azienda questo da dal gentile le ore ha ho",
    ),
];
/// The languages of each small word, a bit for each list.
static BY_WORD: LazyLock<HashMap<&str, u8>> = LazyLock::new(|| {
    let mut languages = HashMap::new();
    for (bit, (_, list)) in SMALL_WORDS.iter().enumerate() {
        list.split(' ').for_each(|word| *languages.entry(word).or_default() |= 1_u8 << bit);
    }
    languages
});
/// Share of letters outside the Latin alphabet above which no language of ours is meant.
const FOREIGN_SHARE: usize = 3;

/// Tells the language from folded text.
pub(crate) fn detect(folded: &str) -> Language {
    let letters = folded.chars().filter(|c| c.is_alphabetic()).take(4000);
    let (mut latin, mut foreign) = (0_usize, 0_usize);
    letters.for_each(|c| if (c as u32) < 0x250 { latin += 1 } else { foreign += 1 });
    if latin + foreign == 0 || foreign * FOREIGN_SHARE > latin {
        return Language::Und;
    }
    let mut points = [0_usize; 6];
    for word in folded.split(|c: char| !c.is_alphanumeric() && c != '\'').take(3000).filter(|w| !w.is_empty()) {
        let languages = BY_WORD.get(word).copied().unwrap_or(0);
        for (bit, slot) in points.iter_mut().enumerate() {
            *slot += usize::from(languages >> bit & 1 == 1);
        }
    }
    let mut ranked: Vec<(usize, Language)> = points.into_iter().zip(SMALL_WORDS).map(|(p, (l, _))| (p, *l)).collect();
    ranked.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
    match ranked.as_slice() {
        [(first, language), (second, _), ..] if *first >= 2 && *first > *second => *language,
        _ => by_trigrams(folded),
    }
}

fn by_trigrams(folded: &str) -> Language {
    let allowed = vec![Lang::Eng, Lang::Spa, Lang::Por, Lang::Fra, Lang::Deu, Lang::Ita];
    match Detector::with_allowlist(allowed).detect(folded).map(|info| info.lang()) {
        Some(Lang::Eng) => Language::En,
        Some(Lang::Spa) => Language::Es,
        Some(Lang::Por) => Language::Pt,
        Some(Lang::Fra) => Language::Fr,
        Some(Lang::Deu) => Language::De,
        Some(Lang::Ita) => Language::It,
        _ => Language::Und,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Folded;

    #[test]
    fn short_and_long_messages_in_each_language() {
        for (text, language) in [
            ("We are looking for a Backend Engineer, are you open to it?", Language::En),
            ("Hola, ¿te interesa una vacante de Backend Engineer?", Language::Es),
            ("Oi, tudo bem? Temos uma vaga para você", Language::Pt),
            ("Bonjour, nous avons un poste pour vous", Language::Fr),
            ("Hallo, wir suchen einen Entwickler für unser Team", Language::De),
            ("Ciao, cerchiamo una persona per il nostro gruppo", Language::It),
            ("Merci beaucoup pour votre message", Language::Fr),
            ("我们正在招聘后端工程师", Language::Und),
            ("👍👍", Language::Und),
            ("", Language::Und),
        ] {
            assert_eq!(detect(&Folded::of(text).text), language, "{text}");
        }
    }
}
