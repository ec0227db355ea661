//! What `batch --dry-run` and `batch status` say.

use std::io::{self, Write};

use serde::Serialize;

use regionfront_batch::runner::Budget;
use regionfront_batch::{BatchStatus, Planned};
use regionfront_model::quantity::grouped;
use regionfront_model::scenario::KList;
use regionfront_report::{Format, plain_table};

/// Formats of `batch status`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum StatusFormat {
    /// For reading.
    #[default]
    Text,
    /// One JSON document with a published schema.
    Json,
}

/// A run in the list of a dry run.
#[derive(Serialize)]
struct Listed<'a> {
    run: &'a str,
    areas: Option<usize>,
    adjacencies: Option<usize>,
    flows: Option<usize>,
    k: String,
    fronts: Option<usize>,
    threads: usize,
    memory_mib: Option<u64>,
    wrong: String,
}

impl<'a> Listed<'a> {
    fn new(planned: &'a Planned) -> Self {
        let size = planned.size.as_ref().ok();
        Self {
            run: &planned.run.name,
            areas: size.map(|size| size.areas),
            adjacencies: size.map(|size| size.adjacencies),
            flows: size.map(|size| size.flows),
            k: size.map_or_else(String::new, |size| KList(size.ks.clone()).to_string()),
            fronts: size.map(|size| size.fronts * size.ks.len()),
            threads: planned.run.spec.threads(),
            memory_mib: size.map(|size| size.memory_mib),
            wrong: planned.size.as_ref().err().map(ToString::to_string).unwrap_or_default(),
        }
    }
}

/// Writes the runs with their sizes.
pub(super) fn write_plan(
    planned: &[&Planned],
    budget: Budget,
    format: Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    let list: Vec<Listed<'_>> = planned.iter().map(|planned| Listed::new(planned)).collect();
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &list)?;
            writeln!(out)
        }
        Format::Csv => {
            let mut table = csv::Writer::from_writer(out);
            list.iter().try_for_each(|listed| table.serialize(listed))?;
            table.flush()
        }
        Format::Table => write_table(planned, &list, budget, out),
    }
}

fn write_table(
    planned: &[&Planned],
    list: &[Listed<'_>],
    budget: Budget,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = plain_table(&[
        ("run", false),
        ("areas", true),
        ("adjacencies", true),
        ("flows", true),
        ("k", true),
        ("fronts", true),
        ("MiB", true),
    ]);
    let figure = |figure: Option<u64>| figure.map_or_else(|| "–".to_owned(), grouped);
    let count = |count: Option<usize>| figure(count.and_then(|count| u64::try_from(count).ok()));
    for listed in list {
        table.add_row([
            listed.run.to_owned(),
            count(listed.areas),
            count(listed.adjacencies),
            count(listed.flows),
            if listed.k.is_empty() { "–".to_owned() } else { listed.k.clone() },
            count(listed.fronts),
            figure(listed.memory_mib),
        ]);
    }
    writeln!(out, "{table}")?;
    for listed in list.iter().filter(|listed| !listed.wrong.is_empty()) {
        writeln!(out, "{}: {}", listed.run, listed.wrong)?;
    }
    let ks: usize = planned.iter().filter_map(|run| Some(run.size.as_ref().ok()?.ks.len())).sum();
    let memory = budget
        .memory_mib
        .map_or_else(|| "any amount of memory".to_owned(), |mib| format!("{} MiB", grouped(mib)));
    writeln!(
        out,
        "{} runs, {ks} k in all; within {} cores and {memory}. MiB: what a run is expected to need.",
        list.len(),
        budget.threads
    )
}

/// Writes how far a batch has come.
pub(super) fn write_status(status: &BatchStatus, out: &mut dyn Write) -> io::Result<()> {
    let header = &status.batch;
    let shard =
        if header.shard.of > 1 { format!(", shard {}", header.shard) } else { String::new() };
    writeln!(
        out,
        "{}{shard}: {} of {} runs finished, {} begun, {} waiting",
        header.title,
        status.finished,
        status.runs,
        status.begun.len(),
        status.waiting
    )?;
    for (words, count) in &status.rows {
        writeln!(out, "  {count} k: {}", words.replacen(' ', ", ", 1).replace('_', " "))?;
    }
    for begun in &status.begun {
        writeln!(out, "  begun: {} ({} results saved)", begun.run, begun.saved)?;
    }
    for (run, reason) in &status.failed {
        writeln!(out, "  failed: {run}: {reason}")?;
    }
    Ok(())
}
