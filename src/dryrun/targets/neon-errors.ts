import { UserError } from '../../model/errors.ts';
import { NeonFailure } from './neon-api.ts';

export interface Attempt {
  /** What could not be done, as the rest of "Neon cannot …". */
  readonly doing: string;
  readonly project: string;
}

/** What Neon's refusal means for the user. A bug, and what is a UserError already, stays what it is. */
export function explained(error: unknown, attempt: Attempt): unknown {
  if (!(error instanceof NeonFailure)) return error;
  const { message, status } = error;
  const said = message.replace(/[.\s]+$/, '');
  const [what, next] = meaning(status, said, attempt);
  return new UserError('target-failed', `Neon cannot ${attempt.doing}: ${what}.`, next);
}

type Explained = readonly [what: string, next: string];

function meaning(status: number | null, said: string, { project }: Attempt): Explained {
  if (status === null) return [said, 'Check the network and any proxy between here and Neon, then start the dry run again.'];
  const answer = `${said} (${String(status)})`;
  if (status === 401) return [`it does not accept the API key: ${answer}`, 'Set a valid key: “Lockstep: Set Neon API Key” in VS Code, NEON_API_KEY on the command line. A key that is limited to the project is enough.'];
  // Neon documents no status of its own for what a plan or a suspension forbids; its message tells.
  if (status === 402 || /quota|limit exceeded|limit reached|LIMIT_EXCEEDED|suspended|upgrade your plan/i.test(said)) {
    return [`the project is at a limit or suspended: ${answer}`, 'Look at the project in the Neon console: delete branches that nobody needs, wait for the next billing period, or change the plan.'];
  }
  if (status === 403) return [`the API key lacks the right: ${answer}`, `Use a key that may create and delete branches in project ${project}.`];
  if (status === 404 && /endpoint/i.test(said)) return [`the branch has no compute to connect to: ${answer}`, 'Add one to the branch in the Neon console, or take a branch that has one; Lockstep makes none there.'];
  if (status === 404) return [answer, `Check neon.project, neon.parentBranch, neon.database and neon.role in lockstep.config.json, or the .neon file; the project asked was ${project}.`];
  if (status === 409 || status === 423) return [`another operation keeps the project busy: ${answer}`, 'Wait until it is through (the Neon console lists the operations), then start the dry run again.'];
  if (status === 429) return [`too many requests: ${answer}`, 'Wait a minute, then start the dry run again.'];
  if (status >= 500) return [`its service fails: ${answer}`, 'Look at neonstatus.com and start the dry run again later, or use another target until then.'];
  return [answer, `Check the project ${project} in the Neon console.`];
}
