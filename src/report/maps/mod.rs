//! Maps of plans as SVG, and pictures of them as PNG.

mod colours;
mod ground;
mod map;
mod of_solve;
mod projection;
mod raster;

pub(crate) use colours::{FILLS, fills, fills_after, fills_of_regions};
pub(crate) use ground::{Ground, text_width};
pub(crate) use map::{
    Embedded, FONTS, Flow, Key, Map, NO_REGION, SEVERAL_REGIONS, Texts, count_note, escape, ground,
    ground_of, key_note, map_subtitle, map_title, shared_shapes, source_line,
};
pub(crate) use of_solve::draw_all;
pub(crate) use projection::borders_by_pair;
pub(crate) use raster::Rasteriser;
