//! Tests of the errors.

use super::*;

#[test]
fn only_codes_of_the_protocols_are_labels() {
    for (code, label) in [
        ("-32700", "-32700"),
        ("-32600", "-32600"),
        ("-32603", "-32603"),
        ("\"-32602\"", "-32602"),
        ("-32002", "-32002"),
        ("-32020", "-32020"),
        ("-32022", "-32022"),
        ("-32042", "-32042"),
        ("-32604", "rpc_error"),
        ("-32000", "rpc_error"),
        ("0", "rpc_error"),
        ("77", "rpc_error"),
        ("null", "rpc_error"),
        ("1e99", "rpc_error"),
    ] {
        let error = RpcError::read(&format!("{{\"code\": {code}, \"message\": \"no\"}}"));
        let error = RequestError::Rpc(Box::new(error));
        assert_eq!(error.error_label(), label, "{code}");
    }
    assert_eq!(
        RequestError::Rpc(Box::new(RpcError::read("{\"code\": 77}"))).error_type(),
        "77",
        "spans have the code"
    );
}
