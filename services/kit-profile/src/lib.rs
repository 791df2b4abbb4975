//! kit-profile
