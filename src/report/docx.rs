//! The report as a document for Word: what `report.md` holds, with its maps.
//!
//! It is made from the page in Markdown, so that both say the same in the same order; headings keep
//! their levels, for the table of contents and the navigation pane.

use std::collections::BTreeMap;
use std::io::{self, Cursor};

use docx_rs::{
    AlignmentType, BorderType, BreakType, Docx, LineSpacing, LineSpacingType, PageMargin,
    PageOrientationType, PageSize, Paragraph, Pic, Run, RunFonts, SectionProperty, Style,
    StyleType, Table, TableBorder, TableBorderPosition, TableBorders, TableCell, TableCellMargins,
    TableLayoutType, TableRow, WidthType,
};
use pulldown_cmark::{
    Alignment, Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd,
};

use crate::maps::text_width;

mod columns;

/// From so many columns on a table is set smaller.
const MANY_COLUMNS: usize = 6;

/// A4, in twentieths of a point.
const PAGE: (u32, u32) = (11_906, 16_838);

/// Margins of the page.
const MARGIN: i32 = 1_134;

/// Twentieths of a point in the width of the text, on a page that stands and on one that lies.
const TEXT_WIDTH: usize = 9_638;
const LYING_WIDTH: usize = 14_570;

/// English metric units in a twentieth of a point.
const EMU: u32 = 635;

/// Room at each side of a cell, and at both with some to spare.
const CELL_MARGIN: usize = 60;
const CELL_PADDING: usize = 2 * CELL_MARGIN + 20;

/// How many small maps stand in a row of a table.
const PICTURES_IN_A_ROW: usize = 4;

/// A table of so many lines at most, about half a page, stays on one page.
const SHORT_TABLE: usize = 26;

/// What an item of a list begins with.
const ITEM: &str = "– ";

/// The class of a heading that begins a page.
const NEXT_PAGE: &str = "next-page";

/// The class of a heading whose tables are too wide for a page that stands: it and what follows lie, up to
/// the next heading of its level.
const LANDSCAPE: &str = "landscape";

/// The first map of a page that a heading begins is at most so high, so that a table of regions has room on
/// its page, and other maps so, that two and a table have room on one.
const MOST_HEIGHT: u32 = 5_500;
const MOST_HEIGHT_FURTHER: u32 = 4_400;

/// Letters of the sources of a map, in half points.
const SOURCE_SIZE: usize = 14;

/// The gap below a table.
const BELOW_TABLE: i32 = 120;

/// How wide letters are in the typeface of the document, and bold ones, by those that maps reckon with.
const LETTER: f64 = 0.88;
const BOLD_LETTER: f64 = 0.92;

/// A page in Markdown as a document, with the pictures it names: PNG files by their names without
/// ending, and their sources, which stand below their captions. A picture that is not there is left out, its
/// caption stays.
///
/// # Errors
/// When the archive cannot be written.
pub(crate) fn bytes(
    markdown: &str,
    pictures: &BTreeMap<String, Vec<u8>>,
    sources: &BTreeMap<String, String>,
) -> io::Result<Vec<u8>> {
    let mut writer = Writer {
        docx: styled(),
        pictures,
        sources,
        paragraphs: 0,
        num_pictures: 0,
        is_below_heading: false,
        has_map: true,
        is_lying: false,
        map: None,
    };
    writer.write(markdown);
    if writer.is_lying {
        // The last section is told in the document's own properties.
        writer.docx =
            writer.docx.page_size(PAGE.1, PAGE.0).page_orient(PageOrientationType::Landscape);
    }
    let mut document = writer.docx.build();
    document.document = with_repeated_heads(document.document);
    let mut bytes = Cursor::new(Vec::new());
    document.pack(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.into_inner())
}

/// Heads of tables stand again on every page. The library has no word for it: rows without properties, which
/// are the heads, get them here.
fn with_repeated_heads(document: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8(document).expect("the library writes UTF-8");
    let head = "<w:trPr><w:cantSplit /><w:tblHeader /></w:trPr>";
    text.replace("<w:trPr />", head).into_bytes()
}

/// An empty document in the house style.
fn styled() -> Docx {
    let heading = |level: usize, size: usize| {
        Style::new(format!("Heading{level}"), StyleType::Paragraph)
            .name(format!("heading {level}"))
            .based_on("Normal")
            .next("Normal")
            .q_format(true)
            .outline_lvl(level - 1)
            .size(size)
            .bold()
            .color("1F3A4D")
            .line_spacing(LineSpacing::new().before(240).after(80))
    };
    let plain = |id: &str, name: &str| {
        Style::new(id, StyleType::Paragraph).name(name).based_on("Normal").next("Normal")
    };
    let margin = PageMargin::new().top(MARGIN).bottom(MARGIN).left(MARGIN).right(MARGIN);
    Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(margin)
        .default_fonts(RunFonts::new().ascii("Calibri").hi_ansi("Calibri").cs("Calibri"))
        .default_size(21)
        .add_style(
            plain("Title", "Title")
                .size(40)
                .bold()
                .color("1F3A4D")
                .line_spacing(LineSpacing::new().after(60)),
        )
        .add_style(
            plain("Subtitle", "Subtitle")
                .size(24)
                .color("5B6770")
                .line_spacing(LineSpacing::new().after(240)),
        )
        .add_style(plain("Caption", "caption").size(18).color("5B6770"))
        .add_style(plain("Cell", "Table text").size(18))
        .add_style(plain("SmallCell", "Small table text").size(16))
        .add_style(heading(1, 32))
        .add_style(heading(2, 26))
        .add_style(heading(3, 22))
}

struct Writer<'a> {
    docx: Docx,
    pictures: &'a BTreeMap<String, Vec<u8>>,
    sources: &'a BTreeMap<String, String>,
    paragraphs: u32,
    num_pictures: u32,
    /// Whether the last paragraph was a heading.
    is_below_heading: bool,
    /// Whether a map would share the page with another one, or with what is before its heading.
    has_map: bool,
    /// Whether the pages lie.
    is_lying: bool,
    /// The map whose caption comes next, and its sources.
    map: Option<(Run, String)>,
}

/// A table under way.
#[derive(Default)]
struct Grid {
    alignments: Vec<Alignment>,
    rows: Vec<Vec<Vec<Piece>>>,
}

/// A stretch of text, or the picture of this name.
#[derive(Clone, Default)]
struct Piece {
    text: String,
    is_bold: bool,
    is_italic: bool,
    picture: Option<String>,
}

impl Writer<'_> {
    fn write(&mut self, markdown: &str) {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
        let mut style: Option<&str> = None;
        let mut is_next_page = false;
        let mut pieces: Vec<Piece> = Vec::new();
        let (mut bold, mut italic) = (0_usize, 0_usize);
        let mut grid: Option<Grid> = None;
        let mut image: Option<String> = None;
        let mut is_metadata = false;
        for event in Parser::new_ext(markdown, options) {
            match event {
                Event::Start(Tag::MetadataBlock(MetadataBlockKind::YamlStyle)) => {
                    is_metadata = true;
                }
                Event::End(TagEnd::MetadataBlock(_)) => is_metadata = false,
                Event::Text(text) if is_metadata => self.write_title(&text),
                Event::Start(Tag::Heading { level, classes, .. }) => {
                    let is = |word: &str| classes.iter().any(|class| &**class == word);
                    is_next_page = is(NEXT_PAGE);
                    if level == HeadingLevel::H1 {
                        self.turn(is(LANDSCAPE));
                    }
                    if level == HeadingLevel::H1 {
                        self.has_map = !is_next_page;
                    }
                    style = Some(heading_style(level));
                }
                Event::Start(Tag::Item) => {
                    self.end_paragraph(&mut pieces, style);
                    pieces.push(Piece { text: ITEM.to_owned(), ..Piece::default() });
                }
                Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) => {
                    let begins = std::mem::take(&mut is_next_page);
                    self.end_paragraph_on(&mut pieces, style.take(), begins);
                }
                Event::Start(Tag::Strong) => bold += 1,
                Event::End(TagEnd::Strong) => bold -= 1,
                Event::Start(Tag::Emphasis) => italic += 1,
                Event::End(TagEnd::Emphasis) => italic -= 1,
                Event::Start(Tag::Image { dest_url, .. }) if grid.is_some() => {
                    let picture = Some(dest_url.to_string());
                    pieces.push(Piece { picture, ..Piece::default() });
                }
                Event::End(TagEnd::Image) if grid.is_some() => {}
                Event::Start(Tag::Image { dest_url, .. }) => {
                    self.end_paragraph(&mut pieces, style.take());
                    image = Some(dest_url.to_string());
                }
                Event::End(TagEnd::Image) => {
                    self.map = image.take().and_then(|name| self.next_map(&name));
                    style = Some("Caption");
                }
                Event::Start(Tag::Table(alignments)) => {
                    grid = Some(Grid { alignments, rows: Vec::new() });
                }
                Event::Start(Tag::TableHead | Tag::TableRow) => {
                    if let Some(grid) = &mut grid {
                        grid.rows.push(Vec::new());
                    }
                }
                Event::End(TagEnd::TableCell) => {
                    if let Some(row) = grid.as_mut().and_then(|grid| grid.rows.last_mut()) {
                        row.push(std::mem::take(&mut pieces));
                    }
                }
                Event::End(TagEnd::Table) => {
                    if let Some(grid) = grid.take() {
                        self.write_table(&grid);
                    }
                }
                Event::Text(text) | Event::Code(text) => pieces.push(Piece {
                    text: text.to_string(),
                    is_bold: bold > 0,
                    is_italic: italic > 0,
                    picture: None,
                }),
                Event::SoftBreak | Event::HardBreak => {
                    pieces.push(Piece { text: " ".to_owned(), ..Piece::default() });
                }
                _ => {}
            }
        }
        self.end_paragraph(&mut pieces, style);
    }

    /// Title and subtitle from the lines in front of the page.
    fn write_title(&mut self, lines: &str) {
        for (key, style) in [("title: ", "Title"), ("subtitle: ", "Subtitle")] {
            let Some(text) = lines.lines().find_map(|line| line.strip_prefix(key)) else {
                continue;
            };
            let text = text.trim_matches('"').replace("\\\"", "\"").replace("\\\\", "\\");
            let piece = Piece { text, ..Piece::default() };
            self.end_paragraph(&mut vec![piece], Some(style));
        }
    }

    /// Pages lie from here on, or stand.
    fn turn(&mut self, is_lying: bool) {
        if is_lying == self.is_lying {
            return;
        }
        // A section is told in its last paragraph.
        let end = self.paragraph().section_property(section(self.is_lying));
        self.docx = std::mem::take(&mut self.docx).add_paragraph(end);
        self.is_lying = is_lying;
    }

    /// How wide the text is.
    fn width(&self) -> usize {
        if self.is_lying { LYING_WIDTH } else { TEXT_WIDTH }
    }

    /// An empty paragraph with a number of its own: those that the library gives depend on what else
    /// the program has written.
    fn paragraph(&mut self) -> Paragraph {
        self.paragraphs += 1;
        Paragraph::new().id(format!("{:08x}", self.paragraphs))
    }

    fn end_paragraph(&mut self, pieces: &mut Vec<Piece>, style: Option<&str>) {
        self.end_paragraph_on(pieces, style, false);
    }

    /// As [`Self::end_paragraph`], on a page of its own where it begins one.
    fn end_paragraph_on(
        &mut self,
        pieces: &mut Vec<Piece>,
        style: Option<&str>,
        begins_page: bool,
    ) {
        let map = self.map.take();
        if map.is_none() && pieces.iter().all(|piece| piece.text.trim().is_empty()) {
            pieces.clear();
            return;
        }
        let is_item = pieces.first().is_some_and(|piece| piece.text == ITEM);
        let mut paragraph = self.paragraph();
        let sources = map.as_ref().map(|(_, sources)| sources.clone()).unwrap_or_default();
        if let Some((map, _)) = map {
            // One paragraph with its caption, so that the heading above has but one to stay with.
            let end_of_line = Run::new().add_break(BreakType::TextWrapping);
            paragraph = paragraph.keep_lines(true).add_run(map).add_run(end_of_line);
        }
        if begins_page {
            paragraph = paragraph.page_break_before(true);
        }
        let is_heading = style.is_some_and(|style| style.starts_with("Heading"));
        // A heading and the sentence below it stay with the map or table that they are about.
        paragraph = paragraph.keep_next(is_heading || self.is_below_heading);
        self.is_below_heading = is_heading;
        paragraph = match style {
            Some(style) => paragraph.style(style),
            None => {
                paragraph.line_spacing(LineSpacing::new().after(if is_item { 40 } else { 120 }))
            }
        };
        for piece in pieces.drain(..) {
            paragraph = paragraph.add_run(piece.run());
        }
        if !sources.is_empty() {
            let told = Run::new().add_break(BreakType::TextWrapping).add_text(sources);
            paragraph = paragraph.add_run(told.size(SOURCE_SIZE));
        }
        self.docx = std::mem::take(&mut self.docx).add_paragraph(paragraph);
    }

    /// The picture of a name, at most so wide; `None` where there is none.
    fn picture(&mut self, name: &str, wide: usize, most_high: u32) -> Option<Run> {
        let png = self.pictures.get(name_of(name))?;
        let (width, height) = size_of_png(png)?;
        let wide = u32::try_from(wide).unwrap_or(most_high);
        // As wide as the text, unless that would be too high.
        let by_width = (wide, scaled(wide, height, width));
        let (wide, high) = if by_width.1 > most_high {
            (scaled(most_high, width, height), most_high)
        } else {
            by_width
        };
        self.num_pictures += 1;
        let picture = Pic::new_with_dimensions(png.clone(), width, height)
            .id(format!("picture{}", self.num_pictures))
            .size(wide * EMU, high * EMU);
        Some(Run::new().add_image(picture))
    }

    /// A map that stands by itself, as high as its place allows.
    fn next_map(&mut self, name: &str) -> Option<(Run, String)> {
        let most_high = if self.has_map { MOST_HEIGHT_FURTHER } else { MOST_HEIGHT };
        let picture = self.picture(name, self.width(), most_high)?;
        self.has_map = true;
        self.is_below_heading = false;
        let sources = self.sources.get(name_of(name)).cloned().unwrap_or_default();
        Some((picture, sources))
    }

    fn write_table(&mut self, grid: &Grid) {
        self.is_below_heading = false;
        let columns = grid.alignments.len().max(1);
        // Many columns are set smaller, so that no word is broken.
        let is_wide = columns >= MANY_COLUMNS;
        let letters =
            |text: &str, is_bold: bool| width_of(text, if is_wide { 8 } else { 9 }, is_bold);
        let has_pictures =
            grid.rows.iter().flatten().flatten().any(|piece| piece.picture.is_some());
        let widths = if has_pictures {
            // Of one size, in this table and the next of its kind.
            vec![self.width() / columns.max(PICTURES_IN_A_ROW); columns]
        } else {
            columns::widths(grid, columns, self.width(), &letters)
        };
        let is_wide = is_wide || has_pictures;
        let all = widths.iter().sum();
        let style = if is_wide { "SmallCell" } else { "Cell" };
        let is_blank = |row: &Vec<Vec<Piece>>| row.iter().all(Vec::is_empty);
        let mut rows = Vec::new();
        let shown: Vec<_> =
            grid.rows.iter().enumerate().filter(|(_, row)| !is_blank(row)).collect();
        let lines = |row: &[Vec<Piece>]| -> usize {
            let cells = row.iter().zip(&widths).map(|(cell, width)| {
                let text: String = cell.iter().map(|piece| piece.text.as_str()).collect();
                letters(&text, false).div_ceil(width.saturating_sub(CELL_PADDING).max(1))
            });
            cells.max().unwrap_or(0).max(1)
        };
        let is_short =
            !has_pictures && shown.iter().map(|(_, row)| lines(row)).sum::<usize>() <= SHORT_TABLE;
        let last = shown.last().map(|&(at, _)| at);
        let last_but_one = shown.iter().rev().nth(1).map(|&(at, _)| at);
        for (at, row) in shown {
            // The head stays with a row, and no row ends a table alone on the next page.
            let stays = at == 0 || Some(at) == last_but_one || is_short && Some(at) != last;
            let mut cells = Vec::new();
            for (column, &width) in widths.iter().enumerate() {
                let mut paragraph = self.paragraph().style(style).keep_next(stays);
                if grid.alignments.get(column) == Some(&Alignment::Right) {
                    paragraph = paragraph.align(AlignmentType::Right);
                }
                for piece in row.get(column).into_iter().flatten() {
                    if let Some(name) = &piece.picture {
                        let picture =
                            self.picture(name, width.saturating_sub(CELL_PADDING), MOST_HEIGHT);
                        paragraph = picture.into_iter().fold(paragraph, Paragraph::add_run);
                        continue;
                    }
                    let piece = Piece { is_bold: piece.is_bold || at == 0, ..piece.clone() };
                    paragraph = paragraph.add_run(piece.run());
                }
                cells.push(TableCell::new().width(width, WidthType::Dxa).add_paragraph(paragraph));
            }
            let row = TableRow::new(cells);
            rows.push(if at == 0 { row } else { row.cant_split() });
        }
        let line = |position| {
            TableBorder::new(position).border_type(BorderType::Single).size(4).color("C5CCD1")
        };
        let borders = TableBorders::with_empty()
            .set(line(TableBorderPosition::Top))
            .set(line(TableBorderPosition::Bottom))
            .set(line(TableBorderPosition::InsideH));
        let table = Table::new(rows)
            .set_grid(widths)
            .width(all, WidthType::Dxa)
            // As wide as it says: no long word makes it wider than the page.
            .layout(TableLayoutType::Fixed)
            .margins(TableCellMargins::new().margin(0, CELL_MARGIN, 0, CELL_MARGIN))
            .set_borders(borders);
        // Low, so that it has room below a table that fills its page: else an empty page comes of it.
        let gap = LineSpacing::new().line_rule(LineSpacingType::Exact).line(BELOW_TABLE);
        let after = self.paragraph().size(2).line_spacing(gap);
        self.docx = std::mem::take(&mut self.docx).add_table(table).add_paragraph(after);
    }
}

impl Piece {
    fn run(self) -> Run {
        let mut run = Run::new().add_text(self.text);
        if self.is_bold {
            run = run.bold();
        }
        if self.is_italic {
            run = run.italic();
        }
        run
    }
}

/// The name of a picture, without its ending.
fn name_of(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// Twentieths of a point that a text takes in letters of so many points.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a width of some thousands at most, never below nought"
)]
fn width_of(text: &str, points: u8, is_bold: bool) -> usize {
    let letters = if is_bold { BOLD_LETTER } else { LETTER };
    (text_width(text, f64::from(points) * 20.0) * letters).ceil() as usize
}

/// Pages of a section.
fn section(is_lying: bool) -> SectionProperty {
    let margin = PageMargin::new().top(MARGIN).bottom(MARGIN).left(MARGIN).right(MARGIN);
    let section = SectionProperty::new().page_margin(margin);
    if is_lying {
        let size = PageSize::new().size(PAGE.1, PAGE.0).orient(PageOrientationType::Landscape);
        section.page_size(size)
    } else {
        section.page_size(PageSize::new().size(PAGE.0, PAGE.1))
    }
}

/// Width and height of a PNG file in pixels: the first two numbers of its first chunk.
fn size_of_png(png: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u32::from_be_bytes(png.get(at..at + 4)?.try_into().ok()?));
    Some((number(16)?, number(20)?))
}

fn heading_style(level: HeadingLevel) -> &'static str {
    match level {
        HeadingLevel::H1 => "Heading1",
        HeadingLevel::H2 => "Heading2",
        _ => "Heading3",
    }
}

/// `size × part ÷ whole`.
fn scaled(size: u32, part: u32, whole: u32) -> u32 {
    let product = u64::from(size) * u64::from(part) / u64::from(whole.max(1));
    u32::try_from(product).unwrap_or(u32::MAX)
}
