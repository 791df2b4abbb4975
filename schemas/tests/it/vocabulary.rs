//! Closed vocabularies: one name each, on the wire and in the store, there and back.

use std::{fmt::Debug, str::FromStr};

use contract::{
    Action, Decision, Direction, DismissalReason, EmploymentType, Engine, Flag, Kind, Language, NoDraftReason,
    PayBasis, Period, QuestionType, Reason, RemotePolicy, ReplyState, Seniority, Status, Tier,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

fn round_trips<V>(all: &[V], name: fn(V) -> &'static str)
where
    V: Copy + Debug + PartialEq + Serialize + DeserializeOwned + FromStr,
    V::Err: std::fmt::Display,
{
    for (index, value) in all.iter().copied().enumerate() {
        assert_eq!(serde_json::to_value(value).unwrap(), json!(name(value)));
        assert_eq!(serde_json::from_value::<V>(json!(name(value))).unwrap(), value);
        assert_eq!(V::from_str(name(value)).ok(), Some(value));
        assert!(all[..index].iter().all(|other| name(*other) != name(value)), "{value:?} shares its name");
    }
    let Err(error) = V::from_str("nothing like it") else { panic!("an unknown word was taken") };
    assert!(error.to_string().contains(name(all[0])), "the error names what is allowed: {error}");
    assert!(serde_json::from_value::<V>(json!("nothing like it")).is_err());
}

#[test]
fn every_value_survives_the_wire_and_the_store() {
    round_trips(Direction::ALL, Direction::as_str);
    round_trips(Kind::ALL, Kind::as_str);
    round_trips(Tier::ALL, Tier::as_str);
    round_trips(Decision::ALL, Decision::as_str);
    round_trips(Language::ALL, Language::as_str);
    round_trips(Seniority::ALL, Seniority::as_str);
    round_trips(RemotePolicy::ALL, RemotePolicy::as_str);
    round_trips(EmploymentType::ALL, EmploymentType::as_str);
    round_trips(Period::ALL, Period::as_str);
    round_trips(PayBasis::ALL, PayBasis::as_str);
    round_trips(Engine::ALL, Engine::as_str);
    round_trips(QuestionType::ALL, QuestionType::as_str);
    round_trips(Flag::ALL, Flag::as_str);
    round_trips(Status::ALL, Status::as_str);
    round_trips(ReplyState::ALL, ReplyState::as_str);
    round_trips(Reason::ALL, Reason::as_str);
}

#[test]
fn reasons_have_the_same_name_on_the_wire_and_in_the_store() {
    use DismissalReason as D;
    use NoDraftReason as N;

    for reason in [D::OwnMessage, D::Courtesy, D::Promotion, D::Newsletter, D::Scam, D::Private] {
        assert_eq!(serde_json::to_value(reason).unwrap(), json!(reason.as_str()));
    }
    for reason in
        [N::NoProfile, N::TooOld, N::Partial, N::Injection, N::ScamSigns, N::NeedsPerson, N::Ignored, N::Language]
    {
        assert_eq!(serde_json::to_value(reason).unwrap(), json!(reason.as_str()));
    }
}

#[test]
fn tiers_have_their_fixed_bounds() {
    for (total, tier) in [
        (0, Tier::NoInteresa),
        (29, Tier::NoInteresa),
        (30, Tier::PocoInteresante),
        (49, Tier::PocoInteresante),
        (50, Tier::Interesante),
        (74, Tier::Interesante),
        (75, Tier::HighPriority),
        (100, Tier::HighPriority),
    ] {
        assert_eq!(Tier::of(total), tier, "{total}");
    }
    for tier in Tier::ALL {
        assert_eq!(Tier::of(tier.floor()), *tier);
        assert!(tier.floor() == 0 || Tier::of(tier.floor() - 1).rank() == tier.rank() - 1, "{tier}");
    }
}

#[test]
fn a_verb_is_the_same_in_the_subject_and_in_the_payload() {
    for verb in Action::VERBS {
        let id = "00000000-0000-0000-0000-000000000001";
        let payload = json!({
            "verb": verb, "reply_id": id, "opportunity_id": id, "text": "", "until": "2026-11-20T10:00:00Z",
            "opportunity_ids": [], "message_ids": [], "with": id,
        });
        let action: Action = serde_json::from_value(payload).unwrap();
        assert_eq!(action.verb(), *verb);
        assert_eq!(serde_json::to_value(&action).unwrap()["verb"], *verb);
    }
}
