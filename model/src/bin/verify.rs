//! `hearth verify` without the rest of `hearth`: the image build runs it on the model that goes into
//! the image, and would otherwise compile the AWS SDK and all that trains for it.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        return refuse("name a model file");
    };
    match verify(Path::new(&path)) {
        Ok(said) => match writeln!(std::io::stdout(), "{path}: {said}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => refuse(&error.to_string()),
        },
        Err(error) => refuse(&format!("{path}: {error}")),
    }
}

fn verify(path: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let model = model::source::open_path(path)?;
    let cases = model::verify::verify(&model)?;
    Ok(format!(
        "sha256 {} is right, {cases} golden cases answered to the last bit",
        model.digest_hex()
    ))
}

fn refuse(reason: &str) -> ExitCode {
    // When stderr is gone, too, there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "verify: {reason}");
    ExitCode::FAILURE
}
