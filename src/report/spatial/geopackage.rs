//! `regions.gpkg`: areas, regions and cut borders as an OGC GeoPackage 1.3, with a view of its own for
//! every plan, and a style for it as QGIS keeps them (table `layer_styles`).
//!
//! Tables and magic numbers follow OGC 12-128r17: `application_id` "GPKG", `user_version` 10300,
//! geometries as GeoPackage binary with an envelope around little-endian WKB.

use std::io;
use std::path::Path;

use geo::{
    BoundingRect as _, Coord, LineString, MapCoords as _, MultiLineString, MultiPolygon, Rect,
};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use regionfront_model::atomic::TEMPORARY_PREFIX;
use regionfront_model::staged::ground;

use super::Spatial;
use super::dissolve;
use super::style::{self, Style};

/// WGS 84.
const WGS84_CODE: i32 = 4326;

const WGS84: &str = "GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,\
    298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",\
    0,AUTHORITY[\"EPSG\",\"8901\"]],UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]\
    ],AUTHORITY[\"EPSG\",\"4326\"]]";

const ETRS89: &str = "GEOGCS[\"ETRS89\",DATUM[\"European_Terrestrial_Reference_System_1989\",\
    SPHEROID[\"GRS 1980\",6378137,298.257222101,AUTHORITY[\"EPSG\",\"7019\"]],AUTHORITY[\"EPSG\",\
    \"6258\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],UNIT[\"degree\",\
    0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY[\"EPSG\",\"4258\"]]";

/// The tables every GeoPackage has.
const TABLES: &str = "\
PRAGMA application_id = 1196444487;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE,
  max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
";

/// Styles, as QGIS looks for them.
const STYLES: &str = "\
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30),
  styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME);
";

/// A column of a layer: name and SQL type.
type Column = (&'static str, &'static str);

/// A geometry of a layer.
enum Geometry {
    Polygons(MultiPolygon),
    Lines(MultiLineString),
}

/// The bytes of the GeoPackage. SQLite needs a file of its own to write; it is made on the disk of
/// `folder` and removed.
pub(crate) fn bytes(spatial: &Spatial, folder: &Path) -> io::Result<Vec<u8>> {
    let room = tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempdir_in(ground(folder))?;
    let path = room.path().join("regions.gpkg");
    write(spatial, &path).map_err(io::Error::other)?;
    std::fs::read(&path)
}

fn write(spatial: &Spatial, path: &Path) -> rusqlite::Result<()> {
    let mut connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    let package = connection.transaction()?;
    package.execute_batch(TABLES)?;
    let systems: [(&str, i32, &str, i32, &str); 3] = [
        ("Undefined cartesian SRS", -1, "NONE", -1, "undefined"),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined"),
        ("WGS 84 geodetic", WGS84_CODE, "EPSG", WGS84_CODE, WGS84),
    ];
    let own = spatial.projection.map(|projection| {
        let code = projection.epsg();
        (format!("EPSG:{code}"), i32::from(code), definition(code))
    });
    let own = own.iter().filter(|(_, code, _)| *code != WGS84_CODE);
    let own = own.map(|(name, code, wkt)| (name.as_str(), *code, "EPSG", *code, wkt.as_str()));
    for (name, id, organisation, number, definition) in systems.into_iter().chain(own) {
        package.execute(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)",
            params![name, id, organisation, number, definition],
        )?;
    }
    areas(spatial, &package)?;
    regions(spatial, &package)?;
    cut_borders(spatial, &package)?;
    views(spatial, &package)?;
    package.commit()
}

/// The system that geometries are written in.
fn system(spatial: &Spatial) -> i32 {
    spatial.projection.map_or(WGS84_CODE, |projection| projection.epsg().into())
}

/// A system as well-known text: the zones of UTM, in which most maps are kept. Programs know the others
/// by their number, which stands beside it.
fn definition(code: u16) -> String {
    let (name, geographic, zone, south) = match code {
        25828..=25838 => ("ETRS89", ETRS89, code - 25800, false),
        32601..=32660 => ("WGS 84", WGS84, code - 32600, false),
        32701..=32760 => ("WGS 84", WGS84, code - 32700, true),
        _ => return "undefined".to_owned(),
    };
    let meridian = i32::from(zone) * 6 - 183;
    let (half, north) = if south { ('S', 10_000_000) } else { ('N', 0) };
    format!(
        "PROJCS[\"{name} / UTM zone {zone}{half}\",{geographic},PROJECTION[\"Transverse_Mercator\"],\
         PARAMETER[\"latitude_of_origin\",0],PARAMETER[\"central_meridian\",{meridian}],\
         PARAMETER[\"scale_factor\",0.9996],PARAMETER[\"false_easting\",500000],\
         PARAMETER[\"false_northing\",{north}],UNIT[\"metre\",1,AUTHORITY[\"EPSG\",\"9001\"]],\
         AXIS[\"Easting\",EAST],AXIS[\"Northing\",NORTH],AUTHORITY[\"EPSG\",\"{code}\"]]"
    )
}

/// For every plan its regions and what its borders cut, each as a layer of its own with a style.
fn views(spatial: &Spatial, package: &Connection) -> rusqlite::Result<()> {
    package.execute_batch(STYLES)?;
    package.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) \
         VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
        [moment(spatial)],
    )?;
    for (plan, _) in spatial.plans() {
        let name = |layer: &str| format!("{layer}_{}", plan.id.replace('-', "_"));
        let (regions, cut) = (name("regions"), name("cut_borders"));
        let styled = [
            ("regions", &regions, "MULTIPOLYGON", style::regions(&regions, plan)),
            ("cut_borders", &cut, "MULTILINESTRING", style::cut_borders(&cut)),
        ];
        for (table, name, kind, style) in styled {
            view(spatial, package, (table, name, kind), &plan.id, &style)?;
        }
    }
    Ok(())
}

fn view(
    spatial: &Spatial,
    package: &Connection,
    (table, name, kind): (&str, &str, &str),
    plan: &str,
    style: &Style,
) -> rusqlite::Result<()> {
    let quoted = |text: &str, mark: char| {
        format!("{mark}{}{mark}", text.replace(mark, &format!("{mark}{mark}")))
    };
    package.execute_batch(&format!(
        "CREATE VIEW {} AS SELECT * FROM {table} WHERE \"plan\" = {}",
        quoted(name, '"'),
        quoted(plan, '\'')
    ))?;
    let mut extent: Option<Rect> = None;
    let mut select = package.prepare(&format!("SELECT geom FROM {}", quoted(name, '"')))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let blob: Vec<u8> = row.get(0)?;
        if let Some(rect) = envelope(&blob) {
            extent = Some(extent.map_or(rect, |other| around(other, rect)));
        }
    }
    register(spatial, package, (name, kind), extent)?;
    package.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, \
         f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, \
         update_time) VALUES ('', '', ?1, 'geom', ?1, ?2, ?3, 1, '', '', ?4)",
        params![name, style.qml, style.sld, moment(spatial)],
    )?;
    Ok(())
}

/// The envelope in the header of a geometry, if it has one.
fn envelope(blob: &[u8]) -> Option<Rect> {
    let bound = |at: usize| {
        let bytes = blob.get(8 + 8 * at..16 + 8 * at)?;
        Some(f64::from_le_bytes(bytes.try_into().ok()?))
    };
    if blob.get(3)? & 0b0000_1110 == 0 {
        return None;
    }
    Some(Rect::new((bound(0)?, bound(2)?), (bound(1)?, bound(3)?)))
}

fn areas(spatial: &Spatial, package: &Connection) -> rusqlite::Result<()> {
    let columns: &[Column] = &[
        ("plan", "TEXT"),
        ("k", "INTEGER"),
        ("code", "TEXT"),
        ("name", "TEXT"),
        ("population", "INTEGER"),
        ("jobs", "INTEGER"),
        ("region", "INTEGER"),
        ("region_name", "TEXT"),
        ("fill", "TEXT"),
    ];
    let mut rows = Vec::new();
    for (view, plan) in spatial.plans() {
        for (index, (area, shape)) in spatial.instance.areas.iter().zip(spatial.shapes).enumerate()
        {
            let region = &view.regions[plan.region_of(index) as usize - 1];
            let values = vec![
                view.id.clone().into(),
                whole(view.k as u64),
                area.code.clone().into(),
                area.name.clone().into(),
                whole(area.population),
                whole(area.jobs),
                whole(region.id.into()),
                region.name.clone().into(),
                region.fill.clone().into(),
            ];
            rows.push((Geometry::Polygons(dissolve::area(shape)), values));
        }
    }
    layer(spatial, package, "areas", "MULTIPOLYGON", columns, rows)
}

fn regions(spatial: &Spatial, package: &Connection) -> rusqlite::Result<()> {
    let columns: &[Column] = &[
        ("plan", "TEXT"),
        ("k", "INTEGER"),
        ("region", "INTEGER"),
        ("name", "TEXT"),
        ("fill", "TEXT"),
        ("num_areas", "INTEGER"),
        ("centre", "TEXT"),
        ("population", "INTEGER"),
        ("land_area_km2", "DOUBLE"),
        ("employed_residents", "INTEGER"),
        ("jobs", "INTEGER"),
        ("internal_commuting", "INTEGER"),
        ("supply_self_containment", "DOUBLE"),
        ("demand_self_containment", "DOUBLE"),
        ("in_commuters", "INTEGER"),
        ("out_commuters", "INTEGER"),
    ];
    let mut rows = Vec::new();
    for (view, plan) in spatial.plans() {
        for (region, areas) in view.regions.iter().zip(plan.regions()) {
            let values = vec![
                view.id.clone().into(),
                whole(view.k as u64),
                whole(region.id.into()),
                region.name.clone().into(),
                region.fill.clone().into(),
                whole(areas.len() as u64),
                region.centre.name.clone().into(),
                whole(region.population),
                region.land_area_km2.into(),
                whole(region.employed_residents),
                whole(region.jobs),
                whole(region.internal_commuting),
                region.supply_self_containment.into(),
                region.demand_self_containment.into(),
                whole(region.in_commuters),
                whole(region.out_commuters),
            ];
            let shape = dissolve::region(spatial.shapes, &areas);
            rows.push((Geometry::Polygons(shape), values));
        }
    }
    layer(spatial, package, "regions", "MULTIPOLYGON", columns, rows)
}

fn cut_borders(spatial: &Spatial, package: &Connection) -> rusqlite::Result<()> {
    let columns: &[Column] = &[
        ("plan", "TEXT"),
        ("k", "INTEGER"),
        ("region_a", "INTEGER"),
        ("region_b", "INTEGER"),
        ("name_a", "TEXT"),
        ("name_b", "TEXT"),
        ("commuters", "INTEGER"),
    ];
    let mut rows = Vec::new();
    for (view, plan) in spatial.plans() {
        for ((a, b), lines) in dissolve::cut_borders(spatial.shapes, plan) {
            let cut = view.borders.iter().find(|border| (border.a, border.b) == (a, b));
            let name = |region: u32| view.regions[region as usize - 1].name.clone();
            let values = vec![
                view.id.clone().into(),
                whole(view.k as u64),
                whole(a.into()),
                whole(b.into()),
                name(a).into(),
                name(b).into(),
                cut.map_or(Value::Null, |border| whole(border.commuters)),
            ];
            rows.push((Geometry::Lines(lines), values));
        }
    }
    layer(spatial, package, "cut_borders", "MULTILINESTRING", columns, rows)
}

fn layer(
    spatial: &Spatial,
    package: &Connection,
    name: &str,
    kind: &str,
    columns: &[Column],
    rows: Vec<(Geometry, Vec<Value>)>,
) -> rusqlite::Result<()> {
    let listed: Vec<String> =
        columns.iter().map(|(column, kind)| format!("\"{column}\" {kind}")).collect();
    package.execute_batch(&format!(
        "CREATE TABLE {name} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {kind}, {})",
        listed.join(", ")
    ))?;
    let mut extent: Option<Rect> = None;
    let marks = vec!["?"; columns.len() + 1].join(", ");
    let names: Vec<&str> = columns.iter().map(|(column, _)| *column).collect();
    let mut insert = package.prepare(&format!(
        "INSERT INTO {name} (geom, \"{}\") VALUES ({marks})",
        names.join("\", \"")
    ))?;
    for (geometry, values) in rows {
        let geometry = geometry.projected(spatial);
        let rect = match &geometry {
            Geometry::Polygons(polygons) => polygons.bounding_rect(),
            Geometry::Lines(lines) => lines.bounding_rect(),
        };
        if let Some(rect) = rect {
            extent = Some(extent.map_or(rect, |other| around(other, rect)));
        }
        let blob = Value::Blob(binary(&geometry, rect, system(spatial)));
        insert.execute(params_from_iter(std::iter::once(blob).chain(values)))?;
    }
    register(spatial, package, (name, kind), extent)
}

/// Makes a table or view known as a layer.
fn register(
    spatial: &Spatial,
    package: &Connection,
    (name, kind): (&str, &str),
    extent: Option<Rect>,
) -> rusqlite::Result<()> {
    package.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, ?, ?, ?, ?, ?)",
        params![
            name,
            name,
            moment(spatial),
            extent.map(|rect| rect.min().x),
            extent.map(|rect| rect.min().y),
            extent.map(|rect| rect.max().x),
            extent.map(|rect| rect.max().y),
            system(spatial)
        ],
    )?;
    package.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
        params![name, kind, system(spatial)],
    )?;
    Ok(())
}

/// When the run ended, so that the same run gives the same bytes.
fn moment(spatial: &Spatial) -> String {
    let method = &spatial.document.method;
    let moment = if method.ended.is_empty() { &method.started } else { &method.ended };
    moment
        .strip_suffix('Z')
        .map_or_else(|| "1970-01-01T00:00:00.000Z".to_owned(), |moment| format!("{moment}.000Z"))
}

impl Geometry {
    /// In the system of the package. Positions without a place there were looked for before.
    fn projected(self, spatial: &Spatial) -> Self {
        let Some(projection) = spatial.projection else { return self };
        let moved = |at: Coord| {
            let (x, y) = projection.of((at.x, at.y)).unwrap_or((at.x, at.y));
            Coord { x, y }
        };
        match self {
            Self::Polygons(polygons) => Self::Polygons(polygons.map_coords(moved)),
            Self::Lines(lines) => Self::Lines(lines.map_coords(moved)),
        }
    }
}

fn whole(number: u64) -> Value {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

fn around(a: Rect, b: Rect) -> Rect {
    Rect::new(
        (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
        (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
    )
}

/// GeoPackage binary: a header with the envelope, then WKB.
fn binary(geometry: &Geometry, rect: Option<Rect>, system: i32) -> Vec<u8> {
    let mut blob = b"GP\0".to_vec();
    // Little endian, with an envelope of x and y; or little endian, empty, without.
    blob.push(if rect.is_some() { 0b0000_0011 } else { 0b0001_0001 });
    blob.extend(system.to_le_bytes());
    if let Some(rect) = rect {
        for bound in [rect.min().x, rect.max().x, rect.min().y, rect.max().y] {
            blob.extend(bound.to_le_bytes());
        }
    }
    match geometry {
        Geometry::Polygons(polygons) => {
            header(&mut blob, 6, polygons.0.len());
            for polygon in polygons {
                let rings = || std::iter::once(polygon.exterior()).chain(polygon.interiors());
                header(&mut blob, 3, rings().count());
                for ring in rings() {
                    points(&mut blob, ring);
                }
            }
        }
        Geometry::Lines(lines) => {
            header(&mut blob, 5, lines.0.len());
            for line in lines {
                blob.push(1);
                blob.extend(2_u32.to_le_bytes());
                points(&mut blob, line);
            }
        }
    }
    blob
}

/// Byte order, type and count of a WKB geometry.
fn header(blob: &mut Vec<u8>, kind: u32, count: usize) {
    blob.push(1);
    blob.extend(kind.to_le_bytes());
    blob.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}

fn points(blob: &mut Vec<u8>, line: &LineString) {
    blob.extend(u32::try_from(line.0.len()).unwrap_or(u32::MAX).to_le_bytes());
    for at in line.coords() {
        blob.extend(at.x.to_le_bytes());
        blob.extend(at.y.to_le_bytes());
    }
}
