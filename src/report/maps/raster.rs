//! PNG pictures of our own SVG files, through resvg.

use std::io;
use std::sync::Arc;

use resvg::tiny_skia;
use resvg::usvg::{Options, Transform, Tree, fontdb};

/// Pixels per unit of the picture: sharp in print at the width of a page.
const SCALE: f32 = 2.0;

/// Typefaces to stand in for "sans-serif", the first that is there.
const SANS: [&str; 8] = [
    "Source Sans 3",
    "Liberation Sans",
    "Arial",
    "Helvetica",
    "DejaVu Sans",
    "Noto Sans",
    "Segoe UI",
    "Open Sans",
];

/// Draws pictures with the typefaces of the system.
#[derive(Debug)]
pub(crate) struct Rasteriser {
    options: Options<'static>,
}

impl Rasteriser {
    /// A rasteriser; `None` where the system has no typeface, so that letters would be missing.
    pub(crate) fn new() -> Option<Self> {
        let mut fonts = fontdb::Database::new();
        fonts.load_system_fonts();
        let names: Vec<&str> = fonts
            .faces()
            .flat_map(|face| face.families.iter().map(|(name, _)| name.as_str()))
            .collect();
        let sans = SANS.into_iter().find(|wanted| names.contains(wanted));
        let family = sans.or(names.first().copied())?.to_owned();
        fonts.set_sans_serif_family(family.clone());
        let options =
            Options { font_family: family, fontdb: Arc::new(fonts), ..Options::default() };
        Some(Self { options })
    }

    /// A picture as PNG.
    pub(crate) fn png(&self, svg: &str) -> io::Result<Vec<u8>> {
        let tree = Tree::from_str(svg, &self.options).map_err(io::Error::other)?;
        let size = tree.size().to_int_size();
        let size = size.scale_by(SCALE).unwrap_or(size);
        let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height())
            .ok_or_else(|| io::Error::other("the picture has no size"))?;
        resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
        pixels.encode_png().map_err(io::Error::other)
    }
}
