//! Area sets and connectivity for the engines.
