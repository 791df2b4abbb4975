//! kit-score
