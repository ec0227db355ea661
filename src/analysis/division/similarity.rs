//! How alike two divisions are, in one number each.
//!
//! Only areas that both divisions hold are compared. For covers, *together* means sharing at
//! least one region (adjusted Rand), and areas with exactly the same regions form one class
//! (entropies); for plans both say the usual. All measures are symmetric but for homogeneity and
//! completeness, which change places.
//!
//! - Adjusted Rand index: L. Hubert, P. Arabie, *Comparing partitions*, Journal of Classification 2
//!   (1985), in the form over pairs.
//! - Variation of information: M. Meilă, *Comparing clusterings: an information based distance*,
//!   Journal of Multivariate Analysis 98 (2007). Each area weighs as many as its inhabitants.
//! - V-measure: A. Rosenberg, J. Hirschberg, *V-measure*, EMNLP-CoNLL (2007), beta 1. Areas weigh
//!   alike.

use std::collections::BTreeMap;

use regionfront_model::instance::{Division, Instance};

use super::Membership;

/// How alike two divisions are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similarity {
    /// Areas compared: those both divisions hold.
    pub areas: usize,
    /// 1 for equal divisions, about 0 for chance; may be negative. Over areas.
    pub adjusted_rand: f64,
    /// In nats; 0 for equal divisions. Weighted by population.
    pub variation_of_information: f64,
    /// Variation of information ÷ joint entropy: 0 for equal divisions, 1 for independent ones.
    pub variation_share: f64,
    /// 1 when every region of the second division lies within one of the first. Over areas.
    pub homogeneity: f64,
    /// 1 when every region of the first division lies within one of the second. Over areas.
    pub completeness: f64,
    /// Harmonic mean of homogeneity and completeness: 1 for equal divisions, 0 where one says
    /// nothing of the other.
    pub v_measure: f64,
}

/// Compares two divisions of one instance. Time O(areas² · regions of an area).
pub fn similarity(instance: &Instance, first: &Division, second: &Division) -> Similarity {
    let num_areas = instance.num_areas();
    let (first, second) = (Membership::new(num_areas, first), Membership::new(num_areas, second));
    let both: Vec<usize> = (0..num_areas)
        .filter(|&area| !first.of(area).is_empty() && !second.of(area).is_empty())
        .collect();
    let by_areas = Entropies::new(&both, &first, &second, |_| 1);
    let by_people = Entropies::new(&both, &first, &second, |area| instance.areas[area].population);
    let homogeneity = by_areas.homogeneity();
    let completeness = by_areas.completeness();
    let sum = homogeneity + completeness;
    Similarity {
        areas: both.len(),
        adjusted_rand: adjusted_rand(&both, &first, &second),
        variation_of_information: by_people.variation(),
        variation_share: if by_people.joint > 0.0 {
            by_people.variation() / by_people.joint
        } else {
            0.0
        },
        homogeneity,
        completeness,
        v_measure: if sum > 0.0 { 2.0 * homogeneity * completeness / sum } else { 0.0 },
    }
}

/// Over pairs of areas: with `a` together in both, `b` and `c` in one only, `d` in none,
/// 2 (ad − bc) ÷ ((a+b)(b+d) + (a+c)(c+d)).
#[expect(clippy::cast_precision_loss, reason = "a ratio of counts of pairs, for people")]
fn adjusted_rand(areas: &[usize], first: &Membership, second: &Membership) -> f64 {
    let mut counts = [[0_i128; 2]; 2];
    for (at, &i) in areas.iter().enumerate() {
        for &j in &areas[at + 1..] {
            counts[usize::from(first.share(i, j))][usize::from(second.share(i, j))] += 1;
        }
    }
    let [[d, c], [b, a]] = counts;
    let below = (a + b) * (b + d) + (a + c) * (c + d);
    // Both put all areas together, or both keep all apart: they agree in full.
    if below == 0 { 1.0 } else { (2 * (a * d - b * c)) as f64 / below as f64 }
}

/// Entropies, in nats, of two divisions of the same weighted areas.
struct Entropies {
    first: f64,
    second: f64,
    joint: f64,
}

impl Entropies {
    fn new(
        areas: &[usize],
        first: &Membership,
        second: &Membership,
        weight: impl Fn(usize) -> u64,
    ) -> Self {
        let mut tables: (BTreeMap<_, u64>, BTreeMap<_, u64>, BTreeMap<_, u64>) = Default::default();
        for &area in areas {
            let (one, other) = (first.of(area), second.of(area));
            *tables.0.entry(one).or_default() += weight(area);
            *tables.1.entry(other).or_default() += weight(area);
            *tables.2.entry((one, other)).or_default() += weight(area);
        }
        Self {
            first: entropy(tables.0.values()),
            second: entropy(tables.1.values()),
            joint: entropy(tables.2.values()),
        }
    }

    /// H(first | second) + H(second | first).
    fn variation(&self) -> f64 {
        (2.0 * self.joint - self.first - self.second).max(0.0)
    }

    /// 1 − H(first | second) ÷ H(first).
    fn homogeneity(&self) -> f64 {
        kept(self.joint - self.second, self.first)
    }

    /// 1 − H(second | first) ÷ H(second).
    fn completeness(&self) -> f64 {
        kept(self.joint - self.first, self.second)
    }
}

fn kept(conditional: f64, entropy: f64) -> f64 {
    if entropy > 0.0 { (1.0 - conditional / entropy).clamp(0.0, 1.0) } else { 1.0 }
}

#[expect(clippy::cast_precision_loss, reason = "weights stay far below 2^52")]
fn entropy<'a>(weights: impl Iterator<Item = &'a u64> + Clone) -> f64 {
    let total: u64 = weights.clone().sum();
    // Equal tables give equal sums, so that equal divisions are at distance 0 exactly: largest
    // first, whatever the classes are called.
    let mut sorted: Vec<u64> = weights.copied().filter(|&weight| weight > 0).collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    sorted
        .into_iter()
        .map(|weight| {
            let share = weight as f64 / total as f64;
            -share * share.ln()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_testkit::rows::{division_of, instance_of};

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn by_hand() {
        // {0,1},{2,3} against {0,1,2},{3}: pairs together in both 1 (01), first only 1 (23),
        // second only 2 (02, 12), neither 2. ARI = 2(1·2 − 1·2) ÷ … = 0.
        let instance = instance_of(4);
        let first = division_of("first", &[&[0, 1], &[2, 3]]);
        let second = division_of("second", &[&[0, 1, 2], &[3]]);
        let found = similarity(&instance, &first, &second);
        assert!(close(found.adjusted_rand, 0.0));
        // Joint classes of 2, 1 and 1 areas, all of 100 people.
        let joint = 0.5 * 2_f64.ln() + 0.5 * 4_f64.ln();
        let one = 2_f64.ln();
        let other = -0.75 * 0.75_f64.ln() + 0.25 * 4_f64.ln();
        assert!(close(found.variation_of_information, 2.0 * joint - one - other));
        assert!(close(found.homogeneity, 1.0 - (joint - other) / one));
        assert!(close(found.completeness, 1.0 - (joint - one) / other));
    }

    #[test]
    fn people_weigh_in_the_variation_and_nowhere_else() {
        let mut instance = instance_of(4);
        let first = division_of("first", &[&[0, 1], &[2, 3]]);
        let second = division_of("second", &[&[0, 1, 2], &[3]]);
        let before = similarity(&instance, &first, &second);
        instance.areas[2].population = 100_000;
        let after = similarity(&instance, &first, &second);
        assert!(close(before.adjusted_rand, after.adjusted_rand));
        assert!(close(before.v_measure, after.v_measure));
        assert!(after.variation_of_information < before.variation_of_information);
    }

    #[test]
    fn a_cover_equals_itself_and_differs_from_its_parts() {
        let instance = instance_of(4);
        let cover = division_of("cover", &[&[0, 1], &[1, 2]]);
        let found = similarity(&instance, &cover, &cover);
        assert_eq!((found.areas, found.adjusted_rand), (3, 1.0));
        assert!(close(found.variation_of_information, 0.0) && close(found.v_measure, 1.0));
        let plan = division_of("plan", &[&[0, 1], &[2, 3]]);
        let found = similarity(&instance, &cover, &plan);
        // Pairs of 0, 1, 2: cover 01 and 12, plan 01 only. a 1, b 1, c 0, d 1: 2·1 ÷ (4 + 1).
        assert!(close(found.adjusted_rand, 2.0 / 5.0));
        assert!(found.variation_of_information > 0.0);
    }

    #[test]
    fn nothing_in_common_compares_as_nothing() {
        let instance = instance_of(4);
        let first = division_of("first", &[&[0, 1]]);
        let second = division_of("second", &[&[2, 3]]);
        let found = similarity(&instance, &first, &second);
        assert_eq!(found.areas, 0);
        assert!(found.variation_of_information.abs() < f64::EPSILON);
    }
}
