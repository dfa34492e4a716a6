//! The tools of The Auth API in `rig`: the tools of an agent, and two calls as the agent makes them.
//!
//! ```text
//! cargo run -p examples --example rig_tools --features rig
//! ```

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;

use serde_json::json;
use toolsmith_runtime::ToolFilter;
use toolsmith_runtime::adapters::rig;
use toolsmith_runtime::adapters::rig::rig_core::tool::DynamicTool;
use toolsmith_runtime::dialect::Dialect;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let session = examples::connect()?;
    let toolbox = session.client.toolbox();
    let toolbox = toolbox.filter(ToolFilter::resource("projects").and(ToolFilter::reads()));
    let tools = rig::tools(toolbox, Dialect::OpenAiChat)?;
    for tool in &tools {
        let definition = tool.definition();
        println!("{}: {}", definition.name.as_str(), definition.description);
    }
    let is_list = |tool: &&DynamicTool| tool.name().as_str().starts_with("list_");
    let list = tools.iter().find(is_list).ok_or("there is no list")?;
    for arguments in [
        json!({"account": "acc_8923"}),
        json!({"accountId": "acc_8923"}),
    ] {
        println!("\n{arguments}");
        match list.execute(arguments).await {
            Ok(output) => println!("{} characters of JSON", output.render().chars().count()),
            Err(error) => println!("{}: {}", error.kind(), error.model_output().render()),
        }
    }
    Ok(())
}
