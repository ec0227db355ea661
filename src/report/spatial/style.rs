//! How a plan looks in QGIS and in other programs that read styles from a GeoPackage: regions in the
//! colours of the report, with their names.

use std::fmt::Write as _;

use crate::maps::escape;
use crate::view::PlanView;

/// A style as QGIS reads it, and as a Styled Layer Descriptor.
pub(super) struct Style {
    pub(super) qml: String,
    pub(super) sld: String,
}

/// Regions, each in its colour.
pub(super) fn regions(layer: &str, plan: &PlanView) -> Style {
    let (mut categories, mut symbols, mut rules) = (String::new(), String::new(), String::new());
    for (at, region) in plan.regions.iter().enumerate() {
        let (id, name, fill) = (region.id, escape(&region.name), &region.fill);
        let _ = writeln!(
            categories,
            "<category symbol=\"{at}\" value=\"{id}\" type=\"long\" label=\"{name}\" \
             render=\"true\"/>"
        );
        let _ = writeln!(
            symbols,
            "<symbol type=\"fill\" name=\"{at}\" alpha=\"1\" clip_to_extent=\"1\">\
             <layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\">\
             <prop k=\"color\" v=\"{},255\"/><prop k=\"style\" v=\"solid\"/>\
             <prop k=\"outline_color\" v=\"34,34,34,255\"/>\
             <prop k=\"outline_style\" v=\"solid\"/><prop k=\"outline_width\" v=\"0.5\"/>\
             <prop k=\"outline_width_unit\" v=\"MM\"/></layer></symbol>",
            rgb(fill)
        );
        let _ = writeln!(
            rules,
            "<Rule><Name>{name}</Name><ogc:Filter><ogc:PropertyIsEqualTo>\
             <ogc:PropertyName>region</ogc:PropertyName><ogc:Literal>{id}</ogc:Literal>\
             </ogc:PropertyIsEqualTo></ogc:Filter><PolygonSymbolizer>\
             <Fill><CssParameter name=\"fill\">{fill}</CssParameter></Fill>\
             <Stroke><CssParameter name=\"stroke\">#222222</CssParameter></Stroke>\
             </PolygonSymbolizer></Rule>"
        );
    }
    Style {
        qml: qml(
            &format!(
                "<renderer-v2 type=\"categorizedSymbol\" attr=\"region\" forceraster=\"0\" \
                 symbollevels=\"0\">\n<categories>\n{categories}</categories>\n\
                 <symbols>\n{symbols}</symbols>\n</renderer-v2>"
            ),
            "name",
        ),
        sld: sld(layer, &rules),
    }
}

/// What borders cut, with the number of commuters.
pub(super) fn cut_borders(layer: &str) -> Style {
    Style {
        qml: qml(
            "<renderer-v2 type=\"singleSymbol\" forceraster=\"0\" symbollevels=\"0\">\n<symbols>\n\
             <symbol type=\"line\" name=\"0\" alpha=\"1\" clip_to_extent=\"1\">\
             <layer class=\"SimpleLine\" enabled=\"1\" locked=\"0\" pass=\"0\">\
             <prop k=\"line_color\" v=\"163,38,46,255\"/><prop k=\"line_style\" v=\"solid\"/>\
             <prop k=\"line_width\" v=\"0.8\"/><prop k=\"line_width_unit\" v=\"MM\"/>\
             </layer></symbol>\n</symbols>\n</renderer-v2>",
            "commuters",
        ),
        sld: sld(
            layer,
            "<Rule><LineSymbolizer><Stroke><CssParameter name=\"stroke\">#A3262E</CssParameter>\
             <CssParameter name=\"stroke-width\">2</CssParameter></Stroke></LineSymbolizer></Rule>\n",
        ),
    }
}

fn qml(renderer: &str, label: &str) -> String {
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n\
         <qgis version=\"3.22.0\" labelsEnabled=\"1\" styleCategories=\"Symbology|Labeling\">\n\
         {renderer}\n<labeling type=\"simple\"><settings>\
         <text-style fieldName=\"{label}\" fontSize=\"9\" fontWeight=\"75\" \
         textColor=\"17,17,17,255\"><text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" \
         bufferColor=\"255,255,255,255\"/></text-style></settings></labeling>\n</qgis>\n"
    )
}

fn sld(layer: &str, rules: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <StyledLayerDescriptor xmlns=\"http://www.opengis.net/sld\" \
         xmlns:ogc=\"http://www.opengis.net/ogc\" version=\"1.0.0\"><NamedLayer>\
         <Name>{}</Name><UserStyle><FeatureTypeStyle>\n{rules}</FeatureTypeStyle></UserStyle>\
         </NamedLayer></StyledLayerDescriptor>\n",
        escape(layer)
    )
}

/// `#1F77B4` as `31,119,180`.
fn rgb(fill: &str) -> String {
    let part = |at: usize| {
        let digits = fill.get(at..at + 2).unwrap_or("00");
        u8::from_str_radix(digits, 16).unwrap_or(0).to_string()
    };
    [part(1), part(3), part(5)].join(",")
}
