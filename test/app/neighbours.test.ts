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
});
