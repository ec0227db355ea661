//! What every store promises.

use std::thread;
use std::time::Duration;

use regionfront::service::store::{
    File, NewJob, Orders, Outcome, Postgres, Room, Sqlite, Status, Store, StoredInstance,
    StoredToken, Submitted, Wanted,
};

use crate::database::{Cluster, database};

pub(crate) const ROOM: Room = Room { queue: 1000, owner: 1000 };
pub(crate) const LEASE: Duration = Duration::from_secs(60);

pub(crate) fn job(id: &str) -> NewJob {
    NewJob {
        id: id.to_owned(),
        process: "solve".to_owned(),
        inputs: "{}".to_owned(),
        work: "{}".to_owned(),
        parts: Vec::new(),
        owner: "me".to_owned(),
    }
}

pub(crate) fn done() -> Outcome {
    Outcome {
        status: Status::Successful,
        message: "done".to_owned(),
        termination: Some("optimal".to_owned()),
        solution: Some("proven_optimal".to_owned()),
        problem: None,
        files: vec![File { name: "solve.json".to_owned(), bytes: b"{}".to_vec() }],
    }
}

/// Tries a promise on a fresh store of each kind.
pub(crate) fn on_each(promise: fn(&dyn Store)) {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = Sqlite::open(&folder.path().join("s.sqlite")).expect("a store");
    promise(&sqlite);
    if let Some(url) = database() {
        promise(&Postgres::open(&url).expect("a store"));
    }
}

pub(crate) fn status(store: &dyn Store, id: &str) -> Status {
    store.job(id).expect("it reads").expect("it is there").status
}

#[test]
fn the_first_that_waits_is_the_first_that_is_done() {
    on_each(|store| {
        for id in ["a", "b", "c"] {
            assert_eq!(store.submit(&job(id), None, ROOM).expect("kept"), Submitted::Queued);
        }
        let ahead = |id: &str| store.job(id).expect("it reads").expect("there").ahead;
        assert_eq!((ahead("a"), ahead("c")), (Some(0), Some(2)));
        let first = store.claim("w", LEASE, None).expect("it writes").expect("a job");
        assert_eq!((first.id.as_str(), status(store, "a")), ("a", Status::Running));
        assert_eq!(store.submit(&job("a"), None, ROOM).expect("kept"), Submitted::Known);
        assert!(store.finish("a", first.fence, &done()).expect("it writes"));
        assert_eq!(store.file("a", "solve.json").expect("it reads"), Some(b"{}".to_vec()));
        assert_eq!(store.submit(&job("a"), None, ROOM).expect("kept"), Submitted::Known);
        let second = store.claim("w", LEASE, None).expect("it writes").expect("a job");
        assert!(store.release("b", second.fence, Duration::ZERO, "").expect("it writes"));
        assert_eq!(ahead("b"), Some(0), "it has its place again");
        let (listed, in_all) = store.jobs(&Wanted { limit: 2, ..Wanted::default() }).expect("read");
        let ids: Vec<&str> = listed.iter().map(|job| job.id.as_str()).collect();
        assert_eq!((ids.as_slice(), in_all), (&["c", "b"][..], 3));
    });
}

#[test]
fn who_lost_his_lease_writes_nothing_more() {
    on_each(|store| {
        store.submit(&job("a"), None, ROOM).expect("kept");
        let first =
            store.claim("one", Duration::from_millis(1), None).expect("writes").expect("a job");
        thread::sleep(Duration::from_millis(20));
        let second =
            store.claim("two", LEASE, None).expect("writes").expect("the lease has run out");
        assert!(second.fence > first.fence);
        assert_eq!(store.renew("a", first.fence, LEASE).expect("it writes"), Orders::Lost);
        let event = [("point".to_owned(), "{}".to_owned())];
        assert!(!store.record("a", first.fence, &event, None).expect("it writes"));
        assert!(!store.finish("a", first.fence, &done()).expect("it writes"));
        assert!(!store.release("a", first.fence, Duration::ZERO, "").expect("it writes"));
        assert_eq!(store.renew("a", second.fence, LEASE).expect("it writes"), Orders::GoOn);
        assert!(store.claim("three", LEASE, None).expect("it reads").is_none());
        assert!(store.finish("a", second.fence, &done()).expect("it writes"));
        assert!(!store.finish("a", second.fence, &done()).expect("it writes"), "not twice");
    });
}

#[test]
fn nothing_is_claimed_twice() {
    on_each(|store| {
        for at in 0..40 {
            store.submit(&job(&at.to_string()), None, ROOM).expect("kept");
        }
        let mut claimed: Vec<String> = thread::scope(|scope| {
            let claim = || {
                let mut own = Vec::new();
                while let Some(claim) = store.claim("w", LEASE, None).expect("it writes") {
                    own.push(claim.id);
                }
                own
            };
            let workers: Vec<_> = (0..4).map(|_| scope.spawn(claim)).collect();
            workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
        });
        claimed.sort();
        claimed.dedup();
        assert_eq!(claimed.len(), 40);
    });
}

#[test]
fn stop_and_dismissal_reach_the_worker() {
    on_each(|store| {
        for id in ["a", "b"] {
            store.submit(&job(id), None, ROOM).expect("kept");
        }
        let first = store.claim("w", LEASE, None).expect("it writes").expect("a job");
        assert!(store.stop("a").expect("it writes"));
        assert_eq!(store.renew("a", first.fence, LEASE).expect("it writes"), Orders::Stop);
        assert!(store.finish("a", first.fence, &done()).expect("it writes"));
        // Asked again, what was stopped goes on: with its files, and a new fence.
        assert_eq!(store.submit(&job("a"), None, ROOM).expect("kept"), Submitted::Queued);
        assert_eq!(store.files("a").expect("it reads").len(), 1);
        let second = store.claim("w", LEASE, None).expect("it writes").expect("a job");
        assert_eq!(second.id, "b", "those who waited longer come first");
        store.dismiss("b").expect("it writes");
        assert_eq!(store.renew("b", second.fence, LEASE).expect("it writes"), Orders::Lost);
        assert!(!store.finish("b", second.fence, &done()).expect("it writes"));
        assert_eq!(status(store, "b"), Status::Dismissed);
        assert!(!store.stop("b").expect("it writes"));
    });
}

#[test]
fn events_are_numbered_without_gaps() {
    on_each(|store| {
        store.submit(&job("a"), None, ROOM).expect("kept");
        let claim = store.claim("w", LEASE, None).expect("it writes").expect("a job");
        let events = ["one", "two"].map(|kind| (kind.to_owned(), "{}".to_owned()));
        assert!(store.record("a", claim.fence, &events, Some(50)).expect("it writes"));
        assert!(store.finish("a", claim.fence, &done()).expect("it writes"));
        let heard = store.events("a", 0, 100).expect("it reads");
        let told: Vec<(u64, &str)> =
            heard.iter().map(|event| (event.number, event.kind.as_str())).collect();
        let wanted = [(1, "status"), (2, "status"), (3, "one"), (4, "two"), (5, "status")];
        assert_eq!(told, wanted);
        assert_eq!(store.events("a", 3, 1).expect("it reads"), heard[3..4]);
    });
}

#[test]
fn room_and_keys_are_kept_to() {
    on_each(|store| {
        let room = Room { queue: 3, owner: 2 };
        let other = NewJob { owner: "you".to_owned(), ..job("c") };
        let submit =
            |job: &NewJob, key: Option<&str>| store.submit(job, key, room).expect("it writes");
        assert_eq!(submit(&job("a"), Some("k")), Submitted::Queued);
        assert_eq!(submit(&job("a"), Some("k")), Submitted::Known);
        assert_eq!(submit(&job("b"), Some("k")), Submitted::OtherQuestion);
        assert_eq!(submit(&other, Some("k")), Submitted::Queued, "keys are each owner's own");
        assert_eq!(submit(&job("b"), None), Submitted::Queued);
        assert_eq!(submit(&job("d"), None), Submitted::QueueFull);
        store.dismiss("c").expect("it writes");
        assert_eq!(submit(&job("d"), None), Submitted::OwnerFull);
    });
}

#[test]
fn who_holds_a_job_may_keep_files_of_it_and_nobody_else() {
    on_each(|store| {
        let journal = |text: &str| File { name: "journal".to_owned(), bytes: text.into() };
        store.submit(&job("a"), None, ROOM).expect("kept");
        let first =
            store.claim("one", Duration::from_millis(1), None).expect("writes").expect("a job");
        assert!(store.keep("a", first.fence, &[journal("half")]).expect("it writes"));
        thread::sleep(Duration::from_millis(20));
        let second =
            store.claim("two", LEASE, None).expect("writes").expect("the lease has run out");
        assert!(!store.keep("a", first.fence, &[journal("old")]).expect("it writes"));
        assert_eq!(store.file("a", "journal").expect("it reads"), Some(b"half".to_vec()));
        assert!(store.keep("a", second.fence, &[journal("more")]).expect("it writes"));
        assert_eq!(store.files("a").expect("it reads"), [("journal".to_owned(), 4)]);
        assert!(store.finish("a", second.fence, &done()).expect("it writes"));
        assert_eq!(store.files("a").expect("it reads"), [("solve.json".to_owned(), 2)]);
        assert!(!store.keep("a", second.fence, &[journal("late")]).expect("it writes"));
    });
}

#[test]
fn instances_and_tokens_are_kept_and_taken_away() {
    on_each(|store| {
        let instance = |id: &str, name: &str, is_uploaded: bool| StoredInstance {
            id: id.to_owned(),
            name: name.to_owned(),
            title: "Å, and more".to_owned(),
            areas: 5,
            is_uploaded,
            created: String::new(),
        };
        let file = |name: &str| File { name: name.to_owned(), bytes: vec![0, 255, 10] };
        let files = [file("b.csv"), file("a.csv"), file("B.csv")];
        assert!(store.put_instance(&instance("1", "a", true), &files).expect("it writes"));
        assert!(!store.put_instance(&instance("1", "a", true), &files).expect("it writes"));
        assert!(store.put_instance(&instance("2", "B", false), &files).expect("it writes"));
        let names: Vec<String> =
            store.instances().expect("it reads").into_iter().map(|stored| stored.name).collect();
        assert_eq!(names, ["B", "a"], "in the order of bytes");
        assert!(store.put_instance(&instance("a", "c", true), &[]).expect("it writes"));
        let called = |word| -> Vec<String> {
            let found = store.instances_called(word).expect("it reads");
            found.into_iter().map(|stored| stored.id).collect()
        };
        assert_eq!(called("a"), ["1", "a"], "by name and by id");
        assert_eq!(called("b"), [""; 0]);
        assert!(store.delete_instance("a").expect("it writes"));
        let held = store.instance_files("1").expect("it reads");
        assert_eq!(held, [file("B.csv"), file("a.csv"), file("b.csv")]);
        assert!(store.delete_instance("1").expect("it writes"));
        assert!(store.instance_files("1").expect("it reads").is_empty());
        assert!(!store.delete_instance("2").expect("it writes"), "it is the server's");
        let token = |name: &str, hash: &str| StoredToken {
            name: name.to_owned(),
            hash: hash.to_owned(),
            scopes: "run".to_owned(),
        };
        for token in [token("me", "1"), token("you", "2"), token("me", "3")] {
            store.put_token(&token).expect("it writes");
        }
        assert_eq!(store.tokens().expect("it reads"), [token("me", "3"), token("you", "2")]);
        assert!(store.delete_token("me").expect("it writes"));
        assert!(!store.delete_token("me").expect("it writes"));
    });
}

#[test]
fn names_that_no_table_can_hold_are_unknown() {
    on_each(|store| {
        let name = "a\0b";
        assert!(store.job(name).expect("it reads").is_none());
        assert!(store.work(name).expect("it reads").is_none());
        assert!(store.events(name, 0, u64::MAX).expect("it reads").is_empty());
        assert!(store.file(name, name).expect("it reads").is_none());
        assert!(store.files(name).expect("it reads").is_empty());
        assert!(!store.stop(name).expect("it writes"));
        store.dismiss(name).expect("it writes");
        assert!(store.instance_files(name).expect("it reads").is_empty());
        assert!(!store.delete_instance(name).expect("it writes"));
        assert!(!store.delete_token(name).expect("it writes"));
        let all = Wanted { limit: u64::MAX, offset: u64::MAX, ..Wanted::default() };
        assert_eq!(store.jobs(&all).expect("it reads"), (Vec::new(), 0));
    });
}

#[test]
fn what_is_old_is_forgotten_and_what_has_not_ended_is_not() {
    on_each(|store| {
        for id in ["a", "b", "c"] {
            store.submit(&job(id), Some(id), ROOM).expect("kept");
        }
        let claim = store.claim("w", LEASE, None).expect("it writes").expect("a job");
        assert!(store.finish("a", claim.fence, &done()).expect("it writes"));
        store.claim("w", LEASE, None).expect("it writes").expect("a job");
        thread::sleep(Duration::from_millis(20));
        assert_eq!(store.forget(LEASE).expect("it writes"), 0);
        assert_eq!(store.forget(Duration::from_millis(10)).expect("it writes"), 1);
        assert!(store.job("a").expect("it reads").is_none());
        assert!(store.files("a").expect("it reads").is_empty());
        assert!(store.events("a", 0, 10).expect("it reads").is_empty());
        assert_eq!((status(store, "b"), status(store, "c")), (Status::Running, Status::Accepted));
        // Its key is free, and asked again it is a new job.
        assert_eq!(store.submit(&job("a"), Some("a"), ROOM).expect("kept"), Submitted::Queued);
        assert_eq!(
            store.submit(&job("d"), Some("b"), ROOM).expect("kept"),
            Submitted::OtherQuestion
        );
    });
}

#[test]
fn jobs_are_listed_by_status_and_process() {
    on_each(|store| {
        for (id, process) in [("a", "solve"), ("b", "front"), ("c", "front")] {
            let job = NewJob { process: process.to_owned(), ..job(id) };
            store.submit(&job, None, ROOM).expect("kept");
        }
        store.dismiss("c").expect("it writes");
        let listed = |statuses: &[Status], processes: &[&str]| {
            let wanted = Wanted {
                statuses: statuses.to_vec(),
                processes: processes.iter().map(|&process| process.to_owned()).collect(),
                limit: 10,
                offset: 0,
            };
            let (jobs, in_all) = store.jobs(&wanted).expect("it reads");
            assert_eq!(u64::try_from(jobs.len()), Ok(in_all));
            jobs.into_iter().map(|job| job.id).collect::<Vec<_>>()
        };
        assert_eq!(listed(&[], &[]), ["c", "b", "a"]);
        assert_eq!(listed(&[Status::Accepted], &[]), ["b", "a"]);
        assert_eq!(listed(&[Status::Accepted, Status::Dismissed], &["front"]), ["c", "b"]);
        assert_eq!(listed(&[Status::Running], &["front", "solve"]), [""; 0]);
        let counts = store.counts().expect("it reads");
        let of = |wanted: Status| counts.iter().find(|(status, _)| *status == wanted).map(|c| c.1);
        assert_eq!((of(Status::Accepted), of(Status::Dismissed)), (Some(2), Some(1)));
        assert_eq!((of(Status::Failed), counts.len()), (Some(0), 5));
    });
}

#[test]
fn a_database_that_is_restarted_loses_nothing_and_writes_nothing_twice() {
    let Some(mut cluster) = Cluster::start() else { return };
    let store = Postgres::open(&cluster.database()).expect("a store");
    store.submit(&job("a"), None, ROOM).expect("kept");
    let claim = store.claim("w", LEASE, None).expect("it writes").expect("a job");
    let event = |at: usize| [("point".to_owned(), format!("{{\"at\":{at}}}"))];
    let told = thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let began = std::time::Instant::now();
            let mut told = 0;
            while began.elapsed() < Duration::from_secs(4) {
                assert!(store.record("a", claim.fence, &event(told), None).expect("in the end"));
                told += 1;
            }
            told
        });
        for _ in 0..3 {
            thread::sleep(Duration::from_millis(700));
            cluster.tell("restart");
        }
        writer.join().expect("no panic")
    });
    assert!(store.finish("a", claim.fence, &done()).expect("it writes"));
    let mut heard = Vec::new();
    loop {
        let more = store.events("a", u64::try_from(heard.len()).expect("few"), 500);
        let more = more.expect("it reads");
        if more.is_empty() {
            break;
        }
        heard.extend(more);
    }
    let points = heard.iter().filter(|event| event.kind == "point");
    let wanted: Vec<String> = (0..told).map(|at| event(at)[0].1.clone()).collect();
    assert!(points.map(|event| &event.data).eq(&wanted), "each once, in order");
    assert!(heard.iter().map(|event| event.number).eq(1..=u64::try_from(told + 3).expect("few")));
}

#[test]
fn a_database_that_is_away_is_told_as_such() {
    let Some(mut cluster) = Cluster::start() else { return };
    let url = cluster.database();
    let store = Postgres::open(&url).expect("a store");
    cluster.tell("stop");
    let error = store.ping().expect_err("it is away").to_string();
    assert!(error.starts_with("the store cannot be reached"), "{error}");
    cluster.tell("start");
    assert!(store.job("a").expect("it is there again").is_none());
}

#[test]
fn what_is_kept_is_there_when_it_is_opened_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.sqlite");
    let store = Sqlite::open(&path).expect("a store");
    store.submit(&job("a"), None, ROOM).expect("kept");
    store.claim("serve/1/0", LEASE, None).expect("it writes").expect("a job");
    drop(store);
    let store = Sqlite::open(&path).expect("the store");
    assert_eq!(status(&store, "a"), Status::Running);
    assert_eq!(store.release_all("work/").expect("it writes"), 0);
    assert_eq!(store.release_all("serve/").expect("it writes"), 1);
    assert_eq!(status(&store, "a"), Status::Accepted);
}
