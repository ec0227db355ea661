//! The processes, and what each takes.

use super::inputs::{Input, Kind};

/// A process of the service: a command of the same name.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    /// Its id, and the command.
    pub id: &'static str,
    /// What it does, in a line.
    pub title: &'static str,
    /// What it takes, in parts that processes share.
    parts: &'static [&'static [Input]],
    /// The file that is its result.
    pub result: &'static str,
    /// The published schema of the result.
    pub schema: &'static str,
    /// Whether its run directory has a journal to go on from.
    pub has_journal: bool,
    /// Where files go.
    pub files: Files,
}

/// Where a process writes files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    /// Into its run directory always.
    Always,
    /// Where a report is asked for.
    WithReport,
    /// Nowhere: its result is what it prints.
    Never,
}

const fn input(name: &'static str, kind: Kind, title: &'static str) -> Input {
    Input { name, title, kind, is_required: false }
}

const fn required(name: &'static str, kind: Kind, title: &'static str) -> Input {
    Input { name, title, kind, is_required: true }
}

const INSTANCE: &[Input] =
    &[required("instance", Kind::Instance, "the instance, by its name or its id")];

/// What the input `encoding` says.
const ENCODING: &str =
    "what those files of the instance are written in that are not UTF-8, such as latin1";

const RULES: &[Input] = &[
    input("year", Kind::Count, "figures of this year, where the instance holds several"),
    input("encoding", Kind::Encoding, ENCODING),
    input("scenario", Kind::Scenario, "a scenario of the instance, by name"),
    input("no_scenario", Kind::Flag, "start from no rules at all, not from the default scenario"),
    input("k", Kind::Counts, "numbers of regions: 9, \"6..13\" or \"6,8,9,12..13\""),
    input("keep_together", Kind::Groups, "areas that share one region"),
    input("keep_apart", Kind::Groups, "areas no two of which share a region"),
    input("closed", Kind::Groups, "areas that are exactly one region, limits apply"),
    input("fixed", Kind::Groups, "areas that are a region already decided"),
    input("keep_whole", Kind::Regions, "regions of a division of the instance to keep whole"),
    input(
        "limits_do_not_apply_to",
        Kind::Words,
        "areas whose region is exempt from the limits, whatever else it holds",
    ),
    input("links", Kind::Words, "links that count: land, fixed_link, ferry, sea_link"),
    input("areas", Kind::Words, "only these areas"),
    input("external_areas", Kind::Words, "external areas of the instance to add"),
    input("min_population", Kind::Count, "fewest inhabitants of a region"),
    input("max_population", Kind::Count, "most inhabitants of a region"),
    input("min_areas", Kind::Count, "fewest areas of a region"),
    input("max_areas", Kind::Count, "most areas of a region"),
    input("min_jobs", Kind::Count, "fewest jobs of a region"),
    input("max_jobs", Kind::Count, "most jobs of a region"),
    input("min_employed", Kind::Count, "fewest employed residents of a region"),
    input("max_employed", Kind::Count, "most employed residents of a region"),
    input("min_self_containment", Kind::Share, "least share of residents who work inside"),
];

const LIMITS: &[Input] = &[
    input("time_limit", Kind::Time, "longest time for one k or point: seconds, or \"5m\""),
    input("total_time_limit", Kind::Time, "longest time for all: seconds, or \"5m\""),
    input("node_limit", Kind::Count, "most branch-and-bound nodes for one k or point"),
    input("memory", Kind::Count, "most memory for the tables of solving, in MiB"),
    input("seed", Kind::Count, "seed of everything random"),
];

const GAPS: &[Input] = &[
    input("gap", Kind::Share, "stop at this relative gap: 0.01 or \"1%\""),
    input("abs_gap", Kind::Count, "stop at a gap of so many commuters"),
];

const ENGINE: &[Input] =
    &[input("engine", Kind::Choice(&["exact", "compact"]), "which engine answers")];

const REPORT: &[Input] = &[
    input("report", Kind::Flag, "write a report, too"),
    input("lang", Kind::Choice(&["en", "nb"]), "language of the report"),
];

const CERTIFICATE: &[Input] =
    &[input("certificate", Kind::Flag, "write certificates, checked by an independent program")];

const SOLVE: &[Input] = &[
    input("warm_start", Kind::DivisionOptions, "divisions to begin from"),
    input("no_explain", Kind::Flag, "do not look for the rules that conflict"),
];

const FRONT: &[Input] = &[
    input("against", Kind::Words, "second objectives, such as min-population"),
    input("joint", Kind::Flag, "one front of all the objectives together"),
    input(
        "reference",
        Kind::Text,
        "the division that kept-together refers to, or the year of other-year",
    ),
    input("within", Kind::Share, "also find plans within this share of each point"),
    input("most_near", Kind::Count, "most plans found near a point"),
    input("alternatives", Kind::Count, "most other plans listed per point that equal it"),
    input("audit", Kind::Flag, "prove every finished front again"),
    input("no_explain", Kind::Flag, "do not look for the rules that conflict"),
];

const DIVISION: &[Input] = &[required("division", Kind::Division, "the division")];

const EVALUATE: &[Input] = &[
    input("over_years", Kind::Flag, "also by the figures of every year that the instance has"),
    input("against_best", Kind::Flag, "solve for the best plans under the same rules"),
    input("valid", Kind::Text, "when a region is a labour market: \"75%:3500,66.7%:25000\""),
];

const COMPARE: &[Input] = &[
    input("year", Kind::Count, "figures of this year, where the instance holds several"),
    input("encoding", Kind::Encoding, ENCODING),
    required("divisions", Kind::Divisions, "two divisions or more"),
    input("with_first", Kind::Flag, "compare each with the first only"),
];

const DERIVE: &[Input] = &[
    input("resolve_overlaps", Kind::Flag, "leave areas in several regions only in one"),
    input("assign_missing", Kind::Flag, "add areas in no region to one"),
    input(
        "attach_singletons",
        Kind::Choice(&["nearest-centre", "strongest-flow"]),
        "add regions of one area to a region of several",
    ),
    input("split", Kind::Text, "split this region"),
    input("into", Kind::Counts, "into so many parts"),
    input("improve", Kind::Flag, "find the nearest plan that keeps the rules"),
    input("max_moved", Kind::Text, "most areas that may move: \"4\", \"0..8\" or \"0..\""),
];

const EXPLAIN: &[Input] = &[
    input("time_limit", Kind::Time, "longest time for one k: seconds, or \"5m\""),
    input("seed", Kind::Count, "seed of everything random"),
];

const OF_JOB: &[Input] = &[
    required("job", Kind::Job, "a job of solve or front that was successful"),
    input("lang", Kind::Choice(&["en", "nb"]), "language of the report"),
    input("only", Kind::Words, "only these pieces: html,md,docx,xlsx,geojson,gpkg,svg,png,json"),
    input("points", Kind::Words, "which points of a front to show in full: knee, ends, numbers"),
    input("at", Kind::Text, "show the best point that reaches this value: min-population=30000"),
    input("price_limit", Kind::Time, "longest time for what each rule costs"),
];

/// All processes.
pub const PROCESSES: &[Process] = &[
    Process {
        id: "solve",
        title: "The best division for one k or a list of them, proven",
        parts: &[INSTANCE, RULES, LIMITS, GAPS, ENGINE, SOLVE, CERTIFICATE, REPORT],
        result: "solve.json",
        schema: "solve",
        has_journal: true,
        files: Files::Always,
    },
    Process {
        id: "front",
        title: "The Pareto front for every k: internal commuting against second objectives",
        parts: &[INSTANCE, RULES, FRONT, LIMITS, CERTIFICATE, REPORT],
        result: "front.json",
        schema: "front",
        has_journal: true,
        files: Files::Always,
    },
    Process {
        id: "evaluate",
        title: "All indicators of any division: plan, cover or partial",
        parts: &[INSTANCE, DIVISION, RULES, EVALUATE, LIMITS, GAPS, ENGINE, REPORT],
        result: "evaluate.json",
        schema: "evaluate",
        has_journal: false,
        files: Files::WithReport,
    },
    Process {
        id: "compare",
        title: "How divisions differ: who moves, what it costs, how alike they are",
        parts: &[INSTANCE, COMPARE, REPORT],
        result: "compare.json",
        schema: "compare",
        has_journal: false,
        files: Files::WithReport,
    },
    Process {
        id: "derive",
        title: "A division from a division: attach, assign, resolve, split, improve",
        parts: &[INSTANCE, DIVISION, RULES, DERIVE, LIMITS, GAPS, ENGINE],
        result: "derive.json",
        schema: "derive",
        has_journal: false,
        files: Files::Always,
    },
    Process {
        id: "explain",
        title: "Why there is no plan: a smallest set of conflicting rules, and what would help",
        parts: &[INSTANCE, RULES, EXPLAIN, ENGINE],
        result: "explain.json",
        schema: "explain",
        has_journal: false,
        files: Files::Never,
    },
    Process {
        id: "report",
        title: "Report files from a job of solve or front: page, tables, maps, spatial files",
        parts: &[OF_JOB],
        result: "report.json",
        schema: "report",
        has_journal: false,
        files: Files::Always,
    },
];

impl Process {
    /// The process of that id.
    pub fn of(id: &str) -> Option<&'static Self> {
        PROCESSES.iter().find(|process| process.id == id)
    }

    /// All its inputs.
    pub fn inputs(&self) -> impl Iterator<Item = &'static Input> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// The input of that name.
    pub fn input(&self, name: &str) -> Option<&'static Input> {
        self.inputs().find(|input| input.name == name)
    }

    /// Whether the result is what the command prints, not a file of it.
    pub fn prints_result(&self) -> bool {
        !matches!(self.id, "solve" | "front" | "report")
    }
}
