//! `certify`: certificates for a finished run, checked by the independent checker.
//!
//! The checker reads the raw files of the instance itself; the rules go to it by code. What cannot be
//! said to it, or proved in time, is told to be not certified.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use rayon::prelude::*;

use regionfront_certify::{Asked, Caps, produce};
use regionfront_check::document::{Against, Front, Limits, Rules};
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Share;
use regionfront_model::scenario::{self, Group, Problem};
use regionfront_report::{
    CERTIFICATES, CertificateDocument, CertificatesDocument, RecordedFront, RecordedRun,
    refuse_locked, save_file,
};
use regionfront_solver::front::{ObjectiveKind, ObjectiveSet};
use regionfront_solver::job::SolutionStatus;

use super::args::duration;
use super::exit::{Exit, Failure};
use super::output::{say, to_stdout};

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CertifyArgs {
    /// Directory of a run: what solve or front was given with -o
    #[arg(value_name = "RUN_DIR")]
    run_dir: PathBuf,

    /// Where the instance is now, if it has moved since the run
    #[arg(long, value_name = "DIR")]
    instance: Option<PathBuf>,

    /// Longest time for the certificate of one k: seconds, or 90s, 5m
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "5m")]
    time_limit: Duration,

    /// Replace certificates of other contents
    #[arg(long)]
    force: bool,
}

const EXAMPLES: &str = "\
Writes RUN_DIR/certificates; what is there with other contents is replaced with --force only. Exits with 0 when everything in the run is certified, else with 6. Whoever
doubts it runs the checker again, compiled or as a text to read:

  regionfront-check INSTANCE RUN_DIR/certificates/*.ndjson
  python3 src/checker/check.py INSTANCE RUN_DIR/certificates/*.ndjson

Example:
  regionfront certify out";

/// The flag of commands that make certificates along the way.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct CertifyFlags {
    /// Write certificates of the result, checked by an independent program
    #[arg(long, requires = "output", help_heading = "Output")]
    pub(super) certificate: bool,
}

/// Longest time for the certificate of one k, along the way.
const LIMIT: Duration = Duration::from_secs(300);

pub(super) fn run(args: &CertifyArgs, quiet: bool) -> Result<Exit, Failure> {
    let run = RecordedRun::read(&args.run_dir, args.instance.as_deref())?;
    let instance = args.instance.as_deref();
    let document = certify(&run, instance, &args.run_dir, args.time_limit, args.force)?;
    to_stdout(|out| document.certificates.iter().try_for_each(|entry| write_entry(entry, out)))?;
    if !quiet {
        say(&format!("certificates: {}", args.run_dir.join(CERTIFICATES).display()));
    }
    let is_complete = document.certificates.iter().all(|entry| entry.certified);
    Ok(if is_complete { Exit::AsAsked } else { Exit::CheckFailed })
}

/// Makes the certificates of the run that has just been written into a folder.
pub(super) fn along(folder: &Path, quiet: bool) -> Result<(), Failure> {
    let run = RecordedRun::read(folder, None)?;
    // The folder is the command's own.
    let document = certify(&run, None, folder, LIMIT, true)?;
    if quiet {
        return Ok(());
    }
    let certified = document.certificates.iter().filter(|entry| entry.certified).count();
    say(&format!(
        "certificates: {certified} of {} checked by the independent checker, in {}",
        document.certificates.len(),
        folder.join(CERTIFICATES).display()
    ));
    for entry in document.certificates.iter().filter(|entry| !entry.certified) {
        say(&format!("k = {}: {}", entry.k, not_certified(entry)));
    }
    Ok(())
}

/// Makes the certificate that no plan with `k` regions is allowed.
pub(super) fn without_plan(
    problem: &Problem,
    folder: &Path,
    k: usize,
) -> Result<(String, Vec<String>), String> {
    let asked = [Asked { k, limits: Limits::default(), best: None }];
    prove(folder, &rules(problem, folder)?, None, &asked, LIMIT)
        .map(|(text, _, claims)| (text, claims))
}

fn not_certified(entry: &CertificateDocument) -> String {
    format!("not certified: {}", entry.reason.as_deref().unwrap_or("no reason is known"))
}

fn write_entry(entry: &CertificateDocument, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    if let (true, Some(file)) = (entry.certified, &entry.file) {
        writeln!(out, "{file}: proved")?;
        return entry.claims.iter().try_for_each(|claim| writeln!(out, "  {claim}"));
    }
    writeln!(out, "k = {}: {}", entry.k, not_certified(entry))
}

/// Makes the certificates of a run, as many at a time as there are cores, and writes them with their
/// list.
fn certify(
    run: &RecordedRun,
    instance: Option<&Path>,
    folder: &Path,
    limit: Duration,
    force: bool,
) -> Result<CertificatesDocument, Failure> {
    let instance = instance.unwrap_or(&run.stamp.instance_folder);
    let made: Vec<(CertificateDocument, Option<(String, String)>)> =
        run.fronts.par_iter().map(|front| one(run, front, instance, limit)).collect();
    let (certificates, texts): (Vec<_>, Vec<_>) = made.into_iter().unzip();
    let document = CertificatesDocument {
        schema: CertificatesDocument::SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        run_started: run.stamp.started.clone(),
        certificates,
    };
    let texts: Vec<(String, String)> = texts.into_iter().flatten().collect();
    document.write(folder, &texts, force)?;
    Ok(document)
}

/// The certificate of one k, with its name and text.
pub(super) fn one(
    run: &RecordedRun,
    front: &RecordedFront,
    instance: &Path,
    limit: Duration,
) -> (CertificateDocument, Option<(String, String)>) {
    let set = front.set.map(|set| &*run.sets[set]);
    let mut entry = CertificateDocument {
        k: front.k,
        against: set
            .map(|set| set.objectives.iter().map(|it| it.kind().word().to_owned()).collect())
            .unwrap_or_default(),
        certified: false,
        file: None,
        bytes: 0,
        prices: 0,
        claims: Vec::new(),
        reason: None,
    };
    let proved = ask(run, front).and_then(|(along, asked)| {
        prove(instance, &rules(run.problem_of(front), instance)?, along, &asked, limit)
    });
    let (text, prices, claims) = match proved {
        Ok(proved) => proved,
        Err(reason) => return (CertificateDocument { reason: Some(reason), ..entry }, None),
    };
    let name = match (set, run.sets.len()) {
        (Some(set), 2..) => format!("{}-k{:02}.ndjson", set.words().replace(',', "-"), front.k),
        _ => format!("k{:02}.ndjson", front.k),
    };
    entry.certified = true;
    entry.file = Some(format!("{CERTIFICATES}/{name}"));
    entry.bytes = text.len() as u64;
    entry.prices = prices;
    entry.claims = claims;
    (entry, Some((name, text)))
}

/// Finds the proof and has it checked: its text, its sets of prices, and what it claims in words.
fn prove(
    instance: &Path,
    rules: &Rules,
    along: Option<Front>,
    asked: &[Asked],
    limit: Duration,
) -> Result<(String, usize, Vec<String>), String> {
    let caps = Caps { deadline: Instant::now().checked_add(limit), ..Caps::default() };
    let produced = produce(instance, rules, along, asked, &caps).map_err(|why| why.to_string())?;
    let checked = regionfront_check::check_text(instance, &produced.text)
        .map_err(|rejection| format!("the checker finds it not proved: {rejection}"))?;
    Ok((produced.text, produced.prices, checked.words))
}

/// What is to be certified for one k.
fn ask(run: &RecordedRun, front: &RecordedFront) -> Result<(Option<Front>, Vec<Asked>), String> {
    let k = front.k;
    let codes = |plan: &Plan| -> Vec<Vec<String>> {
        let areas = &run.problem_of(front).instance.areas;
        plan.regions()
            .iter()
            .map(|region| region.iter().map(|&area| areas[area].code.clone()).collect())
            .collect()
    };
    let is_proven =
        front.points.iter().all(|point| point.solution == SolutionStatus::ProvenOptimal);
    if !front.complete || !is_proven {
        return Err(match &front.reason {
            Some(reason) => reason.clone(),
            None => "the run was stopped before anything was proven".to_owned(),
        });
    }
    let best = |point: &regionfront_report::RecordedPoint| {
        Some((codes(point.plan.plan()), point.plan.objective()))
    };
    let Some(set) = front.set.map(|set| &*run.sets[set]) else {
        let best = front.points.first().and_then(best);
        return Ok((None, vec![Asked { k, limits: Limits::default(), best }]));
    };
    let against = second_objective(set)?;
    let mut demand = Limits::default();
    let mut asked = Vec::new();
    for point in &front.points {
        asked.push(Asked { k, limits: demand, best: best(point) });
        let score = set.objectives[0].score(&set.problem, point.plan.plan()).part;
        match next_demand(against, score) {
            Some(limits) => demand = limits,
            None => return Ok((Some(Front { against }), asked)),
        }
    }
    asked.push(Asked { k, limits: demand, best: None });
    Ok((Some(Front { against }), asked))
}

/// The second objective of a front, if the checker knows it.
fn second_objective(set: &ObjectiveSet) -> Result<Against, String> {
    let [objective] = set.objectives.as_slice() else {
        return Err("fronts of several objectives together are not certified".to_owned());
    };
    match objective.kind() {
        ObjectiveKind::MinPopulation => Ok(Against::MinPopulation),
        ObjectiveKind::MinJobs => Ok(Against::MinJobs),
        ObjectiveKind::MinEmployed => Ok(Against::MinEmployed),
        ObjectiveKind::MinAreas => Ok(Against::MinAreas),
        ObjectiveKind::MaxPopulation => Ok(Against::MaxPopulation),
        other => Err(format!("fronts against {other} are not certified")),
    }
}

/// What the next plan of a front has to reach; `None` where none can.
fn next_demand(against: Against, score: u64) -> Option<Limits> {
    let more = score.checked_add(1);
    let none = Limits::default();
    Some(match against {
        Against::MinPopulation => Limits { min_population: Some(more?), ..none },
        Against::MinJobs => Limits { min_jobs: Some(more?), ..none },
        Against::MinEmployed => Limits { min_employed: Some(more?), ..none },
        Against::MinAreas => Limits { min_areas: Some(more?), ..none },
        Against::MaxPopulation => Limits { max_population: Some(score.checked_sub(1)?), ..none },
    })
}

/// The rules of a problem as the checker reads them, everything by code.
fn rules(problem: &Problem, instance: &Path) -> Result<Rules, String> {
    if problem.instance.year != problem.instance.default_year {
        return Err("the checkers read the figures of the default year alone".to_owned());
    }
    let areas = &problem.instance.areas;
    let own = regionfront_check::instance::codes(instance).map_err(|why| why.to_string())?;
    let codes: Vec<String> = areas.iter().map(|area| area.code.clone()).collect();
    let external_areas: Vec<String> =
        codes.iter().filter(|code| !own.contains(code.as_str())).cloned().collect();
    let is_whole = codes.len() == own.len() + external_areas.len();
    let groups = |groups: &[Group]| -> Vec<Vec<String>> {
        let named = |group: &Group| group.areas.iter().map(|&at| codes[at].clone()).collect();
        groups.iter().map(named).collect()
    };
    // Named one by one: a rule that is new to scenarios must not be missing from a claim.
    let scenario::Rules { links, together, apart, closed, fixed, exempt, limits, texts: _ } =
        &problem.rules;
    let &scenario::Limits { population, areas: sizes, jobs, employed, min_self_containment } =
        limits;
    Ok(Rules {
        links: links.iter().map(|kind| kind.word().to_owned()).collect(),
        keep_together: groups(together),
        keep_apart: groups(apart),
        closed: groups(closed),
        fixed: groups(fixed),
        limits_do_not_apply_to: exempt.iter().map(|&at| codes[at].clone()).collect(),
        limits: Limits {
            min_population: population.min,
            max_population: population.max,
            min_areas: sizes.min,
            max_areas: sizes.max,
            min_jobs: jobs.min,
            max_jobs: jobs.max,
            min_employed: employed.min,
            max_employed: employed.max,
            min_self_containment: min_self_containment.map(Share::fraction),
        },
        areas: (!is_whole).then_some(codes),
        external_areas,
    })
}

/// Writes the certificates of `explain` into a folder.
pub(super) fn write_without_plan(folder: &Path, texts: &[(String, String)]) -> Result<(), Failure> {
    let failed = |path: &Path, error: &std::io::Error| -> Failure {
        Defects::from(Defect::new(
            "E405",
            path.display().to_string(),
            format!("writing failed: {error}"),
            "name a folder you may write to, or make room",
        ))
        .into()
    };
    let differs =
        |path: &Path, text: &str| std::fs::read(path).is_ok_and(|there| there != text.as_bytes());
    let taken = texts.iter().map(|(name, text)| (folder.join(name), text));
    if let Some((path, _)) = taken.into_iter().find(|(path, text)| differs(path, text)) {
        return Err(Failure::usage(
            "E402",
            path.display().to_string(),
            "it exists already, with other contents",
            "name another folder, or remove the file",
        ));
    }
    refuse_locked(folder)?;
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    for (name, text) in texts {
        let path = folder.join(name);
        save_file(&path, true, |out| out.write_all(text.as_bytes()))?;
    }
    Ok(())
}
