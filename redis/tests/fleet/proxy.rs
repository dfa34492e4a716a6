//! A proxy in front of the store that delays and cuts connections.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// The proxy. It ends with the program.
pub(crate) struct Proxy {
    port: u16,
    state: Arc<State>,
}

struct State {
    target: AtomicU16,
    delay: AtomicU64,
    is_cut: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// Starts a proxy of a port of this machine.
    pub(crate) fn start(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            target: target.into(),
            delay: 0.into(),
            is_cut: false.into(),
            open: Mutex::default(),
        });
        let accepting = Arc::clone(&state);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                accepting.serve(connection);
            }
        });
        Self { port, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Sets the time by which each packet is delayed, to the store and back.
    pub(crate) fn delay(&self, time: Duration) {
        let time = u64::try_from(time.as_millis()).unwrap();
        self.state.delay.store(time, Ordering::Relaxed);
    }

    /// Cuts all connections, and refuses new ones until [`mend`](Self::mend).
    pub(crate) fn cut(&self) {
        self.state.is_cut.store(true, Ordering::Relaxed);
        for connection in self.state.open.lock().unwrap().drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    pub(crate) fn mend(&self) {
        self.state.is_cut.store(false, Ordering::Relaxed);
    }

    /// Sends new connections to another port.
    pub(crate) fn redirect(&self, target: u16) {
        self.state.target.store(target, Ordering::Relaxed);
    }
}

impl State {
    fn serve(self: &Arc<Self>, client: TcpStream) {
        if self.is_cut.load(Ordering::Relaxed) {
            return;
        }
        let target = self.target.load(Ordering::Relaxed);
        let Ok(server) = TcpStream::connect(("127.0.0.1", target)) else {
            return;
        };
        let mut open = self.open.lock().unwrap();
        open.push(client.try_clone().unwrap());
        open.push(server.try_clone().unwrap());
        drop(open);
        let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
        for (from, to) in [(client, server), back] {
            let state = Arc::clone(self);
            std::thread::spawn(move || state.copy(from, to));
        }
    }

    /// Copies packets. Each is delayed, and delays no other.
    fn copy(&self, mut from: TcpStream, mut to: TcpStream) {
        let (sender, due) = mpsc::channel::<(Instant, Vec<u8>)>();
        let ending = (from.try_clone().unwrap(), to.try_clone().unwrap());
        std::thread::spawn(move || {
            for (at, packet) in due {
                std::thread::sleep(at.saturating_duration_since(Instant::now()));
                if to.write_all(&packet).is_err() {
                    break;
                }
            }
            let _ = ending.1.shutdown(Shutdown::Both);
            let _ = ending.0.shutdown(Shutdown::Both);
        });
        let mut buffer = [0; 16 * 1024];
        while let Ok(count) = from.read(&mut buffer)
            && count > 0
        {
            let delay = Duration::from_millis(self.delay.load(Ordering::Relaxed));
            if sender
                .send((Instant::now() + delay, buffer[..count].to_vec()))
                .is_err()
            {
                break;
            }
        }
    }
}
