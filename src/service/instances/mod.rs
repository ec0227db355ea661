//! Instances: those of the server's folder, and those that clients upload.
//!
//! Either way an instance is its files, named by their hash, and kept in the store: a job means the
//! bytes that were there when it was asked. Where a process needs a folder, the files are written to
//! one of that hash.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::file_name;
use regionfront_model::instance::Instance;
use regionfront_model::scenario::Scenario;

use crate::is_instance;
use crate::limits::Limits;
use crate::question::hexadecimal;
use crate::store::{File, Store, StoreError, StoredInstance};

mod folder;
mod pack;
mod upload;

pub use folder::write_files;
pub use pack::pack;
pub use upload::{unpack, unpack_tables};

/// What questions need to know of an instance.
#[derive(Clone, Debug)]
pub struct About {
    /// The instance as the store knows it.
    pub stored: StoredInstance,
    /// Where its files are.
    pub folder: PathBuf,
    /// Names of its divisions.
    pub divisions: Vec<String>,
    /// Names of its scenarios.
    pub scenarios: Vec<String>,
}

/// Most instances of which it is remembered what questions need to know of them.
const MOST_KNOWN: usize = 256;

/// All instances of a server.
pub struct Instances {
    store: Arc<dyn Store>,
    /// Folder for the files of instances.
    files: PathBuf,
    /// Folder whose folders are instances.
    served: Option<PathBuf>,
    limits: Limits,
    /// Ids of served instances, by name, with what their files looked like.
    seen: Mutex<BTreeMap<String, (Vec<folder::Stamp>, String)>>,
    known: Mutex<BTreeMap<String, Arc<About>>>,
}

/// Why there is no instance.
#[derive(Debug)]
pub enum Refused {
    /// It has defects.
    Defects(Defects),
    /// There is none of that name or id.
    Unknown(Vec<String>),
    /// The store, or the disk, does not do its part.
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Store(disk(&error))
    }
}

/// A failure of the disk, as one of the store that it belongs to.
pub(crate) fn disk(error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::Other(error.to_string()),
    }
}

impl Instances {
    /// The instances of a store and a folder; files go into another folder.
    pub fn new(
        store: Arc<dyn Store>,
        files: PathBuf,
        served: Option<PathBuf>,
        limits: Limits,
    ) -> Self {
        Self { store, files, served, limits, seen: Mutex::default(), known: Mutex::default() }
    }

    /// The names of the folders that are served, sorted.
    pub fn served(&self) -> Vec<String> {
        let entries = self.served.as_ref().and_then(|served| fs::read_dir(served).ok());
        let mut names: Vec<String> = entries
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| is_instance(&entry.path()))
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }

    /// All instances that can be had, by name; served ones that are broken are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all(&self) -> Result<Vec<StoredInstance>, StoreError> {
        let mut all: Vec<StoredInstance> = self
            .served()
            .iter()
            .filter_map(|name| self.of_folder(name).ok())
            .map(|about| about.stored.clone())
            .collect();
        all.extend(self.store.instances()?.into_iter().filter(|stored| stored.is_uploaded));
        all.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        all.dedup_by(|one, other| one.id == other.id);
        Ok(all)
    }

    /// The instance of a name or id.
    ///
    /// # Errors
    /// When there is none, or it is broken.
    pub fn find(&self, word: &str) -> Result<Arc<About>, Refused> {
        if self.served().iter().any(|name| name == word) {
            return self.of_folder(word);
        }
        let called = self.store.instances_called(word)?;
        let by_id = called.iter().find(|stored| stored.id == word);
        let mut by_name = called.iter().filter(|stored| stored.is_uploaded && stored.name == word);
        if let Some(stored) = by_id.or_else(|| by_name.next()) {
            return self.about(stored);
        }
        let known = self.all()?.into_iter().map(|stored| stored.name);
        Err(Refused::Unknown(known.collect()))
    }

    /// Keeps an uploaded instance; whether it is new.
    ///
    /// # Errors
    /// When it has defects: all of them.
    pub fn add(&self, name: &str, files: &[File]) -> Result<(Arc<About>, bool), Refused> {
        self.keep(name, files, true)
    }

    /// Takes an uploaded instance away; whether it was there.
    ///
    /// # Errors
    /// When the store does not do it.
    pub fn delete(&self, id: &str) -> Result<bool, StoreError> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        self.store.delete_instance(id)
    }

    fn of_folder(&self, name: &str) -> Result<Arc<About>, Refused> {
        let folder = self.served.as_deref().unwrap_or(Path::new("")).join(name);
        let stamps = folder::stamps(&folder)?;
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some((before, id)) = seen
            && before == stamps
            && let Some(about) = self.known(&id)
        {
            return Ok(about);
        }
        let files = folder::read(&folder, &stamps)?;
        let (about, _) = self.keep(name, &files, false)?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(name.to_owned(), (stamps, about.stored.id.clone()));
        Ok(about)
    }

    fn known(&self, id: &str) -> Option<Arc<About>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    fn keep(
        &self,
        name: &str,
        files: &[File],
        is_uploaded: bool,
    ) -> Result<(Arc<About>, bool), Refused> {
        let id = id(name, files);
        let folder = write_files(&self.files, &id, name, files)?;
        let looked = self.look(&folder).map_err(Refused::Defects);
        let (instance, scenarios) = match looked {
            Ok(looked) => looked,
            Err(refused) => {
                let _ = fs::remove_dir_all(self.files.join(&id));
                return Err(refused);
            }
        };
        let stored = StoredInstance {
            id,
            name: name.to_owned(),
            title: instance.title.clone(),
            areas: u64::try_from(instance.areas.len()).unwrap_or(u64::MAX),
            is_uploaded,
            created: String::new(),
        };
        let is_new = self.store.put_instance(&stored, files)?;
        let divisions = instance.divisions.keys().cloned().collect();
        Ok((self.enter(About { stored, folder, divisions, scenarios }), is_new))
    }

    fn enter(&self, about: About) -> Arc<About> {
        let about = Arc::new(about);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(about.stored.id.clone(), Arc::clone(&about));
        // Which of them goes hardly matters: what is asked about again is looked at again.
        if known.len() > MOST_KNOWN {
            known.retain(|id, other| *id == about.stored.id || !other.stored.is_uploaded);
        }
        about
    }

    fn about(&self, stored: &StoredInstance) -> Result<Arc<About>, Refused> {
        if let Some(about) = self.known(&stored.id) {
            return Ok(about);
        }
        let folder = at_hand(&*self.store, &self.files, &stored.id)?;
        let (instance, scenarios) = self.look(&folder).map_err(Refused::Defects)?;
        let divisions = instance.divisions.keys().cloned().collect();
        Ok(self.enter(About { stored: stored.clone(), folder, divisions, scenarios }))
    }

    fn look(&self, folder: &Path) -> Result<(Instance, Vec<String>), Defects> {
        let instance = Instance::load(folder)?;
        let most = self.limits.areas;
        if instance.areas.len() > most {
            let what = format!("{} areas, and this server takes {most}", instance.areas.len());
            return Err(
                Defect::new("E608", "areas.csv", what, "leave some out, or merge some").into()
            );
        }
        Ok((instance, Scenario::names(folder)))
    }
}

/// The folder of an instance that the store has, written if need be.
///
/// # Errors
/// When it is not there, or cannot be written.
pub fn at_hand(store: &dyn Store, files: &Path, id: &str) -> Result<PathBuf, StoreError> {
    let folder = files.join(id);
    if let Some(entry) = fs::read_dir(&folder).ok().and_then(|mut entries| entries.next()) {
        return entry.map(|entry| entry.path()).map_err(|error| disk(&error));
    }
    let stored = store.instances_called(id)?.into_iter().find(|stored| stored.id == id);
    let stored = stored.ok_or_else(|| StoreError::Other(format!("there is no instance {id}")))?;
    let held = store.instance_files(id)?;
    write_files(files, id, &stored.name, &held).map_err(|error| disk(&error))
}

/// The id of an instance: a hash of its name and its files.
fn id(name: &str, files: &[File]) -> String {
    let mut hash = Sha256::new();
    let mut put = |bytes: &[u8]| {
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(bytes);
    };
    put(name.as_bytes());
    let files: BTreeMap<&str, &[u8]> =
        files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice())).collect();
    for (name, bytes) in files {
        put(name.as_bytes());
        put(bytes);
    }
    let mut id = hexadecimal(&hash.finalize());
    id.truncate(32);
    id
}

/// A name for an instance that came without a usable one.
pub fn usable_name(name: &str) -> String {
    file_name::bent(if name.is_empty() { "uploaded" } else { name })
}
