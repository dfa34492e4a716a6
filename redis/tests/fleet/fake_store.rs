//! A server on bare sockets that leases calls, or responds with anything else, after any time.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// A lease of one call: the epoch, the serial number, the calls, the time for which they are valid, and
/// the rest of the reply of the script.
const LEASE: [i64; 13] = [1, 1, 1, 5000, 0, 0, 0, -1, -1, -1, 1000, 1, 0];

/// The response to a command that is not the expected one: all bytes, or the end of the connection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Response {
    Bytes(&'static str),
    End,
}

/// The server. It ends with the program.
pub(crate) struct FakeStore {
    port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    accepted: AtomicUsize,
    /// The milliseconds between a command and its response.
    round_trip: AtomicU64,
    /// The commands that have another response, by their names.
    responses: Mutex<Vec<(&'static str, Response)>>,
    commands: Mutex<Vec<String>>,
    open: Mutex<Vec<TcpStream>>,
}

impl FakeStore {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::<State>::default();
        let accepting = Arc::clone(&state);
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                accepting.accepted.fetch_add(1, Ordering::SeqCst);
                let mut open = accepting.open.lock().unwrap();
                open.push(socket.try_clone().unwrap());
                drop(open);
                let state = Arc::clone(&accepting);
                std::thread::spawn(move || state.serve(socket));
            }
        });
        Self { port, state }
    }

    /// Returns the URL with a password.
    pub(crate) fn url(&self, password: &str) -> String {
        format!("redis://:{password}@127.0.0.1:{}", self.port)
    }

    /// Returns the number of connections so far.
    pub(crate) fn accepted(&self) -> usize {
        self.state.accepted.load(Ordering::SeqCst)
    }

    pub(crate) fn set_round_trip(&self, time: Duration) {
        let time = u64::try_from(time.as_millis()).unwrap();
        self.state.round_trip.store(time, Ordering::SeqCst);
    }

    /// Responds like this to commands whose names begin with one of these.
    pub(crate) fn set_responses(&self, responses: &[(&'static str, Response)]) {
        *self.state.responses.lock().unwrap() = responses.to_vec();
    }

    /// Returns the names of the commands since the last time.
    pub(crate) fn take_commands(&self) -> Vec<String> {
        std::mem::take(&mut self.state.commands.lock().unwrap())
    }

    /// Ends all connections.
    pub(crate) fn hang_up(&self) {
        for socket in self.state.open.lock().unwrap().drain(..) {
            let _ = socket.shutdown(std::net::Shutdown::Both);
        }
    }
}

impl State {
    fn serve(&self, socket: TcpStream) {
        let (sender, due) = mpsc::channel::<(Instant, Vec<u8>)>();
        let mut writing = socket.try_clone().unwrap();
        std::thread::spawn(move || {
            for (at, bytes) in due {
                std::thread::sleep(at.saturating_duration_since(Instant::now()));
                if writing.write_all(&bytes).is_err() {
                    return;
                }
            }
        });
        let mut reading = BufReader::new(socket);
        while let Some(name) = read_command(&mut reading) {
            let round_trip = Duration::from_millis(self.round_trip.load(Ordering::SeqCst));
            let Some(bytes) = self.respond(&name) else {
                let _ = reading.get_ref().shutdown(std::net::Shutdown::Both);
                return;
            };
            self.commands.lock().unwrap().push(name);
            let _ = sender.send((Instant::now() + round_trip, bytes));
        }
    }

    fn respond(&self, name: &str) -> Option<Vec<u8>> {
        let responses = self.responses.lock().unwrap();
        let response = responses.iter().find(|(it, _)| name.starts_with(it));
        match response {
            Some((_, Response::Bytes(bytes))) => Some(bytes.as_bytes().to_vec()),
            Some((_, Response::End)) => None,
            None if name.starts_with("EVAL") => {
                let mut reply = format!("*{}\r\n", LEASE.len());
                for field in LEASE {
                    write!(reply, ":{field}\r\n").unwrap();
                }
                Some(reply.into_bytes())
            }
            None => Some(b"+OK\r\n".to_vec()),
        }
    }
}

/// Reads a command, and returns its name.
fn read_command(reading: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    reading.read_line(&mut line).ok()?;
    let parts: usize = line.strip_prefix('*')?.trim().parse().ok()?;
    let mut name = None;
    for _ in 0..parts {
        line.clear();
        reading.read_line(&mut line).ok()?;
        let length: usize = line.strip_prefix('$')?.trim().parse().ok()?;
        let mut part = vec![0; length + 2];
        reading.read_exact(&mut part).ok()?;
        part.truncate(length);
        name = name.or(String::from_utf8(part).ok());
    }
    name
}
