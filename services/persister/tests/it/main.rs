//! The persister against real databases, and its decisions against every order of arrival.

mod order;
mod sample;
mod storing;
