//! Reference divisions: `divisions/*.csv` with the columns `code,region`.
//!
//! A division may leave areas out, by giving them no row or no region, and may hold an area in
//! several regions. Only the same area twice in the same region is an error.

use std::path::Path;

use super::lookup::{Codes, Resolver};
use super::read::{Table, unreadable};
use super::{Division, DivisionRegion, Instance, codes};
use crate::defect::{Defect, Defects};

/// Reads a division of an instance from any CSV file. Its name is the file's, without extension.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn read_division(path: &Path, instance: &Instance) -> Result<Division, Defects> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| Defects::from(unreadable(&file, &error)))?;
    let codes = Codes::new(&instance.areas, std::collections::BTreeMap::new());
    let mut defects = Defects::default();
    let division = parse(&file, &bytes, &codes, &mut defects);
    defects.into_result()?;
    Ok(division)
}

/// The division in the bytes of a file.
pub(super) fn parse(file: &str, bytes: &[u8], codes: &Codes, defects: &mut Defects) -> Division {
    let name = Path::new(file)
        .file_stem()
        .map_or_else(|| file.to_owned(), |stem| stem.to_string_lossy().into_owned());
    let mut division = Division { name, regions: Vec::new() };
    let Some(table) = Table::read(file, bytes, &["code", "region"], defects) else {
        return division;
    };
    let mut resolver = Resolver::new(codes);
    for row in &table.rows {
        let Some(area) = resolver.column(&table, row, "code") else { continue };
        let name = row.get(table.required("region"));
        if name.is_empty() {
            continue;
        }
        let at = division.regions.iter().position(|region| region.name == name);
        let at = at.unwrap_or_else(|| {
            division.regions.push(DivisionRegion { name: name.to_owned(), areas: Vec::new() });
            division.regions.len() - 1
        });
        let areas = &mut division.regions[at].areas;
        if areas.contains(&area) {
            defects.push(Defect::new(
                codes::DIVISION_ROW,
                format!("{file}, row {}", row.line),
                format!("{} stands twice in the region {name}", codes.label_of(area)),
                "drop one of the rows",
            ));
        } else {
            areas.push(area);
        }
    }
    resolver.finish(defects);
    for region in &mut division.regions {
        region.areas.sort_unstable();
    }
    division
}
