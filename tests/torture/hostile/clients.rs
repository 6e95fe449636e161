//! Clients that are slow, silent or many.

use std::thread;
use std::time::{Duration, Instant};

use support::http::{Connection, render};

use super::{Fate, Server, judge};
use crate::table::Row;

/// Many that send a byte now and then, while others are answered.
pub fn slow(server: &Server, row: &mut Row) {
    let body = br#"{"note": "a", "size": 1, "color": "red"}"#;
    let json = [("content-type", "application/json")];
    let whole = render(server.address(), "POST", "/predict", &json, body);
    let mut connections: Vec<Connection> = Vec::new();
    for _ in 0..50 {
        match Connection::open(server.address()) {
            Ok(connection) => connections.push(connection),
            Err(error) => return row.tried(Err(format!("no connection: {error}"))),
        }
    }
    // Some within the head, some within the body.
    let half = whole.len() - body.len() / 2;
    for (index, connection) in connections.iter_mut().enumerate() {
        let until = if index % 2 == 0 { 20 } else { half };
        let _ = connection.send(&whole[..until]);
    }
    for beat in 0..10 {
        for (index, connection) in connections.iter_mut().enumerate() {
            let at = if index % 2 == 0 { 20 } else { half } + beat;
            let _ = connection.send(&whole[at..at + 1]);
        }
        row.findings
            .extend(server.still_answers("slow senders").err());
        thread::sleep(Duration::from_millis(100));
    }
    for (index, connection) in connections.iter_mut().enumerate() {
        let at = if index % 2 == 0 { 20 } else { half } + 10;
        let got = connection
            .send(&whole[at..])
            .and_then(|()| connection.receive("POST"));
        row.tried(judge("a slow sender, at last", Fate::Answered, got));
    }
}

/// A thousand connections that say nothing.
pub fn idle(server: &Server, row: &mut Row) {
    let connections: Vec<_> = (0..1_000)
        .map_while(|_| Connection::open(server.address()).ok())
        .collect();
    row.tries += connections.len() as u64;
    if connections.len() < 1_000 {
        row.findings.push(format!(
            "only {} connections were accepted",
            connections.len()
        ));
    }
    for _ in 0..5 {
        row.findings
            .extend(server.still_answers("1,000 idle connections").err());
    }
    drop(connections);
    row.findings
        .extend(server.still_answers("1,000 connections that ended").err());
}

/// Clients that are slower than the server waits: 75 seconds for a head, 60 for a body.
pub fn slower_than_the_limits() -> Row {
    let server = Server::start();
    let mut row = Row::new("senders slower than the limits of 75 s for a head and 60 s for a body");
    let head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nContent-Type: application/json\r\n";
    let starts = [
        &head[..40],
        "",
        &(head.to_owned() + "\r\n{\"note\""),
        &(head.to_owned() + "\r\n"),
    ];
    let threads = starts.map(|start| {
        let (address, start) = (server.address(), start.to_owned());
        thread::spawn(move || -> Result<Duration, String> {
            let mut connection = Connection::open(address).map_err(|error| error.to_string())?;
            connection
                .set_patience(Duration::from_secs(1))
                .map_err(|error| error.to_string())?;
            let begun = Instant::now();
            let _ = connection.send(start.as_bytes());
            loop {
                match connection.receive("POST") {
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                    Ok(Some(answer)) if !(400..500).contains(&answer.status) => {
                        return Err(format!("{start:?}: {}", answer.status));
                    }
                    _ => return Ok(begun.elapsed()),
                }
                if begun.elapsed() > Duration::from_secs(100) {
                    return Err(format!("{start:?}: still there after 100 seconds"));
                }
                // A byte now and then is no progress.
                if !start.is_empty() {
                    let _ = connection.send(b"x");
                }
            }
        })
    });
    let mut longest = Duration::ZERO;
    for thread in threads {
        let result = thread.join().unwrap();
        longest = longest.max(*result.as_ref().unwrap_or(&Duration::ZERO));
        row.tried(result.map(drop));
    }
    row.findings
        .extend(server.still_answers("senders beyond the limits").err());
    row.told = format!("the longest was ended after {} s", longest.as_secs());
    row
}
