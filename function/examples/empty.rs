//! The least that a lambda_http function does: what `make bench` holds ours against. It has the
//! same lambda_http features, flags, allocator and start, and answers every event with `{}`.
//!
//! Under glibc it is what a Rust function is when nobody thought of its start: a Rust `main` and
//! the system's allocator.
#![cfg_attr(target_env = "musl", no_main)]

use function::start::Error;
use lambda_http::{Body, Request, Response, run, service_fn};

async fn answer(_: Request) -> Result<Response<Body>, Error> {
    Ok(Response::new(Body::Text("{}".into())))
}

fn serve() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(service_fn(answer)))
}

#[cfg(target_env = "musl")]
#[unsafe(no_mangle)]
extern "C" fn main(
    count: std::ffi::c_int,
    arguments: *const *const std::ffi::c_char,
) -> std::ffi::c_int {
    // SAFETY: these are the arguments of C's `main`, as they came.
    unsafe { function::start::from_c(count, arguments, |_| serve()) }
}

#[cfg(not(target_env = "musl"))]
fn main() -> Result<(), Error> {
    serve()
}
