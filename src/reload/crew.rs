//! Threads for a build, made for it alone.

use rayon::{ThreadPool, ThreadPoolBuilder};

/// How far a build's threads stand back: the scheduler gives a thread of this nice value a tenth of what one of
/// value 0 gets, where both want the same core (Linux: a factor of 1.25 per step).
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Threads for builds.
#[derive(Debug)]
pub(super) struct Crew {
    threads: usize,
    stands_back: bool,
}

impl Crew {
    /// A thread for each core, while nobody asks for anything yet.
    pub(super) fn first() -> Self {
        Self { threads: cores(), stands_back: false }
    }

    /// Threads that stand behind those of requests: half as many as cores. The rest is for requests, also where
    /// threads cannot stand back.
    pub(super) fn behind_requests() -> Self {
        Self { threads: (cores() / 2).max(1), stands_back: true }
    }

    /// Runs a build to its end. The threads are made for it and go with it, and with them the memory that the
    /// allocator keeps per thread.
    pub(super) fn work<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match self.pool() {
            Ok(pool) => pool.install(work),
            // no thread can be made: on this one
            Err(error) => {
                tracing::warn!(%error, "no threads for reading the atlas; it is read on this one");
                work()
            }
        }
    }

    fn pool(&self) -> Result<ThreadPool, rayon::ThreadPoolBuildError> {
        let pool = ThreadPoolBuilder::new().num_threads(self.threads).thread_name(|number| format!("load-{number}"));
        if self.stands_back { pool.start_handler(|_| stand_back()).build() } else { pool.build() }
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// On Linux the nice value belongs to the thread (setpriority(2), "C library/kernel differences").
#[cfg(target_os = "linux")]
fn stand_back() {
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "a thread of a reload cannot stand back");
    }
}

/// Elsewhere it belongs to the whole process, and requests would stand back too.
#[cfg(not(target_os = "linux"))]
fn stand_back() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_build_stands_behind_and_its_caller_does_not() {
        let nice = || rustix::process::getpriority_process(None).expect("the priority can be read");
        let before = nice();
        assert_eq!(Crew::behind_requests().work(nice), before.max(NICE));
        assert_eq!(Crew::first().work(nice), before);
        assert_eq!(nice(), before);
    }
}
