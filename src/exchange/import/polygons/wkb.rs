//! Polygons in well-known binary, as `GeoPackages` hold them.

use regionfront_model::instance::Shape;

/// Reads numbers of bytes in the order that they say.
struct Cursor<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*first)
    }

    fn begin(&mut self) -> Option<u32> {
        self.is_little = self.take::<1>()?[0] == 1;
        self.number()
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.take()?;
        Some(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn float(&mut self) -> Option<f64> {
        let bytes = self.take()?;
        Some(if self.is_little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// A count of things that take so many bytes each, at least.
    fn count(&mut self, least: usize) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count.checked_mul(least)? <= self.bytes.len()).then_some(count)
    }

    fn polygon(&mut self, dimensions: usize) -> Option<Vec<Vec<(f64, f64)>>> {
        let mut rings = Vec::new();
        for _ in 0..self.count(4)? {
            let mut ring = Vec::new();
            for _ in 0..self.count(8 * dimensions)? {
                let point = (self.float()?, self.float()?);
                for _ in 2..dimensions {
                    self.float()?;
                }
                ring.push(point);
            }
            rings.push(ring);
        }
        Some(rings)
    }

    fn shape(&mut self, depth: usize) -> Option<Shape> {
        let kind = self.begin()?;
        // ISO adds 1000, 2000 or 3000 for heights and measures; others set high bits.
        let (base, iso) = (kind & 0xffff, (kind & 0xffff) / 1000);
        let extra = match iso {
            1 | 2 => 1,
            3 => 2,
            _ => usize::from(kind & 0x8000_0000 != 0) + usize::from(kind & 0x4000_0000 != 0),
        };
        if kind & 0x2000_0000 != 0 {
            self.number()?;
        }
        match base % 1000 {
            3 => Some(vec![self.polygon(2 + extra)?]),
            6 | 7 if depth == 0 => {
                let mut shape = Shape::new();
                for _ in 0..self.count(5)? {
                    shape.extend(self.shape(depth + 1)?);
                }
                Some(shape)
            }
            _ => None,
        }
    }
}

/// The polygons in a geometry of a GeoPackage: a header, then well-known binary.
pub(super) fn shape_of(bytes: &[u8]) -> Option<Shape> {
    let [b'G', b'P', _, flags, ..] = bytes else { return None };
    // Header, system, and a box of the size that the flags tell.
    let envelope = [0, 32, 48, 48, 64].get(usize::from(flags >> 1 & 7)).copied()?;
    let body = bytes.get(8 + envelope..)?;
    Cursor { bytes: body, is_little: true }.shape(0)
}
