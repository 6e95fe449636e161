//! Environment of started programs.

use std::process::Command;

/// Leaves AWS's variables out of a command's environment: keys are for who speaks to AWS, and git,
/// its helpers and its hooks do not.
pub fn without_credentials(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"AWS_") {
            command.env_remove(name);
        }
    }
    command
}
