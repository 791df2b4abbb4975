//! Databases for tests: a SQLite file, or a database of its own in a private PostgreSQL server, one server a test
//! process, gone with the process however that ends.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot have its database fails at once")]

mod fill;

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use sea_orm::{ConnectionTrait, Statement};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{Store, connect};

/// Makes databases.
#[derive(Debug)]
pub struct Databases;

/// A migrated, empty database.
#[derive(Debug)]
pub struct Database {
    pub store: Store,
    /// For a process of its own.
    pub url: String,
    _folder: Option<TempDir>,
}

impl Databases {
    /// A file in a folder of its own.
    pub async fn sqlite() -> Database {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display());
        Database { store: migrated(&url).await, url, _folder: Some(folder) }
    }

    /// A database of its own in the process's PostgreSQL server.
    ///
    /// # Panics
    /// With a sentence on how to install PostgreSQL where it is missing.
    pub async fn postgres() -> Database {
        static SERVER: OnceLock<Server> = OnceLock::new();
        let server = SERVER.get_or_init(Server::start);
        let name = format!("test_{}", Uuid::now_v7().simple());
        let admin = connect(&server.url("postgres"), 1).await.expect("the test's PostgreSQL server answers");
        admin.execute(&format!("CREATE DATABASE {name}")).await;
        let url = server.url(&name);
        Database { store: migrated(&url).await, url, _folder: None }
    }
}

async fn migrated(url: &str) -> Store {
    let store = connect(url, 4).await.expect("a new database opens");
    store.migrate().await.expect("a new database takes the schema");
    store
}

impl Store {
    /// Runs a statement as it stands: to bring a database into a state that the store's own verbs cannot.
    pub async fn execute(&self, sql: &str) {
        self.writes.execute_unprepared(sql).await.expect("the test's own statement runs");
    }

    /// The first column of each row of a question, as text.
    pub async fn ask(&self, sql: &str) -> Vec<String> {
        let statement = Statement::from_string(self.reads.get_database_backend(), sql);
        let rows = self.reads.query_all_raw(statement).await.expect("the test's own question runs");
        rows.iter().map(|row| row.try_get_by_index::<String>(0).expect("text")).collect()
    }
}

/// A running server. A shell holds it and reads from a pipe that only this process can write to: when this process
/// ends, even by kill -9, the shell stops the server and removes its folder.
struct Server {
    port: u16,
    _holder: Child,
}

const HOLD: &str = r#"
set -e
if [ "$(id -u)" = 0 ]; then chown postgres "$1"; as="setpriv --reuid=postgres --regid=postgres --clear-groups"; fi
cd "$1"
$as "$2/initdb" --no-sync --locale=C --encoding=UTF8 --auth=trust --username=postgres --pgdata="$1/data" >/dev/null
$as "$2/postgres" -D "$1/data" -p "$3" -k "$1" -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=16MB </dev/null &
server=$!
cat >/dev/null
kill -QUIT "$server"
wait "$server" || true
rm -rf "$1"
"#;

impl Server {
    fn start() -> Self {
        let binaries = binaries().unwrap_or_else(|| {
            panic!(
                "PostgreSQL is not installed: `apt-get install postgresql` (or set POSTGRES_BIN to the folder of initdb and \
                 postgres)"
            )
        });
        let folder = tempfile::Builder::new().prefix("sluice-postgres-").tempdir().expect("a temporary folder").keep();
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let mut holder = Command::new("sh")
            .args(["-c", HOLD, "postgres"])
            .args([&folder, &binaries])
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("sh runs");
        let mut lines = BufReader::new(holder.stderr.take().expect("piped")).lines().map_while(Result::ok);
        let mut told = Vec::new();
        let ready = lines.by_ref().any(|line| {
            let ready = line.contains("database system is ready to accept connections");
            told.push(line);
            ready
        });
        assert!(ready, "PostgreSQL did not start:\n{}", told.join("\n"));
        // Whatever else it has to say must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { port, _holder: holder }
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

/// `$POSTGRES_BIN`, else PATH, else where Debian puts them, the newest first.
fn binaries() -> Option<PathBuf> {
    let complete = |folder: &Path| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let given = std::env::var_os("POSTGRES_BIN").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.filter_map(Result::ok).map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort_by_key(|folder| {
        let version = folder.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        std::cmp::Reverse(version.and_then(|version| version.parse::<u32>().ok()))
    });
    given.into_iter().chain(std::env::split_paths(&path)).chain(debian).find(|folder| complete(folder))
}

impl crate::Reader {
    /// How the database would read the first page of this list: its plan, line by line, with that of the count.
    pub async fn plan(
        &self,
        account: &contract::Account,
        filter: &crate::OpportunityFilter,
        sort: crate::Sort,
    ) -> Vec<String> {
        let mut plan = Vec::new();
        for (sql, column) in self.questions(account, filter, sort).await {
            let rows = self.db.query_all_raw(sql).await.expect("the plan of a list");
            plan.extend(rows.iter().map(|row| row.try_get::<String>("", column).expect("a line")));
        }
        plan
    }
}
