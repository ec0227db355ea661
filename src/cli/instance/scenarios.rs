//! Scenarios of an instance, carried to one that was made of it where they still make sense.

use std::path::{Path, PathBuf};

use regionfront_exchange::import::Account;
use regionfront_model::instance::Instance;
use regionfront_model::scenario::{Problem, Scenario};

/// Files of the scenarios whose names are known in the new instance and whose rules agree there;
/// says which are left out and why.
pub(super) fn carried(from: &Path, instance: &Instance, account: &mut Account) -> Vec<PathBuf> {
    let mut carried = Vec::new();
    for name in Scenario::names(from) {
        let path = from.join("scenarios").join(format!("{name}.toml"));
        let resolved = Scenario::read(&path)
            .and_then(|scenario| Problem::resolve(instance.clone(), &scenario));
        match resolved {
            Ok(_) => carried.push(path),
            Err(defects) => {
                let why = defects.0.first().map(|defect| defect.what.clone()).unwrap_or_default();
                account.note(format!("the scenario {name} is left out: {why}"));
            }
        }
    }
    account.count_of("scenarios carried along", carried.len());
    carried
}
