//! A cache that can fail without failing its caller.
