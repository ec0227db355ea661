//! GAL with PySAL's header: the number of areas. Codes cannot hold spaces there: each becomes `_`, as
//! PySAL writes it.

use std::io::{self, Write};

use super::Export;

pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    let code = |area: usize| -> String {
        let code = &export.instance.areas[area].code;
        code.split_whitespace().collect::<Vec<_>>().join("_")
    };
    writeln!(out, "{}", export.instance.num_areas())?;
    for (area, neighbours) in export.neighbours().into_iter().enumerate() {
        writeln!(out, "{} {}", code(area), neighbours.len())?;
        // PySAL reads a line here even when there are no neighbours.
        let codes: Vec<String> = neighbours.into_iter().map(|(other, _)| code(other)).collect();
        writeln!(out, "{}", codes.join(" "))?;
    }
    Ok(())
}
