//! Options that several commands share, and how their values are read.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use regionfront_model::instance::{LinkKind, Year};
use regionfront_model::quantity::Share;
pub(super) use regionfront_model::quantity::duration;
use regionfront_model::reading::Encoding;
use regionfront_model::scenario::{
    AreaGroup, DivisionRegions, FixedRegions, KList, Scenario, comma_separated,
};
use regionfront_solver::engine::Interrupt;
use regionfront_solver::job::Settings;

use super::memory;

/// Which data and which rules.
#[derive(Clone, Debug, Args)]
pub(super) struct QuestionArgs {
    /// Folder of the instance, such as instances/viken-2020
    #[arg(value_name = "INSTANCE")]
    pub(super) instance: PathBuf,

    /// Figures of this year, where the instance holds several; `regionfront inspect` lists them
    /// [default: the year that the instance names]
    #[arg(long, value_name = "YEAR")]
    pub(super) year: Option<Year>,

    #[command(flatten)]
    pub(super) letters: LettersArgs,

    #[command(flatten)]
    pub(super) rules: RuleArgs,

    #[command(flatten)]
    pub(super) limits: LimitArgs,
}

/// How texts are written that do not show it.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct LettersArgs {
    /// Encoding of those files of the instance, and of divisions, that are not UTF-8: latin1,
    /// windows-1250, cp850 and others [default: the descriptor's, else windows-1252, which is said]
    #[arg(long, value_name = "NAME")]
    pub(super) encoding: Option<Encoding>,
}

/// Not a doc comment, where the words would need marks that the terminal would show.
const LINKS_HELP: &str = "Links that count as contiguous: land, fixed_link, ferry, sea_link \
    [default: the scenario's, else land,fixed_link: what one can drive without a ferry]";

/// The rules of a scenario, each as an option.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Rules (areas by name or code; lists separated by commas)")]
pub(super) struct RuleArgs {
    /// Scenario: a TOML file, or the name of one in the instance's scenarios/ [default:
    /// scenarios/default.toml of the instance, where it exists]
    #[arg(long, value_name = "FILE|NAME", conflicts_with = "no_scenario")]
    pub(super) scenario: Option<String>,

    /// Start from no rules at all, not from the instance's default scenario
    #[arg(long)]
    pub(super) no_scenario: bool,

    /// Numbers of regions: 9, 6..13 (both ends included) or 6,8,9,12..13 [default: the scenario's]
    #[arg(short, long, value_name = "LIST")]
    pub(super) k: Option<KList>,

    /// Areas that share one region, others may join: "Flå,Hol" or "Upper valley=Ål,Hol"; repeatable
    #[arg(long, value_name = "[NAME=]AREAS")]
    pub(super) keep_together: Vec<String>,

    /// Areas no two of which share a region; repeatable
    #[arg(long, value_name = "[NAME=]AREAS")]
    pub(super) keep_apart: Vec<String>,

    /// Areas that are exactly one region, limits apply; repeatable
    #[arg(long, value_name = "[NAME=]AREAS")]
    pub(super) closed: Vec<String>,

    /// Areas that are a region already decided, limits do not apply; repeatable
    #[arg(long, value_name = "[NAME=]AREAS")]
    pub(super) fixed: Vec<String>,

    /// Keep regions of a division whole: all of them, or "DIVISION=REGION,REGION"; a division of
    /// the instance or a CSV file; repeatable
    #[arg(long, value_name = "DIVISION[=REGIONS]")]
    pub(super) keep_whole: Vec<String>,

    /// Areas whose region is exempt from the limits, whatever else it holds, such as a capital
    #[arg(long, value_name = "AREAS")]
    pub(super) limits_do_not_apply_to: Option<String>,

    #[arg(long, value_name = "KINDS", value_delimiter = ',', help = LINKS_HELP)]
    pub(super) links: Vec<LinkKind>,

    /// Only these areas; flows to the others become an external place
    #[arg(long, value_name = "AREAS")]
    pub(super) areas: Option<String>,

    /// External areas of the instance to add, such as Oslo
    #[arg(long, value_name = "AREAS")]
    pub(super) external_areas: Option<String>,
}

/// Limits on every region, inclusive.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Limits on every region (inclusive; 20000, 20_000 or \"20 000\")")]
pub(super) struct LimitArgs {
    /// Fewest inhabitants
    #[arg(long, value_name = "N", value_parser = count)]
    pub(super) min_population: Option<u64>,

    /// Most inhabitants
    #[arg(long, value_name = "N", value_parser = count)]
    pub(super) max_population: Option<u64>,

    /// Fewest areas
    #[arg(long, value_name = "N", value_parser = count)]
    pub(super) min_areas: Option<u64>,

    /// Most areas
    #[arg(long, value_name = "N", value_parser = count)]
    pub(super) max_areas: Option<u64>,

    /// Fewest jobs
    #[arg(long, value_name = "N", value_parser = count)]
    pub(super) min_jobs: Option<u64>,

    /// Most jobs
    #[arg(long, value_name = "N", value_parser = count)]
    pub(super) max_jobs: Option<u64>,

    /// Fewest employed residents
    #[arg(long, value_name = "N", value_parser = count)]
    pub(super) min_employed: Option<u64>,

    /// Most employed residents
    #[arg(long, value_name = "N", value_parser = count)]
    pub(super) max_employed: Option<u64>,

    /// Least share of employed residents who work inside: 0.65 or 65%
    #[arg(long, value_name = "SHARE")]
    pub(super) min_self_containment: Option<Share>,
}

impl QuestionArgs {
    /// The rules given as options, as a scenario of their own.
    pub(super) fn as_scenario(&self) -> Scenario {
        let (rules, limits) = (&self.rules, &self.limits);
        let groups = |option: &str, values: &[String]| -> Vec<AreaGroup> {
            values.iter().map(|value| AreaGroup::from_option(option, value)).collect()
        };
        let mut scenario = Scenario {
            k: rules.k.clone(),
            links: (!rules.links.is_empty()).then(|| rules.links.clone()),
            areas: rules.areas.as_deref().map(comma_separated),
            external_areas: rules.external_areas.as_deref().map_or_else(Vec::new, comma_separated),
            min_population: limits.min_population,
            max_population: limits.max_population,
            min_areas: limits.min_areas,
            max_areas: limits.max_areas,
            min_jobs: limits.min_jobs,
            max_jobs: limits.max_jobs,
            min_employed: limits.min_employed,
            max_employed: limits.max_employed,
            min_self_containment: limits.min_self_containment,
            keep_together: groups("--keep-together", &rules.keep_together),
            keep_apart: groups("--keep-apart", &rules.keep_apart),
            closed: groups("--closed", &rules.closed),
            fixed: groups("--fixed", &rules.fixed).into_iter().map(FixedRegions::Areas).collect(),
            keep_whole: rules
                .keep_whole
                .iter()
                .map(|value| DivisionRegions::from_option("--keep-whole", value))
                .collect(),
            limits_do_not_apply_to: rules
                .limits_do_not_apply_to
                .as_deref()
                .map_or_else(Vec::new, comma_separated),
            ..Scenario::default()
        };
        let limits: [(&str, bool); 9] = [
            ("min_population", limits.min_population.is_some()),
            ("max_population", limits.max_population.is_some()),
            ("min_areas", limits.min_areas.is_some()),
            ("max_areas", limits.max_areas.is_some()),
            ("min_jobs", limits.min_jobs.is_some()),
            ("max_jobs", limits.max_jobs.is_some()),
            ("min_employed", limits.min_employed.is_some()),
            ("max_employed", limits.max_employed.is_some()),
            ("min_self_containment", limits.min_self_containment.is_some()),
        ];
        let lists: [(&str, bool); 5] = [
            ("k", rules.k.is_some()),
            ("links", !rules.links.is_empty()),
            ("areas", rules.areas.is_some()),
            ("external_areas", rules.external_areas.is_some()),
            ("limits_do_not_apply_to", rules.limits_do_not_apply_to.is_some()),
        ];
        for (key, _) in limits.into_iter().chain(lists).filter(|(_, is_given)| *is_given) {
            scenario.places.insert(key.to_owned(), format!("--{}", key.replace('_', "-")));
        }
        scenario
    }
}

/// When to stop.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Solving")]
pub(super) struct StopArgs {
    /// Longest time for one k: seconds, or 90s, 5m, 2h [default: none, so that a proof can finish]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(super) time_limit: Option<Duration>,

    /// Longest time for the whole list, shared out among the k [default: none]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(super) total_time_limit: Option<Duration>,

    /// Most branch-and-bound nodes for one k [default: none]
    #[arg(long, value_name = "N", value_parser = count)]
    pub(super) node_limit: Option<u64>,

    /// Most memory for the tables of solving, in MiB; larger problems are solved on groups of areas
    /// [default: three quarters of what the machine has to spare]
    #[arg(long, value_name = "MIB", value_parser = count)]
    pub(super) memory: Option<u64>,

    /// Stop when (bound − objective) ÷ max(1, objective) is at most this: 0.01 or 1%
    /// [default: 0, a full proof]
    #[arg(long, value_name = "SHARE", default_value = "0", hide_default_value = true)]
    pub(super) gap: Share,

    /// Stop when bound − objective is at most this many commuters [default: 0]
    #[arg(
        long, value_name = "N", value_parser = count,
        default_value = "0", hide_default_value = true
    )]
    pub(super) abs_gap: u64,

    /// Seed of everything random; the same seed gives the same plan
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) seed: u64,
}

impl StopArgs {
    /// The settings of a job that solves so many k at a time.
    pub(super) fn settings(&self, threads: usize, interrupt: Interrupt) -> Settings {
        Settings {
            time_limit: self.time_limit,
            total_time_limit: self.total_time_limit,
            node_limit: self.node_limit,
            gap_rel: self.gap.into(),
            gap_abs: self.abs_gap,
            memory: memory::limit(self.memory),
            seed: self.seed,
            threads,
            interrupt,
            ..Settings::default()
        }
    }
}

/// How progress is shown on stderr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ProgressKind {
    /// Bars on a terminal, nothing elsewhere.
    #[default]
    Auto,
    /// A line per k being solved, and a bar.
    Bar,
    /// One JSON object per line: started, incumbent, bound, finished.
    Json,
    /// Nothing.
    None,
}

/// Which engine answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum EngineName {
    /// Set partitioning over connected regions: the fast one.
    #[default]
    Exact,
    /// The compact mixed-integer model: slower, for comparison and audit.
    Compact,
}

/// Options of every command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Messages")]
pub(super) struct MessageArgs {
    /// Only errors on stderr, no progress
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,

    /// More on stderr; twice for more still
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,

    /// Append a detailed log to this file
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) log_file: Option<PathBuf>,
}

/// A whole number, with `_` or blanks between groups of digits if one likes.
pub(super) fn count(text: &str) -> Result<u64, String> {
    let digits: String = text
        .trim()
        .chars()
        .filter(|letter| !matches!(letter, '_' | ' ' | '\u{a0}' | '\u{202f}'))
        .collect();
    digits
        .parse()
        .map_err(|_| format!("`{text}` is not a whole number such as 20000, 20_000 or \"20 000\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_may_be_grouped() {
        assert_eq!(count("20_000"), Ok(20_000));
        assert_eq!(count("20 000"), Ok(20_000));
        assert!(count("20,000").is_err(), "a comma may be a decimal sign");
        assert!(count("-1").is_err());
    }
}
