import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { parseDocument, type WorkflowDocument } from "../document";

const ROOT = join(import.meta.dirname, "../../../../../..");

/** Every workflow text of the repository, those in the documentation too. */
export function workflowTexts(): { name: string; text: string }[] {
  const found: { name: string; text: string }[] = [];
  for (const folder of ["packs", "tests/simulation/workflows", "tests/bench/workflows"]) {
    for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).sort()) {
      const path = join(ROOT, folder, file);
      if (!file.endsWith(".yaml")) continue;
      const text = readFileSync(path, "utf8");
      if (/^workflow:/m.test(text)) found.push({ name: relative(ROOT, path), text });
    }
  }
  const guide = readFileSync(join(ROOT, "docs/workflow-text.md"), "utf8");
  for (const [index, match] of [...guide.matchAll(/```yaml\n(workflow:[^]*?)```/g)].entries()) {
    found.push({ name: `docs/workflow-text.md, example ${index + 1}`, text: match[1] ?? "" });
  }
  return found;
}

/** The document of a text that can be read. */
export function documentOf(text: string): WorkflowDocument {
  const parsed = parseDocument(text);
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => `${problem.line}: ${problem.message}`).join("\n"));
  return parsed.document;
}

/** A workflow of so many steps, as a bench and the tests of size need it. */
export function longText(count: number): string {
  const nodes = Array.from({ length: count }, (_, index) => {
    if (index % 10 === 9) return `  - { id: stop_${index}, raise: { reason: missing_required, owner: "team:desk", due: 4h, retry_from: step_${index - 9} } }\n`;
    if (index % 10 === 8) {
      return `  - id: check_${index}\n    switch:\n      - { when: "{{ steps.step_${index - 1}.ok }}", next: step_${index + 2} }\n      - { else: true, next: stop_${index + 1} }\n`;
    }
    const next = index % 10 === 7 ? `check_${index + 1}` : `step_${index + 1}`;
    return `  - id: step_${index}\n    title: Step number ${index}\n    action: projects.get_job\n    connection: projects\n    with: { id: "{{ event.job_id }}", before: "{{ steps.step_${Math.max(0, index - 1)}.id | default(none) }}" }\n    retry: { attempts: 5, over: 30m }\n    next: ${next}\n`;
  });
  return `workflow: long\nowner: team:desk\nsource: projects\ntrigger: { id: done, on: projects.job_completed, connection: projects }\nnodes:\n${nodes.join("")}  - { id: step_${count}, end: true }\nexceptions: { owner: team:desk, due: 4h }\nlog: { retention: 90d }\nreview: { stage: review }\n`;
}
