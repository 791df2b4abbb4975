//! Files of messages: what is taken, and how the rest is named.

use kit_eval::{Dataset, Fault};
use serde_json::json;

#[test]
fn lines_with_and_without_a_label_are_taken_in_order() {
    let file = "\u{feff}{\"id\":\"a\",\"text\":\"one\",\"gold\":{\"kind\":\"pitch\"},\"source\":\"ignored\"}\n\n{\"id\":7,\"text\":\"two\"}\r\n";
    let dataset = Dataset::read(file.as_bytes());
    assert_eq!(dataset.bad, []);
    let [first, second] = &dataset.messages[..] else { unreachable!("two messages") };
    assert_eq!((first.name(), first.kind(), first.line), ("a".to_owned(), Some("pitch"), 1));
    assert_eq!((second.name(), second.gold.is_none(), second.line), ("7".to_owned(), true, 3));
    assert_eq!(second.id, json!(7), "an id goes out as it came in");
}

#[test]
fn bad_lines_are_named_by_number_and_the_rest_is_taken() {
    let lines: [&[u8]; 9] = [
        b"{\"id\":\"a\",\"text\":\"kept\"}",
        b"{\"id\":\"b\",\"text\":\"cut sho",
        b"{\"id\":\"c\"}",
        b"{\"text\":\"no id\"}",
        b"{\"id\":null,\"text\":\"x\"}",
        b"{\"id\":\"d\",\"text\":\"x\",\"gold\":[]}",
        b"\xff\xfe",
        b"{\"id\":\"a\",\"text\":\"again\"}",
        b"{\"id\":\"e\",\"text\":\"kept too\"}",
    ];
    let dataset = Dataset::read(&lines.join(&b'\n'));
    let kept: Vec<_> = dataset.messages.iter().map(|message| message.name()).collect();
    assert_eq!(kept, ["a", "e"]);
    let bad: Vec<_> = dataset.bad.iter().map(|bad| (bad.line, bad.fault.clone())).collect();
    let shape = Fault::NotAMessage;
    assert_eq!(
        bad,
        [
            (2, Fault::NotJson),
            (3, shape.clone()),
            (4, shape.clone()),
            (5, shape.clone()),
            (6, shape),
            (7, Fault::NotText),
            (8, Fault::Repeated { first: 1 })
        ]
    );
    assert_eq!(dataset.bad[6].to_string(), "line 8: repeats the id of line 1; give it one of its own");
}

#[test]
fn a_file_of_nothing_holds_nothing() {
    let dataset = Dataset::read(b"\n \n");
    assert!(dataset.messages.is_empty() && dataset.bad.is_empty());
}
