import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { serve, type Served } from './language-server.ts';
import { until, warmRig, type Rig } from './rig.ts';
import { stages } from './stages.ts';

describe('a dry run on the embedded PostgreSQL that is hit', function () {
  this.timeout(120_000);
  let rig: Rig;
  before(async () => {
    rig = await warmRig('embedded');
  });

  describe('in a language server that goes on', () => {
    let server: Served;
    before(async () => {
      server = await serve(rig);
      await assertCalm(server);
    });
    after(async () => {
      assert.equal(await server.stop(), 0);
      await rig.assertNothingLeft('the language server was told to end');
    });

    // What dies while it starts takes the cache along, so that comes last.
    for (const stage of [...stages].reverse()) {
      it(`${stage}: the database is killed, and the user is told`, async () => {
        const run = server.run(stage);
        await run.at(stage);
        let isOver = false;
        void run.answer.finally(() => (isOver = true));
        // A process that dies while it starts is taken for one with a damaged cache: another starts without.
        await until(() => {
          kill(rig, 'database-child');
          return isOver ? true : null;
        }, 'the end of the run');
        const answer = await run.answer;
        assert.ok(answer.kind === 'refused' && answer.code === 'target-failed', JSON.stringify(answer));
        await rig.assertNothingLeft(`database killed, ${stage}`, 'lsp/main.ts');
      });

      it(`${stage}: the run is cancelled`, async () => {
        const run = server.run(stage);
        await run.at(stage);
        run.cancel();
        const answer = await run.answer;
        assert.ok(answer.kind === 'refused' && answer.code === 'cancelled', JSON.stringify(answer));
        await rig.assertNothingLeft(`cancelled, ${stage}`, 'lsp/main.ts');
      });
    }

    it('and then works as ever', () => assertCalm(server));
  });

  describe('in a language server or an editor that is killed', () => {
    for (const stage of stages) {
      it(`${stage}: the language server`, async () => {
        const server = await serve(rig);
        await server.run(stage).at(stage);
        kill(rig, 'lsp/main.ts');
        await rig.assertNothingLeft(`language server killed, ${stage}`);
      });
    }

    for (const stage of ['booting', 'fill', 'up again'] as const) {
      it(`${stage}: the editor, and the language server goes with it`, async () => {
        const editor = fork(fileURLToPath(new URL('editor.ts', import.meta.url)), [rig.workspace, stage], { env: { ...process.env, ...rig.env } });
        await once(editor, 'message');
        editor.kill('SIGKILL');
        await rig.assertNothingLeft(`editor killed, ${stage}`);
      });
    }

    it('and the next one works as ever', async () => {
      const server = await serve(rig);
      await assertCalm(server);
      assert.equal(await server.stop(), 0);
      await rig.assertNothingLeft('the run after that');
    });
  });
});

async function assertCalm(server: Served): Promise<void> {
  const answer = await server.run('calm').answer;
  assert.equal(answer.kind === 'report' ? answer.report.verdict : answer.message, 'exact');
}

function kill(rig: Rig, part: string): void {
  for (const { pid, command } of rig.processes()) if (command.includes(part)) process.kill(pid, 'SIGKILL');
}
