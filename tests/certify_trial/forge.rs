//! Certificates with something changed: at random, and as a forger would who knows the format.

use std::fs;
use std::path::Path;

use regionfront::checker::instance::hash;
use regionfront::checker::{Rejection, check_text_within};
use regionfront_testkit::mutations::mutated;
use regionfront_testkit::shapes::Dice;
use serde_json::{Value, json};

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Anything,
    PriceOfAnArea,
    PriceOfARegion,
    NoBudget,
    WorsePlan,
    Value,
    PlanWithheld,
    Reason,
    RegionMissing,
    OtherK,
    Renumbered,
    Rules,
    OtherInstance,
    Chain,
}

impl Kind {
    pub(crate) const ALL: [Self; 14] = [
        Self::Anything,
        Self::PriceOfAnArea,
        Self::PriceOfARegion,
        Self::NoBudget,
        Self::WorsePlan,
        Self::Value,
        Self::PlanWithheld,
        Self::Reason,
        Self::RegionMissing,
        Self::OtherK,
        Self::Renumbered,
        Self::Rules,
        Self::OtherInstance,
        Self::Chain,
    ];

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Anything => "anything, at random",
            Self::PriceOfAnArea => "the price of an area",
            Self::PriceOfARegion => "the price of a region",
            Self::NoBudget => "prices that leave no budget",
            Self::WorsePlan => "a worse plan with what it keeps",
            Self::Value => "what the plan keeps",
            Self::PlanWithheld => "a plan withheld",
            Self::Reason => "the reason of a leaf",
            Self::RegionMissing => "a region missing",
            Self::OtherK => "another k",
            Self::Renumbered => "areas renumbered",
            Self::Rules => "rules and limits",
            Self::OtherInstance => "figures of the instance",
            Self::Chain => "the chain of a front",
        }
    }
}

/// A changed certificate and, where the instance is another, the table that is other there.
pub(crate) struct Forged {
    pub(crate) text: String,
    pub(crate) table: Option<(String, String)>,
}

/// Changes a certificate of the instance in a folder; `None` where there is nothing of the kind to change.
pub(crate) fn forged(text: &str, kind: Kind, folder: &Path, dice: &mut Dice) -> Option<Forged> {
    if kind == Kind::Anything {
        return Some(Forged { text: mutated(text, dice), table: None });
    }
    let mut lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let at = 1 + dice.below(lines.len() - 1);
    let mut table = None;
    match kind {
        Kind::Anything => {}
        Kind::PriceOfAnArea => {
            let area = a_price(&mut lines[at]["proof"], dice)?;
            *area = json!(area.as_i64()? + a_step(dice));
        }
        Kind::PriceOfARegion => {
            let region = prices(&mut lines[at]["proof"], dice)?.get_mut("region")?;
            *region = json!(region.as_i64()? + a_step(dice));
        }
        Kind::NoBudget => {
            change_the_claim(&mut lines[at], dice);
            leave_no_budget(&mut lines[at]["proof"], dice)?;
        }
        Kind::WorsePlan => {
            move_an_area(&mut lines, at, folder, dice)?;
            if dice.percent(70) {
                leave_no_budget(&mut lines[at]["proof"], dice);
            }
        }
        Kind::Value => {
            let keeps = lines[at]["keeps"].as_u64()?;
            let most = if dice.percent(50) { 4 } else { 3_000 };
            let step = dice.between(1, most);
            let changed = if dice.percent(50) { keeps + step } else { keeps.saturating_sub(step) };
            lines[at]["keeps"] = json!(changed);
        }
        Kind::PlanWithheld => {
            let entries = lines[at].as_object_mut()?;
            entries.remove("plan")?;
            entries.remove("keeps");
            if dice.percent(70) {
                leave_no_budget(&mut lines[at]["proof"], dice);
            }
        }
        Kind::Reason => change_the_reason(&mut lines, at, dice)?,
        Kind::RegionMissing => {
            let plan = lines[at]["plan"].as_array_mut()?;
            let region = plan.remove(dice.below(plan.len()));
            if dice.percent(40) {
                let to = dice.below(plan.len());
                plan.get_mut(to)?.as_array_mut()?.extend(region.as_array()?.iter().cloned());
            }
            if dice.percent(60) {
                lines[at]["k"] = json!(lines[at]["k"].as_u64()?.saturating_sub(1));
            }
        }
        Kind::OtherK => {
            let k = lines[at]["k"].as_u64()?;
            lines[at]["k"] = json!((k + dice.between(0, 6)).saturating_sub(3));
        }
        Kind::Renumbered => renumber(&mut lines, at, dice)?,
        Kind::Rules => {
            let at = if dice.percent(50) { at } else { 0 };
            change_the_rules(&mut lines, at, dice)?;
        }
        Kind::OtherInstance => table = Some(other_instance(&mut lines[0], folder, dice)?),
        Kind::Chain => change_the_chain(&mut lines, at, dice)?,
    }
    let text = lines.iter().fold(String::new(), |text, line| text + &line.to_string() + "\n");
    Some(Forged { text, table })
}

/// Small steps and large ones, in parts of a commuter.
fn a_step(dice: &mut Dice) -> i64 {
    let most = [1, 40, 1_024, 60_000, 5_000_000][dice.below(5)];
    let step = i64::try_from(dice.between(1, most)).expect("small");
    if dice.percent(50) { step } else { -step }
}

/// The prices of some leaf of a proof.
fn prices<'a>(proof: &'a mut Value, dice: &mut Dice) -> Option<&'a mut Value> {
    if proof.get("split").is_some() {
        let case = ["together", "apart"][dice.below(2)];
        return prices(&mut proof["split"][case], dice);
    }
    proof.get_mut("prices")
}

/// The price of some area in some leaf.
fn a_price<'a>(proof: &'a mut Value, dice: &mut Dice) -> Option<&'a mut Value> {
    let areas = prices(proof, dice)?["areas"].as_array_mut()?;
    let at = dice.below(areas.len());
    areas.get_mut(at)
}

/// Cheaper regions and areas leave less to be spent, until nothing is.
fn leave_no_budget(proof: &mut Value, dice: &mut Dice) -> Option<()> {
    let cut = i64::try_from(dice.between(0, 400_000)).expect("small");
    let by_region = dice.percent(50);
    let prices = prices(proof, dice)?.as_object_mut()?;
    if by_region {
        let region = prices["region"].as_i64()?;
        prices["region"] = json!(region - cut);
    } else {
        for area in prices["areas"].as_array_mut()? {
            *area = json!(area.as_i64()? - cut / 16);
        }
    }
    Some(())
}

/// A little less is said to be the most, as if the best plan had been overlooked.
fn change_the_claim(claim: &mut Value, dice: &mut Dice) {
    if let Some(keeps) = claim["keeps"].as_u64() {
        claim["keeps"] = json!(keeps.saturating_sub(dice.between(0, 400)));
    }
}

/// Moves an area to another region and enters what the checker says that the plan keeps.
fn move_an_area(lines: &mut [Value], at: usize, folder: &Path, dice: &mut Dice) -> Option<()> {
    for _ in 0..30 {
        let mut plan = lines[at]["plan"].as_array().cloned()?;
        let (from, to) = (dice.below(plan.len()), dice.below(plan.len()));
        let regions = [from, to].map(|at| plan[at].as_array().map_or(0, Vec::len));
        if from == to || regions[0] < 2 {
            continue;
        }
        let area = plan[from].as_array_mut()?.remove(dice.below(regions[0]));
        plan[to].as_array_mut()?.push(area);
        let mut claim = lines[at].clone();
        claim["plan"] = json!(plan);
        let text = format!("{}\n{claim}\n", lines[0]);
        let Err(Rejection { reason, .. }) = check_text_within(folder, &text, Some(1_000)) else {
            continue;
        };
        let told = reason.strip_prefix("the plan keeps ").and_then(|told| told.split(' ').next());
        if let Some(keeps) = told.and_then(|told| told.parse::<u64>().ok()) {
            claim["keeps"] = json!(keeps);
            lines[at] = claim;
            return Some(());
        }
    }
    None
}

/// Another reason: none but the rules, that of another claim, or a split one of whose cases is not the
/// case.
fn change_the_reason(lines: &mut [Value], at: usize, dice: &mut Dice) -> Option<()> {
    let own = lines[at]["proof"].clone();
    let other = lines[1 + dice.below(lines.len() - 1)]["proof"].clone();
    let codes: Vec<String> = lines[1..]
        .iter()
        .find_map(|line| line["plan"].as_array())?
        .iter()
        .flat_map(|region| region.as_array().into_iter().flatten())
        .filter_map(|code| code.as_str().map(str::to_owned))
        .collect();
    let pair = [&codes[dice.below(codes.len())], &codes[dice.below(codes.len())]];
    lines[at]["proof"] = match dice.below(5) {
        0 => json!("rules"),
        1 => other,
        2 => json!({ "split": { "pair": pair, "together": own, "apart": "rules" } }),
        3 => json!({ "split": { "pair": pair, "together": "rules", "apart": own } }),
        _ => match own.get("split") {
            Some(split) => {
                let (together, apart) = (split["apart"].clone(), split["together"].clone());
                json!({ "split": { "pair": split["pair"], "together": together, "apart": apart } })
            }
            None => json!({ "split": { "pair": pair, "together": own, "apart": other } }),
        },
    };
    Some(())
}

/// Two areas change places: in the plan, or in the prices.
fn renumber(lines: &mut [Value], at: usize, dice: &mut Dice) -> Option<()> {
    if dice.percent(50) {
        let areas = prices(&mut lines[at]["proof"], dice)?["areas"].as_array_mut()?;
        let (a, b) = (dice.below(areas.len()), dice.below(areas.len()));
        areas.swap(a, b);
        return Some(());
    }
    let plan = lines[at]["plan"].as_array_mut()?;
    let (from, to) = (dice.below(plan.len()), dice.below(plan.len()));
    let one = dice.below(plan[from].as_array()?.len());
    let other = dice.below(plan[to].as_array()?.len());
    let (a, b) = (plan[from][one].clone(), plan[to][other].clone());
    (plan[from][one], plan[to][other]) = (b, a);
    Some(())
}

/// A limit is changed, dropped or added, a group forgotten, or a kind of link.
fn change_the_rules(lines: &mut [Value], at: usize, dice: &mut Dice) -> Option<()> {
    let rules = if at == 0 { &mut lines[0]["rules"] } else { &mut lines[at] };
    if at == 0 && dice.percent(35) {
        let key = ["keep_together", "links", "limits_do_not_apply_to"][dice.below(3)];
        let list = rules.get_mut(key)?.as_array_mut()?;
        list.remove(dice.below(list.len()));
        if list.is_empty() && key != "links" {
            rules.as_object_mut()?.remove(key);
        }
        return Some(());
    }
    if at == 0 && dice.percent(20) {
        // Limits do not apply to the region of one area more.
        let area = rules["keep_together"][0][0].as_str().unwrap_or("3001").to_owned();
        let free = rules.as_object_mut()?.entry("limits_do_not_apply_to");
        free.or_insert_with(|| json!([])).as_array_mut()?.push(json!(area));
        return Some(());
    }
    let known = ["min_population", "max_population", "min_areas", "max_areas", "min_jobs"];
    let key = known[dice.below(known.len())];
    let held = rules["limits"][key].as_u64();
    let limits = rules.as_object_mut()?.entry("limits").or_insert_with(|| json!({}));
    let limits = limits.as_object_mut()?;
    match held {
        Some(_) if dice.percent(20) => {
            limits.remove(key);
        }
        Some(held) => {
            let step = [1, held / 50 + 1, held / 5 + 1][dice.below(3)];
            let changed = if dice.percent(50) { held + step } else { held.saturating_sub(step) };
            limits.insert(key.to_owned(), json!(changed));
        }
        None => {
            let limit = match key {
                "min_areas" => dice.between(1, 4),
                "max_areas" => dice.between(5, 30),
                "max_population" => dice.between(150_000, 900_000),
                _ => dice.between(1_000, 40_000),
            };
            limits.insert(key.to_owned(), json!(limit));
        }
    }
    Some(())
}

/// Another instance: a figure of one table is other, and the certificate speaks of that table or, now
/// and then, of the one before.
fn other_instance(header: &mut Value, folder: &Path, dice: &mut Dice) -> Option<(String, String)> {
    let (name, columns) = match dice.below(3) {
        0 => ("areas.csv", vec![3, 4, 5]),
        1 => ("flows.csv", vec![2]),
        _ => ("adjacency.csv", vec![]),
    };
    let text = fs::read_to_string(folder.join(name)).ok()?;
    let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = 1 + dice.below(rows.len() - 1);
    if columns.is_empty() {
        rows.remove(at);
    } else {
        let column = columns[dice.below(columns.len())];
        let mut cells: Vec<String> = rows[at].split(',').map(str::to_owned).collect();
        let figure: u64 = cells[column].parse().ok()?;
        let changed = match dice.below(4) {
            0 => figure + 1,
            1 => figure.saturating_sub(1),
            2 => figure * 2 + 10,
            _ => figure / 2,
        };
        cells[column] = changed.to_string();
        rows[at] = cells.join(",");
    }
    let text = rows.join("\n") + "\n";
    if dice.percent(85) {
        header["instance"][name] = json!(hash(text.as_bytes()));
    }
    Some((name.to_owned(), text))
}

/// A point is left out and the demand after it follows on the one before, points change places, or the
/// end is missing.
fn change_the_chain(lines: &mut Vec<Value>, at: usize, dice: &mut Dice) -> Option<()> {
    if lines[0].get("front").is_none() || lines.len() < 4 {
        return None;
    }
    let other = 1 + dice.below(lines.len() - 1);
    match dice.below(5) {
        0 => {
            let limits = lines[at]["limits"].clone();
            lines.remove(at);
            if let Some(line) = lines.get_mut(at).and_then(Value::as_object_mut) {
                line.remove("limits");
                if !limits.is_null() {
                    line.insert("limits".to_owned(), limits);
                }
            }
        }
        1 => lines.swap(at, other),
        2 => {
            lines.pop();
        }
        3 => {
            // One point stands for itself and the next.
            let line = lines.get(at)?.clone();
            *lines.get_mut(at + 1)? = line;
        }
        _ => {
            let limits = lines[at]["limits"].as_object_mut()?;
            for (_, limit) in limits.iter_mut() {
                let step = dice.between(1, 3);
                let held = limit.as_u64()?;
                *limit =
                    json!(if dice.percent(50) { held + step } else { held.saturating_sub(step) });
            }
        }
    }
    Some(())
}
