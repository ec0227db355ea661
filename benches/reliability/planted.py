#!/usr/bin/env python3
"""Plants unsound bounds in a copy of the engine and sees whether a false answer is ever certified.

    python3 benches/reliability/planted.py COPY [CARGO_TARGET_DIR]

COPY is a folder that does not exist yet. Each bug below is a line of the solver written otherwise, in
force when its number is chosen; none of them touches the checkers or what finds proofs. One build
tries them all: benches/reliability/planted.rs asks the engine of the copy many questions under each
bug, holds every answer against the truth, and has every answer certified. Fails where a wrong answer
is certified, and where a line to be changed is no longer there.
"""

import os
import shutil
import subprocess
import sys

SOLVER = "src/solver/"
# What goes wrong, the file, the line as it is, and as it is under the bug ({} is "the bug is in force").
BUGS = [
    ("the bound of a relaxation is a fiftieth too low", "exact/proof/tree.rs",
     "let mut bound = bound.min(relaxed.bound);",
     "let mut bound = bound.min(if {} { relaxed.bound - relaxed.bound / 50 } else { relaxed.bound });"),
    ("duals are not raised over regions of negative loss", "exact/master/duals.rs",
     "self.count = top.map_or(self.count, |top| top.max(self.count));",
     "self.count = top.filter(|_| !{}).map_or(self.count, |top| top.max(self.count));"),
    ("the level counts one region too few", "exact/master/duals.rs",
     "i128::try_from(core.k).expect(\"few regions\");",
     "i128::try_from(core.k - usize::from({})).expect(\"few regions\");"),
    ("pricing gives up search nodes a tenth too early", "exact/pricing/root_search/bound.rs",
     "self.charged_bound(state, bound)\n    }\n",
     "self.charged_bound(state, if {} { bound - bound.abs() / 10 } else { bound })\n    }\n"),
    ("a list claims twice the range it holds", "exact/proof/enumeration.rs",
     "floor: level - budget,", "floor: level - if {} { 2 } else { 1 } * budget,"),
    ("a list holds half the range it claims", "exact/proof/enumeration.rs",
     "duals.count.checked_sub(budget)?",
     "duals.count.checked_sub(if {} { budget / 2 } else { budget })?"),
    ("covers overlook every fourth region", "exact/proof/cover.rs",
     "candidates.sort_unstable_by_key(|candidate| (candidate.loss, candidate.set));",
     "candidates.sort_unstable_by_key(|candidate| (candidate.loss, candidate.set));\n"
     "    let mut at = 0;\n"
     "    candidates.retain(|_| { at += 1; !{} || at % 4 != 3 });"),
    ("a cover without a plan lowers the bound by twice its budget", "exact/proof/tree.rs",
     "most = level - budget - 1;", "most = level - if {} { 2 } else { 1 } * budget - 1;"),
    ("the branch where two areas share a region is dropped", "exact/proof/tree.rs",
     "for together in [true, false] {",
     "for together in [true, false] {\n                if together && {} { continue; }"),
    ("what is left over by a region is thought too small for the others", "exact/problem/reduced.rs",
     "(least..=most).contains(&k)",
     "(least..=if {} { most.saturating_sub(1) } else { most }).contains(&k)"),
    ("the next point of a front is thought to keep a fiftieth less", "front/sweep.rs",
     "demand.ceiling = found.iter().map(|point| point.bound).max().or(demand.ceiling);",
     "demand.ceiling = found.iter().map(|point| if {} "
     "{ point.bound - point.bound / 50 } "
     "else { point.bound }).max().or(demand.ceiling);"),
    ("the next point of a front must be a fiftieth better, not one better",
     "front/objective/bottleneck.rs", "bounds.min = Some(score.part + 1)",
     "bounds.min = Some(score.part + 1 + if {} { score.part / 50 } else { 0 })"),
]

SWITCH = """
/// Which of the planted bugs is in force.
pub mod planted {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static BUG: AtomicUsize = AtomicUsize::new(0);
    /// Puts a bug in force; 0 is none.
    pub fn set(bug: usize) { BUG.store(bug, Ordering::SeqCst); }
    pub(crate) fn is(bug: usize) -> bool { BUG.load(Ordering::Relaxed) == bug }
}
"""


def change(path, old, new):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if old not in text:
        sys.exit("%s: the line to be changed is not there: %s" % (path, old))
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new, 1))


def main(arguments):
    copy = os.path.abspath(arguments[0])
    here = os.path.dirname(os.path.abspath(__file__))
    root = os.path.dirname(os.path.dirname(here))
    files = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, stdout=subprocess.PIPE)
    for name in files.stdout.decode().split("\0"):
        if name:
            place = os.path.join(copy, name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            shutil.copy2(os.path.join(root, name), place)
    for number, (_, file, old, new) in enumerate(BUGS, 1):
        change(os.path.join(copy, SOLVER, file), old,
               new.replace("{}", "crate::planted::is(%d)" % number, 1))
    with open(os.path.join(copy, SOLVER, "lib.rs"), "a", encoding="utf-8") as file:
        file.write(SWITCH)
    change(os.path.join(copy, "src/certify/Cargo.toml"), "[dev-dependencies]\n",
           "[dev-dependencies]\nregionfront-solver.workspace = true\n"
           "regionfront-verify.workspace = true\n")
    shutil.copy(os.path.join(here, "planted.rs"), os.path.join(copy, "src/certify/tests"))
    environment = dict(os.environ, PLANTED="|".join(what for what, _, _, _ in BUGS))
    if len(arguments) > 1:
        environment["CARGO_TARGET_DIR"] = arguments[1]
    command = ["cargo", "test", "--release", "--workspace", "--test", "planted", "--", "--nocapture"]
    return subprocess.run(command, cwd=copy, env=environment).returncode


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
