//! Certificates: claims with their proofs, written line by line.

use std::collections::BTreeMap;
use std::path::Path;

use regionfront_check::claim::Question;
use regionfront_check::document::{Claim, FORMAT, Front, Header, Limits, Proof, Rules};
use regionfront_check::instance::{Instance, files, hash};

use crate::prove::{Caps, Pool, prove};
use crate::uncertified::Uncertified;

/// Prices are counted in this part of a commuter, or in a coarser one where commuters are very many.
const SCALE: i64 = 1024;

/// All commuters in parts stay within this.
const MOST_PARTS: i64 = 1 << 56;

fn scale(instance: &Instance) -> i64 {
    let commuters: u64 = instance.flows.iter().map(|flow| flow.2).sum();
    let most = MOST_PARTS / i64::try_from(commuters).unwrap_or(i64::MAX).max(1);
    // Halves of a flow are whole numbers of parts.
    (most / 2 * 2).clamp(2, SCALE)
}

/// What is to be certified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Number of regions.
    pub k: usize,
    /// Limits in place of those of the rules.
    pub limits: Limits,
    /// The best plan, by the codes of its areas, with the commuters it keeps; `None` where no plan is
    /// allowed.
    pub best: Option<(Vec<Vec<String>>, u64)>,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Produced {
    /// Its text.
    pub text: String,
    /// How many sets of prices it holds.
    pub prices: usize,
}

/// Proves claims about the instance in a folder, one after the other.
///
/// # Errors
/// Why one of them cannot be certified.
pub fn produce(
    folder: &Path,
    rules: &Rules,
    front: Option<Front>,
    asked: &[Asked],
    caps: &Caps,
) -> Result<Produced, Uncertified> {
    let mut hashes = BTreeMap::new();
    for file in files(rules) {
        let bytes = std::fs::read(folder.join(file))
            .map_err(|error| Uncertified::Unreadable(format!("{file}: {error}")))?;
        hashes.insert(file.to_owned(), hash(&bytes));
    }
    let instance = Instance::read(folder, &hashes, rules).map_err(unreadable)?;
    let header = Header {
        certificate: FORMAT.to_owned(),
        instance: hashes,
        rules: rules.clone(),
        scale: scale(&instance),
        front,
    };
    let mut produced = Produced { text: String::new(), prices: 0 };
    write_line(&mut produced.text, &header)?;
    match instance.codes.len() {
        0..=64 => claims::<1>(&instance, rules, asked, caps, &mut produced)?,
        65..=128 => claims::<2>(&instance, rules, asked, caps, &mut produced)?,
        129..=384 => claims::<6>(&instance, rules, asked, caps, &mut produced)?,
        _ => return Err(Uncertified::TooLarge("there are too many areas")),
    }
    Ok(produced)
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn unreadable(rejection: regionfront_check::Rejection) -> Uncertified {
    Uncertified::Unreadable(rejection.to_string())
}

fn write_line(text: &mut String, value: &impl serde::Serialize) -> Result<(), Uncertified> {
    let line =
        serde_json::to_string(value).map_err(|error| Uncertified::Unreadable(error.to_string()))?;
    text.push_str(&line);
    text.push('\n');
    Ok(())
}

fn claims<const W: usize>(
    instance: &Instance,
    rules: &Rules,
    asked: &[Asked],
    caps: &Caps,
    produced: &mut Produced,
) -> Result<(), Uncertified> {
    let mut pool = Pool::<W>::default();
    for Asked { k, limits, best } in asked {
        let (plan, keeps) = best.clone().unzip();
        let mut claim = Claim { k: *k, limits: *limits, plan, keeps, proof: Proof::Rules };
        let question =
            Question::new(instance, rules, &claim, scale(instance)).map_err(unreadable)?;
        for region in claim.plan.iter().flatten() {
            let areas = instance.areas(region).map_err(unreadable)?;
            pool.extend([areas.into_iter().collect()]);
        }
        claim.proof = prove(instance, &question, keeps, caps, &mut pool)?;
        produced.prices += num_prices(&claim.proof);
        write_line(&mut produced.text, &claim)?;
    }
    Ok(())
}

fn num_prices(proof: &Proof) -> usize {
    match proof {
        Proof::Rules => 0,
        Proof::Prices { .. } => 1,
        Proof::Split { together, apart, .. } => num_prices(together) + num_prices(apart),
    }
}
