//! The flow of the README through what progenitor makes.

#[allow(clippy::all, dead_code)]
mod api {
    include!(concat!(env!("OUT_DIR"), "/api.rs"));
}
use api::types::*;

#[tokio::main]
async fn main() {
    let client = api::Client::new(&std::env::var("BILLING_URL").unwrap());
    let stamp = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let user = client.create_user(None, &NewUser { email: format!("rust-{stamp}@example.com") }).await.unwrap().into_inner();
    client.create_subscription(None, &NewSubscription { plan_code: "pro".parse().unwrap(), user_id: user.id.clone() }).await.unwrap();
    let event = NewUsageEvent { at: None, event_id: None, metric: "api_calls".parse().unwrap(), quantity: 120000, user_id: user.id.clone() };
    client.record_usage(None, &event).await.unwrap();
    let made = client.generate_invoice(&user.id, None).await.unwrap().into_inner();
    assert_eq!(made.amount_cents, 6900);
    let invoice = client.get_invoice(&user.id, &made.id).await.unwrap().into_inner();
    match &invoice.lines[..] {
        [InvoiceLine::BaseLine(base), InvoiceLine::UsageLine(usage)] => {
            assert_eq!(base.explanation.days, base.explanation.of_days);
            assert_eq!(usage.explanation.billable, 20000);
        }
        other => panic!("{other:?}"),
    }
    let ids = vec![user.id.clone(), user.id.clone()];
    assert_eq!(client.list_users(None, None, Some(&ids), None, None).await.unwrap().into_inner().len(), 1);
    let charge = NewPerUnitCharge { included: None, metric: "m".parse().unwrap(), model: NewPerUnitChargeModel::PerUnit, unit_price: "1".parse().unwrap() };
    let plan = NewPlan {
        active: None, amount_cents: 1, charges: vec![charge.into()], code: format!("try-{stamp}").parse().unwrap(), currency: None, interval: None,
        interval_count: None, name: None, trial_days: None,
    };
    client.create_plan(None, &plan).await.unwrap();
}
