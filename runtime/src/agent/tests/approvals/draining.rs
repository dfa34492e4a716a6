//! Approvals of calls that a drained client does not send.

use super::*;

#[tokio::test]
async fn a_drained_client_uses_up_no_approval() {
    let (store, here, there) = (Store::default(), ok(), ok());
    let shop = client(&here, "acc_551");
    let approvals = || shared(&store).lease(Duration::ZERO);
    let (tools, stored) = process(&shop, approvals());
    let request = ask(&tools, &stored).await;
    shop.drain(Duration::ZERO).await;
    let reply = tools
        .resume(&request, Approval::granted("bob"))
        .await
        .unwrap();
    assert_eq!(reply.outcome().as_str(), "failed");
    assert!(reply.text().contains("nothing was sent"), "{reply}");
    let again = tools.call_in(context(), CREATE, arguments()).await;
    assert!(!again.is_repeated(), "{again}");
    assert!(here.requests().is_empty());

    let (other, _) = process(&client(&there, "acc_551"), approvals());
    assert_eq!(resume(&other, &request).await, Ok("succeeded"));
    assert_eq!(resume(&other, &request).await, Err(ApprovalProblem::Used));
    assert_eq!(there.requests().len(), 1);
}
