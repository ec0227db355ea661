//! How many areas may move in an improvement, as written.

use std::str::FromStr;

/// Numbers of moved areas, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moving {
    /// Fewest.
    pub first: usize,
    /// Most; without, as many as it takes to reach the best plan of all.
    pub last: Option<usize>,
}

impl FromStr for Moving {
    type Err = String;

    /// Reads `4`, `0..8` with both ends included, or `0..` with an open end.
    fn from_str(text: &str) -> Result<Self, String> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let number = |text: &str| -> Result<usize, String> {
            text.trim().parse().map_err(|_| {
                format!(
                    "`{text}` is not a number of moved areas; write 4, 0..8 for a curve, or 0.. for \
                     all of it"
                )
            })
        };
        let first = number(first)?;
        if last.trim().is_empty() {
            return Ok(Self { first, last: None });
        }
        let last = number(last)?;
        if first > last {
            return Err(format!("the range `{text}` is upside down: use {last}..{first}"));
        }
        Ok(Self { first, last: Some(last) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_moves_are_read() {
        assert_eq!("4".parse(), Ok(Moving { first: 4, last: Some(4) }));
        assert_eq!("0..8".parse(), Ok(Moving { first: 0, last: Some(8) }));
        assert_eq!("2..".parse(), Ok(Moving { first: 2, last: None }));
        for wrong in ["", "8..0", "-1", "two", "1..x", "..", "..3"] {
            assert!(wrong.parse::<Moving>().is_err(), "{wrong}");
        }
    }
}
