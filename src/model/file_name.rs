//! Names that become files: the one place that says what a file may be called, and the one way from
//! a folder to a file inside it.
//!
//! A name may come from any input: a study, a batch, a column of a table, a file of another program.
//! None of them leads out of the folder that the user named, none hides a file or makes a folder, and
//! what one system writes all others can read.

use std::io;
use std::path::{Component, Path, PathBuf};

/// Longest name in bytes: file systems hold 255, and endings and numbers add to it.
const LONGEST: usize = 200;

/// Names that Windows keeps for devices, whatever their ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Whether a file without its ending, or a folder, may have this name.
///
/// # Errors
/// What is wrong with it, as the end of a sentence that begins with the name's owner.
pub fn check(name: &str) -> Result<(), String> {
    let shown: String = name.chars().take(60).collect();
    if name.is_empty() {
        Err("the name is empty".to_owned())
    } else if name.len() > LONGEST {
        Err(format!("the name `{shown}…` is longer than {LONGEST} bytes"))
    } else if let Some(letter) = name.chars().find(|&letter| !is_fine(letter)) {
        Err(format!("the name `{shown}` holds {letter:?}, and it becomes the name of a file"))
    } else if name.starts_with(['.', '-', ' ']) || name.ends_with(['.', ' ']) {
        Err(format!(
            "the name `{shown}` begins with a point, dash or blank or ends with a point or blank, \
             and it becomes the name of a file"
        ))
    } else if is_device(name) {
        Err(format!("the name `{shown}` belongs to a device on some systems"))
    } else {
        Ok(())
    }
}

/// A name as near to this one as a file can have: what [`check`] refuses becomes `-`, and what is
/// too long is cut.
pub fn bent(name: &str) -> String {
    let mut bent: String =
        name.chars().map(|letter| if is_fine(letter) { letter } else { '-' }).collect();
    let mut end = bent.len().min(LONGEST - 1);
    while !bent.is_char_boundary(end) {
        end -= 1;
    }
    bent.truncate(end);
    let bent = bent.trim_start_matches(['.', '-', ' ']).trim_end_matches(['.', ' ']);
    match bent {
        "" => "unnamed".to_owned(),
        device if is_device(device) => format!("_{device}"),
        bent => bent.to_owned(),
    }
}

/// The path of a file of this name, parts of which may be folders, inside a folder.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] where it would lie elsewhere.
pub fn inside(folder: &Path, name: &str) -> io::Result<PathBuf> {
    let is_inside = |path: &Path| {
        path.components().next().is_some()
            && path.components().all(|part| matches!(part, Component::Normal(_)))
    };
    if name.contains('\0') || !is_inside(Path::new(name)) {
        let what = format!("{name:?} is not the name of a file inside the folder");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    Ok(folder.join(name))
}

fn is_fine(letter: char) -> bool {
    !matches!(letter, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '#')
        && !crate::visible::is_hidden(letter)
        && !matches!(letter, '\n' | '\t')
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_lowercase();
    DEVICES.iter().any(|device| match stem.strip_prefix(device) {
        Some("") => !matches!(*device, "com" | "lpt"),
        Some(number) => {
            matches!(*device, "com" | "lpt") && number.len() == 1 && "123456789".contains(number)
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_a_folder() {
        for name in
            ["", "..", ".", "../x", "../../x", "/etc/x", "a/../../x", "a\\b", "C:x", "a\0b", "a\nb"]
        {
            assert!(check(name).is_err(), "{name:?}");
            let bent = bent(name);
            assert_eq!(check(&bent), Ok(()), "{name:?} became {bent:?}");
        }
        let folder = Path::new("out");
        for name in ["", "..", "../x", "/etc/x", "divisions/../../x", "a\0b"] {
            let error = inside(folder, name).expect_err(name);
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{name:?}");
        }
        let path = inside(folder, "divisions/k09.csv").expect("it lies inside");
        assert_eq!(path, Path::new("out").join("divisions").join("k09.csv"));
    }

    #[test]
    fn names_of_devices_and_hidden_files_are_refused() {
        for name in [".hidden", "-o", " a", "a.", "a ", "NUL", "com1.csv", "aux.x", "a\u{202e}b"] {
            assert!(check(name).is_err(), "{name:?}");
            assert_eq!(check(&bent(name)), Ok(()), "{name:?}");
        }
        assert!(check(&"å".repeat(101)).is_err());
        assert_eq!(check(&bent(&"å".repeat(101))), Ok(()));
    }

    #[test]
    fn usual_names_stay_as_they_are() {
        for name in ["k09", "Møre og Romsdal", "ba10 split 3", "x_1.5+2", "company", "a.b", "com10"]
        {
            assert_eq!(check(name), Ok(()));
            assert_eq!(bent(name), name);
        }
        assert_eq!(bent("runs/viken#k09 split 3"), "runs-viken-k09 split 3");
    }
}
