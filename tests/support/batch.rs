//! The Lambda function `batch` with a Runtime API and an S3 server, and two tables in a bucket.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

use crate::process::Process;
use crate::{Invocation, RuntimeApi, S3, binary, example};
use serde_json::Value;
use std::io::{Read, Write};
use std::process::Command;
use std::time::Duration;
use storage::Location;

/// A table with one bad row.
pub const ROWS: &str = "id,text\na,where is my parcel\nb,too,many\nc,I want my money back\n";

/// The location of this address.
pub fn at(text: &str) -> Location {
    text.parse().unwrap()
}

/// A bucket with two tables, and the function in front of it.
pub struct World {
    /// The S3 server.
    pub s3: S3,
    /// The other side of Lambda.
    pub api: RuntimeApi,
    /// The program.
    pub function: Process,
}

impl World {
    /// Starts all three; `None` where no S3 server is installed.
    pub fn start() -> Option<World> {
        let s3 = S3::start()?;
        s3.make_bucket("hearth-test");
        let store = s3.store();
        store
            .put(&at("s3://hearth-test/in/my mails+.csv"), ROWS.as_bytes())
            .unwrap();
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        zipped
            .write_all(b"{\"id\": 7, \"text\": \"where is my parcel\"}\n")
            .unwrap();
        let zipped = zipped.finish().unwrap();
        store
            .put(&at("s3://hearth-test/in/deep/b.jsonl.gz"), &zipped)
            .unwrap();
        let api = RuntimeApi::start();
        let mut command = Command::new(binary("batch"));
        command
            .env_clear()
            .envs(s3.environment())
            .env("AWS_LAMBDA_RUNTIME_API", api.address().to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "hearth-batch")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "7")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("MODEL_PATH", example::model())
            .env("BATCH_OUTPUT", "s3://hearth-test/events/")
            .env("BATCH_ID", "id");
        let function = Process::start("the batch function", &mut command);
        Some(World { s3, api, function })
    }

    /// The answer to an event.
    pub fn invoke(&self, event: &str) -> Value {
        let invocation = Invocation::new(event).within(Duration::from_secs(60));
        let outcome = self.api.invoke(invocation);
        serde_json::from_slice(&outcome.response().body).unwrap()
    }

    /// The object at this address, as text.
    pub fn read(&self, place: &str) -> String {
        let mut text = String::new();
        let mut reader = self.s3.store().read(&at(place)).unwrap();
        reader.read_to_string(&mut text).unwrap();
        text
    }
}

/// The ids of answers.
pub fn ids(answers: &str) -> Vec<Value> {
    let ids = answers
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone());
    ids.collect()
}
