//! A job, from its claim to its end.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::child::{Running, Said, Told};
use super::files::{self, JOURNAL};
use super::outcome::{Ended, outcome, problem_of};
use super::{Share, Shared};
use crate::instances::{self, disk};
use crate::problem::Problem;
use crate::question::parts::TOTAL;
use crate::question::processes::Process;
use crate::question::{RUN, Work};
use crate::store::{Claim, File, Orders, Outcome, Status, StoreError};

/// How often news are written down.
const PACE: Duration = Duration::from_millis(200);

/// How often what a job has so far is given to a store whose workers share no files.
const CHECKPOINT: Duration = Duration::from_secs(2);

/// How often a slot looks up while its process says nothing.
const TICK: Duration = Duration::from_millis(25);

/// How long a process that was asked to stop may still take.
const GRACE: Duration = Duration::from_secs(20);

/// How long a job waits that cannot go on at once.
const PAUSE: Duration = Duration::from_millis(300);

/// How long a job waits for room on the disk.
const PAUSE_FOR_ROOM: Duration = Duration::from_secs(3);

/// What is said of it meanwhile.
const NO_ROOM: &str = "waits for room on the disk of its worker";

/// How often a job may have been begun and still wait for room, which is an hour at least: it may be
/// itself that takes the room.
const MOST_FOR_ROOM: u64 = 1_200;

/// How often the process of a job may be killed before the job has failed.
const MOST_KILLS: u32 = 10;

/// How often a job finds its run directory held by a process of an earlier claim, before it is begun in
/// another one.
const MOST_HELD: u32 = 15;

/// The note of how often that was.
const HELD: &str = "held";

/// Lines of stderr that are kept.
const LINES: usize = 60;

/// What is to be done about a unit whose process has ended.
#[derive(Debug)]
enum Ends {
    /// The job has an outcome.
    With(Outcome),
    /// A part has ended, with these files for the job.
    Part(Vec<File>),
    /// It goes back into the queue, for at least so long, with a word about it.
    Back(Duration, &'static str),
    /// It is another's, or nobody's.
    Lost,
}

impl Shared {
    /// Does a job or a part of one, and writes down what came of it.
    pub(super) fn do_job(&self, claim: &Claim, share: Share) {
        let usual = self.settings.jobs().join(folder_of(claim));
        // Where the process of a worker that hangs holds the run directory for good, or a worker on
        // another machine came farther, the job is begun in another one.
        let folder = if noted(&usual, HELD) >= MOST_HELD || self.is_behind(claim, &usual) {
            self.settings.jobs().join(format!("{}-{}", folder_of(claim), claim.fence))
        } else {
            usual.clone()
        };
        let ends = self.try_job(claim, share, &folder).unwrap_or_else(|error| {
            tracing::error!(job = claim.id, %error, "a job cannot be done now");
            Ends::Back(PAUSE, "")
        });
        let (id, fence) = (&claim.id, claim.fence);
        let written = match &ends {
            Ends::With(outcome) => self.store.finish(id, fence, outcome),
            Ends::Part(files) => self.store.finish_part(id, fence, files),
            Ends::Back(pause, why) => self.store.release(id, fence, *pause, why),
            Ends::Lost => Ok(false),
        };
        match written {
            Ok(true) if matches!(ends, Ends::With(_) | Ends::Part(_)) => {
                // What is left behind costs room only.
                let _ = fs::remove_dir_all(&folder);
                let _ = fs::remove_dir_all(&usual);
            }
            Ok(_) => {}
            // Its lease runs out, and it is done again from its journal.
            Err(error) => tracing::error!(job = claim.id, %error, "the end of a job is not kept"),
        }
        self.bell.tell(&claim.id);
        self.bell.ring();
    }

    /// Whether the store has more of a unit than a folder of an earlier claim.
    fn is_behind(&self, claim: &Claim, folder: &Path) -> bool {
        let journal = folder.join(RUN).join(JOURNAL);
        let is_shared = self.store.is_far() || claim.part.is_some();
        let Some(own) = fs::metadata(journal).ok().filter(|_| is_shared) else { return false };
        let kept = files::kept_journal_size(&*self.store, claim).unwrap_or(0);
        u64::try_from(kept).is_ok_and(|kept| kept > own.len())
    }

    /// Gives the store what a unit has so far.
    fn checkpoint(&self, claim: &Claim, folder: &Path) {
        let Ok(bytes) = fs::read(folder.join(RUN).join(JOURNAL)) else { return };
        let journal = File { name: files::kept_as(claim.part.as_deref(), JOURNAL), bytes };
        if let Err(error) = self.store.keep(&claim.id, claim.fence, &[journal]) {
            tracing::warn!(job = claim.id, %error, "what a job has so far is not kept");
        }
    }

    fn try_job(&self, claim: &Claim, share: Share, folder: &Path) -> Result<Ends, StoreError> {
        let unknown = || StoreError::Other(format!("job {} is of another version", claim.id));
        let process = Process::of(&claim.process).ok_or_else(unknown)?;
        let work: Work = serde_json::from_str(&claim.work).map_err(|_| unknown())?;
        let instance = match self.instance_of(&work)? {
            Ok(instance) => instance,
            Err(problem) => return Ok(Ends::With(failed(&problem))),
        };
        let work = claim.part.as_deref().map_or(work.clone(), |part| work.of_part(part));
        let joined = files::prepare(&*self.store, folder, claim, &work, process.result)?;
        let mut told = Told {
            arguments: arguments(process, &work, &instance, &joined, share.threads),
            memory_mib: share.memory_mib,
        };
        let orders = AtomicU8::new(GO_ON);
        thread::scope(|scope| {
            scope.spawn(|| self.keep_lease(claim, &orders));
            let hears = if joined.is_empty() { Hears::AtOnce } else { Hears::InAWhile };
            let mut watched = self.watch(claim, &work, folder, &told, Some((&orders, hears)));
            let result = folder.join(RUN).join(process.result);
            if process.has_journal
                && claim.part.is_none()
                && watched.as_ref().is_ok_and(|watched| watched.was_asked && !watched.is_lost)
                && !result.is_file()
                && !self.is_closing()
            {
                // It was ended before every file was written: its journal has the best plan and its
                // bound, and another process without time for more makes files of that.
                told.arguments.retain(|argument| !argument.starts_with(TOTAL));
                told.arguments.push(format!("{TOTAL}0.001"));
                watched = self.watch(claim, &work, folder, &told, None);
            }
            orders.store(OVER, Ordering::SeqCst);
            end(claim, process, folder, watched?)
        })
    }

    /// The folder of the instance of a job, seen from the folder of the job.
    fn instance_of(&self, work: &Work) -> Result<Result<String, Problem>, StoreError> {
        let gone = |what: String| {
            Problem::new(410, "E602", "instance", what, "upload it again, and ask again")
        };
        let Some(id) = &work.instance else { return Ok(Err(gone("there is none".to_owned()))) };
        let known = self.store.instances_called(id)?;
        if known.iter().all(|stored| stored.id != *id) {
            return Ok(Err(gone(format!("the instance {id} was taken away"))));
        }
        let folder = instances::at_hand(&*self.store, &self.settings.instances(), id)?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        Ok(Ok(format!("../../instances/{id}/{name}")))
    }

    /// Renews the lease until the job is over.
    fn keep_lease(&self, claim: &Claim, orders: &AtomicU8) {
        let every = self.settings.lease / 4;
        let mut last = Instant::now();
        // A job that was asked to stop before it began is to hear so.
        let mut is_first = true;
        while orders.load(Ordering::SeqCst) != OVER {
            if is_first || last.elapsed() >= every.min(PACE * 5) {
                (last, is_first) = (Instant::now(), false);
                let heard = match self.store.renew(&claim.id, claim.fence, self.settings.lease) {
                    Ok(Orders::GoOn) => continue,
                    Ok(Orders::Stop) => STOP,
                    Ok(Orders::Lost) => LOST,
                    // It is lost when the lease has run out, and not before.
                    Err(error) => {
                        tracing::warn!(job = claim.id, %error, "a lease is not renewed");
                        continue;
                    }
                };
                // It may be over meanwhile.
                let from = |now| (now != OVER).then_some(heard);
                let _ = orders.fetch_update(Ordering::SeqCst, Ordering::SeqCst, from);
            }
            thread::sleep(TICK);
        }
    }

    /// Runs the process of a job, and hears it to its end.
    fn watch(
        &self,
        claim: &Claim,
        work: &Work,
        folder: &Path,
        told: &Told,
        orders: Option<(&AtomicU8, Hears)>,
    ) -> Result<Watched, StoreError> {
        let other = |error: std::io::Error| StoreError::Other(error.to_string());
        let mut running = Running::start(&self.settings.program, folder, told).map_err(other)?;
        let mut news = News::new(claim, work);
        let (mut messages, mut printed) = (Vec::new(), Vec::new());
        let (began, mut told) = (Instant::now(), Instant::now());
        let (mut asked, mut is_let_go, mut is_lost) = (None, false, false);
        // What joins parts has nothing that they have not.
        let is_far = self.store.is_far() && claim.parts.is_empty();
        let (mut kept, mut is_news) = (Instant::now(), false);
        loop {
            match running.said.recv_timeout(TICK) {
                Ok(Said::Printed(bytes)) => printed = bytes,
                Ok(Said::Line(line)) => {
                    if !news.hear(&line) && messages.len() < LINES {
                        messages.push(line);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if told.elapsed() >= PACE && news.has_any() {
                told = Instant::now();
                self.tell(claim, &mut news);
                is_news = true;
            }
            if is_far && is_news && kept.elapsed() >= CHECKPOINT {
                self.checkpoint(claim, folder);
                (kept, is_news) = (Instant::now(), false);
            }
            let heard = orders.map_or(GO_ON, |(orders, _)| orders.load(Ordering::SeqCst));
            let may_stop =
                orders.is_some_and(|(_, hears)| hears == Hears::AtOnce) || began.elapsed() >= GRACE;
            let most = self.settings.seconds;
            let is_late = most.is_some_and(|most| began.elapsed().as_secs() >= most);
            if heard == LOST && !is_lost {
                is_lost = true;
                running.kill();
            }
            if ((heard == STOP && may_stop) || is_late) && asked.is_none() {
                asked = Some(Instant::now());
                running.stop();
            }
            if asked.is_some_and(|asked| asked.elapsed() >= GRACE) {
                running.kill();
            }
            if self.is_closing() && !is_let_go {
                is_let_go = true;
                running.let_go();
            }
        }
        let code = running.wait().map_err(other)?.code();
        self.tell(claim, &mut news);
        if is_far && self.is_closing() {
            // Another machine goes on with it.
            self.checkpoint(claim, folder);
        }
        let was_asked = asked.is_some() || orders.is_none();
        Ok(Watched { code, messages, printed, was_asked, is_let_go, is_lost })
    }

    fn tell(&self, claim: &Claim, news: &mut News) {
        let (events, progress) = news.take();
        if let Err(error) = self.store.record(&claim.id, claim.fence, &events, progress) {
            tracing::warn!(job = claim.id, %error, "events are not kept");
        }
        self.bell.tell(&claim.id);
    }
}

/// The command line; `joined` are folders of parts, relative to that of the job.
fn arguments(
    process: &Process,
    work: &Work,
    instance: &str,
    joined: &[String],
    threads: usize,
) -> Vec<String> {
    let mut arguments = work.arguments(instance);
    let writes_files = work.writes_files(process);
    if writes_files {
        arguments.push(format!("--output={RUN}"));
    }
    if process.has_journal {
        if joined.is_empty() {
            arguments.extend(["--resume".to_owned(), "--progress=json".to_owned()]);
        } else {
            // Its parts have told all there is to tell.
            arguments.push(format!("--join={}", joined.join(",")));
            arguments.extend(["--force".to_owned(), "--progress=none".to_owned()]);
        }
        arguments.push(format!("--threads={threads}"));
    } else if writes_files {
        arguments.push("--force".to_owned());
    }
    if process.id != "report" {
        arguments.push("--format=json".to_owned());
    }
    arguments
}

/// When a process hears that its job is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hears {
    /// At once.
    AtOnce,
    /// Not at first: what joins parts that have ended has little to do, and is to do it.
    InAWhile,
}

/// How the process of a job went.
struct Watched {
    /// Its exit code; none where it was killed.
    code: Option<i32>,
    /// What it said on stderr that is no event.
    messages: Vec<String>,
    /// What it said on stdout.
    printed: Vec<u8>,
    /// Whether it was asked to stop with what it has.
    was_asked: bool,
    /// Whether the worker let go of it.
    is_let_go: bool,
    /// Whether the job is another's by now.
    is_lost: bool,
}

const GO_ON: u8 = 0;
const STOP: u8 = 1;
const LOST: u8 = 2;
const OVER: u8 = 3;

/// What is to be done about a job whose process has ended.
fn end(
    claim: &Claim,
    process: &Process,
    folder: &Path,
    watched: Watched,
) -> Result<Ends, StoreError> {
    let Watched { code, messages, printed, was_asked, is_let_go, is_lost } = watched;
    if is_lost {
        return Ok(Ends::Lost);
    }
    let is_unasked = !was_asked && matches!(code, Some(129 | 130 | 143));
    if is_unasked || (is_let_go && !matches!(code, Some(0..=6))) {
        return Ok(Ends::Back(PAUSE, ""));
    }
    let said = messages.join("\n");
    if code.is_none() && !was_asked {
        return killed(claim, folder, &said);
    }
    let may_wait = !was_asked && claim.attempts < MOST_FOR_ROOM;
    if matches!(code, Some(1 | 2)) && may_wait && is_for_want_of_room(&said) {
        // No fault of the question: it goes on from its journal, once there is room.
        tracing::warn!(job = claim.id, said, "a job waits for room on the disk");
        return Ok(Ends::Back(PAUSE_FOR_ROOM, NO_ROOM));
    }
    if code == Some(2) && said.contains("E410") {
        // The process of an earlier claim is still ending.
        note(folder, HELD).map_err(|error| disk(&error))?;
        return Ok(Ends::Back(PAUSE, ""));
    }
    let run = folder.join(RUN);
    if code == Some(2) && (said.contains("E403 ") || said.contains("E404 ")) {
        if run.is_dir() {
            fs::remove_dir_all(&run).map_err(|error| disk(&error))?;
        }
        return killed(claim, folder, &said);
    }
    if let (Some(part), None | Some(0 | 3..=6 | 129 | 130 | 143)) = (&claim.part, code) {
        return files::of_part(&run, part).map(Ends::Part).map_err(|error| disk(&error));
    }
    let mut files = files::collect(&run).map_err(|error| disk(&error))?;
    let is_missing = files.iter().all(|file| file.name != process.result);
    if process.prints_result() && is_missing && !printed.is_empty() {
        files.push(File { name: process.result.to_owned(), bytes: printed });
    }
    let mut outcome = outcome(process, Ended { code, messages, files });
    if let Some(part) = &claim.part {
        // It speaks for the job; what it has is the part's all the same.
        outcome.files = files::of_part(&run, part).map_err(|error| disk(&error))?;
    }
    Ok(Ends::With(outcome))
}

/// Whether a process says that a disk is full, or that a user's share of it is.
fn is_for_want_of_room(said: &str) -> bool {
    let numbers: &[u32] = if cfg!(windows) { &[39, 112] } else { &[28, 122] };
    numbers.iter().any(|number| said.contains(&format!("(os error {number})")))
}

/// A process that was killed is begun again, but not for ever: it may be itself that brings the
/// machine to it.
fn killed(claim: &Claim, folder: &Path, said: &str) -> Result<Ends, StoreError> {
    let kills = note(folder, "kills").map_err(|error| disk(&error))?;
    if kills >= MOST_KILLS {
        let what = format!("its process was killed {kills} times: {said}");
        let problem = problem_of(500, &what, "give it less to do, or the server more memory");
        return Ok(Ends::With(failed(&problem)));
    }
    tracing::warn!(job = claim.id, kills, "the process of a job was killed");
    Ok(Ends::Back(PAUSE, ""))
}

/// How often something was noted in the folder of a job.
fn noted(folder: &Path, what: &str) -> u32 {
    fs::read_to_string(folder.join(what)).ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Notes it once more.
fn note(folder: &Path, what: &str) -> std::io::Result<u32> {
    let times = noted(folder, what) + 1;
    fs::write(folder.join(what), times.to_string())?;
    Ok(times)
}

fn failed(problem: &Problem) -> Outcome {
    Outcome {
        status: Status::Failed,
        message: problem.detail.clone(),
        termination: None,
        solution: None,
        problem: Some(problem.json()),
        files: Vec::new(),
    }
}

/// The name of the folder of a unit, which begins with the id of its job.
fn folder_of(claim: &Claim) -> String {
    match &claim.part {
        Some(part) => format!("{}-{part}", claim.id),
        None => claim.id.clone(),
    }
}

/// News of a process that are not yet written down.
struct News {
    events: Vec<(String, String)>,
    /// How many k there are; none for a unit whose job counts parts.
    counts: Option<usize>,
    finished: usize,
}

impl News {
    fn new(claim: &Claim, work: &Work) -> Self {
        let is_whole = claim.part.is_none() && claim.parts.is_empty();
        let counts = is_whole.then(|| work.counts().len().max(1));
        Self { events: Vec::new(), counts, finished: 0 }
    }

    /// Takes a line that is an event; whether it is one.
    fn hear(&mut self, line: &str) -> bool {
        let Some(Value::Object(event)) = serde_json::from_str(line).ok() else { return false };
        let Some(kind) = event.get("event").and_then(Value::as_str) else { return false };
        if kind == "finished" {
            self.finished += 1;
        }
        self.events.push((kind.to_owned(), line.to_owned()));
        true
    }

    fn has_any(&self) -> bool {
        !self.events.is_empty()
    }

    fn take(&mut self) -> (Vec<(String, String)>, Option<u8>) {
        let percent = self.counts.map(|counts| (self.finished * 100 / counts).min(99));
        (std::mem::take(&mut self.events), percent.and_then(|percent| u8::try_from(percent).ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk without room is no fault of the question, unless the process was to stop, or it goes on
    /// and on.
    #[test]
    fn a_job_waits_for_room_on_the_disk() {
        let claim = |attempts| Claim {
            id: "a".to_owned(),
            process: "solve".to_owned(),
            work: String::new(),
            part: None,
            parts: Vec::new(),
            fence: attempts,
            attempts,
        };
        let process = Process::of("solve").expect("it is one");
        let full = std::io::Error::from_raw_os_error(if cfg!(windows) { 112 } else { 28 });
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join(RUN)).expect("room");
        let ended = |attempts, code, was_asked| {
            let watched = Watched {
                code: Some(code),
                messages: vec![format!("E405 run/solve.json: writing failed: {full}")],
                printed: Vec::new(),
                was_asked,
                is_let_go: false,
                is_lost: false,
            };
            end(&claim(attempts), process, folder.path(), watched)
                .expect("the disk of the test has room")
        };
        for code in [1, 2] {
            assert!(matches!(ended(1, code, false), Ends::Back(PAUSE_FOR_ROOM, NO_ROOM)), "{code}");
        }
        assert!(matches!(ended(1, 1, true), Ends::With(_)));
        assert!(matches!(ended(MOST_FOR_ROOM, 1, false), Ends::With(_)), "not for ever");
    }

    /// A part that fails ends its job, which says why; the journal it leaves is its own.
    #[test]
    fn a_part_that_fails_says_why_and_keeps_its_journal() {
        let process = Process::of("front").expect("it is one");
        let claim = Claim {
            id: "a".to_owned(),
            process: "front".to_owned(),
            work: String::new(),
            part: Some("k8".to_owned()),
            parts: Vec::new(),
            fence: 1,
            attempts: 1,
        };
        let folder = tempfile::tempdir().expect("a folder");
        let run = folder.path().join(RUN);
        std::fs::create_dir(&run).expect("room");
        let fault = r#"{"fronts":[{"k":8,"termination":"error","reason":"no thread"}]}"#;
        std::fs::write(run.join("front.json"), fault).expect("room");
        std::fs::write(run.join(JOURNAL), "{}").expect("room");
        let watched = Watched {
            code: Some(1),
            messages: vec!["scenario: default.toml".to_owned()],
            printed: Vec::new(),
            was_asked: false,
            is_let_go: false,
            is_lost: false,
        };
        let ends = end(&claim, process, folder.path(), watched).expect("the folder is there");
        let Ends::With(outcome) = ends else { panic!("{ends:?}") };
        assert!(outcome.message.contains("k = 8: no thread"), "{}", outcome.message);
        let names: Vec<&str> = outcome.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["parts/k8/journal.ndjson"]);
    }
}
