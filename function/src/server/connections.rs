//! The connections that are open: how many there may be, and which one ends for another.
//!
//! A server that is full lets a newcomer in by ending the connection that has waited longest, so
//! that nobody keeps others out by holding connections. Where keys are asked for, connections that
//! have not shown one have a quarter of the places, and the oldest of them ends first: whoever has
//! a key shows it with the first request, before many others have come.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Part of an exchange that a connection is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Waiting for the head of a request.
    Waiting,
    /// Sending the body of a request.
    Reading,
    /// Waiting for its answer.
    Working,
    /// Taking its answer.
    Writing,
}

/// All open connections.
#[derive(Debug)]
pub struct Connections {
    most: usize,
    /// Most connections without a key; none where no key is asked for.
    keyless: Option<usize>,
    places: Mutex<Places>,
}

#[derive(Debug, Default)]
struct Places {
    next: u64,
    all: HashMap<u64, Place>,
}

#[derive(Debug)]
struct Place {
    opened: Instant,
    phase: Phase,
    since: Instant,
    has_key: bool,
    is_ending: bool,
    end: Arc<Notify>,
}

impl Connections {
    /// Room for `most` connections; a quarter of them without a key, where one is asked for.
    pub fn new(most: usize, asks_for_key: bool) -> Arc<Connections> {
        Arc::new(Connections {
            most,
            keyless: asks_for_key.then_some((most / 4).max(1)),
            places: Mutex::default(),
        })
    }

    /// A place for a new connection, which may end another; none where all are being answered.
    pub fn open(self: &Arc<Connections>) -> Option<Connection> {
        let now = Instant::now();
        let mut places = self.lock();
        let open = places.all.values().filter(|place| !place.is_ending);
        let without_key = open.clone().filter(|place| !place.has_key).count();
        let is_full = open.count() >= self.most;
        if is_full || self.keyless.is_some_and(|most| without_key >= most) {
            // A key is worth its place for as long as there are places without one.
            let spares_keys = self.keyless.is_some() && without_key > 0;
            let ended = places
                .all
                .values_mut()
                .filter(|place| place.phase != Phase::Working && !place.is_ending)
                .filter(|place| !(spares_keys && place.has_key))
                .min_by_key(|place| match spares_keys {
                    true => place.opened,
                    false => place.since,
                });
            match ended {
                Some(place) => place.finish(),
                None if is_full => return None,
                None => {}
            }
        }
        let id = places.next;
        places.next += 1;
        let end = Arc::new(Notify::new());
        places.all.insert(
            id,
            Place {
                opened: now,
                phase: Phase::Waiting,
                since: now,
                has_key: false,
                is_ending: false,
                end: Arc::clone(&end),
            },
        );
        Some(Connection {
            id,
            end,
            connections: Arc::clone(self),
        })
    }

    /// Ends the connections that have been in one of these phases for as long as `time`.
    pub fn end_after(&self, phases: &[Phase], time: Duration) {
        let mut places = self.lock();
        let late = places
            .all
            .values_mut()
            .filter(|place| phases.contains(&place.phase) && place.since.elapsed() >= time);
        late.for_each(Place::finish);
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    fn finish(&mut self) {
        self.is_ending = true;
        self.end.notify_one();
    }
}

/// A connection's place; it is free again when this is dropped.
#[derive(Debug)]
pub struct Connection {
    id: u64,
    end: Arc<Notify>,
    connections: Arc<Connections>,
}

impl Connection {
    /// Says what it is doing now.
    pub fn set(&self, phase: Phase) {
        if let Some(place) = self.connections.lock().all.get_mut(&self.id) {
            place.phase = phase;
            place.since = Instant::now();
        }
    }

    /// Says that it has shown a key.
    pub fn has_key(&self) {
        if let Some(place) = self.connections.lock().all.get_mut(&self.id) {
            place.has_key = true;
        }
    }

    /// Waits until it has to end.
    pub async fn ended(&self) {
        self.end.notified().await;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.connections.lock().all.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::{Connection, Connections, Phase};
    use std::time::Duration;

    fn is_ending(connection: &Connection) -> bool {
        connection.connections.lock().all[&connection.id].is_ending
    }

    #[test]
    fn a_newcomer_ends_what_has_waited_longest() {
        let connections = Connections::new(3, false);
        let open = || connections.open().unwrap();
        let (first, second, third) = (open(), open(), open());
        first.set(Phase::Working);
        third.set(Phase::Reading);
        second.set(Phase::Waiting);
        let fourth = open();
        assert!(is_ending(&third) && !is_ending(&first) && !is_ending(&second));
        drop(third);
        for one in [&second, &fourth] {
            one.set(Phase::Working);
        }
        assert!(connections.open().is_none());
        first.set(Phase::Writing);
        assert!(connections.open().is_some());
    }

    #[test]
    fn without_a_key_there_is_a_quarter_of_the_places() {
        let connections = Connections::new(8, true);
        let open = || connections.open().unwrap();
        let keyed: Vec<Connection> = (0..6)
            .map(|_| {
                let one = open();
                one.has_key();
                one
            })
            .collect();
        let (first, second) = (open(), open());
        // Asking for /health again and again makes it no younger.
        first.set(Phase::Waiting);
        let third = open();
        assert!(is_ending(&first) && !is_ending(&second) && !is_ending(&third));
        assert!(!keyed.iter().any(is_ending));
    }

    #[test]
    fn who_takes_too_long_ends() {
        let connections = Connections::new(8, false);
        let (one, other) = (connections.open().unwrap(), connections.open().unwrap());
        one.set(Phase::Writing);
        connections.end_after(&[Phase::Writing], Duration::from_secs(60));
        assert!(!is_ending(&one));
        connections.end_after(&[Phase::Writing], Duration::ZERO);
        assert!(is_ending(&one) && !is_ending(&other));
    }
}
