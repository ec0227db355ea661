//! Readers on damaged files: none panics, none takes long, and what is refused says why.
//!
//! The drivers damage sound files and need nothing but a stable compiler. `fuzz/` has the same
//! readers as targets of libFuzzer, which is led by coverage and needs a nightly one.
//!
//! ```sh
//! cargo test --release --test fuzz                      # a short while
//! FUZZ_SECONDS=600 cargo test --release --test fuzz -- --ignored --nocapture
//! ```
//!
//! `FUZZ_SEED` begins elsewhere, `FUZZ_READER` names one reader. An input that fails is kept in
//! `target/fuzz`, with its reader in its name.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "trials on demand tell how far they are"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use regionfront_testkit as _;
use tempfile::TempDir;

mod readers;

use readers::{READERS, Reader, root, told};

/// Readers of batches and run directories, which stand above those of `readers`.
const MORE: &[Reader] = &[
    Reader { name: "batch", read: batch, seeds: &["tests/fuzz/files/batch.toml"] },
    Reader { name: "run: journal", read: |it| run("journal.ndjson", it), seeds: &[] },
    Reader { name: "run: manifest", read: |it| run("manifest.json", it), seeds: &[] },
    Reader { name: "run: solve", read: |it| run("solve.json", it), seeds: &[] },
];

/// Longest time for one input.
const SLOW: Duration = Duration::from_secs(20);

/// Largest input: damage can repeat, and size is not what is looked for here.
const LARGEST: usize = 200_000;

/// `SplitMix64` (Steele et al. 2014): the same damage for the same seed, on any machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    #[expect(clippy::cast_possible_truncation, reason = "the remainder is below a usize")]
    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// What readers trip over.
const SCRAPS: &[&str] = &[
    "-",
    "0",
    "1e400",
    "NaN",
    "-1",
    "9999999999999999999999",
    "18446744073709551615",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "[[",
    ",",
    ";",
    "\n",
    "\r",
    "\t",
    " ",
    "\u{feff}",
    "null",
    "true",
    "<",
    ">",
    "&",
    "é",
    "%",
    "301",
    "0301",
    ":",
    "=",
    "../../",
    "\0",
    "\u{202e}",
    "\u{1b}[2J",
    "..",
    "1..999999999",
    "\u{fffd}",
    "#",
    "name",
    "code",
];

fn damaged(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = seeds[chance.below(seeds.len())].clone();
    for _ in 0..=chance.below(6) {
        let length = bytes.len();
        let at = chance.below(length + 1);
        match chance.below(8) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u8::try_from(chance.below(256)).unwrap_or(0);
                }
            }
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << chance.below(8);
                }
            }
            2 => drop(bytes.drain(at..(at + chance.below(40)).min(length))),
            3 => bytes.truncate(at),
            4 => {
                let again = bytes[at..(at + chance.below(200)).min(length)].to_vec();
                let times = 1 + chance.below(4);
                bytes.splice(at..at, again.repeat(times));
            }
            5 | 6 => {
                let scrap = SCRAPS[chance.below(SCRAPS.len())];
                bytes.splice(at..at, scrap.bytes());
            }
            _ => {
                let other = &seeds[chance.below(seeds.len())];
                let from = chance.below(other.len() + 1);
                let piece = other[from..(from + chance.below(300)).min(other.len())].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes.truncate(LARGEST);
    bytes
}

fn seeds(reader: &Reader) -> Vec<Vec<u8>> {
    let read = |file: &Path| std::fs::read(file).expect("a seed");
    match reader.name.strip_prefix("run: ") {
        None => reader.seeds.iter().map(|file| read(&root().join(file))).collect(),
        Some(which) => {
            let file = ["journal.ndjson", "manifest.json", "solve.json"];
            let file = file.into_iter().find(|file| file.starts_with(which)).expect("a file");
            with_run(|folder| vec![read(&folder.join(file))])
        }
    }
}

/// What came of some inputs.
#[derive(Default)]
struct Count {
    inputs: u64,
    failures: u64,
    slowest: Duration,
}

fn try_for(reader: &Reader, chance: &mut Chance, goes_on: &mut dyn FnMut(u64) -> bool) -> Count {
    let seeds = seeds(reader);
    let mut count = Count::default();
    while goes_on(count.inputs) {
        let bytes = damaged(&seeds, chance);
        let begun = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| (reader.read)(&bytes)));
        let took = begun.elapsed();
        count.inputs += 1;
        count.slowest = count.slowest.max(took);
        if outcome.is_err() || took > SLOW {
            count.failures += 1;
            let folder = root().join("target/fuzz");
            let name = format!("{}-{}", reader.name.replace(": ", "-"), count.inputs);
            std::fs::create_dir_all(&folder).expect("room for a folder");
            std::fs::write(folder.join(&name), &bytes).expect("room for an input");
            eprintln!("target/fuzz/{name}: a panic, or {took:?}");
        }
    }
    count
}

fn all() -> impl Iterator<Item = &'static Reader> {
    READERS.iter().chain(MORE)
}

#[test]
fn readers_survive_damaged_files() {
    let mut chance = Chance(20_200_101);
    for reader in all() {
        let count = try_for(reader, &mut chance, &mut |inputs| inputs < 150);
        assert_eq!(count.failures, 0, "{}", reader.name);
    }
}

#[test]
#[ignore = "it takes as long as it is told to"]
fn readers_survive_damaged_files_for_long() {
    let number = |name: &str, usual: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
    };
    let (seconds, seed) = (number("FUZZ_SECONDS", 600), number("FUZZ_SEED", 1));
    let only = std::env::var("FUZZ_READER").ok();
    let readers: Vec<&Reader> =
        all().filter(|reader| only.as_deref().is_none_or(|only| only == reader.name)).collect();
    let share = Duration::from_secs(seconds) / u32::try_from(readers.len().max(1)).unwrap_or(1);
    let mut failures = 0;
    println!("seed {seed}\n{:<20} {:>9} {:>8} {:>10}", "reader", "inputs", "failures", "slowest");
    for (at, reader) in (0..).zip(readers) {
        let until = Instant::now() + share;
        let mut chance = Chance(seed.wrapping_mul(1_000).wrapping_add(at));
        let count = try_for(reader, &mut chance, &mut |_| Instant::now() < until);
        let slowest = format!("{:.3} s", count.slowest.as_secs_f64());
        println!("{:<20} {:>9} {:>8} {slowest:>10}", reader.name, count.inputs, count.failures);
        failures += count.failures;
    }
    assert_eq!(failures, 0, "inputs are in target/fuzz");
}

fn batch(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Err(defects) = regionfront_batch::Batch::parse(&text, "b.toml") {
        told(&defects);
    }
}

/// A run directory of this thread.
fn with_run<T>(work: impl FnOnce(&Path) -> T) -> T {
    thread_local! {
        static RUN: TempDir = {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let solved = std::process::Command::new(env!("CARGO_BIN_EXE_regionfront"))
                .arg("solve")
                .arg(root().join("instances/tiny"))
                .args(["--k", "2..3", "-q", "-o"])
                .arg(folder.path().join("run"))
                .output()
                .expect("the binary runs");
            assert!(solved.status.success());
            folder
        };
    }
    RUN.with(|folder| work(&folder.path().join("run")))
}

fn run(file: &str, bytes: &[u8]) {
    with_run(|folder| {
        let sound = std::fs::read(folder.join(file)).expect("a file of the run");
        std::fs::write(folder.join(file), bytes).expect("room");
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            if let Err(defects) = regionfront_report::RecordedRun::read(folder, None) {
                told(&defects);
            }
        }));
        std::fs::write(folder.join(file), sound).expect("room");
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    });
}
