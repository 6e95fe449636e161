//! The allocator of the static binaries: dlmalloc, a heap for all threads behind a lock.
//!
//! dlmalloc's own way to be the global allocator takes a lock of C's library for each call, which was
//! a tenth of a warm request's instructions under musl. The lock here is the standard library's:
//! two atomic instructions where nobody else has it.

use std::alloc::{GlobalAlloc, Layout};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dlmalloc::Dlmalloc;

/// A heap that threads share.
pub struct Allocator(Mutex<Dlmalloc>);

impl Allocator {
    /// An empty heap.
    #[allow(clippy::new_without_default)] // of an allocator there is one, in a static
    pub const fn new() -> Allocator {
        Allocator(Mutex::new(Dlmalloc::new()))
    }

    /// Gives what is free to the system, as far as it lies together.
    pub fn trim(&self) {
        // SAFETY: the heap is locked, and only free memory of it is given back.
        unsafe { self.lock().trim(0) };
    }

    fn lock(&self) -> MutexGuard<'_, Dlmalloc> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// SAFETY: dlmalloc keeps what the trait asks for: a block is of the size and alignment asked for, or
// null, and stays until it is given back. Nobody has the heap but through the lock, which itself
// allocates nothing, and nothing in here panics. What the callers promise of pointers and layouts is
// what dlmalloc asks for.
//
// Not inlined: there are thousands of places that call them, and the binary would be a fifteenth larger.
unsafe impl GlobalAlloc for Allocator {
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see above.
        unsafe { self.lock().malloc(layout.size(), layout.align()) }
    }

    #[inline(never)]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: see above.
        unsafe { self.lock().free(block, layout.size(), layout.align()) }
    }

    #[inline(never)]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see above.
        unsafe { self.lock().calloc(layout.size(), layout.align()) }
    }

    #[inline(never)]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let (old, align) = (layout.size(), layout.align());
        // SAFETY: see above.
        unsafe { self.lock().realloc(block, old, align, size) }
    }
}

#[cfg(test)]
mod tests {
    use super::Allocator;
    use std::alloc::{GlobalAlloc, Layout};

    /// Blocks keep their bytes while others come, grow and go, on several threads.
    #[test]
    fn blocks_are_nobody_elses() {
        static ALLOCATOR: Allocator = Allocator::new();
        std::thread::scope(|scope| {
            for thread in 0..4u8 {
                scope.spawn(move || {
                    let mut blocks: Vec<(*mut u8, Layout)> = Vec::new();
                    for round in 0..2_000usize {
                        let (size, align) = (1 + round * 37 % 5_000, 1 << (round % 7));
                        let layout = Layout::from_size_align(size, align).unwrap();
                        // SAFETY: the layout is not of size 0; blocks are written within their
                        // sizes and given back once, with the layouts that they have by then.
                        unsafe {
                            let block = match round % 3 {
                                0 => ALLOCATOR.alloc_zeroed(layout),
                                _ => ALLOCATOR.alloc(layout),
                            };
                            assert!(!block.is_null() && block.addr() % align == 0);
                            let bytes = std::slice::from_raw_parts_mut(block, size);
                            assert!(round % 3 != 0 || bytes.iter().all(|byte| *byte == 0));
                            bytes.fill(thread);
                            blocks.push((block, layout));
                            if round % 2 == 0 {
                                let at = round * 7 % blocks.len();
                                let (block, layout) = blocks.swap_remove(at);
                                let grown = ALLOCATOR.realloc(block, layout, layout.size() + 99);
                                let bytes = std::slice::from_raw_parts(grown, layout.size());
                                assert!(bytes.iter().all(|byte| *byte == thread));
                                let size = layout.size() + 99;
                                let layout = Layout::from_size_align(size, layout.align()).unwrap();
                                ALLOCATOR.dealloc(grown, layout);
                            }
                        }
                    }
                });
            }
        });
    }
}
