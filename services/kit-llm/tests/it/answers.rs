//! From a model's words to an answer: what is mended, what is counted, what is refused.

use contract::{RemotePolicy, Seniority};
use kit_llm::{
    Answer, Fault, Parsed,
    extract::{ExtractIn, ExtractOut, Pay},
    parse, schema_of,
};

fn read(text: &str) -> Result<Parsed<ExtractOut>, Fault> {
    parse(text, &schema_of::<ExtractOut>(), <ExtractOut as Answer<ExtractIn>>::ALIASES)
}

/// The same answer in its plainest form.
fn whole() -> ExtractOut {
    read(WHOLE).unwrap().value
}

const WHOLE: &str = r#"{"language":"en","kind":null,"company":{"value":"Acme","quote":"at Acme"},"agency":null,
  "industry":null,"role":null,"seniority":{"value":"senior","quote":"Senior"},
  "tech_stack":[{"name":"Rust","required":true,"quote":"Rust"}],
  "salary":{"value":{"min":95000,"max":null,"currency":"EUR","period":"year","basis":null,"equity":false},"quote":"from 95k"},
  "remote_policy":{"value":"remote","quote":"remote"},"location":null,"employment_type":null,"work_week_days":null,
  "questions":["When?"],"question_type":null,"contacts":[],"links":[]}"#;

#[test]
fn an_answer_of_the_right_form_needs_no_repair() {
    assert_eq!(read(WHOLE).unwrap().repairs, 0);
}

#[test]
fn prose_fences_and_slips_around_the_same_answer_are_mended_and_counted() {
    let trailing = WHOLE.replace(r#""links":[]}"#, r#""links":[],}"#);
    let python = WHOLE.replace("null", "None").replace("true", "True").replace("false", "False");
    for text in [
        format!("```json\n{WHOLE}\n```"),
        format!("Sure! Here is the JSON you asked for:\n\n{WHOLE}\n\nLet me know if {{anything}} is missing."),
        format!("I used the form {{\"value\": …}} as told. {WHOLE}"),
        format!("<think>{{}}</think>{WHOLE}"),
        format!("\u{feff}{WHOLE}"),
        trailing,
        python,
    ] {
        let parsed = read(&text).unwrap_or_else(|fault| panic!("{fault} in {text}"));
        assert_eq!(parsed.value, whole(), "{text}");
        assert!(parsed.repairs > 0, "{text}");
    }
}

#[test]
fn a_raw_line_break_inside_a_string_is_mended() {
    let text = WHOLE.replace("at Acme", "at\nAcme");
    assert_eq!(read(&text).unwrap().value.company.unwrap().quote.0, "at\nAcme");
}

/// Each pair: a piece of the answer, and how a model wrote it instead.
#[test]
fn names_types_and_casing_are_mended() {
    for (right, written) in [
        (r#""tech_stack":[{"#, r#""techStack":[{"#),
        (r#""tech_stack":[{"#, r#""Technologies":[{"#),
        (r#""company":{"value""#, r#""employer":{"Value""#),
        (r#""value":"senior""#, r#""value":"Senior""#),
        (r#""min":95000"#, r#""min":"95000""#),
        (r#""min":95000"#, r#""min":"95,000""#),
        (r#""min":95000"#, r#""min":"95k""#),
        (r#""min":95000"#, r#""min":95000.0"#),
        (r#""max":null"#, r#""max":"null""#),
        (r#""agency":null"#, r#""agency":"N/A""#),
        (r#""agency":null"#, r#""agency":{"value":null,"quote":""}"#),
        (r#""agency":null"#, r#""agency":{"value":"Not stated","quote":"none"}"#),
        (r#""required":true"#, r#""required":"yes""#),
        (r#""questions":["When?"]"#, r#""questions":"When?""#),
        (r#""contacts":[]"#, r#""contacts":null"#),
        (r#""contacts":[]"#, r#""contacts":[null]"#),
        (r#""links":[]"#, r#""links":[],"score":100"#),
        (r#""location":null,"#, ""),
        (
            r#"[{"name":"Rust","required":true,"quote":"Rust"}]"#,
            r#"[{"technology":"Rust","must_have":1,"quote":"Rust"}]"#,
        ),
        (
            r#"{"value":{"min":95000,"max":null,"currency":"EUR","period":"year","basis":null,"equity":false},"quote""#,
            r#"{"min":95000,"max":null,"currency":"EUR","period":"year","basis":null,"equity":false,"quote""#,
        ),
        (r#""remote_policy":{"value":"remote","quote":"remote"}"#, r#""remote_policy":"remote""#),
    ] {
        let text = WHOLE.replacen(right, written, 1);
        assert_ne!(text, WHOLE, "{right}");
        let parsed = read(&text).unwrap_or_else(|fault| panic!("{fault} in {written}"));
        assert_eq!(parsed.value, whole(), "{written}");
        assert!(parsed.repairs > 0, "{written}");
    }
}

#[test]
fn a_list_of_names_is_a_list_of_technologies_that_quote_themselves() {
    let text = WHOLE.replacen(r#"[{"name":"Rust","required":true,"quote":"Rust"}]"#, r#"["Rust","Kafka"]"#, 1);
    let stack = read(&text).unwrap().value.tech_stack;
    let read: Vec<_> = stack.iter().map(|one| (one.name.0.as_str(), one.quote.0.as_str(), one.required)).collect();
    assert_eq!(read, [("Rust", "Rust", false), ("Kafka", "Kafka", false)]);
}

#[test]
fn what_has_no_plain_meaning_is_refused_by_its_place() {
    for (right, written, at) in [
        (r#""value":"senior""#, r#""value":"wizard""#, "seniority.value"),
        (r#""min":95000"#, r#""min":"about 95""#, "salary.value.min"),
        (r#""min":95000"#, r#""min":"1.234.5""#, "salary.value.min"),
        (r#""quote":"from 95k""#, r#""quote":{}"#, "salary.quote"),
        (r#""language":"en""#, r#""language":"klingon""#, "language"),
        (r#""required":true"#, r#""required":"perhaps""#, "tech_stack[0].required"),
    ] {
        let fault = read(&WHOLE.replacen(right, written, 1)).unwrap_err();
        assert_eq!(fault.at, at, "{written}: {fault}");
    }
}

#[test]
fn half_an_answer_and_no_answer_are_refused() {
    for end in [1, WHOLE.len() / 2, WHOLE.len() - 1] {
        assert!(read(&WHOLE[..end]).is_err(), "the first {end} bytes");
    }
    for text in ["", "I cannot help with that.", "[]", "null", "{", "\"{\"", "}{"] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn lists_and_strings_have_a_bound() {
    let many = vec![r#"{"name":"Rust","required":false,"quote":"Rust"}"#; 40].join(",");
    let long = "x".repeat(5000);
    let text =
        WHOLE.replacen(r#"{"name":"Rust","required":true,"quote":"Rust"}"#, &many, 1).replacen("at Acme", &long, 1);
    let parsed = read(&text).unwrap();
    assert_eq!(parsed.value.tech_stack.len(), 16);
    assert_eq!(parsed.value.company.unwrap().quote.0.len(), 200);
    assert!(parsed.repairs >= 2);
}

#[test]
fn a_fault_never_repeats_the_answers_words() {
    for secret in ["SECRET", r#"SECRET", expected "SECRET"#] {
        let secret = secret.replace('"', "\\\"");
        for (right, written) in [
            (r#""value":"senior""#, format!(r#""value":"{secret}""#)),
            (r#""min":95000"#, format!(r#""min":"{secret}""#)),
            (r#""required":true"#, format!(r#""required":"{secret}""#)),
        ] {
            let fault = read(&WHOLE.replacen(right, &written, 1)).unwrap_err().to_string();
            assert!(!fault.contains("SECRET"), "{fault}");
        }
    }
}

#[test]
fn typed_values_arrive() {
    let answer = whole();
    assert_eq!(answer.seniority.unwrap().value, Seniority::Senior);
    assert_eq!(answer.remote_policy.unwrap().value, RemotePolicy::Remote);
    let pay = answer.salary.unwrap().value;
    assert_eq!(
        pay,
        Pay {
            min: Some(95_000),
            currency: Some("EUR".to_owned()),
            period: Some(contract::Period::Year),
            ..Pay::default()
        }
    );
}

proptest::proptest! {
    #[test]
    fn any_words_are_taken(text in "\\PC{0,300}") {
        let _ = read(&text);
    }

    #[test]
    fn any_damage_to_an_answer_is_taken(at in 0usize..700, with in "[\\[\\]{}\",:0-9a-zñ\\\\\n]{0,4}") {
        let at = at.min(WHOLE.len());
        let text = format!("{}{with}{}", &WHOLE[..at], &WHOLE[(at + 1).min(WHOLE.len())..]);
        let _ = read(&text);
    }
}

#[test]
fn braces_without_end_take_no_time_to_speak_of() {
    let start = std::time::Instant::now();
    assert!(read(&"{".repeat(100_000)).is_err());
    assert!(read(&"{\"a\":".repeat(50_000)).is_err());
    assert!(read(&format!("{}{WHOLE}", "{,".repeat(8))).is_ok());
    assert!(start.elapsed().as_secs() < 20, "not linear");
}
