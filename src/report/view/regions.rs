//! The regions of a plan as reports show them.

use super::RegionView;
use super::areas::{area_view, by_population};
use crate::maps::FILLS;
use crate::words::{Lang, rounded_to_sum, title_of};
use regionfront_analysis::indicators::{self, Ratio, RegionFigures};
use regionfront_model::instance::Instance;
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Problem;

/// The regions of a plan; percentages rounded so that each column sums.
pub(crate) fn views(
    problem: &Problem,
    plan: &Plan,
    fills: &[usize],
    lang: Lang,
) -> Vec<RegionView> {
    of_figures(&problem.instance, &indicators::regions(problem, plan), fills, lang)
}

/// The regions of figures; percentages rounded so that each column sums, as far as regions share no
/// areas.
pub(super) fn of_figures(
    instance: &Instance,
    figures: &[RegionFigures],
    fills: &[usize],
    lang: Lang,
) -> Vec<RegionView> {
    let tenths = |parts: Vec<u64>, whole: u64| -> Vec<f64> {
        #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
        let percent = |tenths: u64| tenths as f64 / 10.0;
        rounded_to_sum(&parts, whole, 1000).into_iter().map(percent).collect()
    };
    let population = tenths(figures.iter().map(|r| r.population).collect(), instance.population());
    let internal = tenths(
        figures.iter().map(|region| region.internal_commuting).collect(),
        instance.flows.total_between(),
    );
    figures
        .iter()
        .zip(fills)
        .zip(population.into_iter().zip(internal))
        .map(|((region, &fill), (population_percent, internal_percent))| {
            let destination = region.largest_destination.as_ref();
            RegionView {
                id: region.id,
                name: region.name.clone(),
                fill: FILLS[fill].to_owned(),
                areas: by_population(instance, &region.areas),
                centre: area_view(&instance.areas[region.centre]),
                population: region.population,
                population_percent,
                land_area_km2: (region.land_area_km2 * 10.0).round() / 10.0,
                employed_residents: region.employed_residents,
                jobs: region.jobs,
                jobs_per_employed_resident: Ratio {
                    part: region.jobs,
                    whole: region.employed_residents,
                }
                .value(),
                internal_commuting: region.internal_commuting,
                internal_percent,
                own_area_flow: region.own_area_flow,
                supply_self_containment: region.supply_self_containment().value(),
                demand_self_containment: region.demand_self_containment().value(),
                in_commuters: region.in_commuters,
                out_commuters: region.out_commuters,
                largest_destination: destination
                    .map(|place| match place.code {
                        Some(_) => place.name.clone(),
                        None => place_name(&place.name, lang),
                    })
                    .unwrap_or_default(),
                largest_destination_commuters: destination.map_or(0, |place| place.commuters),
            }
        })
        .collect()
}

/// A place outside by its word in the column names: known ones by their name in the language,
/// others with a capital: `oslo` is Oslo.
fn place_name(word: &str, lang: Lang) -> String {
    lang.text(&format!("place_{word}")).map_or_else(|| title_of(word), str::to_owned)
}
