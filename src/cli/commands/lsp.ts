import { processFile } from '../../host/assets.ts';

/** `lockstep lsp`: becomes the language server, which reads its transport from the command line; without one it is stdio. */
export async function lspCommand(): Promise<number> {
  if (!process.argv.includes('--stdio')) process.argv.push('--stdio');
  await import(processFile('server', 'lsp/main.ts').href);
  return 0;
}
