//! `hearth serve`: finds the program `function` and becomes it.
//!
//! The crate `function` is not linked: what answers on a laptop shall be the program that is deployed, with
//! its allocator, its `main` and its settings, and `hearth` shall compile without Lambda's runtime.

use super::model_file::open;
use crate::terminal::text::{Text, Tone};
use crate::terminal::{self, units::size};
use anyhow::{Context, Result, bail};
use clap::Args;
use model::example::{Door, example};
use std::env;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Serves a model file on this machine: predictions, the page /docs, OpenAPI.
///
/// It starts the program `function`, the one that runs in Lambda and in the
/// container image, and lets it take its place: what answers here is what will
/// answer there. It is looked for beside `hearth`, then on PATH;
/// HEARTH_FUNCTION names another. All settings of `function --help` hold.
/// Metrics are off unless HEARTH_EMF is set. Ctrl-C ends it. Examples:
///
///   hearth serve model.hearth
///   hearth serve model.hearth --port 9000
///   HEARTH_CAPTURE=1 hearth serve model.hearth > capture.jsonl
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Serve {
    /// The model file
    #[arg(default_value = "model.hearth")]
    file: PathBuf,
    /// Port to listen on; 0 takes a free one [default: the variable PORT, else 8080]
    #[arg(long, short, value_name = "PORT")]
    port: Option<u16>,
    /// Address to listen on [default: the variable HOST, else 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,
}

/// Host and port to listen on.
struct Address {
    host: String,
    port: u16,
}

/// Variable that names the program.
const VARIABLE: &str = "HEARTH_FUNCTION";

impl Serve {
    pub(super) fn run(self) -> Result<()> {
        // `function` stays up without a model and says so on /health; a person wants to know now.
        let model = open(&self.file)?;
        let function = function()?;
        check_version(&function)?;
        let address = self.address()?;
        address.check()?;
        let page = &mut terminal::page();
        let (name, version) = (model.name, model.version());
        let bytes = size(model.bytes.len() as u64);
        page.head(
            "Serve",
            format!("{name} version {version} ({bytes}); Ctrl-C ends it"),
        )?;
        if address.port != 0 {
            let url = format!("http://{}:{}", address.shown_host(), address.port);
            let mut facts = vec![("try it", Text::toned(Tone::Name, format!("{url}/docs")))];
            if let Some(request) = example(&model, Door::Predict) {
                let command = super::example::curl(&request, &url);
                facts.push(("ask it", Text::toned(Tone::Name, command)));
            }
            page.facts(facts)?;
        }
        page.flush()?;
        drop(model);
        let mut command = Command::new(&function);
        command
            .env("MODEL_PATH", &self.file)
            .env("HOST", &address.host)
            .env("PORT", address.port.to_string())
            // It would take the process for one in Lambda.
            .env_remove("AWS_LAMBDA_RUNTIME_API");
        if env::var_os("HEARTH_EMF").is_none() {
            command.env("HEARTH_EMF", "off");
        }
        // From here on it is this process: signals and the exit code are its own.
        let error = command.exec();
        Err(error).with_context(|| function.display().to_string())
    }

    /// The address that was typed, else that of the variables of `function`.
    fn address(&self) -> Result<Address> {
        let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let port = match (self.port, set("PORT")) {
            (Some(port), _) => port,
            (None, None) => 8080,
            (None, Some(text)) => text.parse().with_context(|| {
                format!("PORT is {text:?}; a number from 0 to 65535 was expected")
            })?,
        };
        let host = self.host.clone().or_else(|| set("HOST"));
        Ok(Address {
            host: host.unwrap_or("127.0.0.1".into()),
            port,
        })
    }
}

impl Address {
    /// The host for a browser: every address includes this machine's.
    fn shown_host(&self) -> &str {
        match self.host.as_str() {
            "0.0.0.0" | "::" => "127.0.0.1",
            host => host,
        }
    }

    /// Finds out before the exchange whether the port is free, to say what to type.
    fn check(&self) -> Result<()> {
        match TcpListener::bind((self.host.as_str(), self.port)) {
            Ok(_) => Ok(()),
            Err(error) => bail!(
                "cannot listen on {}:{}: {error}; --port takes another, and --port 0 any that is free",
                self.host,
                self.port
            ),
        }
    }
}

/// The program that serves.
fn function() -> Result<PathBuf> {
    if let Some(named) = env::var_os(VARIABLE) {
        let path = PathBuf::from(named);
        return match path.is_file() {
            true => Ok(path),
            false => bail!("{}: {VARIABLE} names no program", path.display()),
        };
    }
    let own = env::current_exe().ok();
    let beside = own.as_deref().and_then(Path::parent).map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let found = beside
        .into_iter()
        .chain(env::split_paths(&path))
        .map(|folder| folder.join("function"))
        .find(|program| program.is_file());
    found.with_context(|| {
        format!(
            "the program function, which serves models, is neither beside hearth nor on PATH: \
             cargo build --release -p function makes it (or name it with {VARIABLE})"
        )
    })
}

/// Refuses a program that is not ours: `function` is a common name.
fn check_version(function: &Path) -> Result<()> {
    let said = Command::new(function)
        .arg("--version")
        .env_remove("AWS_LAMBDA_RUNTIME_API")
        .stdin(Stdio::null())
        .output()
        .with_context(|| function.display().to_string())?;
    let said = String::from_utf8_lossy(&said.stdout);
    let own = env!("CARGO_PKG_VERSION");
    match said.trim().strip_prefix("function ") {
        Some(version) if version == own => Ok(()),
        Some(version) => {
            terminal::say(&format!(
                "hearth: {} is version {version}, and this is {own}; build both together",
                function.display()
            ));
            Ok(())
        }
        None => bail!(
            "{}: it is not the program that serves models; name that one with {VARIABLE}",
            function.display()
        ),
    }
}
