//! `tables.xlsx`: one sheet per table, typed cells, codes as text, frozen headers, and a sheet of
//! notes.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::instance::Instance;
use crate::plan::Plan;

use super::model::{AreaView, ReportDocument};
use super::words::Lang;

/// Widest a column gets, in characters.
const WIDEST: usize = 60;

/// A cell by its type.
#[derive(Clone, Debug)]
enum Cell {
    Text(String),
    Whole(u64),
    Signed(i64),
    /// A share, shown in per cent.
    Share(Option<f64>),
    Decimal(Option<f64>),
    None,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

struct Sheet {
    name: String,
    headings: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

/// The bytes of the workbook.
pub(super) fn bytes(
    document: &ReportDocument,
    instance: &Instance,
    plans: &[&Plan],
) -> Result<Vec<u8>, XlsxError> {
    let lang = document.lang;
    let mut workbook = Workbook::new();
    let title = &document.question.title;
    let mut properties = DocProperties::new().set_title(title).set_author("regionfront");
    // When the run ended, so that the same run gives the same bytes.
    let moment = if document.method.ended.is_empty() {
        &document.method.started
    } else {
        &document.method.ended
    };
    let created = ExcelDateTime::parse_from_str(moment.trim_end_matches('Z'))
        .or_else(|_| ExcelDateTime::from_ymd(2000, 1, 1))?;
    properties = properties.set_creation_datetime(&created);
    workbook.set_properties(&properties);
    for sheet in [
        divisions(document),
        regions(document),
        assignment(document, instance, plans),
        borders(document),
        moves(document),
        prices(document),
        compared(document),
        moved(document),
        references(document),
        likeness(document),
        cores(document),
    ] {
        if !sheet.rows.is_empty() {
            write(workbook.add_worksheet(), &sheet)?;
        }
    }
    notes(workbook.add_worksheet(), document, lang)?;
    workbook.save_to_buffer()
}

fn write(worksheet: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Bottom)
        .set_border_bottom(FormatBorder::Medium);
    let text = Format::new().set_num_format("@").set_align(FormatAlign::Top);
    let whole = Format::new().set_num_format("#,##0").set_align(FormatAlign::Top);
    let signed = Format::new().set_num_format("+#,##0;-#,##0;0").set_align(FormatAlign::Top);
    let share = Format::new().set_num_format("0.0%").set_align(FormatAlign::Top);
    let decimal = Format::new().set_num_format("#,##0.0##").set_align(FormatAlign::Top);
    worksheet.set_name(&sheet.name)?;
    for (column, name) in (0..).zip(&sheet.headings) {
        worksheet.write_with_format(0, column, name, &heading)?;
    }
    for (row, cells) in (1..).zip(&sheet.rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Text(value) => worksheet.write_with_format(row, column, value, &text)?,
                Cell::Whole(value) => {
                    worksheet.write_number_with_format(row, column, float(*value), &whole)?
                }
                #[expect(clippy::cast_precision_loss, reason = "a spreadsheet knows no integers")]
                Cell::Signed(value) => {
                    worksheet.write_number_with_format(row, column, *value as f64, &signed)?
                }
                Cell::Share(Some(value)) => {
                    worksheet.write_number_with_format(row, column, *value, &share)?
                }
                Cell::Decimal(Some(value)) => {
                    worksheet.write_number_with_format(row, column, *value, &decimal)?
                }
                Cell::Share(None) | Cell::Decimal(None) | Cell::None => worksheet,
            };
        }
    }
    for (column, name) in (0..).zip(&sheet.headings) {
        let longest_word = name.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
        let widest = sheet
            .rows
            .iter()
            .filter_map(|row| row.get(usize::from(column)))
            .map(|cell| match cell {
                Cell::Text(text) => text.chars().count(),
                Cell::Whole(number) => number.to_string().len() * 4 / 3,
                _ => 8,
            })
            .max()
            .unwrap_or(0);
        let width = u32::try_from(widest.max(longest_word).clamp(6, WIDEST) + 2).unwrap_or(10);
        worksheet.set_column_width(column, width)?;
    }
    worksheet.set_freeze_panes(1, 0)?;
    let last = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX);
    let columns = u16::try_from(sheet.headings.len().max(1) - 1).unwrap_or(u16::MAX);
    worksheet.autofilter(0, 0, last, columns)?;
    worksheet.set_landscape().set_print_fit_to_pages(1, 0);
    worksheet.set_repeat_rows(0, 0)?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a spreadsheet knows no integers")]
fn float(number: u64) -> f64 {
    number as f64
}

fn sheet(lang: Lang, name: &str, headings: &[&str]) -> Sheet {
    Sheet {
        name: lang.word(name).to_owned(),
        headings: headings.iter().map(|key| lang.word(key).to_owned()).collect(),
        rows: Vec::new(),
    }
}

fn divisions(document: &ReportDocument) -> Sheet {
    let lang = document.lang;
    let mut sheet =
        sheet(lang, "sheet_divisions", &["col_k", "col_point", "col_internal", "col_share"]);
    let headings = document.objectives.iter().map(|objective| objective.name.clone());
    sheet.headings.extend(headings);
    for key in ["col_smallest", "col_largest", "col_status", "col_bound", "col_gap", "col_reason"] {
        sheet.headings.push(lang.word(key).to_owned());
    }
    for front in &document.fronts {
        for point in &front.points {
            let mut row = vec![
                Cell::Whole(front.k as u64),
                Cell::Whole(point.number as u64),
                Cell::Whole(point.objective),
                Cell::Share(point.share),
            ];
            for objective in &document.objectives {
                row.push(Cell::Decimal(point.against.get(&objective.key).copied()));
            }
            row.extend([
                Cell::Whole(point.min_population),
                Cell::Whole(point.max_population),
                Cell::Text(point.solution.to_string()),
                point.bound.map_or(Cell::None, Cell::Whole),
                Cell::Share(point.gap_rel),
                Cell::None,
            ]);
            sheet.rows.push(row);
        }
        if front.points.is_empty() {
            let mut row = vec![Cell::Whole(front.k as u64)];
            row.resize(sheet.headings.len() - 1, Cell::None);
            row.push(Cell::Text(front.reason.clone().unwrap_or_default()));
            sheet.rows.push(row);
        }
    }
    sheet
}

fn regions(document: &ReportDocument) -> Sheet {
    let mut sheet = sheet(
        document.lang,
        "sheet_regions",
        &[
            "col_plan",
            "col_region",
            "municipalities",
            "col_centre",
            "population",
            "col_area_km2",
            "col_employed",
            "col_jobs",
            "col_jobs_per",
            "col_internal",
            "col_own",
            "col_supply",
            "col_demand",
            "col_out",
            "col_in",
            "col_destination",
            "col_there",
        ],
    );
    let plans = document.plans.iter().map(|plan| (plan.id.as_str(), &plan.regions));
    let divisions = document.divisions.iter().map(|view| (view.whole.name.as_str(), &view.regions));
    for (name, regions) in plans.chain(divisions) {
        for region in regions {
            sheet.rows.push(vec![
                name.into(),
                region.name.as_str().into(),
                Cell::Text(names(&region.areas)),
                region.centre.name.as_str().into(),
                Cell::Whole(region.population),
                Cell::Decimal(Some(region.land_area_km2)),
                Cell::Whole(region.employed_residents),
                Cell::Whole(region.jobs),
                Cell::Decimal(region.jobs_per_employed_resident),
                Cell::Whole(region.internal_flow),
                Cell::Whole(region.own_area_flow),
                Cell::Share(region.self_containment_supply),
                Cell::Share(region.self_containment_demand),
                Cell::Whole(region.out_commuters),
                Cell::Whole(region.in_commuters),
                region.largest_destination.as_str().into(),
                Cell::Whole(region.largest_destination_commuters),
            ]);
        }
    }
    sheet
}

fn assignment(document: &ReportDocument, instance: &Instance, plans: &[&Plan]) -> Sheet {
    let mut sheet = sheet(
        document.lang,
        "sheet_assignment",
        &["col_code", "col_municipality", "col_county", "population", "col_employed", "col_jobs"],
    );
    sheet.headings.extend(document.plans.iter().map(|plan| plan.id.clone()));
    for (index, area) in instance.areas.iter().enumerate() {
        let mut row = vec![
            area.code.as_str().into(),
            area.name.as_str().into(),
            area.county.as_str().into(),
            Cell::Whole(area.population),
            Cell::Whole(area.employed_residents),
            Cell::Whole(area.jobs),
        ];
        for (view, plan) in document.plans.iter().zip(plans) {
            let region = &view.regions[plan.region_of(index) as usize - 1];
            row.push(region.name.as_str().into());
        }
        sheet.rows.push(row);
    }
    sheet
}

fn borders(document: &ReportDocument) -> Sheet {
    let lang = document.lang;
    let mut sheet = sheet(
        lang,
        "sheet_borders",
        &["col_plan", "col_region", "col_region", "col_touches", "col_cut", "col_strongest"],
    );
    sheet.headings.extend(["col_there", "col_back"].map(|key| lang.word(key).to_owned()));
    for plan in &document.plans {
        for border in &plan.borders {
            let mut row = vec![
                plan.id.as_str().into(),
                border.a_name.as_str().into(),
                border.b_name.as_str().into(),
                lang.word(if border.touches { "yes" } else { "no" }).into(),
                Cell::Whole(border.commuters),
            ];
            if let Some(tie) = border.strongest.first() {
                row.push(Cell::Text(format!("{} → {}", tie.from.name, tie.to.name)));
                row.extend([Cell::Whole(tie.there), Cell::Whole(tie.back)]);
            }
            sheet.rows.push(row);
        }
    }
    sheet
}

fn moves(document: &ReportDocument) -> Sheet {
    let lang = document.lang;
    let mut sheet = sheet(
        lang,
        "sheet_moves",
        &[
            "col_plan",
            "col_code",
            "col_municipality",
            "col_region",
            "col_with",
            "col_ties_here",
            "col_ties_there",
            "col_change",
            "col_allowed",
            "col_verdict",
        ],
    );
    // The region on the other side has no heading of its own among the words.
    lang.word("col_from_to").clone_into(&mut sheet.headings[4]);
    for plan in &document.plans {
        for moved in &plan.moves {
            sheet.rows.push(vec![
                plan.id.as_str().into(),
                moved.area.code.as_str().into(),
                moved.area.name.as_str().into(),
                moved.from_name.as_str().into(),
                Cell::Text(format!("→ {}", moved.to_name)),
                Cell::Whole(moved.ties_here),
                Cell::Whole(moved.ties_there),
                Cell::Signed(moved.change),
                lang.word(if moved.is_allowed { "yes" } else { "no" }).into(),
                moved.because.as_str().into(),
            ]);
        }
    }
    sheet
}

fn prices(document: &ReportDocument) -> Sheet {
    let mut sheet = sheet(
        document.lang,
        "sheet_prices",
        &["col_plan", "col_rule", "col_without", "col_bound", "col_price"],
    );
    for plan in &document.plans {
        for price in &plan.prices {
            sheet.rows.push(vec![
                plan.id.as_str().into(),
                price.rule.as_str().into(),
                Cell::Whole(price.objective),
                price.bound.map_or(Cell::None, Cell::Whole),
                Cell::Whole(price.price),
            ]);
        }
    }
    sheet
}

fn compared(document: &ReportDocument) -> Sheet {
    let mut sheet = sheet(
        document.lang,
        "sheet_compared",
        &["col_first", "col_second", "col_gained", "col_moved", "col_people_moved", "col_alike"],
    );
    for pair in &document.comparisons {
        sheet.rows.push(vec![
            pair.first.as_str().into(),
            pair.second.as_str().into(),
            Cell::Signed(pair.difference),
            Cell::Whole(pair.areas_moved as u64),
            Cell::Whole(pair.people_moved),
            Cell::Decimal(Some(pair.adjusted_rand)),
        ]);
    }
    sheet
}

fn moved(document: &ReportDocument) -> Sheet {
    let mut sheet = sheet(
        document.lang,
        "sheet_moved",
        &[
            "col_first",
            "col_second",
            "col_code",
            "col_municipality",
            "population",
            "col_from",
            "col_to",
        ],
    );
    for pair in &document.comparisons {
        for moved in &pair.moved {
            sheet.rows.push(vec![
                pair.first.as_str().into(),
                pair.second.as_str().into(),
                moved.code.as_str().into(),
                moved.name.as_str().into(),
                Cell::Whole(moved.population),
                Cell::Text(moved.from.join(", ")),
                Cell::Text(moved.to.join(", ")),
            ]);
        }
    }
    sheet
}

fn references(document: &ReportDocument) -> Sheet {
    let mut sheet = sheet(
        document.lang,
        "sheet_references",
        &[
            "col_division",
            "col_regions",
            "col_internal",
            "col_share",
            "col_smallest",
            "col_largest",
            "col_left_out",
            "col_double",
        ],
    );
    for reference in &document.references {
        sheet.rows.push(vec![
            reference.name.as_str().into(),
            Cell::Whole(reference.num_regions as u64),
            Cell::Whole(reference.objective),
            Cell::Share(reference.share),
            Cell::Whole(reference.min_population),
            Cell::Whole(reference.max_population),
            Cell::Text(names(&reference.left_out)),
            Cell::Text(names(&reference.double_members)),
        ]);
    }
    sheet
}

fn likeness(document: &ReportDocument) -> Sheet {
    let mut sheet = sheet(
        document.lang,
        "sheet_likeness",
        &[
            "col_plan",
            "col_division",
            "col_pairs_kept",
            "col_kept_whole",
            "col_parted",
            "col_gained",
        ],
    );
    for plan in &document.plans {
        for (likeness, reference) in plan.likeness.iter().zip(&document.references) {
            sheet.rows.push(vec![
                plan.id.as_str().into(),
                reference.name.as_str().into(),
                Cell::Share(likeness.pairs_kept),
                Cell::Whole(likeness.kept_whole as u64),
                Cell::Text(likeness.parted.join(", ")),
                Cell::Signed(likeness.commuters_gained),
            ]);
        }
    }
    sheet
}

fn cores(document: &ReportDocument) -> Sheet {
    let mut sheet =
        sheet(document.lang, "sheet_cores", &["col_core", "population", "municipalities"]);
    for core in document.stability.iter().flat_map(|stability| &stability.cores) {
        sheet.rows.push(vec![
            core.name.as_str().into(),
            Cell::Whole(core.population),
            Cell::Text(names(&core.areas)),
        ]);
    }
    sheet
}

fn notes(
    worksheet: &mut Worksheet,
    document: &ReportDocument,
    lang: Lang,
) -> Result<(), XlsxError> {
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let bold = Format::new().set_bold();
    worksheet.set_name(lang.word("sheet_notes"))?;
    worksheet.set_column_width(0, 100)?;
    let mut row = 0;
    let mut line = |text: &str, format: &Format| -> Result<(), XlsxError> {
        worksheet.write_with_format(row, 0, text, format)?;
        row += 1;
        Ok(())
    };
    line(&document.question.title, &bold)?;
    if !document.question.scenario.is_empty() {
        line(&document.question.scenario, &bold)?;
    }
    for rule in &document.question.rules {
        line(rule, &wrapped)?;
    }
    line(lang.word("h_terms"), &bold)?;
    for key in ["internal", "share", "supply", "out", "in", "proven"] {
        let (term, text) = (format!("term_{key}"), format!("term_{key}_text"));
        line(&format!("{}: {}", lang.word(&term), lang.word(&text)), &wrapped)?;
    }
    line(lang.word("note_codes"), &wrapped)?;
    line(lang.word("note_shares"), &wrapped)?;
    line(lang.word("h_data"), &bold)?;
    for caveat in &document.data.caveats {
        line(caveat, &wrapped)?;
    }
    for source in &document.data.sources {
        line(&format!("{} {}", source.title, source.path), &wrapped)?;
    }
    if !document.data.licences.is_empty() {
        let licences = document.data.licences.join("; ");
        line(&format!("{}: {licences}", lang.word("licences")), &wrapped)?;
    }
    line(&format!("regionfront {}", document.version), &wrapped)?;
    line(&format!("{}: {}", lang.word("m_instance"), document.method.instance_sha256), &wrapped)?;
    line(&format!("{}: {}", lang.word("m_rules"), document.method.scenario_sha256), &wrapped)?;
    Ok(())
}

fn names(areas: &[AreaView]) -> String {
    areas.iter().map(|area| area.name.as_str()).collect::<Vec<_>>().join(", ")
}
