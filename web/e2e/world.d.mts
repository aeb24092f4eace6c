export interface Job {
  id: string;
  number: string;
}
export interface Found {
  proposal_id: string;
  exception_id: string;
  run_id: string;
  content_hash: string;
  summary: string;
  shape: string;
}
export type Role = "holder" | "admin" | "builder" | "approver" | "operator" | "viewer";
export class World {
  static begin(how?: { empty?: boolean }): Promise<World>;
  /** Path of the link for the first account; of an empty server. */
  readonly setup: string;
  readonly address: string;
  /** Where the simulated CRM answers, and what opens it. */
  readonly crm: string;
  readonly crmToken: string;
  /** The same of the simulated accounting. */
  readonly accounting: string;
  readonly accountingToken: string;
  /** The file of a connector that ships. */
  plugin(name: string): string;
  session(role: Role): Promise<{ name: string; value: string; url: string }>;
  password(mail: string): Promise<string>;
  api(role: Role, method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  unannounced<T>(work: () => Promise<T>): Promise<T>;
  system(method: string, path: string, body: unknown): Promise<Record<string, unknown>>;
  job(of?: { title?: string; signature?: string; lines?: { description: string; quantity: string; unit_price: string }[] }): Promise<Job>;
  proposal(job: Job): Promise<Found>;
  exception(job: Job): Promise<Found>;
  kill(): Promise<void>;
  again(): Promise<void>;
  end(): Promise<void>;
}
