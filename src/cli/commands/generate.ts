import { createInterface } from 'node:readline/promises';
import type { ChoosePort } from '../../app/generated-copy.ts';
import { acceptGenerated, generateFromSchema, type GeneratedMigration } from '../../app/generate.ts';
import { relative } from '../../app/paths.ts';
import { UserError } from '../../model/errors.ts';
import { visible } from '../../report/display.ts';
import { prettyDryRun } from '../../report/pretty-dry-run.ts';
import { answering, answersTo } from '../answers.ts';
import type { GenerateInvocation } from '../arguments.ts';
import { onlyFolder, withFolders } from '../chosen-folders.ts';
import type { Output } from '../output.ts';

/** `lockstep generate`: 0 when the generated down brings everything back, or nothing is to be done, else 1. */
export function generateCommand(invocation: GenerateInvocation, output: Output): Promise<number> {
  return withFolders(invocation.path, output, async (chosen) => {
    const { ports, project, signal } = chosen;
    const folder = onlyFolder(chosen);
    const { choose, finish } = answering(invocation.answers, terminalChoice(output));
    const made = await generateFromSchema(ports, { project, folder, name: invocation.name, signal, progress: output.progress, choose, target: invocation.target });
    finish();
    output.endProgress();
    if (made.kind === 'nothing') {
      if (invocation.format === 'json') output.result(`${JSON.stringify({ version: 1, kind: 'nothing' })}\n`);
      output.status('The schema declares nothing that the migrations do not have.');
      return 0;
    }
    if (invocation.write) await acceptGenerated(ports, made);
    const { id, up, down, report, changes } = made;
    const told = { kind: 'generated', id, up, down, report, changes };
    if (invocation.format === 'json') output.result(`${JSON.stringify({ version: 1, ...told, written: invocation.write }, null, 2)}\n`);
    else output.result(`${scripts(made, project.root)}\n${prettyDryRun(made.report, output.terminal)}`);
    if (!invocation.write) output.status('Nothing was written; --write does.');
    for (const change of invocation.write ? made.changes : []) output.status(`Written to ${visible(relative(project.root, change.path))}`);
    return made.report.verdict === 'exact' ? 0 : 1;
  });
}

function scripts({ up, down }: GeneratedMigration, root: string): string {
  return [up, ...(down === null ? [] : [down])].map(({ path, text }) => `-- File: ${relative(root, path)}\n${text.trimEnd()}\n`).join('\n');
}

/** Asks in the terminal; where there is none, nobody is there to say. */
function terminalChoice(output: Output): ChoosePort {
  return async (asked) => {
    const { question, options } = asked;
    if (!process.stdin.isTTY || !process.stderr.isTTY) {
      throw new UserError('tool-failed', `drizzle-kit asks: ${question} ${options.map((option, index) => `(${String(index + 1)}) ${option}`).join(' ')}`, `Add one of these and run it again: ${answersTo(asked).join(', ')}. A terminal and VS Code's "Generate from Schema" ask.`);
    }
    output.endProgress();
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      process.stderr.write(`${visible(question)}\n${options.map((option, index) => `  ${String(index + 1)}  ${visible(option)}\n`).join('')}`);
      for (;;) {
        const answer = (await terminal.question(`1–${String(options.length)}, or nothing to stop: `)).trim();
        if (answer === '') return null;
        const index = Number(answer) - 1;
        if (Number.isInteger(index) && index >= 0 && index < options.length) return index;
      }
    } finally {
      terminal.close();
    }
  };
}
