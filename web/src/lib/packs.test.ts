import { expect, it } from "vitest";

import { loadPacks, loadPackText, readFacts } from "./packs";

it("reads what a pack says of itself", () => {
  const text = 'pack = "a"\ntitle = "A pack"\n\n[[connection]]\nname = "crm"\nconnector = "crm"\nwhy = "The customer."\n';
  expect(readFacts("a", text)).toEqual({ pack: "a", title: "A pack", connections: [{ name: "crm", connector: "crm", why: "The customer." }] });
});

it("has the packs of the repository, each with its text", async () => {
  const packs = await loadPacks();
  expect(packs.map((one) => one.pack)).toContain("invoice-readiness");
  for (const { pack } of packs) expect(await loadPackText(pack)).toContain(`workflow: ${pack}`);
});
