//! Words that several sources of `import` understand.

use std::path::Path;

use clap::{Args, ValueEnum};

use crate::args::count;
use regionfront_exchange::import::{Encoding, Missing, Part, read_in};
use regionfront_model::defect::Defects;
use regionfront_model::reading::{DecimalSign, Thousands};

/// How the text of a source is written.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct EncodingArgs {
    /// Encoding of the file, such as latin1, windows-1250, utf-16le or macintosh [default: told by its
    /// bytes; where these do not tell, windows-1252, and the account says so]
    #[arg(long, value_name = "NAME")]
    encoding: Option<Encoding>,
}

impl EncodingArgs {
    /// The encoding that was named.
    pub(super) fn named(self) -> Option<Encoding> {
        self.encoding
    }

    /// A part of an instance from a file: in the encoding that was named, or as its bytes tell.
    pub(super) fn part(
        self,
        path: &Path,
        parse: impl FnOnce(&str, &[u8]) -> Result<Part, Defects>,
        read: impl FnOnce(&Path) -> Result<Part, Defects>,
    ) -> Result<Part, Defects> {
        let Some(encoding) = self.encoding else { return read(path) };
        let (file, bytes) = read_in(encoding, path)?;
        let mut part = parse(&file, &bytes)?;
        part.account.note(format!("the file was read as {encoding}, as asked"));
        Ok(part)
    }
}

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
