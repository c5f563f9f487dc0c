import { startLocalStack } from '#infra/local/local-stack.ts';
import { SAMPLE_ORGANIZATION_ID } from '#infra/local/sandbox/sample-organization.ts';
const stack = await startLocalStack({ log: (l) => { console.log('LOG', l.slice(0, 500)); } });
const t0 = Date.now();
const say = async (w: string) => { const s = await stack.state(); console.log(w, Date.now() - t0, JSON.stringify(s).slice(0, 700), 'lever', stack.lever!.model.outbox.deliveries.filter(d => d.state === 'waiting').length, 'turn', stack.turn!.model.outbox.deliveries.filter(d => d.state === 'waiting').length); };
const r = stack.lever!.model.recruiter(SAMPLE_ORGANIZATION_ID);
const o = r.addOpportunity({ name: 'Ottilie Wren', emails: [] });
r.moveToStage(o.id, 'Reference check');
for (let k = 0; k < 8; k++) { await new Promise((x) => setTimeout(x, 700)); await say('moved'); }
for (let n = 0; n < 3; n++) {
  await stack.advanceClock(4 * 3600); await say('advanced');
  await stack.sweep().catch((e) => console.log('sweep', String(e)));
  for (let k = 0; k < 8; k++) { await new Promise((x) => setTimeout(x, 700)); await say('after'); }
}
await stack.stop(); process.exit(0);
