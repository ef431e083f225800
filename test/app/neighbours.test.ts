import assert from 'node:assert/strict';
import { layoutByNeighbours } from '../../src/app/neighbours.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { scratchFolder } from '../support/migrations.ts';

describe('a folder without migrations', () => {
  const marked: readonly (readonly [folder: string, file: string, text: string, layout: string])[] = [
    ['supabase/migrations', 'supabase/config.toml', 'project_id = "shop"\n', 'supabase'],
    ['db/migrations', 'db/schema.sql', '--\n-- Dbmate schema migrations\n--\n', 'dbmate'],
    ['migrations/default', 'config.yaml', 'version: 3\nmetadata_directory: metadata\n', 'hasura'],
    ['prisma/migrations', 'prisma/schema.prisma', '', 'prisma'],
  ];
  for (const [folder, file, text, layout] of marked) {
    it(`belongs to ${layout} where ${file} says so`, async () => {
      const scratch = scratchFolder({ [file]: text, [`${folder}/.keep`]: '' });
      assert.equal((await layoutByNeighbours(nodeFiles, scratch.at(folder)))?.id, layout);
      scratch.remove();
    });
  }

  it('belongs to the Drizzle whose drizzle-kit is installed', async () => {
    for (const [version, layout] of [['0.31.11', 'drizzle'], ['1.0.0-rc.5', 'drizzle-1']] as const) {
      const scratch = scratchFolder({ 'drizzle.config.ts': "export default { out: './drizzle' };\n", 'node_modules/drizzle-kit/package.json': JSON.stringify({ name: 'drizzle-kit', version }), 'drizzle/.keep': '' });
      assert.equal((await layoutByNeighbours(nodeFiles, scratch.at('drizzle')))?.id, layout);
      scratch.remove();
    }
  });
});
