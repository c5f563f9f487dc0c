import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { readStageFile, readStageName, readStageOf, whoIsTold } from '#infra/read-stage.ts';
import { type StageName, stageNames } from '#infra/stages.ts';
import { requiredValues } from './stage-values.ts';

const folder = mkdtempSync(join(tmpdir(), 'stages-'));
afterAll(() => rmSync(folder, { recursive: true }));

const whole = {
  ...requiredValues,
  account: '123456789012',
  region: 'eu-central-1',
  alarmPage: 'on-call@turn.example',
  alarmTicket: 'tickets@turn.example',
  alarmCustomer: 'arn:aws:sns:eu-central-1:123456789012:customers',
};
const readFile = (values: unknown, name: StageName = 'production') => {
  writeFileSync(join(folder, `${name}.json`), typeof values === 'string' ? values : JSON.stringify(values));
  return readStageFile(name, pathToFileURL(`${folder}/`));
};
const readContext = (context: Record<string, unknown>) => readStageOf(new App({ context }).node);

describe('the file of a stage', () => {
  it('says where to deploy and who is told', () => {
    const stage = readFile(whole);
    expect(stage.env).toEqual({ account: '123456789012', region: 'eu-central-1' });
    expect(whoIsTold(stage)).toEqual([
      'Stage production, AWS account 123456789012, eu-central-1. Alarms tell:',
      '  page:     on-call@turn.example',
      '  ticket:   tickets@turn.example',
      '  customer: arn:aws:sns:eu-central-1:123456789012:customers',
    ]);
  });

  it('is refused with all that is wrong at once, and the nearest name there is', () => {
    const { alarmCustomer: _, oidcAudience: __, ...rest } = whole;
    expect(() => readFile({ ...rest, account: '12', alarmPages: 'x@turn.example', oidcIssuerr: '' })).toThrow(
      [
        'The stage production cannot be used as it stands in infra/stages/production.json:',
        '  alarmCustomer: is missing: who looks after customers; likewise',
        '  account: must be the twelve digits of an AWS account',
        '  oidcAudience: is missing: what its access tokens for this API say in aud',
        '  alarmPages: nothing has this name; did you mean alarmPage?',
        '  oidcIssuerr: nothing has this name; did you mean oidcIssuer?',
      ].join('\n'),
    );
  });

  it('may leave out who is told in the sandbox alone', () => {
    const { alarmPage: _, alarmTicket: __, alarmCustomer: ___, ...untold } = whole;
    expect(whoIsTold(readFile(untold, 'sandbox'))).toContain('  page:     NOBODY');
    expect(() => readFile(untold)).toThrow('alarmPage: is missing');
  });

  it.each(['account', 'region', 'alarmPage', 'alarmTicket', 'alarmCustomer', 'mailSender'])(
    'is refused while %s is still to be filled in',
    (key) => {
      expect(() => readFile({ ...whole, [key]: 'fill in: who knows' })).toThrow(
        `:\n  ${key}: is still to be filled in: who knows`,
      );
    },
  );

  it('is refused where it is no JSON, or no object', () => {
    expect(() => readFile('{,')).toThrow('infra/stages/production.json is not JSON.');
    expect(() => readFile('[]')).toThrow('  the file: ');
  });

  it.each(stageNames)('of %s, as checked in, is whole or says itself what is to be filled in', (name) => {
    const faultOf = (): string => {
      try {
        readStageFile(name);
        return '';
      } catch (error) {
        return String(error);
      }
    };
    const [, ...lines] = faultOf().split('\n');
    expect(lines.filter((line) => !line.includes(': is still to be filled in: '))).toEqual([]);
  });
});

describe('the context', () => {
  it('must name the stage: there is none to fall back to', () => {
    expect(() => readContext({})).toThrow('Say which stage: production or sandbox (cdk: -c stage=NAME).');
    expect(() => readStageName('../production')).toThrow('There is no stage ../production. Say which stage');
  });

  it('gives no value of a stage', () => {
    expect(() => readContext({ stage: 'production', alarmPage: 'x@turn.example', stageValues: '{}' })).toThrow(
      'stageValues, alarmPage must stand in infra/stages/production.json.',
    );
  });
});
