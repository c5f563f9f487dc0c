import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/domain/failure.ts';
import { type HttpAnswer, type HttpRequest, NetworkError } from '#shared/http/send-request.ts';
import { createLenientReader } from '#shared/lever/lenient-reader.ts';
import { candidatesUrl, createLever } from '#shared/lever/lever-client.ts';
import { regionInMemory } from '#shared/lever/lever-region.ts';
import { readOpportunity } from '#shared/lever/read-opportunity.ts';

const readAt = (raw: unknown) => {
  const reader = createLenientReader();
  return { opportunity: readOpportunity(raw, reader), dropped: Object.fromEntries(reader.dropped) };
};
const read = (raw: object) => {
  const { opportunity } = readAt(raw);
  if (opportunity === null) throw new Error('It was not read.');
  return opportunity;
};
const smallest = { id: 'opp-1', stage: 'lead-new' };
const empty = {
  opportunityId: 'opp-1',
  contactId: null,
  confidentiality: null,
  name: '',
  emails: [],
  phones: [],
  tags: [],
  stage: { id: 'lead-new', name: null },
  stageChanges: [],
  lastAdvancedAt: null,
  isArchived: false,
  isAnonymized: false,
  mayBeContacted: true,
};

describe('an opportunity', () => {
  it('is read whole, with fields that Lever may add', () => {
    const raw = {
      id: 'opp-1',
      name: 'Ottilie Wren',
      headline: 'Pilot',
      contact: 'c-1',
      confidentiality: 'non-confidential',
      stage: { id: 'lead-new', text: 'New lead' },
      tags: ['TurnPackage:P1'],
      emails: ['ottilie.wren@mail.example'],
      phones: [{ type: 'mobile', value: '(215) 555-0123' }],
      archived: null,
      isAnonymized: false,
      stageChanges: [{ toStageId: 'lead-new', toStageIndex: 0, updatedAt: 5, userId: 'u-1' }],
      lastAdvancedAt: 5,
      newField: { from: 'tomorrow' },
    };
    expect(read(raw)).toEqual({
      ...empty,
      contactId: 'c-1',
      confidentiality: 'non-confidential',
      name: 'Ottilie Wren',
      emails: ['ottilie.wren@mail.example'],
      tags: ['TurnPackage:P1'],
      phones: [{ type: 'mobile', text: '(215) 555-0123' }],
      stage: { id: 'lead-new', name: 'New lead' },
      stageChanges: [{ toStageId: 'lead-new', updatedAt: 5, userId: 'u-1' }],
      lastAdvancedAt: 5,
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
      'contact',
      'confidentiality',
    ];
    expect(read({ ...smallest, ...Object.fromEntries(nulls.map((name) => [name, null])) })).toEqual(empty);
  });

  it('loses what is null among e-mails and phones, and keeps a phone without a type', () => {
    const raw = {
      emails: [null, 'a@mail.example'],
      phones: [{ value: null }, {}, { value: '215.555.0123' }, { type: null, value: '' }],
    };
    expect(read({ ...smallest, ...raw })).toMatchObject({
      emails: ['a@mail.example'],
      phones: [
        { type: null, text: '215.555.0123' },
        { type: null, text: '' },
      ],
    });
  });

  it('has a person by the contact, expanded or not, and none where that is no id', () => {
    expect(read({ ...smallest, contact: { id: 'c-1', name: 'Ottilie Wren' } }).contactId).toBe('c-1');
    for (const contact of ['', 'c#1', {}, ['c-1'], true]) expect(read({ ...smallest, contact }).contactId).toBeNull();
    expect(read({ ...smallest, confidentiality: {} }).confidentiality).toBeNull();
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

  it.each([
    {},
    null,
    'opp-1',
    { id: 'opp-1' },
    { stage: 'offer' },
    { id: {}, stage: 'offer' },
    { ...smallest, stage: null },
  ])('is none without an id and a stage: %j', (raw) => {
    expect(readAt(raw).opportunity).toBeNull();
  });
});

describe('what is odd in an opportunity', () => {
  it.each([null, '', {}, [], true, 'two words', 'x'.repeat(65), '<b>'])(
    'costs no move, though nobody can be said to have made it: %j',
    (userId) => {
      const { opportunity, dropped } = readAt({
        ...smallest,
        stageChanges: [{ toStageId: 'offer', updatedAt: 6, userId }],
      });
      expect(opportunity?.stageChanges).toEqual([{ toStageId: 'offer', updatedAt: 6 }]);
      expect(dropped).toEqual({});
    },
  );

  it('is dropped item by item, and counted by its place alone', () => {
    const { opportunity, dropped } = readAt({
      ...smallest,
      emails: [null, { value: 'x' }, 'tamsin@people.example'],
      phones: ['312', 312, { type: 'mobile', value: 3_125_550_180 }],
      tags: [{}, 7, 'Full-time'],
      stageChanges: [{ toStageId: null, updatedAt: 5 }, { toStageId: 'offer' }, { toStageId: 'offer', updatedAt: 6 }],
    });
    expect(opportunity).toMatchObject({
      emails: ['tamsin@people.example'],
      phones: [{ type: 'mobile', text: '3125550180' }],
      tags: ['7', 'Full-time'],
      stageChanges: [{ toStageId: 'offer', updatedAt: 6 }],
    });
    expect(dropped).toEqual({ 'emails.item': 2, 'phones.item': 2, 'tags.item': 1, 'stageChanges.item': 2 });
  });

  it.each([
    [{}, false],
    [{ reason: null, archivedAt: null }, false],
    [false, false],
    [true, true],
    [{ reason: 'r' }, true],
    [{ archivedAt: '2026-03-02' }, true],
    [1_772_442_060_000, true],
  ])('makes it archived by %j: %j', (archived, isArchived) => {
    expect(read({ ...smallest, archived }).isArchived).toBe(isArchived);
  });
});

type Reply = (request: HttpRequest) => Partial<HttpAnswer> | Error;

/** Lever's client with answers given one after the other (the last one for ever). */
const leverWith = (...given: (Reply | Partial<HttpAnswer> | Error | { prepaid: number })[]) => {
  const replies = given.filter((each) => !('prepaid' in each));
  const prepaid = given.reduce((sum, each) => sum + ('prepaid' in each ? each.prepaid : 0), 0);
  const requests: HttpRequest[] = [];
  const refused: (string | null)[] = [];
  const dropped: [place: string, count: number][] = [];
  let acquired = 0;
  const lever = createLever({
    apiUrl: 'https://api.lever.example/v1',
    deadline: 1_772_442_069_000,
    region: regionInMemory(),
    prepaid,
    send: async (request) => {
      const reply = replies[Math.min(requests.length, replies.length - 1)] ?? {};
      requests.push(request);
      const answer = typeof reply === 'function' ? reply(request) : reply;
      if (answer instanceof Error) throw answer;
      return { status: 200, headers: {}, body: '{}', ...answer };
    },
    accessToken: async (token) => {
      refused.push(token);
      return `access-${refused.length}`;
    },
    acquire: async () => {
      acquired += 1;
    },
    onDropped: async (place, count) => void dropped.push([place, count]),
  });
  return { lever, dropped, requests, refused, acquired: () => acquired };
};
const leverError = { body: JSON.stringify({ code: 'ACode', message: 'Some words.' }) };
const json = (value: unknown, status = 200) => ({ status, body: JSON.stringify(value) });
const opportunity = json({ data: { id: 'opp-1', stage: { id: 'offer', text: 'Offer' } } });

describe('a call to Lever', () => {
  it('carries its deadline, the access token, acquires one request, and names ids safely', async () => {
    const { lever, requests, acquired } = leverWith(opportunity);
    await lever.readOpportunity('a/b');
    expect(requests).toHaveLength(1);
    expect(acquired()).toBe(1);
    expect(requests[0]?.url.href).toBe('https://api.lever.example/v1/opportunities/a%2Fb?expand=stage');
    expect(requests[0]).toMatchObject({
      method: 'GET',
      headers: { authorization: 'Bearer access-1' },
      deadline: 1_772_442_069_000,
      body: null,
    });
  });

  it.each([
    [400, 'lever_refused'],
    [403, 'lever_forbidden'],
    [404, 'lever_not_found'],
    [409, 'lever_refused'],
    [422, 'lever_refused'],
    [429, 'lever_rate_limited'],
    [500, 'lever_unavailable'],
    [502, 'lever_unavailable'],
    [503, 'lever_unavailable'],
    [304, 'lever_unavailable'],
  ])('fails by name after %i, without trying again', async (status, code) => {
    const { lever, requests } = leverWith({ status, ...leverError });
    await expect(lever.addTag('opp-1', 'TurnStatus:clear')).rejects.toMatchObject({ name: 'Failure', code });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['3', 3_000],
    [undefined, 3_000],
    ['throttled', 3_000],
    ['-1', 3_000],
    ['7', 7_000],
    ['864000', 6 * 3_600_000],
  ])('waits as long as Lever asks for with a 429, or some seconds: %j', async (header, retryAfterMs) => {
    const { lever } = leverWith({ status: 429, headers: { 'retry-after': header } });
    await expect(lever.addTag('opp-1', 'x')).rejects.toMatchObject({ retryAfterMs });
  });

  it.each(['<html>Blocked</html>', '', '{}', '{"message":"Blocked"}'])(
    'is tried again later after a 403 that is not in Lever’s words: %j',
    async (body) => {
      await expect(leverWith({ status: 403, body }).lever.probe()).rejects.toMatchObject({ code: 'lever_unavailable' });
    },
  );

  it('for a list ends where the next page is the same again, and in any case after fifty pages', async () => {
    const page = (next: string) => json({ data: [{ id: next, text: next }], hasNext: true, next });
    const stuck = leverWith(page('a'));
    await stuck.lever.readStages();
    expect(stuck.requests).toHaveLength(2);
    let count = 0;
    const endless = leverWith(() => {
      count += 1;
      return page(String(count));
    });
    await endless.lever.readStages();
    expect(endless.requests).toHaveLength(50);
  });

  it('fails by name where no answer came, and does not take a bug for that', async () => {
    await expect(leverWith(new NetworkError('timeout')).lever.readStages()).rejects.toMatchObject({
      code: 'lever_unavailable',
    });
    await expect(leverWith(new TypeError('a bug')).lever.readStages()).rejects.toThrow(TypeError);
  });

  it('fails by name where the answer has an unknown shape', async () => {
    for (const body of ['', 'null', '{"data":{}}', '<html>']) {
      await expect(leverWith({ body }).lever.readOpportunity('o')).rejects.toMatchObject({
        code: 'lever_unexpected_answer',
      });
    }
  });

  it('is made once more with a fresh token after a 401, and after another is tried again later: only Lever’s login says that a grant has lapsed', async () => {
    const once = leverWith({ status: 401 }, opportunity);
    expect(await once.lever.readOpportunity('opp-1')).toMatchObject({ opportunityId: 'opp-1' });
    expect(once.refused).toEqual([null, 'access-1']);
    expect(once.requests.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer access-1',
      'Bearer access-2',
    ]);
    expect(once.acquired()).toBe(2);

    const always = leverWith({ status: 401 });
    await expect(always.lever.readOpportunity('opp-1')).rejects.toMatchObject({ code: 'lever_unavailable' });
    expect(always.requests).toHaveLength(2);
  });

  it('uses up the requests it was given before it acquires one', async () => {
    const { lever, acquired } = leverWith({ prepaid: 2 }, opportunity);
    for (let n = 0; n < 3; n++) await lever.readOpportunity('opp-1');
    expect(acquired()).toBe(1);
  });

  it('is not made at all where the budget is used up', async () => {
    let sent = 0;
    const lever = createLever({
      apiUrl: 'https://api.lever.example/v1',
      deadline: null,
      prepaid: 0,
      send: async () => {
        sent += 1;
        return { status: 200, headers: {}, body: '{}' };
      },
      region: regionInMemory(),
      accessToken: async () => 'access',
      acquire: async () => {
        throw new Failure('lever_rate_limited', 'Used up.', 12_000);
      },
      onDropped: async () => {},
    });
    await expect(lever.addTag('opp-1', 'x')).rejects.toMatchObject({
      code: 'lever_rate_limited',
      retryAfterMs: 12_000,
    });
    expect(sent).toBe(0);
  });
});

describe("Lever's redirection to another data centre", () => {
  const eu = 'https://api.eu.lever.co/v1/opportunities/opp-1/notes';

  it.each([301, 302, 307, 308])('is followed with method, body and token after %i', async (status) => {
    const { lever, requests } = leverWith(
      { status, headers: { location: eu } },
      json({ data: { noteId: 'n-1' } }, 201),
    );
    expect(await lever.postNote('opp-1', 'A note.')).toBe('n-1');
    expect(requests[1]).toEqual({ ...requests[0], url: new URL(eu) });
  });

  it.each([
    ['a page', { status: 200, body: '<html>Maintenance</html>' }, 'lever_unexpected_answer'],
    ['a page that is not there', { status: 404, body: '<html>Not found</html>' }, 'lever_unavailable'],
  ])('is not remembered where %s stands there, and nothing is concluded from it', async (_what, page, code) => {
    const { lever, requests } = leverWith(
      { status: 302, headers: { location: 'https://www.lever.co/busy' } },
      page,
      json({ data: { id: 'opp-1', stage: 'offer' } }),
    );
    await expect(lever.readOpportunity('opp-1')).rejects.toMatchObject({ code });
    await lever.readOpportunity('opp-1');
    expect(requests.map(({ url }) => url.host)).toEqual(['api.lever.example', 'www.lever.co', 'api.lever.example']);
  });

  it('is remembered: the next call goes there at once, and where nobody is there any more, the one after asks anew', async () => {
    const { lever, requests } = leverWith(
      { status: 307, headers: { location: 'https://api.eu.lever.co/v1/opportunities?limit=1' } },
      json({ data: [] }),
      json({ data: [] }),
      new NetworkError('ENOTFOUND'),
      json({ data: [] }),
    );
    await lever.probe();
    await lever.probe();
    await expect(lever.probe()).rejects.toMatchObject({ code: 'lever_unavailable' });
    await lever.probe();
    expect(requests.map(({ url }) => url.host)).toEqual([
      'api.lever.example',
      'api.eu.lever.co',
      'api.eu.lever.co',
      'api.eu.lever.co',
      'api.lever.example',
    ]);
  });

  it.each([
    'http://api.eu.lever.co/v1/x',
    'https://lever.co.evil.example/v1/x',
    'https://evil-lever.co/v1/x',
    'https://evil.example/?.lever.co',
    '//evil.example/v1/x',
    '/v1/elsewhere',
    'http://[',
    '',
    undefined,
  ])('is not followed to %j', async (location) => {
    const { lever, requests } = leverWith({ status: 301, headers: { location } });
    await expect(lever.postNote('opp-1', 'A note.')).rejects.toMatchObject({ code: 'lever_unavailable' });
    expect(requests).toHaveLength(1);
  });

  it('is followed one step and no farther', async () => {
    const { lever, requests } = leverWith({ status: 301, headers: { location: eu } });
    await expect(lever.postNote('opp-1', 'A note.')).rejects.toMatchObject({ code: 'lever_unavailable' });
    expect(requests).toHaveLength(2);
  });
});

describe('a list', () => {
  it('is read page by page, each offset given back as it came', async () => {
    const next = '%5B1%2C1772442060000%5D';
    const { lever, requests, acquired } = leverWith(
      json({ data: [{ id: 'a', text: 'A' }, { id: 'b' }, 'odd'], hasNext: true, next }),
      json({ data: [{ id: 'c', text: 'C' }], hasNext: false, next: 'never' }),
    );
    expect(await lever.readStages()).toEqual({ a: 'A', c: 'C' });
    expect(requests.map(({ url }) => url.searchParams.get('offset'))).toEqual([null, next]);
    expect(acquired()).toBe(2);
  });

  it('ends where Lever forgets to say how it goes on', async () => {
    expect(await leverWith(json({ data: [], hasNext: true })).lever.readStages()).toEqual({});
    expect(await leverWith(json({ data: [] })).lever.readStages()).toEqual({});
  });

  it('loses no more than its odd rows, and says how many', async () => {
    const rows = [null, 'odd', { id: 'opp-1', stage: null }, { id: 'opp-2', stage: 'offer' }, {}];
    const moved = leverWith(json({ data: rows }));
    expect(await moved.lever.listMovedSince('offer', 5, null)).toMatchObject({
      opportunities: [{ opportunityId: 'opp-2' }],
      unreadableIds: ['opp-1'],
    });
    expect(moved.dropped).toContainEqual(['opportunities.list.item', 4]);
    const deleted = leverWith(json({ data: rows }));
    expect((await deleted.lever.listDeletedSince(5, null)).opportunityIds).toEqual(['opp-1', 'opp-2']);
    const notes = leverWith(json({ data: [...rows, { id: 'n-1', fields: [null, { value: 'x' }] }] }));
    expect(await notes.lever.readNotes('opp-1')).toContainEqual({ noteId: 'n-1', text: 'x' });
  });

  it('of who is in a stage leaves out the archived', async () => {
    const { lever, requests } = leverWith(json({ data: [{ id: 'opp-1', stage: 'offer' }] }));
    expect((await lever.listInStage('offer', 'place')).opportunities).toMatchObject([{ opportunityId: 'opp-1' }]);
    expect(Object.fromEntries(requests[0]?.url.searchParams ?? [])).toEqual({
      stage_id: 'offer',
      archived: 'false',
      confidentiality: 'all',
      limit: '100',
      offset: 'place',
    });
  });

  it('of who moved holds the confidential ones too, or says that it is partial', async () => {
    const covered = leverWith(json({ data: [] }));
    expect(await covered.lever.listMovedSince('offer', 5, null)).toMatchObject({ isPartial: false });
    const { lever, requests } = leverWith({ status: 403, ...leverError }, json({ data: [] }));
    expect(await lever.listMovedSince('offer', 5, null)).toMatchObject({ isPartial: true });
    expect(requests.map(({ url }) => url.searchParams.get('confidentiality'))).toEqual(['all', null]);
  });
});

describe('notes', () => {
  it('are posted with their text alone, and known by either id', async () => {
    const recorded = leverWith(json({ data: { id: 'n-7', noteId: 'n-8' } }, 201));
    expect(await recorded.lever.postNote('opp-1', 'A note.')).toBe('n-8');
    expect(JSON.parse(recorded.requests[0]?.body ?? '')).toEqual({ value: 'A note.' });
    expect(await leverWith(json({ data: { id: 'n-7' } }, 201)).lever.postNote('opp-1', 'A note.')).toBe('n-7');
  });

  it('are read without those that were deleted', async () => {
    const note = (id: string, deletedAt: number | null, ...values: unknown[]) => ({
      id,
      text: 'Note',
      deletedAt,
      secret: false,
      fields: values.map((value) => ({ type: 'note', value })),
    });
    const page = json({ data: [note('n-1', null, 'One', 'two'), note('n-2', 5, 'Gone'), note('n-3', null, null)] });
    expect(await leverWith(page).lever.readNotes('opp-1')).toEqual([
      { noteId: 'n-1', text: 'One\ntwo' },
      { noteId: 'n-3', text: '' },
    ]);
  });

  it('are deleted by id', async () => {
    const { lever, requests } = leverWith({ status: 204, body: '' });
    await lever.deleteNote('opp-1', 'n-1');
    expect(requests[0]).toMatchObject({ method: 'DELETE', body: null });
    expect(requests[0]?.url.pathname).toBe('/v1/opportunities/opp-1/notes/n-1');
  });
});

describe('tags', () => {
  it('are added one by one and removed together; the answer is not believed', async () => {
    const { lever, requests } = leverWith(json({ data: { name: '', emails: [] } }));
    await lever.addTag('opp-1', 'TurnStatus:clear');
    await lever.removeTags('opp-1', ['TurnStatus:emailed', 'TurnStatus:error']);
    expect(requests.map(({ url, body }) => [url.pathname.split('/').at(-1), JSON.parse(body ?? '')])).toEqual([
      ['addTags', { tags: ['TurnStatus:clear'] }],
      ['removeTags', { tags: ['TurnStatus:emailed', 'TurnStatus:error'] }],
    ]);
  });
});

it.each([
  ['https://api.lever.co/v1', 'https://hire.lever.co/candidates/'],
  ['https://api.sandbox.lever.co/v1', 'https://hire.sandbox.lever.co/candidates/'],
  ['http://127.0.0.1:4000/v1', 'http://127.0.0.1:4000/candidates/'],
])('people see what %s tells of at %s', (apiUrl, url) => {
  expect(candidatesUrl(apiUrl)).toBe(url);
});
