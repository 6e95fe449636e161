//! The rows of the table before anything is measured, and what was measured on.

use std::path::{Path, PathBuf};

use crate::lambda::Program;
use crate::measure::Side;
use crate::programs::{Peers, root};

/// Trains the example model into `folder`; `model.hearth` may be somebody's own.
///
/// # Errors
/// With what `hearth` said.
pub fn train(folder: &Path) -> Result<PathBuf, String> {
    let (model, metrics) = (folder.join("example.hearth"), folder.join("metrics.json"));
    let (out, metrics) = (model.display().to_string(), metrics.display().to_string());
    let trained = support::hearth(root(), &["train", "--out", &out, "--metrics", &metrics]);
    match trained.status.success() {
        true => Ok(model),
        false => Err(trained.stderr),
    }
}

/// Bytes of these files together.
pub fn size(files: &[&Path]) -> u64 {
    let sizes = files
        .iter()
        .map(|path| std::fs::metadata(path).map_or(0, |file| file.len()));
    sizes.sum()
}

/// Something to measure, whose standard output goes to a file in `folder`.
pub fn side(
    folder: &Path,
    name: &str,
    command: &[&Path],
    variables: &[(&str, &Path)],
    size: u64,
) -> Side {
    let text = |path: &Path| path.display().to_string();
    let file = name.replace(|c: char| !c.is_ascii_alphanumeric(), "");
    let program = Program {
        command: command.iter().map(|part| text(part)).collect(),
        variables: variables
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        stdout: folder.join(file).with_extension("stdout"),
    };
    Side::new(name, program, size)
}

/// The Python functions, or none and a word why.
pub fn peers(folder: &Path) -> Vec<Side> {
    let peers = match Peers::prepare(folder) {
        Ok(peers) => peers,
        Err(reason) => {
            eprintln!("bench: without the Python peers, which could not be made: {reason}");
            return Vec::new();
        }
    };
    let sources = root().join("tests/bench");
    let python = peers.packages["python"].as_str().unwrap_or("").to_owned();
    let of = |peer: &str, model: &str| {
        let packages = &peers.packages[peer];
        let versions = packages["versions"].as_str().unwrap_or("");
        let bytes = packages["bytes"].as_u64().unwrap_or(0);
        let model = peers.models.join(model);
        side(
            folder,
            &format!("Python {python}: {versions}"),
            &[
                &peers.python,
                Path::new("-m"),
                Path::new("awslambdaric"),
                Path::new("peers.handler"),
            ],
            &[
                ("PEER", Path::new(peer)),
                ("MODELS", &peers.models),
                ("PYTHONPATH", &sources),
                // As an image holds them: compiled when it is built.
                ("PYTHONPYCACHEPREFIX", &folder.join("pycache")),
            ],
            bytes + size(&[&model]),
        )
    };
    vec![of("sklearn", "model.joblib"), of("onnx", "model.onnx")]
}

/// Asks for the real-time class, so that other processes of the machine do not run in between, and
/// says what it got. Children inherit it.
pub fn measure_undisturbed() -> &'static str {
    let parameters = libc::sched_param { sched_priority: 5 };
    // SAFETY: the pointer is to a structure that outlives the call; 0 is this process.
    match unsafe { libc::sched_setscheduler(0, libc::SCHED_FIFO, &parameters) } {
        0 => "in the real-time class",
        _ => "in the ordinary class (as root it would be the real-time class, which is less noisy)",
    }
}

/// Processor, system and compiler.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let processor = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or(std::env::consts::ARCH, |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or("?").to_owned();
    let kernel = read("/proc/sys/kernel/osrelease");
    let rustc = std::process::Command::new("rustc")
        .arg("--version")
        .output();
    let rustc = rustc.map_or_else(
        |_| String::new(),
        |out| String::from_utf8_lossy(&out.stdout).into(),
    );
    format!(
        "{processor}, {cores} cores, load {load}, Linux {}, {}",
        kernel.trim(),
        rustc.trim()
    )
}
