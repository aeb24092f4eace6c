// The five steps as a durable handler: the map and the write are journaled, each before the next begins.
import * as restate from "@restatedev/restate-sdk";

const [mock, port] = process.argv.slice(2);
const post = async (body) => {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${mock}/invoice`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`the mock answers ${answer.status}`);
  return answer.json();
};
const run = async (ctx, event) => {
  const map = await ctx.run("map", () => ({
    email: event.email.toLowerCase(),
    amount: event.amount * 1.2,
    name: `${event.first} ${event.last}`,
  }));
  if (!(map.amount > 100)) return {};
  const invoice = await ctx.run("invoice", () => post(map));
  return { invoice: invoice.id, customer: map.name };
};
restate.serve({ services: [restate.service({ name: "bench", handlers: { run } })], port: Number(port) });
