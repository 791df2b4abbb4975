//! Where a laptop's system lives: its data folder, the lock that keeps it to one process, and the note by which the
//! other verbs find it while it runs.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use bus::Bus;
use contract::Account;
use kit_runtime::Config;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use crate::{args::Common, failure::Failure};

/// The account of the sample inbox.
pub(crate) const DEMO_ACCOUNT: &str = "demo";

/// A data folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

/// Where the running system answers: readable by its owner only.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Note {
    /// Address of nats-server.
    pub(crate) nats: String,
    /// User that it asks for.
    pub(crate) user: String,
    /// Password that it asks for.
    pub(crate) password: String,
    /// Address of the page.
    pub(crate) page: String,
    /// The account it serves.
    pub(crate) account: Account,
    /// Its process.
    pub(crate) pid: u32,
}

/// Held while a system runs in a folder.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
    note: PathBuf,
}

impl Folder {
    /// The folder given, or the platform's: the user's own data and the demo's lie apart.
    pub(crate) fn choose(common: &Common, demo: bool) -> Result<Self, Failure> {
        if let Some(folder) = &common.data {
            return std::path::absolute(folder)
                .map(Self)
                .map_err(|e| Failure::configuration(format!("--data {}: {e}", folder.display())));
        }
        let project = directories::ProjectDirs::from("", "", "sluice")
            .ok_or_else(|| Failure::configuration("this system has no data folder for you; choose one with --data"))?;
        Ok(Self(project.data_dir().join(if demo { "demo" } else { "own" })))
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Makes the folder, private to its owner.
    pub(crate) fn create(&self) -> Result<(), Failure> {
        use std::os::unix::fs::DirBuilderExt as _;
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0);
        let tried = made.and_then(|()| {
            let probe = self.0.join(".writable");
            fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe))
        });
        tried.map_err(|e| {
            Failure::configuration(format!("cannot write {}: {e}; choose another folder with --data", self.0.display()))
        })
    }

    /// The SQLite file of the embedded default.
    pub(crate) fn database(&self) -> PathBuf {
        self.0.join("sluice.db")
    }

    /// Its address.
    pub(crate) fn database_url(&self) -> String {
        let path = self.database().display().to_string();
        // What means something in an address is written so that it does not.
        let path = ['%', '?', '#'].iter().fold(path, |path, c| path.replace(*c, &format!("%{:02X}", u32::from(*c))));
        format!("sqlite://{path}?mode=rwc")
    }

    /// The profile as `sluice profile set` left it, for verbs that need no server.
    pub(crate) fn profile(&self) -> PathBuf {
        self.0.join("profile.yaml")
    }

    /// The key that seals approvals: made once, readable by its owner alone.
    pub(crate) fn seal_key(&self) -> Result<String, Failure> {
        let path = self.0.join("seal.key");
        let failed = |e: std::io::Error| Failure::configuration(format!("cannot make {}: {e}", path.display()));
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                let key = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
                file.write_all(key.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
                Ok(key)
            }
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => fs::read_to_string(&path).map_err(failed),
            Err(e) => Err(failed(e)),
        }
    }

    /// Takes the folder for this process.
    pub(crate) fn lock(&self) -> Result<Lock, Failure> {
        let path = self.0.join("lock");
        let unwritable =
            |e: &dyn std::fmt::Display| Failure::configuration(format!("cannot write {}: {e}", path.display()));
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(|e| unwritable(&e))?;
        match file.try_lock() {
            Ok(()) => {
                // A killed system left it; believed, it would send the other verbs to a server that is gone.
                let _ = fs::remove_file(self.note_path());
                Ok(Lock { _file: file, note: self.note_path() })
            }
            Err(TryLockError::WouldBlock) => Err(Failure::failed(format!(
                "a system is already running in {}{}; end it first, or choose another folder with --data",
                self.0.display(),
                self.note().map_or_else(String::new, |note| format!(" (process {}, {})", note.pid, note.page)),
            ))),
            Err(TryLockError::Error(e)) => Err(unwritable(&e)),
        }
    }

    /// The note of a system that is running in this folder.
    pub(crate) fn running(&self) -> Option<Note> {
        let file = File::open(self.0.join("lock")).ok()?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => self.note(),
            _ => None,
        }
    }

    /// Makes the database's file, private to its owner whatever the folder is: SQLite itself would ask nobody.
    fn private_database(&self) {
        // A folder that cannot be written is told of by the database that opens the file.
        let _ = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(self.database());
    }

    fn note(&self) -> Option<Note> {
        serde_json::from_slice(&fs::read(self.note_path()).ok()?).ok()
    }

    fn note_path(&self) -> PathBuf {
        self.0.join("instance.json")
    }
}

impl Lock {
    /// Leaves the note.
    pub(crate) fn announce(&self, note: &Note) -> Result<(), Failure> {
        let _ = fs::remove_file(&self.note);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.note)
            .and_then(|mut file| file.write_all(serde_json::json!(note).to_string().as_bytes()))
            .map_err(|e| Failure::configuration(format!("cannot write {}: {e}", self.note.display())))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A note left behind is not believed without the lock.
        let _ = fs::remove_file(&self.note);
    }
}

/// Where a verb works: configured servers, or the system that runs on this machine.
#[derive(Debug)]
pub(crate) struct Target {
    /// The configuration, with the bus's address filled in.
    pub(crate) config: Config,
    /// The account that is meant where none is named.
    pub(crate) account: Account,
    /// The data folder.
    pub(crate) folder: Folder,
}

impl Target {
    /// Configured servers where `nats.url` is set, else the running system: the one in `--data`, the user's own, or
    /// the demo.
    pub(crate) fn find(common: &Common) -> Result<Self, Failure> {
        let config = Config::load(common.config.as_deref())?;
        let own = Folder::choose(common, false)?;
        if !config.nats.url.is_empty() {
            let account = configured_account(&config)?;
            return Ok(Self { config, account, folder: own });
        }
        for folder in [own, Folder::choose(common, true)?] {
            if let Some(note) = folder.running() {
                return Ok(Self::of(config, note, folder));
            }
        }
        Err(Failure::failed("no system is running on this machine; start it with `sluice up`, or set nats.url"))
    }

    /// Fills the address of a running system into the configuration.
    pub(crate) fn of(mut config: Config, note: Note, folder: Folder) -> Self {
        laptop_size(&mut config);
        config.nats.url = note.nats;
        config.nats.user = note.user;
        config.nats.password = note.password.into();
        Self { config, account: note.account, folder }
    }

    /// Connects to the bus.
    pub(crate) async fn bus(&self) -> Result<Bus, Failure> {
        Ok(Bus::connect(self.config.bus("sluice/cli")).await?)
    }

    /// Connects to the database: the configured one, else the folder's file.
    pub(crate) async fn store(&self) -> Result<kit_store::Store, Failure> {
        store(&self.config, &self.folder).await
    }
}

/// Upper bound of a laptop's streams in MiB, where none is configured: an inbox fits many times.
const LAPTOP_MIB: i64 = 512;

/// The sizes of the tables are a cluster's; a laptop's disk is smaller.
pub(crate) fn laptop_size(config: &mut Config) {
    if config.nats.max_mib == 0 {
        config.nats.max_mib = LAPTOP_MIB;
    }
}

/// Connects to the database: the configured one, else the folder's file.
pub(crate) async fn store(config: &Config, folder: &Folder) -> Result<kit_store::Store, Failure> {
    let configured = config.database.url.expose_secret();
    let url = if configured.is_empty() {
        folder.private_database();
        folder.database_url()
    } else {
        configured.to_owned()
    };
    Ok(kit_store::connect(&url, config.database.max_connections).await?)
}

/// The account of `gateway.account`.
pub(crate) fn configured_account(config: &Config) -> Result<Account, Failure> {
    config.gateway.account.parse().map_err(|e| Failure::configuration(format!("gateway.account: {e}")))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// A data folder, gone when the test ends.
    struct Temporary(PathBuf);

    impl Drop for Temporary {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn folder(name: &str) -> (Temporary, Folder) {
        let parent = Temporary(std::env::temp_dir().join(uuid::Uuid::new_v4().to_string()));
        let folder = Folder(parent.0.join(name));
        folder.create().unwrap();
        (parent, folder)
    }

    #[test]
    fn a_note_that_a_killed_system_left_is_not_believed_by_the_next_ones_lock() {
        let (_parent, folder) = folder("own");
        let note = Note {
            nats: "nats://127.0.0.1:1".into(),
            user: "u".into(),
            password: "p".into(),
            page: "http://127.0.0.1:1".into(),
            account: Account::me(),
            pid: 1,
        };
        fs::write(folder.note_path(), serde_json::json!(note).to_string()).unwrap();
        let lock = folder.lock().unwrap();
        assert!(folder.running().is_none(), "it has not said yet where it answers");
        lock.announce(&note).unwrap();
        assert_eq!(folder.running().unwrap().nats, note.nats);
        let second = format!("{:?}", folder.lock().unwrap_err());
        assert!(second.contains("already running") && second.contains(&note.page), "{second}");
    }

    #[tokio::test]
    async fn the_database_is_its_owners_alone_whatever_the_folder_is_called_and_allows() {
        let (_parent, folder) = folder("50%41 of #2? yes");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let nothing = folder.path().join("sluice.toml");
        fs::write(&nothing, "").unwrap();
        let config = Config::load(Some(&nothing)).unwrap();
        let store = store(&config, &folder).await.unwrap();
        store.migrate().await.unwrap();
        for file in ["sluice.db", "sluice.db-wal"] {
            let mode = fs::metadata(folder.path().join(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{file} {mode:o}");
        }
    }
}
