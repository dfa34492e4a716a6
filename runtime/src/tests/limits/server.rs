//! A server on bare sockets that limits its calls. The kind of limit is data.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "tokens are few"
)]

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The account that has to be reconnected.
pub(super) const GONE: &str = "integrated_account_id=gone";

/// The calls that a server accepts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limit {
    /// A number of calls in windows that begin with the first call after the previous one.
    Fixed(u64, Duration),
    /// A number of calls in any period.
    Sliding(u64, Duration),
    /// A bucket of this many tokens, which regains as many in this time.
    Bucket(u64, Duration),
    /// A number of calls in flight.
    Concurrency(u64),
    /// No call, for this time after the first.
    Down(Duration),
}

/// The form in which the server reports its limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Report {
    Nothing,
    /// The calls left, and the reset in seconds: rounded up or down.
    Up,
    Down,
    /// The calls left, and a reset that is always zero.
    Zero,
    /// The calls left, and an epoch time that is always past.
    Past,
    /// The calls left, and an epoch time next to a `Date` that is five minutes ahead.
    WrongDate,
    /// The calls left, and a reset that is always one window ahead.
    Moving,
    /// The same as `Up`, with twice the limit.
    Overstated,
    /// Only in refusals: this many seconds, true or not.
    RetryAfter(u64),
    /// The same as `Up`, with a `retry-after` of one second.
    Contradicting,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) limit: Limit,
    pub(super) report: Report,
    /// The status of a refusal.
    pub(super) status: u16,
    pub(super) latency: Duration,
}

/// The requests that the server received.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) received: u64,
    pub(super) refused: u64,
}

/// The calls that are counted.
#[derive(Default)]
struct Used {
    began: Option<Instant>,
    count: u64,
    sent: VecDeque<Instant>,
    tokens: f64,
    in_flight: u64,
}

pub(super) struct LimitedServer {
    pub(super) port: u16,
    counts: Arc<Mutex<Counts>>,
}

struct State {
    settings: Settings,
    used: Mutex<Used>,
    counts: Arc<Mutex<Counts>>,
}

impl LimitedServer {
    /// Starts a server on its own thread, so that the clients do not slow it down.
    pub(super) fn start(settings: Settings) -> Self {
        let counts: Arc<Mutex<Counts>> = Arc::default();
        let state = Arc::new(State {
            settings,
            used: Mutex::default(),
            counts: Arc::clone(&counts),
        });
        let (port_sender, port) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                port_sender
                    .send(listener.local_addr().unwrap().port())
                    .unwrap();
                while let Ok((socket, _)) = listener.accept().await {
                    tokio::spawn(serve(Arc::clone(&state), socket));
                }
            });
        });
        Self {
            port: port.recv().unwrap(),
            counts,
        }
    }

    pub(super) fn counts(&self) -> Counts {
        *self.counts.lock().unwrap()
    }
}

async fn serve(state: Arc<State>, mut socket: TcpStream) {
    let _ = socket.set_nodelay(true);
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let Some(end) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
            match socket.read(&mut buffer).await {
                Ok(count) if count > 0 => received.extend_from_slice(&buffer[..count]),
                _ => return,
            }
            continue;
        };
        let head: Vec<u8> = received.drain(..end + 4).collect();
        let is_gone = String::from_utf8_lossy(&head).contains(GONE);
        let (is_refused, answer) = state.answer(is_gone);
        if !is_refused {
            tokio::time::sleep(state.settings.latency).await;
            state.used.lock().unwrap().in_flight -= 1;
        }
        if socket.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

impl State {
    /// Returns `true` if the limit refuses the call, and the response.
    fn answer(&self, is_gone: bool) -> (bool, String) {
        let now = Instant::now();
        let mut used = self.used.lock().unwrap();
        let (is_accepted, left, reset) = used.take(self.settings.limit, now);
        used.in_flight += u64::from(is_accepted);
        {
            let mut counts = self.counts.lock().unwrap();
            counts.received += 1;
            counts.refused += u64::from(!is_accepted);
        }
        let mut head = match (is_accepted, is_gone) {
            (true, false) => "HTTP/1.1 200 OK\r\n".to_owned(),
            (true, true) => "HTTP/1.1 401 Unauthorized\r\n".to_owned(),
            (false, _) => format!("HTTP/1.1 {} Refused\r\n", self.settings.status),
        };
        let report = Report::write(&self.settings, is_accepted, left, reset);
        for (name, value) in report {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        let body = if is_gone {
            r#"{"message":"expired","truto_is_remote_error":true}"#
        } else {
            r#"{"id":"p","name":"Shop"}"#
        };
        let answer = format!(
            "{head}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        (!is_accepted, answer)
    }
}

impl Used {
    /// Counts a call. Returns whether it is accepted, the calls left, and the time until more are.
    fn take(&mut self, limit: Limit, now: Instant) -> (bool, u64, Duration) {
        match limit {
            Limit::Fixed(calls, window) => {
                if self.began.is_none_or(|began| now >= began + window) {
                    self.began = Some(now);
                    self.count = 0;
                }
                let is_accepted = self.count < calls;
                self.count += u64::from(is_accepted);
                let ends = self.began.unwrap() + window;
                (is_accepted, calls - self.count, ends - now)
            }
            Limit::Sliding(calls, window) => {
                while self.sent.front().is_some_and(|at| now >= *at + window) {
                    self.sent.pop_front();
                }
                let used = self.sent.len() as u64;
                if used < calls {
                    self.sent.push_back(now);
                }
                let left = calls.saturating_sub(self.sent.len() as u64);
                (used < calls, left, self.sent[0] + window - now)
            }
            Limit::Bucket(calls, window) => {
                let rate = calls as f64 / window.as_secs_f64();
                let since = self.began.replace(now);
                self.tokens = match since {
                    None => calls as f64,
                    Some(since) => {
                        let regained = (now - since).as_secs_f64() * rate;
                        (self.tokens + regained).min(calls as f64)
                    }
                };
                let is_accepted = self.tokens >= 1.0;
                if is_accepted {
                    self.tokens -= 1.0;
                }
                let full = (calls as f64 - self.tokens) / rate;
                (
                    is_accepted,
                    self.tokens as u64,
                    Duration::from_secs_f64(full),
                )
            }
            Limit::Concurrency(calls) => (self.in_flight < calls, 0, Duration::ZERO),
            Limit::Down(time) => {
                let began = *self.began.get_or_insert(now);
                (
                    now >= began + time,
                    0,
                    (began + time).saturating_duration_since(now),
                )
            }
        }
    }
}

impl Report {
    /// Returns the headers of a response.
    fn write(
        settings: &Settings,
        is_accepted: bool,
        left: u64,
        reset: Duration,
    ) -> Vec<(&'static str, String)> {
        let (calls, window) = match settings.limit {
            Limit::Fixed(calls, window)
            | Limit::Sliding(calls, window)
            | Limit::Bucket(calls, window) => (calls, window),
            _ => (0, Duration::ZERO),
        };
        let up = reset.as_millis().div_ceil(1000);
        let epoch = || {
            let at = SystemTime::now() + reset;
            let since = at.duration_since(UNIX_EPOCH).unwrap();
            since.as_secs() + u64::from(since.subsec_nanos() > 0)
        };
        let date = |time| ("date", httpdate::fmt_http_date(time));
        let mut fields = Vec::new();
        let reset = match settings.report {
            Report::Nothing => return fields,
            Report::RetryAfter(seconds) => {
                if !is_accepted {
                    fields.push(("retry-after", seconds.to_string()));
                }
                return fields;
            }
            Report::Up | Report::Overstated => up.to_string(),
            Report::Contradicting => {
                if !is_accepted {
                    fields.push(("retry-after", "1".to_owned()));
                }
                up.to_string()
            }
            Report::Down => reset.as_secs().to_string(),
            Report::Zero => "0".to_owned(),
            Report::Past => {
                fields.push(date(SystemTime::now()));
                (epoch() - 60).to_string()
            }
            Report::WrongDate => {
                fields.push(date(SystemTime::now() + Duration::from_secs(300)));
                epoch().to_string()
            }
            Report::Moving => window.as_secs().to_string(),
        };
        let more = u64::from(settings.report == Report::Overstated) * calls;
        fields.push(("x-ratelimit-limit", (calls + more).to_string()));
        fields.push(("x-ratelimit-remaining", (left + more).to_string()));
        fields.push(("x-ratelimit-reset", reset));
        fields
    }
}
