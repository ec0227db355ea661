//! The codes of everything the loader can report.
//!
//! `E1xx` are errors: loading fails, with all of them at once. `W1xx` are oddities: loading
//! succeeds, and `inspect` shows them.

macro_rules! codes {
    ($($name:ident = $code:literal, $meaning:literal;)*) => {
        $(#[doc = $meaning] pub const $name: &str = $code;)*

        /// Every code with its meaning, in order.
        pub const ALL: &[(&str, &str)] = &[$(($code, $meaning)),*];
    };
}

codes! {
    FOLDER = "E101", "the instance is missing, is not a folder, or cannot be read";
    FILE = "E102", "a file is missing or cannot be read";
    EMPTY = "E103", "a file is empty, or holds nothing below its header";
    ENCODING = "E104", "a file is no text";
    DELIMITER = "E105", "a file is separated by semicolons, tabs or bars instead of commas";
    COLUMN = "E106", "a column is missing, or stands twice in the header";
    RAGGED = "E107", "a row holds more or fewer fields than the header";
    QUOTE = "E108", "a quoted field runs over the end of its row";
    LONG = "E109", "a field is longer than a million bytes";
    TEXT = "E110", "a code or a name is empty";
    DUPLICATE_CODE = "E111", "a code stands twice where it must stand once";
    UNKNOWN_CODE = "E112", "a code is not listed in areas.csv";
    LOST_ZERO = "E113", "a code has lost its leading zero";
    NOT_A_COUNT = "E120", "a count is empty or not a number";
    NEGATIVE = "E121", "a count is negative";
    FRACTIONAL = "E122", "a count is not a whole number";
    OVERFLOW = "E123", "a count, or the sum of a column, is larger than 10^15";
    NO_POPULATION = "E124", "the population of every area is 0";
    TOO_MANY_COMMUTERS = "E125", "more people commute from an area than it has employed residents";
    NOT_A_MEASURE = "E126", "a length, an area or a coordinate is not a number in its range";
    REPEATED_FLOW = "E127", "a pair of residence and workplace stands twice";
    REPEATED_DISTANCE = "E128", "a pair of areas has two distances in the same direction";
    SELF_ADJACENT = "E130", "an area is listed as its own neighbour";
    LINK_KIND = "E131", "a link kind is unknown";
    REPEATED_LINK = "E132", "a pair of neighbours stands twice";
    ONE_SIDED = "E133", "a pair stands in one direction only in a file that lists both";
    CONTRADICTORY_LINK = "E134", "the two directions of a pair have different lengths or link kinds";
    MISSING_ROW = "E140", "an area has no row where every area needs one";
    EXTERNAL_AREA = "E141", "an external area does not fit the instance";
    MISSING_DISTANCE = "E142", "a pair of areas has no distance in distances.csv";
    GEOJSON = "E150", "a file is not a GeoJSON collection of features with codes";
    NO_POLYGON = "E151", "an area has no polygon in areas.geojson";
    RING = "E152", "the ring of a polygon is open, too short or out of range";
    DIVISION_ROW = "E160", "an area stands twice in the same region of a division";
    CROSSWALK = "E161", "a crosswalk does not lead every area to exactly one area";
    REGION_ONCE = "E162", "regions of a division stand in one row each, and rows below have none";
    DESCRIPTOR = "E170", "datapackage.json cannot be understood";
    RESOURCE = "E171", "datapackage.json names a file that is not in the folder";
    YEAR = "E172", "the instance holds no figures of the year asked for";
    NO_NEIGHBOUR = "W101", "an area has no neighbour, whatever the link kinds";
    COMPONENTS = "W102", "the areas fall into parts that nothing links";
    NEEDS_LINKS = "W103", "an area has no neighbour on land, but other link kinds tie it";
    NEED_LINKS = "W104", "land and fixed links leave the areas in several parts";
    JOBS = "W105", "the jobs of areas are not the sum of the flows to them";
    EMPLOYED = "W106", "the employed residents of areas are not the sum of the flows from them";
    NOBODY_WORKS = "W107", "an area has no jobs or no employed residents";
    SHARED_NAME = "W108", "several areas share a name";
    NO_SOURCES = "W109", "the instance names no sources or no licence";
    NO_COMMUTERS = "W110", "nobody commutes between an area and the other areas";
    ASSUMED_ENCODING = "W111", "a file is not UTF-8, and its encoding was assumed";
    EMPTY_AREA = "W112", "nobody lives in an area";
}
