import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const refusal = `
  import { backfillSchema } from '#functions/settings-api/in-stage-schemas.ts';
  import { readBody } from '#functions/settings-api/read-body.ts';
  const body = JSON.stringify({ candidates: [] });
  console.log(JSON.stringify(readBody({ body, bodyBytes: body.length }, backfillSchema)));
`;

it('says what is wrong in zod’s words where there are none of ours', () => {
  // In a process of its own: classic zod, which the tests load, brings these words to all in its process.
  const args = ['--import', 'tsx', '--input-type=module', '--eval', refusal];
  const said = JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }));
  expect(said.refusal.fields).toEqual({ candidates: 'Too small: expected array to have >=1 items' });
});
