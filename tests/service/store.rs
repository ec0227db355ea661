//! What every store promises.

use std::thread;
use std::time::Duration;

use regionfront::service::store::{
    File, NewJob, Orders, Outcome, Room, Sqlite, Status, Store, Submitted, Wanted,
};

const ROOM: Room = Room { queue: 1000, owner: 1000 };
const LEASE: Duration = Duration::from_secs(60);

fn job(id: &str) -> NewJob {
    NewJob {
        id: id.to_owned(),
        process: "solve".to_owned(),
        inputs: "{}".to_owned(),
        work: "{}".to_owned(),
        owner: "me".to_owned(),
    }
}

fn done() -> Outcome {
    Outcome {
        status: Status::Successful,
        message: "done".to_owned(),
        termination: Some("optimal".to_owned()),
        solution: Some("proven_optimal".to_owned()),
        problem: None,
        files: vec![File { name: "solve.json".to_owned(), bytes: b"{}".to_vec() }],
    }
}

/// Tries a promise on a fresh store.
fn on_each(promise: fn(&dyn Store)) {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = Sqlite::open(&folder.path().join("s.sqlite")).expect("a store");
    promise(&sqlite);
}

fn status(store: &dyn Store, id: &str) -> Status {
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
        let first = store.claim("w", LEASE).expect("it writes").expect("a job");
        assert_eq!((first.id.as_str(), status(store, "a")), ("a", Status::Running));
        assert_eq!(store.submit(&job("a"), None, ROOM).expect("kept"), Submitted::Known);
        assert!(store.finish("a", first.fence, &done()).expect("it writes"));
        assert_eq!(store.file("a", "solve.json").expect("it reads"), Some(b"{}".to_vec()));
        assert_eq!(store.submit(&job("a"), None, ROOM).expect("kept"), Submitted::Known);
        let second = store.claim("w", LEASE).expect("it writes").expect("a job");
        assert!(store.release("b", second.fence, Duration::ZERO).expect("it writes"));
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
        let first = store.claim("one", Duration::from_millis(1)).expect("writes").expect("a job");
        thread::sleep(Duration::from_millis(20));
        let second = store.claim("two", LEASE).expect("writes").expect("the lease has run out");
        assert!(second.fence > first.fence);
        assert_eq!(store.renew("a", first.fence, LEASE).expect("it writes"), Orders::Lost);
        let event = [("point".to_owned(), "{}".to_owned())];
        assert!(!store.record("a", first.fence, &event, None).expect("it writes"));
        assert!(!store.finish("a", first.fence, &done()).expect("it writes"));
        assert!(!store.release("a", first.fence, Duration::ZERO).expect("it writes"));
        assert_eq!(store.renew("a", second.fence, LEASE).expect("it writes"), Orders::GoOn);
        assert!(store.claim("three", LEASE).expect("it reads").is_none());
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
                while let Some(claim) = store.claim("w", LEASE).expect("it writes") {
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
        let first = store.claim("w", LEASE).expect("it writes").expect("a job");
        assert!(store.stop("a").expect("it writes"));
        assert_eq!(store.renew("a", first.fence, LEASE).expect("it writes"), Orders::Stop);
        assert!(store.finish("a", first.fence, &done()).expect("it writes"));
        // Asked again, what was stopped goes on: with its files, and a new fence.
        assert_eq!(store.submit(&job("a"), None, ROOM).expect("kept"), Submitted::Queued);
        assert_eq!(store.files("a").expect("it reads").len(), 1);
        let second = store.claim("w", LEASE).expect("it writes").expect("a job");
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
        let claim = store.claim("w", LEASE).expect("it writes").expect("a job");
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
fn what_is_kept_is_there_when_it_is_opened_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.sqlite");
    let store = Sqlite::open(&path).expect("a store");
    store.submit(&job("a"), None, ROOM).expect("kept");
    store.claim("serve/1/0", LEASE).expect("it writes").expect("a job");
    drop(store);
    let store = Sqlite::open(&path).expect("the store");
    assert_eq!(status(&store, "a"), Status::Running);
    assert_eq!(store.release_all("work/").expect("it writes"), 0);
    assert_eq!(store.release_all("serve/").expect("it writes"), 1);
    assert_eq!(status(&store, "a"), Status::Accepted);
}
