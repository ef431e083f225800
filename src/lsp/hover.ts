import type { HoverFacts } from '../app/live-script.ts';

/** What a statement does to a running application, as Markdown; editors show the findings' messages beside it. Names come from the user's SQL, so every one is in code marks. */
export function hoverText(facts: HoverFacts): string {
  const lines = [...facts.locks.map(lockLine), ...further(facts), workLine('Rewrite', facts.rewrite), workLine('Scan', facts.scan), transactionLine(facts)];
  const known = lines.filter((line) => line !== null).map((line) => `- ${line}`);
  const rules = facts.rules.map((rule) => `**${rule.title}** \`${rule.id}\`\n\n*Instead:* ${rule.instead}`);
  return [known.join('\n'), ...rules].filter((part) => part !== '').join('\n\n---\n\n');
}

function lockLine({ relation, mode, blocks, isNew }: HoverFacts['locks'][number]): string {
  const effect = isNew ? 'blocks nobody: this migration creates it' : blocks === 'nothing' ? 'reads and writes go on' : `blocks ${blocks} until the transaction ends`;
  return `**Lock:** ${mode} on ${code(relation)} — ${effect}`;
}

function further(facts: HoverFacts): readonly string[] {
  return facts.furtherLocks === null ? [] : [`**Further locks:** ${plain(facts.furtherLocks)}`];
}

function workLine(title: string, work: HoverFacts['rewrite']): string | null {
  if (work.kind === 'no') return null;
  return `**${title}:** ${work.kind === 'yes' ? 'yes' : 'it depends'} — ${plain(work.reason)}`;
}

function transactionLine(facts: HoverFacts): string | null {
  if (facts.outsideOnly === null) return null;
  return `**Transaction:** ${facts.outsideOnly} cannot run in one${facts.transaction === 'none' ? '' : ', and this script has one'}`;
}

/** Text with a hostile table name in it stays text: no link, no picture. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-!~<>&|]/g, '\\$&');
}

/** A code span holds any text if its fence is longer than every run of backticks inside (CommonMark 6.1). */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${text.replaceAll(/\s+/g, ' ')}${pad}${fence}`;
}
