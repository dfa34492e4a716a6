//! The server: a thread, a listener, and the handling of a request from the socket to the response.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::MutexGuard;
use std::thread::JoinHandle;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use axum::serve::ListenerExt;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use super::fault::Fault;
use super::received::{Received, receive, recorded};
use super::responses::{Answer, Refusal};
use super::world::{Shared, World};
use super::{TOKEN, account, control, ping, proxy, spoil, tools};

/// A listener and the thread that serves it.
pub(crate) struct Server {
    address: SocketAddr,
    world: Shared,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on an address and serves it until dropped.
    pub(crate) fn start(address: SocketAddr) -> io::Result<Server> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let world = World::new(base_url(address)).map_err(io::Error::other)?;
        let world = Shared::new(world);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let router = Router::new().fallback(answer).with_state(world.clone());
        let thread = std::thread::Builder::new()
            .name("fake-truto".to_owned())
            .spawn(move || serve(runtime, listener, router, stopped))?;
        Ok(Server {
            address,
            world,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Returns the address of the server.
    pub(crate) fn base_url(&self) -> String {
        base_url(self.address)
    }

    /// Locks the state while the guard lives.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The thread ends at once, even if requests are in flight. A panic of it does not matter here.
            let _ended = thread.join();
        }
    }
}

fn base_url(address: SocketAddr) -> String {
    format!("http://{address}")
}

fn serve(runtime: Runtime, listener: TcpListener, router: Router, stopped: oneshot::Receiver<()>) {
    runtime.block_on(async move {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
            return;
        };
        // Small responses are sent at once, so that benchmarks measure calls and not Nagle's algorithm.
        let listener = listener.tap_io(|connection| {
            let _best_effort = connection.set_nodelay(true);
        });
        tokio::select! {
            _ = axum::serve(listener, router) => {}
            _ = stopped => {}
        }
    });
    runtime.shutdown_background();
}

/// Receives a request, applies a fault if there is one, and responds.
async fn answer(State(world): State<Shared>, request: Request) -> Response {
    let request_id = world.lock().next_request_id();
    let mut response = match receive(request).await {
        Ok(received) => respond(&world, &received).await,
        Err(refusal) => spoil::send(refusal.into()),
    };
    if let Ok(request_id) = HeaderValue::try_from(request_id) {
        let name = HeaderName::from_static("x-request-id");
        response.headers_mut().insert(name, request_id);
    }
    response
}

async fn respond(world: &Shared, received: &Received) -> Response {
    if received.path.starts_with("/control") {
        return spoil::send(control::answer(&mut world.lock(), received));
    }
    let fault = arrive(world, received);
    let instead = fault.as_ref().and_then(spoil::instead);
    let answer = match instead {
        Some(answer) => answer,
        None => route(world, received).await.unwrap_or_else(Answer::from),
    };
    match fault {
        Some(fault) => spoil::send_spoiled(&fault, answer).await,
        None => spoil::send(answer),
    }
}

/// Logs a request and returns the fault that applies to it.
fn arrive(world: &Shared, received: &Received) -> Option<Fault> {
    let mut world = world.lock();
    world.log.push(recorded(received));
    world.faults.take(received.method.as_str(), &received.path)
}

async fn route(world: &Shared, received: &Received) -> Result<Answer, Refusal> {
    let segments: Vec<&str> = received.segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        ["hooks", name, ..] => return Ok(ping::receive(name)),
        ["mcp", secret] => return account::serve(&world.lock(), received, secret),
        _ => {}
    }
    authorize(received)?;
    match segments.as_slice() {
        ["integrated-account", account, "tools"] => {
            tools::of_account(&world.lock(), received, account)
        }
        ["integrated-account", id] => account::state(&world.lock(), received, id),
        ["link-token"] => account::link_token(&mut world.lock(), received),
        ["integrated-account", id, "capabilities"] => {
            account::capabilities(&world.lock(), received, Some(id))
        }
        ["integrated-account", id, "mcp"] => {
            tools::known_account(&world.lock(), id)?;
            account::create_server(&mut world.lock(), received)
        }
        ["integrated-account", id, "mcp", server] => {
            tools::known_account(&world.lock(), id)?;
            account::delete_server(&mut world.lock(), received, server)
        }
        ["integration", slug, "tools"] => tools::of_integration(&world.lock(), received, slug),
        ["integration", slug, "capabilities"] => {
            tools::known_integration(slug)?;
            account::capabilities(&world.lock(), received, None)
        }
        ["proxy", resource] => proxy::answer(world, received, resource, None).await,
        ["proxy", resource, segment] => {
            proxy::answer(world, received, resource, Some(segment)).await
        }
        _ => Err(Refusal::new(
            StatusCode::NOT_FOUND,
            format!("Cannot {} {}", received.method, received.path),
        )),
    }
}

fn authorize(received: &Received) -> Result<(), Refusal> {
    let given = received.headers.get("authorization");
    let given = given.and_then(|value| value.to_str().ok());
    if given.and_then(|value| value.strip_prefix("Bearer ")) == Some(TOKEN) {
        return Ok(());
    }
    let message = match given {
        None => "The request has no Authorization header: send Bearer and the token.",
        Some(_) => "The token in the Authorization header is not valid.",
    };
    Err(Refusal::new(StatusCode::UNAUTHORIZED, message))
}
