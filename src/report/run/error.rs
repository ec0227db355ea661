//! Why files of a run cannot be written.

use std::io;
use std::path::Path;

use regionfront_model::defect::Defect;

/// Why a run directory cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// Refused before solving: the user has to choose.
    #[error("{0}")]
    Refused(Defect),
    /// The disk or the permissions failed.
    #[error("{0}")]
    Failed(Defect),
}

impl OutputError {
    /// Writing a file failed; `again` says what to do once there is room.
    pub fn writing(path: &Path, error: &io::Error, again: &str) -> Self {
        Self::Failed(Defect::new(
            "E405",
            path.display().to_string(),
            format!("writing failed: {error}"),
            format!("make room or mend the disk, then {again}"),
        ))
    }
}
