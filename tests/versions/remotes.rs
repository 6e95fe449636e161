//! The crate `storage` against a real S3 server, over a network that breaks.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use storage::{Credentials, Kind, Location, Options, Store};
use support::S3;
use support::s3::store_at;

/// Larger than two parts of an upload, and than what is read ahead.
const SIZE: usize = 20 << 20;

fn at(text: &str) -> Location {
    text.parse().unwrap()
}

/// Bytes of which no two places are alike.
fn bytes() -> Vec<u8> {
    (0..SIZE as u32 / 4)
        .flat_map(|word| word.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect()
}

fn world() -> Option<(S3, Store)> {
    let s3 = S3::start()?;
    s3.make_bucket("hearth-test");
    let store = s3.store();
    Some((s3, store))
}

#[test]
fn what_is_written_in_parts_is_read_back_whole() {
    let Some((_s3, store)) = world() else { return };
    let (place, bytes) = (at("s3://hearth-test/a/b.bin"), bytes());
    let mut writer = store.write(&place).unwrap();
    for piece in bytes.chunks(1_000_003) {
        writer.write_all(piece).unwrap();
    }
    assert_eq!(
        store.head(&place).unwrap(),
        None,
        "it is seen before it is whole"
    );
    writer.finish().unwrap();
    assert_eq!(store.head(&place).unwrap().unwrap().size, SIZE as u64);
    assert!(store.read_all(&place).unwrap() == bytes);
    let mut middle = Vec::new();
    store
        .read_range(&place, 5_000_000..5_000_010)
        .unwrap()
        .read_to_end(&mut middle)
        .unwrap();
    assert_eq!(middle, bytes[5_000_000..5_000_010]);
    let listed: Vec<_> = store
        .list(&at("s3://hearth-test/a/"))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        (listed.len(), &listed[0].location, listed[0].size),
        (1, &place, SIZE as u64)
    );
}

#[test]
fn whole_files_go_both_ways_and_progress_counts_every_byte() {
    let Some((_s3, store)) = world() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("large", bytes()),
        ("small", b"abc".to_vec()),
        ("empty", Vec::new()),
    ] {
        let (from, to) = (
            folder.path().join(name),
            folder.path().join(format!("{name}.back")),
        );
        std::fs::write(&from, &bytes).unwrap();
        let place = at(&format!("s3://hearth-test/{name}"));
        let count = AtomicU64::new(0);
        let progress = |more: u64| {
            count.fetch_add(more, Ordering::Relaxed);
        };
        store.put_file(&from, &place, &place, &progress).unwrap();
        let again = store.put_file(&from, &place, &place, &|_| ()).unwrap_err();
        assert_eq!(again.kind(), storage::Kind::Exists, "{name} is replaced");
        assert_eq!(
            count.swap(0, Ordering::Relaxed),
            bytes.len() as u64,
            "{name} up"
        );
        let file = File::create(&to).unwrap();
        assert_eq!(
            store.get_file(&place, &file, &progress).unwrap(),
            bytes.len() as u64
        );
        assert_eq!(
            count.load(Ordering::Relaxed),
            bytes.len() as u64,
            "{name} down"
        );
        assert!(std::fs::read(&to).unwrap() == bytes, "{name}");
    }
}

#[test]
fn of_two_who_write_the_same_new_object_one_wins() {
    let Some((_s3, store)) = world() else { return };
    let place = at("s3://hearth-test/once");
    let (mut first, mut second) = (
        store.write_new(&place).unwrap(),
        store.write_new(&place).unwrap(),
    );
    first.write_all(b"first").unwrap();
    second.write_all(b"second").unwrap();
    first.finish().unwrap();
    assert_eq!(second.finish().unwrap_err().kind(), Kind::Exists);
    assert_eq!(store.read_all(&place).unwrap(), b"first");
}

#[test]
fn a_writer_that_is_dropped_leaves_nothing() {
    let Some((_s3, store)) = world() else { return };
    let place = at("s3://hearth-test/dropped");
    let mut writer = store.write(&place).unwrap();
    writer.write_all(&bytes()).unwrap();
    drop(writer);
    assert_eq!(store.head(&place).unwrap(), None);
}

/// Passes everything on to `server`, and breaks the first `breaks` connections when they have
/// brought `after` bytes back.
fn breaking(server: SocketAddr, breaks: usize, after: usize) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let left = Arc::new(AtomicUsize::new(breaks));
    let shared = Arc::clone(&left);
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let left = Arc::clone(&shared);
            thread::spawn(move || {
                let server = TcpStream::connect(server).unwrap();
                let (mut up, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || std::io::copy(&mut up, &mut to));
                let (mut from, mut back) = (server, client);
                let (mut brought, mut buffer) = (0, [0; 65_536]);
                while let Ok(count @ 1..) = from.read(&mut buffer) {
                    brought += count;
                    let take = |left: usize| left.checked_sub(1);
                    let breaks = brought > after
                        && left
                            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, take)
                            .is_ok();
                    if breaks || back.write_all(&buffer[..count]).is_err() {
                        break;
                    }
                }
                let _ = back.shutdown(Shutdown::Both);
                let _ = from.shutdown(Shutdown::Both);
            });
        }
    });
    (address, left)
}

#[test]
fn a_connection_that_breaks_is_taken_up_where_it_broke() {
    let Some((s3, store)) = world() else { return };
    let (place, bytes) = (at("s3://hearth-test/large"), bytes());
    store.put(&place, &bytes).unwrap();
    let server: SocketAddr = s3.endpoint().trim_start_matches("http://").parse().unwrap();
    let (address, left) = breaking(server, 5, 1 << 20);
    let store = store_at(format!("http://{address}"));
    assert!(store.read_all(&place).unwrap() == bytes);
    assert_eq!(left.load(Ordering::SeqCst), 0, "the network did not break");
    left.store(3, Ordering::SeqCst);
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("large");
    let file = File::create(&to).unwrap();
    store.get_file(&place, &file, &|_| ()).unwrap();
    assert!(std::fs::read(&to).unwrap() == bytes);
    assert_eq!(left.load(Ordering::SeqCst), 0, "the network did not break");
}

#[test]
fn what_is_wrong_is_told_apart_each_by_one_sentence() {
    let Some((s3, store)) = world() else { return };
    let told = |store: &Store, place: &str| {
        let error = store.read(&at(place)).err().unwrap();
        assert!(
            error.to_string().starts_with(&format!("{place}: ")),
            "{error}"
        );
        assert!(!error.to_string().contains('\n'), "{error}");
        error.kind()
    };
    assert_eq!(told(&store, "s3://hearth-test/none"), Kind::NotFound);
    assert_eq!(told(&store, "s3://no-such-bucket/none"), Kind::NoBucket);
    let closed = Store::new(Options {
        endpoint_url: Some("http://127.0.0.1:1".into()),
        region: Some("us-east-1".into()),
        attempts: 1,
        credentials: Some(Credentials {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
            secret_access_key: "an-example-secret".into(),
            session_token: None,
        }),
        ..Options::default()
    });
    assert_eq!(told(&closed, "s3://hearth-test/none"), Kind::Network);
    drop(s3);
}
