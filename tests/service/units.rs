//! What every store promises of parts: units of work of their own, and the job after the last of them.

use std::thread;
use std::time::Duration;

use regionfront::service::store::{
    Claim, File, Load, NewJob, Orders, Outcome, Postgres, Sqlite, Status, Store, Submitted,
};

use crate::database::Cluster;
use crate::store::{LEASE, ROOM, done, job, on_each, status};

/// A job with such parts.
fn list(id: &str, parts: &[&str]) -> NewJob {
    NewJob { parts: parts.iter().map(ToString::to_string).collect(), ..job(id) }
}

fn claim(store: &dyn Store, lease: Duration) -> Option<Claim> {
    store.claim("w", lease, None).expect("it writes")
}

/// What is claimed next: job and part.
fn next(store: &dyn Store) -> (Claim, String) {
    let claim = claim(store, LEASE).expect("a unit");
    let name = format!("{}/{}", claim.id, claim.part.as_deref().unwrap_or_default());
    (claim, name)
}

fn journal(part: &str) -> [File; 1] {
    [File { name: format!("parts/{part}/journal"), bytes: part.into() }]
}

#[test]
fn parts_are_done_side_by_side_and_the_job_after_the_last() {
    on_each(|store| {
        store.submit(&list("a", &["k6", "k7"]), None, ROOM).expect("kept");
        store.submit(&job("b"), None, ROOM).expect("kept");
        assert_eq!(store.load().expect("it reads"), Load { waiting: 3, running: 0 });
        let (first, name) = next(store);
        assert_eq!((name.as_str(), first.attempts), ("a/k6", 1));
        // A job that nobody works at comes before a further part of one under way.
        assert_eq!(next(store).1, "b/");
        let (second, name) = next(store);
        assert_eq!(name, "a/k7");
        assert!(second.fence > first.fence && second.parts.is_empty());
        assert!(claim(store, LEASE).is_none(), "the job waits for its parts");
        assert_eq!(store.load().expect("it reads"), Load { waiting: 0, running: 3 });
        let event = [("point".to_owned(), "{}".to_owned())];
        for fence in [first.fence, second.fence] {
            assert!(store.record("a", fence, &event, None).expect("it writes"));
        }
        assert!(store.finish_part("a", second.fence, &journal("k7")).expect("it writes"));
        assert!(!store.finish_part("a", second.fence, &journal("k7")).expect("it writes"));
        let half = store.job("a").expect("it reads").expect("it is there");
        assert_eq!((half.status, half.progress, half.attempts), (Status::Running, 50, 1));
        assert!(claim(store, LEASE).is_none(), "one part is left");
        assert_eq!(store.renew("a", first.fence, LEASE).expect("it writes"), Orders::GoOn);
        assert!(store.finish_part("a", first.fence, &journal("k6")).expect("it writes"));
        let (last, name) = next(store);
        assert_eq!((name.as_str(), last.parts.as_slice()), ("a/", &["k6".into(), "k7".into()][..]));
        assert_eq!(store.file("a", "parts/k7/journal").expect("it reads"), Some(b"k7".to_vec()));
        assert!(store.finish("a", last.fence, &done()).expect("it writes"));
        assert_eq!(store.files("a").expect("it reads"), [("solve.json".to_owned(), 2)]);
        let kinds: Vec<String> =
            store.events("a", 0, 100).expect("it reads").into_iter().map(|it| it.kind).collect();
        assert_eq!(kinds, ["status", "status", "point", "point", "status"]);
        assert_eq!(
            store.submit(&list("a", &["k6", "k7"]), None, ROOM).expect("kept"),
            Submitted::Known
        );
    });
}

#[test]
fn no_part_is_claimed_twice() {
    on_each(|store| {
        for at in 0..10 {
            store.submit(&list(&at.to_string(), &["k1", "k2", "k3"]), None, ROOM).expect("kept");
        }
        let work = || {
            let mut own = Vec::new();
            // Another may hold the row that is wanted for a moment.
            for _ in 0..400 {
                let Some(claim) = claim(store, LEASE) else {
                    thread::sleep(Duration::from_millis(5));
                    continue;
                };
                own.push((claim.id.clone(), claim.part.clone(), claim.parts.len()));
                let is_kept = match &claim.part {
                    Some(part) => store.finish_part(&claim.id, claim.fence, &journal(part)),
                    None => store.finish(&claim.id, claim.fence, &done()),
                };
                assert!(is_kept.expect("it writes"));
            }
            own
        };
        let mut done: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
            workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
        });
        done.sort();
        let before = done.len();
        done.dedup();
        assert_eq!((before, done.len()), (40, 40), "{done:?}");
        assert!(done.iter().filter(|(_, part, _)| part.is_none()).all(|(.., parts)| *parts == 3));
        assert_eq!(store.load().expect("it reads"), Load::default());
    });
}

#[test]
fn a_part_whose_worker_is_gone_is_anothers() {
    on_each(|store| {
        store.submit(&list("a", &["k6", "k7"]), None, ROOM).expect("kept");
        let first = claim(store, Duration::from_millis(1)).expect("a part");
        thread::sleep(Duration::from_millis(20));
        let again = claim(store, LEASE).expect("the lease has run out");
        assert_eq!((again.part.as_deref(), again.attempts), (Some("k6"), 2));
        assert!(!store.finish_part("a", first.fence, &journal("k6")).expect("it writes"));
        assert!(!store.keep("a", first.fence, &journal("k6")).expect("it writes"));
        assert!(!store.release("a", first.fence, Duration::ZERO, "").expect("it writes"));
        assert_eq!(store.renew("a", first.fence, LEASE).expect("it writes"), Orders::Lost);
        assert_eq!(store.job("a").expect("it reads").expect("there").attempts, 2);
        assert!(store.finish_part("a", again.fence, &journal("k6")).expect("it writes"));
    });
}

#[test]
fn a_job_waits_again_when_no_part_of_it_is_under_way() {
    on_each(|store| {
        store.submit(&list("a", &["k6", "k7"]), None, ROOM).expect("kept");
        let (first, second) = (next(store).0, next(store).0);
        let message = || store.job("a").expect("it reads").expect("there").message;
        assert!(store.release("a", first.fence, Duration::ZERO, "waits for room").expect("writes"));
        assert_eq!((status(store, "a"), message()), (Status::Running, "waits for room".to_owned()));
        assert_eq!(store.release_all("w").expect("it writes"), 1);
        assert_eq!(status(store, "a"), Status::Accepted);
        assert_eq!(store.renew("a", second.fence, LEASE).expect("it writes"), Orders::Lost);
        assert_eq!(next(store).1, "a/k6");
        assert_eq!((status(store, "a"), message()), (Status::Running, String::new()));
    });
}

#[test]
fn parts_that_nobody_has_begun_are_not_begun_once_the_job_is_to_stop() {
    on_each(|store| {
        store.submit(&list("a", &["k6", "k7", "k8"]), None, ROOM).expect("kept");
        let first = next(store).0;
        assert!(store.stop("a").expect("it writes"));
        assert_eq!(store.renew("a", first.fence, LEASE).expect("it writes"), Orders::Stop);
        assert!(claim(store, LEASE).is_none());
        assert!(store.finish_part("a", first.fence, &journal("k6")).expect("it writes"));
        let (last, name) = next(store);
        assert_eq!((name.as_str(), last.parts.len()), ("a/", 3));
        assert!(store.finish("a", last.fence, &done()).expect("it writes"));
        // Asked again, all parts are begun anew, and the files are there to go on from.
        let again = list("a", &["k6", "k7", "k8"]);
        assert_eq!(store.submit(&again, None, ROOM).expect("kept"), Submitted::Queued);
        assert_eq!(store.files("a").expect("it reads").len(), 1);
        let (first, name) = next(store);
        assert_eq!((name.as_str(), next(store).1.as_str()), ("a/k6", "a/k7"));
        assert_eq!(store.renew("a", first.fence, LEASE).expect("it writes"), Orders::GoOn);
        // One that nobody has begun at all has nothing but itself left.
        store.submit(&list("b", &["k6", "k7"]), None, ROOM).expect("kept");
        assert!(store.stop("b").expect("it writes"));
        assert_eq!(next(store).1, "b/");
    });
}

#[test]
fn a_part_that_fails_and_a_dismissal_end_all_parts() {
    on_each(|store| {
        for id in ["a", "b"] {
            store.submit(&list(id, &["k6", "k7"]), None, ROOM).expect("kept");
            let (one, other) = (next(store).0, next(store).0);
            assert!(store.keep(id, one.fence, &journal("k5")).expect("it writes"));
            if id == "a" {
                let failed = Outcome { status: Status::Failed, files: Vec::new(), ..done() };
                assert!(store.finish(id, one.fence, &failed).expect("it writes"));
                assert_eq!(status(store, id), Status::Failed);
                assert_eq!(
                    store.files(id).expect("it reads"),
                    [("parts/k5/journal".to_owned(), 2)]
                );
            } else {
                store.dismiss(id).expect("it writes");
            }
            assert_eq!(store.renew(id, other.fence, LEASE).expect("it writes"), Orders::Lost);
            assert!(!store.finish_part(id, other.fence, &journal("k7")).expect("it writes"));
            assert!(claim(store, LEASE).is_none());
            assert_eq!(store.load().expect("it reads"), Load::default());
        }
    });
}

/// What the tables of version 1 hold goes on.
fn goes_on(store: &dyn Store) {
    assert_eq!((status(store, "a"), status(store, "c")), (Status::Running, Status::Successful));
    let (first, name) = next(store);
    assert_eq!((name.as_str(), first.fence, first.attempts), ("a/", 5, 3));
    assert_eq!(next(store).1, "b/");
    assert!(claim(store, LEASE).is_none());
    assert!(store.finish("a", first.fence, &done()).expect("it writes"));
    store.submit(&list("d", &["k6", "k7"]), None, ROOM).expect("kept");
    assert_eq!(next(store).1, "d/k6");
}

#[test]
fn tables_of_an_earlier_version_are_brought_up_to_date() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.sqlite");
    let old = rusqlite::Connection::open(&path).expect("a file");
    old.execute_batch(include_str!("tables_1/sqlite.sql")).expect("tables");
    drop(old);
    goes_on(&Sqlite::open(&path).expect("a store"));
    assert_eq!(status(&Sqlite::open(&path).expect("the store"), "a"), Status::Successful);

    let Some(mut cluster) = Cluster::start() else { return };
    let url = cluster.database();
    let name = url.rsplit('/').next().expect("a name");
    let tables = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/service/tables_1/postgres.sql");
    cluster.tell(&format!("run {name} {tables}"));
    goes_on(&Postgres::open(&url).expect("a store"));
    assert_eq!(status(&Postgres::open(&url).expect("the store"), "a"), Status::Successful);
}
