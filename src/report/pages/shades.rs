//! Maps of a figure: areas shaded by classes of it, light for little and dark for much.

use serde::Serialize;

use regionfront_analysis::indicators;
use regionfront_model::plan::Plan;

use crate::maps::{Embedded, Ground, Key, Map, Texts};
use crate::run::RecordedRun;
use crate::view::PlanView;
use crate::words::Lang;

/// Fills from little to much: the blues of `ColorBrewer` in five classes, told apart in print as well.
const FILLS: [&str; 5] = ["#EFF3FF", "#BDD7E7", "#6BAED6", "#3182BD", "#08519C"];

/// A map of a figure with its classes.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Shade {
    svg: String,
    /// Fill and range of every class, from little to much.
    classes: Vec<(&'static str, String)>,
    caption: String,
    /// The map as a file of its own.
    #[serde(skip)]
    pub(super) file: String,
}

impl Shade {
    /// A map of a figure, for the page and as a file of its own.
    fn new(map: &Map, embedded: Embedded, classes: &Classes, lang: Lang, around: Around) -> Self {
        let classes = classes.legend(lang);
        let key = |(fill, range): &(&str, String)| Key {
            fill: (*fill).to_owned(),
            name: range.clone(),
            note: String::new(),
        };
        let file = map.standalone(&Texts {
            title: around.title,
            subtitle: embedded.title.to_owned(),
            description: embedded.description.to_owned(),
            legend: classes.iter().map(key).collect(),
            sources: around.sources,
        });
        Self { svg: map.embedded(embedded), classes, caption: embedded.title.to_owned(), file }
    }
}

/// What stands around the file of a map.
pub(super) struct Around {
    pub(super) title: String,
    pub(super) sources: String,
}

/// Classes of shares by whole tenths, five at most.
struct Classes {
    /// The lower end of the first class, in tenths.
    least: u32,
    /// How many tenths a class has.
    step: u32,
    count: usize,
}

impl Classes {
    fn of(shares: &[f64]) -> Self {
        let tenth = |share: f64| -> u32 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a share has eleven tenths at most"
            )]
            let tenth = (share.clamp(0.0, 1.0) * 10.0).floor() as u32;
            tenth.min(9)
        };
        let tenths: Vec<u32> = shares.iter().map(|&share| tenth(share)).collect();
        let least = tenths.iter().copied().min().unwrap_or(0);
        let most = tenths.iter().copied().max().unwrap_or(0);
        let all = most - least + 1;
        let step = all.div_ceil(u32::try_from(FILLS.len()).unwrap_or(1));
        Self { least, step, count: usize::try_from(all.div_ceil(step)).unwrap_or(1) }
    }

    /// The class of a share, from 0.
    fn of_share(&self, share: f64) -> usize {
        let low = |class: usize| {
            f64::from(self.least + self.step * u32::try_from(class).unwrap_or(0)) / 10.0
        };
        (1..self.count).rev().find(|&class| share >= low(class)).unwrap_or(0)
    }

    /// Few classes take fills from all of the range.
    fn fill(&self, class: usize) -> &'static str {
        let last = FILLS.len() - 1;
        FILLS[if self.count > 1 { class * last / (self.count - 1) } else { last / 2 }]
    }

    fn legend(&self, lang: Lang) -> Vec<(&'static str, String)> {
        let range = |class: usize| {
            let low = self.least + self.step * u32::try_from(class).unwrap_or(0);
            let high = (low + self.step).min(10);
            lang.percent_sign(&format!("{}–{}", low * 10, high * 10))
        };
        (0..self.count).map(|class| (self.fill(class), range(class))).collect()
    }
}

/// The self-containment of the regions of a plan; `None` where one has no employed residents.
pub(super) fn self_containment(
    run: &RecordedRun,
    ground: &Ground,
    plan: &Plan,
    view: &PlanView,
    lang: Lang,
    around: Around,
) -> Option<Shade> {
    let shares: Vec<f64> =
        view.regions.iter().map(|region| region.supply_self_containment).collect::<Option<_>>()?;
    let classes = Classes::of(&shares);
    let fills: Vec<&str> =
        shares.iter().map(|&share| classes.fill(classes.of_share(share))).collect();
    let told: Vec<String> =
        shares.iter().map(|&share| lang.percent_sign(&lang.decimal(share * 100.0, 0))).collect();
    let labels: Vec<&str> = told.iter().map(String::as_str).collect();
    let described: Vec<String> = view
        .regions
        .iter()
        .zip(&told)
        .map(|(region, told)| format!("{} {told}", region.name))
        .collect();
    let map = Map::new(ground, plan, &fills, &labels, Vec::new());
    let caption = caption(run, lang, "shade_supply");
    let embedded = Embedded {
        title: &caption,
        description: &lang.list(&described),
        id: &format!("supply-{}", view.id),
        has_names: true,
        flows: &[],
    };
    Some(Shade::new(&map, embedded, &classes, lang, around))
}

/// The share of employed residents of every area who work in another, whatever the division.
pub(super) fn out_commuting(
    run: &RecordedRun,
    ground: &Ground,
    lang: Lang,
    around: Around,
) -> Option<Shade> {
    let instance = &run.problem.instance;
    let share = |area: usize| {
        let name = instance.areas[area].name.clone();
        let figures = indicators::region(instance, 1, name, vec![area]);
        #[expect(clippy::cast_precision_loss, reason = "shown to people; counts stay below 2^52")]
        let share = figures.out_commuters as f64 / figures.employed_residents as f64;
        (figures.employed_residents > 0).then_some(share)
    };
    let shares: Vec<f64> = (0..instance.num_areas()).map(share).collect::<Option<_>>()?;
    let classes = Classes::of(&shares);
    let whole = Plan::from_labels(&vec![1; instance.num_areas()]);
    let fills = shares.iter().map(|&share| classes.fill(classes.of_share(share)).to_owned());
    let map = Map::new(ground, &whole, &[FILLS[0]], &[""], Vec::new()).with_fills(fills.collect());
    let described = instance.areas.iter().zip(&shares).map(|(area, &share)| {
        format!("{} {}", area.name, lang.percent_sign(&lang.decimal(share * 100.0, 0)))
    });
    let caption = caption(run, lang, "shade_out");
    let embedded = Embedded {
        title: &caption,
        description: &lang.list(&described.collect::<Vec<_>>()),
        id: "out-commuting",
        has_names: true,
        flows: &[],
    };
    Some(Shade::new(&map, embedded, &classes, lang, around))
}

/// What the map shows, and of which year.
fn caption(run: &RecordedRun, lang: Lang, key: &str) -> String {
    let text = lang.word(key);
    match run.problem.instance.year {
        Some(year) => {
            format!("{text} {}", lang.say("shade_year", &[("year", year.to_string())]))
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_whole_tenths_and_hold_every_share() {
        let classes = Classes::of(&[0.43, 0.71, 0.55]);
        assert_eq!((classes.least, classes.step, classes.count), (4, 1, 4));
        assert_eq!([0.43, 0.5, 0.71].map(|share| classes.of_share(share)), [0, 1, 3]);
        let wide = Classes::of(&[0.02, 1.0]);
        assert_eq!((wide.least, wide.step, wide.count), (0, 2, 5));
        assert_eq!([0.02, 0.2, 1.0].map(|share| wide.of_share(share)), [0, 1, 4]);
        assert_eq!(wide.legend(Lang::Nb)[4].1, "80–100\u{a0}%");
        let one = Classes::of(&[0.5]);
        assert_eq!((one.count, one.fill(0)), (1, FILLS[2]));
    }
}
