//! Uploaded instances: archives and tables, unpacked within bounds.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use serde_json::Value;
use zip::ZipArchive;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::file_name;

use super::folder::{FOLDERS, is_of_instance};
use crate::limits::Limits;
use crate::store::File;

/// Unpacks an archive of the folder of an instance: the name of the folder, if there is one, and the
/// files. What the headers say about sizes is not believed, and what is no file of an instance is
/// left out.
///
/// # Errors
/// When it is no archive, or larger than it may be, or a name leads elsewhere.
pub fn unpack(bytes: &[u8], limits: &Limits) -> Result<(Option<String>, Vec<File>), Defects> {
    let wrong = |at: &str, what: String| {
        let shown: String = at.chars().take(100).collect();
        Defect::new("E608", shown, what, "send a ZIP archive of the folder of one instance")
    };
    let broken = |at: &str, error: &dyn std::fmt::Display| {
        Defects::from(wrong(at, format!("the archive cannot be read: {error}")))
    };
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken("archive", &error))?;
    if archive.len() > limits.files {
        let what = format!("{} entries, and this server takes {}", archive.len(), limits.files);
        return Err(wrong("archive", what).into());
    }
    let (mut held, mut left) = (BTreeMap::new(), limits.unpacked);
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(|error| broken("archive", &error))?;
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().map_err(|error| broken("archive", &error))?.replace('\\', "/");
        let parts: Vec<&str> = name.split('/').collect();
        if parts.len() > 3 || parts.iter().any(|part| is_evil(part)) {
            return Err(wrong(&name, "the name leads elsewhere".to_owned()).into());
        }
        if !is_of_instance(parts.last().unwrap_or(&"")) {
            continue;
        }
        let mut bytes = Vec::new();
        entry.by_ref().take(left + 1).read_to_end(&mut bytes).map_err(|e| broken(&name, &e))?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        left = left.checked_sub(size).ok_or_else(|| {
            wrong(&name, format!("more than {} bytes, unpacked", limits.unpacked))
        })?;
        held.insert(name, bytes);
    }
    let areas: Vec<&String> = held
        .keys()
        .filter(|name| *name == "areas.csv" || name.ends_with("/areas.csv"))
        .filter(|name| name.split('/').count() <= 2)
        .collect();
    let [areas] = areas[..] else {
        let what = format!("{} tables `areas.csv`, and an instance has one", areas.len());
        return Err(wrong("archive", what).into());
    };
    let top = areas.strip_suffix("areas.csv").unwrap_or_default().to_owned();
    let inside = |name: &str| {
        let parts: Vec<&str> = name.split('/').collect();
        parts.len() == 1 || (parts.len() == 2 && FOLDERS.contains(&parts[0]))
    };
    let files = held.into_iter().filter_map(|(name, bytes)| {
        let name = name.strip_prefix(&top)?.to_owned();
        inside(&name).then_some(File { name, bytes })
    });
    let folder = (!top.is_empty()).then(|| top.trim_end_matches('/').to_owned());
    Ok((folder, files.collect()))
}

/// A part of a path that is no plain name.
fn is_evil(part: &str) -> bool {
    let hidden = part.trim_start_matches(['.', '_']);
    part.is_empty() || part == "." || part == ".." || file_name::check(hidden).is_err()
}

/// The files of an instance told as one JSON object: the text of each file by its name.
///
/// # Errors
/// When it is another thing, or a name is none of an instance.
pub fn unpack_tables(object: &Value, limits: &Limits) -> Result<Vec<File>, Defects> {
    let cure =
        "send {\"files\": {\"areas.csv\": \"…\", \"flows.csv\": \"…\", \"adjacency.csv\": \"…\"}}";
    let wrong = |at: &str, what: &str| {
        let shown: String = at.chars().take(100).collect();
        Defects::from(Defect::new("E608", shown, what, cure))
    };
    let files = object.get("files").and_then(Value::as_object);
    let files = files.ok_or_else(|| wrong("files", "there are no files"))?;
    if files.len() > limits.files {
        return Err(wrong("files", "there are more files than this server takes"));
    }
    let mut found = Vec::new();
    for (name, text) in files {
        let text = text.as_str().ok_or_else(|| wrong(name, "the file is no text"))?;
        let (folder, last) = name.rsplit_once('/').unwrap_or(("", name));
        let is_inside = folder.is_empty() || FOLDERS.contains(&folder);
        if !is_inside || is_evil(last) || !is_of_instance(last) {
            return Err(wrong(name, "that is no name of a file of an instance"));
        }
        found.push(File { name: name.clone(), bytes: text.as_bytes().to_vec() });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).expect("a file");
            writer.write_all(bytes).expect("its bytes");
        }
        writer.finish().expect("an archive").into_inner()
    }

    #[test]
    fn a_folder_is_unpacked_with_and_without_its_name() {
        let limits = Limits::default();
        for top in ["", "here/"] {
            let names = ["areas.csv", "divisions/a.csv", "other/b.csv", "run.exe"];
            let names = names.map(|name| format!("{top}{name}"));
            let files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &b"x"[..])).collect();
            let (name, files) = unpack(&archive(&files), &limits).expect("it is sound");
            assert_eq!(name.is_some(), !top.is_empty());
            let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
            assert_eq!(names, ["areas.csv", "divisions/a.csv"]);
        }
    }

    #[test]
    fn names_that_lead_elsewhere_and_bombs_are_refused() {
        let limits = Limits { unpacked: 1000, files: 3, ..Limits::default() };
        let refused = |files: &[(&str, &[u8])]| {
            unpack(&archive(files), &limits).expect_err("it is refused").to_string()
        };
        for name in
            ["../areas.csv", "/areas.csv", "a/../areas.csv", "a\\..\\areas.csv", "c:/areas.csv"]
        {
            assert!(refused(&[(name, b"x")]).contains("E608"), "{name}");
        }
        assert!(refused(&[("areas.csv", &vec![b'0'; 100_000])]).contains("unpacked"));
        let many: Vec<String> = (0..4).map(|at| format!("{at}.csv")).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert!(refused(&many).contains("entries"));
        assert!(unpack(b"PK no archive", &limits).is_err());
    }
}
