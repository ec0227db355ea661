//! Words that several sources of `import` understand.

use clap::ValueEnum;

use crate::args::count;
use regionfront_exchange::import::Missing;
use regionfront_model::reading::{DecimalSign, Thousands};

/// Signs between thousands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ThousandsName {
    /// 1000.
    None,
    /// 1.000
    #[value(alias = ".")]
    Point,
    /// 1,000
    #[value(alias = ",")]
    Comma,
    /// 1 000, of any width
    #[value(alias = " ")]
    Space,
    /// 1'000
    #[value(alias = "'")]
    Apostrophe,
}

impl ThousandsName {
    pub(super) fn sign(self) -> Thousands {
        match self {
            Self::None => Thousands::None,
            Self::Point => Thousands::Point,
            Self::Comma => Thousands::Comma,
            Self::Space => Thousands::Space,
            Self::Apostrophe => Thousands::Apostrophe,
        }
    }
}

/// Signs before decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DecimalName {
    /// 1.5
    #[value(alias = ".")]
    Point,
    /// 1,5
    #[value(alias = ",")]
    Comma,
}

impl DecimalName {
    pub(super) fn sign(self) -> DecimalSign {
        match self {
            Self::Point => DecimalSign::Point,
            Self::Comma => DecimalSign::Comma,
        }
    }
}

/// What a figure that is missing counts for.
pub(super) fn missing(text: &str) -> Result<Missing, String> {
    if text == "refuse" {
        return Ok(Missing::Refuse);
    }
    match count(text) {
        Ok(number) if number <= 1_000_000 => Ok(Missing::Count(number)),
        _ => Err(format!("`{text}` is neither `refuse` nor a number of people such as 0")),
    }
}
