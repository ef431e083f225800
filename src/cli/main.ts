#!/usr/bin/env node
import { parseArguments } from './arguments.ts';
import { describeFailure } from './failures.ts';
import { helpText } from './help.ts';
import { openOutput, type Output } from './output.ts';
import { version } from './version.ts';

// The entry of the command line. Every command is loaded only when it is asked for.
const output = openOutput(process.argv);

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const failure = describeFailure(error, output);
    output.status(failure.text);
    process.exitCode = failure.code;
  },
);

async function main(words: readonly string[]): Promise<number> {
  const invocation = parseArguments(words);
  switch (invocation.kind) {
    case 'help':
      return print(output, helpText(invocation.topic, output));
    case 'version':
      return print(output, `${version()}\n`);
    case 'check':
      return (await import('./commands/check.ts')).checkCommand(invocation, output);
    case 'dry-run':
      return (await import('./commands/dry-run.ts')).dryRunCommand(invocation, output);
    case 'dry-run-all':
      return (await import('./commands/dry-run-all.ts')).dryRunAllCommand(invocation, output);
    case 'stats':
      return (await import('./commands/stats.ts')).statsCommand(invocation, output);
    case 'drift':
      return (await import('./commands/drift.ts')).driftCommand(invocation, output);
    case 'new':
      return (await import('./commands/new.ts')).newCommand(invocation, output);
    case 'generate':
      return (await import('./commands/generate.ts')).generateCommand(invocation, output);
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctorCommand(invocation, output);
    case 'import-squawk':
      return (await import('./commands/import-squawk.ts')).importSquawkCommand(invocation, output);
    case 'explain':
      return (await import('./commands/explain.ts')).explainCommand(invocation, output);
    case 'down':
      return (await import('./commands/down.ts')).downCommand(invocation, output);
    case 'lsp':
      return (await import('./commands/lsp.ts')).lspCommand();
  }
}

function print(to: Output, text: string): number {
  to.result(text);
  return 0;
}
