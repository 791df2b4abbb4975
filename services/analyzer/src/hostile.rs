//! Orders to a machine inside a message, and signs of fraud. A message is data: what it orders is not done, and its
//! orders are not read for facts. Honest talk of such phrases does not count.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

use crate::{clean::Span, doc::Doc, pattern::pattern};

/// What gives orders to a reader that is a machine: what came before is void, who speaks is the system, what it has to
/// score or answer; and the marks that stand between speakers in a model's own transcript.
static ORDER: LazyLock<Regex> = LazyLock::new(|| {
    const VERB: &str = r"(?:ignor\w*|disregard|forget|overlook|olvid[ae]\w*|ignorez|oublie\w*|vergiss|vergessen sie|esque\S+a|dimentica|desconsidere)";
    const ALL: &str = r"(?:(?:all|any|every|of|your|the|these|those|this|my|todas?|todos|las|los|tus|sus|as|os|suas|toutes?|tous|les|tes|vos|le|la|alle|die|deine|tutte) ){0,3}";
    const BEFORE: &str = r"(?:previous|prior|above|earlier|preceding|former|initial|original|system|safety|vorherigen|bisherigen|anteriores|previas|pr\S+c\S+dentes|precedenti)";
    const RULES: &str = r"(?:instruc\w+|instruk\w+|istruzioni|anweisungen|prompts?|rules|orders|guidelines|directives|constraints|messages|reglas|normas|indicaciones|[oó]rdenes|directrices|regras|r\S+gles|regeln)";
    const MACHINE: &str = r"(?:ai|ia|ki|llm|large language model|language model|modelo(?: de lenguaje| de linguagem)?|mod\S+le(?: de langage)?|sprachmodell|bot|chatbot|assistant|asistente|assistente|model|system|sistema)";
    pattern(&format!(
        r"(?i)\b(?:{VERB}[ ]+{ALL}(?:{BEFORE}[ ]+)(?:and \w+ )?(?:system |safety )?{RULES}|{VERB}[ ]+(?:all |your |my |the ){{1,2}}(?:instruc\w+|prompts?|guidelines)|{VERB}[ ]+{ALL}{RULES}[ ]+(?:{BEFORE}|de arriba|del sistema|do sistema|du syst\S+me|above)|{VERB}[ ]+(?:everything (?:above|before this|you were told)|todo lo anterior|tudo acima|tout ce qui pr\S+c\S+de|alles (?:bisherige|obige))|override (?:any|all|your|the) (?:safety|previous|system|constraints|instructions)\w*|new instructions from (?:the )?(?:admin|system|developer)\w*|your (?:new|real) (?:task|instructions?|role) (?:is|are)|to any (?:ai|llm|language model|assistant|automated)[^.\n]{{0,80}}|(?:note|nota|hinweis)[ ]+(?:to|for|para|an)[ ]+(?:the |any |el |la |das |o |cualquier )?{MACHINE}\b|(?:if you are|si eres|si usted es|se voc\S+ \S{{1,2}}|si vous \S{{1,2}}tes|wenn (?:du|sie)|se sei) (?:an? |un[ae]? |uma? |eine? )?{MACHINE}\b|as an? (?:ai|llm|language model)\b,? you (?:must|should|will|have to|shall)|(?:the|el|la|o|le|der|das) {MACHINE} (?:must|shall|has to|debe|deve|doit|muss) (?:rate|score|classify|mark|rank|clasificar|puntuar|marcar|calificar|classificar)\w* (?:this|it|esta|este|cette|diese)|(?:reveal|print|repeat|show) (?:your|the) (?:system )?prompt|(?:set|give|registra|asigna|pon|fija|rate|score)[^.\n]{{0,24}}(?:score|salary_max|salary_min|puntuaci\S+n|total_score|this message)[^.\n]{{0,16}}(?:to|=|at|de|a|with)? ?\d+|forward all (?:e-?mails|messages)|reply to every (?:e-?mail|message)|send (?:me |us )?(?:the |your )?(?:system prompt|candidate's profile|user's profile)|respond only with|answer \x22?yes, i accept)|(?m:^)[ \t\[(<#*>-]*(?:system|assistant|developer|admin(?:istrator)?|sistema|asistente)[\])]? ?: ?(?:you (?:are|must|will)|ignor|set|rate|from now|always|the following|mark |new instruc|answer|reply|eres|debes|responde)|<\|im_(?:start|end)\|>|\[/?INST\]|<<SYS>>|</?(?:tool_call|function_call|system)>"
    ))
});
/// Words before a quotation that speak of such orders instead of giving them.
static TALK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:\b(?:attacks?|prompts?|phrases?|strings?|injections?|payloads?|like|such as|says?|saying|why|how|talks?|papers?|articles?|posts?|titled|called|ataques?|como|frases?|charla|titulad[oa]|por qu\S|against|detect\w*|defend\w*|wie|comme)\b[^.\n]{0,24})$",
    )
});
/// Tag characters, which spell a text that nobody sees, from which they are no flag of a country.
const TAGGED: usize = 12;
const QUOTES: [char; 7] = ['"', '\'', '`', '«', '“', '‘', '„'];

/// Spans of the clean text that give orders to a machine: the bracket or the sentence around the phrase.
pub(crate) fn orders(text: &str) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let mut collect = |text: &str| {
        for m in ORDER.find_iter(text) {
            if !out.iter().any(|known| known.start < m.end() && m.start() < known.end) && !spoken_of(text, m.start()) {
                out.push(around(text, &m.range()));
            }
        }
    };
    collect(text);
    if let Cow::Owned(plain) = spelled_out(text) {
        collect(&plain);
    }
    out.extend(spaced(text));
    out.sort_by_key(|span| span.start);
    out
}

/// The text with figures inside of words read as the letters that they stand for (`1gn0re`), byte for byte.
fn spelled_out(text: &str) -> Cow<'_, str> {
    let letter = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphabetic);
    let bytes = text.as_bytes();
    let stands_for = |at: usize| {
        let beside = letter(bytes.get(at + 1)) && (letter(bytes.get(at + 2)) || at > 0 && letter(bytes.get(at - 1)));
        let plain = match bytes[at] {
            b'0' => b'o',
            b'1' => b'i',
            b'3' => b'e',
            b'4' | b'@' => b'a',
            b'5' | b'$' => b's',
            b'7' => b't',
            _ => return None,
        };
        beside.then_some(plain)
    };
    if !(0..bytes.len()).any(|at| stands_for(at).is_some()) {
        return Cow::Borrowed(text);
    }
    let plain = (0..bytes.len()).map(|at| stands_for(at).unwrap_or(bytes[at])).collect();
    String::from_utf8(plain).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Orders in letters set apart (`I g n o r e   a l l`), each with its line.
fn spaced(text: &str) -> Vec<Span> {
    let apart = |line: &str| line.as_bytes().windows(12).any(|w| w.chunks(2).all(|c| c[0] != b' ' && c[1] == b' '));
    let closed = |line: &str| {
        line.split("  ").map(|word| word.replace(' ', "")).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
    };
    crate::doc::lines(text)
        .into_iter()
        .filter(|line| apart(&text[line.clone()]) && ORDER.is_match(&closed(&text[line.clone()])))
        .collect()
}

/// Whether the phrase is quoted as an example of what to defend against.
fn spoken_of(text: &str, at: usize) -> bool {
    let lead = &text[crate::tech::floor(text, at.saturating_sub(60))..at];
    let line = lead.rsplit('\n').next().unwrap_or(lead);
    let quoted = line.trim_end().ends_with(QUOTES);
    quoted && TALK.is_match(line.trim_end().trim_end_matches(QUOTES))
}

fn around(text: &str, order: &Span) -> Span {
    const REACH: usize = 400;
    let from = crate::tech::floor(text, order.start.saturating_sub(REACH));
    let to = crate::tech::floor(text, order.end + REACH);
    let (lead, rest) = (&text[from..order.start], &text[order.end..to]);
    let open = lead.rfind('[').filter(|n| !lead[*n..].contains(']'));
    if let (Some(open), Some(close)) = (open, rest.find(']')) {
        return from + open..order.end + close + 1;
    }
    let stop = |piece: &str| piece.rfind(['\n', '.', '!', '?']).map_or(0, |n| n + 1);
    let start = from + stop(lead);
    let end = rest.find("\n\n").or_else(|| rest.rfind(['.', '!', '?']).map(|n| n + 1)).unwrap_or(rest.len());
    let line = rest.find('\n').unwrap_or(rest.len());
    start..order.end + if line < end { line } else { end }
}

/// Whether the message gives orders to a machine, in the open or where a reader would not see them.
pub(crate) fn injects(doc: &Doc, raw: &str) -> bool {
    let tags = raw.chars().filter(|c| matches!(c, '\u{e0020}'..='\u{e007e}')).count();
    !doc.orders.is_empty() || tags >= TAGGED || doc.unseen(raw).any(|piece| ORDER.is_match(piece))
}

/// Signs of fraud beside an offer: requests and moves that honest recruiters do not make.
pub(crate) fn scam_signs(low: &str) -> bool {
    static SIGNS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(?:(?:registration|training|processing|activation|onboarding) fee|(?:pay|send|deposit|transfer) .{0,30}(?:deposit|fee|usdt|bitcoin|in advance)|gift cards?|western union|crypto wallet|seed phrase|(?:photo|copy|scan|foto|copia) (?:of your|de tu|de su) (?:id|passport|dni|ine|pasaporte)|bank (?:login|password)|(?:contact|write|message|text|add|escrib\w+|contact\w+) .{0,30}(?:on|via|por|al|to) (?:telegram|whatsapp)|paid in (?:usdt|crypto)|anydesk|teamviewer|deposito de \d+)\b",
        )
    });
    SIGNS.is_match(low)
}
