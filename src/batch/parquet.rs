//! The rows of a batch as Apache Parquet: one row group, plain text, whole numbers and doubles, as
//! every reader knows them.

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::table::{Cells, Column};

/// The bytes of a file. The same columns give the same bytes.
pub(super) fn encode(columns: &[Column]) -> Result<Vec<u8>> {
    let fields: Result<Vec<_>> = columns.iter().map(|column| field(column).map(Arc::new)).collect();
    let schema = Type::group_type_builder("batch").with_fields(fields?).build()?;
    let written_by = format!("regionfront {}", env!("CARGO_PKG_VERSION"));
    let properties = WriterProperties::builder().set_created_by(written_by).build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for column in columns {
        let Some(mut out) = group.next_column()? else { break };
        match &column.cells {
            Cells::Text(cells) => {
                let cells: Vec<ByteArray> =
                    cells.iter().map(|cell| ByteArray::from(cell.as_bytes().to_vec())).collect();
                out.typed::<ByteArrayType>().write_batch(&cells, None, None)?;
            }
            Cells::Truth(cells) => {
                out.typed::<BoolType>().write_batch(cells, None, None)?;
            }
            Cells::Whole(cells) => {
                // No count of people comes near the largest; beyond it there would be no cell.
                let cells: Vec<Option<i64>> =
                    cells.iter().map(|cell| cell.and_then(|it| i64::try_from(it).ok())).collect();
                let (values, levels) = optional(&cells);
                out.typed::<Int64Type>().write_batch(&values, Some(&levels), None)?;
            }
            Cells::Real(cells) => {
                let (values, levels) = optional(cells);
                out.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
            }
        }
        out.close()?;
    }
    group.close()?;
    writer.close()?;
    Ok(bytes)
}

/// The values there are, and for every cell whether it has one.
fn optional<T: Copy>(cells: &[Option<T>]) -> (Vec<T>, Vec<i16>) {
    let values = cells.iter().flatten().copied().collect();
    (values, cells.iter().map(|cell| i16::from(cell.is_some())).collect())
}

fn field(column: &Column) -> Result<Type> {
    let (physical, repetition, logical) = match column.cells {
        Cells::Text(_) => (Physical::BYTE_ARRAY, Repetition::REQUIRED, Some(LogicalType::String)),
        Cells::Truth(_) => (Physical::BOOLEAN, Repetition::REQUIRED, None),
        Cells::Whole(_) => (Physical::INT64, Repetition::OPTIONAL, None),
        Cells::Real(_) => (Physical::DOUBLE, Repetition::OPTIONAL, None),
    };
    Type::primitive_type_builder(&column.name, physical)
        .with_repetition(repetition)
        .with_logical_type(logical)
        .build()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use parquet::file::reader::{FileReader as _, SerializedFileReader};

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let column = |name: &str, cells| Column { name: name.to_owned(), cells };
        let columns = [
            column("code", Cells::Text(vec!["0301".into(), "Å".into()])),
            column("k", Cells::Whole(vec![Some(9), None])),
            column("gap", Cells::Real(vec![None, Some(0.25)])),
            column("verified", Cells::Truth(vec![true, false])),
        ];
        let bytes = encode(&columns).expect("plain columns");
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&bytes).expect("room for it");
        let reader = SerializedFileReader::new(file).expect("a Parquet file");
        let rows: Vec<String> = reader
            .get_row_iter(None)
            .expect("rows")
            .map(|row| row.expect("a row").to_string())
            .collect();
        assert_eq!(
            rows,
            [
                "{code: \"0301\", k: 9, gap: null, verified: true}",
                "{code: \"Å\", k: null, gap: 0.25, verified: false}"
            ]
        );
    }
}
