//! Fronts: documents, tables and files.

mod csv;
mod document;
mod files;
mod reply;
mod robustness;
mod table;

pub use csv::write_front_csv;
pub use document::{
    AgainstDocument, FrontDocument, FrontResultDocument, FrontRunDocument, FrontTermsDocument,
    MissingDocument, NearDocument, ObjectiveDocument, OverKDocument, PointDocument,
    PointPlaceDocument,
};
pub use files::{front_files, write_front};
pub use reply::{ReplyDocument, known_replies};
pub use robustness::{CoreDocument, RobustnessDocument, SwingDocument};
pub use table::write_front_table;

pub(super) use files::front_files as run_files;
pub(super) use reply::scores;
