//! The files of the service: conversations, requests for approval, and the approvals that were used.
//!
//! A service with several processes keeps them in a database.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use toolsmith_runtime::agent::{
    ApprovalClaim, ApprovalStore, Approvals, ClaimFuture, ClaimResult, FinishFuture, JsonLines,
};

/// The folders.
pub(crate) const CONVERSATIONS: &str = "conversations";
pub(crate) const APPROVALS: &str = "approvals";
const USED: &str = "used";

/// The files of the service. Only one process may use them at a time.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    folder: Arc<Path>,
    /// Is held while a claim is made.
    claims: Arc<Mutex<()>>,
}

impl Storage {
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        for name in [CONVERSATIONS, APPROVALS, USED] {
            fs::create_dir_all(folder.join(name))?;
        }
        Ok(Self {
            folder: folder.into(),
            claims: Arc::default(),
        })
    }

    /// Returns the audit of all customers: at most ten files of 10 MB.
    pub(crate) fn audit(&self) -> io::Result<JsonLines> {
        JsonLines::append(self.folder.join("audit.jsonl"))?.rotate(10_000_000, 9)
    }

    /// Returns the settings of approvals that hold after a restart: the key and the store are in files.
    ///
    /// A reader of the key can approve every call; a service gets it from its store of secrets.
    pub(crate) fn approvals(&self) -> io::Result<Approvals> {
        let path = self.folder.join("approval.key");
        let key = match fs::read(&path) {
            Ok(key) => key
                .try_into()
                .map_err(|_| io::Error::other("the key does not have 32 bytes"))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut key = [0; 32];
                getrandom::fill(&mut key).map_err(io::Error::other)?;
                fs::write(&path, key)?;
                key
            }
            Err(error) => return Err(error),
        };
        Ok(Approvals::new().key(key).store(self.clone()))
    }

    /// Returns a random identifier.
    pub(crate) fn new_id() -> io::Result<String> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
    }

    /// Writes an entry, as a whole or not at all.
    pub(crate) fn put(&self, folder: &str, id: &str, entry: &Value) -> io::Result<()> {
        let path = self.path(folder, id).ok_or(io::ErrorKind::InvalidInput)?;
        let new = path.with_extension("new");
        fs::write(&new, entry.to_string())?;
        fs::rename(new, path)
    }

    /// Returns an entry, or `None` if there is none.
    pub(crate) fn get(&self, folder: &str, id: &str) -> io::Result<Option<Value>> {
        let Some(path) = self.path(folder, id) else {
            return Ok(None);
        };
        match fs::read(path) {
            Ok(entry) => Ok(Some(serde_json::from_slice(&entry)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns all entries of a folder with their identifiers.
    pub(crate) fn all(&self, folder: &str) -> io::Result<Vec<(String, Value)>> {
        let mut entries = Vec::new();
        for file in fs::read_dir(self.folder.join(folder))? {
            let path = file?.path();
            let id = path.file_stem().and_then(|name| name.to_str());
            if let Some(id) = id.filter(|_| path.extension().is_some_and(|end| end == "json")) {
                entries.extend(self.get(folder, id)?.map(|entry| (id.to_owned(), entry)));
            }
        }
        Ok(entries)
    }

    /// Returns the path of an entry. An identifier comes from a client, so it must not be a path.
    fn path(&self, folder: &str, id: &str) -> Option<PathBuf> {
        let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id.then(|| self.folder.join(folder).join(format!("{id}.json")))
    }

    fn try_claim(&self, claim: &ApprovalClaim) -> io::Result<ClaimResult> {
        let _held = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        let known = self.get(USED, claim.id())?;
        match known.map(|known| known["until"].as_u64()) {
            Some(None) => Ok(ClaimResult::Used),
            Some(Some(until)) if until > milliseconds(claim.now()) => Ok(ClaimResult::InProgress),
            _ => {
                let until = milliseconds(claim.until());
                self.put(USED, claim.id(), &json!({ "until": until }))?;
                Ok(ClaimResult::Now)
            }
        }
    }
}

/// An approval that is claimed has a file with the end of the claim, and one that was used a file without.
impl ApprovalStore for Storage {
    fn claim<'a>(&'a self, claim: &'a ApprovalClaim) -> ClaimFuture<'a> {
        Box::pin(async move { self.try_claim(claim) })
    }

    fn finish<'a>(&'a self, claim: &'a ApprovalClaim) -> FinishFuture<'a> {
        Box::pin(async move { self.put(USED, claim.id(), &json!({ "until": null })) })
    }
}

/// Returns a time in milliseconds since 1970.
pub(crate) fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
