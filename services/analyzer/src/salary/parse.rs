//! From amounts to pay: ranges, bounds, period and basis from the words around them, and points for what makes a
//! figure pay. Funding, revenue, prices, bonuses, head counts and years get no points or lose them.

use std::sync::LazyLock;

use contract::{PayBasis, Period, Salary};
use regex::Regex;

use super::{
    custom::{YEARLY, customarily_paid, customary, plausible},
    tokens::{Amount, Money, Unit, amounts},
};
use crate::{clean::Span, pattern::pattern, tech::floor};

/// Least points of a figure that is pay.
const ENOUGH: i32 = 4;

/// What the rest of the message tells about money.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Setting {
    /// Currency of the job's country.
    pub(crate) local: Option<&'static str>,
    /// The text speaks of day work.
    pub(crate) contract: bool,
    /// The text names a job.
    pub(crate) job: bool,
}

/// Pay in folded text, with the span that states it.
#[derive(Clone, Debug)]
pub(crate) struct Pay {
    pub(crate) salary: Salary,
    pub(crate) span: Span,
    pub(crate) points: i32,
}

static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[ \t]*(?:brut\w*|gross|net\w*|per \w+|/ ?\w+|a year|eur)?[ \t]*(?:-|–|~|\bto\b|\ba\b|\bal\b|\bbis\b|\bund\b|\ba los\b|\bate\b|\bhasta\b|\bau?\b|\bet\b|\by\b|\band\b|\be\b|\bup to\b|\boder\b)[ \t]*(?:los |las |a )?$",
    )
});
static UP_TO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:up to|upto|hasta|ate|bis(?: zu)?|jusqu'a|jusqu'|fino a|max(?:imum|im[oa]|\.)?|maximal|tope(?: de)?|no more than|within|a maximum of|under|capped at|ceiling of|tjm max)|<=|≤)[ \t]*(?:de |los |un |of |:|zu )?[ \t]*$",
    )
});
static FROM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:from|desde|a partir de|a partir dos?|ab|starting (?:at|from)|starts at|min(?:imum|im[oa]|\.)?(?: is| of| es| de| ist| est)?|minimo(?: de)?|mindestgehalt(?: ist| von)?|at least|al menos|como minimo|mindestens|des|a partire da|da|partir de|over|above|more than|mas de|north of)|>=?|≥)[ \t]*(?:de |los |:)?[ \t]*$",
    )
});
static PLUS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:\+(?:[ \t]*(?:$|[^ \t\w]|[ \t](?:doe|dep|depending|brut|gross|base))|$)|[ \t]*(?:or more|o mas|en adelante|and up|y mas|ou mais|oder mehr|minimum|minimo))",
    )
});
static KEYWORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:salar\w+|sueldos?|pay(?:s|ing)?|pagamos|pagan|paga|comp(?:ensation)?|base|ctc|budget|package|band|banda|rate|rates|tarifas?|renta|remuner\w+|renumeration|gehalt|jahresgehalt|vergutung|stundensatz|tagessatz|salaire|tjm|ral|retribuzione|retribucion|sueldo|bolsa|beca|stipendio|faixa|ofrecen|ofrecemos|ofreciendo|offering|wage|brut\w*|fijo|rango|horquilla|honorarios|earn|depositan|cobr\w+|vencimento|ordenado|fixe|budgeted|range|per hour|stipend|bruto)\b|薪",
    )
});
static NOT_PAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:funding|funded|fund|raised|raise|raising|levantad\w+|levantamos|ronda|round|series [a-e]|seed|investment|invested|inversion|revenue|factura(?:cion|mos)?|arr|mrr|gmv|valuation|valued|market|industry|assets|aum|under management|premium|turnover|umsatz|finanzierung|levee|levees|ca de|bonus|bono|bonos|bonificacion|sign-on|signing|referral|referid[oa]|referido|recomendacion|thank you|relocation|reloc\w*|stipend for|vales?|ticket|voucher|cheque|deposit\w*o\b|deposito de|fee|fees|matricula|investment|precio|price|cost|costs|coste|cuotas?|savings|save|budget of \$?\d+m|equity worth|grant|prize|training budget|(?:learning|formacion|training) (?:budget|allowance|stipend|fund)|learning and development|hardware|equipment|allowance|per diem|laptop|donat\w+|ad spend|spend|commission|comision|descuento|discount|antes|transactions|processed|gana(?:r|s)?|ote|on-target|aguinaldo|pension|match|subscription|ingresos|loan|average|averages|promedio|cap of|up to \d+ ?% )\b",
    )
});
static NOT_PAY_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[ \t]*(?:in |de |of |en |a year in )?[ \t]*(?:funding|raised|levantad\w+|revenue|arr|mrr|gmv|in funding|series|seed|valuation|assets|aum|(?:digital )?(?:\w+ )?(?:industry|market)|bonus(?:es)?|sign-on|signing|thank you|referral|relocation|vales|voucher|deposit|fee|bono|ote|levee|finanzierung|companies|customers|users|clients|people|employees|engineers|personas|empleados|clientes|usuarios|hospitales|pacientes|mitarbeit\w+|leute|mitglieder|colaboradores|consultants|devs|developers|candidates|stores|comercios|vessels|rows|containers|boxes|schools|colleges|countries|anos|years?|yrs|weeks?|semanas|wochen|semaines|months?|meses|monate|mois|days?|dias|tage|jours|hours?|hrs|horas|minutes|minutos|min\b|people|plazas|vacantes|spots|seats|questions|x \d|am\b|pm\b|sqm|km|miles|tb|gb|ms\b|rpm|tons|stars|opiniones|inscritos|de (?:mayo|junio|julio|enero|febrero|marzo|abril|agosto|septiembre|octubre|noviembre|diciembre)|personnes|salaries|ans\b|clients|st\b|nd\b|th\b|fps)(?:\b|$)",
    )
});
static PERIODS: LazyLock<Vec<(Option<Period>, Regex)>> = LazyLock::new(|| {
    [
        (Some(Period::Hour), r"/ ?(?:h|hr|hrs|hour|hora|std|heure)\b|\b(?:per|an?|each) (?:hour|hr)\b|\bhourly\b|\b(?:la|por|a la|x) hora\b|\bhora\b|\bstunde\w*\b|\bheure\b|\bp/?h\b|\ball'ora\b"),
        (Some(Period::Day), r"/ ?(?:day|d|dia|tag|jour|jornada)\b|\b(?:per|a|each) day\b|\bdaily\b|\bp/?d\b|\b(?:al|por|x) dia\b|\bdiari\w+\b|\bday rate\b|\btjm\b|\btagessatz\b|\bpro tag\b|\bpar jour\b|\bal giorno\b"),
        (None, r"/ ?(?:week|wk|semana)\b|\b(?:per|a) week\b|\bweekly\b|\bsemanal(?:es)?\b|\b(?:por|a la) semana\b|\bpro woche\b"),
        (Some(Period::Month), r"/ ?(?:mes|month|mo|mth|m|monat|mois|monthly)\b|\bmensual(?:es)?\b|\b(?:al|por|de|x) mes\b|\bmonthly\b|\b(?:per|a|each) month\b|\bmensa(?:l|is)\b|\bmensuel\w*\b|\b(?:pro|im) monat\b|\bmonatlich\b|\bpar mois\b|\bal mese\b|\bmensili\b|\bp/?m\b|/ ?月|月薪"),
        (Some(Period::Year), r"/ ?(?:y(?:ea)?r|ano|an|jahr|annum|anual|a)\b|\b(?:per|a|each) (?:year|annum|yr)\b|\b(?:al|por) ano\b|\bannual\w*\b|\banual(?:es)?\b|\byearly\b|\bp\.?a\b|\b(?:im|pro) jahr\b|\bjahrlich\b|\bjahresgehalt\b|\bpar an\b|\bannuel\w*\b|\ball'anno\b|\bannu[oi]\b|\bral\b|\bctc\b|\blpa\b|年薪"),
    ]
    .map(|(period, words)| (period, pattern(words)))
    .into()
});
static GROSS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:brut[oaie]s?|gross|before tax|b/a|sba|ral|lordi|lordo|bruts?)\b"));
static NET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:net|nets|neto|netos|netto|liquid[oa]s?|libres?|in hand|take[- ]home|netti|limpios?|en mano)\b")
});
static EQUITY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:equity|stock options?|\+ ?options|plus options|share options|rsus?|esop|vsop|phantom shares|shares|stock|acciones|compra de acciones|participacion|vesting|bspce|de la empresa con)\b|\d ?% de la empresa",
    )
});

/// The pay that a text states, if any; `favoured` spans (header segments, labelled lines) are trusted more.
pub(crate) fn find(low: &str, setting: Setting, favoured: &[Span]) -> Option<Pay> {
    let amounts = amounts(low);
    let mut best: Option<Pay> = None;
    let mut at = 0;
    while at < amounts.len() {
        let second = amounts.get(at + 1).filter(|next| range(low, &amounts[at], next));
        let pay = judge(low, &amounts[at], second, setting, favoured);
        at += if second.is_some() { 2 } else { 1 };
        if let Some(pay) = pay.filter(|p| best.as_ref().is_none_or(|b| p.points > b.points)) {
            best = Some(pay);
        }
    }
    let mut pay = best?;
    pay.salary.equity = EQUITY.is_match(low);
    Some(pay)
}

/// Whether two neighbouring amounts are the bounds of one.
fn range(low: &str, first: &Amount, second: &Amount) -> bool {
    let gap = low.get(first.span.end..second.span.start).unwrap_or(".");
    let slashed = gap.trim() == "/" && first.unit == Unit::One && second.unit == Unit::Thousand && first.value < 1000.0;
    if gap.len() > 20 || !BETWEEN.is_match(gap) && !slashed {
        return false;
    }
    let joined = matches!(gap.trim(), "y" | "and" | "e" | "et" | "und");
    let lead = before(low, first.span.start, 24);
    let between = ["entre", "between", "zwischen", "tra", "de"].iter().any(|w| lead.trim_end().ends_with(w));
    let (a, b) = bounds(first, Some(second));
    a < b * 1.001 && b < a * 8.0 && (!joined || between)
}

/// Values of the bounds; a multiplier at the end holds for the start too.
fn bounds(first: &Amount, second: Option<&Amount>) -> (f64, f64) {
    let Some(second) = second else {
        let value = first.value * first.unit.factor();
        return (value, value);
    };
    let shared = first.unit == Unit::One && second.unit != Unit::One && first.value < 1000.0;
    let unit = if shared { second.unit } else { first.unit };
    let high = if second.unit == Unit::One && first.unit != Unit::One && second.value < 1000.0 {
        first.unit
    } else {
        second.unit
    };
    (first.value * unit.factor(), second.value * high.factor())
}

fn judge(low: &str, first: &Amount, second: Option<&Amount>, setting: Setting, favoured: &[Span]) -> Option<Pay> {
    let span = first.span.start..second.map_or(first.span.end, |s| s.span.end);
    let (lead, rest) = (sentence_before(low, span.start), sentence_after(low, span.end));
    let last = second.unwrap_or(first);
    let unit = if last.unit == Unit::One { first.unit } else { last.unit };
    let money = [Some(last), Some(first)]
        .into_iter()
        .flatten()
        .filter_map(|a| a.money)
        .max_by_key(|m| matches!(m, Money::Code(_)));
    let (min, max) = bounds(first, second);
    let bound = Bound::of(low, &span);
    let terse = second.is_none()
        && money.is_none()
        && unit == Unit::Thousand
        && (15e3..400e3).contains(&min)
        && (among_terms(lead, rest) || setting.job && bound != Bound::None);
    let code = currency(money, unit, rest, setting);
    if unit == Unit::Billion || first.bare && second.is_none() && money.is_none() && (1900.0..2100.0).contains(&min) {
        return None;
    }
    let big = matches!(
        code,
        Some("COP" | "CLP" | "ARS" | "JPY" | "CNY" | "KRW" | "INR" | "IDR" | "HUF" | "NGN" | "VND" | "PYG" | "CRC")
    );
    let keyword = KEYWORD.is_match(before(lead, lead.len(), 44));
    if unit == Unit::Million && !big && !(keyword && money.is_none()) {
        return None;
    }
    let (stated_period, near) = period(lead, rest)?;
    let (min, max) = if stated_period.is_none() && second.is_some() && (money.is_some() || keyword) && !setting.contract
    {
        in_thousands(min, max)
    } else {
        (min, max)
    };
    let basis = basis(lead, rest);
    let mut points =
        3 * i32::from(money.is_some()) + 2 * i32::from(unit != Unit::One) + 2 * i32::from(second.is_some());
    points += if near { 3 } else { 0 } + 3 * i32::from(keyword) + 2 * i32::from(basis.is_some());
    points += 2 * i32::from(matches!(unit, Unit::Lakh { .. }));
    points += i32::from(bound != Bound::None)
        + i32::from(
            rest.contains("segun experiencia")
                || rest.contains("doe")
                || rest.contains("ir35")
                || rest.contains("depending on"),
        );
    points += 3 * i32::from(favoured.iter().any(|f| f.start <= span.start && span.end <= f.end));
    points -= 6 * i32::from(NOT_PAY_AFTER.is_match(rest));
    points -= 5 * i32::from(
        NOT_PAY.is_match(before(lead, lead.len(), 34))
            && !(near && keyword && money.is_some() && lead.contains("base")),
    );
    let terse = terse && (ENOUGH - 2..ENOUGH).contains(&points);
    let (code, points) = if terse { (code.filter(|code| YEARLY.contains(code)), ENOUGH) } else { (code, points) };
    let alone = money.is_some() && setting.job && points == ENOUGH - 1 && customarily_paid(max, code, unit, setting);
    let points = points + i32::from(alone);
    let period = stated_period.or_else(|| customary(min.max(max), code, unit, setting));
    if points < ENOUGH || !plausible(min, max, code, period) {
        return None;
    }
    let (min, max) = match bound {
        Bound::Up if second.is_none() => (None, Some(whole(max)?)),
        Bound::From if second.is_none() => (Some(whole(min)?), None),
        _ => (Some(whole(min)?), Some(whole(max)?)),
    };
    let salary = Salary { min, max, currency: code.map(str::to_owned), period, basis, equity: false };
    Some(Pay { salary, span, points })
}

/// "$210-230" without a period: nobody offers that for a month.
fn in_thousands(min: f64, max: f64) -> (f64, f64) {
    if (60.0..400.0).contains(&min) && max < 500.0 { (min * 1e3, max * 1e3) } else { (min, max) }
}

/// A thing of its own among the terms of a job: "Go, on-site in Dubai, 50k." Nothing tells its money.
fn among_terms(lead: &str, rest: &str) -> bool {
    static ROUGHLY: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:\b(?:about|around|roughly|circa|ca\.?|approx\.?|unos|sobre los|alrededor de|environ|etwa|rund|cerca de|~) ?|~)$",
        )
    });
    static GOES_ON: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^ ?(?:[,.;|·)]|\+|[-–] |plus\b|and (?:bonus|equity|stock)|y (?:bono|bonus)|mas (?:bono|bonus|variable)|depending|segun|fixe\b|fij[oa]s?\b|brut\w*|gross|base\b|all[- ]in|doe\b|$)",
        )
    });
    let lead = ROUGHLY.replace(lead, "");
    let lead = lead.trim_end();
    (lead.is_empty() || lead.ends_with([',', '.', ';', '|', '·', '(', ':', '–', '-'])) && GOES_ON.is_match(rest)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    None,
    Up,
    From,
}

impl Bound {
    fn of(low: &str, span: &Span) -> Self {
        let lead = before(low, span.start, 24);
        let rest = &low[span.end..floor(low, span.end + 12)];
        if UP_TO.is_match(lead)
            || [" max", " maximum", " maxi", " maximo", " hochstens"].iter().any(|w| rest.starts_with(w))
        {
            Self::Up
        } else if FROM.is_match(lead) || PLUS.is_match(&low[span.end..floor(low, span.end + 24)]) {
            Self::From
        } else {
            Self::None
        }
    }
}

/// What it is per, and whether the words stand right beside; `None` for a week, which is no pay of ours.
fn period(lead: &str, rest: &str) -> Option<(Option<Period>, bool)> {
    // A comma ends what belongs to the figure: "70,000, three days per week" is no weekly pay.
    let rest = rest.split(", ").next().unwrap_or(rest);
    let after =
        PERIODS.iter().filter_map(|(p, regex)| regex.find(rest).map(|m| (m.start(), *p))).min_by_key(|(at, _)| *at);
    if let Some((_, period)) = after.filter(|(at, _)| *at < 34) {
        return period.map(|p| (Some(p), true));
    }
    let near = before(lead, lead.len(), 44);
    let found = PERIODS
        .iter()
        .filter_map(|(p, regex)| regex.find_iter(near).last().map(|m| (m.end(), *p)))
        .max_by_key(|(at, _)| *at);
    Some(match found {
        Some((_, Some(period))) => (Some(period), true),
        _ => (None, false),
    })
}

fn basis(lead: &str, rest: &str) -> Option<PayBasis> {
    let (after, near) = (&rest[..floor(rest, 34)], before(lead, lead.len(), 26));
    let first = |regex: &Regex| regex.find(after).map(|m| m.start());
    match (first(&GROSS), first(&NET)) {
        (Some(gross), Some(net)) => Some(if gross < net { PayBasis::Gross } else { PayBasis::Net }),
        (Some(_), None) => Some(PayBasis::Gross),
        (None, Some(_)) => Some(PayBasis::Net),
        (None, None) if GROSS.is_match(near) => Some(PayBasis::Gross),
        (None, None) if NET.is_match(near) => Some(PayBasis::Net),
        (None, None) => None,
    }
}

/// `$` is the dollar of the United States unless the place has another; no sign at all is the place's money.
fn currency(money: Option<Money>, unit: Unit, rest: &str, setting: Setting) -> Option<&'static str> {
    const DOLLARS: &[&str] = &["MXN", "COP", "CLP", "ARS", "UYU", "CAD", "AUD", "NZD", "SGD", "HKD", "DOP", "TWD"];
    let said =
        |code: &'static str, words: &[&str]| words.iter().any(|w| rest[..floor(rest, 24)].contains(w)).then_some(code);
    match money {
        Some(Money::Code(code)) => Some(code),
        Some(Money::Dollar) => said("MXN", &["mxn"])
            .or_else(|| said("USD", &["usd", "dolar"]))
            .or_else(|| said("CAD", &["cad"]))
            .or_else(|| said("AUD", &["aud"]))
            .or(setting.local.filter(|local| DOLLARS.contains(local)))
            .or(Some("USD")),
        Some(Money::Peso) => setting.local,
        None if matches!(unit, Unit::Lakh { .. }) => Some("INR"),
        None => setting.local,
    }
}

fn whole(value: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be far inside the range")]
    (value.is_finite() && value.abs() < 1e13).then(|| value.round() as i64)
}

fn before(text: &str, at: usize, window: usize) -> &str {
    let mut from = at.saturating_sub(window);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..at]
}

/// The sentence up to a position, at most 90 bytes of it.
fn sentence_before(low: &str, at: usize) -> &str {
    let lead = before(low, at, 90);
    let cut = lead
        .rfind('\n')
        .map(|n| n + 1)
        .into_iter()
        .chain(lead.rfind(". ").map(|n| n + 2))
        .chain(lead.rfind(['!', '?']).map(|n| n + 1))
        .max();
    &lead[cut.unwrap_or(0)..]
}

/// The sentence from a position, at most 60 bytes of it.
fn sentence_after(low: &str, at: usize) -> &str {
    let rest = &low[at..floor(low, at + 60)];
    let cut = rest.find('\n').into_iter().chain(rest.find(". ")).chain(rest.find(';')).min();
    &rest[..cut.unwrap_or(rest.len())]
}
