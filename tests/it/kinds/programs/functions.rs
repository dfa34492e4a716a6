//! Calls every function of a catalog and prints the calls.

use all_shapes::runtime::functions::{FunctionHandler, HandlerError};
use all_shapes::runtime::{Error, Json};
use all_shapes::{Client, ClientRequest, GetWeather, List, Move, Search, SendALetter, Sum, Unit, Wipe};

/// Returns the call itself.
struct Echo;

impl FunctionHandler for Echo {
    async fn call(&self, name: &str, arguments: Json) -> Result<Json, HandlerError> {
        match name {
            "wipe" => Err("the disk is write-protected".into()),
            "list" => Ok([("names".to_owned(), Json::from(vec!["a", "b"]))].into_iter().collect()),
            _ => Ok(format!("{name} {arguments}").into()),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = Client::new(Echo);
    println!("{}", client.get_weather(GetWeather::new("Oslo", Unit::Celsius, None)).await?);
    println!("{}", client.r#move(Move::new("the left")).await?);
    println!("{}", client.search(Search::new("rust")).await?);
    println!("{:?}", client.read_only().list(List::new().limit(2)).await?.names);
    println!("{}", client.sum(Sum::new([1.0, 2.5])).await?);
    println!("{}", client.client_tool(ClientRequest::new()).await?);
    println!("{}", client.send_a_letter(SendALetter::new()).await?);
    println!("{}", client.wipe(Wipe::new()).await.unwrap_err());
    println!("{}", client.get_weather(GetWeather::new("Oslo", Unit::Celsius, Some(8))).await.unwrap_err());
    println!("{}", client.call_tool("sum", Json::from(vec![3])).await?);
    println!("{}", client.call_tool("sum", Json::from("three")).await.unwrap_err());
    println!("{}", client.call_tool("serch", Json::Null).await.unwrap_err());
    println!("{}", client.read_write().call_tool("wipe", Json::Null).await.unwrap_err());
    Ok(())
}
