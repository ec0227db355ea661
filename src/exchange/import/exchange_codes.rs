//! The codes of what can go wrong, or is odd, when parts of an instance are read from formats of
//! others, or written to them. Those that begin with W are oddities.

macro_rules! codes {
    ($($name:ident = $code:literal, $meaning:literal;)*) => {
        $(
            #[doc = $meaning]
            #[allow(unreachable_pub, reason = "some are for those who write what was read")]
            pub const $name: &str = $code;
        )*

        /// Every code with its meaning, in order.
        pub const EXCHANGE_CODES: &[(&str, &str)] = &[$(($code, $meaning)),*];
    };
}

codes! {
    AMBIGUOUS = "E182", "a figure of a source can mean two numbers, and nothing in it shows which";
    CODE = "E183", "a code of a source is a number that a spreadsheet rounded, or a date it made";
    CHOICE = "E184", "rows of a table have to be chosen, or the choice fits none";
    IS_TOTAL = "E185", "a label may be that of a total or that of an area";
    PLACE = "E186", "a place outside cannot be told from the areas";
    FORMAT = "E190", "a source is not in the format it should be in";
    PROPERTY = "E191", "a source lacks a property, column or sheet, or an area has no code";
    TWICE = "E192", "a source holds an area, a pair or a ring twice";
    UNLISTED = "E193", "a source names an area that it does not list";
    POLYGON = "E194", "an area of a source has no polygon, or a ring that is open or too short";
    COORDINATES = "E195", "coordinates do not fit the coordinate system";
    FIGURE = "E196", "a figure of a source is not a whole number from 0 to 10^15";
    TOTAL = "E197", "totals of a matrix are not the sums of its figures";
    MISFIT = "E198", "a source does not fit the folder, or the folder holds that part already";
    NO_PLAN = "E199", "a division cannot be carried by a format, as it is no plan";
    OVERLAP = "W189", "areas of a source lie on each other";
    ZEROS = "W190", "codes got leading zeros back";
    ONE_WAY = "W191", "neighbours are listed in one direction only";
    CONTACT = "W192", "areas touch in a point, or cross, and share no border";
    NEAR = "W193", "areas nearly touch";
    ISLAND = "W194", "an area or a group of areas touches no other";
    LEFT_OUT = "W195", "something in a source was left out";
    CROSSES = "W196", "the outline of an area crosses itself";
    EXCLAVE = "W197", "areas touch only by an exclave";
    AXES = "W198", "areas look as if latitude and longitude had changed places";
    ALIKE = "W199", "codes of several areas look alike";
}
