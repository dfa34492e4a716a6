//! A chat in which customers ask for changes to their accounts, and approve them minutes later.
//!
//! ```text
//! cargo run -p examples --example chat_service                               a demonstration
//! cargo run -p examples --example chat_service -- serve [ADDRESS [FOLDER]]   the service
//! ```
//!
//! | request | effect |
//! |---|---|
//! | `POST /conversations` | begins a conversation |
//! | `POST /conversations/{id}/messages` `{"text"}` | says something; the response comes as events |
//! | `GET /conversations/{id}/events` | the events `text`, `call`, `approval`, `done` and `problem`, as server-sent events |
//! | `GET /approvals` | the calls that wait for an approval |
//! | `POST /approvals/{id}` `{"granted", "reason"}` | decides about a call, and makes it if it is granted |
//!
//! Each request has the token of a customer as `Authorization: Bearer …`. `FOLDER` gets the conversations, the requests for
//! approval and the audit, so that a service that is started again continues where it was. Ctrl-C waits for
//! calls in flight, then stops.
//!
//! `CHAT_CUSTOMERS` is a file of customers, one a line: token, name, user and integrated account. Without
//! `TRUTO_API_TOKEN` there are two made-up ones; without `OPENAI_API_KEY` or `ANTHROPIC_API_KEY` there is a model on
//! loopback.

#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "an example prints, keeps conversations, and reads members of JSON, which are null where there are none"
)]

mod conversation;
mod customers;
mod demo;
mod events;
mod routes;
mod service;
mod storage;

use std::env;
use std::error::Error;
use std::path::Path;

use tokio::net::TcpListener;

use customers::Customers;
use service::Service;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let session = examples::connect()?;
    match arguments.next().as_deref() {
        None => demo::run(&session).await,
        Some("serve") => {
            let address = arguments.next().unwrap_or("127.0.0.1:4030".to_owned());
            let folder = arguments.next().unwrap_or("chat".to_owned());
            let customers = Customers::read(&session)?;
            let service = Service::start(&session, customers, Path::new(&folder)).await;
            let service = service.map_err(|problem| problem.to_string())?;
            let listener = TcpListener::bind(address).await?;
            println!("Listening on http://{}.", listener.local_addr()?);
            let interrupt = async {
                // Without a signal handler, the process ends at once.
                let _failed = tokio::signal::ctrl_c().await;
            };
            println!("{}", routes::serve(service, listener, interrupt).await?);
            Ok(())
        }
        Some(other) => Err(format!("there is no mode {other}; there is serve").into()),
    }
}
