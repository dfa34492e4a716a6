//! An API that keeps the trace of each request.

use std::sync::{Arc, Mutex};

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use generated::the_auth_api::Client;
use serde_json::json;
use tokio::net::TcpListener;

/// An API with one project. It refuses the token for each other one.
pub struct Api {
    url: String,
    parents: Arc<Mutex<Vec<String>>>,
}

impl Api {
    /// Starts the API.
    ///
    /// # Panics
    ///
    /// There is no free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let parents = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&parents);
        let handle = move |request: Request| {
            let parent = request.headers().get("traceparent");
            let parent = parent.map_or("", |parent| parent.to_str().unwrap_or_default());
            kept.lock().unwrap().push(parent.to_owned());
            let response = respond(request.uri().path());
            async move { response }
        };
        let router = Router::new().fallback(handle);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, parents }
    }

    /// Returns a client of the API.
    ///
    /// # Panics
    ///
    /// The settings are invalid.
    #[must_use]
    pub fn client(&self) -> Client {
        let builder = Client::builder().token("s3cr3t-canary").account("ia_551");
        builder.base_url(&self.url).build().unwrap()
    }

    /// Returns the header `traceparent` of each request; empty without one.
    ///
    /// # Panics
    ///
    /// A request panicked.
    #[must_use]
    pub fn parents(&self) -> Vec<String> {
        self.parents.lock().unwrap().clone()
    }
}

fn respond(path: &str) -> Response {
    if path.ends_with("/prj_1") {
        Json(json!({"id": "prj_1", "name": "Billing", "env": "live"})).into_response()
    } else {
        let message = json!({"message": "the token is not valid"});
        (StatusCode::UNAUTHORIZED, Json(message)).into_response()
    }
}
