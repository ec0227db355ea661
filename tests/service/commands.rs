//! The commands that ask a server.

use std::fs;

use regionfront_testkit::ran::{self, Ran};

use crate::server::{BINARY, Served, instances};

impl Served {
    fn command(&self, arguments: &[&str]) -> Ran {
        let mut command = ran::command(BINARY, arguments);
        command.env("REGIONFRONT_SERVER", self.url());
        Ran::of(&mut command)
    }
}

#[test]
fn a_question_is_sent_watched_and_fetched() {
    let served = Served::new();
    let id = served.command(&["submit", "solve", "instance=tiny", "k=2..3"]).exits(0).stdout;
    let id = id.trim();
    let heard = served.command(&["events", id]).exits(0).stdout;
    assert!(heard.lines().last().is_some_and(|line| line.contains("successful")), "{heard}");
    let status = served.command(&["status", id, "--format", "json"]).exits(0).json();
    assert_eq!(status["status"], "successful");
    served.command(&["status"]).exits(0).shows(id);
    let printed = served.command(&["results", id]).exits(0).json_of(BINARY, "solve");
    assert_eq!(printed["results"].as_array().map(Vec::len), Some(2));
    let out = served.path("files");
    let out = out.to_str().expect("UTF-8");
    served.command(&["results", id, "-o", out]).exits(0);
    assert!(served.path("files/divisions/k02.csv").is_file());
    served.command(&["results", id, "-o", out]).exits(2).says("E402");
    served.command(&["stop", id]).exits(0).shows("successful");
}

#[test]
fn an_instance_is_uploaded_and_an_answer_waited_for() {
    let served = Served::new();
    let tiny = format!("{}/tiny", instances());
    let asked = ["submit", "solve", "k=2", "--upload", &tiny, "--wait"];
    let own = served.command(&asked).exits(0).json();
    let asked = ["submit", "solve", "instance=tiny", "k=2", "--wait"];
    let theirs = served.command(&asked).exits(0).json();
    assert_eq!(own["results"][0]["objective"], theirs["results"][0]["objective"]);
    assert_eq!(own["instance"]["sha256"], theirs["instance"]["sha256"]);
}

#[test]
fn commands_end_as_the_local_ones_would() {
    let served = Served::new();
    let none = ["submit", "solve", "instance=tiny", "k=5", "min_population=10000", "--wait"];
    served.command(&none).exits(3);
    served.command(&["submit", "solve", "instance=tiny", "q=5"]).exits(2).says("E603");
    served.command(&["status", "0"]).exits(2).says("E602");
    let file = served.path("question.json");
    fs::write(&file, "{\"instance\": \"tiny\", \"k\": 2}").expect("room");
    let file = file.to_str().expect("UTF-8");
    served.command(&["submit", "solve", "--json", file, "--wait"]).exits(0);
    let nobody = ["status", "--server", "http://127.0.0.1:1"];
    let mut command = ran::command(BINARY, &nobody);
    Ran::of(&mut command).exits(1).says("E614");
    Ran::of(ran::command(BINARY, &["status"]).env_remove("REGIONFRONT_SERVER"))
        .exits(2)
        .says("E614");
}

#[test]
fn a_batch_sent_to_a_server_leaves_the_same_table_as_one_done_here() {
    let served = Served::new();
    let file = served.path("batch.toml");
    let runs = format!(
        "[defaults]\ninstance = \"{}/tiny\"\n\n[[run]]\nname = \"two\"\nk = \"2..3\"\n\n\
         [[run]]\nname = \"limits\"\nk = 3\nmin_population = 5000\n\n\
         [[run]]\nname = \"front\"\nk = 2\nagainst = \"min-population\"\n\n\
         [[run]]\nname = \"rules\"\nk = 2\nscenario = \"own.toml\"\nmax_areas = 6\n\n\
         [[run]]\nname = \"east\"\nk = 2\ncounties = [\"East\"]\n",
        instances()
    );
    // A server does not have the file: its rules are sent.
    let own = "name = \"Our own\"\nlinks = [\"land\", \"ferry\"]\nmin_population = 6000\n\
               keep_together = [{ name = \"the west\", areas = [\"0101\", \"0102\"] }]\n";
    fs::write(served.path("own.toml"), own).expect("room");
    fs::write(&file, runs).expect("room");
    let file = file.to_str().expect("UTF-8");
    let table = |name: &str, more: &[&str]| {
        let out = served.path(name);
        let asked = [&["batch", file, "-o", out.to_str().expect("UTF-8")], more].concat();
        served.command(&asked).exits(0);
        let text = fs::read_to_string(out.join("batch.csv")).expect("a table");
        // Times and memory are those of where it was done.
        let mut rows: Vec<Vec<String>> =
            text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        for column in ["wall_s", "peak_mib"] {
            let at = rows[0].iter().position(|name| name == column).expect("a column");
            for row in &mut rows {
                row.remove(at);
            }
        }
        rows
    };
    let here = table("here", &[]);
    assert_eq!(here.len(), 7);
    assert!(here.concat().iter().any(|cell| cell == "Our own"), "{here:?}");
    assert_eq!(table("there", &["--server", &served.url()]), here);
}
