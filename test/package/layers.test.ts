import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { root } from '../../scripts/run.mjs';

describe('lint', function () {
  this.timeout(120_000);
  const eslint = new ESLint({ cwd: root });

  const refused: readonly (readonly [file: string, line: string, rule: string])[] = [
    ['src/model/span.ts', "import '../sql/names.ts';", 'no-restricted-imports'],
    ['src/sql/names.ts', "import '../rules/define-rule.ts';", 'no-restricted-imports'],
    ['src/rules/drop-table.ts', "import '../analysis/lint.ts';", 'no-restricted-imports'],
    ['src/app/check.ts', "import '../host/files.ts';", 'no-restricted-imports'],
    ['src/app/check.ts', "import 'node:fs';", 'no-restricted-imports'],
    ['src/dryrun/run.ts', "import 'pg';", 'no-restricted-imports'],
    ['src/dryrun/run.ts', "import 'node:net';", 'no-restricted-imports'],
    ['src/lsp/server.ts', "import '../host/files.ts';", 'no-restricted-imports'],
    ['src/cli/main.ts', "import 'vscode';", 'no-restricted-imports'],
    ['src/vscode/extension.ts', "import '../sql/parse.ts';", 'no-restricted-imports'],
    ['src/webview/main.ts', "import '../app/check.ts';", 'no-restricted-imports'],
    ['src/report/build.ts', "import '../rules/drop-table.ts';", 'no-restricted-imports'],
    ['src/model/span.ts', 'export default 1;', 'habits/no-default-export'],
    ['src/model/span.ts', 'export function draw(fast: boolean): void { return void fast; }', 'habits/no-boolean-parameter'],
    ['src/model/span.ts', 'export const odd = JSON.parse("1") as number;', 'habits/assertion-says-why'],
    ['src/model/span.ts', 'export const odd: any = 1;', '@typescript-eslint/no-explicit-any'],
    ['src/model/span.ts', 'console.log(1);', 'no-console'],
  ];
  for (const [file, line, rule] of refused) {
    it(`refuses ${line} in ${file}`, async () => {
      assert.deepEqual(await rulesBroken(file, line), [rule]);
    });
  }

  const allowed: readonly (readonly [file: string, line: string])[] = [
    ['src/dryrun/targets/server.ts', "import 'pg';"],
    ['src/report/build.ts', "import '../rules/define-rule.ts';"],
    ['src/lsp/main.ts', "import '../host/files.ts';"],
    ['src/model/span.ts', '// The library types it as unknown.\nexport const odd = JSON.parse("1") as number;'],
  ];
  for (const [file, line] of allowed) {
    it(`lets ${file} have ${line}`, async () => {
      assert.deepEqual(await rulesBroken(file, line), []);
    });
  }

  async function rulesBroken(file: string, text: string): Promise<readonly (string | null)[]> {
    const [result] = await eslint.lintText(`${text}\n`, { filePath: join(root, file) });
    return result?.messages.map((message) => message.ruleId) ?? [];
  }
});
