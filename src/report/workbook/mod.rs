//! `tables.xlsx`: one sheet per table, typed cells, codes as text, frozen headers, and a sheet of
//! notes.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use regionfront_model::instance::Instance;
use regionfront_model::plan::Plan;

use crate::view::ReportDocument;
use crate::words::Lang;

mod sheets;

/// Widest a column gets, in characters.
const WIDEST: usize = 60;

/// A cell by its type.
#[derive(Clone, Debug)]
enum Cell {
    Text(String),
    Whole(u64),
    Signed(i64),
    /// A share, shown in per cent.
    Share(Option<f64>),
    Decimal(Option<f64>),
    None,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

struct Sheet {
    name: String,
    headings: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

/// The bytes of the workbook.
pub(crate) fn bytes(
    document: &ReportDocument,
    instance: &Instance,
    plans: &[&Plan],
) -> Result<Vec<u8>, XlsxError> {
    let lang = document.lang;
    let mut workbook = Workbook::new();
    let title = &document.question.title;
    let mut properties = DocProperties::new().set_title(title).set_author("regionfront");
    // When the run ended, so that the same run gives the same bytes.
    let moment = if document.method.ended.is_empty() {
        &document.method.started
    } else {
        &document.method.ended
    };
    let created = ExcelDateTime::parse_from_str(moment.trim_end_matches('Z'))
        .or_else(|_| ExcelDateTime::from_ymd(2000, 1, 1))?;
    properties = properties.set_creation_datetime(&created);
    workbook.set_properties(&properties);
    for sheet in sheets::all(document, instance, plans) {
        if !sheet.rows.is_empty() {
            write(workbook.add_worksheet(), &sheet)?;
        }
    }
    notes(workbook.add_worksheet(), document, lang)?;
    workbook.save_to_buffer()
}

fn write(worksheet: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Bottom)
        .set_border_bottom(FormatBorder::Medium);
    let text = Format::new().set_num_format("@").set_align(FormatAlign::Top);
    let whole = Format::new().set_num_format("#,##0").set_align(FormatAlign::Top);
    let signed = Format::new().set_num_format("+#,##0;-#,##0;0").set_align(FormatAlign::Top);
    let share = Format::new().set_num_format("0.0%").set_align(FormatAlign::Top);
    let decimal = Format::new().set_num_format("#,##0.0##").set_align(FormatAlign::Top);
    worksheet.set_name(&sheet.name)?;
    for (column, name) in (0..).zip(&sheet.headings) {
        worksheet.write_with_format(0, column, name, &heading)?;
    }
    for (row, cells) in (1..).zip(&sheet.rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Text(value) => worksheet.write_with_format(row, column, value, &text)?,
                Cell::Whole(value) => {
                    worksheet.write_number_with_format(row, column, float(*value), &whole)?
                }
                #[expect(clippy::cast_precision_loss, reason = "a spreadsheet knows no integers")]
                Cell::Signed(value) => {
                    worksheet.write_number_with_format(row, column, *value as f64, &signed)?
                }
                Cell::Share(Some(value)) => {
                    worksheet.write_number_with_format(row, column, *value, &share)?
                }
                Cell::Decimal(Some(value)) => {
                    worksheet.write_number_with_format(row, column, *value, &decimal)?
                }
                Cell::Share(None) | Cell::Decimal(None) | Cell::None => worksheet,
            };
        }
    }
    for (column, name) in (0..).zip(&sheet.headings) {
        let longest_word = name.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
        let widest = sheet
            .rows
            .iter()
            .filter_map(|row| row.get(usize::from(column)))
            .map(|cell| match cell {
                Cell::Text(text) => text.chars().count(),
                Cell::Whole(number) => number.to_string().len() * 4 / 3,
                _ => 8,
            })
            .max()
            .unwrap_or(0);
        let width = u32::try_from(widest.max(longest_word).clamp(6, WIDEST) + 2).unwrap_or(10);
        worksheet.set_column_width(column, width)?;
    }
    worksheet.set_freeze_panes(1, 0)?;
    let last = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX);
    let columns = u16::try_from(sheet.headings.len().max(1) - 1).unwrap_or(u16::MAX);
    worksheet.autofilter(0, 0, last, columns)?;
    worksheet.set_landscape().set_print_fit_to_pages(1, 0);
    worksheet.set_repeat_rows(0, 0)?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a spreadsheet knows no integers")]
fn float(number: u64) -> f64 {
    number as f64
}

fn notes(
    worksheet: &mut Worksheet,
    document: &ReportDocument,
    lang: Lang,
) -> Result<(), XlsxError> {
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let bold = Format::new().set_bold();
    worksheet.set_name(lang.word("sheet_notes"))?;
    worksheet.set_column_width(0, 100)?;
    let mut row = 0;
    let mut line = |text: &str, format: &Format| -> Result<(), XlsxError> {
        worksheet.write_with_format(row, 0, text, format)?;
        row += 1;
        Ok(())
    };
    line(&document.question.title, &bold)?;
    if !document.question.scenario.is_empty() {
        line(&document.question.scenario, &bold)?;
    }
    for (rule, reason) in document.question.rules.iter().zip(&document.question.reasons) {
        let why = if reason.is_empty() { "" } else { lang.word("why_rule") };
        line(format!("{rule} {why} {reason}").trim_end(), &wrapped)?;
    }
    line(lang.word("h_terms"), &bold)?;
    for key in ["internal", "share", "supply", "out", "in", "proven"] {
        let (term, text) = (format!("term_{key}"), format!("term_{key}_text"));
        line(&format!("{}: {}", lang.word(&term), lang.word(&text)), &wrapped)?;
    }
    line(lang.word("note_codes"), &wrapped)?;
    line(lang.word("note_shares"), &wrapped)?;
    line(lang.word("h_data"), &bold)?;
    for caveat in &document.data.caveats {
        line(caveat, &wrapped)?;
    }
    for source in &document.data.sources {
        line(&format!("{} {}", source.title, source.path), &wrapped)?;
    }
    if !document.data.licences.is_empty() {
        let licences = document.data.licences.join("; ");
        line(&format!("{}: {licences}", lang.word("licences")), &wrapped)?;
    }
    line(&format!("regionfront {}", document.version), &wrapped)?;
    line(&format!("{}: {}", lang.word("m_instance"), document.method.instance_sha256), &wrapped)?;
    line(&format!("{}: {}", lang.word("m_rules"), document.method.scenario_sha256), &wrapped)?;
    for (text, is_heading) in certified(document, lang) {
        line(&text, if is_heading { &bold } else { &wrapped })?;
    }
    Ok(())
}

/// What the independent checker says of the certificates, and where they lie; headings marked.
fn certified(document: &ReportDocument, lang: Lang) -> Vec<(String, bool)> {
    let certificates = &document.method.certificates;
    let mut said = Vec::new();
    if certificates.iter().any(|certificate| certificate.certified) {
        said.push((lang.word("method_certified").to_owned(), true));
        said.push((lang.word("method_certified_how").to_owned(), false));
    }
    // The rules of certificates of one run are mostly the same.
    let mut rules = "";
    for certificate in certificates {
        match (&certificate.file, certificate.claims.split_first()) {
            (Some(file), Some((first, claims))) if certificate.certified => {
                if first != rules {
                    said.push((first.clone(), false));
                }
                rules = first;
                said.extend(claims.iter().map(|claim| (format!("{claim} {file}"), false)));
            }
            _ => {
                let reason = certificate.reason.clone().unwrap_or_default();
                let words = [("k", certificate.k.to_string()), ("reason", reason)];
                said.push((lang.say("method_not_certified", &words), false));
            }
        }
    }
    said
}
