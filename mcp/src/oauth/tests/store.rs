//! Tests of the store in a directory.

use std::path::PathBuf;

use super::*;

fn files(store: &FileStore) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(store.directory()).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "json"));
    paths
}

#[tokio::test]
async fn only_the_owner_can_read_credentials() {
    let server = FakeOAuth::start().await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::new(directory.path().join("deep/tokens"));
    assert!(store.load(&server.url()).await.unwrap().is_none());
    let client = client_with(&server, Arc::new(store.clone()));
    authorize(&client).await.unwrap();
    authorize(&client).await.unwrap();
    let [path] = &files(&store)[..] else {
        panic!("one file");
    };
    let name = path.file_name().unwrap().to_str().unwrap();
    assert!(!name.contains("127"), "{name}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| {
            let metadata = std::fs::metadata(path).unwrap();
            metadata.permissions().mode() & 0o777
        };
        assert_eq!(mode(path), 0o600);
        assert_eq!(mode(store.directory()), 0o700);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = store.load(&server.url()).await.unwrap_err();
        assert_eq!(error.kind(), OAuthErrorKind::Store);
        assert!(error.to_string().contains("chmod 600"), "{error}");
        check_secrets(&server, &error.to_string());
    }
    client.forget().await.unwrap();
    assert!(files(&store).is_empty());
}

#[tokio::test]
async fn a_broken_file_is_named_and_not_shown() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::new(directory.path());
    let server = FakeOAuth::start().await.unwrap();
    authorize(&client_with(&server, Arc::new(store.clone())))
        .await
        .unwrap();
    let [path] = &files(&store)[..] else {
        panic!("one file");
    };
    let text = String::from_utf8(std::fs::read(path).unwrap()).unwrap();
    for broken in ["", "{}", &text[..text.len() - 1], "[\"s3cr3t\"]"] {
        #[expect(
            clippy::disallowed_methods,
            reason = "tests write to temporary directories"
        )]
        std::fs::write(path, broken).unwrap();
        let error = store.load(&server.url()).await.unwrap_err().to_string();
        assert!(error.contains("remove it and authorize again"), "{error}");
        check_secrets(&server, &error);
    }
}

#[cfg(unix)]
#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "tests write to temporary directories"
)]
async fn a_slow_disk_does_not_block_other_tasks() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::new(directory.path());
    let server = FakeOAuth::start().await.unwrap();
    authorize(&client_with(&server, Arc::new(store.clone())))
        .await
        .unwrap();
    let path = files(&store).remove(0);
    std::fs::remove_file(&path).unwrap();
    // Reading a pipe takes until something is written to it.
    let made = std::process::Command::new("mkfifo")
        .args(["-m", "600"])
        .arg(&path)
        .status();
    assert!(made.unwrap().success());
    let (other_ran, after_other) = std::sync::mpsc::channel();
    let writing = std::thread::spawn(move || {
        let ran = after_other.recv_timeout(Duration::from_secs(10));
        std::fs::write(path, "x").unwrap();
        ran
    });
    let url = server.url();
    let other = async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        other_ran.send(()).unwrap();
    };
    let (loaded, ()) = tokio::join!(store.load(&url), other);
    let error = loaded.unwrap_err().to_string();
    assert!(error.contains("does not contain credentials"), "{error}");
    writing
        .join()
        .unwrap()
        .expect("other futures run meanwhile");
}
