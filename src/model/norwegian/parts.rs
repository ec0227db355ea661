//! Parts of sentences: figures with what they count, places in files, kinds of links.

use super::Said;

/// Parts that stand in gaps of sentences, or in those of each other.
#[rustfmt::skip]
pub(super) const PARTS: &[Said] = &[
    ("{#n} person", "{n} innbygger"),
    ("{#n} people", "{n} innbyggere"),
    ("{#n} area", "{n} kommune"),
    ("{#n} areas", "{n} kommuner"),
    ("{#n} job", "{n} arbeidsplass"),
    ("{#n} jobs", "{n} arbeidsplasser"),
    ("{#n} employed resident", "{n} sysselsatt bosatt"),
    ("{#n} employed residents", "{n} sysselsatte bosatte"),
    ("{#inside} of {#all} employed residents work inside", "{inside} av {all} sysselsatte bosatte arbeider innenfor"),
    ("{#n} region", "{n} region"),
    ("{#n} regions", "{n} regioner"),
    ("{#n} other region", "{n} annen region"),
    ("{#n} other regions", "{n} andre regioner"),
    ("{#n} whole", "{n} enhet"),
    ("{#n} wholes", "{n} enheter"),
    ("{#n} separate part", "{n} del for seg"),
    ("{#n} separate parts", "{n} deler hver for seg"),
    ("{#n} field", "{n} felt"),
    ("{#n} fields", "{n} felt"),
    ("{#n} column", "{n} kolonne"),
    ("{#n} columns", "{n} kolonner"),
    ("{*regions} closed or fixed and {*parts} under {&kinds} ({&names})", "{regions} som er avgjort, og {parts} når {kinds} binder sammen ({names})"),
    ("{*regions} closed or fixed", "{regions} som er avgjort"),
    ("{*parts} under {&kinds} ({&names})", "{parts} når {kinds} binder sammen ({names})"),
    ("{&names} can be {#fewest} to {#most}", "{names} kan bli {fewest} til {most}"),
    ("from {from} to {to}", "fra {from} til {to}"),
    ("{from} to {to}", "{from} til {to}"),
    ("population", "innbyggertallet"),
    ("number of areas", "antallet kommuner"),
    ("number of jobs", "antallet arbeidsplasser"),
    ("number of employed residents", "antallet sysselsatte bosatte"),
    ("semicolons", "semikolon"),
    ("tabs", "tabulatortegn"),
    ("bars", "loddrette streker"),
    ("is not a number", "er ikke et tall"),
    ("is not written as a whole number", "er ikke skrevet som et helt tall"),
    ("is negative", "er negativ"),
    ("is more than 10^15 people", "er mer enn 10^15 personer"),
    ("is not in the folder", "er ikke i mappen"),
    ("does not stay in the folder", "ligger utenfor mappen"),
    ("has fewer than four points", "har færre enn fire punkter"),
    ("does not end where it begins", "slutter ikke der den begynner"),
    ("has a point outside longitude ±180 and latitude ±90", "har et punkt utenfor lengdegrad ±180 og breddegrad ±90"),
    ("jobs", "arbeidsplasser"),
    ("employed residents", "sysselsatte bosatte"),
    ("sources", "kilder"),
    ("licence", "lisens"),
    ("scenario", "scenario"),
    ("division", "inndeling"),
    ("accepted", "i kø"),
    ("running", "under arbeid"),
];

/// Places in files: what stands after the file.
#[rustfmt::skip]
pub(super) const PLACES: &[Said] = &[
    ("{file}, row {row}, column {column}", "{file}, rad {row}, kolonne {column}"),
    ("{file}, row {row}", "{file}, rad {row}"),
    ("{file}, column {column}", "{file}, kolonne {column}"),
    ("{file}, feature {feature}", "{file}, objekt {feature}"),
    ("{one} and {other}", "{one} og {other}"),
    ("limits", "grenser"),
    ("server", "tjener"),
    ("queue", "kø"),
    ("archive", "arkiv"),
    ("body", "innhold"),
];

/// Kinds of links, as messages name them.
#[rustfmt::skip]
pub(super) const KINDS: &[Said] = &[
    ("land", "landegrenser"),
    ("fixed_link", "faste forbindelser"),
    ("ferry", "ferjer"),
    ("sea_link", "forbindelser over sjø"),
    ("land borders", "landegrenser"),
    ("fixed links", "faste forbindelser"),
    ("ferries", "ferjer"),
];
