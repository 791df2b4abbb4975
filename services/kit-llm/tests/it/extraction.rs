//! The extraction program as it stands: its schema, its demonstrations and its size.

use kit_llm::{
    Answer as _,
    extract::{Extract, ExtractIn, ExtractOut, Wanted},
    prove, schema_of,
};
use serde_json::Value;

/// Calls `check` with every object schema and its path.
fn objects(schema: &Value, path: &str, check: &mut impl FnMut(&str, &Value)) {
    if schema["properties"].is_object() {
        check(path, schema);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        objects(property, &format!("{path}.{name}"), check);
    }
    for option in schema["anyOf"].as_array().into_iter().flatten() {
        objects(option, path, check);
    }
    if schema["items"].is_object() {
        objects(&schema["items"], &format!("{path}[]"), check);
    }
}

/// A model skips what it may skip, and OpenAI's strict mode takes nothing else.
#[test]
fn the_schema_is_closed_bounded_and_requires_everything() {
    let schema = schema_of::<ExtractOut>();
    let text = schema.to_string();
    for word in ["$ref", "$defs", "definitions", "oneOf", "description", "\"default\""] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    let mut seen = 0;
    objects(&schema, "answer", &mut |path, object| {
        seen += 1;
        assert_eq!(object["additionalProperties"], false, "{path}");
        let required: Vec<_> =
            object["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let properties: Vec<_> = object["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(required, properties, "{path}: every property is required, in its order");
        for (name, property) in object["properties"].as_object().unwrap() {
            let bounded = match property["type"].as_str() {
                Some("string") => property["maxLength"].is_u64() || property["enum"].is_array(),
                Some("array") => property["maxItems"].is_u64(),
                _ => true,
            };
            assert!(bounded, "{path}.{name} has no bound: {property}");
        }
    });
    assert!(seen > 10, "{seen} objects");
    let first: Vec<_> = schema["properties"].as_object().unwrap().keys().take(3).cloned().collect();
    assert_eq!(first, ["language", "kind", "company"], "the order of the type is the order of the answer");
}

/// A demonstration that shows more than it was asked for would teach just that.
#[test]
fn every_demonstration_answers_what_is_asked_and_proves_all_that_it_states() {
    let extract = Extract::current().unwrap();
    let (request, _) = extract.request(&ExtractIn::default()).unwrap();
    assert!(extract.demonstrations.len() >= 3);
    for (demonstration, turns) in extract.demonstrations.iter().zip(request.turns.chunks(2)) {
        let input = &demonstration.input;
        let schema = jsonschema::validator_for(&ExtractOut::schema(input)).unwrap();
        let shown: Value = serde_json::from_str(&turns[1].text).unwrap();
        let faults: Vec<_> = schema.iter_errors(&shown).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
        let proven = prove(&demonstration.output, &input.message, input.subject.as_deref());
        assert!(proven.dropped.is_empty(), "{:?} in {}", proven.dropped, input.message);
        let stated = |answer: &Value| answer.as_object().unwrap().values().filter(|value| !is_empty(value)).count();
        let written = serde_json::to_value(&demonstration.output).unwrap();
        assert_eq!(stated(&shown), stated(&written), "states what was not asked: {}", input.message);
        if let Some(salary) = &proven.facts.salary {
            assert_eq!(serde_json::to_value(salary).unwrap()["value"], written["salary"]["value"]);
        }
    }
    let texts: String = extract.demonstrations.iter().map(|d| d.input.message.as_str()).collect();
    assert!(texts.contains("buscamos") && texts.contains("impressed"), "Spanish and English");
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

#[test]
fn only_what_is_wanted_can_be_answered() {
    let input = ExtractIn { find: vec![Wanted::Company, Wanted::TechStack], ..ExtractIn::default() };
    let schema = ExtractOut::schema(&input);
    let names: Vec<_> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        (names.as_slice(), &schema["required"]),
        (["company", "tech_stack"].as_slice(), &serde_json::json!(names))
    );
    assert_eq!(ExtractOut::schema(&ExtractIn::default()), schema_of::<ExtractOut>(), "nothing named is everything");
    let (request, _) = Extract::current().unwrap().request(&input).unwrap();
    assert_eq!(request.schema, Some(schema));
    assert!(request.turns.last().unwrap().text.starts_with(r#"{"find":["company","tech_stack"],"#));
}

/// Answers stored with an earlier version were made by its file.
#[test]
fn earlier_versions_can_still_be_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts");
    for version in 1..=Extract::current().unwrap().version {
        let text = std::fs::read_to_string(folder.join(format!("extract.v{version}.toml"))).unwrap();
        assert_eq!(Extract::from_toml(&text).unwrap().version, version);
    }
}

#[test]
fn the_longest_message_fits_the_default_context() {
    let extract = Extract::current().unwrap();
    let context = kit_llm::Config::ollama("any").context;
    let (request, _) = extract.request(&extract.demonstrations[0].input).unwrap();
    let fixed: usize = request.system.len() + request.turns.iter().map(|turn| turn.text.len()).sum::<usize>();
    // Three bytes a token is dense text; the extraction's own JSON is denser still in the worst case measured.
    let most = fixed / 3 + extract.max_input_chars / 2 + extract.max_answer_tokens as usize;
    assert!(most < context as usize, "{most} tokens of {context}");
}

/// A prompt that does not say whose words it takes would be trusted by accident.
#[test]
fn every_prompt_file_of_the_workspace_declares_its_trust_and_is_named_after_its_version() {
    let services = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folders = std::fs::read_dir(services).unwrap().map(|entry| entry.unwrap().path().join("prompts"));
    let mut seen = 0;
    for folder in folders.filter(|folder| folder.is_dir()) {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let prompt: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
            let trust = prompt["trust"].as_str().unwrap_or_default();
            assert!(["untrusted", "derived", "own"].contains(&trust), "{}: {trust:?}", path.display());
            let name = format!("{}.v{}.toml", prompt["name"].as_str().unwrap(), prompt["version"]);
            assert_eq!(path.file_name().unwrap().to_str(), Some(name.as_str()));
            seen += 1;
        }
    }
    assert!(seen > 0);
}
