import { describe, expect, it } from 'vitest';
import { opportunitySchema, toOpportunity } from '#shared/lever/opportunity-shape.ts';

const read = (raw: object) => toOpportunity(opportunitySchema.parse(raw));
const smallest = { id: 'opp-1', stage: 'lead-new' };
const empty = {
  ...{ opportunityId: 'opp-1', name: '', emails: [], phones: [], tags: [], stage: { id: 'lead-new', name: null } },
  ...{ stageChanges: [], lastAdvancedAt: null, isArchived: false, isAnonymized: false, mayBeContacted: true },
};

describe('an opportunity', () => {
  it('is read whole, with fields that Lever may add', () => {
    const raw = {
      ...{ id: 'opp-1', name: 'Ottilie Wren', headline: 'Pilot', contact: 'c-1', confidentiality: 'non-confidential' },
      ...{
        stage: { id: 'lead-new', text: 'New lead' },
        tags: ['TurnPackage:P1'],
        emails: ['ottilie.wren@mail.example'],
      },
      ...{ phones: [{ type: 'mobile', value: '555 010 1234' }], archived: null, isAnonymized: false },
      ...{ stageChanges: [{ toStageId: 'lead-new', toStageIndex: 0, updatedAt: 5, userId: 'u-1' }], lastAdvancedAt: 5 },
      newField: { from: 'tomorrow' },
    };
    expect(read(raw)).toEqual({
      ...empty,
      ...{ name: 'Ottilie Wren', emails: ['ottilie.wren@mail.example'], tags: ['TurnPackage:P1'] },
      ...{ phones: [{ type: 'mobile', value: '555 010 1234' }], stage: { id: 'lead-new', name: 'New lead' } },
      ...{ stageChanges: [{ toStageId: 'lead-new', updatedAt: 5 }], lastAdvancedAt: 5 },
    });
  });

  it('is read where everything but the id and the stage is missing', () => {
    expect(read(smallest)).toEqual(empty);
  });

  it('is read where everything but the id and the stage is null', () => {
    const nulls = [
      'name',
      'emails',
      'phones',
      'tags',
      'stageChanges',
      'lastAdvancedAt',
      'archived',
      'archivedAt',
      'isAnonymized',
    ];
    expect(read({ ...smallest, ...Object.fromEntries(nulls.map((name) => [name, null])) })).toEqual(empty);
  });

  it('loses what is null among e-mails and phones, and keeps a phone without a type', () => {
    const raw = {
      emails: [null, 'a@mail.example'],
      phones: [{ value: null }, {}, { value: '555' }, { type: null, value: '' }],
    };
    expect(read({ ...smallest, ...raw })).toMatchObject({
      emails: ['a@mail.example'],
      phones: [
        { type: null, value: '555' },
        { type: null, value: '' },
      ],
    });
  });

  it('has a stage whose name is unknown unless Lever tells it', () => {
    expect(read({ ...smallest, stage: { id: 'offer' } }).stage).toEqual({ id: 'offer', name: null });
    expect(read({ ...smallest, stage: { id: 'offer', text: null } }).stage).toEqual({ id: 'offer', name: null });
  });

  it('is archived by the recorded shape and by the one in the reference', () => {
    expect(read({ ...smallest, archived: { reason: null, archivedAt: 5 } }).isArchived).toBe(true);
    expect(read({ ...smallest, archivedAt: 5, archiveReason: 'r' }).isArchived).toBe(true);
    expect(read({ ...smallest, isAnonymized: true }).isAnonymized).toBe(true);
  });

  it.each([{}, { id: 'opp-1' }, { stage: 'offer' }, { id: 1, stage: 'offer' }, { ...smallest, stage: null }])(
    'is none without an id and a stage: %j',
    (raw) => {
      expect(opportunitySchema.safeParse(raw).success).toBe(false);
    },
  );
});
