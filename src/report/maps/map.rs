//! Maps: a plan, what its borders cut, or what all plans have in common.
//!
//! Areas are filled with the colour of their region, thin lines part areas, thick ones regions, a
//! dark line goes around the county. Names stand where they have most room and never on each other.
//! Without polygons the adjacency graph is drawn instead.
//!
//! A map comes in three dresses: *standalone*, a file with title, legend and sources, in light
//! colours of its own; *embedded*, for a page that holds the shapes of the areas once
//! ([`shared_shapes`]) and dresses lines and letters by classes; and *bound*, for the page of the
//! service: areas, borders and names say by `data-` attributes whose they are, what belongs to a plan
//! comes apart from what belongs to the instance, and nothing is styled in place, which that page's
//! policy forbids.

use std::borrow::Cow;
use std::fmt::Write as _;

use regionfront_model::instance::Instance;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_model::visible::visible;

use super::ground::{Ground, Inset, SMALL_SIZE};

mod inset;
mod lines;
mod names;
mod texts;

pub(crate) use texts::{
    Key, Texts, count_note, key_note, map_subtitle, map_title, source_line, wrapped,
};

use inset::thin;
use names::{Label, Names};

/// Width of the map itself.
const WIDTH: f64 = 800.0;
/// Most height the map itself takes.
const HEIGHT: f64 = 860.0;
/// Empty edge around everything.
const MARGIN: f64 = 24.0;
/// Room above the map for the title.
const HEADER: f64 = 72.0;
/// Width of the legend.
const LEGEND: f64 = 270.0;
/// Height of an entry of the legend.
const LEGEND_LINE: f64 = 40.0;
/// Letters of the sources, and the distance between their lines: readable where the map is printed over the
/// width of a page of A4. A document for Word, where maps are smaller, tells them itself.
const SOURCE_SIZE: f64 = 14.0;
const SOURCE_LINE: f64 = 18.0;
/// Radius of a centre's dot.
const DOT: f64 = 4.0;
/// Areas of no region.
pub(crate) const NO_REGION: &str = "#DDDDDD";

/// Areas in two regions or more: striped, so that they are no holes.
pub(crate) const SEVERAL_REGIONS: &str = "#FFFFFF";

/// What tells the map of a file of its own from others.
const ALONE: &str = "map";

/// Rules for the classes of a standalone map; a page brings its own.
const STYLE: &str = "\
.area{stroke:#fff;stroke-width:.8;stroke-linejoin:round}\
.border{fill:none;stroke:#222;stroke-width:2.8;stroke-linejoin:round;stroke-linecap:round}\
.county{fill:none;stroke:#222;stroke-width:1.2;stroke-dasharray:7 3}\
.coast{fill:none;stroke:#444;stroke-width:1.2;stroke-linejoin:round}\
.link{stroke:#888;stroke-width:1.4}.cut{stroke:#bbb;stroke-width:1;stroke-dasharray:3 3}\
.neighbour{fill:#e9ebed;stroke:#c3c8cd;stroke-width:.8}\
.leader{fill:#222;stroke:#222;stroke-width:1}\
.name{font-size:17px;font-weight:bold;text-anchor:middle;fill:#111;stroke:#fff;stroke-width:3.6;\
stroke-linejoin:round;paint-order:stroke}\
.small{font-size:10.5px;text-anchor:middle;fill:#333;stroke:#fff;stroke-width:2;\
stroke-linejoin:round;stroke-opacity:.75;paint-order:stroke}\
.dot{fill:#fff;stroke:#111;stroke-width:1.8}\
.flow{fill:#111;fill-opacity:.78;stroke:#fff;stroke-width:1;stroke-opacity:.85;stroke-linejoin:round}\
.number{font-size:12px;font-weight:bold;text-anchor:middle;fill:#8a1020;stroke:#fff;stroke-width:3.4;\
stroke-linejoin:round;paint-order:stroke}\
.inset-back{fill:#fff}.inset-frame,.inset-source{fill:none;stroke:#222}.inset-frame{stroke-width:1.2}\
.inset-source{stroke-width:.8}\
.bar{fill:none;stroke:#444;stroke-width:1.4}.scale{font-size:12px;fill:#444}\
.title{font-size:21px;font-weight:bold;fill:#111}.subtitle{font-size:14.5px;fill:#444}\
.key{font-size:15px;font-weight:bold;fill:#111}.note{font-size:13px;fill:#555}\
.source{font-size:14px;fill:#666}";

/// Typefaces, the first that is there.
pub(crate) const FONTS: &str = "'Source Sans 3', 'Source Sans Pro', 'Liberation Sans', Arial, \
                                Helvetica, 'DejaVu Sans', sans-serif";

/// The ground for maps of an instance.
pub(crate) fn ground(problem: &Problem) -> Option<Ground<'_>> {
    Ground::new(&problem.instance, WIDTH, HEIGHT)
}

/// The ground for maps of an instance that may be the ground's own.
pub(crate) fn ground_of(instance: Cow<'_, Instance>) -> Option<Ground<'_>> {
    Ground::of(instance, WIDTH, HEIGHT)
}

/// One map.
#[derive(Debug)]
pub(crate) struct Map<'a> {
    ground: &'a Ground<'a>,
    groups: &'a Plan,
    /// Fill of every area.
    fills: Vec<String>,
    names: Names,
    /// Centres of the regions, by area.
    centres: Vec<usize>,
}

/// The commuters between two areas, by their places in the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flow {
    /// The area that sends more.
    pub(crate) from: usize,
    /// The other.
    pub(crate) to: usize,
    /// Commuters from `from` to `to`.
    pub(crate) there: Commuters,
    /// Commuters from `to` to `from`.
    pub(crate) back: Commuters,
}

impl Flow {
    /// In both directions together.
    pub(crate) fn commuters(&self) -> Commuters {
        self.there + self.back
    }
}

/// What an embedded map shows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Embedded<'a> {
    /// What the map is called, for those who cannot see it.
    pub(crate) title: &'a str,
    /// What it shows, for those who cannot see it.
    pub(crate) description: &'a str,
    /// Distinguishes the map from others of its page.
    pub(crate) id: &'a str,
    /// Whether names, centres and a scale bar are drawn.
    pub(crate) has_names: bool,
    /// Flows to draw, strongest first.
    pub(crate) flows: &'a [Flow],
}

/// Which of the dresses the parts of a map are drawn in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dress {
    Standalone,
    Embedded,
    Bound,
}

impl<'a> Map<'a> {
    /// A map of groups with their fills (`#RRGGBB`), names and centres, by group.
    ///
    /// Groups without a name get none. `centres` are indices of areas.
    pub(crate) fn new(
        ground: &'a Ground<'a>,
        groups: &'a Plan,
        group_fills: &[&str],
        names: &[&str],
        centres: Vec<usize>,
    ) -> Self {
        let fill = |area: usize| group_fills[groups.region_of(area) as usize - 1].to_owned();
        Self {
            ground,
            groups,
            fills: (0..groups.num_areas()).map(fill).collect(),
            names: Names::place(ground, groups, names, &centres),
            centres,
        }
    }

    /// The same map with another fill for every area.
    #[must_use]
    pub(crate) fn with_fills(self, fills: Vec<String>) -> Self {
        Self { fills, ..self }
    }

    /// The map for a page that holds [`shared_shapes`].
    pub(crate) fn embedded(&self, options: Embedded) -> String {
        let Ground { width, height, .. } = *self.ground;
        let Embedded { title, description, id, has_names, flows } = options;
        let mut svg = format!(
            "<svg class=\"map{}\" viewBox=\"-4 -4 {:.0} {:.0}\" role=\"img\" \
             aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title>\
             <desc id=\"{id}-d\">{}</desc>\n",
            if has_names { "" } else { " mini" },
            width + 8.0,
            height + 8.0,
            escape(title),
            escape(description)
        );
        self.stripes(&mut svg, id);
        self.body(&mut svg, (Dress::Embedded, id), has_names, flows);
        svg.push_str("</svg>\n");
        svg
    }

    /// The map as a file of its own.
    pub(crate) fn standalone(&self, texts: &Texts) -> String {
        self.standalone_with(texts, &[])
    }

    /// The same with flows, strongest first.
    pub(crate) fn standalone_with(&self, texts: &Texts, flows: &[Flow]) -> String {
        let Ground { width, height, .. } = *self.ground;
        let full_width = MARGIN * 3.0 + width + LEGEND;
        let sources = wrapped(&texts.sources, full_width - 2.0 * MARGIN, SOURCE_SIZE);
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let (legend, footer) =
            (texts.legend.len() as f64 * LEGEND_LINE, sources.len() as f64 * SOURCE_LINE);
        let body = height.max(legend);
        let full_height = (HEADER + body + MARGIN + footer + MARGIN).ceil();
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {full_width} {full_height}\" \
             width=\"{full_width}\" height=\"{full_height}\" role=\"img\" \
             aria-labelledby=\"title desc\" font-family=\"{FONTS}\">\n\
             <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n\
             <style>{STYLE}</style>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
             <text class=\"title\" x=\"{MARGIN}\" y=\"36\">{}</text>\n\
             <text class=\"subtitle\" x=\"{MARGIN}\" y=\"59\">{}</text>\n\
             <g transform=\"translate({MARGIN} {HEADER})\">\n",
            escape(&texts.title),
            escape(&texts.description),
            escape(&texts.title),
            escape(&texts.subtitle),
        );
        self.stripes(&mut svg, ALONE);
        self.body(&mut svg, (Dress::Standalone, ALONE), true, flows);
        svg.push_str("</g>\n");
        let left = MARGIN * 2.0 + width;
        let mut y = HEADER + 8.0;
        for key in &texts.legend {
            if !key.fill.is_empty() {
                let _ = writeln!(
                    svg,
                    "<rect x=\"{left}\" y=\"{y}\" width=\"22\" height=\"22\" rx=\"2\" \
                     fill=\"{}\" stroke=\"#222\" stroke-width=\"1\"/>",
                    fill_of(&key.fill, ALONE)
                );
            }
            let _ = writeln!(
                svg,
                "<text class=\"key\" x=\"{x}\" y=\"{}\">{}</text>\
                 <text class=\"note\" x=\"{x}\" y=\"{}\">{}</text>",
                y + 10.0,
                escape(&key.name),
                y + 25.0,
                escape(&key.note),
                x = if key.fill.is_empty() { left } else { left + 32.0 },
            );
            y += LEGEND_LINE;
        }
        let mut y = HEADER + body + MARGIN;
        for line in sources {
            y += SOURCE_LINE;
            let _ = writeln!(
                svg,
                "<text class=\"source\" x=\"{MARGIN}\" y=\"{y:.0}\">{}</text>",
                escape(&line)
            );
        }
        svg.push_str("</svg>\n");
        svg
    }

    /// A file of [`Map::standalone`] without its sources, and those as one line, for a document that tells
    /// them in letters of its own. A picture without sources stays as it is.
    pub(crate) fn without_sources(svg: &str) -> (String, String) {
        let Ok(read) = roxmltree::Document::parse(svg) else {
            return (svg.to_owned(), String::new());
        };
        let is_source = |node: &roxmltree::Node<'_, '_>| node.attribute("class") == Some("source");
        let lines: Vec<_> = read.descendants().filter(is_source).collect();
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            return (svg.to_owned(), String::new());
        };
        let texts: Vec<&str> = lines.iter().filter_map(roxmltree::Node::text).collect();
        let shorter = format!("{}{}", &svg[..first.range().start], &svg[last.range().end..]);
        let height = read.root_element().attribute("height").unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let footer = lines.len() as f64 * SOURCE_LINE + MARGIN;
        let lower =
            height.parse::<f64>().map_or(height.to_owned(), |all| (all - footer).to_string());
        let shorter = shorter
            .replacen(&format!(" {height}\""), &format!(" {lower}\""), 1)
            .replacen(&format!("height=\"{height}\""), &format!("height=\"{lower}\""), 1);
        (shorter, texts.join(" "))
    }

    /// The map alone, without a name or a word, as a file for a sheet of several.
    pub(crate) fn small(&self, title: &str) -> String {
        let Ground { width, height, .. } = *self.ground;
        let (wide, high) = (width + 8.0, height + 8.0);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-4 -4 {wide:.0} {high:.0}\" \
             width=\"{wide:.0}\" height=\"{high:.0}\" role=\"img\" aria-labelledby=\"title\">\n\
             <title id=\"title\">{}</title>\n<style>{STYLE}\
             .border{{stroke-width:5}}.coast{{stroke-width:2.4}}</style>\n\
             <rect x=\"-4\" y=\"-4\" width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
            escape(title),
        );
        self.stripes(&mut svg, ALONE);
        self.body(&mut svg, (Dress::Standalone, ALONE), false, &[]);
        svg.push_str("</svg>\n");
        svg
    }

    /// The map of the service's page: areas, county and coast, and the layer of a plan, which the page
    /// exchanges for another plan's.
    pub(crate) fn bound(&self, title: &str) -> String {
        let Ground { width, height, .. } = *self.ground;
        let mut svg = format!(
            "<svg class=\"map\" viewBox=\"-4 -4 {:.0} {:.0}\" role=\"group\" \
             aria-label=\"{}\">\n",
            width + 8.0,
            height + 8.0,
            escape(title),
        );
        if self.ground.has_shapes() {
            self.neighbours(&mut svg);
            self.areas(&mut svg, (Dress::Bound, ALONE), None);
            let coast = self.ground.lines(self.groups).1;
            self.outlines(&mut svg, &coast);
            self.bound_inset(&mut svg, &coast);
        } else {
            self.graph(&mut svg, Dress::Bound);
        }
        svg.push_str(&self.bound_layer());
        svg.push_str("</svg>\n");
        svg
    }

    /// The layer of a plan on the map of the service's page: borders, centres and names.
    pub(crate) fn bound_layer(&self) -> String {
        let mut svg = "<g data-layer=\"plan\">\n".to_owned();
        let borders = self.ground.lines_by_pair(self.groups);
        for ((a, b), path) in &borders {
            let _ = writeln!(svg, "<path class=\"border\" data-border=\"{a}-{b}\" d=\"{path}\"/>");
        }
        self.letters(&mut svg, Dress::Bound, &[]);
        if self.ground.has_shapes() {
            self.bound_inset_layer(&mut svg, &borders);
        }
        svg.push_str("</g>\n");
        svg
    }

    fn body(&self, svg: &mut String, (dress, id): (Dress, &str), has_names: bool, flows: &[Flow]) {
        if self.ground.has_shapes() {
            self.neighbours(svg);
            self.areas(svg, (dress, id), None);
            let (between, coast) = self.ground.lines(self.groups);
            self.outlines(svg, &coast);
            if !between.is_empty() {
                let _ = writeln!(svg, "<path class=\"border\" d=\"{between}\"/>");
            }
            if has_names {
                self.flows(svg, flows, None);
                self.inset(svg, (dress, id), (&between, &coast), flows);
            }
        } else {
            self.graph(svg, dress);
            self.flows(svg, flows, None);
        }
        if has_names {
            self.letters(svg, dress, flows);
        }
    }

    /// Lines between counties, and around everything.
    fn outlines(&self, svg: &mut String, coast: &str) {
        for (class, path) in [("county", self.ground.county_lines().as_str()), ("coast", coast)] {
            if !path.is_empty() {
                let _ = writeln!(svg, "<path class=\"{class}\" d=\"{path}\"/>");
            }
        }
    }

    /// Centres, names and the scale bar; on a map of flows the areas at their ends have names, and the
    /// flows numbers.
    fn letters(&self, svg: &mut String, dress: Dress, flows: &[Flow]) {
        for &area in &self.centres {
            let (x, y) = self.ground.centres[area];
            let _ =
                writeln!(svg, "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{DOT}\"/>");
        }
        let is_end = |area: usize| flows.iter().any(|flow| flow.from == area || flow.to == area);
        for (area, label) in &self.names.areas {
            if flows.is_empty() || is_end(*area) {
                Self::label(svg, label, dress, "small");
            }
        }
        for label in &self.names.groups {
            Self::label(svg, label, dress, "name");
        }
        if dress != Dress::Bound {
            for label in &self.names.inset {
                Self::label(svg, label, dress, "small");
            }
        }
        self.flow_numbers(svg, flows);
        self.scale_bar(svg);
    }

    /// The name of a region, and the line that leads to it.
    fn label(svg: &mut String, label: &Label, dress: Dress, class: &str) {
        let (x, y) = label.at;
        let frame = label.frame();
        if let Some((to_x, to_y)) = label.leads_to {
            let from_x = to_x.clamp(frame.left, frame.right);
            let from_y = to_y.clamp(frame.top, frame.bottom);
            let _ = writeln!(
                svg,
                "<path class=\"leader\" d=\"M{from_x:.1} {from_y:.1}L{to_x:.1} {to_y:.1}\"/>\
                 <circle class=\"leader\" cx=\"{to_x:.1}\" cy=\"{to_y:.1}\" r=\"2\"/>"
            );
        }
        let size = label.size;
        // A style in place outdoes the class of a page; the service's page has none for the size.
        let _ = match dress {
            Dress::Bound => write!(svg, "<text class=\"{class}\" font-size=\"{size}\">"),
            _ => write!(svg, "<text class=\"{class}\" style=\"font-size:{size}px\">"),
        };
        let mut baseline = match label.lines.len() {
            1 => y + size * 0.35,
            _ => y - size * 0.25,
        };
        for line in &label.lines {
            let line = escape(line);
            let _ = write!(svg, "<tspan x=\"{x:.0}\" y=\"{baseline:.1}\">{line}</tspan>");
            baseline += size * 1.15;
        }
        svg.push_str("</text>\n");
    }

    /// Places outside that are known, in grey.
    fn neighbours(&self, svg: &mut String) {
        for (path, name, places) in &self.ground.neighbours {
            let (_, (x, y)) = places[0];
            let name = escape(name);
            let _ = writeln!(
                svg,
                "<path class=\"neighbour\" fill-rule=\"evenodd\" d=\"{path}\"/>\
                 <text class=\"small\" x=\"{x:.0}\" y=\"{:.1}\">{name}</text>",
                y + SMALL_SIZE * 0.35
            );
        }
    }

    /// What stripes are drawn with, where some area stands in several regions.
    fn stripes(&self, svg: &mut String, id: &str) {
        if self.fills.iter().any(|fill| fill == SEVERAL_REGIONS) {
            let _ = writeln!(
                svg,
                "<defs><pattern id=\"several-{id}\" width=\"8\" height=\"8\" \
                 patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
                 <rect width=\"8\" height=\"8\" fill=\"{SEVERAL_REGIONS}\"/>\
                 <rect width=\"3.5\" height=\"8\" fill=\"#8A939C\"/></pattern></defs>"
            );
        }
    }

    /// The areas, or those of the inset, whose lines are that much thinner.
    fn areas(&self, svg: &mut String, (dress, id): (Dress, &str), inset: Option<&Inset>) {
        let style = match inset {
            Some(inset) if dress != Dress::Bound => thin(0.8, inset),
            _ => String::new(),
        };
        let _ = writeln!(svg, "<g class=\"area\" fill-rule=\"evenodd\"{style}>");
        for (index, (path, fill)) in self.ground.paths.iter().zip(&self.fills).enumerate() {
            if inset.is_some_and(|inset| !inset.areas.contains(&index)) {
                continue;
            }
            let area = &self.ground.instance.areas[index];
            let fill = fill_of(fill, id);
            if dress == Dress::Embedded {
                let _ = writeln!(svg, "<use href=\"#a{index}\" fill=\"{fill}\"/>");
            } else {
                let label = escape(&area.label());
                let _ = writeln!(
                    svg,
                    "<path{} fill=\"{fill}\" d=\"{path}\"><title>{label}</title></path>",
                    self.bound_to(index, dress, inset.is_some())
                );
            }
        }
        svg.push_str("</g>\n");
    }

    /// The attribute by which the service's page knows an area, on the map or in the inset.
    fn bound_to(&self, area: usize, dress: Dress, is_in_inset: bool) -> String {
        match dress {
            Dress::Bound => {
                let name = if is_in_inset { "data-twin" } else { "data-area" };
                format!(" {name}=\"{}\"", escape(&self.ground.instance.areas[area].code))
            }
            _ => String::new(),
        }
    }

    /// A bar of a round number of kilometres, about a sixth of the width, in the corner that is
    /// emptiest of the lower two.
    fn scale_bar(&self, svg: &mut String) {
        let Some(per_unit) = self.ground.kilometres_per_unit() else { return };
        let room = self.ground.width / 6.0 * per_unit;
        let Some(kilometres) = [500, 200, 100, 50, 20, 10, 5, 2, 1]
            .into_iter()
            .find(|&kilometres| f64::from(kilometres) <= room)
        else {
            return;
        };
        let long = f64::from(kilometres) / per_unit;
        let right = self.ground.width - long - 40.0;
        let beside = |x: f64| {
            let ground = self.ground;
            ground
                .places
                .iter()
                .flatten()
                .filter(|(_, at)| at.1 > ground.height - 60.0 && (at.0 - x).abs() < long + 20.0)
                .count()
        };
        let left = if beside(right) < beside(6.0) { right } else { 6.0 };
        let y = self.ground.height - 10.0;
        let _ = writeln!(
            svg,
            "<path class=\"bar\" d=\"M{left:.1} {:.1}V{y:.1}H{end:.1}V{:.1}\"/>\
             <text class=\"scale\" x=\"{:.1}\" y=\"{:.1}\">{kilometres} km</text>",
            y - 6.0,
            y - 6.0,
            left + 4.0,
            y - 6.0,
            end = left + long,
        );
    }
}

/// The shapes of all areas, to stand once on a page before its embedded maps.
pub(crate) fn shared_shapes(ground: &Ground) -> String {
    if !ground.has_shapes() {
        return String::new();
    }
    let mut svg = String::from(
        "<svg class=\"shapes\" width=\"0\" height=\"0\" aria-hidden=\"true\" focusable=\"false\">\
         <defs>\n",
    );
    for (index, path) in ground.paths.iter().enumerate() {
        let _ = writeln!(svg, "<path id=\"a{index}\" d=\"{path}\"/>");
    }
    svg.push_str("</defs></svg>\n");
    svg
}

/// A fill as SVG names it; that of areas in several regions is stripes.
fn fill_of<'a>(fill: &'a str, id: &str) -> Cow<'a, str> {
    if fill == SEVERAL_REGIONS { format!("url(#several-{id})").into() } else { fill.into() }
}

/// Text for XML.
pub(crate) fn escape(text: &str) -> String {
    let text = visible(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_testkit::rows::instance_of;

    #[test]
    fn names_are_escaped() {
        assert_eq!(escape("<Å & \"Ø\">"), "&lt;Å &amp; &quot;Ø&quot;&gt;");
        assert_eq!(escape("a\u{202e}b\u{1b}"), "a�b�");
    }

    #[test]
    fn the_graph_stands_in_for_missing_polygons() {
        let instance = instance_of(6);
        let plan = Plan::from_labels(&[1, 1, 1, 2, 2, 2]);
        let ground = Ground::new(&instance, 400.0, 400.0).expect("six points");
        let map = Map::new(&ground, &plan, &["#77AADD", "#EE8866"], &["A & B", "C"], vec![0, 3]);
        let texts = Texts {
            title: "<T>".into(),
            subtitle: String::new(),
            description: String::new(),
            legend: Vec::new(),
            sources: "Nobody & others".into(),
        };
        let svg = map.standalone(&texts);
        let read = roxmltree::Document::parse(&svg).expect("well-formed");
        let count = |class: &str| {
            read.descendants().filter(|node| node.attribute("class") == Some(class)).count()
        };
        assert_eq!((count("link"), count("cut")), (4, 1));
        let (without, sources) = Map::without_sources(&svg);
        assert_eq!(sources, "Nobody & others");
        let height = |svg: &str| -> f64 {
            let read = roxmltree::Document::parse(svg).expect("well-formed");
            let root = read.root_element();
            let height = root.attribute("height").expect("a height");
            assert!(
                root.attribute("viewBox").is_some_and(|it| it.ends_with(&format!(" {height}")))
            );
            height.parse().expect("a number")
        };
        assert!(height(&without) < height(&svg) && !without.contains("Nobody"));
        assert_eq!(Map::without_sources(&without), (without.clone(), String::new()));
        assert_eq!(count("name"), 2);
        assert_eq!(shared_shapes(&ground), "");
    }
}
