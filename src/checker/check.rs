//! A certificate from its first line to its last.

use std::path::Path;

use crate::claim::{Effort, Question, check_plan, check_proof};
use crate::document::{Against, Claim, FORMAT, Front, Header};
use crate::instance::Instance;
use crate::reject::{Rejection, reject, shown};
use crate::set::Set;
use crate::words;

/// What has been proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The rules and every claim, in words.
    pub words: Vec<String>,
    /// What it took.
    pub effort: Effort,
}

/// Kinds of link.
const KINDS: [&str; 4] = ["land", "fixed_link", "ferry", "sea_link"];

/// Checks a certificate against the raw files of its instance.
///
/// # Errors
/// The first line that is not proved, and why.
pub fn check(folder: &Path, certificate: &Path) -> Result<Checked, Rejection> {
    let text = std::fs::read_to_string(certificate)
        .or_else(|error| reject(format!("{}: {error}", certificate.display())))?;
    check_text(folder, &text)
}

/// Checks the text of a certificate.
///
/// # Errors
/// The first line that is not proved, and why.
pub fn check_text(folder: &Path, text: &str) -> Result<Checked, Rejection> {
    check_text_within(folder, text, None)
}

/// Checks the text of a certificate with so many search nodes at most. Poor prices prove nothing, and
/// what they prove can take forever to be seen.
///
/// # Errors
/// The first line that is not proved, or not within that effort, and why.
pub fn check_text_within(
    folder: &Path,
    text: &str,
    most_nodes: Option<u64>,
) -> Result<Checked, Rejection> {
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let Some((_, first)) = lines.next() else { return reject("the certificate is empty") };
    let header: Header = parsed(1, first)?;
    if header.certificate != FORMAT {
        let reason = format!("this is `{}`, not `{FORMAT}`", header.certificate);
        return reject(reason).map_err(|rejection: Rejection| rejection.in_line(1));
    }
    // They are told in words: any other text could say there what is not proved.
    if let Some(kind) = header.rules.links.iter().find(|kind| !KINDS.contains(&kind.as_str())) {
        let reason = format!("`{kind}` is no kind of link; there are {}", KINDS.join(", "));
        return reject(reason).map_err(|rejection: Rejection| rejection.in_line(1));
    }
    let instance = Instance::read(folder, &header.instance, &header.rules)
        .map_err(|rejection| rejection.in_line(1))?;
    let claims = lines
        .map(|(line, text)| Ok((line, parsed::<Claim>(line, text)?)))
        .collect::<Result<Vec<_>, Rejection>>()?;
    if claims.is_empty() {
        return reject("nothing is claimed");
    }
    let mut checked = Checked {
        words: vec![words::rules(&instance, &header.rules)],
        effort: Effort { most_nodes, ..Effort::default() },
    };
    let mut chain: Vec<Link> = Vec::new();
    for (line, claim) in &claims {
        let score = check_line(&instance, &header, claim, &mut checked.effort)
            .map_err(|rejection| rejection.in_line(*line))?;
        if header.front.is_none() {
            checked.words.push(words::claim(&instance, claim));
        }
        chain.push(Link { line: *line, claim, score });
    }
    if let Some(front) = header.front {
        checked.words.extend(check_front(&header, front, &chain)?);
    }
    for said in &mut checked.words {
        *said = shown(said);
    }
    Ok(checked)
}

fn parsed<T: serde::de::DeserializeOwned>(line: usize, text: &str) -> Result<T, Rejection> {
    serde_json::from_str(text)
        .or_else(|error| reject(format!("cannot be read: {error}")))
        .map_err(|rejection| rejection.in_line(line))
}

/// Checks one claim; the score of its plan in the second objective, where there is one.
fn check_line(
    instance: &Instance,
    header: &Header,
    claim: &Claim,
    effort: &mut Effort,
) -> Result<Option<u64>, Rejection> {
    match instance.codes.len() {
        0 => reject("no area is in question"),
        1..=64 => check_wide::<1>(instance, header, claim, effort),
        65..=128 => check_wide::<2>(instance, header, claim, effort),
        129..=384 => check_wide::<6>(instance, header, claim, effort),
        385..=1024 => check_wide::<16>(instance, header, claim, effort),
        more => reject(format!("{more} areas are more than the 1024 this checker can hold")),
    }
}

fn check_wide<const W: usize>(
    instance: &Instance,
    header: &Header,
    claim: &Claim,
    effort: &mut Effort,
) -> Result<Option<u64>, Rejection> {
    let question = Question::new(instance, &header.rules, claim, header.scale)?;
    let mut score = None;
    match (&claim.plan, claim.keeps) {
        (Some(plan), Some(keeps)) => {
            let regions = check_plan::<W>(instance, &question, plan, keeps)
                .map_err(|rejection| rejection.under("plan"))?;
            score = header.front.map(|front| measure(instance, &question, front.against, &regions));
        }
        (None, None) => {}
        _ => return reject("`plan` and `keeps` stand together or not at all"),
    }
    check_proof::<W>(instance, &question, claim.keeps, &claim.proof, effort)
        .map_err(|rejection| rejection.under("proof"))?;
    Ok(score)
}

/// The second objective of a plan; regions without limits do not count.
fn measure<const W: usize>(
    instance: &Instance,
    question: &Question,
    against: Against,
    regions: &[Set<W>],
) -> u64 {
    let total = |region: &Set<W>| -> u64 {
        let figure = |area: usize| match against {
            Against::MinPopulation | Against::MaxPopulation => instance.population[area],
            Against::MinJobs => instance.jobs[area],
            Against::MinEmployed => instance.employed[area],
            Against::MinAreas => 1,
        };
        region.iter().map(figure).sum()
    };
    let totals = regions.iter().filter(|region| !question.groups.is_free(region)).map(total);
    let measured = if against == Against::MaxPopulation { totals.max() } else { totals.min() };
    measured.unwrap_or(0)
}

struct Link<'a> {
    line: usize,
    claim: &'a Claim,
    score: Option<u64>,
}

/// Checks that the claims of every k form a chain: the first demands nothing, each further one all
/// that lies beyond the plan before it, and the last finds no plan.
///
/// Then whatever plan is allowed meets the demand of some claim and not of the next, so that the plan
/// of that claim keeps at least as many commuters and is at least as good in the second objective.
fn check_front(
    header: &Header,
    front: Front,
    chain: &[Link<'_>],
) -> Result<Vec<String>, Rejection> {
    let released = *demand(&mut header.rules.limits.clone(), front.against);
    if released.is_some() {
        return reject("the rules limit the second objective of the front")
            .map_err(|rejection: Rejection| rejection.in_line(1));
    }
    let mut said = Vec::new();
    let mut at = 0;
    while at < chain.len() {
        let begin = at;
        let k = chain[at].claim.k;
        let mut expected = crate::document::Limits::default();
        let mut points = 0;
        loop {
            let Some(link) = chain.get(at).filter(|link| link.claim.k == k) else {
                let reason = format!("the front of k = {k} breaks off after {points} points");
                return reject(reason)
                    .map_err(|rejection: Rejection| rejection.in_line(chain[at - 1].line));
            };
            let misplaced = |reason: String| {
                reject(reason).map_err(|rejection: Rejection| rejection.in_line(link.line))
            };
            if link.claim.limits != expected {
                return misplaced("limits: the demand does not follow on the plan before".into());
            }
            at += 1;
            let Some(score) = link.score else { break };
            points += 1;
            let next = match front.against {
                Against::MaxPopulation => score.checked_sub(1),
                _ => score.checked_add(1),
            };
            if next.is_none() {
                break;
            }
            *demand(&mut expected, front.against) = next;
        }
        if chain.iter().skip(at).any(|link| link.claim.k == k) {
            return reject(format!("there are claims of k = {k} beyond the end of its front"))
                .map_err(|rejection: Rejection| rejection.in_line(chain[at].line));
        }
        said.push(words::front(k, front.against, points, chain[begin].claim.keeps));
    }
    Ok(said)
}

/// The limit that demands more of the second objective.
fn demand(limits: &mut crate::document::Limits, against: Against) -> &mut Option<u64> {
    match against {
        Against::MinPopulation => &mut limits.min_population,
        Against::MinJobs => &mut limits.min_jobs,
        Against::MinEmployed => &mut limits.min_employed,
        Against::MinAreas => &mut limits.min_areas,
        Against::MaxPopulation => &mut limits.max_population,
    }
}
