//! Stores of credentials.

#![expect(
    clippy::disallowed_methods,
    reason = "no other part of this crate touches the disk"
)]

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use secrecy::ExposeSecret as _;
use tokio::sync::Mutex as AsyncMutex;

use super::credentials::Credentials;
use super::error::OAuthError;
use super::pkce;

/// The time that a store waits for another process.
const LOCK_TIMEOUT: Duration = Duration::from_secs(60);

/// The time between two attempts.
const LOCK_INTERVAL: Duration = Duration::from_millis(25);

/// A place for the credentials of MCP servers, by the URL of the server.
///
/// Credentials are secrets: a store must keep them where only the user of the program can read them.
pub trait TokenStore: Send + Sync + 'static {
    /// Returns the credentials of a server.
    fn load<'a>(&'a self, server: &'a str) -> StoreFuture<'a, Option<Credentials>>;

    /// Replaces the credentials of a server, as a whole.
    fn save<'a>(&'a self, server: &'a str, credentials: &'a Credentials) -> StoreFuture<'a, ()>;

    /// Removes the credentials of a server, if there are any.
    fn remove<'a>(&'a self, server: &'a str) -> StoreFuture<'a, ()>;

    /// Waits until no other program renews the tokens of a server, and keeps others from it until the
    /// returned value is dropped. A refresh token may be used only once, so a store that several
    /// programs share needs this.
    fn lock<'a>(&'a self, server: &'a str) -> StoreFuture<'a, StoreLock> {
        let _ = server;
        Box::pin(async { Ok(StoreLock::default()) })
    }
}

/// A future of a [`TokenStore`].
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, OAuthError>> + Send + 'a>>;

/// The right to renew tokens, until it is dropped.
#[derive(Default)]
pub struct StoreLock(Option<Box<dyn Send>>);

impl StoreLock {
    /// Creates a lock that ends when `guard` is dropped.
    #[must_use]
    pub fn new(guard: impl Send + 'static) -> Self {
        Self(Some(Box::new(guard)))
    }
}

impl fmt::Debug for StoreLock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.0.is_some();
        formatter
            .debug_struct("StoreLock")
            .field("held", &held)
            .finish()
    }
}

/// A store in memory, which forgets when the program ends.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<BTreeMap<String, Credentials>>>);

impl MemoryStore {
    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Credentials>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenStore for MemoryStore {
    fn load<'a>(&'a self, server: &'a str) -> StoreFuture<'a, Option<Credentials>> {
        Box::pin(async move { Ok(self.entries().get(server).cloned()) })
    }

    fn save<'a>(&'a self, server: &'a str, credentials: &'a Credentials) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.entries()
                .insert(server.to_owned(), credentials.clone());
            Ok(())
        })
    }

    fn remove<'a>(&'a self, server: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.entries().remove(server);
            Ok(())
        })
    }
}

/// A store in a directory, with a file for each server that only its owner can read.
///
/// The directory must not be part of a repository. On Windows, choose one below the profile of the user,
/// whose permissions the files inherit.
#[derive(Debug, Clone)]
pub struct FileStore {
    directory: PathBuf,
    /// Held while a file is read or written, so that a write whose caller stopped waiting is not overtaken.
    access: Arc<AsyncMutex<()>>,
}

impl FileStore {
    /// Creates a store in a directory, which is created when something is saved.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            access: Arc::default(),
        }
    }

    /// Returns the directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn path(&self, server: &str, extension: &str) -> PathBuf {
        // The URL may contain a secret, which must not become the name of a file.
        let hash = digest(&SHA256, server.as_bytes());
        let name = URL_SAFE_NO_PAD.encode(hash.as_ref().get(..16).unwrap_or_default());
        self.directory.join(format!("{name}.{extension}"))
    }

    fn read(&self, server: &str) -> Result<Option<Credentials>, OAuthError> {
        let path = self.path(server, "json");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("read", &path, &error)),
        };
        refuse_readable(&path)?;
        match Credentials::from_json(&text) {
            Some(credentials) => Ok(Some(credentials)),
            None => Err(OAuthError::store(format!(
                "{} does not contain credentials; remove it and authorize again",
                path.display()
            ))),
        }
    }

    /// Writes a new file and renames it, so that another program never reads half of it.
    fn write(&self, server: &str, credentials: &Credentials) -> Result<(), OAuthError> {
        let path = self.path(server, "json");
        create_directory(&self.directory)
            .map_err(|error| failed("create", &self.directory, &error))?;
        // Another name for each write, because clones and programs may write at once.
        let random = pkce::random()?;
        let temporary = self.path(server, &format!("{}.tmp", random.expose_secret()));
        let written = write_private(&temporary, credentials.to_json().expose_secret())
            .and_then(|()| fs::rename(&temporary, &path));
        written.map_err(|error| {
            // The file may not exist.
            let _removed = fs::remove_file(&temporary);
            failed("write", &path, &error)
        })
    }

    fn delete(&self, server: &str) -> Result<(), OAuthError> {
        let path = self.path(server, "json");
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(failed("remove", &path, &error))
            }
            _ => Ok(()),
        }
    }

    /// Creates the file of a lock.
    fn lock_file(&self, server: &str) -> Result<(File, PathBuf), OAuthError> {
        let path = self.path(server, "lock");
        create_directory(&self.directory)
            .map_err(|error| failed("create", &self.directory, &error))?;
        let file = open_private(OpenOptions::new().write(true).create(true), &path)
            .map_err(|error| failed("create", &path, &error))?;
        Ok((file, path))
    }

    /// Runs work on the disk, which may be slow, on a thread for it. It is completed even if the caller
    /// stops waiting.
    async fn run<T: Send + 'static>(
        &self,
        server: &str,
        work: impl FnOnce(&Self, &str) -> Result<T, OAuthError> + Send + 'static,
    ) -> Result<T, OAuthError> {
        let access = Arc::clone(&self.access).lock_owned().await;
        let (store, server) = (self.clone(), server.to_owned());
        let work = move || {
            let _access = access;
            work(&store, &server)
        };
        blocking(work).await?
    }

    async fn wait(&self, server: &str) -> Result<File, OAuthError> {
        let (mut file, path) = self.run(server, Self::lock_file).await?;
        let begun = Instant::now();
        loop {
            let attempt = move || {
                let locked = file.try_lock();
                (file, locked)
            };
            let locked;
            (file, locked) = blocking(attempt).await?;
            match locked {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if begun.elapsed() < LOCK_TIMEOUT => {
                    tokio::time::sleep(LOCK_INTERVAL).await;
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(OAuthError::store(format!(
                        "another program holds {} for more than {} s",
                        path.display(),
                        LOCK_TIMEOUT.as_secs()
                    )));
                }
                // The file system has no locks.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    return Ok(file);
                }
                Err(TryLockError::Error(error)) => return Err(failed("lock", &path, &error)),
            }
        }
    }
}

impl TokenStore for FileStore {
    fn load<'a>(&'a self, server: &'a str) -> StoreFuture<'a, Option<Credentials>> {
        Box::pin(self.run(server, Self::read))
    }

    fn save<'a>(&'a self, server: &'a str, credentials: &'a Credentials) -> StoreFuture<'a, ()> {
        let credentials = credentials.clone();
        Box::pin(self.run(server, move |store, server| {
            store.write(server, &credentials)
        }))
    }

    fn remove<'a>(&'a self, server: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(self.run(server, Self::delete))
    }

    fn lock<'a>(&'a self, server: &'a str) -> StoreFuture<'a, StoreLock> {
        Box::pin(async move { self.wait(server).await.map(StoreLock::new) })
    }
}

/// Runs work that blocks its thread.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, OAuthError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| OAuthError::store("the work on the store was interrupted"))
}

fn failed(verb: &str, path: &Path, error: &io::Error) -> OAuthError {
    OAuthError::store(format!("cannot {verb} {}: {error}", path.display()))
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = open_private(OpenOptions::new().write(true).create_new(true), path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(unix)]
fn open_private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600).open(path)
}

#[cfg(not(unix))]
fn open_private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}

#[cfg(unix)]
fn create_directory(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

#[cfg(not(unix))]
fn create_directory(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Refuses a file that other users can read: its tokens are no longer secret.
#[cfg(unix)]
fn refuse_readable(path: &Path) -> Result<(), OAuthError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::metadata(path).map_err(|error| failed("read", path, &error))?;
    let for_others = metadata.permissions().mode() & 0o077;
    if for_others == 0 {
        return Ok(());
    }
    Err(OAuthError::store(format!(
        "other users can read {}; run `chmod 600` on it if they have not, or remove it and authorize again",
        path.display()
    )))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on other systems")]
fn refuse_readable(_path: &Path) -> Result<(), OAuthError> {
    Ok(())
}
