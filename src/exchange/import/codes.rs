//! The codes of what can be wrong with files and services that instances are made from.

/// Code and meaning, in order.
pub const CODES: &[(&str, &str)] = &[
    ("E172", "a table of a statistics service cannot be read, or is neither JSON-stat nor CSV"),
    ("E173", "a dimension or column of such a table is missing, or nobody knows it"),
    ("E174", "the cells of such a table do not fit its dimensions, or are no counts"),
    ("E175", "cells of such a table are not available or suppressed"),
    ("E176", "a year or a quantity is not in such a table, or there are several to choose from"),
    ("E177", "flows, population and areas do not belong together"),
    ("E178", "a service cannot be reached, or did not answer in time or in full"),
    ("E179", "a service refuses a query, or answers something else than was asked"),
    ("E180", "no area is chosen for a subset, or none of that description is there"),
    ("E181", "an instance has the new areas of a crosswalk already"),
    ("E540", "a published instance, or a file of it, cannot be read"),
    (
        "E541",
        "the description of a published instance is broken, or contradicts its tables or itself",
    ),
    ("E542", "a table of counties of a published instance is broken"),
    ("E543", "a table of borders of a published instance is broken"),
];
