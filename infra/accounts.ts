// The operator's command line: `npm run accounts -- create accounts.json`, against the table and the secrets that the data stack's outputs name.
import { readFileSync } from 'node:fs';
import { readEnvironment } from '#shared/config/environment.ts';
import { createAccounts, parseAccountsFile } from './local/create-accounts.ts';

const end = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};

const [command, file] = process.argv.slice(2);
if (command !== 'create' || file === undefined) end('Usage: npm run accounts -- create FILE (see README, "Deploy it")');
const read = parseAccountsFile(readFileSync(file ?? '', 'utf8'));
if ('faults' in read)
  end(['The accounts file is not right:', ...read.faults.map((fault) => `  - ${fault}`)].join('\n'));
else {
  const environment = readEnvironment([
    'TABLE_NAME',
    'ENCRYPTION_KEY_SECRET_ID',
    'CALLBACK_KEY_SECRET_ID',
    'PUBLIC_API_URL',
  ]);
  for (const { accountId, turnCallbackPath } of await createAccounts(read.accounts, { environment })) {
    const leverWebhookUrl = `${environment.PUBLIC_API_URL}/lever/${accountId}/webhook`;
    process.stdout.write(
      `${JSON.stringify({ accountId, leverWebhookUrl, turnCallbackUrl: `${environment.PUBLIC_API_URL}${turnCallbackPath}` })}\n`,
    );
  }
}
