//! Run directories: the journal, the manifest, the files of a run, and a run read back.

mod certificate;
mod derivation;
mod directory;
mod error;
mod front_files;
mod joined;
mod journal;
mod lock;
mod manifest;
mod names;
mod output_files;
mod over_years;
mod prices;
mod recorded;

pub use certificate::{CERTIFICATES, CertificateDocument, CertificatesDocument};
pub use directory::{Layout, OpenMode, RunDir};
pub use error::OutputError;
pub use front_files::write_front;
pub use joined::read_joined;
pub use journal::{Header, JournalHeader, JournalLine, read_journal, short};
pub use lock::refuse_locked;
pub use manifest::{FrontManifest, Manifest, SolverVersion, StatusDocument, timestamp};
pub use names::{AUDIT, front_files, remove_if_there, run_files};
pub use output_files::open_output_folder;
pub use over_years::save_over_years;
pub use recorded::{
    Gap, PlainTable, RecordedFront, RecordedPoint, RecordedRun, RunStamp, ScenarioLabel,
    StampedOptions, StudyMapView, StudyRecord, StudyView,
};

pub(crate) use output_files::OutputFiles;
