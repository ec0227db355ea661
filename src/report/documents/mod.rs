//! The published documents: what every command says, as JSON with a schema.
//!
//! Fields of these types are a published interface (`regionfront schema`): fields may be added, but
//! none changes its meaning without a new number in its schema. Text for reading is made from them in
//! `print`.

mod assignment;
mod compare;
mod derive;
mod evaluate;
mod explain;
mod front;
mod json;
mod over_years;
mod prices;
mod procedure;
mod question;
mod reply;
mod robustness;
mod rounding;
mod solve;

pub use compare::{
    BorderDocument, ComparisonDocument, DivisionHeld, DivisionYearsDocument, IntersectionDocument,
    MatchDocument, MoveDocument, PairDocument,
};
pub use derive::{
    DecisionDocument, DerivationDocument, DivisionDocument, DivisionRegionDocument, SolvedDocument,
    StageDocument,
};
pub use evaluate::{
    AgainstBestDocument, EvaluatedRegionDocument, EvaluationDocument, TotalsDocument,
    ValidityDocument, ViolationDocument, YearDocument,
};
pub use explain::{
    ExplainDocument, ExplanationDocument, RelaxationDocument, RuleDocument, VerdictDocument,
};
pub use front::{
    AgainstDocument, AuditDocument, FrontDocument, FrontResultDocument, FrontRunDocument,
    FrontTermsDocument, MissingDocument, NearDocument, ObjectiveDocument, OverKDocument,
    PointDocument, PointPlaceDocument,
};
pub use json::write_json;
pub use over_years::{
    OverYearsDocument, OverYearsKept, OverYearsPieceDocument, OverYearsResultDocument,
    YearHeldDocument,
};
pub use prices::{PriceDocument, PricedPlanDocument, PricesDocument};
pub use procedure::ProcedureDocument;
pub use question::{
    GroupDocument, InstanceDocument, LimitDocument, RulesDocument, ScenarioDocument,
    SourceDocument, hexadecimal,
};
pub use reply::{ReplyDocument, known_replies};
pub use robustness::{CoreDocument, RobustnessDocument, SwingDocument};
pub use solve::{
    DestinationDocument, OptionsDocument, RegionDocument, ResultDocument, SolveDocument,
};

pub(crate) use assignment::{plan_name, plan_of};
pub(crate) use reply::scores;
pub(crate) use robustness::Common;
pub(crate) use rounding::{millionths, milliseconds};
