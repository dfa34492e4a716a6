pub static TOOLS: &[&toolsmith_runtime::ToolSpec] = &[];
