import type { Tested } from "../api";

/** What a test of a step gave, and of what it was made. */
export interface TestResult extends Tested {
  /** The step and what it read, as they were when it was tested. */
  readonly made_of: string;
}
