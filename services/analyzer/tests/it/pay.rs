//! Salary forms, and figures that are no pay.

use contract::{PayBasis, Period};

use crate::read;

const OFFER: &str = "We are hiring a Backend Engineer to join our team. ";

type Row = (&'static str, Option<i64>, Option<i64>, &'static str, Period);

#[test]
fn every_form_of_pay() {
    use Period::{Day, Hour, Month, Year};
    let rows: &[Row] = &[
        ("Salary: $150-180k", Some(150_000), Some(180_000), "USD", Year),
        ("Salary: $120k-$150k", Some(120_000), Some(150_000), "USD", Year),
        ("Salary 120k–150k USD", Some(120_000), Some(150_000), "USD", Year),
        ("We pay 85.5k EUR", Some(85_500), Some(85_500), "EUR", Year),
        ("Salario: 70.000€ brutos/año", Some(70_000), Some(70_000), "EUR", Year),
        ("Sueldo 60K€ brutos", Some(60_000), Some(60_000), "EUR", Year),
        ("Sueldo: 3.500 €/mes", Some(3_500), Some(3_500), "EUR", Month),
        ("£550/day outside IR35", Some(550), Some(550), "GBP", Day),
        ("The rate is USD 60/h", Some(60), Some(60), "USD", Hour),
        ("Pagan 4.000 USD mensuales", Some(4_000), Some(4_000), "USD", Month),
        ("Salary up to €95k", None, Some(95_000), "EUR", Year),
        ("Salario desde 50k EUR", Some(50_000), None, "EUR", Year),
        ("CTC 30-40 LPA", Some(3_000_000), Some(4_000_000), "INR", Year),
        ("Base CHF 120'000", Some(120_000), Some(120_000), "CHF", Year),
        ("Salary ¥12M in Tokyo", Some(12_000_000), Some(12_000_000), "JPY", Year),
        ("Salário R$ 18.000 CLT", Some(18_000), Some(18_000), "BRL", Month),
        ("Pay: 5000 USD/month", Some(5_000), Some(5_000), "USD", Month),
        ("Salary €100,000", Some(100_000), Some(100_000), "EUR", Year),
        ("Base €70,000+", Some(70_000), None, "EUR", Year),
        ("TJM : 600 €", Some(600), Some(600), "EUR", Day),
        ("Jahresgehalt 70.000 bis 80.000 €", Some(70_000), Some(80_000), "EUR", Year),
        ("Sueldo de $45,000 mensuales en Monterrey", Some(45_000), Some(45_000), "MXN", Month),
        ("Base of $140k in Toronto", Some(140_000), Some(140_000), "CAD", Year),
        ("Sueldo entre 7 y 9 millones de COP", Some(7_000_000), Some(9_000_000), "COP", Month),
        ("18 000 – 22 000 PLN / month", Some(18_000), Some(22_000), "PLN", Month),
        ("Remote (USA/Canada), $120k - $150k", Some(120_000), Some(150_000), "USD", Year),
        ("RAL 45.000 €", Some(45_000), Some(45_000), "EUR", Year),
    ];
    let mut wrong = Vec::new();
    for (form, min, max, currency, period) in rows {
        let facts = read(&format!("{OFFER}{form}")).facts;
        let pay = facts.salary.map(|f| f.value).unwrap_or_default();
        if (pay.min, pay.max, pay.currency.as_deref(), pay.period) != (*min, *max, Some(*currency), Some(*period)) {
            wrong.push(format!("{form}: {pay:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn figures_that_are_no_pay() {
    let mut wrong = Vec::new();
    for text in [
        "The salary is competitive.",
        "We raised $20M in funding.",
        "Our revenue grew to €5 million.",
        "We are 250 people in 12 countries.",
        "Founded in 2015.",
        "Call me on +34 600 123 456.",
        "There is a referral bonus of 2.000 €.",
        "We serve 40,000 customers.",
        "Series B of £22m led by a fund.",
        "A signing bonus of $10k.",
        "The market is worth $90B.",
        "5+ years of experience.",
        "Our ARR is $3.2M.",
        "Ticket restaurante de 11 €.",
    ] {
        if let Some(pay) = read(&format!("{OFFER}{text}")).facts.salary {
            wrong.push(format!("{text}: {:?}", pay.value));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn basis_and_equity() {
    let pay = |text: &str| read(&format!("{OFFER}{text}")).facts.salary.unwrap().value;
    assert_eq!(pay("Salario 50.000 € brutos anuales").basis, Some(PayBasis::Gross));
    assert_eq!(pay("Sueldo 2.800 USD netos por mes").basis, Some(PayBasis::Net));
    assert_eq!(pay("Base 90k EUR").basis, None);
    assert!(pay("Base 90k EUR plus equity").equity);
    assert!(!pay("Base 90k EUR plus bonus").equity);
}

#[test]
fn a_range_of_hundreds_is_in_thousands_and_a_bare_figure_among_terms_has_no_money() {
    let pay = |text: &str| crate::read(text).facts.salary.map(|f| (f.value.min, f.value.max, f.value.currency));
    assert_eq!(
        pay("We are hiring a Staff Engineer, $190-215 base."),
        Some((Some(190_000), Some(215_000), Some("USD".to_owned())))
    );
    assert_eq!(
        pay("We need a Backend Engineer. Go, on-site in Dubai, 45k. Interested?"),
        Some((Some(45_000), Some(45_000), None))
    );
}
