//! Shards: every n-th run of a batch, for a cluster's own array jobs.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_model::defect::Defect;

/// Every `of`-th run of a batch, from the `number`-th on; `1 ≤ number ≤ of`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "Written")]
#[schemars(!try_from)]
pub struct Shard {
    /// Which shard, from 1.
    pub number: usize,
    /// Of how many.
    pub of: usize,
}

/// A shard as a journal holds it, which anybody may have changed.
#[derive(Deserialize)]
struct Written {
    number: usize,
    of: usize,
}

impl TryFrom<Written> for Shard {
    type Error = String;

    fn try_from(Written { number, of }: Written) -> Result<Self, String> {
        Self::new(number, of).ok_or_else(|| format!("there is no shard {number} of {of}"))
    }
}

/// Where Slurm tells the number of a task of an array job.
const SLURM: &str = "SLURM_ARRAY_TASK_ID";

/// Where Kubernetes tells the number of a pod of an indexed job.
const KUBERNETES: &str = "JOB_COMPLETION_INDEX";

impl Shard {
    /// The whole batch.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Whether the run at this place of the batch, from 0, is in the shard.
    pub fn holds(self, at: usize) -> bool {
        at % self.of == self.number - 1
    }

    /// The shard that a cluster gave this process, with the variable that tells; `None` outside of
    /// array jobs. `of` is the number of shards where the user says it, `variable` looks into the
    /// environment.
    ///
    /// Slurm numbers its tasks from any number in any steps and tells how many there are;
    /// Kubernetes numbers from 0 and does not.
    ///
    /// # Errors
    /// When a variable is no number, or the number of shards is not known or too small.
    pub fn from_environment(
        of: Option<usize>,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<(Self, &'static str)>, Defect> {
        let number = |name: &'static str| -> Result<Option<usize>, Defect> {
            let Some(text) = variable(name).filter(|text| !text.is_empty()) else {
                return Ok(None);
            };
            text.trim().parse().map(Some).map_err(|_| {
                let what = format!("`{text}` is no number");
                Defect::new("E533", name, what, "name the shard: --shard 2/4")
            })
        };
        let (index, of, name) = if let Some(id) = number(SLURM)? {
            let least = number("SLURM_ARRAY_TASK_MIN")?.unwrap_or(0);
            let step = number("SLURM_ARRAY_TASK_STEP")?.unwrap_or(1).max(1);
            let count = number("SLURM_ARRAY_TASK_COUNT")?;
            (id.checked_sub(least).map(|past| past / step), of.or(count), SLURM)
        } else if let Some(index) = number(KUBERNETES)? {
            (Some(index), of, KUBERNETES)
        } else {
            return Ok(None);
        };
        let Some(of) = of else {
            let what = "this process is one of several, and how many is not known";
            let cure = "say --shards 11, or name the shard: --shard 2/11";
            return Err(Defect::new("E533", name, what, cure));
        };
        let shard = index.and_then(|index| Self::new(index + 1, of)).ok_or_else(|| {
            let what = format!("there is no such shard of {of}");
            Defect::new("E533", name, what, "let --shards and the array job agree")
        })?;
        Ok(Some((shard, name)))
    }

    fn new(number: usize, of: usize) -> Option<Self> {
        (1 <= number && number <= of).then_some(Self { number, of })
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    /// Reads `2/4`: the second of four.
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(number, of)| {
            Self::new(number.trim().parse().ok()?, of.trim().parse().ok()?)
        });
        parts.ok_or_else(|| format!("`{text}` is no shard such as 2/4, from 1/4 to 4/4"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(of: Option<usize>, variables: &[(&str, &str)]) -> Result<Option<String>, Defect> {
        let look = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
        };
        Shard::from_environment(of, &look).map(|found| found.map(|(shard, _)| shard.to_string()))
    }

    #[test]
    fn shards_part_the_runs() {
        for of in 1..=7 {
            let shards: Vec<Shard> = (1..=of).map(|number| Shard { number, of }).collect();
            for at in 0..30 {
                assert_eq!(shards.iter().filter(|shard| shard.holds(at)).count(), 1);
            }
        }
    }

    #[test]
    fn a_shard_that_cannot_be_is_not_read() {
        for (number, of) in [(0_u64, 4_u64), (5, 4), (0, 0), (1 << 63, 1)] {
            let text = format!("{{\"number\":{number},\"of\":{of}}}");
            assert!(serde_json::from_str::<Shard>(&text).is_err(), "{text}");
        }
        let of = 1_usize << 63;
        let whole = format!("{{\"number\":1,\"of\":{of}}}");
        let shard: Shard = serde_json::from_str(&whole).expect("one of many");
        assert!(shard.holds(0) && !shard.holds(1));
    }

    #[test]
    fn shards_are_written_as_they_are_read() {
        for text in ["1/1", "2/4", "11/11"] {
            assert_eq!(text.parse::<Shard>().expect("a shard").to_string(), text);
        }
        for text in ["0/4", "5/4", "2", "a/b", "1/0", "-1/4", ""] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    #[test]
    fn clusters_tell_the_shard() {
        assert_eq!(told(None, &[]).expect("no array job"), None);
        let slurm = |id, least, count| {
            vec![
                ("SLURM_ARRAY_TASK_ID", id),
                ("SLURM_ARRAY_TASK_MIN", least),
                ("SLURM_ARRAY_TASK_COUNT", count),
            ]
        };
        let is = |shard: &str| Some(shard.to_owned());
        assert_eq!(told(None, &slurm("3", "1", "4")).expect("a shard"), is("3/4"));
        assert_eq!(told(None, &slurm("0", "0", "4")).expect("a shard"), is("1/4"));
        let mut in_steps = slurm("20", "10", "3");
        in_steps.push(("SLURM_ARRAY_TASK_STEP", "5"));
        assert_eq!(told(None, &in_steps).expect("a shard"), is("3/3"));
        assert_eq!(told(Some(6), &slurm("3", "1", "4")).expect("a shard"), is("3/6"));
        assert_eq!(told(Some(4), &[("JOB_COMPLETION_INDEX", "0")]).expect("a shard"), is("1/4"));
        for (of, variables) in [
            (None, vec![("JOB_COMPLETION_INDEX", "0")]),
            (Some(4), vec![("JOB_COMPLETION_INDEX", "4")]),
            (Some(4), vec![("JOB_COMPLETION_INDEX", "first")]),
            (None, slurm("1", "2", "4")),
        ] {
            assert_eq!(told(of, &variables).expect_err("no shard").code, "E533");
        }
    }
}
