//! `make fuzz`: the targets of `make torture` under coverage guidance, by libFuzzer. The compiler
//! counts the edges that an input takes, and inputs that take new ones are kept and changed further.
//! `scripts/fuzz.sh` compiles this program with these counters, on stable Rust.
//!
//!     guided TARGET FOLDER [option of libFuzzer]… [folder of inputs]…
//!
//! An input is two bytes, which choose the way in, and what is given to the target. `FOLDER` gets the
//! model files that the targets need, and `FOLDER/seeds-TARGET` the valid inputs to start from.

#![allow(clippy::unwrap_used)] // as in tests: a failed expectation is its way to fail
#![allow(dead_code)] // it shares modules with `torture`, which uses all of them

mod kept;
mod measure;
mod memory;
mod models;
mod mutate;
mod targets;

use std::cell::RefCell;
use std::ffi::{CString, c_char, c_int};
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use support::tables::Draw;

use targets::{TARGETS, Target};

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

/// Processor time that an input may take; the counters slow a program down.
const LONGEST: Duration = Duration::from_secs(10);

/// As much as a thread of the HTTP server has.
const STACK: usize = 2 << 20;

unsafe extern "C" {
    /// libFuzzer's own `main`.
    /// <https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library>
    fn LLVMFuzzerRunDriver(
        count: *mut c_int,
        arguments: *mut *mut *mut c_char,
        run: extern "C" fn(*const u8, usize) -> c_int,
    ) -> c_int;

    /// libFuzzer's own changes, of bytes in place; returns their new length.
    fn LLVMFuzzerMutate(data: *mut u8, size: usize, most: usize) -> usize;
}

thread_local! {
    /// The target, in the one thread that runs it.
    static TARGET: RefCell<Option<Box<dyn Target>>> = const { RefCell::new(None) };
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [program, name, folder, options @ ..] = &arguments[..] else {
        panic!("guided TARGET FOLDER [option of libFuzzer]…");
    };
    let named = TARGETS.iter().find(|named| named.name == name.as_str());
    let named = named.unwrap_or_else(|| panic!("there is no target {name:?}"));
    let folder = Path::new(folder).to_path_buf();
    if !folder.join("doors.four").exists() {
        models::make(&folder);
    }
    let mut options = [std::slice::from_ref(program), options].concat();
    let search = move || {
        let target = (named.make)(&folder);
        let seeds = folder.join(format!("seeds-{}", named.name));
        fs::create_dir_all(&seeds).unwrap();
        for (index, seed) in target.seeds().into_iter().enumerate() {
            let input = [&(seed.which as u16).to_le_bytes()[..], &seed.bytes].concat();
            fs::write(seeds.join(format!("{index:03}")), input).unwrap();
        }
        options.push(seeds.to_str().unwrap().to_owned());
        TARGET.set(Some(target));
        // The first panic, in whatever thread, is the finding.
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            told(panic);
            std::process::abort();
        }));
        drive(options)
    };
    let search = thread::Builder::new().stack_size(STACK).spawn(search);
    std::process::exit(search.unwrap().join().unwrap());
}

/// Runs libFuzzer with its arguments; its exit status.
fn drive(arguments: Vec<String>) -> i32 {
    let arguments = arguments.into_iter().map(|one| CString::new(one).unwrap());
    let mut pointers: Vec<*mut c_char> = arguments.map(CString::into_raw).collect();
    let mut count = pointers.len() as c_int;
    pointers.push(std::ptr::null_mut());
    let mut start = pointers.as_mut_ptr();
    // SAFETY: the arguments are those of a C program, and they and the vector are never freed.
    let status = unsafe { LLVMFuzzerRunDriver(&mut count, &mut start, run) };
    std::mem::forget(pointers);
    status
}

extern "C" fn run(data: *const u8, size: usize) -> c_int {
    // SAFETY: libFuzzer gives `size` bytes that live through the call.
    let input = unsafe { std::slice::from_raw_parts(data, size) };
    TARGET.with_borrow_mut(|target| {
        let target = target.as_mut().expect("this is the thread of the target");
        let Some(input) = kept::searched(&**target, input) else {
            return; // it is shorter than two bytes
        };
        let start = measure::processor_time();
        memory::begin(input.bytes.len());
        let result = target.run(&input);
        memory::end();
        let taken = measure::processor_time() - start;
        assert!(taken < LONGEST, "it took {taken:?}");
        if let Err(finding) = result {
            panic!("{finding}");
        }
    });
    0
}

/// Half of the changes are libFuzzer's, half are those of `make torture`, which know the formats.
#[unsafe(no_mangle)]
extern "C" fn LLVMFuzzerCustomMutator(data: *mut u8, size: usize, most: usize, seed: u32) -> usize {
    if size < 2 || seed & 1 == 0 {
        // SAFETY: these are its own arguments.
        return unsafe { LLVMFuzzerMutate(data, size, most) };
    }
    // SAFETY: libFuzzer gives a place for `most` bytes, of which the first `size` are the input.
    let place = unsafe { std::slice::from_raw_parts_mut(data, most) };
    let mut draw = Draw::new(u64::from(seed));
    if draw.below(8) == 0 {
        place[draw.below(2)] = draw.below(256) as u8;
    }
    let changed = TARGET.with_borrow(|target| {
        let target = target.as_ref().expect("this is the thread of the target");
        target.mutated(&mut draw, &place[2..size])
    });
    let length = changed.len().min(most - 2);
    place[2..2 + length].copy_from_slice(&changed[..length]);
    2 + length
}
