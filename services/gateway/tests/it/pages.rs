//! The pages: what they show, that they escape, and that they keep within their own policy.

use std::collections::BTreeSet;

use axum::{body::Body, http::header};
use gateway::{
    Catalogue, Tongue,
    pages::{Scene, Shown, render_detail, render_inbox},
};

use crate::{
    fixtures,
    harness::{Gateway, dismissal, opportunity, opportunity_id, request},
    letters,
};

fn rendered(tongue: Tongue) -> [String; 4] {
    let catalogue = Catalogue::load();
    let scene = Scene {
        catalogue: &catalogue,
        tongue,
        now: fixtures::now(),
        live_after: Some(7),
        account: "me",
        tally: Some(fixtures::tally()),
    };
    let inbox =
        |rows| render_inbox(&scene, &fixtures::inbox(rows), "http://localhost:8080").expect("the inbox renders");
    let detail = |shown: &Shown| render_detail(&scene, shown).expect("the opportunity renders");
    [inbox(fixtures::rows()), inbox(Vec::new()), detail(&letters::shown()), detail(&Shown::of(letters::refused()))]
}

#[test]
fn no_page_needs_what_the_policy_forbids_and_nothing_hostile_gets_through() {
    for page in Tongue::ALL.into_iter().flat_map(rendered) {
        for forbidden in
            [" style=", "<style", " onclick", " onload", "javascript:", "<script>", "<img", "http://www.w3.org"]
        {
            assert!(!page.contains(forbidden), "{forbidden} in a page");
        }
        assert!(!page.contains("never shown"), "words of a private message");
    }
}

#[test]
fn every_word_of_a_page_is_in_the_message_file() {
    let catalogue = Catalogue::load();
    let source = [
        include_str!("../../templates/layout.html"),
        include_str!("../../templates/inbox.html"),
        include_str!("../../templates/row.html"),
        include_str!("../../templates/detail.html"),
        include_str!("../../templates/opportunity.html"),
        include_str!("../../templates/letters.html"),
        include_str!("../../templates/says.html"),
        include_str!("../../templates/proof.html"),
        include_str!("../../templates/draft.html"),
        include_str!("../../templates/replies.html"),
        include_str!("../../templates/paste.html"),
        include_str!("../../templates/imports.html"),
        include_str!("../../templates/first.html"),
        include_str!("../../templates/insights.html"),
        include_str!("../../templates/pipeline.html"),
        include_str!("../../templates/error.html"),
        include_str!("../../templates/profile.html"),
        include_str!("../../templates/questions.html"),
    ]
    .concat();
    let mut keys = BTreeSet::new();
    for call in ["words.t(\"", "w.t(\"", "w.with(\"", "w.with2(\""] {
        keys.extend(source.split(call).skip(1).filter_map(|rest| rest.split('"').next()));
    }
    assert!(keys.len() > 40, "the templates name their words");
    for tongue in Tongue::ALL {
        for key in &keys {
            assert!(catalogue.words(tongue).knows(key), "messages.toml lacks {key}");
        }
    }
}

#[test]
fn a_row_tells_a_tier_by_words_and_marks_and_hatches_what_is_capped() {
    let [inbox, _, _, _] = rendered(Tongue::English);
    assert!(inbox.contains("aria-label=\"87 of 100, high priority\""));
    assert!(inbox.contains("aria-label=\"83 of 100, low interest, capped\""));
    assert_eq!(inbox.matches("fill=\"url(#hatch-low)\"").count(), 2);
    assert!(inbox.contains("pay not stated") && inbox.contains("client not named · via Talent4U"));
    assert!(inbox.contains("&#60;script&#62;") && inbox.contains("4 dismissed: 2 courtesy, 1 private, 1 promotion"));
    let [spanish, ..] = rendered(Tongue::Spanish);
    assert!(
        spanish.contains("lang=\"es\"")
            && spanish.contains("87 de 100, alta prioridad")
            && spanish.contains("sueldo no indicado")
    );
}

#[test]
fn values_and_their_words_point_at_each_other() {
    let [_, _, detail, refused] = rendered(Tongue::English);
    let tokens = |name: &str| -> BTreeSet<String> {
        let values = detail.split(name).skip(1).filter_map(|rest| rest.split('"').next());
        values.flat_map(|tokens| tokens.split(' ')).map(str::to_owned).collect()
    };
    let (of, proves) = (tokens("data-of=\""), tokens("data-proves=\""));
    assert_eq!(of, proves);
    assert!(of.contains("role-0") && of.contains("tech_stack-3") && of.contains("salary-0"));
    assert!(
        detail.contains("110,000 EUR") && detail.contains("12 above the bound (75)") && detail.contains("0.3 s to")
    );
    assert!(detail.contains("data-copy=\"#draft\"") && !refused.contains("data-copy="));
    assert!(
        refused.contains("83 points alone would be: High priority")
            && refused.contains(">Presencial<sup>1</sup></mark>")
    );
    assert!(refused.contains("Read it yourself first"));
}

#[test]
fn an_empty_inbox_gives_the_command_to_copy() {
    let [_, empty, _, _] = rendered(Tongue::English);
    assert!(empty.contains("curl http://localhost:8080/api/v1/messages") && empty.contains("data-copy=\"#try-it\""));
}

#[tokio::test]
async fn the_inbox_is_served_from_the_store_in_the_readers_language() {
    let gateway = Gateway::start().await;
    let rust = "We hire a Rust Engineer & more";
    gateway
        .store(vec![opportunity(1, 87, rust), opportunity(2, 20, "Sell things"), dismissal(3, "Thanks, talk soon!")])
        .await;
    let page = gateway.get("/").await;
    assert_eq!(page.headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
    assert!(page.text.contains(&format!("id=\"o-{}\"", opportunity_id(1))) && page.text.contains("Thanks, talk soon!"));
    assert!(page.text.find("87 of 100") < page.text.find("20 of 100"));
    let high = gateway.get("/?tier=HIGH_PRIORITY").await.text;
    assert!(high.contains("87 of 100") && !high.contains("20 of 100"));
    assert!(gateway.get("/?pay=1").await.text.contains("Nothing fits these filters."));

    let spanish = gateway.get("/?lang=es").await;
    assert!(spanish.text.contains("Te esperan"));
    let cookie = spanish.headers[header::SET_COOKIE].to_str().expect("text");
    assert!(cookie.starts_with("lang=es;"));
    let later = gateway.ask(request("GET", "/", &[("cookie", "a=b; lang=es")], Body::empty())).await;
    assert!(later.text.contains("Te esperan"));
    let accepted = gateway.ask(request("GET", "/", &[("accept-language", "es-AR,en;q=0.5")], Body::empty())).await;
    assert!(accepted.text.contains("Te esperan"));

    let detail = gateway.get(&format!("/opportunities/{}", opportunity_id(1))).await.text;
    assert!(detail.contains("<mark data-proves=\"role-0\">Rust Engineer<sup>1</sup></mark> &#38; more"), "{detail}");
}

#[tokio::test]
async fn a_person_gets_a_page_for_an_error() {
    let gateway = Gateway::start().await;
    let html = [("accept", "text/html,*/*")];
    let missing = gateway.ask(request("GET", "/nothing", &html, Body::empty())).await;
    assert_eq!((missing.status.as_u16(), missing.text.contains("There is no such page.")), (404, true));
    assert_eq!(gateway.get("/opportunities/1").await.status, 404);
    assert_eq!(gateway.get("/?tier=A").await.status, 400);
    assert_eq!(gateway.get("/?cursor=broken").await.status, 400);
}

#[tokio::test]
async fn files_are_kept_by_their_hash() {
    let gateway = Gateway::start().await;
    let page = gateway.get("/").await.text;
    let mut found = 0;
    for address in page.split('"').filter(|part| part.starts_with("/assets/")) {
        let file = gateway.get(address).await;
        assert_eq!(file.status, 200, "{address}");
        assert!(file.headers[header::CACHE_CONTROL].to_str().expect("text").contains("immutable"));
        let tag = file.headers[header::ETAG].to_str().expect("text");
        let again = gateway.ask(request("GET", address, &[("if-none-match", tag)], Body::empty())).await;
        assert_eq!(again.status, 304);
        found += 1;
    }
    assert_eq!(found, 6);
}
