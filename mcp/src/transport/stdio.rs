//! A connection over a pair of streams: the standard streams of a program, or any other.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

use super::answers::Answers;
use super::lines::{Framed, Framer, Line, read_line};
use super::parts::{Ended, MAX_MESSAGE_SIZE, Request, outcome, unreadable_message};
use super::pending::{Shared, Waiting, not_sent};
use super::process::{Launch, Process};
use super::tail::Tail;
use crate::error::{OpenError, RequestError};
use crate::input::Inputs;
use crate::message::{self, Message, ResponseId};
use crate::secrets::Secrets;

/// The time for a server that does not read its input to end.
const PATIENCE: Duration = Duration::from_millis(600);

/// A connection over a pair of streams.
pub(crate) struct StdioLink {
    shared: Arc<Shared>,
    /// Dropping it closes the input of the server.
    outgoing: Mutex<Option<mpsc::UnboundedSender<Outgoing>>>,
    process: Option<Arc<Process>>,
    reading: AbortHandle,
}

/// The parts of a connection next to its streams.
#[derive(Default)]
struct Settings {
    tail: Arc<Tail>,
    inputs: Inputs,
    secrets: Secrets,
}

/// A line to write.
struct Outgoing {
    /// The request, if the line is one.
    id: Option<u64>,
    line: String,
}

impl StdioLink {
    /// Starts a program and connects to it.
    ///
    /// # Errors
    ///
    /// The program cannot be started.
    pub(crate) fn start(
        launch: &Launch,
        inputs: Inputs,
        secrets: &Secrets,
    ) -> Result<Self, OpenError> {
        let tail = Arc::new(Tail::new(secrets.clone()));
        let (process, output, input) = launch.start(&tail)?;
        let process = Some(Arc::new(process));
        let settings = Settings {
            tail,
            inputs,
            secrets: secrets.clone(),
        };
        Ok(Self::connect(output, input, process, settings))
    }

    /// Connects over a pair of streams.
    pub(crate) fn over(
        read: impl AsyncRead + Unpin + Send + 'static,
        write: impl AsyncWrite + Unpin + Send + 'static,
        inputs: Inputs,
    ) -> Self {
        let settings = Settings {
            inputs,
            ..Settings::default()
        };
        Self::connect(read, write, None, settings)
    }

    fn connect(
        read: impl AsyncRead + Unpin + Send + 'static,
        write: impl AsyncWrite + Unpin + Send + 'static,
        process: Option<Arc<Process>>,
        settings: Settings,
    ) -> Self {
        let Settings {
            tail,
            inputs,
            secrets,
        } = settings;
        let shared = Arc::new(Shared::new(tail));
        let (outgoing, lines) = mpsc::unbounded_channel();
        // It ends when the sender is dropped, after the last line.
        tokio::spawn(write_lines(write, lines, Arc::clone(&shared)));
        let reader = Reader {
            shared: Arc::clone(&shared),
            outgoing: outgoing.downgrade(),
            inputs,
            answers: Answers::default(),
            secrets,
        };
        let running = process.clone();
        let reading = tokio::spawn(async move {
            reader.run(read).await;
            let ended = match running {
                Some(process) => process.end().await,
                None => Ended::default(),
            };
            reader.shared.end(&ended);
        });
        Self {
            shared,
            outgoing: Mutex::new(Some(outgoing)),
            process,
            reading: reading.abort_handle(),
        }
    }

    /// Sends a request and waits for its end. Dropping the future cancels the request.
    pub(crate) async fn exchange(&self, request: Request) -> Result<String, RequestError> {
        let (answer, received) = oneshot::channel();
        {
            let mut state = self.shared.lock();
            if let Some(ended) = &state.ended {
                return Err(not_sent(ended));
            }
            let waiting = Waiting {
                answer,
                is_written: false,
                progress: request.progress.clone(),
            };
            state.waiting.insert(request.id, waiting);
        }
        request.progress.set_sent(true);
        self.send(Outgoing {
            id: Some(request.id),
            line: request.body,
        });
        let mut cancelling = Cancelling {
            link: self,
            id: request.id,
            is_waiting: true,
        };
        let received = received.await;
        cancelling.is_waiting = false;
        received.unwrap_or_else(|_| Err(not_sent(&Ended::default())))
    }

    /// Sends a notification.
    pub(crate) fn notify(&self, line: String) {
        self.send(Outgoing { id: None, line });
    }

    fn send(&self, outgoing: Outgoing) {
        let sender = self.outgoing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = &*sender {
            // It fails only after the connection ended, which ends every request.
            let _sent = sender.send(outgoing).is_ok();
        }
    }

    pub(crate) fn ended(&self) -> Option<Ended> {
        self.shared.lock().ended.clone()
    }

    /// Closes the input of the server and waits for its end.
    pub(crate) async fn close(&self) {
        self.outgoing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(process) = &self.process {
            process.close().await;
        }
        self.shared.end(&Ended::default());
    }
}

impl Drop for StdioLink {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

/// Cancels a request whose caller stopped waiting.
struct Cancelling<'a> {
    link: &'a StdioLink,
    id: u64,
    is_waiting: bool,
}

impl Drop for Cancelling<'_> {
    fn drop(&mut self) {
        if self.is_waiting && self.link.shared.lock().waiting.remove(&self.id).is_some() {
            self.link.notify(message::cancellation(self.id));
        }
    }
}

async fn write_lines(
    mut write: impl AsyncWrite + Unpin,
    mut lines: mpsc::UnboundedReceiver<Outgoing>,
    shared: Arc<Shared>,
) {
    while let Some(Outgoing { id, mut line }) = lines.recv().await {
        // A request that no longer waits was cancelled before it was sent.
        if id.is_some_and(|id| !shared.set_written(id, true)) {
            continue;
        }
        line.push('\n');
        let written = async {
            write.write_all(line.as_bytes()).await?;
            write.flush().await
        };
        if written.await.is_err() {
            // The server cannot have read a line that has no end.
            if let Some(id) = id {
                shared.set_written(id, false);
            }
            // The reader knows why the server ended, if it did.
            tokio::time::sleep(PATIENCE).await;
            let output = shared.tail.lines();
            return shared.end(&Ended {
                status: None,
                output,
            });
        }
    }
}

/// Reads the messages of a server.
struct Reader {
    shared: Arc<Shared>,
    outgoing: mpsc::WeakUnboundedSender<Outgoing>,
    inputs: Inputs,
    answers: Answers,
    secrets: Secrets,
}

impl Reader {
    /// Reads until the stream ends.
    async fn run(&self, read: impl AsyncRead + Unpin) {
        let mut stream = BufReader::with_capacity(64 * 1024, read);
        let mut framer = Framer::default();
        while let Ok(Some(line)) = read_line(&mut stream, MAX_MESSAGE_SIZE).await {
            match line {
                Line::Whole(line) => {
                    for framed in framer.push(&line, MAX_MESSAGE_SIZE) {
                        match framed {
                            Framed::Message(text) => self.receive(&text),
                            Framed::Noise(line) => self.shared.tail.push(&line),
                        }
                    }
                }
                Line::TooLarge(start) => {
                    for message in message::read(&start) {
                        if let Message::Unreadable(unreadable) = message
                            && unreadable.is_response
                        {
                            let error = || RequestError::TooLarge(MAX_MESSAGE_SIZE);
                            self.shared.answer_broken(unreadable.id, error);
                        }
                    }
                }
            }
        }
    }

    fn receive(&self, text: &str) {
        for message in message::read(text) {
            match message {
                Message::Response(response) => {
                    let id = match response.id {
                        ResponseId::Of(id) => Some(id),
                        // The server could not read a request. Of several, no one knows which one.
                        ResponseId::Unknown => self.shared.only(),
                        ResponseId::Foreign => None,
                    };
                    if let Some(id) = id {
                        self.shared
                            .answer(id, outcome(response.outcome, &self.secrets));
                    }
                }
                Message::Request(request) => {
                    let inputs = self.inputs.clone();
                    let outgoing = self.outgoing.clone();
                    let question = self.shared.question();
                    let id = request.id.clone();
                    let answering = tokio::spawn(async move {
                        let outcome = inputs.respond(&request.method, request.params).await;
                        drop(question);
                        let line = message::response(&request.id, outcome);
                        if let Some(outgoing) = outgoing.upgrade() {
                            let _sent = outgoing.send(Outgoing { id: None, line }).is_ok();
                        }
                    });
                    self.answers.add(id, answering.abort_handle());
                }
                Message::Withdrawal(id) => self.answers.cancel(&id),
                Message::Notification => {}
                Message::Unreadable(unreadable) => {
                    if unreadable.is_response {
                        let error = || unreadable_message(&unreadable.text, &self.secrets);
                        self.shared.answer_broken(unreadable.id, error);
                    } else {
                        self.shared.tail.push(&unreadable.text);
                    }
                }
            }
        }
    }
}
