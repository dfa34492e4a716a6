//! Calls every tool of a server, over stdio and over HTTP.

use generated::local::{Client, DeleteNote, Draw, Fail, NoteId, Part, ReadNote};
use generated::runtime::mcp::{Content, Endpoint};
use generated::remote;
use generated::runtime::{Error, Json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    call(&Client::connect().await?).await?;
    let remote = remote::Client::connect().await?;
    let note = remote.read_note(remote::ReadNote::new("n2")).await?;
    println!("{}", note.structured()?.title);
    let refused = Client::connect_to(Endpoint::http("{url}").token("another")).await;
    println!("{}", refused.is_err_and(|error| !error.to_string().contains("another")));
    let missing = Client::connect_to(Endpoint::command("no-such-program")).await;
    println!("{}", missing.unwrap_err().to_string().split(':').next().unwrap_or_default());
    Ok(())
}

async fn call(client: &Client) -> Result<(), Error> {
    let reading = client.read_only();
    let answer = reading.read_note(ReadNote::new("n1").part(Part::Body)).await?;
    let note = answer.structured()?;
    println!("{} {:?} {}", note.title, note.length, note.extra.contains_key("unforeseen"));
    println!("{}", answer.text());

    println!("{}", client.delete_note(DeleteNote::new(NoteId::from("n1"))).await?.text());

    let drawn = client.draw(Draw::new()).await?;
    for piece in &drawn.content {
        match piece {
            Content::Text(text) => println!("text {text}"),
            Content::Image { data, mime_type } => println!("image {mime_type} {data:?}"),
            Content::Resource(resource) => println!("resource {} {:?}", resource.uri, resource.text),
            Content::ResourceLink(resource) => println!("link {} {:?}", resource.uri, resource.name),
            other => println!("other {other:?}"),
        }
    }
    println!("{} {}", drawn.images().count(), drawn.resources().count());
    println!("{}", drawn.structured().is_err());

    let failed = client.fail(Fail::new("out of ink"));
    println!("{}", failed.await.unwrap_err());
    let raw = client.fail(Fail::new("out of ink")).raw().await?;
    println!("{} {}", raw.is_error, raw.text());

    let arguments: Json = [("noteid".to_owned(), Json::from("n2"))].into_iter().collect();
    println!("{}", client.call_tool("read-note", arguments).await.unwrap_err());
    println!("{}", reading.call_tool("delete-note", Json::Null).await.unwrap_err());
    Ok(())
}
