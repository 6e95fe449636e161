//! A PostgreSQL server on a socket in a folder of its own: Debian's, where it is installed.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::{env, fs};

use tempfile::TempDir;

/// The user that the server runs as where the tests are root's, as which it does not start.
const USER: &str = "postgres";

/// A running server without tables; stopped when dropped.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    is_root: bool,
}

impl Postgres {
    /// Starts it; `None`, with a line on standard error, where it is not installed.
    ///
    /// # Panics
    ///
    /// If it is there and does not start.
    pub fn start() -> Option<Postgres> {
        let Some(programs) = programs() else {
            eprintln!("skipped: there is no PostgreSQL; apt-get install postgresql");
            return None;
        };
        let said = |program: &str, argument: &str| {
            let output = Command::new(program).args([argument, USER]).output();
            output.is_ok_and(|output| output.status.success())
        };
        let own = Command::new("id").arg("-u").output().expect("id runs");
        let is_root = own.stdout.trim_ascii() == b"0";
        if is_root && !said("id", "-u") {
            eprintln!("skipped: root cannot run PostgreSQL, and there is no user {USER}");
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        if is_root {
            let owner = Command::new("chown").arg(USER).arg(folder.path()).output();
            succeeded(&owner.expect("chown runs"));
        }
        let server = Postgres {
            programs,
            folder,
            is_root,
        };
        let data = server.path("data");
        let how = ["--username", USER, "--auth", "trust", "--encoding", "UTF8"];
        succeeded(&server.program("initdb", &[&["-D", &data, "--no-sync"][..], &how].concat()));
        // On a socket only, so that no port is taken.
        let options = format!("-c listen_addresses= -c fsync=off -k {}", server.path(""));
        let log = server.path("log");
        let start = ["-D", &data, "-l", &log, "-w", "-o", &options, "start"];
        succeeded(&server.program("pg_ctl", &start));
        Some(server)
    }

    /// Runs statements, and gives what they print, `|` between columns.
    ///
    /// # Panics
    ///
    /// If one fails.
    pub fn run(&self, statements: &str) -> String {
        let socket = self.path("");
        let how = ["-h", &socket, "-U", USER, "--no-psqlrc", "--quiet"];
        let stop = ["-v", "ON_ERROR_STOP=1", "--no-align", "--tuples-only"];
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(how).args(stop).env("PGTZ", "UTC");
        let file = self.folder.path().join("statements.sql");
        fs::write(&file, statements).expect("statements can be written");
        let output = psql.arg("-f").arg(&file).output().expect("psql runs");
        succeeded(&output);
        String::from_utf8(output.stdout).expect("text")
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn program(&self, name: &str, arguments: &[&str]) -> Output {
        let path = self.programs.join(name);
        let mut command = match self.is_root {
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", USER, "--"]).arg(path);
                command
            }
            false => Command::new(path),
        };
        let command = command.args(arguments).current_dir(self.folder.path());
        command.output().expect("a program of PostgreSQL runs")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.path("data");
        self.program("pg_ctl", &["-D", &data, "-m", "immediate", "-w", "stop"]);
    }
}

/// The folder of `initdb`, which Debian keeps off the path.
fn programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let debian = debian.flatten().map(|version| version.path().join("bin"));
    let mut folders = debian.chain(env::split_paths(&path));
    folders.find(|folder| {
        ["initdb", "pg_ctl", "psql"]
            .iter()
            .all(|name| folder.join(name).exists())
    })
}

#[track_caller]
fn succeeded(output: &Output) {
    let said = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "{}{}", said[0], said[1]);
}
