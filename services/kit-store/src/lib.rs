//! kit-store
