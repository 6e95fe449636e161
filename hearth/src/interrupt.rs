//! Ctrl-C and SIGTERM: what is being written is deleted, then the program ends, unless a command has
//! something to finish first.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Signals so far.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Number of signals that a command keeps for itself; `usize::MAX` keeps all.
static KEPT: AtomicUsize = AtomicUsize::new(0);

/// Has Ctrl-C and SIGTERM delete what is being written, then end the program as they do.
///
/// # Errors
/// When signals cannot be watched.
pub fn watch() -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let wait = move || {
        for signal in signals.forever() {
            let before = COUNT.fetch_add(1, Ordering::SeqCst);
            if before >= KEPT.load(Ordering::SeqCst) {
                storage::remove_parts();
                let _ = emulate_default_handler(signal);
            }
        }
    };
    std::thread::Builder::new().spawn(wait).map(drop)
}

/// Keeps the first signal for the command, which asks [`is_asked`]; the second ends the program.
pub fn keep_first() {
    KEPT.store(1, Ordering::SeqCst);
}

/// Keeps every signal for the command, which must end by itself.
pub fn keep_all() {
    KEPT.store(usize::MAX, Ordering::SeqCst);
}

/// True once a signal has come.
pub fn is_asked() -> bool {
    COUNT.load(Ordering::SeqCst) > 0
}
