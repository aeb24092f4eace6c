// What a server needs in it before its pages are worth a look: work at every stage, and one of everything that can be set.
import { randomBytes } from "node:crypto";

const BY_HAND = `workflow: ask-by-hand
title: Ask by hand
owner: team:billing
source: projects
trigger: { id: start, on: throughline.manual }
keys: { name: "{{ event.name }}" }
input:
  type: object
  required: [name]
  properties:
    name: { type: string, title: For whom }
    urgent: { type: boolean, title: It is urgent }
    notes: { type: string, title: Notes, maxLength: 400 }
nodes:
  - { id: noted, set: { text: "{{ event.name }}" } }
exceptions: { owner: team:billing, due: 1 business day }
log: { retention: 1y }
review: { stage: live }
`;

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString();

async function stopped(world) {
  const jobs = [];
  for (const title of ["Radiator bleed, block C", "Thermostat, studio 4", "Leak under the sink", "Gas check, 12 units", "Cylinder service"]) jobs.push(await world.job({ title, signature: "" }));
  const exceptions = [];
  for (const job of jobs) exceptions.push((await world.exception(job)).exception_id);
  const act = (at, body) => world.api("operator", "POST", `/exceptions/${exceptions[at]}/act`, body);
  await act(0, { act: "take" });
  await world.api("operator", "POST", `/exceptions/${exceptions[0]}/comments`, { text: "The driver says a caretaker signed on paper. I asked for the photo." });
  await act(1, { act: "take" });
  await act(1, { act: "wait", on: "customer", until: day(3), note: "Their site lead confirms on Thursday" });
  await act(2, { act: "hand_over", to: "person:ben", note: "Looks like the template" });
  return exceptions[0];
}

/** A workflow that is begun by hand, runs of it, and a draft of the other one. */
async function workflows(world) {
  await world.api("builder", "POST", "/workflows", { text: BY_HAND });
  for (const name of ["Harbour office", "Brightmoor Dental Group"]) await world.api("operator", "POST", "/workflows/ask-by-hand/runs", { event: { name } });
  const { text, version } = await world.api("builder", "GET", "/workflows/invoice-readiness");
  const changed = text.replace(/^title: .*$/m, "title: Invoice readiness, with photos").replace("retention: 7y", "retention: 3y");
  await world.api("builder", "PUT", "/workflows/invoice-readiness/draft", { revision: 0, based_on: version, text: changed, samples: {} });
}

const NOTED = `workflow: note-the-customer
title: Note the customer
owner: team:billing
source: projects
trigger: { id: start, on: throughline.manual }
keys: { about: "{{ event.about }}" }
nodes:
  - { id: began, set: { by: hand }, next: who }
  - { id: who, action: crm.get_customer, connection: crm, with: { id: "{{ event.about }}" }, next: noted }
  - { id: noted, set: { text: "Noted for {{ steps.who.name }}" } }
exceptions: { owner: team:billing, due: 1 business day }
log: { retention: 1y, redact: ["steps.who.phone"] }
review: { stage: live }
`;

/** A run that was given the wrong customer, its retry, and some others of the same workflow. */
async function compared(world) {
  await world.api("builder", "POST", "/workflows", { text: NOTED });
  const runs = [];
  for (const about of ["cus_0001", "cus_0004", "cus_0003"]) runs.push((await world.api("operator", "POST", "/workflows/note-the-customer/runs", { event: { about } })).run_id);
  const wrong = runs.at(-1);
  const ended = async () => (await world.api("operator", "GET", `/runs/${wrong}`)).ended_at;
  for (let tries = 0; tries < 50 && !(await ended()); tries += 1) await new Promise((later) => setTimeout(later, 100));
  const retry = { from: "who", version: "original", repeat_effects: false, input: { id: "cus_0002" } };
  return { wrong, again: (await world.api("operator", "POST", `/runs/${wrong}/retry`, retry)).run_id };
}

async function settings(world) {
  const rules = [
    { workflow: "invoice-readiness", kind: "business", when: "{{ money is not none and money > 5000 }}", owner: "team:billing", backups: [{ owner: "person:ben" }], due: { type: "after", ms: 14_400_000 } },
    { kind: "technical", owner: "person:ben", backups: [] },
  ];
  await world.api("holder", "PUT", "/routing-rules", { rules });
  await world.api("holder", "PUT", "/secrets/channel.desk", { value: `whsec_${randomBytes(24).toString("base64")}`, bound_to: "https://chat.example.com" });
  await world.api("holder", "PUT", "/channels/desk", { url: "https://chat.example.com/hooks/operations-desk/throughline", secret: "channel.desk", tells: ["proposals", "exceptions"] });
  await world.api("holder", "POST", "/tokens", { name: "Nightly report", scopes: ["read"], workspace: "demo", expires_in_days: 90 });
  await world.api("holder", "POST", "/tokens", { name: "Deployment of workflows", scopes: ["build", "read"] });
  const calendar = await world.api("holder", "GET", "/calendar");
  await world.api("holder", "PUT", "/calendar", { ...calendar, holidays: ["2027-01-01", "2027-12-25"] });
}

/** A decision that is talked about: a remark, a question with its answer, and one that waits for its answer. */
async function talked(world, job) {
  const { proposal_id: id } = await world.proposal(job);
  const say = (role, body) => world.api(role, "POST", `/proposals/${id}/comments`, body);
  await say("operator", { text: "The customer rang: they expect it this week." });
  const { comment_id: question } = await say("approver", { text: "Is this the price of the new list?", asks: "person:vera" });
  await say("viewer", { text: "It is, since the first of the month. The old one was 2,290.00.", answers: question });
  await say("approver", { text: "Does the floor need a second visit?", asks: "person:vera" });
  return id;
}

/** Two that are put off, one of them for days. */
async function putOff(world, jobs) {
  for (const [at, job] of jobs.entries()) {
    const { proposal_id: id } = await world.proposal(job);
    await world.api("approver", "PUT", `/proposals/${id}/snooze`, { until: new Date(Date.now() + (at + 1) * 4 * 3_600_000).toISOString() });
  }
}

/** Numbers of what pages are looked at with. A part that a server does not have is said and left out. */
export async function fill(world) {
  const jobs = [];
  const lines = (price) => [{ description: "Boiler", quantity: "1", unit_price: price }, { description: "Labour, hours", quantity: "6", unit_price: "48.00" }];
  for (const [title, price] of [["Boiler swap", "1840.00"], ["Heat pump, first fix", "12980.00"], ["Valve set", "96.40"], ["Underfloor loop", "2410.00"], ["Tank and stand", "784.20"]]) jobs.push(await world.job({ title, lines: lines(price) }));
  const exception = await stopped(world);
  const proposal = await world.proposal(jobs[1]);
  for (const part of [workflows, settings]) await part(world).catch((error) => console.error(`${part.name} are not whole: ${error.message}`));
  const asked = await talked(world, jobs[3]).catch((error) => console.error(`talked is not whole: ${error.message}`));
  await putOff(world, [jobs[2], jobs[4]]).catch((error) => console.error(`putOff is not whole: ${error.message}`));
  const pair = await compared(world).catch((error) => console.error(`compared are not whole: ${error.message}`));
  return { proposal: proposal.proposal_id, run: proposal.run_id, exception, asked, ...pair };
}
