//! Allocations of a case, counted by the program's own allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Memory that a case may use besides four times its input.
const ALLOWANCE: usize = 64 << 20;

/// The system's allocator, which counts and has an end: a case that wants more ends the process, and
/// the process that watches it writes that down.
pub struct Counting;

fn take(size: usize) -> bool {
    let live = LIVE.fetch_add(size, Relaxed).wrapping_add(size);
    if live > LIMIT.load(Relaxed) {
        LIVE.fetch_sub(size, Relaxed);
        return false;
    }
    PEAK.fetch_max(live, Relaxed);
    true
}

fn give(size: usize) {
    LIVE.fetch_sub(size, Relaxed);
}

// SAFETY: every call goes on to the system's allocator with what it was called with; a null pointer
// is how an allocator says that there is no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !take(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promises are those that the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !take(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        give(layout.size());
        // SAFETY: as above; the pointer came of the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !take(size) {
            return std::ptr::null_mut();
        }
        // SAFETY: as above.
        let moved = unsafe { System.realloc(pointer, layout, size) };
        give(if moved.is_null() { size } else { layout.size() });
        moved
    }
}

/// Begins a case with an input of so many bytes, which are held already.
pub fn begin(input: usize) {
    let live = LIVE.load(Relaxed);
    PEAK.store(live, Relaxed);
    LIMIT.store(live + 4 * input + ALLOWANCE, Relaxed);
}

/// Ends it; the most that it held at once, its input not counted.
pub fn end() -> usize {
    LIMIT.store(usize::MAX, Relaxed);
    PEAK.load(Relaxed).saturating_sub(LIVE.load(Relaxed))
}
