//! Features for the resources of catalogs.

use toolsmith_codegen::Options;
use toolsmith_codegen::options::{Enums, Features};
use toolsmith_tests::corpus::Dice;

use super::{catalogs, features, runtime, write};
use crate::scratch::Scratch;

/// Prints the tools of the catalog. It is compiled with any features.
const TOOLS: &str = r#"//! An example.

fn main() {
    for tool in auth_tools::the_auth_api::TOOLS {
        println!("{}", tool.name);
    }
}
"#;

/// Matches every value of an enum, and prints the client and handles of a client with a secret.
const WHOLE: &str = r#"//! An example.

use auth_tools::runtime::transport::MemoryTransport;
use auth_tools::the_auth_api::{Client, Env};

fn word(env: Env) -> &'static str {
    match env {
        Env::Live => "live",
        Env::Test => "test",
    }
}

fn main() {
    let client = Client::builder().token("s3cret-t0ken").account("an-account");
    let client = client.transport(MemoryTransport::script([])).build().unwrap();
    let read_only = client.read_only();
    println!("{} {client:?}", word(Env::Test));
    println!("{:?} {:?}", client.projects(), read_only.api_keys());
}
"#;

/// Writes a crate with a feature for each resource, and returns the names of its features.
fn write_crate(scratch: &Scratch) -> Vec<String> {
    let options = Options {
        command: "cargo toolsmith regen".to_owned(),
        crate_name: "auth-tools".to_owned(),
        features: Features::Resources,
        enums: Enums::Exhaustive,
        ..Options::default()
    };
    let output = write(scratch, "tools", &catalogs(), &options);
    let manifest = format!(
        "[package]\nname = \"auth-tools\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{}\n\n{}\n\n[lints.rust]\nmissing_docs = \"warn\"\n\n[workspace]\n",
        runtime(),
        features(&output)
    );
    scratch.put("tools/Cargo.toml", &manifest);
    let names = output.features.iter().flatten();
    names.map(|feature| feature.name.clone()).collect()
}

#[test]
fn each_resource_compiles_alone_and_with_any_others() {
    let scratch = Scratch::new();
    let names = write_crate(&scratch);
    assert!(names.len() > 20, "{names:?}");
    let check = |features: &str| {
        let none = ["check", "--quiet", "--offline", "--no-default-features"];
        scratch.cargo(
            "tools",
            &[&none as &[&str], &["--features", features]].concat(),
        );
    };
    for name in &names {
        check(name);
    }
    let mut dice = Dice::new(14);
    for _ in 0..6 {
        let some: Vec<&str> = names
            .iter()
            .filter(|_| dice.percent(20))
            .map(String::as_str)
            .collect();
        check(&some.join(","));
    }
}

#[test]
fn a_feature_selects_the_tools_and_the_examples_of_its_resource() {
    let scratch = Scratch::new();
    write_crate(&scratch);
    scratch.put("tools/examples/tools.rs", TOOLS);
    scratch.put("tools/examples/whole.rs", WHOLE);
    let run = |features: &[&str]| {
        let run = ["run", "--quiet", "--offline", "--example", "tools"];
        let out = scratch.cargo("tools", &[&run as &[&str], features].concat());
        out.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let one = [
        "--no-default-features",
        "--features",
        "the_auth_api-teammates",
    ];
    assert_eq!(run(&one), ["list_all_the_auth_api_teammates"]);
    let all = ["--no-default-features", "--features", "the_auth_api"];
    assert_eq!(run(&all).len(), 46);
    let run = ["run", "--quiet", "--offline", "--example", "whole"];
    let printed = ["--features", "the_auth_api,toolsmith-runtime/test-util"];
    let printed = scratch.cargo("tools", &[&run as &[&str], &printed].concat());
    assert!(
        printed.contains("Projects(") && printed.contains("Client("),
        "{printed}"
    );
    assert!(!printed.contains("s3cret"), "{printed}");
    let doctest = ["test", "--quiet", "--offline", "--doc"];
    for features in [
        one,
        [
            "--no-default-features",
            "--features",
            "the_auth_api-projects",
        ],
    ] {
        scratch.cargo("tools", &[&doctest as &[&str], &features].concat());
    }
}
