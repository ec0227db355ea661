//! Well-known text of coordinate systems, as `.prj` files and `GeoPackages` hold it.

/// The number in the EPSG register of the system itself, not of its parts: it stands last.
pub(super) fn code_of(text: &str) -> Option<u16> {
    let upper = text.to_uppercase();
    // `AUTHORITY["EPSG","25833"]` of the first version, `ID["EPSG",25833]` of the second.
    let number = |after: &str| -> Option<u16> {
        let digits: String = after
            .trim_start_matches([',', ' ', '"'])
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().ok()
    };
    let at_end = ["AUTHORITY[\"EPSG\"", "ID[\"EPSG\""].into_iter().find_map(|mark| {
        let at = upper.rfind(mark)?;
        // What follows closes the system itself, and nothing inside of it.
        let rest = &upper[at + mark.len()..];
        let closing = rest.find(']').map(|end| &rest[end + 1..])?;
        let is_own = closing.trim() == "]";
        is_own.then(|| number(rest)).flatten()
    });
    at_end.or_else(|| by_name(&name_of(text)))
}

/// The name of the system.
pub(super) fn name_of(text: &str) -> String {
    text.split('"').nth(1).unwrap_or(text).to_owned()
}

/// Systems that shapefiles name without a number.
fn by_name(name: &str) -> Option<u16> {
    let plain: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let zone = |start: &str, end: &str| -> Option<u16> {
        plain
            .strip_prefix(start)?
            .strip_suffix(end)?
            .parse()
            .ok()
            .filter(|zone| (1..=60).contains(zone))
    };
    if let Some(zone) = zone("etrs1989utmzone", "n").or_else(|| zone("etrs89utmzone", "n")) {
        return (28..=38).contains(&zone).then_some(25_800 + zone);
    }
    if let Some(zone) = zone("wgs1984utmzone", "n").or_else(|| zone("wgs84utmzone", "n")) {
        return Some(32_600 + zone);
    }
    if let Some(zone) = zone("wgs1984utmzone", "s").or_else(|| zone("wgs84utmzone", "s")) {
        return Some(32_700 + zone);
    }
    if let Some(zone) = zone("nad1983utmzone", "n") {
        return (1..=23).contains(&zone).then_some(26_900 + zone);
    }
    match plain.as_str() {
        "gcswgs1984" | "wgs84" => Some(4326),
        "gcsetrs1989" | "gcsetrs89" | "etrs89" => Some(4258),
        "gcsnorthamerican1983" | "nad83" => Some(4269),
        "wgs1984webmercatorauxiliarysphere" | "wgs84pseudomercator" => Some(3857),
        "sweref99tm" | "sweref991999tm" => Some(3006),
        "etrs1989laea" | "etrs89extendedlaeaeurope" | "etrs89laeaeurope" => Some(3035),
        "britishnationalgrid" | "osgb1936britishnationalgrid" => Some(27700),
        "rgf1993lambert93" | "rgf93lambert93" | "rgf93v1lambert93" => Some(2154),
        "ch1903lv95" | "ch1903pluslv95" | "ch1903lv03" if plain.contains("95") => Some(2056),
        "rdnew" | "amersfoortrdnew" => Some(28992),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_known_by_number_or_name() {
        let utm = "PROJCS[\"ETRS89 / UTM zone 33N\",GEOGCS[\"ETRS89\",AUTHORITY[\"EPSG\",\"4258\"]],\
                   AUTHORITY[\"EPSG\",\"25833\"]]";
        assert_eq!(code_of(utm), Some(25833));
        let second = "PROJCRS[\"x\",BASEGEOGCRS[\"y\",ID[\"EPSG\",4258]],ID[\"EPSG\",25832]]";
        assert_eq!(code_of(second), Some(25832));
        let of_a_part =
            "PROJCS[\"ETRS_1989_UTM_Zone_32N\",GEOGCS[\"g\",AUTHORITY[\"EPSG\",\"4258\"]]]";
        assert_eq!(code_of(of_a_part), Some(25832), "a part's number is not the system's");
        assert_eq!(code_of("PROJCS[\"Somewhere\"]"), None);
    }
}
