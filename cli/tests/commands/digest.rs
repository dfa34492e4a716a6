//! Tests of `digest`.

use crate::project::{Project, changed, files};

#[test]
fn a_digest_is_short_and_reproducible() {
    let project = Project::copy();
    let out = project.path("made");
    let out = out.to_str().unwrap();
    let arguments = ["digest", "the_auth_api", "--out", out, "--json"];
    let facts = project.run(&arguments).with_status(0).json();
    let sizes = &facts["catalogs"][0];
    let [digest, schemas, sources] = ["characters", "schema_characters", "source_characters"]
        .map(|key| sizes[key].as_u64().unwrap());
    assert!(digest < schemas && schemas < sources, "{facts}");
    // An agent reads the index and one page for a call.
    let pages = sizes["pages"].as_array().unwrap();
    assert_eq!(pages[0]["page"], "index.md");
    let index = pages[0]["characters"].as_u64().unwrap();
    let largest = pages[1..].iter().map(|page| page["characters"].as_u64());
    let largest = largest.max().flatten().unwrap();
    let read = index + largest;
    assert!(read * 5 < schemas * 2, "{read} of {schemas}");
    // The index is about the client as a whole. Only the pages grow with the tools.
    assert!(largest * 9 < schemas, "{largest} of {schemas}");
    let before = files(&project.path("made"));
    assert!(before.contains_key("the_auth_api/index.md"));
    let shown = project.run(&["digest", "--out", out]).with_status(0);
    assert!(shown.out.contains("total"), "{}", shown.out);
    assert!(shown.out.contains("0 files written"), "{}", shown.out);
    assert_eq!(changed(&before, &files(&project.path("made"))), [""; 0]);
}

#[test]
fn does_not_overwrite_files_that_were_not_generated() {
    let project = Project::copy();
    project.put("made/the_auth_api/index.md", b"# Mine\n");
    project.put("made/the_auth_api/notes.md", b"# Mine too\n");
    let before = files(&project.path("made"));
    let out = project.path("made");
    let ended = project
        .run(&["digest", "--out", out.to_str().unwrap()])
        .with_status(3);
    assert!(ended.err.contains("was not written by"), "{}", ended.err);
    assert_eq!(changed(&before, &files(&project.path("made"))), [""; 0]);
}

#[test]
fn regen_updates_an_existing_digest_and_creates_none() {
    let project = Project::settled();
    let page = "generated/digest/the_auth_api/resources/api_keys.md";
    let text = project.text(page);
    project.put(page, text.replace("bool", "String").as_bytes());
    let old = text.replace("API keys", "old keys");
    project.put(
        "generated/digest/the_auth_api/resources/old.md",
        old.as_bytes(),
    );
    let ended = project.run(&["regen", "--check"]).with_status(1);
    assert!(ended.out.contains(page), "{}", ended.out);
    project.run(&["regen", "--offline"]).with_status(0);
    assert_eq!(project.text(page), text);
    assert!(
        !project
            .path("generated/digest/the_auth_api/resources/old.md")
            .exists()
    );
    std::fs::remove_dir_all(project.path("generated/digest")).unwrap();
    project.run(&["regen", "--offline"]).with_status(0);
    assert!(!project.path("generated/digest").exists());
}
