//! Jobs that one thread gives and several take: blocks of a table, each for the next free core.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// The end of a queue from which threads take jobs, until the sender is dropped. Once every clone is
/// dropped, sending fails, so that nobody waits for threads that have ended.
#[derive(Debug)]
pub struct JobQueue<T>(Arc<Mutex<Receiver<T>>>);

/// Both ends of a queue that holds up to `length` jobs.
pub fn job_queue<T>(length: usize) -> (SyncSender<T>, JobQueue<T>) {
    let (jobs, queue) = sync_channel(length);
    (jobs, JobQueue(Arc::new(Mutex::new(queue))))
}

impl<T> Clone for JobQueue<T> {
    fn clone(&self) -> JobQueue<T> {
        JobQueue(Arc::clone(&self.0))
    }
}

impl<T> Iterator for JobQueue<T> {
    type Item = T;

    /// Waits for a job; the lock is held while waiting, not while the job is done.
    fn next(&mut self) -> Option<T> {
        let queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queue.recv().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::job_queue;
    use std::thread;

    #[test]
    fn every_job_is_taken_once_and_threads_end_with_the_sender() {
        let (jobs, queue) = job_queue(2);
        let sum: u64 = thread::scope(|scope| {
            let workers: Vec<_> = (0..3)
                .map(|_| {
                    let queue = queue.clone();
                    scope.spawn(move || queue.sum::<u64>())
                })
                .collect();
            drop(queue);
            (1..=100).for_each(|job| jobs.send(job).unwrap());
            drop(jobs);
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap())
                .sum()
        });
        assert_eq!(sum, 5050);
    }

    #[test]
    fn sending_fails_once_no_thread_takes_jobs() {
        let (jobs, queue) = job_queue(1);
        drop(queue);
        assert!(jobs.send(1).is_err());
    }
}
