//! Certificates with something changed, as a mistake or a forger would.

use serde_json::{Value, json};

use crate::shapes::Dice;

/// A certificate with something changed: any number, code, key or line, or what a forger would try.
pub fn mutated(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let at = dice.below(lines.len());
    match dice.below(12) {
        0 if at > 0 => {
            lines.remove(at);
        }
        1 if at > 0 => {
            let line = lines[at].clone();
            lines.push(line);
        }
        2 if at > 0 => {
            let keeps = lines[at]["keeps"].as_u64().unwrap_or(0);
            lines[at]["keeps"] = json!((keeps + dice.between(0, 4)).saturating_sub(2));
        }
        3 if at > 0 => {
            // Claims that there is no plan where there is one.
            let line = lines[at].as_object_mut().expect("a claim");
            line.remove("plan");
            line.remove("keeps");
        }
        4 if at > 0 => lines[at]["k"] = json!(1 + dice.below(6)),
        5 if at > 0 => lines[at]["proof"] = json!("rules"),
        6 if at > 0 => {
            let key = ["min_population", "max_population", "max_areas", "min_jobs"][dice.below(4)];
            lines[at]["limits"] = json!({ key: dice.between(0, 9) });
        }
        7 if at > 0 => {
            // The proof of another claim.
            let other = 1 + dice.below(lines.len() - 1);
            lines[at]["proof"] = lines[other]["proof"].clone();
        }
        8 if at > 0 && lines[at]["plan"].is_array() => {
            // An area in another region.
            let plan = lines[at]["plan"].as_array_mut().expect("a plan");
            let (from, to) = (dice.below(plan.len()), dice.below(plan.len()));
            let area = plan[from].as_array_mut().and_then(Vec::pop);
            if let (Some(area), Some(region)) = (area, plan[to].as_array_mut()) {
                region.push(area);
            }
        }
        _ => change(&mut lines[at], dice),
    }
    lines.iter().fold(String::new(), |text, line| text + &line.to_string() + "\n")
}

/// Changes something somewhere below a value.
fn change(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            let at = dice.below(entries.len());
            let key = entries.keys().nth(at).expect("a key").clone();
            if dice.percent(6) {
                entries.remove(&key);
            } else {
                change(&mut entries[&key], dice);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let (at, other) = (dice.below(items.len()), dice.below(items.len()));
            match dice.below(12) {
                0 => {
                    items.remove(at);
                }
                1 => items.push(items[at].clone()),
                2 => items.swap(at, other),
                _ => change(&mut items[at], dice),
            }
        }
        Value::Number(number) => {
            let number = number.as_i64().unwrap_or(0);
            *value = match dice.below(8) {
                0 => json!(number + 1),
                1 => json!(number - 1),
                2 => json!(0),
                3 => json!(number.saturating_neg()),
                4 => json!(number.saturating_mul(2)),
                5 => json!(number + 1024),
                6 => json!(number - 1024),
                _ => json!(i64::MAX - 5),
            };
        }
        Value::Bool(flag) => *flag = !*flag,
        Value::String(text) => {
            *text = match dice.below(3) {
                0 => format!("{text}0"),
                1 => text.chars().rev().collect(),
                _ => "land".to_owned(),
            };
        }
        _ => *value = json!(1),
    }
}
