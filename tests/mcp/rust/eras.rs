//! Calls the servers of one era through the clients that were generated from them:
//! `eras CRATE [URL]`. Without a URL the client starts the server that it was generated from.
//!
//! Prints a line for each ability: its name, and what came.

use std::env;

/// Plays the scenario with the client of one crate.
macro_rules! play {
    ($krate:ident, $url:expr) => {{
        use $krate::runtime::Error;
        use $krate::runtime::mcp::{ElicitationAnswer, Endpoint};
        use $krate::{Book, Client, Crash, Echo, Fail, Query, Weather};

        let connect = async |answer: Option<ElicitationAnswer>| -> Result<Client, Error> {
            let mut builder = Client::builder();
            if let Some(url) = $url {
                builder = builder.endpoint(Endpoint::http(url));
            }
            if let Some(answer) = answer {
                builder = builder.on_elicitation(move |_| {
                    let answer = answer.clone();
                    async move { answer }
                });
            }
            builder.connect().await
        };
        let sure = ElicitationAnswer::Accept(serde_json::json!({"sure": true}));
        let client = connect(Some(sure)).await?;
        println!("echo: {}", client.echo(Echo::new("a\u{1f980}")).await?.text());
        let weather = client.weather(Weather::new("Ulm")).await?;
        let weather = weather.structured()?;
        println!("structured: {} {:?}", weather.city, weather.celsius);
        for region in ["eu", " padded ", "Köln"] {
            let query = Query::new(region, 42).urgent(true);
            println!("headers: {}", client.query(query).await?.text());
        }
        println!("headers: {}", client.query(Query::new("eu", 1)).await?.text());
        println!("fail: {}", text(client.fail(Fail::new("no seats")).await));
        println!("crash: {}", text(client.crash(Crash::new()).await));
        println!("accept: {}", client.book(Book::new(2)).await?.text());
        let client = connect(Some(ElicitationAnswer::Decline)).await?;
        println!("decline: {}", client.book(Book::new(3)).await?.text());
        let client = connect(None).await?;
        println!("unanswered: {}", text(client.book(Book::new(4)).await));
        let again = client.echo(Echo::new("again")).await?;
        println!("afterwards: {}", again.text());
    }};
}

/// Returns the message of an error, and the text of a result that should be one.
fn text<T, E: std::fmt::Display>(result: Result<T, E>) -> String {
    match result {
        Ok(_) => "a result".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let url = arguments.get(1).cloned();
    match arguments.first().map(String::as_str) {
        Some("legacy-python") => play!(legacy_python, url.clone()),
        Some("legacy-typescript") => play!(legacy_typescript, url.clone()),
        Some("modern-python") => play!(modern_python, url.clone()),
        Some("modern-typescript") => play!(modern_typescript, url.clone()),
        other => return Err(format!("there is no crate {other:?}").into()),
    }
    Ok(())
}
