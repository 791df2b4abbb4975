//! kit-intake
