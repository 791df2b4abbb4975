//! `ce-type`: type and version.

use contract::envelope::split_type;

#[test]
fn a_type_may_have_a_version_and_is_version_1_without() {
    for (ce_type, expected) in [
        ("messages.received.v1", ("messages.received", 1)),
        ("messages.received.v12", ("messages.received", 12)),
        ("messages.received", ("messages.received", 1)),
        ("commands.mark-sent.v1", ("commands.mark-sent", 1)),
        ("messages.received.v0", ("messages.received", 0)),
        ("messages.verified", ("messages.verified", 1)),
        ("messages.received.v", ("messages.received.v", 1)),
        ("messages.received.v+1", ("messages.received.v+1", 1)),
        ("messages.received.v1.v2", ("messages.received.v1", 2)),
        ("", ("", 1)),
    ] {
        assert_eq!(split_type(ce_type), expected, "{ce_type}");
    }
}

#[test]
fn a_version_beyond_all_numbers_is_unknown_rather_than_version_1() {
    assert_eq!(split_type("messages.received.v99999999999"), ("messages.received", u32::MAX));
}
