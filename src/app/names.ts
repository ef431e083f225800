import { fileName } from '../layouts/naming.ts';
import type { NamingPolicy } from '../model/config.ts';
import { isVague, matchesPattern } from '../rules/support/vague-names.ts';
import type { NameAnswer } from './editor-protocol.ts';
import { relative } from './paths.ts';
import type { MigrationFolder } from './project.ts';

/** Judges a name while it is typed: what the layout cannot take is refused; what the policy finds vague is refused or warned of. */
export function checkName(folder: MigrationFolder, name: string, now: Date): NameAnswer {
  const tidy = fileName(name);
  const refusal = folder.layout.refuseName(tidy, folder.view);
  if (refusal !== null) return { verdict: 'refuse', reason: refusal, preview: null };
  const next = folder.layout.next({ folder: folder.view, name: tidy, now, config: folder.config });
  const preview = relative(folder.path, next.up.path);
  const reason = vagueness(tidy, folder.config.naming);
  return { verdict: reason === null ? 'accept' : folder.config.naming.enforce, reason, preview };
}

/** Why the name says too little, or null. */
function vagueness(name: string, policy: NamingPolicy): string | null {
  if (isVague(name, policy)) return `“${name}” does not say what changes: name the change and the table, for example add_status_to_orders.`;
  return matchesPattern(name, policy) ? null : `“${name}” matches none of the team’s patterns: ${policy.patterns.join(' · ')}.`;
}
