//! The shipped packs on the simulators, live.

use serde_json::{Value, json};
use throughline_intake::WebhookRequest;
use throughline_simulators::{Kind, Simulator};
use throughline_store::{PageRequest, RunFilter, RunStatus};

use crate::support::Ground;
use crate::world::{BY, World, on_both};

on_both!(
    a_lead_that_comes_five_times_is_one_customer_and_one_message,
    a_lead_of_a_customer_we_know_makes_no_other,
    a_lead_that_several_customers_could_be_is_somebodys,
);

/// The text of a pack's workflow, past its review.
fn live(pack: &str) -> String {
    let file = throughline_test_support::bundle().join("packs").join(pack).join(format!("{pack}.yaml"));
    let text = std::fs::read_to_string(file).unwrap();
    text.replace("stage: review", "stage: live")
}

/// The pack with its CRM and its mail.
async fn lead_intake(ground: &Ground) -> (World, Simulator) {
    let world = World::start(ground).await;
    let crm = ground.simulator(Kind::Crm).await;
    world.install(&["crm", "mail"]).await;
    for simulator in [&crm, &ground.mail] {
        let range = format!("127.0.0.1/32:{}", simulator.address.port());
        world.engine.grant_egress(&world.scope, &range, "the pack's system", BY).await.unwrap();
        let name = simulator.kind().as_str();
        world.connect(ground, name, name, &simulator.url()).await;
    }
    world.publish_text(&live("lead-intake")).await;
    (world, crm)
}

/// The form is sent; the status of the answer.
async fn send(world: &World, delivery: &str, lead: &Value) -> u16 {
    let request = WebhookRequest {
        method: "POST".to_owned(),
        path_and_query: "/hooks/main/lead".to_owned(),
        headers: vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("webhook-id".to_owned(), delivery.to_owned()),
        ],
        body: lead.to_string().into_bytes(),
    };
    world.intake.webhook(&world.scope, "lead", request).await.unwrap().status
}

fn ann() -> Value {
    json!({ "name": "Ann New", "email": "Ann@NewCo.example", "message": "A boiler for a studio, please." })
}

async fn items(ground: &Ground, simulator: &Simulator, path: &str) -> Vec<Value> {
    let answer = ground.call(simulator, "GET", path, &Value::Null).await;
    answer["items"].as_array().unwrap().clone()
}

async fn a_lead_that_comes_five_times_is_one_customer_and_one_message(ground: Ground) {
    let (world, crm) = lead_intake(&ground).await;
    for delivery in ["d-1", "d-2", "d-1", "d-1", "d-1"] {
        assert_eq!(send(&world, delivery, &ann()).await, 202);
    }
    let page = PageRequest::first(10);
    let runs = world.store.list_runs(&world.scope, &RunFilter::default(), &page).await.unwrap().items;
    let [run] = &runs[..] else { panic!("{runs:#?}") };
    let detail = world.succeeded(&run.run).await;
    assert_eq!(detail.effects.len(), 3, "{:#?}", detail.effects);
    assert!(detail.exceptions.is_empty());
    let customers = items(&ground, &crm, "/v1/customers?email=ann@newco.example").await;
    assert_eq!(customers.len(), 1);
    assert_eq!(customers[0]["owner"], "Sales desk");
    let messages = items(&ground, &ground.mail, "/v1/messages?to=ann@newco.example").await;
    assert_eq!(messages.len(), 1, "{messages:#?}");
    assert!(messages[0]["text"].as_str().unwrap().contains("A boiler for a studio, please."));
    world.stop().await;
}

async fn a_lead_of_a_customer_we_know_makes_no_other(ground: Ground) {
    let (world, crm) = lead_intake(&ground).await;
    let known = json!({ "name": "Ann New", "email": "ann@newco.example", "owner": "Sam" });
    ground.call(&crm, "POST", "/v1/customers", &known).await;
    send(&world, "d-1", &ann()).await;
    let page = PageRequest::first(10);
    let runs = world.store.list_runs(&world.scope, &RunFilter::default(), &page).await.unwrap().items;
    world.succeeded(&runs[0].run).await;
    let customers = items(&ground, &crm, "/v1/customers?email=ann@newco.example").await;
    assert_eq!(customers.len(), 1);
    assert_eq!(customers[0]["owner"], "Sam");
    assert_eq!(items(&ground, &ground.mail, "/v1/messages?to=ann@newco.example").await.len(), 1);
    world.stop().await;
}

async fn a_lead_that_several_customers_could_be_is_somebodys(ground: Ground) {
    let (world, crm) = lead_intake(&ground).await;
    for name in ["Acme Ltd", "Acme GmbH"] {
        let customer = json!({ "name": name, "email": "ann@newco.example" });
        ground.call(&crm, "POST", "/v1/customers", &customer).await;
    }
    send(&world, "d-1", &ann()).await;
    let page = PageRequest::first(10);
    let runs = world.store.list_runs(&world.scope, &RunFilter::default(), &page).await.unwrap().items;
    let exception = world.exception(&runs[0].run).await;
    assert_eq!(exception.reason.as_str(), "ambiguous_identity");
    assert_eq!(exception.owner, "role:sales_ops");
    assert_eq!(
        world.store.get_run(&world.scope, &runs[0].run).await.unwrap().unwrap().status,
        RunStatus::Waiting
    );
    assert!(items(&ground, &ground.mail, "/v1/messages").await.is_empty());
    world.stop().await;
}
