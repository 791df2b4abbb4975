//! kit-runtime
