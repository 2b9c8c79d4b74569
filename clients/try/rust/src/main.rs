//! The flow of the README through what progenitor makes.

#[allow(clippy::all, dead_code)]
mod api {
    include!(concat!(env!("OUT_DIR"), "/api.rs"));
}
use api::types::*;
use serde_json::json;

/// What is optional and not said here is left out, whatever the contract adds to it.
fn sent<T: serde::de::DeserializeOwned>(json: serde_json::Value) -> T {
    serde_json::from_value(json).unwrap()
}

#[tokio::main]
async fn main() {
    let client = api::Client::new(&std::env::var("BILLING_URL").unwrap());
    let stamp = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let user = client.create_user(None, &sent::<NewUser>(json!({"email": format!("rust-{stamp}@example.com")}))).await.unwrap().into_inner();
    client.create_subscription(None, &sent::<NewSubscription>(json!({"plan_code": "pro", "user_id": user.id}))).await.unwrap();
    let event: NewUsageEvent = sent(json!({"metric": "api_calls", "quantity": 120000, "user_id": user.id}));
    client.record_usage(None, &event).await.unwrap();
    let made = client.generate_invoice(&user.id, None).await.unwrap().into_inner();
    assert_eq!(made.amount_cents, 6900);
    let invoice = client.get_invoice(&user.id, &made.id).await.unwrap().into_inner();
    match &invoice.lines[..] {
        [InvoiceLine::BaseLine(base), InvoiceLine::UsageLine(usage)] => {
            assert_eq!(base.explanation.days as u32, base.explanation.of_days.get());
            assert_eq!(usage.explanation.billable, 20000);
        }
        other => panic!("{other:?}"),
    }
    let ids = vec![user.id.clone(), user.id.clone()];
    assert_eq!(client.list_users(None, None, None, None, Some(&ids), None, None).await.unwrap().into_inner().len(), 1);
    let charge = json!({"metric": "m", "model": "per_unit", "unit_price": "1"});
    let plan: NewPlan = sent(json!({"amount_cents": 1, "charges": [charge], "code": format!("try-{stamp}")}));
    client.create_plan(None, &plan).await.unwrap();
}
