//! Calls tools of third-party servers.

use generated::everything::{Echo, GetSum, GetTinyImage};
use generated::filesystem::ReadTextFile;
use generated::runtime::Error;
use generated::{everything, filesystem};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = everything::Client::connect().await?;
    println!("{}", client.echo(Echo::new("hello")).await?.text());
    println!("{}", client.get_sum(GetSum::new(2.0, 3.5)).await?.text());
    let pictures = client.get_tiny_image(GetTinyImage::new()).await?;
    println!("{:?}", pictures.images().map(|(data, kind)| (data.len() > 100, kind)).collect::<Vec<_>>());

    let client = filesystem::Client::connect().await?;
    let read = client.read_only().read_text_file(ReadTextFile::new("{file}")).await?;
    println!("{}", read.structured()?.content);
    let refused = client.read_text_file(ReadTextFile::new("/etc/hostname")).await.unwrap_err();
    println!("{refused}");
    Ok(())
}
