//! The JSON Schema (2020-12) of a workflow's text: what an editor completes and underlines while one types. The
//! check says more, and in words.

use serde_json::{Map, Value, json};

use super::{MAX_ATTEMPTS, MAX_KEYS, MAX_PARALLEL, MAX_TAG_CHARS, MAX_TAGS, ReasonCode};

/// The schema, as it stands in docs/schema/workflow.json.
pub fn schema() -> Value {
    let mut root = object(&[
        ("workflow", def("id", "The workflow's id, unique in a workspace.")),
        ("title", text("Title for people.")),
        ("description", text("A few sentences for people.")),
        ("owner", def("owner", "Answerable for the workflow.")),
        ("source", text("The system whose record this is about.")),
        ("trigger", trigger()),
        ("keys", keys()),
        ("vars", map("Parameters a client workspace may override.")),
        ("input", map("JSON Schema of the input when another workflow or a person calls it.")),
        ("output", map("JSON Schema of the output an `end` node gives.")),
        ("nodes", def("nodes", "The normal path and the exception path; a run begins at the first node.")),
        ("exceptions", exceptions()),
        ("log", log()),
        ("review", review()),
        ("approvals", approvals()),
        ("notes", json!({ "description": "Notes on the canvas, kept as written." })),
        ("layout", json!({ "description": "Positions on the canvas, kept as written." })),
    ]);
    root["required"] =
        json!(["workflow", "owner", "source", "trigger", "nodes", "exceptions", "log", "review"]);
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!("Throughline workflow"));
    schema.insert(
        "description".into(),
        json!("A workflow is complete with all seven parts: trigger, source, normal path, exception path, owner of each exception, log, review."),
    );
    if let Value::Object(root) = root {
        schema.extend(root);
    }
    schema.insert("$defs".into(), definitions());
    Value::Object(schema)
}

/// The schema as the text of the committed file.
pub fn schema_text() -> String {
    format!("{:#}\n", schema())
}

fn object(properties: &[(&str, Value)]) -> Value {
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).into(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn required(mut schema: Value, keys: &[&str], description: &str) -> Value {
    schema["required"] = json!(keys);
    schema["description"] = json!(description);
    schema
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn map(description: &str) -> Value {
    json!({ "type": "object", "description": description })
}

fn def(name: &str, description: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}"), "description": description })
}

fn trigger() -> Value {
    let schema = object(&[
        ("id", def("node_id", "The trigger's id.")),
        (
            "on",
            def(
                "operation",
                "`projects.job_completed`, `webhook.received`, `schedule.tick`, `throughline.manual`.",
            ),
        ),
        ("connection", text("The connection, where the connector needs one.")),
        ("dedupe", text("Template over `event` and `headers` that names an event once.")),
        ("with", map("Configuration of the trigger.")),
    ]);
    required(schema, &["id", "on"], "What starts a run.")
}

fn keys() -> Value {
    json!({
        "type": "object", "maxProperties": MAX_KEYS, "additionalProperties": { "type": "string" },
        "propertyNames": { "$ref": "#/$defs/node_id" },
        "description": "At most 8 searchable keys of a run: templates over `event` and `vars`."
    })
}

fn exceptions() -> Value {
    let schema = object(&[
        ("owner", def("owner", "Owner of every exception without a nearer one.")),
        ("backup", def("owner", "Takes over when the owner is away.")),
        ("due", def("due", "Time allowed.")),
    ]);
    required(schema, &["owner", "due"], "Where nothing nearer answers.")
}

fn log() -> Value {
    let schema = object(&[
        ("retention", def("duration", "How long the log is kept, in whole days: 90d, 7y.")),
        (
            "redact",
            json!({ "type": "array", "items": { "type": "string" },
            "description": "Paths that are hidden everywhere: `steps.job.customer.phone`, `event.card`." }),
        ),
    ]);
    required(schema, &["retention"], "How long the log is kept and what is hidden in it.")
}

fn review() -> Value {
    let schema = object(&[
        (
            "stage",
            json!({ "enum": ["draft", "shadow", "review", "live", "paused"], "description": "Rollout stage." }),
        ),
        (
            "tolerated_error",
            json!({
            "anyOf": [{ "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? ?%$" }, { "type": "number", "minimum": 0.005, "maximum": 0.1 }],
            "description": "Tolerated share of errors, 0.5% to 10%; 1% where absent." }),
        ),
        (
            "until",
            json!({ "type": "string", "pattern": "^(graduated|[0-9]{4}-[0-9]{2}-[0-9]{2})$",
            "description": "`graduated`, or a date." }),
        ),
        (
            "bands",
            json!({ "type": "object", "additionalProperties": { "type": "string" },
            "description": "Risk bands: a name and a condition over the fields of the input." }),
        ),
    ]);
    required(schema, &["stage"], "The review period.")
}

/// A rule, a step of escalation, and somebody for whom a code is enough.
fn approval_parts(owners: &Value, need: &Value) -> [Value; 3] {
    let rule = object(&[
        ("name", text("Name for people.")),
        (
            "when",
            text(
                "The rule applies where this condition over the fields of the input holds; always where absent.",
            ),
        ),
        ("who", owners.clone()),
        ("need", need.clone()),
    ]);
    let escalation =
        object(&[("after", def("due", "From when the proposal opened.")), ("to", owners.clone())]);
    let code = object(&[
        ("person", def("owner", "A named person.")),
        ("up_to", json!({ "type": "string", "description": "An amount, such as `500 EUR`." })),
        ("irreversible", json!({ "type": "boolean", "description": "For what cannot be taken back, too." })),
    ]);
    [rule, escalation, code]
}

fn approvals() -> Value {
    let owners = json!({ "anyOf": [{ "$ref": "#/$defs/owner" }, { "type": "array", "items": { "$ref": "#/$defs/owner" } }],
        "description": "Who is asked: one, or a list." });
    let need = json!({ "anyOf": [{ "enum": ["any", "all"] }, { "type": "integer", "minimum": 1 },
        { "type": "string", "pattern": "^[0-9]+ ?%$" }], "description": "How many of them must agree; any one where absent." });
    let [rule, escalation, code] = approval_parts(&owners, &need);
    let mut schema = object(&[
        ("name", text("Name for people.")),
        ("who", owners),
        ("need", need),
        ("when", text("Only together with `who`.")),
        (
            "rules",
            json!({ "type": "array", "minItems": 1, "items": required(rule, &["who"], "One rule."),
            "description": "Every rule that applies must be satisfied; one has no condition." }),
        ),
        (
            "rejection",
            json!({ "enum": ["first", "when_unreachable"], "description": "When a rejection ends it; the first one does where absent." }),
        ),
        (
            "expires",
            def("due", "Nobody decides after that, and nothing is written; 5 business days where absent."),
        ),
        (
            "remind",
            json!({ "anyOf": [{ "$ref": "#/$defs/due" }, { "type": "array", "items": { "$ref": "#/$defs/due" } }],
            "description": "Those who have not decided are reminded." }),
        ),
        (
            "escalate",
            json!({ "type": "array", "items": required(escalation, &["after", "to"], "One step."),
            "description": "Others who are asked as well, while nobody decides." }),
        ),
        (
            "at_least",
            json!({ "enum": ["code", "session", "re_authenticated"], "description": "How sure one must be of who decides." }),
        ),
        (
            "code_alone",
            json!({ "type": "array", "items": required(code, &["person", "up_to"], "One person."),
            "description": "For whom a code is enough, up to an amount." }),
        ),
    ]);
    schema["description"] = json!("Who must agree before a write leaves, while the workflow is in review.");
    schema
}

fn definitions() -> Value {
    let mut definitions = Map::new();
    let mut add = |name: &str, schema: Value| definitions.insert(name.to_owned(), schema);
    add("id", json!({ "type": "string", "pattern": "^[a-z][a-z0-9_-]{0,63}$" }));
    add("node_id", json!({ "type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$" }));
    add(
        "owner",
        json!({ "type": "string", "pattern": "^(team|person|role):[A-Za-z0-9_.@+-]{1,64}$",
        "examples": ["team:billing", "person:office", "role:field_lead"] }),
    );
    add(
        "operation",
        json!({ "type": "string", "pattern": "^[a-z][a-z0-9_-]{0,63}\\.[a-z][a-z0-9_-]{0,63}$",
        "examples": ["projects.get_job"] }),
    );
    add(
        "duration",
        json!({ "type": "string", "pattern": "^\\s*([0-9]+ *(ms|s|m|h|d|w|y) *)+$",
        "examples": ["250ms", "90s", "30m", "4h", "2d", "7y"] }),
    );
    add(
        "due",
        json!({ "type": "string",
        "examples": ["4h", "2d", "8 business hours", "1 business day", "next_business_day 12:00"] }),
    );
    add(
        "next",
        json!({ "anyOf": [
        { "$ref": "#/$defs/node_id" }, { "type": "array", "items": { "$ref": "#/$defs/node_id" }, "uniqueItems": true } ] }),
    );
    add("nodes", json!({ "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/node" } }));
    add("node", node());
    Value::Object(definitions)
}

/// What every node may have.
fn common() -> Vec<(&'static str, Value)> {
    vec![
        ("id", def("node_id", "The node's id: its output is `steps.<id>`.")),
        ("title", text("Title for people.")),
        ("next", def("next", "The node, or nodes, that follow.")),
        (
            "on_exception",
            def("node_id", "The node behind the exception port; without it a failure parks the step."),
        ),
        ("owner", def("owner", "Owner of an exception that parks here.")),
        ("due", def("due", "Due of an exception that parks here.")),
    ]
}

fn attempted() -> Vec<(&'static str, Value)> {
    let retry = object(&[
        ("attempts", json!({ "type": "integer", "minimum": 1, "maximum": MAX_ATTEMPTS })),
        (
            "over",
            def("duration", "The last attempt starts at most so long after the first; 30m where absent."),
        ),
    ]);
    vec![
        ("retry", required(retry, &["attempts"], "How often and how long to try.")),
        ("timeout", def("duration", "Wall time of one attempt.")),
    ]
}

/// One schema a kind of node, told apart by the key that only it has.
fn node() -> Value {
    let with = (
        "with",
        json!({ "type": ["object", "string"], "description": "Input template: a mapping, or one expression that gives it." }),
    );
    let kinds = [
        kind(
            "Call a connector's action.",
            "action",
            def("operation", "`connector.action`."),
            [vec![("connection", text("Connection name.")), with.clone()], attempted()].concat(),
        ),
        kind("Build a value.", "set", json!({ "description": "Template of the output." }), vec![]),
        kind(
            "Take the first matching case, or all of them.",
            "switch",
            cases(),
            vec![("match", json!({ "enum": ["first", "all"] }))],
        ),
        kind(
            "Run the body once for each item.",
            "for_each",
            text("Expression that gives a list."),
            for_each(),
        ),
        kind(
            "Wait for the branches that lead here.",
            "join",
            json!({ "anyOf": [{ "enum": ["all", "any"] }, { "type": "integer", "minimum": 1 }] }),
            vec![],
        ),
        kind("Wait for time or for an event.", "wait", wait(), vec![]),
        kind("Run another workflow and take its output.", "call", def("id", "Workflow id."), vec![with]),
        kind(
            "JavaScript in the sandbox.",
            "code",
            text("The body of a function of `input`."),
            [vec![("input", json!({ "description": "Input template." }))], attempted()].concat(),
        ),
        kind("Answer the caller that waits.", "respond", respond(), vec![]),
        kind("Stop the normal path and give the item to a person.", "raise", raise(), vec![]),
        kind("Ask a person to fill a form.", "ask", ask(), vec![]),
        kind("End the run.", "end", end(), vec![]),
    ];
    json!({ "type": "object", "oneOf": kinds })
}

fn kind(description: &str, key: &'static str, schema: Value, more: Vec<(&'static str, Value)>) -> Value {
    let mut properties = common();
    properties.insert(2, (key, schema));
    properties.extend(more);
    let mut required_keys = vec!["id", key];
    if key == "for_each" {
        required_keys.push("do");
    }
    required(object(&properties), &required_keys, description)
}

fn cases() -> Value {
    let when = object(&[
        ("when", json!({ "type": ["string", "boolean"], "description": "Condition." })),
        ("next", def("next", "Where it leads; absent: the branch ends.")),
    ]);
    let otherwise = object(&[("else", json!({ "const": true })), ("next", def("next", "Where it leads."))]);
    json!({ "type": "array", "minItems": 1, "items": { "anyOf": [
        required(when, &["when"], "A case."), required(otherwise, &["else"], "What no case matched; last."),
    ] } })
}

fn for_each() -> Vec<(&'static str, Value)> {
    vec![
        ("do", def("nodes", "The body; names inside see `item` and `index`.")),
        (
            "parallel",
            json!({ "type": "integer", "minimum": 1, "maximum": MAX_PARALLEL, "description": "Items in flight at once; 1 where absent." }),
        ),
        (
            "succeed",
            json!({
            "anyOf": [{ "const": "all" }, { "type": "integer", "minimum": 0 }, { "type": "string", "pattern": "^[0-9.]+ ?%$" }],
            "description": "How many must succeed; absent: failures are kept in the results." }),
        ),
    ]
}

fn wait() -> Value {
    let event = object(&[
        ("event", text("Event type.")),
        ("key", text("Template of the correlation key.")),
        ("timeout", def("duration", "30 days where absent.")),
        ("on_timeout", def("node_id", "Where a timeout leads; absent: the exception port.")),
    ]);
    json!({ "oneOf": [
        required(object(&[("for", def("duration", "From when the step became ready."))]), &["for"], "Wall time."),
        required(object(&[("until", text("Expression that gives a time."))]), &["until"], "Until a time."),
        required(object(&[("business", def("due", "Business time of the workspace's calendar."))]), &["business"], "Business time."),
        required(event, &["event", "key"], "For a correlated event."),
    ] })
}

fn respond() -> Value {
    object(&[
        (
            "status",
            json!({ "anyOf": [{ "type": "integer", "minimum": 200, "maximum": 599 }, { "type": "string" }] }),
        ),
        ("headers", json!({ "type": "object", "additionalProperties": { "type": "string" } })),
        ("body", json!({ "description": "Template." })),
    ])
}

fn raise() -> Value {
    let update = object(&[
        ("system", text("System or connection name.")),
        ("record", text("Record type.")),
        ("fields", json!({ "type": "array", "items": { "type": "string" } })),
        ("by", json!({ "enum": ["automatic", "hand"] })),
    ]);
    let schema = object(&[
        ("reason", json!({ "enum": ReasonCode::words(), "description": "Reason code." })),
        (
            "sentence",
            json!({ "type": "string", "minLength": 20, "description": "Why the normal path stopped, for the owner." }),
        ),
        ("money", text("Money at risk: an amount, as decimal text.")),
        ("owner", def("owner", "Who owns the next action.")),
        ("due", def("due", "When it must be resolved.")),
        (
            "updates_after",
            json!({ "type": "array", "items": required(update, &["system"], "Updates after resolution.") }),
        ),
        ("retry_from", def("node_id", "Node that runs again on *retry*.")),
        (
            "severity",
            json!({ "enum": ["low", "normal", "high", "critical"], "description": "The reason's own where absent." }),
        ),
        ("customer_visible", json!({ "type": "boolean", "description": "The customer notices." })),
        (
            "tags",
            json!({ "type": "array", "maxItems": MAX_TAGS, "items": { "type": "string", "minLength": 1, "maxLength": MAX_TAG_CHARS } }),
        ),
    ]);
    required(schema, &["reason"], "The exception.")
}

fn ask() -> Value {
    let field = object(&[
        ("field", text("Name of the field.")),
        (
            "type",
            json!({ "enum": ["text", "long_text", "number", "whole", "yes_no", "date", "money", "choice"] }),
        ),
        ("title", text("Label.")),
        ("required", json!({ "type": "boolean" })),
        ("options", json!({ "type": "array", "items": { "type": "string" } })),
    ]);
    let schema = object(&[
        ("question", text("What the person is asked.")),
        (
            "form",
            json!({ "anyOf": [
            { "type": "object", "description": "JSON Schema of the answer." },
            { "type": "array", "items": required(field, &["field"], "A field.") },
        ] }),
        ),
        ("owner", def("owner", "Who is asked.")),
        ("due", def("due", "By when.")),
        (
            "on_expired",
            def("node_id", "Where an unanswered question leads; absent: it stays open and overdue."),
        ),
    ]);
    required(schema, &["question", "form"], "The question.")
}

fn end() -> Value {
    json!({ "anyOf": [{ "const": true }, object(&[
        ("status", json!({ "enum": ["succeeded", "failed"] })),
        ("output", json!({ "description": "Template." })),
    ])] })
}
