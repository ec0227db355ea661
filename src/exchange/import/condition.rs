//! Which rows of a table, or which categories of a dimension, count.

/// A condition on a column: `year=2020`, `sex=men|women`, `workplace!=-8`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The column.
    pub column: String,
    /// Values that are wanted, or not wanted.
    pub values: Vec<String>,
    /// Whether rows with these values are left out.
    pub is_without: bool,
}

impl std::str::FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let split = |sign: &str| {
            text.split_once(sign).map(|(column, values)| (column.trim(), values.trim()))
        };
        let without = split("!=").filter(|(column, _)| !column.contains('='));
        let (column, values) = without.or_else(|| split("=")).ok_or_else(|| {
            format!("`{text}` is not COLUMN=VALUE or COLUMN!=VALUE; several values stand as A|B")
        })?;
        if column.is_empty() {
            return Err(format!("`{text}` names no column"));
        }
        Ok(Self {
            column: column.to_owned(),
            values: values.split('|').map(|value| value.trim().to_owned()).collect(),
            is_without: without.is_some(),
        })
    }
}
