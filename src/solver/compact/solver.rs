//! HiGHS on a thread of its own, watched from outside.
//!
//! HiGHS offers no way to stop it from safe code once it runs, so the caller does not wait for it:
//! when the user interrupts, or when HiGHS overruns its own time limit, the thread is left behind.
//! It ends at its time limit, or with the process.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use highs::{HighsModelStatus, HighsSolutionStatus};
use tempfile::NamedTempFile;

use super::model::{self, Column};
use super::sets::{self, RootSets};
use super::units::Open;
use crate::engine::{Limits, StopReason};

/// How often limits are asked for while HiGHS runs.
const POLL: Duration = Duration::from_millis(20);

/// How long HiGHS may overrun the deadline before it is left behind.
const GRACE: Duration = Duration::from_millis(500);

/// Absolute gap at which HiGHS may stop. Commuters are whole people, so that any gap below one
/// proves the optimum; the tenth left over is for HiGHS's tolerances.
const WHOLE_COMMUTER_GAP: f64 = 0.9;

/// Least absolute gap that means anything to a floating-point solver.
const LEAST_GAP: f64 = 1e-6;

/// Most regions forbidden one by one for breaking a limit by less than the solver sees.
const MOST_FORBIDDEN: usize = 200;

/// Units of work that a node of the tree stands for.
const WORK_PER_NODE: u64 = 2_000;

/// What HiGHS hands back.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// Its status.
    pub(super) status: HighsModelStatus,
    /// Its bound on the flow between units of one region, NaN or infinite without one.
    pub(super) bound: f64,
    /// The root of each unit, when it has a feasible solution.
    pub(super) roots: Option<Vec<usize>>,
}

/// News from the solver's thread.
enum Message {
    /// The model is built: root and unit of its membership columns, and the number of all columns.
    Built(Vec<(usize, usize)>, usize),
    /// The linear relaxation holds no more flow between units of one region than this.
    Relaxed(f64),
    /// The search has ended.
    Ended(Result<Answer, String>),
}

/// How the watch over the solver ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// The solver came back.
    Answered(Answer),
    /// A limit struck and the solver was left behind.
    Abandoned(StopReason),
}

/// What is known when the watch ends.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    /// How it ended.
    pub(super) end: End,
    /// Bound of the linear relaxation, where it came that far.
    pub(super) relaxation: Option<f64>,
    /// The last plan HiGHS reported on its way, by root of each unit.
    pub(super) incumbent: Option<Vec<usize>>,
    /// Columns of the model.
    pub(super) num_columns: usize,
}

/// What the solver needs to know, apart from the model.
#[derive(Clone, Debug)]
pub(super) struct Orders {
    /// Limits of the whole solve.
    pub(super) limits: Limits,
    /// Seed for HiGHS.
    pub(super) seed: u64,
    /// A plan to begin from, by root of each unit.
    pub(super) start: Option<Vec<usize>>,
}

/// Solves the model on a thread of its own and watches the limits meanwhile.
///
/// `improved` hears of every plan HiGHS reports on its way, by root of each unit.
///
/// # Errors
/// In words, what went wrong in the thread.
pub(super) fn watch(
    open: &Arc<Open>,
    orders: &Orders,
    mut heard: impl FnMut(Heard<'_>),
) -> Result<Watched, String> {
    let report = NamedTempFile::new().map_err(|error| format!("no temporary file: {error}"))?;
    let (sender, receiver) = channel();
    let (moved_open, moved_orders) = (Arc::clone(open), orders.clone());
    let path = report.path().to_path_buf();
    std::thread::Builder::new()
        .name("compact".into())
        .spawn(move || run(&moved_open, &moved_orders, &path, &sender))
        .map_err(|error| format!("no thread for the solver: {error}"))?;

    let mut reader = ReportReader { path: report.path(), members: Vec::new(), read: 0 };
    let mut seen = Watched {
        end: End::Abandoned(StopReason::Interrupted),
        relaxation: None,
        incumbent: None,
        num_columns: 0,
    };
    loop {
        match receiver.recv_timeout(POLL) {
            Ok(Message::Built(members, num_columns)) => {
                reader.members = members;
                seen.num_columns = num_columns;
            }
            Ok(Message::Relaxed(bound)) => {
                seen.relaxation = Some(bound);
                heard(Heard::Bound(bound));
            }
            Ok(Message::Ended(answer)) => {
                seen.end = End::Answered(answer?);
                return Ok(seen);
            }
            Err(RecvTimeoutError::Disconnected) => return Err("its thread broke off".into()),
            Err(RecvTimeoutError::Timeout) => {
                if let Some(roots) = reader.latest(open.units.len()) {
                    heard(Heard::Plan(&roots));
                    seen.incumbent = Some(roots);
                }
            }
        }
        if let Some(reason) = overdue(&orders.limits) {
            seen.end = End::Abandoned(reason);
            return Ok(seen);
        }
    }
}

/// What the watch hears from the solver on its way.
#[derive(Clone, Copy, Debug)]
pub(super) enum Heard<'a> {
    /// A plan, by root of each unit.
    Plan(&'a [usize]),
    /// The bound of the linear relaxation.
    Bound(f64),
}

/// An interrupt counts at once, a deadline after some grace, since HiGHS keeps its own clock and
/// brings plan and bound along when it stops by itself.
fn overdue(limits: &Limits) -> Option<StopReason> {
    if limits.interrupt.is_raised() {
        return Some(StopReason::Interrupted);
    }
    let deadline = limits.deadline?;
    (Instant::now() >= deadline + GRACE).then_some(StopReason::TimeLimit)
}

/// What runs on the solver's thread. Nobody may be listening any more, so sending may fail.
fn run(open: &Open, orders: &Orders, report: &Path, sender: &Sender<Message>) {
    let answer = solve(open, orders, report, sender);
    let _ = sender.send(Message::Ended(answer));
}

fn solve(
    open: &Open,
    orders: &Orders,
    report: &Path,
    sender: &Sender<Message>,
) -> Result<Answer, String> {
    let sets = sets::index_sets(open);
    if !sets::leave_a_root_for_all(open, &sets) {
        let status = HighsModelStatus::Infeasible;
        return Ok(Answer { status, bound: f64::NAN, roots: None });
    }
    let size = open.flow_size();
    let mut forbidden: Vec<Vec<usize>> = Vec::new();
    loop {
        let answer = solve_once(open, orders, report, sender, (&sets, &forbidden, size))?;
        let broken = answer.roots.as_ref().map(|roots| open.broken(roots)).unwrap_or_default();
        let is_over = orders.limits.struck(0).is_some() || forbidden.len() >= MOST_FORBIDDEN;
        if broken.is_empty() || is_over {
            return Ok(answer);
        }
        forbidden.extend(broken);
    }
}

/// Solves the model once. `sets` are the index sets, the regions forbidden, and how many commuters
/// the objective counts as one.
fn solve_once(
    open: &Open,
    orders: &Orders,
    report: &Path,
    sender: &Sender<Message>,
    (sets, forbidden, size): (&[RootSets], &[Vec<usize>], f64),
) -> Result<Answer, String> {
    let built = model::build(open, sets, forbidden);
    let members: Vec<(usize, usize)> = built
        .columns
        .iter()
        .map_while(|column| match *column {
            Column::Member { root, unit } => Some((root, unit)),
            Column::Pair { .. } | Column::Flow { .. } => None,
        })
        .collect();
    let _ = sender.send(Message::Built(members.clone(), built.columns.len()));

    let mut model =
        built.problem.try_into_inner().map_err(|error| format!("HiGHS refuses it: {error}"))?;
    set_common_options(&mut model, orders.seed)?;
    set(&mut model, "solve_relaxation", true)?;
    set_clock(&mut model, &orders.limits)?;
    let relaxed = model.try_solve().map_err(|status| format!("HiGHS failed: {status:?}"))?;
    match relaxed.status() {
        HighsModelStatus::Optimal => {
            let _ = sender.send(Message::Relaxed(relaxed.objective_value() * size));
        }
        status @ HighsModelStatus::Infeasible => {
            return Ok(Answer { status, bound: f64::NAN, roots: None });
        }
        _ => {}
    }

    let mut model = highs::Model::from(relaxed);
    set(&mut model, "solve_relaxation", false)?;
    set_clock(&mut model, &orders.limits)?;
    set_search_options(&mut model, &orders.limits, size)?;
    if let Some(path) = report.to_str() {
        set(&mut model, "mip_improving_solution_file", path)?;
    }
    if let Some(roots) = &orders.start {
        let values = model::values(open, sets, &built.columns, roots);
        model
            .try_set_solution(Some(&values), None, None, None)
            .map_err(|status| format!("HiGHS refuses the warm start: {status:?}"))?;
    }
    let solved = model.try_solve().map_err(|status| format!("HiGHS failed: {status:?}"))?;
    let bound = solved.double_info_value(c"mip_dual_bound").map_or(f64::NAN, |bound| bound * size);
    let feasible = has_feasible_solution(&solved);
    let roots =
        feasible.then(|| roots(&members, solved.get_solution().columns(), open.units.len()));
    Ok(Answer { status: solved.status(), bound, roots })
}

/// Whether there is a feasible solution to read. Without one HiGHS may have no such information at
/// all, on which the reader of the `highs` crate panics.
fn has_feasible_solution(solved: &highs::SolvedModel) -> bool {
    solved.int_info_value(c"primal_solution_status") == Ok(HighsSolutionStatus::Feasible as i64)
}

fn set<V: highs::HighsOptionValue>(
    model: &mut highs::Model,
    option: &str,
    value: V,
) -> Result<(), String> {
    model.try_set_option(option, value).map_err(|_| format!("HiGHS knows no option `{option}`"))
}

/// Quiet, repeatable, one thread: HiGHS has one scheduler, and parallelism is ours.
fn set_common_options(model: &mut highs::Model, seed: u64) -> Result<(), String> {
    model.make_quiet();
    set(model, "threads", 1)?;
    set(model, "parallel", "off")?;
    let seed = i32::try_from(seed % (i32::MAX as u64)).expect("a remainder below 2^31");
    set(model, "random_seed", seed)
}

fn set_clock(model: &mut highs::Model, limits: &Limits) -> Result<(), String> {
    match limits.remaining() {
        Some(left) => set(model, "time_limit", left.as_secs_f64()),
        None => Ok(()),
    }
}

/// The gap we mean: HiGHS calls a relative gap of 1e-4 optimal unless told otherwise.
fn set_search_options(model: &mut highs::Model, limits: &Limits, size: f64) -> Result<(), String> {
    set(model, "mip_rel_gap", limits.gap_rel.max(0.0))?;
    let gap = model::real(limits.gap_abs).max(WHOLE_COMMUTER_GAP) / size;
    set(model, "mip_abs_gap", gap.max(LEAST_GAP))?;
    // A node of its tree takes a linear program or more: work in proportion.
    let by_work = limits.work.as_ref().map(|work| work.left() / WORK_PER_NODE);
    if let Some(nodes) = [limits.nodes, by_work].into_iter().flatten().min() {
        set(model, "mip_max_nodes", i32::try_from(nodes).unwrap_or(i32::MAX))?;
    }
    Ok(())
}

/// The root of each unit, read from values of the membership columns.
pub(super) fn roots(members: &[(usize, usize)], values: &[f64], num_units: usize) -> Vec<usize> {
    let mut roots = vec![usize::MAX; num_units];
    for (&(root, unit), &value) in members.iter().zip(values) {
        if value > 0.5 {
            roots[unit] = root;
        }
    }
    roots
}

/// Reads the plans HiGHS appends to its report file on the way.
///
/// A record is a line `# Columns N` and one line `name value` per column. HiGHS writes through a
/// buffer, so the last record may be cut off: the membership columns stand first, and a record
/// without all of them is left for later.
struct ReportReader<'a> {
    path: &'a Path,
    members: Vec<(usize, usize)>,
    read: usize,
}

impl ReportReader<'_> {
    /// The last complete plan, when the file has grown since the last call.
    fn latest(&mut self, num_units: usize) -> Option<Vec<usize>> {
        let size = usize::try_from(std::fs::metadata(self.path).ok()?.len()).ok()?;
        if self.members.is_empty() || size == self.read {
            return None;
        }
        let text = std::fs::read_to_string(self.path).ok()?;
        self.read = text.len();
        let complete = &text[..=text.rfind('\n')?];
        let values = last_record(complete, self.members.len())?;
        Some(roots(&self.members, &values, num_units))
    }
}

/// The first `wanted` values of the last record that holds as many.
fn last_record(text: &str, wanted: usize) -> Option<Vec<f64>> {
    text.rsplit("# Columns").find_map(|record| {
        let values: Vec<f64> = record
            .lines()
            .skip(1)
            .take(wanted)
            .map_while(|line| line.split_whitespace().nth(1)?.parse().ok())
            .collect();
        (values.len() == wanted).then_some(values)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_whole_record_counts() {
        let first = "Objective 3\n# Columns 3\nNoName 1\nNoName 0\nNoName 1\n";
        let cut = "Objective 4\n# Columns 3\nNoName 0\n";
        assert_eq!(last_record(first, 2), Some(vec![1.0, 0.0]));
        assert_eq!(last_record(&format!("{first}{cut}"), 2), Some(vec![1.0, 0.0]));
        assert_eq!(last_record(&format!("{cut}{first}"), 3), Some(vec![1.0, 0.0, 1.0]));
        assert_eq!(last_record(cut, 2), None);
        assert_eq!(last_record("", 2), None);
    }
}
