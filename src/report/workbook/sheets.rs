//! The sheets of the workbook: a table each.

use crate::view::{AreaView, ReportDocument};
use crate::words::Lang;
use regionfront_model::instance::Instance;
use regionfront_model::plan::Plan;

use super::{Cell, Sheet};

/// Every sheet but the notes; some without rows.
pub(super) fn all(document: &ReportDocument, instance: &Instance, plans: &[&Plan]) -> Vec<Sheet> {
    vec![
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
    ]
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
                Cell::Whole(region.internal_commuting),
                Cell::Whole(region.own_area_flow),
                Cell::Share(region.supply_self_containment),
                Cell::Share(region.demand_self_containment),
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

fn names(areas: &[AreaView]) -> String {
    areas.iter().map(|area| area.name.as_str()).collect::<Vec<_>>().join(", ")
}
